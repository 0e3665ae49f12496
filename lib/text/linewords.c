/*
 * linewords.c - the text of a file split into words, as a shell would.
 *
 * A word is put together from bytes, escapes and quoted parts in one buffer, which then becomes the
 * word itself: add_word keeps the bytes and begins an empty buffer.
 */
#include "text/linewords.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

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

/* Behind what stands between words; whether a line ended there. */
static bool skip_to_word(struct reading *r)
{
    size_t skip;
    bool ended = false;
    while (r->at < r->len) {
        if (white(r->text[r->at])) {
            ended = ended || r->text[r->at] == '\n';
            r->at++;
        } else if ((skip = continuation(r, r->at)) != 0) {
            r->at += skip;
        } else if (r->text[r->at] == '#') {
            const char *end = memchr(r->text + r->at, '\n', r->len - r->at);
            r->at = end ? (size_t)(end - r->text) : r->len;
        } else {
            break;
        }
    }
    return ended;
}

/* Room for one word more, and for the NULL behind it. */
static int make_room(struct gf_linewords *w)
{
    if (w->n + 2 <= w->cap)
        return 0;
    size_t cap = w->cap ? w->cap * 2 : 16;
    char **word = realloc(w->word, cap * sizeof *word);
    if (!word)
        return -1;
    w->word = word;
    size_t *line = realloc(w->line, cap * sizeof *line);
    if (!line)
        return -1;
    w->line = line;
    bool *begins = realloc(w->begins, cap * sizeof *begins);
    if (!begins)
        return -1;
    w->begins = begins;
    w->cap = cap;
    return 0;
}

static int add_word(struct gf_linewords *w, struct gf_buf *b, size_t line, bool begins)
{
    if (make_room(w) != 0)
        return -1;
    w->word[w->n] = b->data;
    w->line[w->n] = line;
    w->begins[w->n] = begins;
    w->word[++w->n] = NULL;
    *b = (struct gf_buf){0};
    return 0;
}

/* Lines that end in text[from..to). */
static size_t lines_in(const struct reading *r, size_t from, size_t to)
{
    size_t n = 0;
    for (size_t i = from; i < to; i++)
        n += r->text[i] == '\n';
    return n;
}

int gf_linewords_split(struct gf_linewords *w, const char *text, size_t len)
{
    struct reading r = {.text = text, .len = len};
    struct gf_buf b = {0};
    size_t line = 1, counted = 0;
    bool begins = true;
    for (;;) {
        begins = skip_to_word(&r) || begins;
        if (r.at >= len)
            return 0;
        line += lines_in(&r, counted, r.at);
        counted = r.at;
        int bad = gf_buf_add(&b, "", 0);
        while (bad == 0 && r.at < len && !white(text[r.at]))
            bad = read_word_part(&r, &b);
        if (bad != 0 || b.failed || add_word(w, &b, line, begins) != 0) {
            gf_buf_release(&b);
            w->wrong = r.wrong;
            w->wrong_line = line + (r.wrong ? lines_in(&r, counted, r.wrong_at) : 0);
            return -1;
        }
        begins = false;
    }
}

void gf_linewords_release(struct gf_linewords *w)
{
    for (size_t i = 0; i < w->n; i++)
        free(w->word[i]);
    free(w->word);
    free(w->line);
    free(w->begins);
    *w = (struct gf_linewords){0};
}
