/* cron_expr.c - any text as a schedule: parsing never reads outside it, next() is later than its
 * start and on the schedule. */
#include <stdlib.h>

#include "base/buf.h"
#include "cron/next.h"
#include "cron/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct gf_zone *zone;
    struct gf_cron_context ctx = {.id = "fuzz", .id_len = 4, .now = 1700000000};
    struct gf_cron c;
    struct gf_perr e = {0};
    struct gf_span s;
    struct gf_buf words = {0};
    int64_t t = 1700000000, next;
    if (!zone && gf_zone_open(&zone, "America/New_York", NULL, NULL) != 0)
        return 0;
    if (gf_cron_parse(&c, (const char *)data, size, &ctx, &e) != 0) {
        if (e.col > size || e.col + e.len > size)
            abort();
        return 0;
    }
    if (gf_cron_words(&words, &c) != 0)
        abort();
    gf_buf_release(&words);
    for (int i = 0; i < 3 && gf_cron_next(&c, zone, GF_DST_DEBIAN, t, &next) == 0; i++, t = next) {
        if (next <= t || gf_zone_span(zone, next, &s) != 0)
            abort();
        if (c.kind == GF_CRON_FIELDS && next != s.start && !gf_cron_matches(&c, next + s.off))
            abort();
        if (next > GF_CIVIL_MAX)
            break;
    }
    return 0;
}
