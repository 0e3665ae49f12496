/* The words that say what group works out: kinds, fields, percentiles, errors and their places. */
#include "stream/agglist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit.h"
#include "test.h"

TEST(stream_agglist, words)
{
    static const struct {
        const char *words;
        size_t n, need;
        enum gf_aggregate_kind kind; /* of the last */
        int64_t field;
        double percent;
    } rows[] = {
        {"count", 1, 2, GF_AGG_COUNT, 0, 50},
        {"sum:1", 1, 2, GF_AGG_SUM, 1, 50},
        {"count,min:3", 2, 3, GF_AGG_MIN, 3, 50},
        {"max:9,mean:4", 2, 9, GF_AGG_MEAN, 4, 50},
        {"stddev:-1", 1, SIZE_MAX, GF_AGG_STDDEV, -1, 50},
        {"last:-2,first:2", 2, SIZE_MAX, GF_AGG_FIRST, 2, 50},
        {"last:2", 1, 2, GF_AGG_LAST, 2, 50},
        {"median:2", 1, 2, GF_AGG_MEDIAN, 2, 50},
        {"p99:2", 1, 2, GF_AGG_PERCENTILE, 2, 99},
        {"p99.9:2", 1, 2, GF_AGG_PERCENTILE, 2, 99.9},
        {"p0:2", 1, 2, GF_AGG_PERCENTILE, 2, 0},
        {"p100:2", 1, 2, GF_AGG_PERCENTILE, 2, 100},
        {"distinct:2,count,join:5", 3, 5, GF_AGG_JOIN, 5, 50},
        {"distinct:2", 1, 2, GF_AGG_DISTINCT, 2, 50},
        {"count,count", 2, 2, GF_AGG_COUNT, 0, 50},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_agg_list g = {.need = 2};
        struct gf_fault f = {0};
        CHECK_ROW(gf_agg_list_read(&g, NULL, rows[i].words, &f) == 0, "%s: %s", rows[i].words,
                  f.where.what);
        CHECK_ROW(g.n == rows[i].n && g.need == rows[i].need, "%s: %zu, %zu", rows[i].words, g.n,
                  g.need);
        if (g.n != rows[i].n)
            continue;
        const struct gf_agg *a = &g.agg[g.n - 1];
        CHECK_ROW(a->kind == rows[i].kind && a->field == rows[i].field, "%s: kind %d, field %lld",
                  rows[i].words, (int)a->kind, (long long)a->field);
        CHECK_ROW(a->percent == (uint64_t)(rows[i].percent * 10) * (GF_PERCENT / 10), "%s",
                  rows[i].words);
    }
}

TEST(stream_agglist, errors_and_their_places)
{
    static const struct {
        const char *words;
        size_t col, len;
        const char *what;
    } rows[] = {
        {"", 0, 0, "unknown aggregate"},
        {"avg:2", 0, 3, "unknown aggregate"},
        {"count,", 6, 0, "unknown aggregate"},
        {"count,,sum:1", 6, 0, "unknown aggregate"},
        {"count,Sum:1", 6, 3, "unknown aggregate"},
        {"p:1", 0, 1, "unknown aggregate"},
        {"p101:1", 0, 4, "unknown aggregate"},
        {"p-1:1", 0, 3, "unknown aggregate"},
        {"pnan:1", 0, 4, "unknown aggregate"},
        {"p5x:1", 0, 3, "unknown aggregate"},
        {"p0.00000000000000001:1", 0, 20, "unknown aggregate"},
        {"count:1", 5, 2, "count takes no field"},
        {"count:", 5, 1, "count takes no field"},
        {"sum", 3, 0, "a field has to follow: sum:2"},
        {"count,p50", 9, 0, "a field has to follow: p50:2"},
        {"sum:1-2", 4, 3, "one field is meant"},
        {"count,sum:2-", 10, 2, "one field is meant"},
        {"sum:0", 4, 1, ""},
        {"count,sum:x", 10, 1, ""},
        {"count,sum:1x", 11, 1, ""},
        {"sum:", 4, 0, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_agg_list g = {0};
        struct gf_fault f = {0};
        CHECK_ROW(gf_agg_list_read(&g, NULL, rows[i].words, &f) == -1, "'%s'", rows[i].words);
        CHECK_ROW(f.status == GF_EXIT_USAGE && strcmp(f.kind, "aggregate") == 0, "'%s': %d %s",
                  rows[i].words, f.status, f.kind);
        CHECK_ROW(f.where.col == rows[i].col && f.where.len == rows[i].len, "'%s': at %zu+%zu",
                  rows[i].words, f.where.col, f.where.len);
        CHECK_ROW(strncmp(f.where.what, rows[i].what, strlen(rows[i].what)) == 0 && *f.where.what,
                  "'%s': %s", rows[i].words, f.where.what);
        CHECK_STR(f.subject, rows[i].words);
        gf_fault_release(&f);
    }
}

TEST(stream_agglist, so_many_and_no_more)
{
    struct gf_buf b = {0};
    for (int i = 0; i < GF_AGGS; i++)
        gf_buf_puts(&b, i ? ",sum:1" : "sum:1");
    struct gf_agg_list g = {0};
    struct gf_fault f = {0};
    CHECK_INT(gf_agg_list_read(&g, NULL, b.data, &f), 0);
    CHECK_INT(g.n, GF_AGGS);
    size_t len = b.len;
    gf_buf_puts(&b, ",count");
    g = (struct gf_agg_list){0};
    CHECK_INT(gf_agg_list_read(&g, NULL, b.data, &f), -1);
    CHECK_STR(f.where.what, "more than 32 aggregates");
    CHECK_INT(f.where.col, len + 1);
    CHECK_INT(f.where.len, 5);
    gf_fault_release(&f);
    gf_buf_release(&b);
}
