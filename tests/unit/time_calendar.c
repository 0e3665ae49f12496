/* time_calendar.c - windows of the calendar: where they begin, by hand and one after another. */
#include "time/calendar.h"

#include <string.h>

#include "test.h"
#include "time/civil.h"

static const struct gf_calendar *calendar(struct gf_calendars *cs, const char *rate)
{
    struct gf_rate r;
    if (gf_parse_rate(rate, strlen(rate), &r, NULL) != 0 || gf_calendars_resolve(cs, &r, NULL) != 0)
        return NULL;
    return r.calendar;
}

static gf_ns at(const char *text)
{
    struct gf_stamp s;
    return gf_stamp_parse(text, strlen(text), &s, NULL) == 0 ? s.seconds * GF_S : 0;
}

TEST(time_calendar, borders)
{
    static const struct {
        const char *rate, *now, *start, *end;
    } rows[] = {
        {"1/h@:30", "2026-05-01T10:29:59Z", "2026-05-01T09:30:00Z", "2026-05-01T10:30:00Z"},
        {"1/h@:30", "2026-05-01T10:30:00Z", "2026-05-01T10:30:00Z", "2026-05-01T11:30:00Z"},
        {"1/d@UTC", "2026-05-01T23:59:59Z", "2026-05-01T00:00:00Z", "2026-05-02T00:00:00Z"},
        /* 23 and 25 hours */
        {"1/d@Europe/Berlin", "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z",
         "2026-03-29T22:00:00Z"},
        {"1/d@Europe/Berlin", "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z",
         "2026-10-25T23:00:00Z"},
        /* no midnight; midnight on a clock that is put back over it; one that comes twice */
        {"1/d@America/Santiago", "2024-09-08T12:00:00Z", "2024-09-08T04:00:00Z",
         "2024-09-09T03:00:00Z"},
        {"1/d@America/Sao_Paulo", "2018-02-18T02:30:00Z", "2018-02-17T02:00:00Z",
         "2018-02-18T03:00:00Z"},
        {"1/d@America/St_Johns", "2010-11-07T03:00:00Z", "2010-11-07T02:30:00Z",
         "2010-11-08T03:30:00Z"}, /* from 00:01 to 23:01 */
        {"1/d@America/Havana", "2020-11-01T05:30:00Z", "2020-11-01T04:00:00Z",
         "2020-11-02T05:00:00Z"},
        {"1/w@UTC", "2026-05-03T23:59:59Z", "2026-04-27T00:00:00Z", "2026-05-04T00:00:00Z"},
        {"1/w@UTC", "2026-05-04T00:00:00Z", "2026-05-04T00:00:00Z", "2026-05-11T00:00:00Z"},
        {"1/month@America/New_York", "2026-03-01T04:59:59Z", "2026-02-01T05:00:00Z",
         "2026-03-01T05:00:00Z"},
        {"1/month@America/New_York", "2026-12-31T12:00:00Z", "2026-12-01T05:00:00Z",
         "2027-01-01T05:00:00Z"},
    };
    struct gf_calendars cs = {0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct gf_calendar *c = calendar(&cs, rows[i].rate);
        REQUIRE(c);
        int64_t w = gf_calendar_window(c, at(rows[i].now));
        CHECK_ROW(gf_calendar_start(c, w) == at(rows[i].start), "%s at %s: %" PRId64, rows[i].rate,
                  rows[i].now, gf_calendar_start(c, w) / GF_S);
        CHECK_ROW(gf_calendar_start(c, w + 1) == at(rows[i].end), "%s at %s: %" PRId64,
                  rows[i].rate, rows[i].now, gf_calendar_start(c, w + 1) / GF_S);
    }
    gf_calendars_release(&cs);
}

TEST(time_calendar, each_instant_is_in_its_window)
{
    static const char *const rates[] = {"1/d@America/Santiago", "1/w@America/Sao_Paulo",
                                        "1/month@Pacific/Apia", "1/d@Australia/Lord_Howe",
                                        "1/d@Pacific/Apia",     "1/d@America/St_Johns"};
    struct gf_calendars cs = {0};
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        const struct gf_calendar *c = calendar(&cs, rates[i]);
        int64_t before = INT64_MIN;
        REQUIRE(c);
        for (gf_ns t = at("2010-01-01T00:00:00Z"); t < at("2019-01-01"); t += 1800 * GF_S) {
            int64_t w = gf_calendar_window(c, t);
            bool good =
                w >= before && gf_calendar_start(c, w) <= t && t < gf_calendar_start(c, w + 1);
            CHECK_ROW(good, "%s at %" PRId64, rates[i], t / GF_S);
            before = w;
        }
    }
    gf_calendars_release(&cs);
}

TEST(time_calendar, time_never_steps_back)
{
    struct gf_calendars cs = {0};
    const struct gf_calendar *c = calendar(&cs, "1/d@UTC");
    REQUIRE(c);
    gf_calendars_look(&cs, 5 * GF_S, at("2026-05-02"));
    int64_t w = gf_calendar_window(c, 5 * GF_S);
    CHECK_INT(gf_calendar_start(c, w), 5 * GF_S);
    gf_calendars_look(&cs, 9 * GF_S, at("2026-05-01"));
    CHECK_INT(gf_calendar_window(c, 9 * GF_S), w);
    CHECK_INT(gf_calendar_start(c, w + 1), 9 * GF_S + 86400 * GF_S);
    gf_calendars_release(&cs);
}
