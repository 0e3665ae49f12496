/*
 * pattern.c - what is added is sorted out: plain texts, whole records, and patterns by themselves.
 *
 * Patterns are never put together into one, where (x)y would change which group the \1 of its
 * neighbour means, and where PCRE2 has a limit on the size. A text that a pattern needs joins the
 * plain texts with the pattern as its owner. With UTF-8, letters that are not ASCII have cases too,
 * and are parts of words: with -i or -w a text is a pattern there, and needs what of it is ASCII.
 */
#include "text/pattern.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "base/sat.h"
#include "base/utf8.h"
#include "text/letters.h"
#include "text/pattern_parts.h"
#include "text/required.h"

/* Shorter texts stand in every other record, and asking the pattern about each is slower than
 * searching the block with it. */
enum {
    NEED_PAYS = 3
};

enum {
    SET_COST = 32,        /* what a text of the set takes beside its bytes: slots a third full */
    SET_BESIDES = 2 << 20 /* so much more than is counted the set may hold: it is counted behind */
};

/* Address space for the set; it becomes memory as it is filled. */
static const size_t SET_ROOM = SIZE_MAX > UINT32_MAX ? (size_t)1 << 36 : (size_t)1 << 29;

struct gf_pattern *gf_pattern_new(unsigned flags)
{
    struct gf_pattern *p = calloc(1, sizeof *p);
    if (p)
        *p = (struct gf_pattern){.flags = flags, .room = SIZE_MAX};
    return p;
}

void gf_pattern_limit(struct gf_pattern *p, size_t bytes)
{
    p->room = bytes;
}

size_t gf_pattern_bytes(const struct gf_pattern *p)
{
    return gf_sat_add(p->bytes, p->texts_bytes);
}

static void release_many(struct gf_pattern *p)
{
    gf_multi_free(p->texts);
    gf_keytable_release(&p->set);
    p->texts = NULL;
    p->in_set = 0;
}

void gf_pattern_free(struct gf_pattern *p)
{
    if (!p)
        return;
    release_many(p);
    for (size_t i = 0; i < p->singles; i++)
        gf_single_release(&p->single[i]);
    free(p->single);
    free(p->loner);
    gf_buf_release(&p->first);
    free(p);
}

/* ---- adding ---------------------------------------------------------------------------------- */

/* -1, ENOSPC: all that is counted is more than may be kept. */
static int check_room(const struct gf_pattern *p)
{
    if (gf_pattern_bytes(p) <= p->room)
        return 0;
    errno = ENOSPC;
    return -1;
}

static int count_text(struct gf_pattern *p, size_t len)
{
    p->texts_bytes = gf_sat_add(p->texts_bytes, gf_multi_cost(len));
    return check_room(p);
}

static int count_whole(struct gf_pattern *p, size_t len)
{
    p->bytes = gf_sat_add(p->bytes, gf_sat_add(len, SET_COST));
    return check_room(p);
}

static int add_single(struct gf_pattern *p, const char *text, size_t len, struct gf_perr *e)
{
    struct gf_single *more = gf_grow(p->single, &p->cap, p->singles + 1, sizeof *more);
    if (!more)
        return -1;
    p->single = more;
    struct gf_single *s = &more[p->singles];
    if (gf_single_open(s, text, len, p->flags, e) != 0)
        return -1;
    p->bytes = gf_sat_add(p->bytes, gf_single_bytes(s));
    int r = s->needs.len >= NEED_PAYS ? count_text(p, s->needs.len) : check_room(p);
    if (r != 0)
        gf_single_release(s);
    else
        p->singles++;
    return r;
}

static int add_text(struct gf_pattern *p, const char *text, size_t len, uint32_t owner)
{
    if (!p->texts)
        p->texts = gf_multi_new(p->flags & GF_REGEX_ICASE);
    return p->texts ? gf_multi_add(p->texts, text, len, owner) : -1;
}

int gf_pattern_key(const struct gf_pattern *p, struct gf_slice rec, struct gf_buf *key,
                   struct gf_slice *out)
{
    *out = rec;
    if (!(p->flags & GF_REGEX_ICASE))
        return 0;
    gf_buf_clear(key);
    if (gf_buf_add(key, rec.data, rec.len) != 0)
        return -1;
    for (size_t i = 0; i < rec.len; i++)
        key->data[i] = gf_lower(key->data[i]);
    *out = (struct gf_slice){key->data, rec.len};
    return 0;
}

