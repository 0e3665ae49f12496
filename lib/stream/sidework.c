/*
 * sidework.c - a source that gives one block, the stages above it, and their output in one piece.
 *
 * Where the last stage gives runs, they are all there is, since a block ends with a separator. Else
 * its records are gathered one by one. A block of a few bytes may make very many: beyond what the
 * job may take, records are only counted, for the owner has to know how many there would have been.
 */
#include "stream/sidework.h"

#include <stdlib.h>
#include <string.h>

#include "text/scan.h"

enum {
    LONG = 255, /* a length from here on is written behind this byte */
    SHORT_RUN = 16 * 1024
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
                     size_t n, const struct gf_preparer *preparer)
{
    *w = (struct gf_sidework){.st = {.set = st->set}, .n = n, .preparer = preparer};
    w->source = w->last = w->stage[0] = open_block(&w->st);
    for (size_t i = 0; i < n && w->last; i++) {
        struct gf_stage *up = w->last;
        w->last = w->stage[i + 1] = node[i].op->open(&node[i], &w->st, up);
        if (!w->last)
            gf_stage_free_all(up);
    }
    if (w->last)
        return 0;
    gf_fault_move(&st->fault, &w->st.fault);
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

/* A job may have as many records as bytes, so a short length takes one byte. */
static void note_length(struct gf_buf *b, size_t len)
{
    b->data[b->len++] = (char)(len < LONG ? len : LONG);
    if (len < LONG)
        return;
    memcpy(b->data + b->len, &len, sizeof len);
    b->len += sizeof len;
}

size_t gf_sidejob_length(const struct gf_sidejob *job, size_t *at)
{
    size_t len = (unsigned char)job->lengths.data[(*at)++];
    if (len == LONG) {
        memcpy(&len, job->lengths.data + *at, sizeof len);
        *at += sizeof len;
    }
    return len;
}

/* Keeps a record of the job, or none at all when they are too many. */
static int keep_record(struct gf_sidejob *job, struct gf_slice rec, char separator)
{
    job->bytes += rec.len + (rec.len < LONG ? 2 : 2 + sizeof rec.len);
    if (job->bytes > job->most && !job->large) {
        job->large = true;
        job->n = 0;
        gf_buf_release(&job->out);
        gf_buf_release(&job->lengths);
    }
    if (job->large)
        return 0;
    if (gf_buf_reserve(&job->out, rec.len + 1) != 0 ||
        gf_buf_reserve(&job->lengths, 1 + sizeof rec.len) != 0)
        return -1;
    char *end = gf_slice_put(job->out.data + job->out.len, rec);
    *end = separator;
    job->out.len += rec.len + 1;
    note_length(&job->lengths, rec.len);
    job->n++;
    return 0;
}

static int gather_records(struct gf_sidework *w, struct gf_sidejob *job)
{
    char separator = w->st.set->separator;
    int got;
    while ((got = gf_stage_pull(w->last, GF_BATCH)) == 1)
        for (size_t i = 0; i < w->last->n; i++)
            if (keep_record(job, w->last->out[i], separator) != 0)
                return gf_fault_nomem(&w->st.fault);
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

/* Keeps what is found in the records of a batch, or nothing at all when that is too much. */
static int keep_prepared(struct gf_sidework *w, struct gf_sidejob *job)
{
    const struct gf_stage *last = w->last;
    size_t size = last->n * sizeof(struct gf_prepared);
    job->bytes += size;
    if (!job->large && (job->bytes > job->most || job->block.run.len > GF_PREPARE_MOST)) {
        job->large = true;
        job->n = 0;
        gf_buf_release(&job->prepared);
    }
    if (job->large)
        return 0;
    if (gf_buf_reserve(&job->prepared, size) != 0)
        return -1;
    gf_prepare(w->preparer, last->out, last->n, job->block.run.data,
               (struct gf_prepared *)(void *)job->prepared.data + job->n);
    job->prepared.len += size;
    job->n += last->n;
    return 0;
}

static int gather_prepared(struct gf_sidework *w, struct gf_sidejob *job)
{
    int got;
    while ((got = gf_stage_pull(w->last, GF_BATCH)) == 1)
        if (keep_prepared(w, job) != 0)
            return gf_fault_nomem(&w->st.fault);
    return got;
}

void gf_sidework_begin(struct gf_sidework *w, const struct gf_sidejob *job)
{
    struct block_source *b = w->source->state;
    b->rest = job->block.run;
    b->records = job->block.records;
}

void gf_sidework_run(struct gf_sidework *w, struct gf_sidejob *job)
{
    struct gf_side_counts before;
    const size_t n = w->n;
    gf_sidework_begin(w, job);
    job->n = job->nruns = job->bytes = 0;
    job->large = false;
    gf_buf_clear(&job->out);
    gf_buf_clear(&job->lengths);
    gf_buf_clear(&job->prepared);
    for (size_t i = 0; i <= n; i++)
        before.given[i] = w->stage[i]->given;
    job->made = w->last->pull_run == NULL;
    if (w->preparer) {
        job->failed = gather_prepared(w, job) < 0;
    } else if (w->last->fold) {
        gf_aggregate_release(&job->part);
        job->failed = w->last->fold(w->last, &job->part) < 0;
    } else {
        job->failed = (job->made ? gather_records : gather_runs)(w, job) < 0;
    }
    for (size_t i = 0; i <= n; i++)
        job->counts.given[i] = w->stage[i]->given - before.given[i];
}

size_t gf_sidejob_room(const struct gf_sidejob *job)
{
    return job->block.cap + job->out.cap + job->lengths.cap + job->prepared.cap;
}

void gf_sidejob_shrink(struct gf_sidejob *job)
{
    free(job->block.buf);
    job->block = (struct gf_block){0};
    gf_buf_release(&job->out);
    gf_buf_release(&job->lengths);
    gf_buf_release(&job->prepared);
}

void gf_sidejob_release(struct gf_sidejob *job)
{
    gf_buf_release(&job->out);
    gf_buf_release(&job->lengths);
    gf_buf_release(&job->prepared);
    free(job->run);
    free(job->block.buf);
    gf_aggregate_release(&job->part);
    *job = (struct gf_sidejob){0};
}
