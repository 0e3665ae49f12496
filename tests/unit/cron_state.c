/* cron_state: claims and what is left behind; one table of tests, run against a file and against a
 * server alike. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cron_rig.h"

static int count(void *arg, const struct gf_run_row *row)
{
    int *n = arg;
    n[row->outcome] += (int)row->times;
    return 0;
}

/* Two schedulers count in one place; what is forgotten counts on. */
static void test_starts_are_counted_up_to_a_number(struct rig *g)
{
    struct gf_state *a = g->s[0], *b = g->s[1];
    struct gf_state_found found;
    uint64_t starts;
    int forgot;
    REQUIRE(gf_state_job(a, "x", 50, false, &found) == 0);
    CHECK_INT(found.starts, 0);
    CHECK_INT(gf_state_count(a, "x", 2, &starts), 0);
    CHECK_INT(starts, 1);
    CHECK_INT(gf_state_count(b, "x", 2, &starts), 0);
    CHECK_INT(starts, 2);
    CHECK_INT(gf_state_forget(a, 1000, 10, &forgot), 0);
    CHECK_INT(gf_state_count(a, "x", 2, &starts), 1);
    CHECK_INT(starts, 2);
    REQUIRE(gf_state_job(a, "x", 60, false, &found) == 0);
    CHECK_INT(found.starts, 2);
    CHECK_INT(gf_state_count(a, "x", 3, &starts), 0);
}

TEST(cron_state, starts_are_counted_up_to_a_number)
{
    FOR_EACH_PLACE(test_starts_are_counted_up_to_a_number);
}

static void test_a_due_time_is_claimed_once(struct rig *g)
{
    struct gf_state *a = g->s[0], *b = g->s[1];
    struct gf_state_found found;
    int n[8] = {0};
    CHECK_INT(gf_state_job(a, "x", 50, false, &found), 0);
    CHECK_INT(found.since, 50);
    CHECK_INT(gf_state_claim(a, "x", 100, false, 1), 0);
    CHECK_INT(gf_state_claim(b, "x", 100, false, 1), 1);
    CHECK_INT(gf_state_claim(b, "y", 100, false, 1), 0);
    struct gf_run_row row = {"x", 100, 1, 2, GF_OUTCOME_FAILED, 3, 0, 1, GF_WAIT_NONE, 0};
    CHECK_INT(gf_state_end(a, &row), 0);
    struct gf_run_row missed = {.job = "x", .due = 100, .outcome = GF_OUTCOME_MISSED, .times = 1};
    CHECK_INT(gf_state_record(a, &missed), 1);
    missed.due = 160;
    missed.times = 7;
    CHECK_INT(gf_state_record(a, &missed), 0);
    CHECK_INT(gf_state_job(b, "x", 900, false, &found), 0);
    CHECK_INT(found.since, 160);
    struct gf_state_filter f = {.since = INT64_MIN};
    CHECK_INT(gf_state_history(a, &f, count, n), 0);
    CHECK_INT(n[GF_OUTCOME_FAILED], 1);
    CHECK_INT(n[GF_OUTCOME_MISSED], 7);
    CHECK_INT(n[GF_OUTCOME_RUNNING], 1);
}

TEST(cron_state, a_due_time_is_claimed_once)
{
    FOR_EACH_PLACE(test_a_due_time_is_claimed_once);
}

/* What it waits for is with the row, and is not there any more when the run has ended. */
static int keep_wait(void *arg, const struct gf_run_row *row)
{
    snprintf(arg, 64, "%s %d %lld %d", gf_run_word(row), (int)row->wait, (long long)row->until,
             row->started != 0);
    return 0;
}

static void test_a_run_that_waits(struct rig *g)
{
    struct gf_state *s = g->s[0];
    char text[64];
    struct gf_state_found found;
    struct gf_state_filter f = {.since = INT64_MIN};
    struct gf_run_row row = {.job = "x", .due = 100, .wait = GF_WAIT_JITTER, .until = 7};
    CHECK_INT(gf_state_job(s, "x", 50, false, &found), 0);
    CHECK_INT(gf_state_claim(s, "x", 100, false, 1), 0);
    CHECK_INT(gf_state_wait(s, &row), 0);
    CHECK_INT(gf_state_history(s, &f, keep_wait, text), 0);
    CHECK_STR(text, "waiting 1 7 0");
    row.started = 9;
    row.wait = GF_WAIT_NONE;
    row.until = 0;
    CHECK_INT(gf_state_wait(s, &row), 0);
    CHECK_INT(gf_state_history(s, &f, keep_wait, text), 0);
    CHECK_STR(text, "running 0 0 1");
    CHECK_INT(gf_state_give_back(s, &row), 0);
    CHECK_INT(gf_state_history(s, &f, keep_wait, text), 0);
    CHECK_STR(text, "missed 4 0 0");
}

