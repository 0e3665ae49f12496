/*
 * multi.c - sorted strings, and which of them stand at a place that a gram points to.
 *
 * The strings are sorted, and each has a link to the longest other string that begins it. Where the
 * table of grams has few strings for a place, each is compared. Where it has many (they share what
 * the gram is of), those at one distance are sorted as all strings are: a binary search finds the
 * last one that is not behind the text, and all that stand there are on its chain of links, since
 * what begins the text is in front of it in order.
 *
 * The memory for sorting is given back before the tables are made; beside one gram of each string
 * these hold so many more as the room allows.
 *
 * With vectors a class of few strings has windows instead of grams, unless its strings are so
 * long that probing every n-th place is quicker.
 *
 * Sorting compares the first eight bytes as a number, which nearly always decides, and is not
 * slowed down by strings that are all over the memory.
 */
#include "text/multi.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/grow.h"
#include "base/sat.h"
#include "text/grams.h"
#include "text/letters.h"
#include "text/nibbles.h"

#define NONE UINT32_MAX /* no int holds it, so no enumerator may */

enum {
    CLASS_LONG = GF_MULTI_CLASSES - 1 /* of the longest */
};

/* Those of a class. */
struct strings {
    bool windows; /* nibbles, else grams */
    struct gf_grams grams;
    struct gf_nibbles nibbles;
    size_t longest;
};

struct gf_multi {
    bool fold;
    struct gf_buf bytes;
    struct gf_text *text; /* once sealed in order */
    uint32_t *link;       /* the longest string that begins this one, or NONE */
    size_t n, cap;
    size_t grams_all; /* in all tables */
    unsigned classes;
    struct strings class[GF_MULTI_CLASSES];
};

struct gf_multi *gf_multi_new(bool fold)
{
    struct gf_multi *m = calloc(1, sizeof *m);
    if (m)
        m->fold = fold;
    return m;
}

void gf_multi_free(struct gf_multi *m)
{
    if (!m)
        return;
    for (unsigned k = 0; k < m->classes; k++)
        gf_grams_release(&m->class[k].grams);
    gf_buf_release(&m->bytes);
    free(m->text);
    free(m->link);
    free(m);
}

int gf_multi_add(struct gf_multi *m, const char *text, size_t len, uint32_t owner)
{
    if (len >= NONE || m->n >= NONE - 1) {
        errno = ENOMEM;
        return -1;
    }
    struct gf_text *more = gf_grow(m->text, &m->cap, m->n + 1, sizeof *m->text);
    if (!more)
        return -1;
    m->text = more;
    if (gf_buf_add(&m->bytes, text, len) != 0)
        return -1;
    char *own = m->bytes.data + m->bytes.len - len;
    for (size_t i = 0; m->fold && i < len; i++)
        own[i] = gf_lower(own[i]);
    m->text[m->n++] =
        (struct gf_text){.offset = m->bytes.len - len, .len = (uint32_t)len, .owner = owner};
    return 0;
}

/* ---- sorting --------------------------------------------------------------------------------- */

struct sortable {
    uint64_t front; /* the first eight bytes, as a number */
    struct gf_text text;
};

static int in_order(const void *a, const void *b)
{
    const struct sortable *x = a, *y = b;
    if (x->front != y->front)
        return x->front < y->front ? -1 : 1;
    uint32_t n = x->text.len < y->text.len ? x->text.len : y->text.len;
    int c = memcmp(x->text.data, y->text.data, n);
    if (c == 0)
        c = (x->text.len > y->text.len) - (x->text.len < y->text.len);
    return c ? c : (x->text.owner > y->text.owner) - (x->text.owner < y->text.owner);
}

static bool begins(const struct gf_text *a, const struct gf_text *b)
{
    return a->len <= b->len && memcmp(a->data, b->data, a->len) == 0;
}

/* The strings in order, each once for an owner. Their bytes are put in the same order: what comes
 * walks over them again and again. */
static int take_sorted(struct gf_multi *m, const struct sortable *s)
{
    struct gf_buf bytes = {0};
    size_t n = 0;
    if (gf_buf_reserve(&bytes, m->bytes.len) != 0)
        return -1;
    for (size_t i = 0; i < m->n; i++) {
        if (i && in_order(&s[i - 1], &s[i]) == 0)
            continue;
        m->text[n] = s[i].text;
        m->text[n++].data = bytes.data + bytes.len;
        gf_buf_add(&bytes, s[i].text.data, s[i].text.len);
    }
    gf_buf_release(&m->bytes);
    m->bytes = bytes;
    m->n = n;
    return 0;
}

