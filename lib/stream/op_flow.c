/* op_flow.c - operations that count records past: skip limit tail every sample batch window peek
 * first collect. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/fd.h"
#include "stream/op.h"

static int check_none(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    (void)n;
    (void)set;
    (void)f;
    return 0;
}

static int check_n(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    (void)set;
    return gf_check_count(n, n->operand[0], 0, f);
}

static int check_n1(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    (void)set;
    return gf_check_count(n, n->operand[0], 1, f);
}

/* ---- limit, first, collect ---------------------------------------------------------------------
 */

struct limit {
    uint64_t left;
    bool asks; /* first: nothing at all is the answer no */
};

static int pull_limit(struct gf_stage *s, size_t max)
{
    struct limit *l = s->state;
    if (l->left == 0)
        return 0;
    int got = gf_stage_need(s, l->left < max ? (size_t)l->left : max);
    if (got == 0 && l->asks)
        s->stream->answer = GF_EXIT_NO;
    if (got != 1)
        return got;
    for (; s->n < max && l->left && gf_stage_has(s); l->left--)
        s->out[s->n++] = gf_stage_take(s);
    l->asks = false;
    return 1;
}

static struct gf_stage *open_limit(const struct gf_node *n, struct gf_stream *st,
                                   struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, n->op->cli->name, sizeof(struct limit));
    if (!s)
        return NULL;
    bool asks = n->op == &gf_op_first;
    *(struct limit *)s->state = (struct limit){asks ? 1 : (uint64_t)n->number, asks};
    if (n->op == &gf_op_collect)
        ((struct limit *)s->state)->left = UINT64_MAX;
    s->pull = pull_limit;
    return s;
}

static const struct gf_opt no_opts[] = {{0}};
static const struct gf_cli limit_cli = GF_OP_CLI("limit", "the first N records; reads no further",
                                                 "N", no_opts, gf_op_exits, "gf-stream limit 10");
const struct gf_op gf_op_limit = {&limit_cli, 1, false, false, false, check_n, open_limit};
static const struct gf_cli first_cli =
    GF_OP_CLI("first", "the first record; exit status 1 when there is none", "", no_opts,
              gf_op_answer_exits, "gf-stream --from access.log filter GET first");
const struct gf_op gf_op_first = {&first_cli, 0, false, false, true, check_none, open_limit};
static const struct gf_cli collect_cli =
    GF_OP_CLI("collect", "print the records: the end of a chain, said aloud", "", no_opts,
              gf_op_exits, "gf-stream limit 3 collect");
const struct gf_op gf_op_collect = {&collect_cli, 0, false, false, true, check_none, open_limit};

/* ---- rings: the last N records, for tail, skip -N, window --------------------------------------
 */

struct ring {
    struct gf_buf *rec;
    size_t size, first, n; /* n records from `first` on */
    size_t bytes;
};

static void release_ring(struct ring *r)
{
    for (size_t i = 0; r->rec && i < r->size; i++)
        gf_buf_release(&r->rec[i]);
    free(r->rec);
    *r = (struct ring){0};
}

static struct gf_buf *ring_at(const struct ring *r, size_t i)
{
    return &r->rec[(r->first + i) % r->size];
}

/* Room for one more, up to `most` records: by growing in place while nothing was dropped yet. */
static int ring_room(struct ring *r, size_t most)
{
    if (r->n < r->size)
        return 0;
    size_t size = r->size ? r->size * 2 : 16;
    size = size > most ? most : size;
    struct gf_buf *rec = size > SIZE_MAX / sizeof *rec ? NULL : realloc(r->rec, size * sizeof *rec);
    if (!rec)
        return -1;
    memset(rec + r->size, 0, (size - r->size) * sizeof *rec);
    r->rec = rec;
    r->size = size;
    return 0;
}

