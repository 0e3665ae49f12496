/*
 * pattern.c - many patterns as one, and the texts that a match must hold.
 *
 * The cautious reading (`required`) walks the top level of a pattern: a run of plain bytes is
 * required as it stands; a byte before a quantifier that may be zero is not; groups, classes and
 * escapes end a run; an alternation at the top, or anything it does not know, and nothing is
 * required. The longest run is kept. It may miss texts, it never invents one.
 */
#include "text/pattern.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "text/block.h"

struct gf_pattern {
    unsigned flags;
    size_t n;
    struct gf_buf source; /* all of them as one pattern */
    struct gf_buf text;   /* the first as it was given; then what is required */
    struct gf_regex *re;
    struct gf_regex *block; /* finds the same in many lines at once; NULL: nothing does */
    struct gf_literal needs;
    bool has_needs, is_text, matches_all;
};

struct gf_pattern *gf_pattern_new(unsigned flags)
{
    struct gf_pattern *p = calloc(1, sizeof *p);
    if (p)
        p->flags = flags;
    return p;
}

void gf_pattern_free(struct gf_pattern *p)
{
    if (!p)
        return;
    gf_regex_free(p->re);
    gf_regex_free(p->block);
    gf_buf_release(&p->source);
    gf_buf_release(&p->text);
    free(p);
}

static int add_quoted(struct gf_buf *b, const char *s, size_t len)
{
    static const char special[] = "\\^$.[]|()?*+{}#&-~ \t\n";
    for (size_t i = 0; i < len; i++) {
        if (s[i] && strchr(special, s[i]))
            gf_buf_putc(b, '\\');
        gf_buf_putc(b, s[i]);
    }
    return b->failed ? -1 : 0;
}

int gf_pattern_add(struct gf_pattern *p, const char *text, size_t len, struct gf_perr *e)
{
    if (!(p->flags & GF_REGEX_FIXED)) {
        /* By itself first, so that a bad one is named and "a)(b" cannot reach into its
         * neighbour. */
        struct gf_regex *re = gf_regex_compile(text, len, p->flags, e);
        if (!re)
            return -1;
        gf_regex_free(re);
    }
    if (p->n++ == 0)
        gf_buf_add(&p->text, text, len);
    else
        gf_buf_putc(&p->source, '|');
    if (p->flags & GF_REGEX_FIXED)
        return add_quoted(&p->source, text, len);
    gf_buf_puts(&p->source, "(?:");
    gf_buf_add(&p->source, text, len);
    return gf_buf_puts(&p->source, p->flags & GF_REGEX_EXTENDED ? "\n)" : ")");
}

/* ---- what every match holds ------------------------------------------------------------------ */

struct reading {
    struct gf_buf run, best;
    size_t last; /* where the last atom of the run begins */
};

static void end_run(struct reading *r)
{
    if (r->run.len > r->best.len) {
        gf_buf_clear(&r->best);
        gf_buf_add(&r->best, r->run.data, r->run.len);
    }
    gf_buf_clear(&r->run);
}

/* Behind a class that opens at p[i]; len + 1: give up. */
static size_t skip_class(const char *p, size_t len, size_t i)
{
    i += i + 1 < len && p[i + 1] == '^' ? 2 : 1;
    i += i < len && p[i] == ']';
    for (; i < len && p[i] != ']'; i++) {
        if (p[i] == '\\')
            i++;
        else if (p[i] == '[' && i + 1 < len && strchr(":.=", p[i + 1]))
            return len + 1; /* [[:alpha:]]: not worth the care */
    }
    return i + 1;
}

/* Behind a group that opens at p[i]; len + 1 when anything in it is beyond this reading. */
static size_t skip_group(const char *p, size_t len, size_t i)
{
    size_t depth = 0;
    if (i + 1 < len && (p[i + 1] == '*' || (p[i + 1] == '?' && (i + 2 >= len || p[i + 2] != ':'))))
        return len + 1;
    while (i < len) {
        if (p[i] == '\\') {
            i += 2;
            if (i <= len && strchr("QEKGc", p[i - 1]))
                return len + 1;
        } else if (p[i] == '[') {
            i = skip_class(p, len, i);
        } else if (p[i] == '(' && i + 1 < len && (p[i + 1] == '?' || p[i + 1] == '*') &&
                   !(i + 2 < len && p[i + 2] == ':')) {
            return len + 1;
        } else {
            depth += p[i] == '(';
            depth -= p[i] == ')';
            i++;
            if (depth == 0)
                return i;
        }
    }
    return len + 1;
}

