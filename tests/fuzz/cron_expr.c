/* cron_expr.c - any text as a schedule: parsing never reads outside it, next() is later than its
 * start, on the schedule, and found in a bounded time. */
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "cron/next.h"
#include "cron/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Far above what it takes with sanitizers (about 10 ms), far below what a search gone wrong
 * takes. */
#define NEXT_MAX (CLOCKS_PER_SEC / 5)

/* gf_cron_next, which may not take long. */
static int next_in_time(const struct gf_cron *c, struct gf_zone *z, int64_t t, int64_t *out)
{
    clock_t started = clock();
    int got = gf_cron_next(c, z, GF_DST_DEBIAN, t, out);
    if (clock() - started > NEXT_MAX)
        abort();
    return got;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct gf_zone *zone;
    struct gf_cron more[GF_CRON_SCHEDULES - 1];
    struct gf_cron_context ctx = {.id = "fuzz", .id_len = 4, .now = 1700000000, .more = more};
    struct gf_cron c;
    struct gf_perr e = {0};
    struct gf_buf words = {0};
    int64_t t = 1700000000, next;
    if (!zone && gf_zone_open(&zone, "America/New_York", NULL, NULL) != 0)
        return 0;
    if (gf_cron_parse(&c, (const char *)data, size, &ctx, &e) != 0) {
        if (e.col > size || e.col + e.len > size)
            abort();
        return 0;
    }
    for (const struct gf_cron *each = &c; each; each = each->also)
        if (gf_cron_words(&words, each) != 0 || each->at + each->len > size)
            abort();
    gf_buf_release(&words);
    for (int i = 0; i < 3 && next_in_time(&c, zone, t, &next) == 0; i++, t = next) {
        if (next <= t)
            abort();
        struct gf_span s = gf_zone_span(zone, next);
        bool on_clock = !c.also && (c.kind == GF_CRON_FIELDS || c.kind == GF_CRON_DAYS);
        if (on_clock && next != s.start && !gf_cron_matches(&c, next + s.off))
            abort();
        if (next > GF_CIVIL_MAX)
            break;
    }
    return 0;
}