static int sort(struct gf_multi *m)
{
    struct sortable *s = malloc(m->n * sizeof *s);
    if (!s)
        return -1;
    for (size_t i = 0; i < m->n; i++) {
        s[i].text = m->text[i];
        s[i].text.data = m->bytes.data + m->text[i].offset;
        uint64_t front = 0;
        memcpy(&front, s[i].text.data, s[i].text.len < sizeof front ? s[i].text.len : sizeof front);
        s[i].front = be64toh(front);
    }
    qsort(s, m->n, sizeof *s, in_order);
    int r = take_sorted(m, s);
    free(s);
    return r;
}

static void make_links(struct gf_multi *m)
{
    for (size_t i = 0; i < m->n; i++) {
        uint32_t to = i ? (uint32_t)(i - 1) : NONE;
        while (to != NONE && !begins(&m->text[to], &m->text[i]))
            to = m->link[to];
        m->link[i] = to;
    }
}

/* ---- classes --------------------------------------------------------------------------------- */

/* Strings of a class may differ in length by this factor, and all but the last class are of few
 * lengths: the shortest decides how fast the class is. */
static unsigned class_of(uint32_t len)
{
    return len >= 16 ? CLASS_LONG : len >= 8 ? 3 : len >= 4 ? 2 : len >= 2 ? 1 : 0;
}

/* Of each string, whatever it is for. */
static const size_t STRING = sizeof(struct gf_text) + 2 * sizeof(uint32_t) + sizeof(uint16_t);

size_t gf_multi_cost(size_t len)
{
    size_t sorting = sizeof(struct gf_text) + sizeof(struct sortable) + 2 * len;
    size_t sealed = STRING + GF_GRAM_BYTES + len;
    return sorting > sealed ? sorting : sealed;
}

size_t gf_multi_bytes(const struct gf_multi *m)
{
    return m->bytes.len + m->n * STRING + m->grams_all * GF_GRAM_BYTES;
}

/* How many grams there may be beside one of each string. */
static size_t more_grams(const struct gf_multi *m, size_t room)
{
    size_t least = gf_multi_bytes(m) + m->n * GF_GRAM_BYTES; /* no grams are counted yet */
    return room > least ? (room - least) / GF_GRAM_BYTES : 0;
}

/* Of the strings which[0..n); what it has of `more` grams is taken off. */
static int build_class(struct gf_multi *m, const uint32_t *which, size_t n, enum gf_vectors with,
                       size_t *more)
{
    struct strings *c = &m->class[m->classes];
    unsigned shortest = CLASS_LONG;
    for (size_t i = 0; i < n; i++) {
        uint32_t len = m->text[which[i]].len;
        shortest = class_of(len) < shortest ? class_of(len) : shortest;
        c->longest = len > c->longest ? len : c->longest;
    }
    c->windows = with != GF_VECTORS_NONE && n <= GF_NIBBLES_MOST && shortest < CLASS_LONG;
    m->classes++;
    if (c->windows) {
        gf_nibbles_build(&c->nibbles, m->text, which, n, m->fold, with);
        return 0;
    }
    if (gf_grams_build(&c->grams, m->text, which, n, gf_sat_add(n, *more), m->fold) != 0)
        return -1;
    m->grams_all += n * c->grams.step;
    *more -= n * (c->grams.step - 1);
    return 0;
}

/* With windows a short string does not slow the long ones down: few are one class. */
static int build_classes(struct gf_multi *m, enum gf_vectors with, size_t more)
{
    bool together = with != GF_VECTORS_NONE && m->n <= GF_NIBBLES_MOST;
    uint32_t *which = malloc(m->n * sizeof *which);
    int r = which ? 0 : -1;
    for (unsigned want = 0; want < GF_MULTI_CLASSES && r == 0; want++) {
        size_t n = 0;
        for (size_t i = 0; i < m->n; i++)
            if ((together ? 0 : class_of(m->text[i].len)) == want)
                which[n++] = (uint32_t)i;
        r = n ? build_class(m, which, n, with, &more) : 0;
    }
    free(which);
    return r;
}

int gf_multi_seal(struct gf_multi *m, enum gf_vectors with, size_t room)
{
    if (m->n == 0)
        return 0;
    if (sort(m) != 0)
        return -1;
    m->link = malloc(m->n * sizeof *m->link);
    if (!m->link)
        return -1;
    make_links(m);
    return build_classes(m, with, more_grams(m, room));
}

unsigned gf_multi_classes(const struct gf_multi *m)
{
    return m->classes;
}

bool gf_multi_is_quick(const struct gf_multi *m)
{
    return m->classes == 1 && m->class[0].windows;
}

