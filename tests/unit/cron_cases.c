/*
 * cron_cases.c - schedules whose answers independent schedulers agree on, and texts they all
 * refuse: tests/unit/data/cron-next.tsv and cron-invalid.tsv.
 */
#include <stdio.h>
#include <string.h>

#include "cron/next.h"
#include "test.h"

enum {
    COLUMNS = 5
};

/* Rows that differ from what our page promises; each with the reason. */
static const struct {
    const char *id, *why;
} left_out[] = {
    {"stc-0176", "W alone, for any working day: the page knows nW and LW"},
    {"stc-0177", "the same"},
    {"cns-0500", "one second: fixed here, as the five fields behind the seconds are"},
    {"cns-0503", "the same"},
    {"cns-0506", "the same"},
    {"cns-0507", "the same"},
    {"cns-0511", "the same"},
    {"csm-0145", "the same"},
    {NULL, NULL},
};

static bool is_left_out(const char *id)
{
    for (size_t i = 0; left_out[i].id; i++)
        if (strcmp(left_out[i].id, id) == 0)
            return true;
    return false;
}

static int split(char *line, char *col[COLUMNS])
{
    int n = 0;
    line[strcspn(line, "\n")] = '\0';
    for (char *at = line; at && n < COLUMNS; n++) {
        col[n] = at;
        at = strchr(at, '\t');
        if (at)
            *at++ = '\0';
    }
    return n;
}

static void check_next(struct gf_zones *zones, char *col[COLUMNS])
{
    struct gf_cron_context ctx = {.id = "", .id_len = 0};
    struct gf_perr e = {0};
    struct gf_cron c;
    struct gf_zone *z;
    struct gf_stamp from, want = {0};
    bool never = strcmp(col[4], "NEVER") == 0;
    CHECK_ROW(gf_zones_get(zones, col[2], &z, &e) == 0, "%s: zone %s", col[0], col[2]);
    if (gf_cron_parse(&c, col[1], strlen(col[1]), &ctx, &e) != 0) {
        CHECK_ROW(false, "%s: '%s' refused: %s", col[0], col[1], e.what);
        return;
    }
    CHECK_ROW(gf_stamp_parse(col[3], strlen(col[3]), &from, &e) == 0, "%s: from", col[0]);
    CHECK_ROW(never || gf_stamp_parse(col[4], strlen(col[4]), &want, &e) == 0, "%s: next", col[0]);
    int64_t t = 0;
    int got = gf_cron_next(&c, z, GF_DST_DEBIAN, from.seconds, &t);
    char text[GF_STAMP_SIZE] = "never";
    if (got == GF_CRON_FOUND)
        gf_stamp_format(t, 0, true, text);
    CHECK_ROW(never ? got == GF_CRON_NEVER : got == GF_CRON_FOUND && t == want.seconds,
              "%s: '%s' %s after %s is %s, not %s", col[0], col[1], col[2], col[3], text, col[4]);
}

TEST(cron_cases, next)
{
    FILE *f = fopen("tests/unit/data/cron-next.tsv", "re");
    REQUIRE(f != NULL);
    struct gf_zones zones = {0};
    char line[1024];
    char *col[COLUMNS];
    int rows = 0;
    while (fgets(line, sizeof line, f)) {
        if (split(line, col) != COLUMNS || strcmp(col[0], "id") == 0 || is_left_out(col[0]))
            continue;
        check_next(&zones, col);
        rows++;
    }
    fclose(f);
    gf_zones_release(&zones);
    CHECK(rows > 550);
}

TEST(cron_cases, refused_by_all)
{
    FILE *f = fopen("tests/unit/data/cron-invalid.tsv", "re");
    REQUIRE(f != NULL);
    struct gf_cron_context ctx = {.id = "", .id_len = 0};
    char line[1024];
    char *col[COLUMNS];
    int rows = 0;
    while (fgets(line, sizeof line, f)) {
        if (split(line, col) != 2 || strcmp(col[0], "id") == 0 || is_left_out(col[0]))
            continue;
        struct gf_cron c;
        struct gf_perr e = {0};
        size_t len = strlen(col[1]);
        bool refused = gf_cron_parse(&c, col[1], len, &ctx, &e) != 0;
        CHECK_ROW(refused || !gf_cron_possible(&c), "%s: '%s' is accepted", col[0], col[1]);
        CHECK_ROW(!refused || (e.what[0] && e.col <= len && e.col + e.len <= len),
                  "%s: '%s': place %zu+%zu", col[0], col[1], e.col, e.len);
        rows++;
    }
    fclose(f);
    CHECK(rows > 100);
}
