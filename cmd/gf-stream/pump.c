/*
 * pump.c - records are asked for in runs as long as there are any, then in batches.
 *
 * A header is given as the first record.
 */
#include "pump.h"

/* Records of the chain. Tables end their lines as the first one that was read. */
static int give(struct output *out, const struct gf_slice *rec, size_t n)
{
    const struct gf_settings *set = out->stream->set;
    bool is_table = set->table.kind != GF_TABULAR_NONE;
    out->table.crlf = is_table && gf_source_crlf(out->source);
    for (size_t i = 0; i < n; i++)
        if ((is_table ? output_table_record(out, rec[i])
                      : output_record(out, rec[i], set->separator)) != 0)
            return -1;
    return 0;
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
    int bad = gf_names_record(&c->names, out->stream->set->joiner, &line);
    const struct gf_slice names = {line.data ? line.data : "", line.len};
    bad = bad ? gf_fault_nomem(&out->stream->fault) : give(out, &names, 1);
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
        if (give(out, last->out, last->n) != 0)
            return -1;
    return got;
}
