/*
 * sidework.c - a source that gives one block, the stages above it, and their output in one piece.
 *
 * Where the last stage gives runs, they are all there is, since a block ends with a separator. Else
 * its records are gathered one by one.
 */
#include "stream/sidework.h"

#include <stdlib.h>

#include "text/scan.h"

enum {
    SHORT_RUN = 16 * 1024,
    KEPT = 2 << 20 /* a job keeps no more room for the next block, and for what is made of it */
};

struct block_source {
    struct gf_slice rest;
    uint64_t records;
    struct gf_stage *up; /* NULL: the block is all there is */
};

static int pull_block(struct gf_stage *s, size_t max)
{
    struct block_source *b = s->state;
    size_t used;
    if (b->up) {
        int got = gf_stage_pull(b->up, max);
        for (; got == 1 && s->n < b->up->n; s->n++)
            s->out[s->n] = b->up->out[s->n];
        if (got == 1)
            b->up->used = b->up->n;
        return got;
    }
    s->n = gf_scan_split(b->rest.data, b->rest.len, s->stream->set->separator, s->out, max, &used);
    b->rest.data += used;
    b->rest.len -= used;
    return s->n > 0;
}

static int pull_block_run(struct gf_stage *s, struct gf_slice *run)
{
    struct block_source *b = s->state;
    *run = b->rest;
    b->rest.len = 0;
    s->given += run->len ? b->records : 0;
    return run->len > 0;
}

static struct gf_stage *open_block(struct gf_stream *st)
{
    struct gf_stage *s = gf_stage_new(st, NULL, "input", sizeof(struct block_source));
    if (!s)
        return NULL;
    s->source = true;
    s->pull = pull_block;
    s->pull_run = pull_block_run;
    return s;
}

int gf_sidework_open(struct gf_sidework *w, struct gf_stream *st, const struct gf_node *node,
                     size_t n)
{
    *w = (struct gf_sidework){.st = {.set = st->set}, .n = n};
    w->source = w->last = w->stage[0] = open_block(&w->st);
    for (size_t i = 0; i < n && w->last; i++) {
        struct gf_stage *up = w->last;
        w->last = w->stage[i + 1] = node[i].op->open(&node[i], &w->st, up);
        if (!w->last)
            gf_stage_free_all(up);
    }
    if (w->last)
        return 0;
    st->fault = w->st.fault;
    w->source = NULL;
    return -1;
}

void gf_sidework_close(struct gf_sidework *w)
{
    if (w->source)
        gf_stage_free_all(w->last);
    gf_fault_release(&w->st.fault);
    *w = (struct gf_sidework){0};
}

void gf_sidework_through(struct gf_sidework *w, struct gf_stage *up)
{
    ((struct block_source *)w->source->state)->up = up;
    w->source->pull_run = up ? NULL : pull_block_run;
}

void gf_sidework_count_from(struct gf_sidework *w, const struct gf_side_counts *before)
{
    for (size_t i = 0; i <= w->n; i++) {
        w->stage[i]->given = before->given[i];
        if (i)
            w->stage[i]->taken = before->given[i - 1];
    }
}

static int note_length(struct gf_sidejob *job, size_t len)
{
    if (job->n == job->cap) {
        size_t cap = job->cap ? job->cap * 2 : 4096;
        size_t *more = realloc(job->len, cap * sizeof *more);
        if (!more)
            return -1;
        job->len = more;
        job->cap = cap;
    }
    job->len[job->n++] = len;
    return 0;
}

static int gather_records(struct gf_sidework *w, struct gf_sidejob *job)
{
    char separator = w->st.set->separator;
    int got;
    while ((got = gf_stage_pull(w->last, GF_BATCH)) == 1)
        for (size_t i = 0; i < w->last->n; i++) {
            struct gf_slice rec = w->last->out[i];
            gf_buf_add(&job->out, rec.data, rec.len);
            if (gf_buf_putc(&job->out, separator) != 0 || note_length(job, rec.len) != 0)
                return gf_fault_nomem(&w->st.fault);
        }
    return got;
}

/* A long run stays where it is; short ones are put together, as a run whose place is known when no
 * more come. */
static int note_run(struct gf_sidejob *job, struct gf_slice run)
{
    bool is_short = run.len < SHORT_RUN;
    if (is_short && gf_buf_add(&job->out, run.data, run.len) != 0)
        return -1;
    if (is_short && job->nruns && !job->run[job->nruns - 1].data) {
        job->run[job->nruns - 1].len += run.len;
        return 0;
    }
    if (job->nruns == job->runs_cap) {
        size_t cap = job->runs_cap ? job->runs_cap * 2 : 64;
        struct gf_slice *more = realloc(job->run, cap * sizeof *more);
        if (!more)
            return -1;
        job->run = more;
        job->runs_cap = cap;
    }
    job->run[job->nruns++] = (struct gf_slice){is_short ? NULL : run.data, run.len};
    return 0;
}

static int gather_runs(struct gf_sidework *w, struct gf_sidejob *job)
{
    struct gf_slice run;
    int got;
    while ((got = gf_stage_run(w->last, &run)) == 1)
        if (note_run(job, run) != 0)
            return gf_fault_nomem(&w->st.fault);
    const char *p = job->out.data;
    for (size_t i = 0; i < job->nruns; i++)
        if (!job->run[i].data) {
            job->run[i].data = p;
            p += job->run[i].len;
        }
    return got;
}

void gf_sidework_run(struct gf_sidework *w, struct gf_sidejob *job)
{
    struct block_source *b = w->source->state;
    struct gf_side_counts before;
    b->rest = job->block.run;
    b->records = job->block.records;
    job->n = job->nruns = 0;
    gf_buf_clear(&job->out);
    for (size_t i = 0; i <= w->n; i++)
        before.given[i] = w->stage[i]->given;
    job->made = w->last->pull_run == NULL;
    if (w->last->fold) {
        gf_aggregate_release(&job->part);
        job->failed = w->last->fold(w->last, &job->part) < 0;
    } else {
        job->failed = (job->made ? gather_records : gather_runs)(w, job) < 0;
    }
    for (size_t i = 0; i <= w->n; i++)
        job->counts.given[i] = w->stage[i]->given - before.given[i];
}

void gf_sidejob_shrink(struct gf_sidejob *job)
{
    if (job->block.cap > KEPT) {
        free(job->block.buf);
        job->block = (struct gf_block){0};
    }
    if (job->out.cap > KEPT)
        gf_buf_release(&job->out);
    if (job->cap > KEPT / sizeof *job->len) {
        free(job->len);
        job->len = NULL;
        job->n = job->cap = 0;
    }
}

void gf_sidejob_release(struct gf_sidejob *job)
{
    gf_buf_release(&job->out);
    free(job->len);
    free(job->run);
    free(job->block.buf);
    gf_aggregate_release(&job->part);
    *job = (struct gf_sidejob){0};
}
