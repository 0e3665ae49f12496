/* redis_cron: what the state on a server has beside what both places have: leases. */
#include <signal.h>
#include <string.h>

#include "cron_rig.h"

/* Leases of a moment, which pass. */
#define LEASE (400 * GF_MS)

static void sleep_for(gf_ns span)
{
    gf_sleep_until(gf_now_mono() + span);
}

static bool open_short(struct rig *g)
{
    *g = (struct rig){.place = ON_SERVER};
    return open_on_server(g, LEASE);
}

struct seen {
    char text[256];
};

static int look_at_run(void *arg, const struct gf_run_row *row)
{
    struct seen *s = arg;
    size_t len = strlen(s->text);
    snprintf(s->text + len, sizeof s->text - len, "%s %lld %s %d\n", row->job, (long long)row->due,
             gf_run_word(row), (int)row->wait);
    return 0;
}

static const char *history(struct gf_state *s)
{
    static struct seen seen;
    struct gf_state_filter all = {.since = INT64_MIN};
    seen.text[0] = '\0';
    CHECK_INT(gf_state_history(s, &all, look_at_run, &seen), 0);
    return seen.text;
}

static int look_at_left(void *arg, const struct gf_state_left_row *row)
{
    struct seen *s = arg;
    size_t len = strlen(s->text);
    snprintf(s->text + len, sizeof s->text - len, "%s %lld %d\n", row->job, (long long)row->due,
             row->began);
    return 0;
}

/* Keeps the second scheduler alive, until something was left. */
static const char *wait_for_left(struct gf_state *s, int *recovered)
{
    static struct seen seen;
    seen.text[0] = '\0';
    for (int i = 0; i < 200; i++) {
        struct gf_state_tick t;
        CHECK_INT(gf_state_tick(s, &t), 0);
        *recovered += t.recovered;
        if (t.left) {
            CHECK_INT(gf_state_left(s, look_at_left, &seen), 0);
            break;
        }
        sleep_for(50 * GF_MS);
    }
    return seen.text;
}

/* The first scheduler dies: what it ran was interrupted, what had not begun was missed, and both
 * are told to the other one, once. */
TEST(redis_cron, the_lease_of_a_scheduler_is_over)
{
    struct rig g;
    struct gf_state_found found;
    struct gf_run_row row = {.job = "x", .due = 100, .wait = GF_WAIT_QUEUE};
    struct gf_run_row left = {.job = "y", .due = 70, .times = 1};
    struct gf_state_tick t;
    int recovered = 0;
    if (!open_short(&g))
        SKIP("no redis-server");
    CHECK_INT(gf_state_job(g.s[0], "x", 50, false, &found), 0);
    CHECK_INT(gf_state_claim(g.s[0], "x", 100, false, 1), 0);
    CHECK_INT(gf_state_wait(g.s[0], &row), 0);
    CHECK_INT(gf_state_claim(g.s[0], "x", 160, false, 1), 0);
    CHECK_INT(gf_state_leave(g.s[1], &left, gf_state_owner(g.s[0])), 0);
    CHECK_STR(history(g.s[1]), "x 100 waiting 3\nx 160 running 0\n");
    CHECK_STR(wait_for_left(g.s[1], &recovered), "y 70 0\nx 100 0\nx 160 1\n");
    CHECK_INT(recovered, 2);
    CHECK_STR(history(g.s[1]), "y 70 missed 4\nx 100 missed 4\nx 160 interrupted 0\n");
    CHECK_INT(gf_state_tick(g.s[1], &t), 0);
    CHECK(!t.left);
    /* Without a lease nothing is written. */
    CHECK(!gf_state_is_alive(g.s[1], gf_state_owner(g.s[0])));
    CHECK_INT(gf_state_claim(g.s[0], "x", 220, false, 1), -1);
    CHECK(gf_state_may_pass(g.s[0]));
    CHECK_STR(gf_state_error(g.s[0]), "the lease of this scheduler is over");
    CHECK_INT(gf_state_claim(g.s[1], "x", 160, false, 1), 1);
    CHECK_INT(gf_state_claim(g.s[1], "x", 160, true, 1), 0);
    /* The first one was not dead: it is told, and ends nothing that is another's now. */
    CHECK_INT(gf_state_tick(g.s[0], &t), 0);
    CHECK(t.lost);
    row = (struct gf_run_row){
        .job = "x", .due = 160, .started = 1, .ended = 2, .outcome = GF_OUTCOME_OK};
    CHECK_INT(gf_state_end(g.s[0], &row), 1);
    CHECK_STR(history(g.s[1]), "y 70 missed 4\nx 100 missed 4\nx 160 running 0\n");
    CHECK_INT(gf_state_tick(g.s[0], &t), 0);
    CHECK(!t.lost);
    close_rig(&g);
}

