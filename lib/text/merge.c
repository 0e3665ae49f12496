/*
 * merge.c - the tree of losers is an array; its leaves are the sources.
 *
 * Node i has the children 2i and 2i + 1, and the leaves are the places n to 2n - 1, which are not
 * stored. Each inner node keeps who lost there. When the champion has a new record only the matches
 * on its way to the root are played again, one a level. A source that is over loses to every other.
 */
#include "text/merge.h"

#include <stdint.h>
#include <stdlib.h>

#include "text/order.h"

struct player {
    struct gf_slice rec, key;
    uint64_t prefix;
    bool over;
    struct gf_key_maker maker;
};

struct gf_merge {
    size_t n;
    gf_merge_pull *pull;
    void *sources;
    const struct gf_keyspec *keys;
    bool tag, started;
    size_t *loser; /* of the match at each inner node; loser[0] is the champion */
    struct player player[];
};

struct gf_merge *gf_merge_open(size_t n, gf_merge_pull *pull, void *sources,
                               const struct gf_keyspec *keys, bool tag)
{
    struct gf_merge *m = calloc(1, sizeof *m + n * sizeof m->player[0]);
    if (!m)
        return NULL;
    m->n = n;
    m->pull = pull;
    m->sources = sources;
    m->keys = keys;
    m->tag = tag;
    m->loser = calloc(n + 1, sizeof *m->loser);
    if (!m->loser) {
        free(m);
        return NULL;
    }
    for (size_t i = 0; keys && i < n; i++)
        gf_key_maker_init(&m->player[i].maker, keys);
    return m;
}

void gf_merge_free(struct gf_merge *m)
{
    if (!m)
        return;
    for (size_t i = 0; m->keys && i < m->n; i++)
        gf_key_maker_release(&m->player[i].maker);
    free(m->loser);
    free(m);
}

/* The next record of one source, with its key. */
static int advance(struct gf_merge *m, size_t which)
{
    struct player *p = &m->player[which];
    int got = m->pull(m->sources, which, &p->rec);
    p->over = got == 0;
    if (got != 1)
        return got;
    size_t skip = m->tag ? 8 : 0;
    struct gf_slice body = {p->rec.data + skip, p->rec.len - skip};
    if (!m->keys)
        p->key = (struct gf_slice){p->rec.data, 8};
    else if (gf_keyspec_of(m->keys, &p->maker, body, &p->key) != 0)
        return -1;
    p->prefix = gf_key_prefix(p->key.data, p->key.len, 0);
    return 0;
}

static bool before(const struct gf_merge *m, size_t a, size_t b)
{
    const struct player *p = &m->player[a], *q = &m->player[b];
    if (p->over || q->over)
        return q->over && (!p->over || a < b);
    if (p->prefix != q->prefix)
        return p->prefix < q->prefix;
    int c = gf_slice_compare(p->key, q->key);
    return c ? c < 0 : a < b;
}

/* Plays the subtree at `node`, leaving losers behind; returns the winner. Leaves are n .. 2n-1. */
static size_t play(struct gf_merge *m, size_t node)
{
    if (node >= m->n)
        return node - m->n;
    size_t a = play(m, 2 * node), b = play(m, 2 * node + 1);
    bool first = before(m, a, b);
    m->loser[node] = first ? b : a;
    return first ? a : b;
}

/* The champion has a new record: it plays its way up again. */
static void replay(struct gf_merge *m)
{
    size_t winner = m->loser[0];
    for (size_t node = (winner + m->n) / 2; node > 0; node /= 2) {
        if (before(m, m->loser[node], winner)) {
            size_t t = winner;
            winner = m->loser[node];
            m->loser[node] = t;
        }
    }
    m->loser[0] = winner;
}

static int start(struct gf_merge *m)
{
    m->started = true;
    for (size_t i = 0; i < m->n; i++)
        if (advance(m, i) != 0)
            return -1;
    m->loser[0] = m->n == 1 ? 0 : play(m, 1);
    return 0;
}

int gf_merge_next(struct gf_merge *m, struct gf_slice *rec, struct gf_slice *key)
{
    if (m->n == 0)
        return 0;
    if (!m->started) {
        if (start(m) != 0)
            return -1;
    } else {
        if (advance(m, m->loser[0]) != 0)
            return -1;
        replay(m);
    }
    const struct player *p = &m->player[m->loser[0]];
    *rec = p->rec;
    *key = p->key;
    return !p->over;
}