static int add_whole(struct gf_pattern *p, const char *text, size_t len)
{
    struct gf_buf b = {0};
    struct gf_slice key = {text, len};
    bool fresh;
    size_t room = gf_sat_add(p->room, SET_BESIDES);
    if (!p->in_set && gf_keytable_open(&p->set, 0, SET_ROOM < room ? SET_ROOM : room, 0) != 0)
        return -1;
    int r = gf_pattern_key(p, key, &b, &key);
    if (r == 0 && !gf_keytable_put(&p->set, key, gf_keytable_hash(&p->set, key), &fresh))
        r = -1;
    if (r == 0) {
        p->shortest = p->in_set && p->shortest < len ? p->shortest : len;
        p->longest = p->longest > len ? p->longest : len;
        p->in_set++;
        r = fresh ? count_whole(p, len) : 0;
    }
    gf_buf_release(&b);
    return r;
}

/* Whether a text is compared byte by byte. */
static bool by_bytes(const struct gf_pattern *p, const char *text, size_t len)
{
    bool utf = p->flags & GF_REGEX_UTF;
    if (!gf_required_plain(text, len, p->flags))
        return false;
    return !utf || len == 0 ||
           (!(p->flags & (GF_REGEX_ICASE | GF_REGEX_WORD)) && gf_utf8_valid(text, len));
}

int gf_pattern_add(struct gf_pattern *p, const char *text, size_t len, struct gf_perr *e)
{
    int r = 0;
    if (p->n++ == 0 && gf_buf_add(&p->first, text, len) != 0)
        r = -1;
    else if (!by_bytes(p, text, len) || (len == 0 && (p->flags & GF_REGEX_WORD)))
        return add_single(p, text, len, e);
    else if (check_room(p) != 0)
        r = p->flags & GF_REGEX_LINE ? count_whole(p, len) : count_text(p, len);
    else if (p->flags & GF_REGEX_LINE)
        r = add_whole(p, text, len);
    else if (len == 0)
        p->matches_all = true;
    else if ((r = count_text(p, len)) == 0)
        r = add_text(p, text, len, GF_PATTERN_TEXT);
    if (r != 0 && gf_pattern_bytes(p) <= p->room)
        errno = ENOMEM;
    return r;
}

/* ---- sealing --------------------------------------------------------------------------------- */

/* The one pattern goes the way of one. */
static int seal_alone(struct gf_pattern *p)
{
    struct gf_perr e;
    p->alone = true;
    p->matches_all = false;
    release_many(p);
    p->texts_bytes = 0;
    if (p->singles == 0 && add_single(p, p->first.data, p->first.len, &e) != 0)
        return -1;
    return gf_single_prepare(&p->single[0]);
}

/* What a single needs joins the texts; one that needs nothing is searched for by itself. */
static int seal_single(struct gf_pattern *p, uint32_t i)
{
    struct gf_single *s = &p->single[i];
    if (s->needs.len >= NEED_PAYS)
        return add_text(p, s->needs.data, s->needs.len, i);
    p->loner[p->loners++] = i;
    return gf_single_prepare(s);
}

int gf_pattern_seal(struct gf_pattern *p)
{
    errno = ENOMEM;
    if (p->n == 1)
        return seal_alone(p);
    if (p->singles) {
        p->loner = malloc(p->singles * sizeof *p->loner);
        if (!p->loner || p->singles >= GF_PATTERN_TEXT)
            return -1;
    }
    for (size_t i = 0; i < p->singles; i++)
        if (seal_single(p, (uint32_t)i) != 0)
            return -1;
    size_t half = p->room / 2, room = half > p->bytes ? half - p->bytes : 0;
    if (p->texts && gf_multi_seal(p->texts, gf_vectors(), room) != 0)
        return -1;
    p->texts_bytes = p->texts ? gf_multi_bytes(p->texts) : 0;
    p->classes = p->texts ? gf_multi_classes(p->texts) : 0;
    p->parts = p->classes + (p->in_set > 0) + p->loners;
    return 0;
}

size_t gf_pattern_count(const struct gf_pattern *p)
{
    return p->n;
}

const struct gf_literal *gf_pattern_needs(const struct gf_pattern *p)
{
    if (!p->alone || !p->single[0].needs.len || (p->flags & GF_REGEX_ICASE))
        return NULL;
    return &p->single[0].needs;
}

bool gf_pattern_is_text(const struct gf_pattern *p)
{
    return p->alone && p->single[0].is_text && p->single[0].needs.len;
}

bool gf_pattern_is_quick(const struct gf_pattern *p)
{
    if (p->alone)
        return p->single[0].is_text;
    return p->parts == 1 && p->texts && p->singles == 0 && gf_multi_is_quick(p->texts);
}