TEST(cron_state, a_run_that_waits)
{
    FOR_EACH_PLACE(test_a_run_that_waits);
}

static void test_a_due_time_that_is_given_back_is_claimed_again(struct rig *g)
{
    struct gf_state *s = g->s[0];
    struct gf_state_found found;
    struct gf_run_row row = {.job = "x", .due = 100, .outcome = GF_OUTCOME_MISSED, .times = 1};
    int forgot;
    CHECK_INT(gf_state_job(s, "x", 50, false, &found), 0);
    CHECK_INT(gf_state_claim(s, "x", 100, false, 1), 0);
    CHECK_INT(gf_state_give_back(s, &row), 0);
    CHECK_INT(gf_state_job(s, "x", 900, false, &found), 0);
    CHECK_INT(found.since, 99);
    CHECK_INT(gf_state_record(s, &row), 1); /* who does not catch it up leaves it as it is */
    CHECK_INT(gf_state_forget(s, 1000, 10, &forgot), 0);
    CHECK_INT(gf_state_claim(s, "x", 100, false, 1), 0);
    CHECK_INT(gf_state_claim(s, "x", 100, false, 1), 1);
    CHECK_INT(gf_state_job(s, "x", 900, true, &found), 0);
    CHECK_INT(found.since, 100);
}

TEST(cron_state, a_due_time_that_is_given_back_is_claimed_again)
{
    FOR_EACH_PLACE(test_a_due_time_that_is_given_back_is_claimed_again);
}

static int count_last(void *arg, const struct gf_state_status_row *row)
{
    int *n = arg;
    *n += row->has_last;
    return 0;
}

/* How many rows are seen, in all and as missed, and how many jobs have a last one. */
static bool sees(struct gf_state *s, int all, int missed, int last)
{
    struct gf_state_filter f = {.since = INT64_MIN};
    int n[8] = {0}, jobs = 0, sum = 0;
    bool read =
        gf_state_history(s, &f, count, n) == 0 && gf_state_status(s, count_last, &jobs) == 0;
    for (int i = 0; i < 8; i++)
        sum += n[i];
    return read && sum == all && n[GF_OUTCOME_MISSED] == missed && jobs == last;
}

static void test_a_due_time_that_is_left_to_a_scheduler(struct rig *g)
{
    struct gf_state *a = g->s[0], *b = g->s[1];
    struct gf_state_found found;
    struct gf_run_row row = {.job = "x", .due = 100, .outcome = GF_OUTCOME_MISSED, .times = 1};
    CHECK_INT(gf_state_job(b, "x", 50, false, &found), 0);
    CHECK_INT(gf_state_leave(b, &row, gf_state_owner(a)), 0);
    CHECK_INT(gf_state_leave(b, &row, gf_state_owner(a)), 1);
    CHECK(sees(b, 0, 0, 0));
    /* Its owner claims it, or records it. */
    CHECK_INT(gf_state_claim(a, "x", 100, false, 1), 0);
    CHECK_INT(gf_state_leave(b, &row, gf_state_owner(a)), 1);
    CHECK_INT(gf_state_record(b, &row), 1);
    CHECK(sees(b, 1, 0, 0));
    row.due = 160;
    row.times = 7;
    CHECK_INT(gf_state_leave(b, &row, gf_state_owner(a)), 0);
    row.times = 5;
    CHECK_INT(gf_state_record(a, &row), 0);
    CHECK_INT(gf_state_record(a, &row), 1);
    CHECK(sees(b, 6, 5, 1));
    /* With its owner's end it was missed, and waits for a scheduler. */
    row.due = 220;
    row.times = 1;
    CHECK_INT(gf_state_leave(b, &row, gf_state_owner(a)), 0);
    CHECK(sees(b, 6, 5, 1));
    close_one(g, 0);
    CHECK(sees(b, 7, 6, 1));
    CHECK_INT(gf_state_job(b, "x", 900, false, &found), 0);
    CHECK_INT(found.since, 219);
    CHECK_INT(gf_state_claim(b, "x", 220, false, 1), 0);
}

