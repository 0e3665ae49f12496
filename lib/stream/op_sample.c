/*
 * op_sample.c - sample: so many records, or a part of all.
 *
 * So many by algorithm R (Vitter, ACM TOMS 11(1), 1985), given in input order. With a percentage
 * each record is given or not by a number of its own, so nothing is held.
 */
#include <stdlib.h>

#include "stream/aggregate.h"
#include "stream/op.h"

struct chosen {
    uint64_t place;
    struct gf_buf rec;
};

struct sample {
    uint64_t want, n, random;
    struct chosen *chosen;
    size_t cap, next, bytes;
    bool ended;
};

/* splitmix64 (Steele, Lea, Flood, OOPSLA 2014). */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* 0 .. n-1, every value as likely as any other. */
static uint64_t random_below(uint64_t *state, uint64_t n)
{
    uint64_t skip = -n % n, r;
    do
        r = next_random(state);
    while (r < skip);
    return r % n;
}

static int keep(struct gf_stage *s, struct sample *p, size_t at, struct gf_slice rec)
{
    if (at == p->cap) {
        size_t cap = p->cap ? p->cap * 2 : 64;
        struct chosen *more = realloc(p->chosen, cap * sizeof *more);
        if (!more)
            return gf_fault_nomem(&s->stream->fault);
        memset(more + p->cap, 0, (cap - p->cap) * sizeof *more);
        p->chosen = more;
        p->cap = cap;
    }
    struct chosen *c = &p->chosen[at];
    c->place = p->n;
    p->bytes -= c->rec.cap;
    gf_buf_clear(&c->rec);
    if (gf_buf_add(&c->rec, rec.data, rec.len) != 0)
        return gf_fault_nomem(&s->stream->fault);
    p->bytes += c->rec.cap;
    if (p->bytes + p->cap * sizeof *c <= s->stream->share)
        return 0;
    return gf_stage_full(s);
}

static int by_place(const void *a, const void *b)
{
    const struct chosen *p = a, *q = b;
    return (p->place > q->place) - (p->place < q->place);
}

static int read_sample(struct gf_stage *s, struct sample *p)
{
    int got;
    while (p->want && (got = gf_stage_need(s, GF_BATCH)) != 0) {
        if (got < 0)
            return -1;
        for (; gf_stage_has(s); p->n++) {
            struct gf_slice rec = gf_stage_take(s);
            uint64_t at = p->n < p->want ? p->n : random_below(&p->random, p->n + 1);
            if (at < p->want && keep(s, p, (size_t)at, rec) != 0)
                return -1;
        }
    }
    p->n = p->n < p->want ? p->n : p->want;
    if (p->n)
        qsort(p->chosen, (size_t)p->n, sizeof *p->chosen, by_place);
    p->ended = true;
    return 0;
}

static int pull_sample(struct gf_stage *s, size_t max)
{
    struct sample *p = s->state;
    if (!p->ended && read_sample(s, p) != 0)
        return -1;
    for (; s->n < max && p->next < p->n; p->next++)
        s->out[s->n++] = (struct gf_slice){p->chosen[p->next].rec.data, p->chosen[p->next].rec.len};
    return s->n ? 1 : 0;
}

struct part {
    uint64_t percent, random; /* of GF_PERCENT */
};

static int pull_part_of(struct gf_stage *s, size_t max)
{
    struct part *p = s->state;
    int got = gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (s->n < max && gf_stage_has(s)) {
        struct gf_slice rec = gf_stage_take(s);
        unsigned __int128 all = 100 * GF_PERCENT;
        uint64_t at = (uint64_t)((all * next_random(&p->random)) >> 64); /* below `all` */
        if (at < p->percent)
            s->out[s->n++] = rec;
    }
    return 1;
}

static struct gf_stage *open_part(const struct gf_node *n, struct gf_stream *st,
                                  struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "sample", sizeof(struct part));
    if (!s)
        return NULL;
    *(struct part *)s->state =
        (struct part){(uint64_t)n->number, n->has_seed ? n->seed : st->set->seed};
    s->pull = pull_part_of;
    return s;
}

static void close_sample(struct gf_stage *s)
{
    struct sample *p = s->state;
    for (size_t i = 0; i < p->cap; i++)
        gf_buf_release(&p->chosen[i].rec);
    free(p->chosen);
}

static struct gf_stage *open_sample(const struct gf_node *n, struct gf_stream *st,
                                    struct gf_stage *up)
{
    if (n->streams)
        return open_part(n, st, up);
    struct gf_stage *s = gf_stage_new(st, up, "sample", sizeof(struct sample));
    if (!s)
        return NULL;
    struct sample *p = s->state;
    p->want = (uint64_t)n->number;
    p->random = n->has_seed ? n->seed : st->set->seed;
    s->pull = pull_sample;
    s->close = close_sample;
    return s;
}

/* N, or P%: then the node streams. */
static int check_sample(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    const char *word = n->operand[0];
    size_t len = strlen(word);
    uint64_t percent;
    if (len == 0 || word[len - 1] != '%')
        return gf_check_n(n, set, f);
    if (gf_percent_read((struct gf_slice){word, len - 1}, &percent) != 0) {
        struct gf_perr e = {0};
        gf_perr_say(&e, 0, len - 1, "a part of all is like 5% or 0.1%",
                    "it is a number from 0 to 100, with at most 16 digits behind a point");
        return gf_fault_parse(f, "percentage", word, &e);
    }
    n->number = (int64_t)percent;
    n->streams = true;
    return 0;
}

static const struct gf_opt seed_opts[] = {
    {GF_OP_SEED, 0, "seed", "N", "make the random choice repeatable", NULL, 0},
    {0},
};
static const struct gf_cli sample_cli =
    GF_OP_CLI("sample", "keep N records or P% of them, chosen at random", "[--seed N] N | P%",
              seed_opts, gf_op_exits, "gf-stream sample --seed 1 100");
const struct gf_op gf_op_sample = {&sample_cli,  1,           false,          true, false,
                                   check_sample, open_sample, gf_columns_same};
