/*
 * run_merge.c - a reader for each run, and a tournament (text/merge.h) that pulls from them.
 *
 * Equal keys come one after the other, so `unique` needs the key of the record before and no more.
 * That key is copied: the tournament's own is gone at the next pull. A record counts for `limit`
 * once `unique` let it through.
 */
#include "text/run_merge.h"

#include <errno.h>
#include <stdlib.h>

static int pull_run(void *merge, size_t which, struct gf_slice *rec)
{
    struct gf_run_merge *m = merge;
    return gf_run_next(&m->reader[which], rec);
}

void gf_run_merge_close(struct gf_run_merge *m)
{
    gf_merge_free(m->merge);
    for (size_t i = 0; i < m->n; i++)
        gf_run_close(&m->reader[i]);
    free(m->reader);
    gf_buf_release(&m->last);
    *m = (struct gf_run_merge){0};
}

int gf_run_merge_open(struct gf_run_merge *m, const struct gf_run_merge_conf *conf,
                      const struct gf_runfile_run *runs, size_t n)
{
    *m = (struct gf_run_merge){.conf = *conf};
    m->reader = calloc(n, sizeof *m->reader);
    if (!m->reader)
        return -1;
    for (; m->n < n; m->n++)
        if (gf_run_open(&m->reader[m->n], &runs[m->n], conf->block) != 0)
            goto fail;
    m->merge = gf_merge_open(n, pull_run, m, conf->keys, conf->tag);
    if (m->merge)
        return 0;
fail:
    gf_run_merge_close(m);
    errno = ENOMEM;
    return -1;
}

int gf_run_merge_next(struct gf_run_merge *m, struct gf_slice *rec)
{
    struct gf_slice key;
    if (m->conf.limit && m->given == m->conf.limit)
        return 0;
    for (;;) {
        int got = gf_merge_next(m->merge, rec, &key);
        if (got != 1)
            return got;
        m->given++;
        if (!m->conf.unique)
            return 1;
        struct gf_slice last = {m->last.data, m->last.len};
        if (m->has_last && gf_slice_compare(key, last) == 0) {
            m->given--;
            continue;
        }
        gf_buf_clear(&m->last);
        m->has_last = true;
        return gf_buf_add(&m->last, key.data, key.len) == 0 ? 1 : -1;
    }
}