TEST(cron_state, a_due_time_that_is_left_to_a_scheduler)
{
    FOR_EACH_PLACE(test_a_due_time_that_is_left_to_a_scheduler);
}

static void test_a_request_takes_no_due_time_that_waits_for_a_scheduler(struct rig *g)
{
    struct gf_state *s = g->s[0];
    struct gf_state_found found;
    struct gf_run_row row = {.job = "x",
                             .due = 100,
                             .outcome = GF_OUTCOME_MISSED,
                             .times = 1,
                             .wait = GF_WAIT_SCHEDULER};
    int64_t due = 100;
    CHECK_INT(gf_state_job(s, "x", 50, false, &found), 0);
    CHECK_INT(gf_state_record(s, &row), 0);
    CHECK_INT(gf_state_request(s, "x"), 0);
    CHECK_INT(gf_state_take(s, "x", &due, 1), 0);
    CHECK_INT(due, 99);
}

TEST(cron_state, a_request_takes_no_due_time_that_waits_for_a_scheduler)
{
    FOR_EACH_PLACE(test_a_request_takes_no_due_time_that_waits_for_a_scheduler);
}

static void test_an_interrupted_run_is_claimed_again_once(struct rig *g)
{
    struct gf_state *s = g->s[0];
    struct gf_state_found found;
    struct gf_run_row row = {.job = "x", .due = 100, .outcome = GF_OUTCOME_INTERRUPTED};
    CHECK_INT(gf_state_job(s, "x", 50, true, &found), 0);
    CHECK_INT(gf_state_claim(s, "x", 100, true, 1), 0);
    CHECK_INT(gf_state_end(s, &row), 0);
    CHECK_INT(gf_state_claim(s, "x", 100, false, 1), 1);
    CHECK_INT(gf_state_job(s, "x", 900, false, &found), 0);
    CHECK_INT(found.since, 100);
    CHECK_INT(gf_state_job(s, "x", 900, true, &found), 0);
    CHECK_INT(found.since, 99);
    CHECK_INT(gf_state_claim(s, "x", 100, true, 1), 0);
    CHECK_INT(gf_state_end(s, &row), 0);
    CHECK_INT(gf_state_claim(s, "x", 100, true, 1), 1);
    CHECK_INT(gf_state_job(s, "x", 900, true, &found), 0);
    CHECK_INT(found.since, 100);
}

TEST(cron_state, an_interrupted_run_is_claimed_again_once)
{
    FOR_EACH_PLACE(test_an_interrupted_run_is_claimed_again_once);
}

static void test_pause(struct rig *g)
{
    struct gf_state *s = g->s[0];
    struct gf_state_found found;
    bool paused;
    CHECK_INT(gf_state_pause(s, "x", true), 1);
    CHECK_INT(gf_state_job(s, "x", 1, false, &found), 0);
    CHECK_INT(gf_state_pause(s, "x", true), 0);
    CHECK_INT(gf_state_paused(s, "x", &paused), 0);
    CHECK(paused);
}

TEST(cron_state, pause)
{
    FOR_EACH_PLACE(test_pause);
}

/* ---- schedules ------------------------------------------------------------------------------- */

static int keep_schedule(void *arg, const struct gf_state_status_row *row)
{
    snprintf(arg, 64, "%s %s", row->when.text ? row->when.text : "-",
             row->when.zone ? row->when.zone : "-");
    return 0;
}

static void test_the_schedule_of_those_who_are_there(struct rig *g)
{
    struct gf_state_schedule when = {.text = "@daily", .zone = "Asia/Tokyo"};
    struct gf_state *s = g->s[0];
    char text[64];
    struct gf_state_found found;
    CHECK_INT(gf_state_begin(s), 0);
    CHECK_INT(gf_state_job(s, "x", 1, false, &found), 0);
    CHECK_INT(gf_state_schedule(s, "x", &when), 0);
    CHECK_INT(gf_state_commit(s), 0);
    CHECK_INT(gf_state_status(s, keep_schedule, text), 0);
    CHECK_STR(text, "@daily Asia/Tokyo");
    CHECK_INT(gf_state_unschedule(s), 0);
    CHECK_INT(gf_state_status(s, keep_schedule, text), 0);
    CHECK_STR(text, "- -");
}

TEST(cron_state, the_schedule_of_those_who_are_there)
{
    FOR_EACH_PLACE(test_the_schedule_of_those_who_are_there);
}

/* ---- many runs ------------------------------------------------------------------------------- */

