/*
 * words.c - a logged command taken apart: never beyond the text, a refusal names a place in it, and
 * words quoted for sh read back as they were. The input is the text, and, cut at newlines, the
 * words.
 */
#include "proc/words.h"

#include "base/escape.h"
#include "oracle.h"

static void split_text(struct gf_words *w, const char *text, size_t len)
{
    size_t where = 0;
    enum gf_words_fault fault = gf_words_split(w, text, len, &where);
    MUST(fault != GF_WORDS_NOMEM);
    if (fault == GF_WORDS_OK)
        MUST(w->n > 0 && !w->argv[w->n]);
    else
        MUST(fault == GF_WORDS_NONE || where < len);
}

/* The next word of the input: up to a newline, or to a NUL, which no word holds. */
static size_t word_len(const char *s, size_t len)
{
    size_t n = 0;
    while (n < len && s[n] && s[n] != '\n')
        n++;
    return n;
}

static void quote_and_split(struct gf_words *w, const char *s, size_t len)
{
    struct gf_buf text = {0};
    size_t n = 0, where;
    for (size_t at = 0; at <= len; at += word_len(s + at, len - at) + 1, n++) {
        if (n)
            gf_buf_putc(&text, ' ');
        gf_quote_sh(&text, s + at, word_len(s + at, len - at));
    }
    /* A first word like A=1 is no name of a command. */
    enum gf_words_fault fault = gf_words_split(w, text.data, text.len, &where);
    size_t first = word_len(s, len);
    if (fault == GF_WORDS_SHELL && memchr(s, '=', first))
        goto out;
    MUST(fault == GF_WORDS_OK && w->n == n);
    for (size_t i = 0, at = 0; i < n; i++) {
        size_t size = word_len(s + at, len - at);
        MUST(strlen(w->argv[i]) == size && memcmp(w->argv[i], s + at, size) == 0);
        at += size + 1;
    }
out:
    gf_buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gf_words w = {0};
    split_text(&w, (const char *)data, size);
    if (size > 0)
        quote_and_split(&w, (const char *)data, size);
    gf_words_release(&w);
    return 0;
}
