/* cron_plan.c - nights of zone changes, suspends and steps of the clock, on a made-up clock. */
#include <string.h>

#include "cron/plan.h"
#include "test.h"

/* Monday 2026-01-05T12:00:00Z. */
#define NOON ((int64_t)1767614400)

struct world {
    struct gf_zone *zone;
    struct gf_cron cron, more[GF_CRON_SCHEDULES - 1];
    struct gf_plan_job job;
    struct gf_plan plan;
    int64_t wall;
    gf_ns mono;
    int runs, missed, events;
};

static int64_t last_run;

static void count(struct world *w)
{
    w->events += (int)w->plan.n_events;
    for (size_t i = 0; i < w->plan.n_events; i++) {
        if (w->plan.events[i].what == GF_PLAN_RUN) {
            w->runs++;
            last_run = w->plan.events[i].due;
        } else {
            w->missed += (int)w->plan.events[i].times;
        }
    }
}

static bool begin(struct world *w, const char *text, const char *zone, int64_t wall, int64_t since,
                  int64_t catchup)
{
    struct gf_cron_context ctx = {.id = "", .id_len = 0, .now = wall, .more = w->more};
    *w = (struct world){.wall = wall, .mono = 1000 * GF_S};
    if (gf_zone_open(&w->zone, zone, NULL, NULL) != 0 ||
        gf_cron_parse(&w->cron, text, strlen(text), &ctx, NULL) != 0)
        return false;
    w->job = (struct gf_plan_job){&w->cron, w->zone, catchup, since, 0, false};
    if (gf_plan_open(&w->plan, &w->job, 1, GF_DST_DEBIAN, wall, w->mono) != 0)
        return false;
    count(w);
    return true;
}

/* Sleeps as the owner would, from wake to wake, until `span` seconds have passed. */
static void pass(struct world *w, int64_t span)
{
    int64_t end = w->wall + span;
    while (w->wall < end) {
        int64_t to = gf_plan_wake(&w->plan) < end ? gf_plan_wake(&w->plan) : end;
        if (to <= w->wall)
            to = w->wall + 1;
        w->mono += (to - w->wall) * GF_S;
        w->wall = to;
        CHECK(gf_plan_look(&w->plan, w->wall, w->mono) == 0);
        count(w);
    }
}

/* The clock is set, or the machine slept: no time passes. */
static void step(struct world *w, int64_t by)
{
    w->wall += by;
    CHECK(gf_plan_look(&w->plan, w->wall, w->mono) == 0);
    count(w);
}

static void end(struct world *w)
{
    gf_plan_release(&w->plan);
    gf_zone_free(w->zone);
}

TEST(cron_plan, a_quiet_hour)
{
    struct world w;
    REQUIRE(begin(&w, "*/10 * * * *", "UTC", NOON, INT64_MAX, 0));
    pass(&w, 3600);
    CHECK_INT(w.runs, 6);
    CHECK_INT(w.missed, 0);
    end(&w);
}

TEST(cron_plan, a_night_of_change)
{
    struct world w;
    /* Berlin, 28 March 2026 12:00 UTC, for two days: 02:30 falls into the gap once. */
    REQUIRE(begin(&w, "30 2 * * *", "Europe/Berlin", 1774699200, INT64_MAX, 0));
    pass(&w, 2 * GF_DAY);
    CHECK_INT(w.runs, 2);
    end(&w);
    REQUIRE(begin(&w, "30 2 * * *", "Europe/Berlin", 1792843200, INT64_MAX, 0));
    pass(&w, 2 * GF_DAY);
    CHECK_INT(w.runs, 2);
    end(&w);
}

TEST(cron_plan, forward_by_less_than_three_hours)
{
    struct world w;
    REQUIRE(begin(&w, "0 13 * * *", "UTC", NOON, INT64_MAX, 0));
    step(&w, 2 * 3600);
    CHECK_INT(w.runs, 1);
    end(&w);
    REQUIRE(begin(&w, "*/10 * * * *", "UTC", NOON, INT64_MAX, 0));
    step(&w, 2 * 3600);
    CHECK_INT(w.runs, 0);
    CHECK_INT(w.missed, 12);
    pass(&w, 3600);
    CHECK_INT(w.runs, 6);
    end(&w);
}

