/*
 * expr_values.h - values and functions of the interpreter in expr.c: each number is a decimal, each
 * text a copy in one arena, which an evaluation begins anew.
 */
#ifndef GF_TESTS_FUZZ_EXPR_VALUES_H
#define GF_TESTS_FUZZ_EXPR_VALUES_H

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#include "expr/amount.h"
#include "expr/dec.h"

#include "oracle.h"

enum {
    ARENA = 8 << 20
};

struct val {
    enum {
        MISSING,
        NUMBER,
        TEXT
    } kind;
    bool quoted;
    struct gf_dec dec;
    struct gf_slice text;
};

static char arena[ARENA];
static size_t arena_used;
static bool failed; /* the evaluation: what follows is only read */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* The columns: a, b, c, and the last one. */
static int64_t find(void *arg, struct gf_slice name)
{
    (void)arg;
    static const char names[] = "abc";
    if (name.len == 4 && memcmp(name.data, "last", 4) == 0)
        return -1;
    const char *at = name.len == 1 ? memchr(names, name.data[0], 3) : NULL;
    return at ? at - names + 1 : 0;
}

static char *room(size_t n)
{
    MUST(n <= ARENA - arena_used);
    arena_used += n;
    return arena + arena_used - n;
}

static struct val fail(void)
{
    failed = true;
    return (struct val){0};
}

static struct val number_of(struct gf_dec d)
{
    return (struct val){.kind = NUMBER, .dec = d};
}

static struct val text_of(struct gf_slice s, bool quoted)
{
    return (struct val){.kind = s.len ? TEXT : MISSING, .quoted = quoted, .text = s};
}

static struct gf_slice as_text(struct val v)
{
    if (v.kind == TEXT)
        return v.text;
    if (v.kind == MISSING)
        return (struct gf_slice){"", 0};
    char *to = room(GF_DEC_SIZE);
    return (struct gf_slice){to, gf_dec_text(&v.dec, to)};
}

static bool as_number(struct val v, struct gf_dec *d)
{
    if (v.kind == NUMBER)
        *d = v.dec;
    return v.kind == NUMBER || (v.kind == TEXT && gf_dec_read(v.text, d) == 0);
}

static bool truth(struct val v)
{
    struct gf_dec d;
    if (v.kind == TEXT && v.quoted)
        return true;
    return v.kind != MISSING && (!as_number(v, &d) || d.coef != 0);
}

static struct val flag(bool yes)
{
    return number_of(gf_dec_of(yes));
}

static bool whole(struct val v, int64_t *n)
{
    struct gf_dec d;
    return as_number(v, &d) && gf_dec_whole(&d, n);
}

/* 1: it looks like a number; -1: like one that is out of range; 0. */
static int looks(struct val v, struct gf_dec *d)
{
    if (v.kind == TEXT && v.quoted)
        return 0;
    errno = 0;
    return as_number(v, d) ? 1 : v.kind == TEXT && errno == ERANGE ? -1 : 0;
}

static int order(struct val a, struct val b)
{
    struct gf_dec x, y;
    int p = looks(a, &x), q = looks(b, &y);
    if (p == 1 && q == 1)
        return gf_dec_compare(&x, &y);
    if (p && q)
        return fail(), 0;
    return gf_slice_compare(as_text(a), as_text(b));
}

/* ---- functions ------------------------------------------------------------------------------- */

static struct val with_case(struct val v, char from, int by)
{
    if (v.kind == MISSING)
        return v;
    struct gf_slice s = as_text(v);
    char *to = room(s.len);
    for (size_t i = 0; i < s.len; i++) {
        bool letter = s.data[i] >= from && s.data[i] <= from + 25;
        to[i] = (char)(s.data[i] + (letter ? by : 0));
    }
    return text_of((struct gf_slice){to, s.len}, v.kind == TEXT && v.quoted);
}

static struct val substr(struct val *arg, int n)
{
    int64_t from, most = INT64_MAX;
    if (!whole(arg[1], &from) || (n > 2 && !whole(arg[2], &most)))
        return fail();
    struct gf_slice s = as_text(arg[0]);
    size_t i = 0, len = 0;
    if (from > 0)
        i = (uint64_t)from - 1 < s.len ? (size_t)from - 1 : s.len;
    else if (from < 0 && (uint64_t)-from < s.len)
        i = s.len - (size_t)-from;
    while (i + len < s.len && (int64_t)len < most)
        len++;
    return text_of((struct gf_slice){s.data + i, len}, arg[0].kind != NUMBER && arg[0].quoted);
}

