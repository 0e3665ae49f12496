/* cron_state.c - claims, what is left behind, files that are refused. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cron/state.h"
#include "test.h"

struct place {
    char dir[64], file[96];
};

static bool make(struct place *p)
{
    snprintf(p->dir, sizeof p->dir, "/tmp/gf-cron-state-XXXXXX");
    if (!mkdtemp(p->dir))
        return false;
    snprintf(p->file, sizeof p->file, "%s/db", p->dir);
    return true;
}

static void clear(struct place *p)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < 3; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", p->file, ends[i]);
        unlink(path);
    }
    rmdir(p->dir);
}

static int count(void *arg, const struct gf_run_row *row)
{
    int *n = arg;
    n[row->outcome]++;
    return 0;
}

TEST(cron_state, a_due_time_is_claimed_once)
{
    struct place p;
    struct gf_state *a, *b;
    const char *why;
    int64_t since;
    int n[8] = {0};
    REQUIRE(make(&p));
    REQUIRE(gf_state_open(&a, p.file, true, &why) == 0);
    REQUIRE(gf_state_open(&b, p.file, false, &why) == 0);
    CHECK_INT(gf_state_job(a, "x", 50, &since), 0);
    CHECK_INT(since, 50);
    CHECK_INT(gf_state_claim(a, "x", 100, 1), 0);
    CHECK_INT(gf_state_claim(b, "x", 100, 1), 1);
    CHECK_INT(gf_state_claim(b, "y", 100, 1), 0);
    struct gf_run_row row = {"x", 100, 1, 2, GF_OUTCOME_FAILED, 3, 0};
    CHECK_INT(gf_state_end(a, &row), 0);
    CHECK_INT(gf_state_record(a, "x", 100, GF_OUTCOME_MISSED), 0);
    CHECK_INT(gf_state_record(a, "x", 160, GF_OUTCOME_MISSED), 0);
    CHECK_INT(gf_state_job(b, "x", 900, &since), 0);
    CHECK_INT(since, 160);
    struct gf_state_filter f = {.since = INT64_MIN};
    CHECK_INT(gf_state_history(a, &f, count, n), 0);
    CHECK_INT(n[GF_OUTCOME_FAILED], 1);
    CHECK_INT(n[GF_OUTCOME_MISSED], 1);
    CHECK_INT(n[GF_OUTCOME_RUNNING], 1);
    gf_state_close(a);
    gf_state_close(b);
    clear(&p);
}

TEST(cron_state, what_is_not_ours_is_refused)
{
    static const char junk[] = "this is no database, and has to stay as it is";
    struct place p;
    struct gf_state *s;
    const char *why = NULL;
    char text[64] = "";
    REQUIRE(make(&p));
    CHECK(gf_state_open(&s, p.file, false, &why) != 0); /* not there */
    int fd = open(p.file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    REQUIRE(fd != -1);
    CHECK(write(fd, junk, sizeof junk) == (ssize_t)sizeof junk);
    CHECK(gf_state_open(&s, p.file, true, &why) != 0);
    CHECK(pread(fd, text, sizeof text, 0) == (ssize_t)sizeof junk);
    CHECK_STR(text, junk);
    close(fd);
    clear(&p);
}

TEST(cron_state, pause)
{
    struct place p;
    struct gf_state *s;
    const char *why;
    int64_t since;
    bool paused;
    REQUIRE(make(&p));
    REQUIRE(gf_state_open(&s, p.file, true, &why) == 0);
    CHECK_INT(gf_state_pause(s, "x", true), 1);
    CHECK_INT(gf_state_job(s, "x", 1, &since), 0);
    CHECK_INT(gf_state_pause(s, "x", true), 0);
    CHECK_INT(gf_state_paused(s, "x", &paused), 0);
    CHECK(paused);
    gf_state_close(s);
    clear(&p);
}
