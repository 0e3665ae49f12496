/*
 * subst.c - the replacement as pieces, and one walk over the matches.
 *
 * An expression is cut at its delimiter first, keeping the backslashes, then each part is freed of
 * those that only protect the delimiter. A piece is text or the number of a group. Where the
 * pattern needs a literal that the record has not, the matcher is not asked at all. y/// is a table
 * of 256 bytes (bytemap.h).
 */
#include "text/subst.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "text/bytemap.h"
#include "text/fields.h"

/* A piece of a replacement: plain text, or a group. */
struct piece {
    int group; /* -1: the text */
    size_t at, len;
};

struct gf_subst {
    struct gf_regex *re;        /* NULL: y/// */
    struct gf_pattern *pattern; /* the same, for what it needs */
    bool all;
    struct gf_buf text;
    struct piece *piece;
    size_t n;
    unsigned char map[256];
};

void gf_subst_free(struct gf_subst *s)
{
    if (!s)
        return;
    gf_regex_free(s->re);
    gf_pattern_free(s->pattern);
    gf_buf_release(&s->text);
    free(s->piece);
    free(s);
}

/* ---- cutting the expression ------------------------------------------------------------------ */

struct part {
    size_t from, to; /* in the expression */
};

static int cut_part(const char *text, size_t len, size_t *at, char delimiter, struct part *p,
                    struct gf_perr *e)
{
    p->from = *at;
    for (; *at < len && text[*at] != delimiter; ++*at)
        if (text[*at] == '\\' && *at + 1 < len)
            ++*at;
    p->to = *at;
    if (*at == len)
        return gf_perr_set(e, len, 0, NULL, "the closing '%c' is missing", delimiter);
    ++*at;
    return 0;
}

/* The part without the backslashes that only protect the delimiter. */
static int unprotect(struct gf_buf *b, const char *text, struct part p, char delimiter)
{
    for (size_t i = p.from; i < p.to; i++) {
        if (text[i] == '\\' && i + 1 < p.to) {
            if (text[i + 1] != delimiter)
                gf_buf_putc(b, '\\');
            i++;
        }
        gf_buf_putc(b, text[i]);
    }
    return gf_buf_add(b, "", 0);
}

