/*
 * chainfile.c - the text of a chain file split into words, as a shell would.
 *
 * A word is put together from bytes, escapes and quoted parts in one buffer, which then becomes the
 * word itself: add_word keeps the bytes and begins an empty buffer. A # begins a comment only where
 * a word could begin.
 */
#include <stdlib.h>
#include <string.h>

#include "base/exit.h"
#include "stream/chain.h"

static int add_word(char ***words, size_t *n, struct gf_buf *b)
{
    char **more = realloc(*words, (*n + 2) * sizeof *more);
    if (!more)
        return -1;
    *words = more;
    (*words)[*n] = b->data;
    (*words)[++*n] = NULL;
    *b = (struct gf_buf){0};
    return 0;
}

/* One byte or quoted part of a word at text[*i]; -1: a quote is not closed, or a NUL is inside. */
static int read_word_part(const char *text, size_t len, size_t *i, struct gf_buf *b)
{
    char c = text[*i];
    if (c == '\0')
        return -1;
    if (c == '\\' && *i + 1 < len) {
        if (text[*i + 1] == '\0')
            return -1;
        *i += 2;
        return gf_buf_putc(b, text[*i - 1]);
    }
    if (c != '\'' && c != '"') {
        ++*i;
        return gf_buf_putc(b, c);
    }
    for (++*i; *i < len && text[*i] != c; ++*i) {
        if (c == '"' && text[*i] == '\\' && *i + 1 < len &&
            (text[*i + 1] == '"' || text[*i + 1] == '\\'))
            ++*i;
        if (text[*i] == '\0')
            return -1;
        gf_buf_putc(b, text[*i]);
    }
    if (*i == len)
        return -1;
    ++*i;
    return 0;
}

static bool white(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

int gf_chain_split(const char *text, size_t len, char ***words, size_t *n, struct gf_fault *f)
{
    struct gf_buf b = {0};
    *words = NULL;
    *n = 0;
    for (size_t i = 0; i < len;) {
        if (white(text[i])) {
            i++;
            continue;
        }
        if (text[i] == '#') {
            const char *end = memchr(text + i, '\n', len - i);
            i = end ? (size_t)(end - text) : len;
            continue;
        }
        gf_buf_add(&b, "", 0);
        while (i < len && !white(text[i]))
            if (read_word_part(text, len, &i, &b) != 0) {
                bool nomem = b.failed;
                gf_buf_release(&b);
                if (nomem)
                    return gf_fault_nomem(f);
                return gf_fault_set(f, GF_EXIT_USAGE, "a quote is not closed, or a NUL is inside");
            }
        if (b.failed || add_word(words, n, &b) != 0) {
            gf_buf_release(&b);
            return gf_fault_nomem(f);
        }
    }
    return 0;
}
