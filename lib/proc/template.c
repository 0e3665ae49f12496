/* template.c - see template.h. */
#include "proc/template.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"

enum {
    MOST_BYTES = 64 << 20
}; /* far over what the system lets a command have */

static const char *base_name(const char *word)
{
    const char *slash = strrchr(word, '/');
    return slash ? slash + 1 : word;
}

static bool is_shell(const char *word)
{
    static const char *const shells[] = {"sh",  "bash", "dash", "zsh",   "ksh",  "mksh",
                                         "ash", "yash", "fish", "rbash", "ksh93"};
    const char *name = base_name(word);
    for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++)
        if (strcmp(name, shells[i]) == 0)
            return true;
    return false;
}

/* Whether the option word of a shell is followed by a word of its own: -o NAME, +O NAME, --rcfile
 * F. */
static bool takes_word(const char *option)
{
    if (strcmp(option, "--rcfile") == 0 || strcmp(option, "--init-file") == 0)
        return true;
    size_t len = strlen(option);
    return option[1] != '-' && (option[len - 1] == 'o' || option[len - 1] == 'O');
}

/*
 * When the shell at words[i] is given -c: the index of its script word, which may be n (the next
 * word to come). 0 when it has none.
 */
static size_t script_word(char *const *words, size_t n, size_t i)
{
    bool has_c = false;
    size_t j = i + 1;
    for (; j < n && (words[j][0] == '-' || words[j][0] == '+') && words[j][1]; j++) {
        if (strcmp(words[j], "--") == 0) {
            j++;
            break;
        }
        if (words[j][0] == '-' && words[j][1] != '-' && strchr(words[j], 'c'))
            has_c = true;
        if (strcmp(words[j], "--command") == 0)
            has_c = true;
        if (takes_word(words[j]))
            j++;
    }
    return has_c ? j : 0;
}

static enum gf_template_fault check_scripts(const struct gf_template *t, size_t *where)
{
    for (size_t i = 0; i < t->nwords; i++) {
        if (!is_shell(t->words[i]))
            continue;
        size_t script = script_word(t->words, t->nwords, i);
        if (script == 0)
            continue;
        *where = script;
        if (script >= t->nwords)
            return t->appends ? GF_TEMPLATE_AS_SCRIPT : GF_TEMPLATE_OK;
        if (strstr(t->words[script], t->placeholder))
            return GF_TEMPLATE_IN_SCRIPT;
    }
    return GF_TEMPLATE_OK;
}

enum gf_template_fault gf_template_init(struct gf_template *t, char *const *words, size_t nwords,
                                        const char *placeholder, size_t *where)
{
    *t = (struct gf_template){.words = words,
                              .nwords = nwords,
                              .placeholder = placeholder,
                              .appends = true,
                              .bytes = GF_BUF_INIT(MOST_BYTES)};
    if (!*placeholder)
        return GF_TEMPLATE_EMPTY_MARK;
    for (size_t i = 0; i < nwords; i++)
        if (strstr(words[i], placeholder))
            t->appends = false;
    t->names_command = strstr(words[0], placeholder) != NULL;
    enum gf_template_fault fault = check_scripts(t, where);
    if (fault != GF_TEMPLATE_OK)
        return fault;
    t->argv = calloc(nwords + 2, sizeof *t->argv);
    t->at = calloc(nwords + 2, sizeof *t->at);
    return t->argv && t->at ? GF_TEMPLATE_OK : GF_TEMPLATE_NOMEM;
}

static void add_word(struct gf_template *t, const char *word, const char *record, size_t len)
{
    size_t mark = strlen(t->placeholder);
    for (const char *hit; (hit = strstr(word, t->placeholder)); word = hit + mark) {
        gf_buf_add(&t->bytes, word, (size_t)(hit - word));
        gf_buf_add(&t->bytes, record, len);
    }
    gf_buf_add(&t->bytes, word, strlen(word) + 1);
}

char **gf_template_expand(struct gf_template *t, const char *record, size_t len)
{
    if (memchr(record, '\0', len)) {
        errno = EILSEQ;
        return NULL;
    }
    gf_buf_clear(&t->bytes);
    size_t n = 0;
    for (; n < t->nwords; n++) {
        t->at[n] = t->bytes.len;
        add_word(t, t->words[n], record, len);
    }
    if (t->appends) {
        t->at[n++] = t->bytes.len;
        gf_buf_add(&t->bytes, record, len);
        gf_buf_putc(&t->bytes, '\0');
    }
    if (t->bytes.failed) {
        if (errno == EOVERFLOW) /* over our ceiling is far over the system's */
            errno = E2BIG;
        return NULL;
    }
    /* Only now: the bytes no longer move. */
    for (size_t i = 0; i < n; i++)
        t->argv[i] = t->bytes.data + t->at[i];
    t->argv[n] = NULL;
    return t->argv;
}

int gf_template_quote(const struct gf_template *t, struct gf_buf *out)
{
    for (char **w = t->argv; *w; w++) {
        if (w > t->argv)
            gf_buf_putc(out, ' ');
        gf_quote_sh(out, *w, strlen(*w));
    }
    return out->failed ? -1 : 0;
}

void gf_template_release(struct gf_template *t)
{
    free(t->argv);
    free(t->at);
    gf_buf_release(&t->bytes);
    *t = (struct gf_template){0};
}
