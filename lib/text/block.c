/*
 * block.c - a pattern rewritten so that one search goes over many records.
 *
 * One walk over the pattern. Plain bytes are copied; an escape, a class or the head of a group goes
 * to a function of its own, which copies it, writes what stands for it, or refuses the pattern.
 */
#include "text/block.h"

#include <stdbool.h>
#include <string.h>

struct rewriting {
    const char *p;
    size_t len, at;
    struct gf_buf *out;
};

static bool alnum(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool among(const char *set, char c)
{
    return c && strchr(set, c);
}

/* The byte `ahead` of the place, or NUL behind the end. */
static char peek(const struct rewriting *r, size_t ahead)
{
    return r->at + ahead < r->len ? r->p[r->at + ahead] : '\0';
}

static void copy(struct rewriting *r, size_t n)
{
    gf_buf_add(r->out, r->p + r->at, n);
    r->at += n;
}

/* An escape outside a class. */
static bool rewrite_escape(struct rewriting *r)
{
    static const struct {
        char letter;
        const char *without_newline;
    } rows[] = {{'s', "[^\\S\\n]"}, {'D', "[^\\d\\n]"}, {'W', "[^\\w\\n]"}, {'H', "[^\\h\\n]"}};
    char c = peek(r, 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (c == rows[i].letter) {
            r->at += 2;
            gf_buf_puts(r->out, rows[i].without_newline);
            return true;
        }
    if (c == '\n' || r->at + 1 == r->len || (alnum(c) && !among("dwShbBNVtrfea", c)))
        return false;
    copy(r, 2);
    return true;
}

/* [:name:] at `at`: its length, or 0 when it is none of those without a newline. */
static size_t named_class(const struct rewriting *r, size_t at)
{
    static const char *const names[] = {"[:alpha:]",  "[:digit:]", "[:alnum:]", "[:upper:]",
                                        "[:lower:]",  "[:punct:]", "[:blank:]", "[:graph:]",
                                        "[:xdigit:]", "[:print:]", "[:word:]"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t n = strlen(names[i]);
        if (r->len - at >= n && memcmp(r->p + at, names[i], n) == 0)
            return n;
    }
    return 0;
}

/* One member of a class at `at`: its length; 0: refused. *newline: it may hold a newline. */
static size_t class_member(const struct rewriting *r, size_t at, bool *newline)
{
    char c = r->p[at];
    if (c == '\\') {
        char e = at + 1 < r->len ? r->p[at + 1] : 'Q';
        if (among("QEc", e))
            return 0;
        *newline |= e == '\n' || (alnum(e) && !among("dwShtrfeab", e));
        return 2;
    }
    if (c == '[' && at + 1 < r->len && among(":.=", r->p[at + 1]))
        return named_class(r, at);
    /* A range that begins above newline does not reach it. */
    *newline |= (unsigned char)c <= '\n';
    return 1;
}

/*
 * The end of the class at r->at, behind its bracket; 0: refused. A range from an escape may hold
 * anything.
 */
static size_t class_end(const struct rewriting *r, bool *newline)
{
    size_t at = r->at + 1 + (peek(r, 1) == '^');
    bool first = true, escape = false;
    for (; at < r->len && (first || r->p[at] != ']'); first = false) {
        *newline |= r->p[at] == '-' && escape;
        escape = r->p[at] == '\\' || r->p[at] == '[';
        size_t n = class_member(r, at, newline);
        if (n == 0)
            return 0;
        at += n;
    }
    return at < r->len ? at + 1 : 0;
}

static bool rewrite_class(struct rewriting *r)
{
    bool newline = false, inverted = peek(r, 1) == '^';
    size_t end = class_end(r, &newline);
    if (end == 0)
        return false;
    if (inverted) {
        r->at += 2;
        gf_buf_puts(r->out, "[^\\n");
        /* These are plain only where they stand first. */
        if (among("]-", peek(r, 0)))
            gf_buf_putc(r->out, '\\');
    } else if (newline) {
        gf_buf_puts(r->out, "(?:(?!\\n)");
    }
    copy(r, end - r->at);
    if (newline && !inverted)
        gf_buf_putc(r->out, ')');
    return true;
}

/*
 * A positive lookahead is refused for a fault of PCRE2 (10.42): from (?=a)c?a it concludes that a
 * subject holds two a, so what it finds depends on the lines around.
 */
static bool rewrite_group(struct rewriting *r)
{
    char kind = peek(r, 2), next = peek(r, 3);
    bool known = peek(r, 1) != '*' &&
                 (peek(r, 1) != '?' || among(":!>", kind) ||
                  (kind == '<' && (next == '=' || next == '!' || alnum(next) || next == '_')) ||
                  (kind == 'P' && next == '<') || (kind == 'i' && (next == ')' || next == ':')));
    if (known)
        copy(r, 1);
    return known;
}

static bool rewrite_one(struct rewriting *r)
{
    switch (r->p[r->at]) {
    case '\n':
        return false;
    case '\\':
        return rewrite_escape(r);
    case '[':
        return rewrite_class(r);
    case '(':
        return rewrite_group(r);
    default:
        copy(r, 1);
        return true;
    }
}

int gf_regex_for_block(const char *pattern, size_t len, struct gf_buf *out)
{
    struct rewriting r = {.p = pattern, .len = len, .out = out};
    while (r.at < r.len)
        if (!rewrite_one(&r))
            return 0;
    return out->failed ? -1 : 1;
}
