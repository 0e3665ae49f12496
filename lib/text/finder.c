/*
 * finder.c - the first of many to match, without searching the block with all of them to its end.
 *
 * A block is searched with one part after the other (pattern_parts.h), each only up to the record
 * that was found so far, and the part that found it is first the next time. So a pattern that is in
 * every record keeps the others from searching beyond, and nothing is remembered of the block but
 * the order of the parts. A single is asked about a record once, however often the text that it
 * needs is there. A match comes before a bound that another pattern hits in the same record.
 *
 * For places in a record the parts are cursors: each is asked for its next place only when that
 * lies behind `from` no more. A single takes part when the text that it needs is in the record.
 */
#include <errno.h>
#include <stdlib.h>

#include "text/pattern.h"
#include "text/pattern_parts.h"

struct gf_asked {
    uint64_t turn; /* of the search */
    size_t at;     /* where the record begins in its block */
};

struct gf_cursor {
    uint64_t turn; /* of the record; else it takes no part */
    bool none, fresh;
    struct gf_place place;
};

/* ---- opening --------------------------------------------------------------------------------- */

static int open_matcher(struct gf_finder *f)
{
    const struct gf_pattern *p = f->pattern;
    size_t most = 0;
    for (size_t i = 1; i < p->singles; i++)
        if (gf_regex_groups(p->single[i].re) > gf_regex_groups(p->single[most].re))
            most = i;
    return p->singles ? gf_matcher_open(&f->matcher, p->single[most].re) : 0;
}

int gf_finder_open(struct gf_finder *f, const struct gf_pattern *p)
{
    *f = (struct gf_finder){.pattern = p};
    if (open_matcher(f) != 0)
        return -1;
    if (p->alone)
        return 0;
    f->part = malloc((p->parts + 1) * sizeof *f->part);
    f->asked = calloc(p->singles + 1, sizeof *f->asked);
    f->place = calloc(p->classes + p->singles + 1, sizeof *f->place);
    if (!f->part || !f->asked || !f->place) {
        gf_finder_release(f);
        errno = ENOMEM;
        return -1;
    }
    for (size_t i = 0; i < p->parts; i++)
        f->part[i] = (uint32_t)i;
    return 0;
}

void gf_finder_release(struct gf_finder *f)
{
    gf_matcher_release(&f->matcher);
    gf_buf_release(&f->key);
    free(f->part);
    free(f->asked);
    free(f->place);
    *f = (struct gf_finder){0};
}

/* ---- searching a block ----------------------------------------------------------------------- */

struct search {
    struct gf_finder *f;
    struct gf_slice block;
    bool one; /* the block is one record, without a separator */
    char sep;
    size_t limit;         /* what begins behind it is of no use */
    struct gf_slice rec;  /* around the last place that was looked at */
    int got;              /* what was found in front of the limit */
    struct gf_slice best; /* where */
};

static void found(struct search *s, struct gf_slice rec, int got)
{
    size_t from = (size_t)(rec.data - s->block.data);
    s->got = got;
    s->best = rec;
    s->limit = got == 1 ? from : from + rec.len + !s->one;
}

static void look_around(struct search *s, size_t at)
{
    const char *p = s->block.data + at;
    if (s->one)
        s->rec = s->block;
    else if (!s->rec.data || p < s->rec.data || p > s->rec.data + s->rec.len)
        s->rec = gf_record_around(s->block, p, s->sep);
}

