/* quota.c - limit/quota by way of limit/gcra: windows of the calendar. */
#include <string.h>

#include "limit/gcra.h"
#include "limit/quota.h"
#include "test.h"
#include "time/calendar.h"

#define DAY (86400 * GF_S)

static struct gf_gcra limit(struct gf_calendars *cs, const char *rate)
{
    struct gf_rate r;
    struct gf_gcra l = {0};
    if (gf_parse_rate(rate, strlen(rate), &r, NULL) == 0 && gf_calendars_resolve(cs, &r, NULL) == 0)
        (void)gf_gcra_init(&l, r, 1, 0);
    return l;
}

TEST(quota, full_at_the_border_and_nothing_carried_over)
{
    struct gf_calendars cs = {0};
    struct gf_gcra l = limit(&cs, "5/d@UTC");
    gf_ns now = 100 * DAY + 7;
    gf_ns tat = gf_gcra_start(&l, l.burst, now);
    CHECK_INT(gf_gcra_tokens(&l, tat, now), 5);
    CHECK(gf_gcra_allow(&l, &tat, 3, now));
    CHECK(!gf_gcra_allow(&l, &tat, 3, now));
    CHECK_INT(gf_gcra_due(&l, tat, 3, now), 101 * DAY); /* in one window, not in two */
    CHECK(gf_gcra_allow(&l, &tat, 2, now));
    CHECK_INT(gf_gcra_at_most(&l, &tat, 9, 101 * DAY - 1), 0);
    CHECK_INT(gf_gcra_at_most(&l, &tat, 9, 103 * DAY), 5);
    CHECK_INT(gf_gcra_tokens(&l, tat, 103 * DAY), 0);
    CHECK_INT(gf_gcra_due(&l, tat, 6, now), GF_NEVER);
    gf_calendars_release(&cs);
}

TEST(quota, places_ahead)
{
    struct gf_calendars cs = {0};
    struct gf_gcra l = limit(&cs, "2/d@UTC");
    gf_ns now = 100 * DAY;
    gf_ns tat = gf_gcra_start(&l, l.burst, now);
    struct gf_ticket t = {0};
    for (int i = 0; i < 5; i++) {
        t = gf_gcra_reserve(&l, &tat, 1, now);
        CHECK_INT(t.due, (100 + i / 2) * DAY);
    }
    CHECK_INT(gf_gcra_tokens(&l, tat, now), -3);
    CHECK_INT(gf_gcra_idle_at(&l, tat), 103 * DAY);
    CHECK(gf_gcra_cancel(&tat, &t, now));
    CHECK_INT(gf_gcra_tokens(&l, tat, now), -2);
    CHECK_INT(gf_gcra_tokens(&l, gf_gcra_drop_reserved(&l, tat, now), now), 0);
    gf_calendars_release(&cs);
}

TEST(quota, a_window_is_over_when_the_next_one_begins)
{
    struct gf_calendars cs = {0};
    struct gf_gcra l = limit(&cs, "2/d@UTC");
    gf_ns tat = gf_gcra_start(&l, 0, 100 * DAY); /* the last unit of day 100 is taken */
    static const struct {
        gf_ns now;
        bool over, next_over;
    } row[] = {{99 * DAY, false, false},
               {101 * DAY - 1, false, false},
               {101 * DAY, true, false},
               {102 * DAY, true, true}};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        CHECK_INT(gf_quota_is_over(&l, tat, row[i].now), row[i].over);
        CHECK_INT(gf_quota_is_over(&l, tat + 1, row[i].now), row[i].next_over);
    }
    gf_calendars_release(&cs);
}

/* A window that was used up is not filled again, whatever the clock says. */
TEST(quota, a_clock_that_is_put_back)
{
    struct gf_calendars cs = {0};
    struct gf_gcra l = limit(&cs, "2/d@UTC");
    gf_ns tat = gf_gcra_start(&l, l.burst, 100 * DAY);
    CHECK_INT(gf_gcra_at_most(&l, &tat, 9, 101 * DAY), 2);
    CHECK_INT(gf_gcra_at_most(&l, &tat, 9, 100 * DAY), 0);
    CHECK_INT(gf_gcra_at_most(&l, &tat, 9, 101 * DAY + 1), 0);
    CHECK_INT(gf_gcra_at_most(&l, &tat, 9, 102 * DAY), 2);
    gf_calendars_release(&cs);
}

TEST(quota, another_amount_keeps_what_is_used)
{
    struct gf_calendars cs = {0};
    struct gf_gcra five = limit(&cs, "5/d@UTC"), six = limit(&cs, "6/d@UTC"),
                   two = limit(&cs, "2/d@UTC"), week = limit(&cs, "9/w@UTC");
    gf_ns now = 100 * DAY, tat = gf_gcra_start(&five, 0, now);
    CHECK_INT(gf_gcra_tokens(&six, gf_gcra_change(&five, &six, tat, now), now), 1);
    CHECK_INT(gf_gcra_tokens(&two, gf_gcra_change(&five, &two, tat, now), now), 0);
    CHECK_INT(gf_gcra_tokens(&week, gf_gcra_change(&five, &week, tat, now), now), 0);
    gf_calendars_release(&cs);
}

/* The 30th of December 2011 was none in Apia: its units are not those of the 31st. */
TEST(quota, a_day_that_a_zone_skipped)
{
    struct gf_calendars cs = {0};
    struct gf_gcra l = limit(&cs, "2/d@Pacific/Apia");
    gf_ns border = 1325239200 * GF_S; /* 2011-12-30T10:00:00Z */
    gf_ns tat = gf_gcra_start(&l, 0, border - GF_S);
    CHECK_INT(gf_gcra_reserve(&l, &tat, 2, border - GF_S).due, border);
    CHECK_INT(gf_gcra_reserve(&l, &tat, 2, border - GF_S).due, border + DAY);
    gf_calendars_release(&cs);
}
