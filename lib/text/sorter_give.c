/*
 * sorter_give.c - what a sorter has in memory, or merges, record by record or many together.
 */
#include "text/gather.h"
#include "text/run_merge.h"
#include "text/sorter.h"

enum {
    FETCH = 32,     /* records are fetched so far ahead */
    RUN = 64 * 1024 /* a run that is put together by one thread ends behind so many bytes */
};

int gf_sorter_next(struct gf_sorter *s, struct gf_slice *rec)
{
    if (s->merge)
        return gf_run_merge_next(s->merge, rec);
    gf_gather_stop(s->gather); /* it does not know of records that are given here */
    s->gather = NULL;
    if (s->next == s->n)
        return 0;
    if (s->next + FETCH >= s->ready && s->ready < s->n)
        s->ready = gf_order_sorted(s->order, s->next + FETCH < s->n ? s->next + FETCH : s->n - 1);
    if (s->next + FETCH < s->n) /* items lie in no order */
        gf_item_fetch(s->sorted[s->next + FETCH].item, s->longest);
    *rec = gf_item_record(s->sorted[s->next++].item);
    return 1;
}

/* As long as some records are still sorted. */
static int put_together(struct gf_sorter *s, size_t skip, char end, struct gf_slice *run,
                        size_t *records)
{
    struct gf_slice rec;
    gf_buf_clear(&s->together);
    for (*records = 0; s->together.len < RUN && gf_sorter_next(s, &rec) == 1; ++*records) {
        if (gf_buf_reserve(&s->together, rec.len + 1) != 0)
            return -1;
        char *to = s->together.data + s->together.len;
        *gf_slice_put(to, (struct gf_slice){rec.data + skip, rec.len - skip}) = end;
        s->together.len += rec.len - skip + 1;
    }
    *run = (struct gf_slice){s->together.data, s->together.len};
    return *records > 0;
}

int gf_sorter_run(struct gf_sorter *s, size_t skip, char end, struct gf_slice *run, size_t *records)
{
    if (s->merge || s->longest > RUN)
        return 0;
    if (s->ready == s->n && !s->was_gathered) {
        s->was_gathered = true;
        s->gather = gf_gather_start(
            s->sorted + s->next, s->n - s->next,
            &(struct gf_gather_conf){
                .skip = skip, .longest = s->longest, .end = end, .threads = s->conf.threads});
    }
    if (!s->gather)
        return put_together(s, skip, end, run, records);
    if (!gf_gather_next(s->gather, run, records))
        return 0;
    s->next += *records;
    return 1;
}