/* Nobody has written yet what a look from outside says. */
TEST(redis_cron, what_is_seen_before_it_is_recovered)
{
    struct rig g;
    struct gf_state *out;
    struct gf_run_row row = {.job = "x", .due = 100, .wait = GF_WAIT_JITTER, .until = 5};
    if (!open_short(&g))
        SKIP("no redis-server");
    CHECK_INT(gf_state_claim(g.s[0], "x", 100, false, 1), 0);
    CHECK_INT(gf_state_claim(g.s[0], "x", 160, false, 1), 0);
    CHECK_INT(gf_state_wait(g.s[0], &row), 0);
    close_one(&g, 1);
    REQUIRE(gf_state_open_redis(&out, &g.server[1], NULL, 0) == 0);
    CHECK_STR(history(out), "x 100 waiting 1\nx 160 running 0\n");
    sleep_for(2 * LEASE);
    CHECK_STR(history(out), "x 100 missed 4\nx 160 interrupted 0\n");
    gf_state_close(out);
    close_rig(&g);
}

/* A scheduler that ends gives its lease back. */
TEST(redis_cron, an_orderly_end)
{
    struct rig g = {.place = ON_SERVER};
    struct gf_run_row row = {.job = "x", .due = 100};
    char owner[GF_STATE_OWNER_SIZE];
    int recovered = 0;
    if (!open_on_server(&g, 600 * GF_S))
        SKIP("no redis-server");
    snprintf(owner, sizeof owner, "%s", gf_state_owner(g.s[0]));
    CHECK(strncmp(owner, "one:1:", 6) == 0);
    CHECK_INT(gf_state_claim(g.s[0], "x", 100, false, 1), 0);
    CHECK_INT(gf_state_give_back(g.s[0], &row), 0);
    CHECK(gf_state_is_alive(g.s[1], owner));
    close_one(&g, 0);
    CHECK(!gf_state_is_alive(g.s[1], owner));
    CHECK_STR(wait_for_left(g.s[1], &recovered), "x 100 0\n");
    close_rig(&g);
}

/* What an end says of an interrupted run is left, unless a later run of the job is there. */
TEST(redis_cron, runs_that_were_interrupted)
{
    struct rig g = {.place = ON_SERVER};
    struct gf_run_row row = {.job = "x", .due = 100, .outcome = GF_OUTCOME_INTERRUPTED};
    int recovered = 0;
    if (!open_on_server(&g, 600 * GF_S))
        SKIP("no redis-server");
    CHECK_INT(gf_state_claim(g.s[0], "x", 100, false, 1), 0);
    CHECK_INT(gf_state_claim(g.s[0], "x", 160, false, 1), 0);
    CHECK_INT(gf_state_end(g.s[0], &row), 0);
    row.due = 160;
    CHECK_INT(gf_state_end(g.s[0], &row), 0);
    CHECK_STR(wait_for_left(g.s[1], &recovered), "x 160 1\n");
    close_rig(&g);
}

/* The connection is lost when a call may have been done: the same call again has its answer. */
TEST(redis_cron, calls_that_come_again)
{
    struct rig g = {.place = ON_SERVER};
    struct gf_state_found found;
    struct gf_state_name at = {""};
    uint64_t starts = 0;
    int64_t due = 200;
    if (!open_on_server(&g, 600 * GF_S))
        SKIP("no redis-server");
    CHECK_INT(gf_state_job(g.s[0], "x", 50, false, &found), 0);
    CHECK_INT(gf_state_request(g.s[1], "x"), 0);
    /* A server that is stopped answers later: the calls are done, and nobody waits. */
    g.server[0].patience = 100 * GF_MS;
    CHECK_INT(kill(g.start.pid, SIGSTOP), 0);
    CHECK_INT(gf_state_claim(g.s[0], "x", 100, false, 1), -1);
    CHECK(gf_state_may_pass(g.s[0]));
    CHECK_INT(kill(g.start.pid, SIGCONT), 0);
    g.server[0].again_mono = 0;
    for (int i = 0; i < 200 && !*history(g.s[1]); i++)
        sleep_for(50 * GF_MS);
    CHECK_INT(gf_state_claim(g.s[1], "x", 100, false, 1), 1);
    CHECK_INT(gf_state_claim(g.s[0], "x", 100, false, 1), 0);
    CHECK_INT(gf_state_claim(g.s[0], "x", 100, false, 1), 1);

    CHECK_INT(kill(g.start.pid, SIGSTOP), 0);
    CHECK_INT(gf_state_count(g.s[0], "x", 2, &starts), -1);
    CHECK_INT(kill(g.start.pid, SIGCONT), 0);
    g.server[0].again_mono = 0;
    for (int i = 0; i < 200 && !found.starts; i++) {
        CHECK_INT(gf_state_job(g.s[1], "x", 50, false, &found), 0);
        sleep_for(50 * GF_MS);
    }
    CHECK_INT(gf_state_count(g.s[0], "x", 2, &starts), 0);
    CHECK_INT(starts, 1);
    CHECK_INT(gf_state_count(g.s[0], "x", 2, &starts), 0);
    CHECK_INT(starts, 2);

    CHECK_INT(kill(g.start.pid, SIGSTOP), 0);
    CHECK_INT(gf_state_take(g.s[0], "x", &due, 1), -1);
    CHECK_INT(kill(g.start.pid, SIGCONT), 0);
    g.server[0].again_mono = 0;
    for (int i = 0; i < 200 && gf_state_requested(g.s[1], &at) == 0; i++) {
        at.text[0] = '\0';
        sleep_for(50 * GF_MS);
    }
    CHECK_INT(gf_state_requested(g.s[1], &at), 1);
    CHECK_INT(gf_state_requested(g.s[0], &at), 0);
    CHECK_STR(at.text, "x");
    CHECK_INT(gf_state_take(g.s[0], "x", &due, 1), 0);
    CHECK_INT(due, 200);
    CHECK_INT(gf_state_take(g.s[0], "x", &due, 1), 1);
    close_rig(&g);
}

