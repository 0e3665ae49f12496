/* cron_agenda.c - what starts when: minutes, cells, a night of change. */
#include <string.h>

#include "cron/agenda.h"
#include "test.h"

static bool add(struct gf_agenda *a, size_t lane, const char *text)
{
    struct gf_cron_context ctx = {.id = "", .id_len = 0};
    struct gf_cron c;
    if (gf_cron_parse(&c, text, strlen(text), &ctx, NULL) != 0)
        return false;
    gf_agenda_add(a, lane, &c, a->zone, GF_DST_DEBIAN);
    return true;
}

static uint32_t sum(const uint32_t *p, size_t n)
{
    uint32_t total = 0;
    for (size_t i = 0; i < n; i++)
        total += p[i];
    return total;
}

TEST(cron_agenda, a_plain_week)
{
    struct gf_zone *z;
    struct gf_agenda a;
    size_t full[3];
    REQUIRE(gf_zone_open(&z, "UTC", NULL, NULL) == 0);
    REQUIRE(gf_agenda_open(&a, z, gf_civil_days(2026, 1, 5) * GF_DAY, 7, 3600, 2) == 0);
    CHECK(add(&a, 0, "0 3 * * *") && add(&a, 1, "0 3 * * MON") && add(&a, 1, "*/30 * * * * *"));
    gf_agenda_finish(&a);
    CHECK_INT(a.n_cells, 7 * 24);
    CHECK_INT(sum(a.cells, a.n_cells), 7);
    CHECK_INT(sum(a.cells + a.n_cells, a.n_cells), 1 + 7 * 1440);
    CHECK_INT(a.peaks[3], 3);
    CHECK_INT(a.peaks[27], 2);
    CHECK_INT(a.peaks[4], 1);
    CHECK_INT(gf_agenda_fullest(&a, full, 3), 3);
    CHECK_INT(full[0], 180);
    CHECK_INT(full[1], 180 + 1440);
    CHECK_INT(full[2], 180 + 2 * 1440);
    gf_agenda_release(&a);
    gf_zone_free(z);
}

TEST(cron_agenda, nights_of_change)
{
    static const struct {
        int mon, day;
        size_t minutes;
        uint32_t first, second, third; /* runs of an hourly job in the hours 1, 2 and 3 */
    } rows[] = {{3, 29, 23 * 60, 1, 0, 1}, {10, 25, 25 * 60, 1, 2, 1}, {6, 1, 1440, 1, 1, 1}};
    struct gf_zone *z;
    REQUIRE(gf_zone_open(&z, "Europe/Berlin", NULL, NULL) == 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_agenda a;
        int64_t from = gf_civil_days(2026, rows[i].mon, rows[i].day) * GF_DAY;
        REQUIRE(gf_agenda_open(&a, z, from, 1, 3600, 1) == 0);
        CHECK(add(&a, 0, "0 * * * *"));
        gf_agenda_finish(&a);
        CHECK_INT(a.n_minutes, rows[i].minutes);
        CHECK_INT(a.cells[1], rows[i].first);
        CHECK_INT(a.cells[2], rows[i].second);
        CHECK_INT(a.cells[3], rows[i].third);
        CHECK_INT(a.peaks[1], 1);
        gf_agenda_release(&a);
    }
    gf_zone_free(z);
}