/* The quantifier at p[i]: *optional when it may be zero, *many when it may be two. Behind it;
 * len + 1: give up, for a brace that is none may have anything behind it. */
static size_t skip_quantifier(const char *p, size_t len, size_t i, bool *optional, bool *many)
{
    *optional = *many = false;
    if (i == len || !p[i] || !strchr("?*+{", p[i]))
        return i;
    *optional = p[i] == '?' || p[i] == '*' || p[i] == '{';
    *many = p[i] != '?';
    if (p[i] == '{') {
        do
            i++;
        while (i < len && p[i] && strchr("0123456789, ", p[i]));
        if (i == len || p[i] != '}')
            return len + 1;
    }
    i++;
    return i < len && (p[i] == '?' || p[i] == '+') ? i + 1 : i;
}

/* One atom at p[i]: returns its end; *plain is its byte, or -1. len + 1: give up. */
static size_t read_atom(const char *p, size_t len, size_t i, int *plain)
{
    *plain = -1;
    switch (p[i]) {
    case '|':
    case ')':
    case '*':
    case '+':
    case '?':
        return len + 1;
    case '[':
        return skip_class(p, len, i);
    case '(':
        return skip_group(p, len, i);
    case '.':
    case '^':
    case '$':
        return i + 1;
    case '\\':
        if (i + 1 == len)
            return len + 1;
        if (strchr("dDwWsSbBhHN", p[i + 1]))
            return i + 2;
        if ((p[i + 1] >= '0' && p[i + 1] <= '9') ||
            ((p[i + 1] | 0x20) >= 'a' && (p[i + 1] | 0x20) <= 'z'))
            return len + 1;
        *plain = (unsigned char)p[i + 1];
        return i + 2;
    default:
        *plain = (unsigned char)p[i];
        return i + 1;
    }
}

/* Reads the atom at p[i] with its quantifier into the reading. Behind it; len + 1: give up. */
static size_t read_on(struct reading *r, const char *p, size_t len, size_t i)
{
    int plain;
    bool optional, many;
    size_t end = read_atom(p, len, i, &plain);
    if (end > len)
        return len + 1;
    end = skip_quantifier(p, len, end, &optional, &many);
    if (plain < 0 || optional)
        end_run(r);
    else
        gf_buf_putc(&r->run, (char)plain);
    if (many)
        end_run(r);
    return end;
}

/* Leaves in `out` the longest text that every match of p holds; empty when nothing is known. */
static int required(const char *p, size_t len, struct gf_buf *out)
{
    struct reading r = {0};
    size_t i = 0;
    while (i < len)
        i = read_on(&r, p, len, i);
    end_run(&r);
    int bad = r.run.failed || r.best.failed;
    gf_buf_clear(out);
    if (!bad && i == len && r.best.len)
        bad = gf_buf_add(out, r.best.data, r.best.len) != 0;
    gf_buf_release(&r.run);
    gf_buf_release(&r.best);
    return bad ? -1 : 0;
}

static int find_needs(struct gf_pattern *p)
{
    if (p->n != 1 || (p->flags & (GF_REGEX_ICASE | GF_REGEX_EXTENDED)))
        return 0;
    static const char special[] = "\\^$.[]|()?*+{}";
    p->is_text = true;
    if (!(p->flags & GF_REGEX_FIXED)) {
        struct gf_buf out = {0};
        for (size_t i = 0; i < p->text.len; i++)
            p->is_text &= !p->text.data[i] || !strchr(special, p->text.data[i]);
        if (!p->is_text && required(p->text.data, p->text.len, &out) != 0) {
            gf_buf_release(&out);
            return -1;
        }
        if (!p->is_text) {
            gf_buf_release(&p->text);
            p->text = out;
        }
    }
    p->is_text &= !(p->flags & (GF_REGEX_WORD | GF_REGEX_LINE));
    p->has_needs = p->text.len > 0;
    p->matches_all = p->is_text && p->text.len == 0;
    if (p->has_needs)
        gf_literal_init(&p->needs, p->text.data, p->text.len);
    return 0;
}

/* A literal this long is found faster than the pattern, and rare enough. */
enum {
    LITERAL_PAYS = 3
};

