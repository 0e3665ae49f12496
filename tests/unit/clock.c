/* clock.c - base/clock: reading it, sleeping by it, writing it. */
#include "base/clock.h"

#include <errno.h>
#include <signal.h>
#include <sys/time.h>

#include "base/sig.h"
#include "test.h"

TEST(clock, utc)
{
    static const struct {
        gf_ns wall;
        const char *want;
    } rows[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {1, "1970-01-01T00:00:00.000Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {-GF_S, "1969-12-31T23:59:59.000Z"},
        {1763205157339 * GF_MS, "2025-11-15T11:12:37.339Z"},
        {1763205157339 * GF_MS + 999999, "2025-11-15T11:12:37.339Z"},
        {INT64_MIN, "1677-09-21T00:12:43.145Z"},
        {INT64_MAX, "2262-04-11T23:47:16.854Z"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char out[GF_TIME_UTC_SIZE];
        gf_time_utc(rows[i].wall, out);
        CHECK_STR(out, rows[i].want);
    }
}

TEST(clock, goes_on)
{
    gf_ns a = gf_now_mono();
    CHECK_INT(gf_sleep_until(a + 5 * GF_MS), 0);
    CHECK(gf_now_mono() >= a + 5 * GF_MS);
    CHECK(gf_now_wall() > 1700000000 * GF_S);
    gf_ns mono = gf_now_mono();
    CHECK(gf_now_boot() >= mono);
}

TEST(clock, a_deadline_that_has_passed_does_not_wait)
{
    CHECK_INT(gf_sleep_until(-5), 0);
    CHECK_INT(gf_sleep_until(0), 0);
    CHECK_INT(gf_sleep_until(gf_now_mono() - GF_S), 0);
}

static void nothing(int sig)
{
    (void)sig;
}

TEST(clock, a_signal_ends_the_sleep)
{
    gf_sig_catch(SIGALRM, nothing);
    struct itimerval soon = {.it_value = {.tv_usec = 20000}};
    setitimer(ITIMER_REAL, &soon, NULL);
    CHECK_INT(gf_sleep_until(GF_NEVER), -1);
    CHECK_INT(errno, EINTR);
}

TEST(clock, precise_can_be_called)
{
    gf_clock_precise();
    CHECK_INT(gf_sleep_until(gf_now_mono() + GF_MS), 0);
}