TEST(redis_cron, tables_and_zones_that_differ)
{
    struct rig g = {.place = ON_SERVER};
    struct gf_state_other other;
    if (!open_on_server(&g, 600 * GF_S))
        SKIP("no redis-server");
    CHECK_INT(gf_state_goes_by(g.s[0], "1234", "UTC", &other), 0);
    CHECK_STR(other.owner, "");
    CHECK_INT(gf_state_goes_by(g.s[1], "1234", "UTC", &other), 0);
    CHECK_STR(other.owner, "");
    CHECK_INT(gf_state_goes_by(g.s[1], "1234", "Asia/Tokyo", &other), 0);
    CHECK_STR(other.owner, gf_state_owner(g.s[0]));
    CHECK_STR(other.zone, "UTC");
    CHECK(!other.table);
    CHECK_INT(gf_state_goes_by(g.s[0], "1235", "Asia/Tokyo", &other), 0);
    CHECK_STR(other.owner, gf_state_owner(g.s[1]));
    CHECK(other.table);
    close_one(&g, 0);
    CHECK_INT(gf_state_goes_by(g.s[1], "1234", "UTC", &other), 0);
    CHECK_STR(other.owner, "");
    close_rig(&g);
}

/* A pause of ID holds back what each host has by itself. */
TEST(redis_cron, jobs_of_each_host)
{
    struct rig g = {.place = ON_SERVER};
    struct gf_state_found found;
    bool a = false, b = false, other = true;
    if (!open_on_server(&g, 600 * GF_S))
        SKIP("no redis-server");
    CHECK_INT(gf_state_job(g.s[0], "x@one", 1, false, &found), 0);
    CHECK_INT(gf_state_job(g.s[0], "x@two", 1, false, &found), 0);
    CHECK_INT(gf_state_job(g.s[0], "xy", 1, false, &found), 0);
    CHECK_INT(gf_state_pause(g.s[1], "x", true), 0);
    CHECK_INT(gf_state_paused(g.s[0], "x@one", &a), 0);
    CHECK_INT(gf_state_paused(g.s[0], "x@two", &b), 0);
    CHECK_INT(gf_state_paused(g.s[0], "xy", &other), 0);
    CHECK(a && b && !other);
    CHECK_INT(gf_state_pause(g.s[1], "z", true), 1);
    close_rig(&g);
}

TEST(redis_cron, who_has_no_state_to_look_at)
{
    struct rig g = {.place = ON_SERVER};
    struct gf_state *out;
    struct gf_state_filter all = {.since = INT64_MIN};
    struct seen seen = {""};
    struct gf_redis_request q = {0};
    if (!open_on_server(&g, 600 * GF_S))
        SKIP("no redis-server");
    close_one(&g, 1);
    gf_redis_put_text(&q, "FLUSHALL");
    freeReplyObject(gf_redis_server_call(&g.server[1], &q));
    REQUIRE(gf_state_open_redis(&out, &g.server[1], NULL, 0) == 0);
    CHECK_INT(gf_state_history(out, &all, look_at_run, &seen), -1);
    CHECK_STR(gf_state_error(out), "there is no state there");
    CHECK(!gf_state_may_pass(out));
    gf_redis_request_clear(&q);
    gf_redis_put_text(&q, "HSET");
    gf_redis_put_key(&q, &g.server[1], "cron");
    gf_redis_put_text(&q, "v");
    gf_redis_put_text(&q, "2");
    freeReplyObject(gf_redis_server_call(&g.server[1], &q));
    CHECK_INT(gf_state_history(out, &all, look_at_run, &seen), -1);
    CHECK_STR(gf_state_error(out), "the state is of another version of gf");
    CHECK_INT(gf_state_claim(g.s[0], "x", 1, false, 1), -1);
    CHECK_STR(gf_state_error(g.s[0]), "the state is of another version of gf");
    gf_redis_request_release(&q);
    gf_state_close(out);
    close_rig(&g);
}