/* -1: ENOMEM. */
static int make_block(struct gf_pattern *p)
{
    struct gf_buf b = {0};
    if (p->is_text || p->matches_all || (p->has_needs && p->needs.len >= LITERAL_PAYS) ||
        (p->flags & (GF_REGEX_UTF | GF_REGEX_EXTENDED)))
        return 0;
    int can = gf_regex_for_block(p->source.data, p->source.len, &b);
    if (can == 1) {
        unsigned flags = (p->flags & ~(unsigned)GF_REGEX_FIXED) | GF_REGEX_BLOCK;
        p->block = gf_regex_compile(b.data, b.len, flags, NULL);
        can = p->block || errno != ENOMEM ? 0 : -1;
    }
    gf_buf_release(&b);
    return can;
}

int gf_pattern_seal(struct gf_pattern *p, struct gf_perr *e)
{
    if (p->text.failed || p->source.failed || (p->n && find_needs(p) != 0)) {
        errno = ENOMEM;
        return -1;
    }
    if (p->n == 0)
        return 0; /* an empty file of patterns matches nothing */
    p->re = gf_regex_compile(p->source.data ? p->source.data : "", p->source.len,
                             p->flags & ~(unsigned)GF_REGEX_FIXED, e);
    return p->re && make_block(p) == 0 ? 0 : -1;
}

const struct gf_regex *gf_pattern_regex(const struct gf_pattern *p)
{
    return p->re;
}

const struct gf_literal *gf_pattern_needs(const struct gf_pattern *p)
{
    return p->has_needs ? &p->needs : NULL;
}

bool gf_pattern_is_text(const struct gf_pattern *p)
{
    return p->is_text && p->has_needs;
}

/* ---- finding --------------------------------------------------------------------------------- */

int gf_finder_open(struct gf_finder *f, const struct gf_pattern *p)
{
    *f = (struct gf_finder){.pattern = p};
    if (p->re && gf_matcher_open(&f->matcher, p->re) != 0)
        return -1;
    if (!p->block || gf_matcher_open(&f->block, p->block) == 0)
        return 0;
    gf_matcher_release(&f->matcher);
    return -1;
}

void gf_finder_release(struct gf_finder *f)
{
    gf_matcher_release(&f->matcher);
    gf_matcher_release(&f->block);
}

int gf_finder_test(struct gf_finder *f, struct gf_slice rec)
{
    const struct gf_pattern *p = f->pattern;
    if (!p->re)
        return 0;
    if (p->matches_all)
        return 1;
    if (p->has_needs && !gf_literal_find(&p->needs, rec.data, rec.len))
        return 0;
    return p->is_text ? 1 : gf_regex_match(&f->matcher, rec, 0);
}

/* The record around `at`. */
static struct gf_slice record_around(struct gf_slice block, const char *at, char sep)
{
    const char *end = block.data + block.len;
    const char *from = gf_scan_last(block.data, (size_t)(at - block.data), sep);
    const char *to = memchr(at, sep, (size_t)(end - at));
    from = from ? from + 1 : block.data;
    return (struct gf_slice){from, (size_t)((to ? to : end) - from)};
}

/*
 * Where the first record that may match begins or is under way; NULL: none matches. With *sure it
 * does match. A block that is too hard as a whole is looked through record by record.
 */
static const char *find_place(struct gf_finder *f, struct gf_slice block, bool *blocks, bool *sure)
{
    const struct gf_pattern *p = f->pattern;
    *sure = false;
    if (*blocks) {
        int got = gf_regex_match(&f->block, block, 0);
        *sure = got == 1;
        *blocks = got != GF_REGEX_BOUND;
        if (*blocks)
            return got == 1 && f->block.at[0] < block.len ? block.data + f->block.at[0] : NULL;
    }
    return p->has_needs ? gf_literal_find(&p->needs, block.data, block.len) : block.data;
}

int gf_finder_search(struct gf_finder *f, struct gf_slice block, char sep, struct gf_slice *rec)
{
    const char *end = block.data + block.len;
    bool blocks = f->pattern->block && sep == '\n', sure;
    while (block.len) {
        const char *at = find_place(f, block, &blocks, &sure);
        if (!at)
            return 0;
        *rec = record_around(block, at, sep);
        /* A needed text that holds the separator may lie across records. */
        int got = sure ? 1 : gf_finder_test(f, *rec);
        if (got != 0)
            return got;
        const char *next = rec->data + rec->len + 1;
        if (next >= end)
            return 0;
        block = (struct gf_slice){next, (size_t)(end - next)};
    }
    return 0;
}