static bool word_byte(char c)
{
    return c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool is_word(const char *p, size_t len, size_t at, size_t n)
{
    return !(at && word_byte(p[at - 1])) && !(at + n < len && word_byte(p[at + n]));
}

/* A visit (multi.h): a text that decides, or one that a single needs. */
static size_t on_text(void *context, size_t at, size_t len, uint32_t owner)
{
    struct search *s = context;
    const struct gf_pattern *p = s->f->pattern;
    bool decides = owner == GF_PATTERN_TEXT;
    if (decides && (p->flags & GF_REGEX_WORD) && !is_word(s->block.data, s->block.len, at, len))
        return s->limit;
    look_around(s, at);
    size_t from = (size_t)(s->rec.data - s->block.data);
    if (at + len > from + s->rec.len)
        return s->limit; /* the text holds a separator */
    int got = 1;
    if (!decides) {
        struct gf_asked *asked = &s->f->asked[owner];
        if (asked->turn == s->f->turn && asked->at == from)
            return s->limit;
        *asked = (struct gf_asked){s->f->turn, from};
        got = gf_single_test(&p->single[owner], &s->f->matcher, s->rec);
    }
    if (got != 0)
        found(s, s->rec, got);
    return s->limit;
}

/* Whether rec is in the set. */
static int is_in_set(struct gf_finder *f, struct gf_slice rec)
{
    const struct gf_pattern *p = f->pattern;
    struct gf_slice key;
    if (rec.len < p->shortest || rec.len > p->longest)
        return 0;
    /* Without memory for a copy the record counts as too hard: never as one that does not match. */
    if (gf_pattern_key(p, rec, &f->key, &key) != 0)
        return GF_REGEX_BOUND;
    return gf_keytable_get(&p->set, key, gf_keytable_hash(&p->set, key)) != NULL;
}

static void search_set(struct search *s)
{
    for (size_t at = 0; at < s->limit || (s->one && at == 0);) {
        s->rec = s->block;
        if (!s->one)
            s->rec = gf_record_around((struct gf_slice){s->block.data + at, s->block.len - at},
                                      s->block.data + at, s->sep);
        int got = is_in_set(s->f, s->rec);
        if (got != 0) {
            found(s, s->rec, got);
            return;
        }
        at += s->rec.len + 1;
    }
}

static void search_loner(struct search *s, uint32_t i)
{
    const struct gf_single *single = &s->f->pattern->single[i];
    struct gf_slice rec = s->block, front = {s->block.data, s->limit};
    int got = s->one ? gf_single_test(single, &s->f->matcher, rec)
                     : gf_single_search(single, &s->f->matcher, front, s->sep, &rec);
    if (got != 0)
        found(s, rec, got);
}

static void search_part(struct search *s, uint32_t part)
{
    const struct gf_pattern *p = s->f->pattern;
    if (part < p->classes)
        gf_multi_scan(p->texts, part, s->block.data, s->limit, on_text, s);
    else if (p->in_set && part == p->classes)
        search_set(s);
    else
        search_loner(s, p->loner[part - p->classes - (p->in_set > 0)]);
}

/* The last part to find the best goes to the front. */
static void search_all(struct search *s)
{
    struct gf_finder *f = s->f;
    size_t parts = f->pattern->parts, last = 0;
    f->turn++;
    for (size_t i = 0; i < parts; i++) {
        const char *best = s->got == 1 ? s->best.data : NULL;
        if (best && s->limit == 0)
            break;
        search_part(s, f->part[i]);
        if (s->got == 1 && s->best.data != best)
            last = i;
    }
    if (last) {
        uint32_t first = f->part[last];
        memmove(f->part + 1, f->part, last * sizeof *f->part);
        f->part[0] = first;
    }
}

int gf_finder_test(struct gf_finder *f, struct gf_slice rec)
{
    const struct gf_pattern *p = f->pattern;
    if (p->alone)
        return gf_single_test(&p->single[0], &f->matcher, rec);
    if (p->matches_all)
        return 1;
    struct gf_slice block = {rec.data ? rec.data : "", rec.len};
    struct search s = {.f = f, .block = block, .one = true, .limit = rec.len};
    search_all(&s);
    return s.got;
}

int gf_finder_search(struct gf_finder *f, struct gf_slice block, char sep, struct gf_slice *rec)
{
    const struct gf_pattern *p = f->pattern;
    if (block.len == 0)
        return 0;
    if (p->alone)
        return gf_single_search(&p->single[0], &f->matcher, block, sep, rec);
    if (p->matches_all) {
        *rec = gf_record_around(block, block.data, sep);
        return 1;
    }
    struct search s = {.f = f, .block = block, .sep = sep, .limit = block.len};
    search_all(&s);
    *rec = s.best;
    return s.got;
}

/* ---- places in a record ---------------------------------------------------------------------- */

/* Looks for the leftmost text, the longest of those; or marks the singles whose texts are there. */
struct texts {
    struct gf_finder *f;
    struct gf_slice rec;
    size_t from;
    struct gf_cursor *c; /* NULL: marks */
    size_t longest;
    size_t limit; /* what counts of the record, behind `from` */
};

static size_t on_place(void *context, size_t at, size_t len, uint32_t owner)
{
    struct texts *t = context;
    const struct gf_pattern *p = t->f->pattern;
    if (!t->c) {
        struct gf_cursor *single = &t->f->place[p->classes + (owner % GF_PATTERN_TEXT)];
        if (owner != GF_PATTERN_TEXT)
            *single = (struct gf_cursor){.turn = t->f->turn, .fresh = true};
        return t->limit;
    }
    at += t->from;
    if (owner != GF_PATTERN_TEXT ||
        ((p->flags & GF_REGEX_WORD) && !is_word(t->rec.data, t->rec.len, at, len)))
        return t->limit;
    struct gf_place *best = &t->c->place;
    if (t->c->none || at < best->from || (at == best->from && at + len > best->to))
        *best = (struct gf_place){at, at + len, at, at + len};
    t->c->none = false;
    /* What is further left, or as far and longer, ends here at the latest. */
    size_t end = best->from - t->from + t->longest;
    t->limit = end < t->limit ? end : t->limit;
    return t->limit;
}

static void next_text(struct gf_finder *f, unsigned class, struct gf_slice rec, size_t from,
                      struct gf_cursor *c)
{
    const struct gf_multi *m = f->pattern->texts;
    struct texts t = {f, rec, from, c, gf_multi_longest(m, class), rec.len - from};
    c->none = true;
    gf_multi_scan(m, class, rec.data + from, rec.len - from, on_place, &t);
}

/* The match that the matcher has just found. */
static struct gf_place place_of(const struct gf_matcher *m)
{
    const size_t *at = m->at;
    bool group = gf_regex_groups(m->re) > 0;
    return (struct gf_place){at[0], at[1], at[group ? 2 : 0], at[group ? 3 : 1]};
}

static int next_single(struct gf_finder *f, const struct gf_single *s, struct gf_slice rec,
                       size_t from, struct gf_place *place)
{
    gf_matcher_turn(&f->matcher, s->re);
    int got = gf_regex_match(&f->matcher, rec, from);
    if (got == 1)
        *place = place_of(&f->matcher);
    return got;
}

/* A new record: which cursors take part. */
static void begin(struct gf_finder *f, struct gf_slice rec)
{
    const struct gf_pattern *p = f->pattern;
    struct texts t = {.f = f, .rec = rec, .limit = rec.len};
    struct gf_cursor fresh = {.turn = ++f->turn, .fresh = true};
    for (size_t i = 0; i < p->loners; i++)
        f->place[p->classes + p->loner[i]] = fresh;
    for (unsigned k = 0; k < p->classes; k++) {
        f->place[k] = fresh;
        if (p->loners < p->singles)
            gf_multi_scan(p->texts, k, rec.data, rec.len, on_place, &t);
    }
}

int gf_finder_next(struct gf_finder *f, struct gf_slice rec, size_t from, struct gf_place *place)
{
    const struct gf_pattern *p = f->pattern;
    if (from > rec.len)
        return 0;
    if (p->alone)
        return next_single(f, &p->single[0], rec, from, place);
    if (from == 0)
        begin(f, rec);
    const struct gf_cursor *best = NULL;
    for (size_t i = 0; i < p->classes + p->singles; i++) {
        struct gf_cursor *c = &f->place[i];
        if (c->turn != f->turn || (c->none && !c->fresh))
            continue;
        int got = 1;
        if (c->fresh || c->place.from < from) {
            c->fresh = false;
            if (i < p->classes)
                next_text(f, (unsigned)i, rec, from, c);
            else if ((got = next_single(f, &p->single[i - p->classes], rec, from, &c->place)) < 0)
                return got;
            c->none = i < p->classes ? c->none : got == 0;
        }
        if (!c->none && (!best || c->place.from < best->place.from ||
                         (c->place.from == best->place.from && c->place.to > best->place.to)))
            best = c;
    }
    if (best)
        *place = best->place;
    return best != NULL;
}
