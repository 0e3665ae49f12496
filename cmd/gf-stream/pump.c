/*
 * pump.c - records are asked for in runs as long as there are any, then in batches.
 *
 * A header is given as the first record.
 */
#include "pump.h"

/* A record of the chain. Tables end their lines as the first one that was read. */
static int give(struct output *out, struct gf_slice rec)
{
    const struct gf_settings *set = out->stream->set;
    if (set->table.kind == GF_TABULAR_NONE)
        return output_record(out, rec, set->separator);
    out->table.crlf = gf_source_crlf(out->source);
    return output_table_record(out, rec);
}

static int give_run(struct output *out, struct gf_slice run)
{
    if (out->stream->set->table.kind == GF_TABULAR_NONE)
        return output_run(out, run);
    out->table.crlf = gf_source_crlf(out->source);
    return output_table_run(out, run);
}

/* The names of the columns that come out, where they have any. */
static int give_header(struct output *out, const struct gf_chain *c)
{
    struct gf_buf line = {0};
    if (!c->has_names || c->names.n == 0)
        return 0;
    int bad = gf_names_record(&c->names, out->stream->set->joiner, &line) != 0
                  ? gf_fault_nomem(&out->stream->fault)
                  : give(out, (struct gf_slice){line.data ? line.data : "", line.len});
    gf_buf_release(&line);
    return bad;
}

int pump(const struct gf_chain *c, struct gf_stage *last, struct output *out)
{
    struct gf_slice run;
    int got;
    out->last = last;
    if (give_header(out, c) != 0)
        return -1;
    while ((got = gf_stage_run(last, &run)) == 1)
        if (give_run(out, run) != 0)
            return -1;
    if (got < 0)
        return -1;
    while ((got = gf_stage_pull(last, GF_BATCH)) == 1)
        for (size_t i = 0; i < last->n; i++)
            if (give(out, last->out[i]) != 0)
                return -1;
    return got;
}