TEST(cron_plan, forward_by_years_is_no_storm)
{
    struct world w;
    REQUIRE(begin(&w, "* * * * *", "UTC", NOON, INT64_MAX, 0));
    step(&w, 10 * 365 * GF_DAY);
    CHECK_INT(w.runs, 0);
    CHECK_INT(w.missed, 10 * 365 * 1440);
    CHECK(w.events <= GF_PLAN_MISSED_MAX + 2);
    pass(&w, 600);
    CHECK_INT(w.runs, 10);
    step(&w, -10 * 365 * GF_DAY);
    w.runs = 0;
    pass(&w, 600);
    CHECK_INT(w.runs, 10);
    end(&w);
}

TEST(cron_plan, back_repeats_nothing)
{
    struct world w;
    REQUIRE(begin(&w, "* * * * *", "UTC", NOON, INT64_MAX, 0));
    pass(&w, 8 * 3600);
    CHECK_INT(w.runs, 480);
    step(&w, -5 * 3600);
    pass(&w, 5 * 3600);
    CHECK_INT(w.runs, 480);
    pass(&w, 600);
    CHECK_INT(w.runs, 490);
    end(&w);
}

/* A gap up to the skew of the job runs once what lies in it, whatever the job follows. */
TEST(cron_plan, a_short_gap_loses_no_run)
{
    static const char *const texts[] = {"*/2 * * * *", "@every 30s", "0 13 * * *"};
    struct world w;
    for (size_t i = 0; i < 3; i++) {
        REQUIRE(begin(&w, texts[i], "UTC", NOON + 3600 - 150, INT64_MAX, 0));
        w.job.skew = 300;
        step(&w, 299);
        CHECK_INT(w.runs, 1);
        CHECK(last_run > NOON + 3500);
        pass(&w, 1);
        CHECK(w.runs <= 2);
        end(&w);
    }
    REQUIRE(begin(&w, "*/2 * * * *", "UTC", NOON + 1, INT64_MAX, 0));
    w.job.skew = 300;
    step(&w, 299);
    CHECK_INT(w.runs, 1);
    CHECK_INT(w.missed, 1);
    pass(&w, 60);
    step(&w, 302);
    CHECK_INT(w.runs, 2); /* that of the minute between: the gap was too long */
    CHECK_INT(w.missed, 3);
    end(&w);
}

TEST(cron_plan, back_by_little_or_a_lot_repeats_nothing)
{
    static const int64_t steps[] = {-2, -240, -299, -301, -3600};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct world w;
        REQUIRE(begin(&w, "* * * * *", "UTC", NOON, INT64_MAX, 0));
        w.job.skew = 300;
        pass(&w, 7200);
        step(&w, steps[i]);
        pass(&w, -steps[i]);
        CHECK_INT(w.runs, 120);
        pass(&w, 60);
        CHECK_INT(w.runs, 121);
        CHECK_INT(w.missed, 0);
        end(&w);
    }
}

TEST(cron_plan, back_before_the_start)
{
    struct world w;
    REQUIRE(begin(&w, "* * * * *", "UTC", NOON + 365 * GF_DAY, INT64_MAX, 0));
    pass(&w, 600);
    step(&w, -365 * GF_DAY);
    pass(&w, 600);
    CHECK_INT(w.runs, 20);
    end(&w);
}

TEST(cron_plan, stopped_for_a_while)
{
    struct world w;
    REQUIRE(begin(&w, "* * * * *", "UTC", NOON, INT64_MAX, 0));
    w.mono += 600 * GF_S;
    w.wall += 600;
    CHECK(gf_plan_look(&w.plan, w.wall, w.mono) == 0);
    count(&w);
    CHECK_INT(w.runs, 1);
    CHECK_INT(w.missed, 9);
    CHECK_INT(last_run, NOON + 600);
    end(&w);
}

