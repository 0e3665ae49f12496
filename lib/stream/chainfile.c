/*
 * chainfile.c - the text of a chain file split into words, as a shell would.
 *
 * A word is put together from bytes, escapes and quoted parts in one buffer, which then becomes the
 * word itself: add_word keeps the bytes and begins an empty buffer. A # begins a comment only where
 * a word could begin. A line ends in LF or CR LF, and a backslash in front joins it to the next.
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

/* A text while it is read. */
struct reading {
    const char *text;
    size_t len, at;
    const char *wrong; /* what, at wrong_at */
    size_t wrong_at;
};

static int refuse(struct reading *r, size_t at, const char *what)
{
    r->wrong = what;
    r->wrong_at = at;
    return -1;
}

/* How long a backslash and the end of its line are at `at`, 0: there is another byte. Nothing is
 * there, as in a shell, and the next line goes on. */
static size_t continuation(const struct reading *r, size_t at)
{
    size_t end = at + 1;
    if (at >= r->len || r->text[at] != '\\')
        return 0;
    end += end < r->len && r->text[end] == '\r';
    return end < r->len && r->text[end] == '\n' ? end + 1 - at : 0;
}

/* The part in quotes that begins at r->at. In double ones a backslash is that of a shell: it stands
 * for itself but before one of four bytes. */
static int read_quoted(struct reading *r, struct gf_buf *b)
{
    size_t from = r->at++, skip;
    char quote = r->text[from];
    for (; r->at < r->len && r->text[r->at] != quote; r->at++) {
        if (quote == '"' && (skip = continuation(r, r->at)) != 0) {
            r->at += skip - 1;
            continue;
        }
        if (quote == '"' && r->text[r->at] == '\\' && r->at + 1 < r->len &&
            r->text[r->at + 1] != '\0' && strchr("\"\\$`", r->text[r->at + 1]))
            r->at++;
        if (r->text[r->at] == '\0')
            return refuse(r, r->at, "a NUL is in a word");
        gf_buf_putc(b, r->text[r->at]);
    }
    if (r->at == r->len)
        return refuse(r, from, "the quote that begins there is not closed");
    r->at++;
    return 0;
}

/* One byte or quoted part of a word. -1: it is refused, or there is no memory. */
static int read_word_part(struct reading *r, struct gf_buf *b)
{
    size_t skip = continuation(r, r->at);
    char c = r->text[r->at];
    if (skip) {
        r->at += skip;
        return 0;
    }
    if (c == '\'' || c == '"')
        return read_quoted(r, b);
    if (c == '\\' && r->at + 1 < r->len)
        c = r->text[++r->at];
    if (c == '\0')
        return refuse(r, r->at, "a NUL is in a word");
    r->at++;
    return gf_buf_putc(b, c);
}

static bool white(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Behind what stands between words. */
static void skip_to_word(struct reading *r)
{
    size_t skip;
    while (r->at < r->len) {
        if (white(r->text[r->at])) {
            r->at++;
        } else if ((skip = continuation(r, r->at)) != 0) {
            r->at += skip;
        } else if (r->text[r->at] == '#') {
            const char *end = memchr(r->text + r->at, '\n', r->len - r->at);
            r->at = end ? (size_t)(end - r->text) : r->len;
        } else {
            return;
        }
    }
}

static int refused(const struct reading *r, struct gf_fault *f)
{
    size_t line = 1;
    if (!r->wrong)
        return gf_fault_nomem(f);
    for (size_t i = 0; i < r->wrong_at; i++)
        line += r->text[i] == '\n';
    return gf_fault_set(f, GF_EXIT_USAGE, "line %zu of the chain file: %s", line, r->wrong);
}

int gf_chain_split(const char *text, size_t len, char ***words, size_t *n, struct gf_fault *f)
{
    struct reading r = {.text = text, .len = len};
    struct gf_buf b = {0};
    *words = NULL;
    *n = 0;
    for (skip_to_word(&r); r.at < len; skip_to_word(&r)) {
        int bad = gf_buf_add(&b, "", 0);
        while (bad == 0 && r.at < len && !white(text[r.at]))
            bad = read_word_part(&r, &b);
        if (bad != 0 || b.failed || add_word(words, n, &b) != 0) {
            gf_buf_release(&b);
            return refused(&r, f);
        }
    }
    return 0;
}