static bool good_delimiter(char c)
{
    return c && c != '\\' && c != ' ' && c != '\t' && c != '\n' && !(c >= '0' && c <= '9') &&
           !((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* ---- replacements ---------------------------------------------------------------------------- */

static int add_piece(struct gf_subst *s, struct piece p)
{
    struct piece *more = realloc(s->piece, (s->n + 1) * sizeof *more);
    if (!more)
        return -1;
    s->piece = more;
    s->piece[s->n++] = p;
    return 0;
}

static int add_text(struct gf_subst *s, char c)
{
    if (s->n == 0 || s->piece[s->n - 1].group != -1)
        if (add_piece(s, (struct piece){-1, s->text.len, 0}) != 0)
            return -1;
    s->piece[s->n - 1].len++;
    return gf_buf_putc(&s->text, c);
}

static bool word_byte(char c)
{
    return c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* `$...` at r[i], where r has `len` bytes. Returns its end, or 0 after an error. */
static size_t read_group(struct gf_subst *s, const char *r, size_t len, size_t i, size_t col,
                         struct gf_perr *e)
{
    bool brace = i + 1 < len && r[i + 1] == '{';
    size_t from = i + 1 + brace, to = from;
    if (!brace && from < len && r[from] == '&')
        return add_piece(s, (struct piece){0, 0, 0}) == 0 ? from + 1 : 0;
    if (!brace && from < len && r[from] == '$')
        return add_text(s, '$') == 0 ? from + 1 : 0;
    bool digits = from < len && r[from] >= '0' && r[from] <= '9';
    while (to < len && (digits ? r[to] >= '0' && r[to] <= '9' : word_byte(r[to])))
        to++;
    if (to == from || (brace && (to == len || r[to] != '}'))) {
        gf_perr_say(e, col + i, 1, "a dollar sign of its own is written $$",
                    "no group follows the dollar sign");
        return 0;
    }
    long group = 0;
    for (size_t k = from; digits && k < to && group < INT_MAX / 20; k++)
        group = group * 10 + (r[k] - '0');
    if (!digits)
        group = gf_regex_group(s->re, r + from, to - from);
    if (group < 0 || group > (long)gf_regex_groups(s->re)) {
        gf_perr_say(e, col + i, to + brace - i, NULL, "the pattern has no group '%.*s'",
                    (int)(to - from < 40 ? to - from : 40), r + from);
        return 0;
    }
    return add_piece(s, (struct piece){(int)group, 0, 0}) == 0 ? to + brace : 0;
}

/* A backslash at r[i]. Returns the end of what it begins, or 0 after an error. */
static size_t read_backslash(struct gf_subst *s, const char *r, size_t len, size_t i, size_t col,
                             struct gf_perr *e)
{
    char c = i + 1 < len ? r[i + 1] : '\0';
    size_t n = c == 'x' && len - i >= 4 ? 4 : 2;
    struct gf_buf one = {0};
    if (c >= '1' && c <= '9') {
        if ((unsigned)(c - '0') <= gf_regex_groups(s->re))
            return add_piece(s, (struct piece){c - '0', 0, 0}) == 0 ? i + 2 : 0;
        gf_perr_say(e, col + i, 2, NULL, "the pattern has no group '%c'", c);
        return 0;
    }
    if (c && strchr("ULEul", c)) {
        gf_perr_say(e, col + i, 2, "operations change case: upper, lower; or y/a-z/A-Z/",
                    "a replacement does not change case");
        return 0;
    }
    if (c && !word_byte(c) && c != '\\') /* it only takes the meaning away */
        return add_text(s, c) == 0 ? i + 2 : 0;
    int bad = gf_unescape(&one, r + i, n < len - i ? n : len - i, e);
    if (bad && e)
        e->col += col + i;
    bad = bad || add_text(s, one.data[0]) != 0;
    gf_buf_release(&one);
    return bad ? 0 : i + n;
}

static int read_replacement(struct gf_subst *s, const char *r, size_t len, size_t col,
                            char delimiter, struct gf_perr *e)
{
    for (size_t i = 0; i < len;) {
        if (r[i] == '&' && delimiter != '&')
            return gf_perr_set(e, col + i, 1, "the match is $&, an ampersand is \\&",
                               "an ampersand by itself");
        if (r[i] == '$')
            i = read_group(s, r, len, i, col, e);
        else if (r[i] == '\\')
            i = read_backslash(s, r, len, i, col, e);
        else
            i = add_text(s, r[i]) == 0 ? i + 1 : 0;
        if (i == 0)
            return -1;
    }
    return 0;
}

/* ---- the two kinds --------------------------------------------------------------------------- */

static int read_flags(struct gf_subst *s, const char *text, size_t len, size_t at, unsigned *flags,
                      struct gf_perr *e)
{
    for (; at < len; at++) {
        if (text[at] == 'g')
            s->all = true;
        else if (text[at] == 'i')
            *flags |= GF_REGEX_ICASE;
        else if (text[at] == 'x')
            *flags |= GF_REGEX_EXTENDED;
        else
            return gf_perr_set(e, at, 1, "flags are g, i and x", "unknown flag");
    }
    return 0;
}

static int read_s(struct gf_subst *s, const char *text, size_t len, struct part *p, size_t at,
                  unsigned flags, struct gf_perr *e)
{
    struct gf_buf re = {0}, rep = {0};
    int r = -1;
    if (read_flags(s, text, len, at, &flags, e) != 0 || unprotect(&re, text, p[0], text[1]) != 0 ||
        unprotect(&rep, text, p[1], text[1]) != 0)
        goto out;
    s->re = gf_regex_compile(re.data, re.len, flags, e);
    if (!s->re) {
        if (e)
            e->col += p[0].from;
        goto out;
    }
    s->pattern = gf_pattern_new(flags);
    if (s->pattern && gf_pattern_add(s->pattern, re.data, re.len, e) == 0 &&
        gf_pattern_seal(s->pattern) == 0)
        r = read_replacement(s, rep.data, rep.len, p[1].from, text[1], e);
out:
    gf_buf_release(&re);
    gf_buf_release(&rep);
    return r;
}

static int read_y(struct gf_subst *s, const char *text, size_t len, struct part *p, size_t at,
                  struct gf_perr *e)
{
    struct gf_buf from = {0}, to = {0};
    int r = -1;
    if (at < len)
        gf_perr_say(e, at, len - at, NULL, "y takes no flags");
    else if (unprotect(&from, text, p[0], text[1]) == 0 && unprotect(&to, text, p[1], text[1]) == 0)
        r = gf_bytemap_read(s->map, (struct gf_slice){from.data, from.len},
                            (struct gf_slice){to.data, to.len}, text[1] != '-', e);
    if (r != 0 && e && at == len) { /* the place is both sides */
        e->col = p[0].from;
        e->len = p[1].to - p[0].from;
    }
    gf_buf_release(&from);
    gf_buf_release(&to);
    return r;
}

struct gf_subst *gf_subst_parse(const char *text, size_t len, unsigned flags, struct gf_perr *e)
{
    struct part p[2];
    size_t at = 2;
    errno = EINVAL;
    if (len < 2 || (text[0] != 's' && text[0] != 'y') || !good_delimiter(text[1])) {
        gf_perr_say(e, 0, len ? 1 : 0, NULL,
                    "an expression is s/pattern/replacement/ or y/abc/xyz/");
        return NULL;
    }
    struct gf_subst *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    if (cut_part(text, len, &at, text[1], &p[0], e) == 0 &&
        cut_part(text, len, &at, text[1], &p[1], e) == 0 &&
        (text[0] == 's' ? read_s(s, text, len, p, at, flags, e) : read_y(s, text, len, p, at, e)) ==
            0)
        return s;
    gf_subst_free(s);
    return NULL;
}

/* ---- running --------------------------------------------------------------------------------- */

int gf_substituter_open(struct gf_substituter *t, const struct gf_subst *s)
{
    *t = (struct gf_substituter){.subst = s};
    return s->re ? gf_matcher_open(&t->matcher, s->re) : 0;
}

void gf_substituter_release(struct gf_substituter *t)
{
    gf_matcher_release(&t->matcher);
}

static int run_y(const struct gf_subst *s, struct gf_slice rec, struct gf_buf *out)
{
    if (gf_buf_reserve(out, rec.len) != 0)
        return -1;
    for (size_t i = 0; i < rec.len; i++)
        out->data[out->len + i] = (char)s->map[(unsigned char)rec.data[i]];
    out->len += rec.len;
    return 1;
}

static void add_pieces(const struct gf_subst *s, const size_t *at, struct gf_slice rec,
                       struct gf_buf *out)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct piece *p = &s->piece[i];
        if (p->group < 0) {
            gf_buf_add(out, s->text.data + p->at, p->len);
            continue;
        }
        const size_t *group = at + 2 * (size_t)p->group;
        size_t from = group[0], to = group[1];
        if (from != SIZE_MAX && to > from)
            gf_buf_add(out, rec.data + from, to - from);
    }
}

int gf_subst_run(struct gf_substituter *t, struct gf_slice rec, struct gf_buf *out)
{
    const struct gf_subst *s = t->subst;
    if (!s->re)
        return run_y(s, rec, out);
    const struct gf_literal *needs = gf_pattern_needs(s->pattern);
    if (needs && !gf_literal_find(needs, rec.data, rec.len))
        return 0;
    size_t from = 0, copied = 0, matches = 0;
    while (from <= rec.len) {
        int got = gf_regex_match(&t->matcher, rec, from);
        if (got < 0)
            return got;
        if (got == 0)
            break;
        size_t start = t->matcher.at[0], end = t->matcher.at[1];
        /* An empty match right behind the last one is none (as in sed). */
        if (!(matches && start == end && start == copied)) {
            matches++;
            gf_buf_add(out, rec.data + copied, start - copied);
            add_pieces(s, t->matcher.at, rec, out);
            copied = end > copied ? end : copied;
        }
        if (!s->all)
            break;
        from = end > start ? end : end + 1;
    }
    if (!matches)
        return 0;
    gf_buf_add(out, rec.data + copied, rec.len - copied);
    return out->failed ? -1 : 1;
}
