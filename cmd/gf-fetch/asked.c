/*
 * asked.c - the words are gone through as options are, so that a value is known for what it is,
 * wherever it stands in its word.
 */
#include "asked.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/msg.h"
#include "net/url.h"
#include "options.h"
#include "options_parts.h"

static void add_word(struct gf_buf *out, const char *word, size_t len)
{
    gf_buf_putc(out, ' ');
    gf_quote_sh(out, word, len);
}

/* What may be a URL, or a line with one. */
static void add_url(struct gf_buf *word, const char *text)
{
    struct gf_url u;
    size_t len = strlen(text);
    if (text[0] == '{') {
        gf_buf_puts(word, "{" GF_URL_CUT "}");
        return;
    }
    if (gf_url_parse(&u, text, len, NULL) == GF_NET_OK) {
        gf_buf_puts(word, u.shown);
        gf_url_release(&u);
        return;
    }
    size_t at = word->len;
    if (gf_buf_add(word, text, len) == 0)
        word->len = at + gf_url_hide(word->data + at, len);
}

/* What may be shown of the value of an option, or of an operand. */
static void add_value(struct gf_buf *word, int id, const char *value)
{
    switch (id) {
    case 'u':
    case 'd':
        gf_buf_puts(word, GF_URL_CUT);
        break;
    case 'H':
        gf_buf_add(word, value, strcspn(value, ":;"));
        gf_buf_puts(word, ": " GF_URL_CUT);
        break;
    case ID_CERT: /* some write a password behind the name of the file */
        gf_buf_add(word, value, strcspn(value, ":"));
        if (strchr(value, ':'))
            gf_buf_puts(word, ":" GF_URL_CUT);
        break;
    case 'x':
        add_url(word, value);
        break;
    default:
        gf_buf_puts(word, value);
    }
}

int asked_make(struct gf_buf *out, int argc, char *const *argv)
{
    struct gf_optparser p = gf_optparser(&gf_fetch_cli, argc, argv);
    struct gf_buf word = {0};
    int done = 0;
    gf_buf_puts(out, gf_fetch_cli.name);
    for (enum gf_opt_event e; (e = gf_opt_next(&p)) == GF_OPT_OPTION || e == GF_OPT_OPERAND;) {
        if (!p.value)
            continue; /* its word may have more */
        const char *last = argv[p.next - 1];
        for (; done < p.next - 1; done++)
            add_word(out, argv[done], strlen(argv[done]));
        done++;
        gf_buf_clear(&word);
        gf_buf_add(&word, last, (size_t)(p.value - last));
        if (e == GF_OPT_OPERAND)
            add_url(&word, p.value);
        else
            add_value(&word, p.opt->id, p.value);
        add_word(out, word.data ? word.data : "", word.len);
        gf_buf_inherit(out, &word);
    }
    for (; done < argc; done++)
        add_word(out, argv[done], strlen(argv[done]));
    gf_buf_release(&word);
    if (gf_buf_check(out) == 0)
        return 0;
    gf_error_nomem();
    return -1;
}