/* n runs of each of four jobs, due at 1, 2, ... */
static void fill(struct rig *g, int n)
{
    static const char *const jobs[] = {"a", "b", "c", "d"};
    for (int due = 1; due <= n; due++)
        for (int i = 0; i < 4; i++) {
            struct gf_run_row row = {
                .job = jobs[i], .due = due, .outcome = GF_OUTCOME_MISSED, .times = 1};
            CHECK_INT(gf_state_record(g->s[i % 2], &row), 0);
        }
}

struct order {
    int n, stop;
    int64_t due;
    char job[8];
};

/* Runs come by due time, then by job. */
static int look_at_order(void *arg, const struct gf_run_row *row)
{
    struct order *o = arg;
    CHECK(row->due > o->due || (row->due == o->due && strcmp(row->job, o->job) > 0));
    o->due = row->due;
    snprintf(o->job, sizeof o->job, "%s", row->job);
    return ++o->n == o->stop ? 7 : 0;
}

static int count_runs(struct gf_state *s, const struct gf_state_filter *f)
{
    struct order o = {.due = -1};
    CHECK_INT(gf_state_history(s, f, look_at_order, &o), 0);
    return o.n;
}

static void test_history(struct rig *g)
{
    struct gf_state_filter all = {.since = INT64_MIN}, late = {.since = 301},
                           one = {.since = 100, .job = "b"},
                           failed = {.since = INT64_MIN, .failed = true};
    struct order o = {.due = -1, .stop = 3};
    struct gf_run_row end = {
        .job = "c", .due = 400, .outcome = GF_OUTCOME_TIMEOUT, .signal = 9, .status = -1};
    fill(g, 310);
    CHECK_INT(gf_state_claim(g->s[0], "c", 400, false, 1), 0);
    CHECK_INT(gf_state_end(g->s[0], &end), 0);
    CHECK_INT(count_runs(g->s[1], &all), 1241);
    CHECK_INT(count_runs(g->s[1], &late), 41);
    CHECK_INT(count_runs(g->s[1], &one), 211);
    CHECK_INT(count_runs(g->s[1], &failed), 1);
    CHECK_INT(gf_state_history(g->s[0], &all, look_at_order, &o), 7);
    CHECK_INT(o.n, 3);
}

TEST(cron_state, the_history_is_in_order_of_due_times)
{
    FOR_EACH_PLACE(test_history);
}

static void test_forget(struct rig *g)
{
    static const struct {
        int n, left;
    } slices[] = {{10, 26}, {10, 16}, {8, 8}, {0, 8}};
    struct gf_state_filter all = {.since = INT64_MIN};
    int n = -1;
    fill(g, 9);
    for (size_t i = 0; i < sizeof slices / sizeof slices[0]; i++) {
        CHECK_INT(gf_state_forget(g->s[0], 8, 10, &n), 0);
        CHECK_INT(n, slices[i].n);
        CHECK_INT(count_runs(g->s[1], &all), slices[i].left);
    }
    CHECK_INT(gf_state_forget(g->s[0], 1000, 100, &n), 0);
    CHECK_INT(count_runs(g->s[1], &all), 4);
    fill(g, 8);
    CHECK_INT(gf_state_claim(g->s[0], "a", 5, false, 1), 1);
    CHECK_INT(gf_state_forget(g->s[0], 1000, 1000, &n), 0);
    CHECK_INT(n, 32);
}

TEST(cron_state, runs_are_forgotten_but_for_the_last)
{
    FOR_EACH_PLACE(test_forget);
}

static void test_nth(struct rig *g)
{
    static const struct {
        int nth, got, due;
    } rows[] = {{1, 0, 5}, {4, 0, 5}, {5, 0, 4}, {20, 0, 1}, {21, 1, 0}};
    fill(g, 5);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t due = 0;
        CHECK_INT(gf_state_due_of(g->s[1], rows[i].nth, &due), rows[i].got);
        CHECK_INT(due, rows[i].due);
    }
}

TEST(cron_state, the_due_time_of_the_nth_run)
{
    FOR_EACH_PLACE(test_nth);
}

/* ---- by hand --------------------------------------------------------------------------------- */