static struct val hex(struct val v)
{
    struct gf_dec d, cut;
    struct gf_slice s = as_text(v);
    char *p = room(64);
    size_t n = 0, sign = s.len && s.data[0] == '-';
    if (v.kind == TEXT && s.len >= sign + 2 && s.data[sign] == '0' &&
        (s.data[sign + 1] == 'x' || s.data[sign + 1] == 'X')) {
        static const struct gf_dec sixteen = {16, 0};
        d = gf_dec_of(0);
        for (size_t i = sign + 2; i < s.len; i++) {
            static const char digits[] = "0123456789abcdefABCDEF";
            const char *at = s.data[i] ? strchr(digits, s.data[i]) : NULL;
            if (!at)
                return fail();
            struct gf_dec digit = gf_dec_of(at - digits < 16 ? at - digits : at - digits - 6);
            if (d.coef >> 123)
                return fail();
            MUST(gf_dec_multiply(&d, &sixteen, &d) == 0 && gf_dec_add(&d, &digit, &d) == 0);
        }
        if (s.len == sign + 2)
            return fail();
        d.coef = sign ? -d.coef : d.coef;
        return number_of(d);
    }
    if (!as_number(v, &d))
        return fail();
    gf_dec_round(&d, 0, GF_DEC_DOWN, &cut);
    if (cut.exp != 0 || gf_dec_compare(&cut, &d) != 0)
        return fail();
    unsigned __int128 all = (unsigned __int128)(cut.coef < 0 ? -cut.coef : cut.coef);
    n += (size_t)snprintf(p, 8, "%s0x", cut.coef < 0 ? "-" : "");
    bool begun = false;
    for (int shift = 124; shift >= 0; shift -= 4) {
        unsigned digit = (unsigned)(all >> shift) & 15;
        begun |= digit || shift == 0;
        if (begun)
            p[n++] = "0123456789abcdef"[digit];
    }
    return text_of((struct gf_slice){p, n}, false);
}

static struct val num(struct val v)
{
    struct gf_dec d;
    if (as_number(v, &d) || (v.kind == TEXT && gf_amount_read(v.text, &d) == 0))
        return number_of(d);
    return fail();
}

static struct val rounded(struct val v, int64_t places, enum gf_dec_way way)
{
    struct gf_dec d;
    if (!as_number(v, &d))
        return fail();
    gf_dec_round(&d, places, way, &d);
    return number_of(d);
}

static struct val best(struct val *arg, int n, int way)
{
    struct gf_dec d, top = {0};
    for (int i = 0; i < n; i++) {
        if (!as_number(arg[i], &d))
            return fail();
        if (i == 0 || gf_dec_compare(&d, &top) == way)
            top = d;
    }
    return number_of(top);
}

static struct val concat(struct val *arg, int n)
{
    size_t len = 0;
    char *to = room(0);
    for (int i = 0; i < n; i++) {
        struct gf_slice s = as_text(arg[i]);
        arg[i] = text_of(s, false);
        len += s.len;
    }
    to = room(len);
    char *p = to;
    for (int i = 0; i < n; i++)
        p = gf_slice_put(p, arg[i].text);
    return text_of((struct gf_slice){to, len}, false);
}

static struct val call(const char *name, struct val *arg, int n)
{
    int64_t places = 0;
    struct gf_dec d;
    if (strcmp(name, "len") == 0)
        return number_of(gf_dec_of((int64_t)as_text(arg[0]).len));
    if (strcmp(name, "lower") == 0)
        return with_case(arg[0], 'A', 32);
    if (strcmp(name, "upper") == 0)
        return with_case(arg[0], 'a', -32);
    if (strcmp(name, "substr") == 0)
        return substr(arg, n);
    if (strcmp(name, "concat") == 0)
        return concat(arg, n);
    if (strcmp(name, "hex") == 0)
        return hex(arg[0]);
    if (strcmp(name, "num") == 0)
        return num(arg[0]);
    if (strcmp(name, "min") == 0)
        return best(arg, n, -1);
    if (strcmp(name, "max") == 0)
        return best(arg, n, 1);
    if (strcmp(name, "floor") == 0)
        return rounded(arg[0], 0, GF_DEC_DOWN);
    if (strcmp(name, "ceil") == 0)
        return rounded(arg[0], 0, GF_DEC_UP);
    if (strcmp(name, "int") == 0)
        return rounded(arg[0], 0, GF_DEC_TO_ZERO);
    if (strcmp(name, "round") == 0)
        return n > 1 && !whole(arg[1], &places) ? fail() : rounded(arg[0], places, GF_DEC_NEAREST);
    MUST(strcmp(name, "abs") == 0);
    if (!as_number(arg[0], &d))
        return fail();
    d.coef = d.coef < 0 ? -d.coef : d.coef;
    return number_of(d);
}

#endif