TEST(cron_plan, catch_up_runs_once)
{
    struct world w;
    REQUIRE(begin(&w, "0 * * * *", "UTC", NOON + 60, NOON - 5 * 3600 - 60, 7200));
    CHECK_INT(w.runs, 1);
    CHECK_INT(w.missed, 5);
    CHECK_INT(last_run, NOON);
    end(&w);
    REQUIRE(begin(&w, "0 * * * *", "UTC", NOON + 60, NOON - 5 * 3600 - 60, 0));
    CHECK_INT(w.runs, 0);
    CHECK_INT(w.missed, 6);
    end(&w);
    REQUIRE(begin(&w, "0 3 * * *", "UTC", NOON, NOON - GF_DAY, 3600));
    CHECK_INT(w.runs, 0);
    CHECK_INT(w.missed, 1);
    end(&w);
}

TEST(cron_plan, start_and_once)
{
    struct world w;
    REQUIRE(begin(&w, "@start", "UTC", NOON, INT64_MAX, 0));
    CHECK_INT(w.runs, 1);
    CHECK(gf_plan_wake(&w.plan) == INT64_MAX);
    end(&w);
    REQUIRE(begin(&w, "@in 90s", "UTC", NOON, INT64_MAX, 0));
    pass(&w, 3600);
    CHECK_INT(w.runs, 1);
    CHECK_INT(last_run, NOON + 90);
    end(&w);
}

TEST(cron_plan, the_latest_of_many_runs)
{
    /* Each minute of Mondays; down from a Monday to the Friday three weeks later. */
    int64_t monday = NOON - 12 * 3600, friday = monday + 25 * GF_DAY + 12 * 3600;
    struct world w;
    REQUIRE(begin(&w, "* * * * MON", "UTC", friday, monday + 30, 30 * GF_DAY));
    CHECK_INT(w.runs, 1);
    CHECK_INT(last_run, monday + 21 * GF_DAY + 86340);
    CHECK_INT(w.missed, 1439 + 3 * 1440 - 1);
    CHECK_INT(w.events, GF_PLAN_MISSED_MAX + 2);
    end(&w);
}

TEST(cron_plan, a_new_table_goes_on_where_the_old_one_is)
{
    struct world w;
    struct gf_plan next;
    REQUIRE(begin(&w, "* * * * *", "UTC", NOON, INT64_MAX, 0));
    pass(&w, 3599);
    REQUIRE(gf_plan_follow(&next, &w.job, 1, &w.plan) == 0);
    gf_plan_release(&w.plan);
    w.plan = next;
    w.runs = 0;
    pass(&w, 1); /* came while the new table was read */
    CHECK_INT(w.runs, 1);
    step(&w, -1800);
    REQUIRE(gf_plan_follow(&next, &w.job, 1, &w.plan) == 0);
    gf_plan_release(&w.plan);
    w.plan = next;
    pass(&w, 1800);
    CHECK_INT(w.runs, 1);
    pass(&w, 60);
    CHECK_INT(w.runs, 2);
    end(&w);
}

TEST(cron_plan, what_is_next)
{
    static const char *const texts[] = {"0 18 * * *", "0 13 * * *", "0 13 * * *", "@start"};
    struct gf_cron crons[4];
    struct gf_plan_job jobs[4];
    struct gf_zone *utc;
    struct gf_plan p;
    int64_t due;
    REQUIRE(gf_zone_open(&utc, "UTC", NULL, NULL) == 0);
    for (size_t i = 0; i < 4; i++) {
        struct gf_cron_context ctx = {.id = "", .now = NOON};
        REQUIRE(gf_cron_parse(&crons[i], texts[i], strlen(texts[i]), &ctx, NULL) == 0);
        jobs[i] = (struct gf_plan_job){&crons[i], utc, 0, INT64_MAX, 0, false};
    }
    REQUIRE(gf_plan_open(&p, jobs, 4, GF_DST_DEBIAN, NOON, GF_S) == 0);
    CHECK_INT(gf_plan_next(&p, &due), 3);
    CHECK_INT(due, NOON);
    REQUIRE(gf_plan_look(&p, NOON + 1, 2 * GF_S) == 0);
    CHECK_INT(gf_plan_next(&p, &due), 1);
    CHECK_INT(due, NOON + 3600);
    gf_plan_release(&p);
    REQUIRE(gf_plan_open(&p, jobs, 0, GF_DST_DEBIAN, NOON, GF_S) == 0);
    CHECK_INT(gf_plan_next(&p, &due), 0);
    CHECK_INT(due, INT64_MAX);
    gf_plan_release(&p);
    gf_zone_free(utc);
}

