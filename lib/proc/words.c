/*
 * words.c - a text for a shell split into words, in one pass.
 *
 * One pass over the text. Outside of quotes blanks end a word; a quote hands over to the reader of
 * its kind, which appends what it means and leaves the place behind it. The words lie one behind
 * the other in `bytes`, each with a NUL; where they start is known at the end, when the bytes no
 * longer move.
 */
#include "proc/words.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct scan {
    struct gf_words *w;
    const char *text;
    size_t len, at;
    enum gf_words_fault fault;
    size_t where;
};

static bool refuse(struct scan *s, enum gf_words_fault fault, size_t where)
{
    s->fault = fault;
    s->where = where;
    return false;
}

static bool at_end(const struct scan *s)
{
    return s->at == s->len;
}

static void put(struct scan *s, char c)
{
    gf_buf_putc(&s->w->bytes, c ? c : '\n');
}

/* '...': everything is itself. */
static bool read_single(struct scan *s)
{
    size_t open = s->at++;
    while (!at_end(s) && s->text[s->at] != '\'')
        put(s, s->text[s->at++]);
    if (at_end(s))
        return refuse(s, GF_WORDS_OPEN, open);
    s->at++;
    return true;
}

/* "...": a backslash counts before four bytes; an expansion is a shell's business. */
static bool read_double(struct scan *s)
{
    size_t open = s->at++;
    for (; !at_end(s) && s->text[s->at] != '"'; s->at++) {
        char c = s->text[s->at];
        if (c == '$' || c == '`')
            return refuse(s, GF_WORDS_SHELL, s->at);
        if (c == '\\' && s->at + 1 < s->len && memchr("$`\"\\", s->text[s->at + 1], 4))
            c = s->text[++s->at];
        put(s, c);
    }
    if (at_end(s))
        return refuse(s, GF_WORDS_OPEN, open);
    s->at++;
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* \xHH and \OOO. A NUL cannot be in a word. */
static bool read_code(struct scan *s)
{
    size_t from = s->at;
    bool hex = s->text[s->at] == 'x';
    int base = hex ? 16 : 8, value = 0;
    s->at += hex;
    for (int n = hex ? 2 : 3; n > 0 && !at_end(s); n--, s->at++) {
        int digit = hex_digit(s->text[s->at]);
        if (digit == -1 || digit >= base)
            break;
        value = value * base + digit;
    }
    if (value == 0 || value > UINT8_MAX)
        return refuse(s, GF_WORDS_SHELL, from);
    put(s, (char)value);
    return true;
}

/* Behind a backslash in $'...'. */
static bool read_escape(struct scan *s)
{
    static const char names[] = "abefnrtv\\'\"?", bytes[] = "\a\b\033\f\n\r\t\v\\'\"?";
    char c = s->text[s->at];
    const char *name = c ? strchr(names, c) : NULL;
    if (!name)
        return c == 'x' || (c >= '0' && c <= '7') ? read_code(s) : refuse(s, GF_WORDS_SHELL, s->at);
    put(s, bytes[name - names]);
    s->at++;
    return true;
}

/* $'...' */
static bool read_dollar_single(struct scan *s)
{
    size_t open = s->at;
    s->at += 2;
    while (!at_end(s) && s->text[s->at] != '\'') {
        if (s->text[s->at] != '\\') {
            put(s, s->text[s->at++]);
            continue;
        }
        s->at++;
        if (at_end(s))
            break;
        if (!read_escape(s))
            return false;
    }
    if (at_end(s))
        return refuse(s, GF_WORDS_OPEN, open);
    s->at++;
    return true;
}

static bool read_backslash(struct scan *s)
{
    if (s->at + 1 == s->len)
        return refuse(s, GF_WORDS_OPEN, s->at);
    s->at++;
    if (s->text[s->at] && s->text[s->at] != '\n') /* with a newline it stands for nothing */
        put(s, s->text[s->at]);
    s->at++;
    return true;
}

static bool is_name(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!isalnum((unsigned char)s[i]) && s[i] != '_')
            return false;
    return len && !isdigit((unsigned char)s[0]);
}

/* A byte without quotes around it, in the word that starts at `start`. */
static bool read_plain(struct scan *s, size_t start)
{
    char c = s->text[s->at];
    if (!c || strchr("\n|&;<>()$`*?[]{}!^", c) || (s->at == start && (c == '#' || c == '~')))
        return refuse(s, GF_WORDS_SHELL, s->at);
    /* NAME=VALUE in front of the command */
    if (c == '=' && s->w->n == 1 && is_name(s->text + start, s->at - start))
        return refuse(s, GF_WORDS_SHELL, s->at);
    put(s, c);
    s->at++;
    return true;
}

static bool read_piece(struct scan *s, size_t start)
{
    switch (s->text[s->at]) {
    case '\'':
        return read_single(s);
    case '"':
        return read_double(s);
    case '\\':
        return read_backslash(s);
    case '$':
        if (s->at + 1 < s->len && s->text[s->at + 1] == '\'')
            return read_dollar_single(s);
        return refuse(s, GF_WORDS_SHELL, s->at);
    default:
        return read_plain(s, start);
    }
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool read_word(struct scan *s)
{
    s->w->n++;
    size_t start = s->at;
    while (!at_end(s) && !is_blank(s->text[s->at]))
        if (!read_piece(s, start))
            return false;
    gf_buf_putc(&s->w->bytes, '\0');
    return true;
}

static enum gf_words_fault make_argv(struct gf_words *w)
{
    if (w->bytes.failed)
        return GF_WORDS_NOMEM;
    if (w->n + 1 > w->cap) {
        char **grown = reallocarray(w->argv, w->n + 1, sizeof *grown);
        if (!grown)
            return GF_WORDS_NOMEM;
        w->argv = grown;
        w->cap = w->n + 1;
    }
    char *at = w->bytes.data;
    for (size_t i = 0; i < w->n; i++) {
        w->argv[i] = at;
        at += strlen(at) + 1;
    }
    w->argv[w->n] = NULL;
    return GF_WORDS_OK;
}

enum gf_words_fault gf_words_split(struct gf_words *w, const char *text, size_t len, size_t *where)
{
    struct scan s = {.w = w, .text = text, .len = len};
    w->n = 0;
    gf_buf_clear(&w->bytes);
    for (;;) {
        while (!at_end(&s) && is_blank(text[s.at]))
            s.at++;
        if (at_end(&s))
            break;
        if (!read_word(&s)) {
            *where = s.where;
            return s.fault;
        }
    }
    return w->n ? make_argv(w) : GF_WORDS_NONE;
}

void gf_words_release(struct gf_words *w)
{
    free(w->argv);
    gf_buf_release(&w->bytes);
    *w = (struct gf_words){0};
}
