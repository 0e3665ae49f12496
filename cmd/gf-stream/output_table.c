/*
 * output_table.c - records in the form of text/tabular.h are written as CSV or TSV.
 *
 * Most are copied as they are but for what stands between their fields; the others are made in a
 * buffer first.
 */
#include "output.h"
#include "text/scan.h"

enum {
    TRIED = 4096 /* bytes of a run that are looked at at once */
};

/* Writes the run where it is plain, and leaves room for a byte. 1; 0: it is not; -1. */
static int put_plain(struct output *out, struct gf_slice run)
{
    if (run.len >= OUTPUT_SIZE)
        return 0;
    if (OUTPUT_SIZE - out->used < run.len + 1 && output_flush(out) != 0)
        return -1;
    if (!gf_tabular_plain(&out->table, run, out->buf + out->used))
        return 0;
    out->used += run.len;
    return 1;
}

static int put_odd(struct output *out, struct gf_slice rec)
{
    gf_buf_clear(&out->line);
    if (gf_tabular_add(&out->table, rec, &out->line) != 0)
        return gf_fault_nomem(&out->stream->fault);
    return output_run(out, (struct gf_slice){out->line.data, out->line.len});
}

int output_table_record(struct output *out, struct gf_slice rec)
{
    int got = put_plain(out, rec);
    if (got != 1)
        return got < 0 ? -1 : put_odd(out, rec);
    out->buf[out->used++] = '\n';
    return 0;
}

/* The records at the front of the run, as many as are looked at at once; at least one. */
static struct gf_slice some_of(const char *p, const char *end)
{
    size_t left = (size_t)(end - p);
    const char *last = gf_scan_last(p, left < TRIED ? left : TRIED, '\0');
    if (!last)
        last = memchr(p, '\0', left);
    return (struct gf_slice){p, (size_t)(last + 1 - p)};
}

int output_table_run(struct output *out, struct gf_slice run)
{
    const char *p = run.data, *end = run.data + run.len;
    while (p < end) {
        struct gf_slice some = some_of(p, end);
        int got = put_plain(out, some);
        for (const char *to = p + some.len; got == 0 && p < to;) {
            const char *nul = memchr(p, '\0', (size_t)(to - p));
            if (output_table_record(out, (struct gf_slice){p, (size_t)(nul - p)}) != 0)
                got = -1;
            p = nul + 1;
        }
        if (got < 0)
            return -1;
        p = some.data + some.len;
    }
    return 0;
}