static void test_requests(struct rig *g)
{
    struct gf_state *a = g->s[0], *b = g->s[1];
    struct gf_state_found found;
    struct gf_state_name at = {""};
    struct gf_run_row row = {.job = "y"};
    bool yes = true;
    CHECK_INT(gf_state_request(a, "x"), 1);
    for (const char *job = "z"; *job >= 'x'; job = *job == 'z' ? "y" : *job == 'y' ? "x" : "")
        CHECK_INT(gf_state_job(a, job, 1, false, &found), 0);
    CHECK_INT(gf_state_request(a, "y"), 0);
    CHECK_INT(gf_state_request(b, "y"), 0);
    CHECK_INT(gf_state_request(b, "x"), 0);
    CHECK_INT(gf_state_requested(b, &at), 0);
    CHECK_STR(at.text, "x");
    CHECK_INT(gf_state_requested(b, &at), 0);
    CHECK_STR(at.text, "y");
    CHECK_INT(gf_state_requested(b, &at), 1);
    row.due = 70;
    CHECK_INT(gf_state_take(b, "y", &row.due, 5), 0);
    CHECK_INT(row.due, 70);
    CHECK_INT(gf_state_take(a, "y", &row.due, 5), 1);
    CHECK_INT(gf_state_runs_elsewhere(a, "y", &yes), 0);
    CHECK(yes);
    CHECK_INT(gf_state_runs_elsewhere(b, "y", &yes), 0);
    CHECK(!yes);
    CHECK_INT(gf_state_ask_again(b, &row), 0);
    CHECK_INT(gf_state_take(a, "y", &row.due, 5), 0);
    CHECK_INT(row.due, 70);
    CHECK_INT(gf_state_runs_elsewhere(b, "y", &yes), 0);
    CHECK(yes);
}

TEST(cron_state, requests)
{
    FOR_EACH_PLACE(test_requests);
}

struct seen {
    char text[256];
};

static int look_at_job(void *arg, const struct gf_state_status_row *row)
{
    struct seen *s = arg;
    size_t len = strlen(s->text);
    snprintf(s->text + len, sizeof s->text - len,
             "%s p%d r%d %d/%d w%d u%lld l%d:%lld:%d %s %s %d\n", row->job, row->paused,
             row->requested, row->running, row->waiting, (int)row->wait, (long long)row->until,
             row->has_last, (long long)row->last_due, (int)row->last_outcome,
             row->lock ? row->lock : "-", row->when.text ? row->when.text : "-", row->when.dst);
    return 0;
}

static void test_status(struct rig *g)
{
    struct gf_state *a = g->s[0], *b = g->s[1];
    struct gf_state_schedule when = {.text = "@daily", .dst = 1, .lock = "disk"};
    struct gf_state_found found;
    struct seen seen = {""};
    struct gf_run_row row = {
        .job = "x", .due = 30, .started = 9, .ended = 10, .outcome = GF_OUTCOME_OK};
    CHECK_INT(gf_state_job(b, "y", 1, false, &found), 0);
    CHECK_INT(gf_state_job(a, "x", 1, false, &found), 0);
    CHECK_INT(gf_state_schedule(a, "x", &when), 0);
    CHECK_INT(gf_state_pause(b, "y", true), 0);
    CHECK_INT(gf_state_request(b, "y"), 0);
    for (int64_t due = 30; due <= 50; due += 10)
        CHECK_INT(gf_state_claim(a, "x", due, false, 1), 0);
    CHECK_INT(gf_state_claim(b, "x", 60, false, 1), 0);
    CHECK_INT(gf_state_end(a, &row), 0);
    row = (struct gf_run_row){.job = "x", .due = 40, .wait = GF_WAIT_JITTER, .until = 77};
    CHECK_INT(gf_state_wait(a, &row), 0);
    row = (struct gf_run_row){.job = "x", .due = 60, .wait = GF_WAIT_LOCK, .until = 66};
    CHECK_INT(gf_state_wait(b, &row), 0);
    CHECK_INT(gf_state_status(b, look_at_job, &seen), 0);
    CHECK_STR(seen.text, "x p0 r0 1/2 w5 u66 l1:30:1 disk @daily 1\n"
                         "y p1 r1 0/0 w0 u0 l0:0:0 - - 0\n");
    CHECK_INT(gf_state_job(b, "x", 99, false, &found), 0);
    CHECK_STR(found.owner, gf_state_owner(a));
    CHECK(gf_state_is_alive(b, found.owner));
    CHECK_INT(gf_state_job(a, "x", 99, false, &found), 0);
    CHECK_STR(found.owner, "");
}

TEST(cron_state, what_the_status_of_a_job_says)
{
    FOR_EACH_PLACE(test_status);
}
