/*
 * ledger.c - records inside a pipeline, in pieces.
 *
 * A piece stands for records of one origin, one line each, or for lines of a group. A group has the
 * shares of the pieces that it was made of, of which some may be lines of other groups. When its
 * last line has a fate its shares get it, which may complete further groups: those wait in a list,
 * so that no call nests.
 */
#include "pipeline/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "text/span.h"

/* ---- bytes ----------------------------------------------------------------------------------- */

struct gf_bytes *gf_bytes_new(struct gf_ledger *l, size_t len)
{
    struct gf_bytes *b = len < SIZE_MAX - sizeof *b ? malloc(sizeof *b + len) : NULL;
    if (!b)
        return NULL;
    b->refs = 1;
    b->len = len;
    l->held += len;
    return b;
}

struct gf_bytes *gf_bytes_keep(struct gf_bytes *b)
{
    b->refs++;
    return b;
}

void gf_bytes_drop(struct gf_ledger *l, struct gf_bytes *b)
{
    if (!b || --b->refs)
        return;
    l->held -= b->len;
    free(b);
}

/* ---- the list -------------------------------------------------------------------------------- */

static void link_behind(struct gf_ledger *l, struct gf_piece *before, struct gf_piece *p)
{
    p->prev = before;
    p->next = before ? before->next : l->first;
    *(before ? &before->next : &l->first) = p;
    *(p->next ? &p->next->prev : &l->last) = p;
    l->lines += p->n;
}

static void unlink_piece(struct gf_ledger *l, struct gf_piece *p)
{
    *(p->prev ? &p->prev->next : &l->first) = p->next;
    *(p->next ? &p->next->prev : &l->last) = p->prev;
    l->lines -= p->n;
}

static void take_out(struct gf_ledger *l, struct gf_piece *p)
{
    unlink_piece(l, p);
    gf_bytes_drop(l, p->bytes);
    free(p);
}

struct gf_piece *gf_ledger_take(struct gf_ledger *l, struct gf_bytes *bytes, uint64_t offset,
                                gf_ns now_mono)
{
    struct gf_piece *p = calloc(1, sizeof *p);
    struct gf_origin *o = malloc(sizeof *o);
    if (!p || !o) {
        free(p);
        free(o);
        return NULL;
    }
    size_t n = SIZE_MAX;
    (void)gf_span_records(bytes->data, bytes->len, l->separator, &n);
    *o = (struct gf_origin){
        .bytes = gf_bytes_keep(bytes), .first = l->before + l->in + 1, .offset = offset, .open = n};
    *p = (struct gf_piece){.bytes = gf_bytes_keep(bytes),
                           .data = bytes->data,
                           .len = bytes->len,
                           .n = n,
                           .from = {.origin = o, .seq = o->first, .n = n},
                           .read_mono = now_mono,
                           .entered_mono = now_mono};
    l->in += n;
    l->end = offset + bytes->len;
    link_behind(l, l->last, p);
    return p;
}

struct gf_piece *gf_ledger_split(struct gf_ledger *l, struct gf_piece *p, uint64_t n)
{
    struct gf_piece *rest = malloc(sizeof *rest);
    if (!rest)
        return NULL;
    size_t count = (size_t)n;
    size_t len = gf_span_records(p->data, p->len, l->separator, &count);
    *rest = *p;
    gf_bytes_keep(rest->bytes);
    rest->data += len;
    rest->len -= len;
    rest->n -= n;
    rest->place += len;
    rest->from.n -= n;
    rest->from.seq += n;
    l->lines -= rest->n;
    p->len = len;
    p->n = p->from.n = n;
    link_behind(l, p, rest);
    return rest;
}

/* ---- groups ---------------------------------------------------------------------------------- */

static void replace(struct gf_ledger *l, struct gf_piece *p, struct gf_bytes *bytes,
                    const char *data, size_t len, uint64_t n)
{
    gf_bytes_keep(bytes);
    gf_bytes_drop(l, p->bytes);
    l->lines += n - p->n;
    p->bytes = bytes;
    p->data = data;
    p->len = len;
    p->n = n;
}