TEST(cron_plan, several_schedules_are_one_job)
{
    struct world w;
    REQUIRE(begin(&w, "0 13 * * * | 0 13,15 * * 1 | @every 1h", "UTC", NOON, INT64_MAX, 0));
    pass(&w, 3 * 3600);
    CHECK_INT(w.runs, 3); /* 13:00 once, though three name it */
    CHECK_INT(w.missed, 0);
    end(&w);
    /* The clock is set over 13:00, which one of them runs for, right after the gap. */
    REQUIRE(begin(&w, "0 13 * * * | */10 * * * *", "UTC", NOON, INT64_MAX, 0));
    step(&w, 3630);
    CHECK_INT(w.runs, 1);
    end(&w);
    /* In this gap only times come that follow real time. */
    REQUIRE(begin(&w, "0 18 * * * | */10 * * * *", "UTC", NOON, INT64_MAX, 0));
    step(&w, 3630);
    CHECK_INT(w.runs, 0);
    end(&w);
}

/* The run at the start stands for what was due before, also at this very second. */
TEST(cron_plan, a_start_among_several_schedules)
{
    struct world w;
    REQUIRE(begin(&w, "@start | 0 12 * * *", "UTC", NOON, NOON - 3 * GF_DAY + 1, 7 * GF_DAY));
    CHECK_INT(w.runs, 1);
    CHECK_INT(last_run, NOON);
    CHECK_INT(w.missed, 2);
    pass(&w, 2 * GF_DAY);
    CHECK_INT(w.runs, 3);
    end(&w);
    REQUIRE(begin(&w, "0 14 * * * | @start", "UTC", NOON, INT64_MAX, 0));
    pass(&w, GF_DAY);
    CHECK_INT(w.runs, 2);
    end(&w);
}

TEST(cron_plan, within_bounds)
{
    struct world w;
    REQUIRE(begin(&w, "@start | */10 * * * *", "UTC", NOON, INT64_MAX, 0));
    gf_plan_release(&w.plan);
    for (struct gf_cron *c = &w.cron; c; c = c->also) {
        c->bounded = true;
        c->since = NOON + 1;
        c->upto = NOON + 1200;
    }
    w.runs = 0; /* NOON itself is not within: the start does not run */
    REQUIRE(gf_plan_open(&w.plan, &w.job, 1, GF_DST_DEBIAN, w.wall, w.mono) == 0);
    count(&w);
    pass(&w, 3600);
    CHECK_INT(w.runs, 2);
    CHECK(gf_plan_wake(&w.plan) == INT64_MAX);
    end(&w);
}

/* A job that is over is not due, whatever the clock does. */
TEST(cron_plan, dropped)
{
    struct world w;
    REQUIRE(begin(&w, "*/10 * * * *", "UTC", NOON, INT64_MAX, 0));
    pass(&w, 600);
    CHECK_INT(w.runs, 1);
    w.job.over = true;
    gf_plan_drop(&w.plan, 0);
    CHECK(gf_plan_wake(&w.plan) == INT64_MAX);
    step(&w, -2 * GF_DAY);
    CHECK(gf_plan_wake(&w.plan) == INT64_MAX);
    gf_plan_release(&w.plan);
    w.job.since = NOON - GF_DAY;
    w.job.catchup = GF_DAY;
    REQUIRE(gf_plan_open(&w.plan, &w.job, 1, GF_DST_DEBIAN, w.wall, w.mono) == 0);
    count(&w);
    CHECK_INT(w.runs, 1);
    CHECK_INT(w.missed, 0);
    end(&w);
}
