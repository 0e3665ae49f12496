/*
 * exprtext.c - words between blanks, each a pointer into the text, so that its column is known.
 *
 * Only the first words are kept: a schedule has no more, and a line goes on with a command.
 */
#include "cron/exprtext.h"

#include <string.h>
#include <strings.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

struct gf_expr_text gf_expr_split(const char *s, size_t len)
{
    struct gf_expr_text t = {.base = s, .end = s + len};
    const char *at = s;
    while (t.n < GF_EXPR_WORDS) {
        while (at < t.end && is_blank(*at))
            at++;
        if (at == t.end)
            break;
        const char *from = at;
        while (at < t.end && !is_blank(*at))
            at++;
        t.w[t.n++] = (struct gf_expr_word){from, (size_t)(at - from)};
    }
    return t;
}

size_t gf_expr_quote(const char *s, const char *end)
{
    const unsigned char *u = (const unsigned char *)s;
    size_t left = (size_t)(end - s);
    if (left && (*s == '"' || *s == '\'' || *s == '`'))
        return 1;
    if (left > 1 && u[0] == 0xc2 && (u[1] == 0xab || u[1] == 0xbb))
        return 2;
    return left > 2 && u[0] == 0xe2 && u[1] == 0x80 && u[2] >= 0x98 && u[2] <= 0x9f ? 3 : 0;
}

bool gf_expr_word_is(const struct gf_expr_word *w, const char *name)
{
    return w->len == strlen(name) && strncasecmp(w->s, name, w->len) == 0;
}

int gf_expr_fail(const struct gf_expr_text *t, int i, struct gf_perr *e, const char *hint,
                 const char *what)
{
    if (i >= t->n)
        return gf_perr_set(e, (size_t)(t->end - t->base), 0, hint, "%s", what);
    return gf_perr_set(e, (size_t)(t->w[i].s - t->base), t->w[i].len, hint, "%s", what);
}

int gf_expr_inside(const struct gf_expr_text *t, int i, struct gf_perr *e)
{
    if (e)
        e->col += (size_t)(t->w[i].s - t->base);
    return -1;
}
