/*
 * op_reverse.c - reverse.
 *
 * Records are kept until they fill the memory; then they are written to a file as a run that is
 * turned round already. At the end the runs are read from the last to the first.
 */
#include <errno.h>
#include <stdlib.h>

#include "stream/op.h"
#include "text/runfile.h"

struct reverse {
    struct gf_buf text;
    size_t *end; /* of each record in text */
    size_t n, cap;
    struct gf_runfile_run *runs;
    size_t nruns;
    struct gf_run_reader reader;
    bool ended, reading;
};

static struct gf_slice last_of(const struct reverse *r)
{
    size_t from = r->n > 1 ? r->end[r->n - 2] : 0;
    return (struct gf_slice){r->text.data + from, r->end[r->n - 1] - from};
}

static int write_reversed(struct gf_stream *st, struct reverse *r)
{
    struct gf_runfile_run *more = realloc(r->runs, (r->nruns + 1) * sizeof *more);
    if (!more)
        return -1;
    r->runs = more;
    if (gf_runfile_begin(&st->spill) != 0)
        return -1;
    for (; r->n; r->n--)
        if (gf_runfile_put(&st->spill, last_of(r)) != 0)
            return -1;
    gf_buf_clear(&r->text);
    if (gf_runfile_end(&st->spill, &r->runs[r->nruns]) != 0)
        return -1;
    r->nruns++;
    return 0;
}

static int hold(struct gf_stream *st, struct reverse *r, struct gf_slice rec)
{
    size_t held = r->text.len + rec.len + (r->n + 1) * sizeof *r->end;
    if (r->n && held > st->share / 2 && write_reversed(st, r) != 0)
        return -1;
    if (rec.len > st->share) {
        errno = EMSGSIZE;
        return -1;
    }
    if (r->n == r->cap) {
        size_t cap = r->cap ? r->cap * 2 : 256;
        size_t *end = realloc(r->end, cap * sizeof *end);
        if (!end)
            return -1;
        r->end = end;
        r->cap = cap;
    }
    if (gf_buf_add(&r->text, rec.data, rec.len) != 0)
        return -1;
    r->end[r->n++] = r->text.len;
    return 0;
}

static int read_reverse(struct gf_stage *s, struct reverse *r)
{
    int got;
    while ((got = gf_stage_need(s, GF_BATCH)) == 1)
        while (gf_stage_has(s))
            if (hold(s->stream, r, gf_stage_take(s)) != 0)
                return gf_stage_storage(s);
    r->ended = true;
    return got;
}

/* The next record of the runs, the last run first. */
static int next_of_runs(struct gf_stage *s, struct reverse *r, struct gf_slice *rec)
{
    for (;;) {
        if (!r->reading) {
            if (r->nruns == 0)
                return 0;
            if (gf_run_open(&r->reader, &r->runs[--r->nruns], 64 * 1024) != 0)
                return gf_stage_storage(s);
            r->reading = true;
        }
        int got = gf_run_next(&r->reader, rec);
        if (got < 0)
            return gf_stage_storage(s);
        if (got == 1)
            return 1;
        gf_run_close(&r->reader);
        r->reading = false;
    }
}

static int pull_reverse(struct gf_stage *s, size_t max)
{
    struct reverse *r = s->state;
    if (!r->ended && read_reverse(s, r) != 0)
        return -1;
    for (; s->n < max && r->n; r->n--)
        s->out[s->n++] = last_of(r);
    while (gf_stage_room(s, max)) {
        struct gf_slice rec;
        int got = next_of_runs(s, r, &rec);
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        if (gf_stage_emit_copy(s, rec.data, rec.len) != 0)
            return -1;
    }
    return s->n ? 1 : 0;
}

static void close_reverse(struct gf_stage *s)
{
    struct reverse *r = s->state;
    gf_buf_release(&r->text);
    free(r->end);
    free(r->runs);
    if (r->reading)
        gf_run_close(&r->reader);
}

static struct gf_stage *open_reverse(const struct gf_node *n, struct gf_stream *st,
                                     struct gf_stage *up)
{
    (void)n;
    struct gf_stage *s = gf_stage_new(st, up, "reverse", sizeof(struct reverse));
    if (!s)
        return NULL;
    s->pull = pull_reverse;
    s->close = close_reverse;
    return s;
}

static const struct gf_cli reverse_cli =
    GF_OP_CLI("reverse", "reverse the order: the last record comes first", "", gf_op_no_opts,
              gf_op_exits, "gf-stream reverse");
const struct gf_op gf_op_reverse = {
    &reverse_cli, 0, false, true, false, gf_check_nothing, open_reverse, gf_columns_same};