static struct gf_group *new_group(size_t nshares, uint64_t lines)
{
    struct gf_group *g = malloc(sizeof *g + nshares * sizeof g->share[0]);
    if (g)
        *g = (struct gf_group){.open = lines, .fate = GF_FATE_DROPPED, .nshares = nshares};
    return g;
}

/* The one that stands first in the order of the input. */
static struct gf_piece *earliest(struct gf_piece *first)
{
    struct gf_piece *min = first;
    for (struct gf_piece *p = first->behind; p; p = p->behind)
        min = gf_piece_seq(p) < gf_piece_seq(min) ? p : min;
    return min;
}

int gf_ledger_merge(struct gf_ledger *l, struct gf_piece *first, struct gf_bytes *bytes,
                    const char *data, size_t len, uint64_t n)
{
    size_t count = 1, at = 0;
    for (const struct gf_piece *p = first->behind; p; p = p->behind)
        count++;
    struct gf_group *g = new_group(count, n);
    if (!g)
        return -1;
    struct gf_piece *min = earliest(first);
    count = 0;
    for (struct gf_piece *p = first, *behind; p; p = behind) {
        behind = p->behind;
        at = p == min ? count : at;
        g->share[count++] = p->from;
        first->passed = first->passed || p->passed;
        if (p != first && p != min)
            take_out(l, p);
    }
    /* What the group stands for begins with the earliest record, and so does its place. */
    struct gf_share share = g->share[at];
    g->share[at] = g->share[0];
    g->share[0] = share;
    if (min != first) {
        unlink_piece(l, first);
        link_behind(l, min, first);
        take_out(l, min);
    }
    first->behind = NULL;
    first->from = (struct gf_share){.group = g, .n = n};
    replace(l, first, bytes, data, len, n);
    return 0;
}

int gf_piece_set(struct gf_ledger *l, struct gf_piece *p, struct gf_bytes *bytes, const char *data,
                 size_t len, uint64_t n)
{
    if (n != p->n) {
        struct gf_group *g = new_group(1, n);
        if (!g)
            return -1;
        g->share[0] = p->from;
        p->from = (struct gf_share){.group = g, .n = n};
    }
    replace(l, p, bytes, data, len, n);
    return 0;
}

/* ---- fates ----------------------------------------------------------------------------------- */

/* A share has its fate; a group that this completes is put in front of `done`. */
static struct gf_group *settle(struct gf_ledger *l, const struct gf_share *s, enum gf_fate fate,
                               struct gf_group *done)
{
    struct gf_group *g = s->group;
    struct gf_origin *o = s->origin;
    if (g) {
        g->fate = fate > g->fate ? fate : g->fate;
        g->open -= s->n;
        if (g->open)
            return done;
        g->next = done;
        return g;
    }
    l->fate[fate] += s->n;
    o->open -= s->n;
    if (o->open == 0) {
        gf_bytes_drop(l, o->bytes);
        free(o);
    }
    return done;
}

void gf_ledger_end(struct gf_ledger *l, struct gf_piece *p, enum gf_fate fate)
{
    if (fate == GF_FATE_OUT && p->passed)
        fate = GF_FATE_PASSED;
    struct gf_group *done = settle(l, &p->from, fate, NULL);
    while (done) {
        struct gf_group *g = done;
        done = g->next;
        for (size_t i = 0; i < g->nshares; i++)
            done = settle(l, &g->share[i], g->fate, done);
        free(g);
    }
    take_out(l, p);
}

/* ---- what a piece stands for ----------------------------------------------------------------- */

/* The first share that is of an origin. */
static const struct gf_share *first_share(const struct gf_share *s)
{
    while (s->group)
        s = &s->group->share[0];
    return s;
}