size_t gf_multi_longest(const struct gf_multi *m, unsigned k)
{
    return m->class[k].longest;
}

/* ---- finding --------------------------------------------------------------------------------- */

struct scan {
    const struct gf_multi *m;
    const char *p;
    size_t len; /* what counts of it */
    gf_multi_visit *visit;
    void *context;
};

/* How many bytes of the string agree with those at p. */
static size_t agreeing(const struct gf_multi *m, const struct gf_text *t, const char *p,
                       size_t left)
{
    size_t n = t->len < left ? t->len : left, i = 0;
    while (!m->fold && i + 64 <= n && memcmp(t->data + i, p + i, 64) == 0)
        i += 64;
    while (i < n && t->data[i] == (m->fold ? gf_lower(p[i]) : p[i]))
        i++;
    return i;
}

static bool stands(const struct gf_multi *m, const struct gf_text *t, const char *p, size_t left)
{
    if (t->len > left)
        return false;
    return m->fold ? agreeing(m, t, p, left) == t->len : memcmp(p, t->data, t->len) == 0;
}

static void visit(struct scan *s, size_t at, const struct gf_text *t)
{
    if (at + t->len > s->len)
        return;
    size_t len = s->visit(s->context, at, t->len, t->owner);
    s->len = len < s->len ? len : s->len;
}

/* Whether the string is behind the text p in order. */
static bool behind(const struct gf_multi *m, const struct gf_text *t, const char *p, size_t left)
{
    size_t same = agreeing(m, t, p, left);
    if (same == t->len)
        return false;
    char c = same < left ? (m->fold ? gf_lower(p[same]) : p[same]) : '\0';
    return same == left || (unsigned char)t->data[same] > (unsigned char)c;
}

/* Of grams[0..n), all at one distance and in order, those whose string stands at p + at. */
static void look_among(struct scan *s, const struct gf_gram *gram, size_t n, size_t at)
{
    if (at >= s->len)
        return;
    const struct gf_multi *m = s->m;
    const char *p = s->p + at;
    size_t left = s->len - at, lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (behind(m, &m->text[gram[mid].text], p, left))
            hi = mid;
        else
            lo = mid + 1;
    }
    if (lo == 0)
        return;
    uint32_t i = gram[lo - 1].text;
    size_t same = agreeing(m, &m->text[i], p, left);
    for (; i != NONE; i = m->link[i])
        if (m->text[i].len <= same)
            visit(s, at, &m->text[i]);
}

/* More than GF_GRAMS_FEW, in the order of their distances. */
static void look_at_many(struct scan *s, struct gf_gram_hits h, size_t t)
{
    for (size_t i = 0; i < h.n && h.gram[i].at <= t;) {
        size_t end = i, hi = h.n;
        while (end < hi) {
            size_t mid = end + (hi - end) / 2;
            if (h.gram[mid].at > h.gram[i].at)
                hi = mid;
            else
                end = mid + 1;
        }
        look_among(s, h.gram + i, end - i, t - h.gram[i].at);
        i = end;
    }
}

static void look_at(struct scan *s, const struct gf_grams *g, size_t t)
{
    struct gf_gram_hits h = gf_grams_at(g, s->p, s->len, t);
    if (h.n > GF_GRAMS_FEW) {
        look_at_many(s, h, t);
        return;
    }
    for (size_t i = 0; i < h.n; i++) {
        const struct gf_gram *gram = &h.gram[i];
        const struct gf_text *text = &s->m->text[gram->text];
        size_t at = t - gram->at;
        if (gram->tag == h.tag && gram->at <= t && at < s->len &&
            stands(s->m, text, s->p + at, s->len - at))
            visit(s, at, text);
    }
}

/* A visit (nibbles.h). */
static size_t on_window(void *context, size_t t, const struct gf_window *w)
{
    struct scan *s = context;
    const struct gf_text *text = &s->m->text[w->text];
    size_t at = t - w->at;
    if (w->at <= t && stands(s->m, text, s->p + at, s->len - at))
        visit(s, at, text);
    return s->len;
}

void gf_multi_scan(const struct gf_multi *m, unsigned k, const char *p, size_t len,
                   gf_multi_visit *visit_one, void *context)
{
    const struct gf_grams *g = &m->class[k].grams;
    struct scan s = {m, p, len, visit_one, context};
    if (m->class[k].windows) {
        gf_nibbles_scan(&m->class[k].nibbles, p, len, on_window, &s);
        return;
    }
    for (size_t t = 0; (t = gf_grams_next(g, p, s.len, t)) < s.len; t += g->step)
        look_at(&s, g, t);
}
