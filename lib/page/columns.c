/*
 * columns.c - how long attempts took: a column a bucket, from the first that holds something to the
 * last, with a part for each outcome.
 */
#include <inttypes.h>
#include <stdbool.h>

#include "page/parts.h"

enum {
    COLUMNS_LABELLED = 8 /* with more columns than this, a narrow window labels some of them */
};

static uint64_t bucket_total(const struct gf_bars *all, unsigned i)
{
    uint64_t n = 0;
    for (size_t o = 0; o < GF_BAR_OUTCOMES; o++)
        n += all->bucket[i][o];
    return n;
}

/* The first and the last bucket that hold something; false: none does. */
static bool filled_buckets(const struct gf_bars *all, unsigned *first, unsigned *last,
                           uint64_t *most)
{
    bool any = false;
    *most = 1;
    for (unsigned i = 0; i < GF_BARS_BUCKETS; i++) {
        uint64_t n = bucket_total(all, i);
        if (!n)
            continue;
        *first = any ? *first : i;
        *last = i;
        *most = n > *most ? n : *most;
        any = true;
    }
    return any;
}

/* A column: its count, a part for each outcome, and the time it begins at. */
static void add_column(struct gf_buf *b, const struct gf_page *p, unsigned i, uint64_t most)
{
    char time[GF_DURATION_SIZE];
    const uint64_t *bucket = p->bars->bucket[i];
    uint64_t n = bucket_total(p->bars, i);
    gf_buf_puts(b, "<div>");
    if (n)
        gf_buf_printf(b, "<span>%" PRIu64 "</span>", n);
    for (int o = 0; o < GF_BAR_OUTCOMES; o++)
        if (bucket[o])
            gf_buf_printf(
                b,
                "<i class=\"%s\" style=\"height:max(2px,%.2f%%)\" title=\"%s: %" PRIu64 "\"></i>",
                gf_page_style_of((enum gf_bar_outcome)o), 80 * (double)bucket[o] / (double)most,
                gf_page_word_of(p, (enum gf_bar_outcome)o), bucket[o]);
    gf_buf_printf(b, "<span class=\"from\">%s</span></div>\n", gf_page_time(gf_bars_from(i), time));
}

void gf_page_add_columns(struct gf_buf *b, const struct gf_page *p)
{
    unsigned first = 0, last = 0;
    uint64_t most;
    const char *what = p->timed;
    if (!filled_buckets(p->bars, &first, &last, &most))
        return;
    gf_buf_printf(b, "<h2>How long %s %s took</h2>\n", *what == 'a' ? "an" : "a", what);
    gf_page_add_key(b, p);
    gf_buf_printf(
        b, "<div class=\"times%s\" role=\"img\" aria-label=\"how many %ss took how long\">\n",
        last - first >= COLUMNS_LABELLED ? " many" : "", what);
    for (unsigned i = first; i <= last; i++)
        add_column(b, p, i, most);
    gf_buf_puts(b, "</div>\n<p>Each column begins at the time under it and ends where the next one "
                   "begins.</p>\n");
}
