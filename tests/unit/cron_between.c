/* cron_between.c - firings between two instants: the count and the last, against one by one. */
#include <string.h>

#include "cron/between.h"
#include "test.h"

static const char *const texts[] = {
    "* * * * *",
    "*/7 3-5 * * *",
    "30 2 * * *",
    "0 1-4 * * MON",
    "0 0 29 2 *",
    "0 12 L * *",
    "@every 5h",
    "@at 2026-06-01T12:00",
    "0 0 30 2 *",
    "*/20 30 1 * * SUN",
    "0,30 0 * * *",
    "*/20 1-3 * * * | 30 2 * * SUN | @every 5h",
    "0 9 * * * | 0 9 * * MON",
    "@start | @every 3d at 02:30 | 0 0 30 2 *",
};
static const char *const names[] = {"America/New_York", "Australia/Lord_Howe", "Pacific/Apia",
                                    "America/Santiago", "UTC"};

/* The same, one by one. */
static uint64_t walk(const struct gf_cron *c, struct gf_zone *z, enum gf_dst dst, int64_t after,
                     int64_t upto, int64_t *last)
{
    uint64_t n = 0;
    for (int64_t t = after; gf_cron_next(c, z, dst, t, &t) == GF_CRON_FOUND && t <= upto; n++)
        *last = t;
    return n;
}

static void compare(const char *text, const char *zone, int64_t after, int64_t upto)
{
    struct gf_cron more[GF_CRON_SCHEDULES - 1];
    struct gf_cron_context ctx = {.id = "", .id_len = 0, .more = more};
    struct gf_cron c;
    struct gf_zone *z;
    REQUIRE(gf_cron_parse(&c, text, strlen(text), &ctx, NULL) == 0);
    REQUIRE(gf_zone_open(&z, zone, NULL, NULL) == 0);
    for (int dst = GF_DST_DEBIAN; dst <= GF_DST_SKIP; dst++) {
        int64_t last = 0, got = 0;
        uint64_t want = walk(&c, z, (enum gf_dst)dst, after, upto, &last);
        uint64_t n = gf_cron_count(&c, z, (enum gf_dst)dst, after, upto);
        CHECK_ROW(n == want, "%s %s after %lld: %llu, not %llu", zone, text, (long long)after,
                  (unsigned long long)n, (unsigned long long)want);
        int found = gf_cron_last(&c, z, (enum gf_dst)dst, after, upto, &got);
        CHECK_INT(found, want ? GF_CRON_FOUND : GF_CRON_NEVER);
        CHECK_INT(got, last);
    }
    gf_zone_free(z);
}

TEST(cron_between, as_one_by_one)
{
    unsigned seed = 3;
    for (size_t z = 0; z < sizeof names / sizeof names[0]; z++)
        for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
            seed = seed * 1103515245 + 12345;
            int64_t after = gf_civil_days(2026, 1, 1) * GF_DAY + seed % (300 * 86400u);
            compare(texts[i], names[z], after, after + 40 * GF_DAY);
        }
    compare("15 0 * * *", "Pacific/Apia", 1325000000, 1326000000); /* the day that was left out */
    compare("* * * * *", "Pacific/Apia", 1325000000, 1326000000);
}

TEST(cron_between, the_ends_belong_as_they_say)
{
    struct gf_cron_context ctx = {.id = "", .id_len = 0};
    struct gf_cron c;
    struct gf_zone *z;
    REQUIRE(gf_cron_parse(&c, "@hourly", 7, &ctx, NULL) == 0);
    REQUIRE(gf_zone_open(&z, "UTC", NULL, NULL) == 0);
    CHECK_INT(gf_cron_count(&c, z, GF_DST_DEBIAN, 0, 3600), 1);
    CHECK_INT(gf_cron_count(&c, z, GF_DST_DEBIAN, 3600, 7199), 0);
    CHECK_INT(gf_cron_count(&c, z, GF_DST_DEBIAN, 0, 400 * 366 * GF_DAY), 400 * 366 * 24);
    gf_zone_free(z);
}