/* Adds a record; the oldest goes when there are `most`. */
static int ring_add(struct gf_stage *s, struct ring *r, struct gf_slice rec, size_t most)
{
    if (r->n == most) {
        r->first = (r->first + 1) % r->size;
        r->n--;
    } else if (ring_room(r, most) != 0) {
        return gf_fault_nomem(&s->stream->fault);
    }
    struct gf_buf *b = ring_at(r, r->n);
    r->bytes -= b->cap;
    gf_buf_clear(b);
    if (gf_buf_add(b, rec.data, rec.len) != 0)
        return gf_fault_nomem(&s->stream->fault);
    r->bytes += b->cap;
    r->n++;
    if (r->bytes + r->size * sizeof *b <= s->stream->share)
        return 0;
    gf_fault_hint(&s->stream->fault, "--memory sets the budget");
    return gf_fault_set(&s->stream->fault, GF_EXIT_TOOL,
                        "%s: the records to hold are larger than the memory they may use", s->name);
}

/* ---- skip, tail --------------------------------------------------------------------------------
 */

struct skip {
    uint64_t left;  /* records to drop from the front */
    size_t keep;    /* records to hold back */
    bool last_only; /* tail: give only what is held back at the end */
    bool ended;
    struct ring ring;
};

static void close_skip(struct gf_stage *s)
{
    release_ring(&((struct skip *)s->state)->ring);
}

static int pull_skip_front(struct gf_stage *s, size_t max)
{
    struct skip *k = s->state;
    size_t want = k->left < GF_BATCH ? (size_t)k->left + max : GF_BATCH;
    int got = gf_stage_need(s, gf_stage_want(s, want));
    if (got != 1)
        return got;
    for (; k->left && gf_stage_has(s); k->left--)
        gf_stage_take(s);
    while (s->n < max && gf_stage_has(s))
        s->out[s->n++] = gf_stage_take(s);
    return 1;
}

/* skip -N: a record comes out when N newer ones are held. */
static int pull_skip_back(struct gf_stage *s, size_t max)
{
    struct skip *k = s->state;
    int got = gf_stage_need(s, k->ring.n < k->keep ? k->keep - k->ring.n : max);
    if (got != 1)
        return got;
    while (s->n < max && gf_stage_has(s)) {
        if (k->ring.n == k->keep) {
            struct gf_buf *old = ring_at(&k->ring, 0);
            if (gf_stage_emit_copy(s, old->data, old->len) != 0)
                return -1;
        }
        if (ring_add(s, &k->ring, gf_stage_take(s), k->keep) != 0)
            return -1;
    }
    return 1;
}

static int pull_tail(struct gf_stage *s, size_t max)
{
    struct skip *k = s->state;
    int got;
    while (!k->ended && (got = gf_stage_need(s, GF_BATCH)) != 0) {
        if (got < 0)
            return -1;
        while (gf_stage_has(s))
            if (k->keep == 0)
                gf_stage_take(s);
            else if (ring_add(s, &k->ring, gf_stage_take(s), k->keep) != 0)
                return -1;
    }
    k->ended = true;
    for (; s->n < max && k->ring.n; k->ring.n--) {
        struct gf_buf *b = ring_at(&k->ring, 0);
        s->out[s->n++] = (struct gf_slice){b->data, b->len};
        k->ring.first = (k->ring.first + 1) % k->ring.size;
    }
    return s->n ? 1 : 0;
}

static struct gf_stage *open_skip(const struct gf_node *n, struct gf_stream *st,
                                  struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, n->op->cli->name, sizeof(struct skip));
    if (!s)
        return NULL;
    struct skip *k = s->state;
    bool back = n->op == &gf_op_skip && n->number < 0;
    k->left = n->number < 0 ? 0 : (uint64_t)n->number;
    k->keep = (size_t)(n->number < 0 ? -n->number : n->number);
    s->pull = n->op == &gf_op_tail ? pull_tail : back ? pull_skip_back : pull_skip_front;
    s->close = close_skip;
    return s;
}

static int check_skip(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    const char *word = n->operand[0];
    bool minus = word[0] == '-' && word[1];
    (void)set;
    if (gf_check_count(n, word + minus, 0, f) != 0)
        return -1;
    n->number = minus ? -n->number : n->number;
    return 0;
}

static const struct gf_cli skip_cli =
    GF_OP_CLI("skip", "drop the first N records, or with -N the last N", "N | -N", no_opts,
              gf_op_exits, "gf-stream skip 1");