uint64_t gf_piece_seq(const struct gf_piece *p)
{
    return first_share(&p->from)->seq;
}

typedef void visit(void *to, const struct gf_share *s);

/* Calls `each` for all shares of origins below this one, in order, but what is below a group once:
 * lines of it may have come together again. With NULL, ends such a walk. A group that was made of
 * groups nests as deep as there are stages. */
static void walk(const struct gf_share *s, visit *each, void *to)
{
    struct gf_group *g = s->group;
    if (!g && each)
        each(to, s);
    if (!g || g->walked == (each != NULL))
        return;
    g->walked = each != NULL;
    for (size_t i = 0; i < g->nshares; i++)
        walk(&g->share[i], each, to);
}

static void walk_all(const struct gf_piece *p, visit *each, void *to)
{
    walk(&p->from, each, to);
    walk(&p->from, NULL, NULL);
}

static void count(void *to, const struct gf_share *s)
{
    *(uint64_t *)to += s->n;
}

uint64_t gf_piece_records(const struct gf_piece *p)
{
    uint64_t n = 0;
    walk_all(p, count, &n);
    return n;
}

/* Where in its origin the share begins. */
static size_t begin_of(const struct gf_share *s, char separator)
{
    const struct gf_bytes *b = s->origin->bytes;
    size_t skip = (size_t)(s->seq - s->origin->first);
    return skip ? gf_span_records(b->data, b->len, separator, &skip) : 0;
}

uint64_t gf_piece_offset(const struct gf_piece *p, char separator)
{
    const struct gf_share *s = first_share(&p->from);
    return s->origin->offset + begin_of(s, separator);
}

static void begin_groups(struct gf_group *g)
{
    if (!g || g->is_begun)
        return;
    g->is_begun = true;
    for (size_t i = 0; i < g->nshares; i++)
        begin_groups(g->share[i].group);
}

void gf_piece_begin(struct gf_piece *p)
{
    begin_groups(p->from.group);
}

static bool any_is_begun(const struct gf_group *g)
{
    bool begun = g && g->is_begun;
    for (size_t i = 0; g && i < g->nshares && !begun; i++)
        begun = any_is_begun(g->share[i].group);
    return begun;
}

bool gf_piece_is_begun(const struct gf_piece *p)
{
    return any_is_begun(p->from.group);
}

struct text {
    struct gf_buf *out;
    char separator;
};

static void add_text(void *to, const struct gf_share *s)
{
    struct text *t = to;
    const struct gf_bytes *b = s->origin->bytes;
    size_t at = begin_of(s, t->separator), n = (size_t)s->n;
    size_t len = gf_span_records(b->data + at, b->len - at, t->separator, &n);
    gf_buf_add(t->out, b->data + at, len);
}

int gf_piece_origin(const struct gf_piece *p, char separator, struct gf_buf *out)
{
    struct text t = {.out = out, .separator = separator};
    walk_all(p, add_text, &t);
    if (out->failed)
        return -1;
    out->len -= out->len > 0;
    return 0;
}

uint64_t gf_ledger_done(const struct gf_ledger *l)
{
    return l->first ? gf_piece_offset(l->first, l->separator) : l->end;
}

/* ---------------------------------------------------------------------------------------------- */

uint64_t gf_ledger_inside(const struct gf_ledger *l)
{
    uint64_t ended = 0;
    for (int i = 0; i < GF_FATES; i++)
        ended += l->fate[i];
    return l->in - ended;
}

bool gf_ledger_holds(const struct gf_ledger *l)
{
    uint64_t inside = gf_ledger_inside(l);
    return inside <= l->in && (inside == 0) == (l->first == NULL) && (l->lines == 0) == !l->first;
}

void gf_ledger_release(struct gf_ledger *l)
{
    for (struct gf_piece *p = l->first, *next; p; p = next) {
        next = p->next;
        gf_ledger_end(l, p, GF_FATE_DEAD);
    }
}