const struct gf_op gf_op_skip = {&skip_cli, 1, false, true, false, check_skip, open_skip};
static const struct gf_cli tail_cli =
    GF_OP_CLI("tail", "the last N records", "N", no_opts, gf_op_exits, "gf-stream tail 10");
const struct gf_op gf_op_tail = {&tail_cli, 1, false, true, false, check_n, open_skip};

/* ---- every -------------------------------------------------------------------------------------
 */

static int pull_every(struct gf_stage *s, size_t max)
{
    const uint64_t *n = s->state;
    int got = gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (s->n < max && gf_stage_has(s)) {
        struct gf_slice rec = gf_stage_take(s);
        if (s->taken % *n == 0)
            s->out[s->n++] = rec;
    }
    return 1;
}

static struct gf_stage *open_every(const struct gf_node *n, struct gf_stream *st,
                                   struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "every", sizeof(uint64_t));
    if (!s)
        return NULL;
    *(uint64_t *)s->state = (uint64_t)n->number;
    s->pull = pull_every;
    return s;
}

static const struct gf_cli every_cli =
    GF_OP_CLI("every", "each Nth record", "N", no_opts, gf_op_exits, "gf-stream every 100");
const struct gf_op gf_op_every = {&every_cli, 1, false, false, false, check_n1, open_every};

/* ---- sample: algorithm R (Vitter, ACM TOMS 11(1), 1985), given in input order -------------------
 */

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
    if (p->bytes + p->cap * sizeof *c > s->stream->share)
        return gf_fault_set(&s->stream->fault, GF_EXIT_TOOL,
                            "sample: the records to hold are larger than the memory they may use");
    return 0;
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

static const struct gf_opt seed_opts[] = {
    {GF_OP_SEED, 0, "seed", "N", "the same choice each time", NULL, 0},
    {0},
};
static const struct gf_cli sample_cli =
    GF_OP_CLI("sample", "N records by chance, in input order", "[--seed N] N", seed_opts,
              gf_op_exits, "gf-stream sample --seed 1 100");
const struct gf_op gf_op_sample = {&sample_cli, 1, false, true, false, check_n, open_sample};

/* ---- batch, window -----------------------------------------------------------------------------
 */

struct window {
    size_t size;
    struct gf_slice joiner;
    struct ring ring;
    bool ended;
};

static void close_window(struct gf_stage *s)
{
    release_ring(&((struct window *)s->state)->ring);
}

static int emit_joined(struct gf_stage *s, struct window *w)
{
    size_t len = w->joiner.len * (w->ring.n - 1);
    for (size_t i = 0; i < w->ring.n; i++)
        len += ring_at(&w->ring, i)->len;
    char *p = gf_pad_take(&s->pad, len);
    if (!p)
        return gf_fault_nomem(&s->stream->fault);
    s->out[s->n++] = (struct gf_slice){p, len};
    for (size_t i = 0; i < w->ring.n; i++) {
        if (i && w->joiner.len) {
            memcpy(p, w->joiner.data, w->joiner.len);
            p += w->joiner.len;
        }
        struct gf_buf *b = ring_at(&w->ring, i);
        if (b->len)
            memcpy(p, b->data, b->len);
        p += b->len;
    }
    return 0;
}

static int pull_window(struct gf_stage *s, size_t max)
{
    struct window *w = s->state;
    bool slides = strcmp(s->name, "window") == 0;
    while (s->n < max && !w->ended) {
        size_t missing = w->size - (w->ring.n < w->size ? w->ring.n : w->size);
        if (s->n && !gf_stage_has(s))
            return 1;
        int got = gf_stage_need(s, missing ? missing : 1);
        if (got < 0)
            return -1;
        if (got == 0) {
            w->ended = true;
            return !slides && w->ring.n ? emit_joined(s, w) == 0 ? 1 : -1 : s->n > 0;
        }
        if (ring_add(s, &w->ring, gf_stage_take(s), w->size) != 0)
            return -1;
        if (w->ring.n < w->size)
            continue;
        if (emit_joined(s, w) != 0)
            return -1;
        if (!slides)
            w->ring.n = w->ring.first = 0;
    }
    return s->n > 0;
}

static struct gf_stage *open_window(const struct gf_node *n, struct gf_stream *st,
                                    struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, n->op->cli->name, sizeof(struct window));
    if (!s)
        return NULL;
    struct window *w = s->state;
    w->size = (size_t)n->number;
    w->joiner = (struct gf_slice){n->text.data, n->text.len};
    s->pull = pull_window;
    s->close = close_window;
    return s;
}

static int check_window(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    (void)set;
    if (gf_check_count(n, n->operand[0], 1, f) != 0)
        return -1;
    return gf_check_text(n, n->join_word ? n->join_word : "\\t", "value of --join", f);
}

static const struct gf_opt join_opts[] = {
    {GF_OP_JOIN, 0, "join", "SEP", "what stands between the records (default TAB)", NULL, 0},
    {0},
};
static const struct gf_cli batch_cli =
    GF_OP_CLI("batch", "N records as one, the last may be short", "[--join SEP] N", join_opts,
              gf_op_exits, "gf-stream batch 2");
const struct gf_op gf_op_batch = {&batch_cli, 1, false, true, false, check_window, open_window};
static const struct gf_cli window_cli =
    GF_OP_CLI("window", "each record with the N-1 before it, as one", "[--join SEP] N", join_opts,
              gf_op_exits, "gf-stream window 3");
const struct gf_op gf_op_window = {&window_cli, 1, false, true, false, check_window, open_window};

/* ---- peek --------------------------------------------------------------------------------------
 */

struct peek {
    int fd;
    const char *path;
    struct gf_buf buf;
};

static int write_peek(struct gf_stage *s, struct peek *p)
{
    if (p->buf.failed)
        return gf_fault_nomem(&s->stream->fault);
    if (p->buf.len && gf_write_all(p->fd, p->buf.data, p->buf.len) != 0)
        return gf_fault_errno(&s->stream->fault, GF_EXIT_TOOL, "peek: cannot write '%s'", p->path);
    gf_buf_clear(&p->buf);
    return 0;
}

static int pull_peek(struct gf_stage *s, size_t max)
{
    struct peek *p = s->state;
    int got = gf_stage_need(s, max);
    if (got != 1)
        return got;
    while (s->n < max && gf_stage_has(s)) {
        struct gf_slice rec = gf_stage_take(s);
        gf_buf_add(&p->buf, rec.data, rec.len);
        gf_buf_putc(&p->buf, s->stream->set->separator);
        s->out[s->n++] = rec;
    }
    return write_peek(s, p) == 0 ? 1 : -1;
}

static void close_peek(struct gf_stage *s)
{
    struct peek *p = s->state;
    if (p->fd > 2 && gf_close(p->fd) != 0)
        gf_fault_errno(&s->stream->fault, GF_EXIT_TOOL, "peek: cannot write '%s'", p->path);
    gf_buf_release(&p->buf);
}

static struct gf_stage *open_peek(const struct gf_node *n, struct gf_stream *st,
                                  struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "peek", sizeof(struct peek));
    if (!s)
        return NULL;
    struct peek *p = s->state;
    p->path = n->operand[0];
    p->fd = strcmp(p->path, "-") == 0
                ? STDERR_FILENO
                : open(p->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    s->pull = pull_peek;
    s->close = close_peek;
    if (p->fd != -1)
        return s;
    gf_fault_errno(&st->fault, GF_EXIT_TOOL, "peek: cannot open '%s'", p->path);
    s->up = NULL;
    gf_stage_free_all(s);
    return NULL;
}

static const struct gf_cli peek_cli = {
    .name = "peek",
    .summary = "write what passes to FILE (- is standard error)",
    .usage = (const char *const[]){"FILE", NULL},
    .opts = no_opts,
    .exits = gf_op_exits,
    .examples = (const char *const[]){"gf-stream --from access.log peek seen.txt limit 3", NULL},
    .parent = &gf_stream_cli,
    .operands = "@file",
    .stop_at_operand = true,
};
const struct gf_op gf_op_peek = {&peek_cli, 1, false, false, false, check_none, open_peek};
