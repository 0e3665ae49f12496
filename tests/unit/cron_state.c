/* cron_state.c - claims, what is left behind, files that are refused. */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cron/state.h"
#include "cron/state_db.h"
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
    n[row->outcome] += (int)row->times;
    return 0;
}

/* Two schedulers count in one place; what is forgotten counts on. */
TEST(cron_state, starts_are_counted_up_to_a_number)
{
    struct place p;
    struct gf_state *a, *b;
    const char *why;
    struct gf_state_found found;
    uint64_t starts;
    int forgot;
    REQUIRE(make(&p));
    REQUIRE(gf_state_open(&a, p.file, GF_STATE_CREATE, &why) == 0);
    REQUIRE(gf_state_open(&b, p.file, GF_STATE_WRITE, &why) == 0);
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
    gf_state_close(a);
    gf_state_close(b);
    clear(&p);
}

TEST(cron_state, a_due_time_is_claimed_once)
{
    struct place p;
    struct gf_state *a, *b;
    const char *why;
    struct gf_state_found found;
    int n[8] = {0};
    REQUIRE(make(&p));
    REQUIRE(gf_state_open(&a, p.file, GF_STATE_CREATE, &why) == 0);
    REQUIRE(gf_state_open(&b, p.file, GF_STATE_WRITE, &why) == 0);
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
    gf_state_close(a);
    gf_state_close(b);
    clear(&p);
}

/* What it waits for is with the row, and is not there any more when the run has ended. */
static int keep_wait(void *arg, const struct gf_run_row *row)
{
    snprintf(arg, 64, "%s %d %lld %d", gf_run_word(row), (int)row->wait, (long long)row->until,
             row->started != 0);
    return 0;
}

TEST(cron_state, a_run_that_waits)
{
    struct place p;
    struct gf_state *s;
    const char *why;
    char text[64];
    struct gf_state_found found;
    struct gf_state_filter f = {.since = INT64_MIN};
    struct gf_run_row row = {.job = "x", .due = 100, .wait = GF_WAIT_JITTER, .until = 7};
    REQUIRE(make(&p));
    REQUIRE(gf_state_open(&s, p.file, GF_STATE_CREATE, &why) == 0);
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
    gf_state_close(s);
    clear(&p);
}

TEST(cron_state, a_due_time_that_is_given_back_is_claimed_again)
{
    struct place p;
    struct gf_state *s;
    const char *why;
    struct gf_state_found found;
    struct gf_run_row row = {.job = "x", .due = 100, .outcome = GF_OUTCOME_MISSED, .times = 1};
    int forgot;
    REQUIRE(make(&p));
    REQUIRE(gf_state_open(&s, p.file, GF_STATE_CREATE, &why) == 0);
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
    gf_state_close(s);
    clear(&p);
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

TEST(cron_state, a_due_time_that_is_left_to_a_scheduler)
{
    struct place p;
    struct gf_state *a, *b;
    const char *why;
    struct gf_state_found found;
    struct gf_run_row row = {.job = "x", .due = 100, .outcome = GF_OUTCOME_MISSED, .times = 1};
    REQUIRE(make(&p));
    REQUIRE(gf_state_open(&a, p.file, GF_STATE_CREATE, &why) == 0);
    REQUIRE(gf_state_open(&b, p.file, GF_STATE_WRITE, &why) == 0);
    CHECK_INT(gf_state_job(b, "x", 50, false, &found), 0);
    CHECK_INT(gf_state_leave(b, &row, a->owner), 0);
    CHECK_INT(gf_state_leave(b, &row, a->owner), 1);
    CHECK(sees(b, 0, 0, 0));
    /* Its owner claims it, or records it. */
    CHECK_INT(gf_state_claim(a, "x", 100, false, 1), 0);
    CHECK_INT(gf_state_leave(b, &row, a->owner), 1);
    CHECK_INT(gf_state_record(b, &row), 1);
    CHECK(sees(b, 1, 0, 0));
    row.due = 160;
    row.times = 7;
    CHECK_INT(gf_state_leave(b, &row, a->owner), 0);
    row.times = 5;
    CHECK_INT(gf_state_record(a, &row), 0);
    CHECK_INT(gf_state_record(a, &row), 1);
    CHECK(sees(b, 6, 5, 1));
    /* With its owner's end it was missed, and waits for a scheduler. */
    row.due = 220;
    row.times = 1;
    CHECK_INT(gf_state_leave(b, &row, a->owner), 0);
    CHECK(sees(b, 6, 5, 1));
    gf_state_close(a);
    CHECK(sees(b, 7, 6, 1));
    CHECK_INT(gf_state_job(b, "x", 900, false, &found), 0);
    CHECK_INT(found.since, 219);
    CHECK_INT(gf_state_claim(b, "x", 220, false, 1), 0);
    gf_state_close(b);
    clear(&p);
}

TEST(cron_state, a_request_takes_no_due_time_that_waits_for_a_scheduler)
{
    struct place p;
    struct gf_state *s;
    const char *why;
    struct gf_state_found found;
    struct gf_run_row row = {.job = "x",
                             .due = 100,
                             .outcome = GF_OUTCOME_MISSED,
                             .times = 1,
                             .wait = GF_WAIT_SCHEDULER};
    int64_t due = 100;
    REQUIRE(make(&p));
    REQUIRE(gf_state_open(&s, p.file, GF_STATE_CREATE, &why) == 0);
    CHECK_INT(gf_state_job(s, "x", 50, false, &found), 0);
    CHECK_INT(gf_state_record(s, &row), 0);
    CHECK_INT(gf_state_request(s, "x"), 0);
    CHECK_INT(gf_state_take(s, "x", &due, 1), 0);
    CHECK_INT(due, 99);
    gf_state_close(s);
    clear(&p);
}

TEST(cron_state, an_interrupted_run_is_claimed_again_once)
{
    struct place p;
    struct gf_state *s;
    const char *why;
    struct gf_state_found found;
    struct gf_run_row row = {.job = "x", .due = 100, .outcome = GF_OUTCOME_INTERRUPTED};
    REQUIRE(make(&p));
    REQUIRE(gf_state_open(&s, p.file, GF_STATE_CREATE, &why) == 0);
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
    gf_state_close(s);
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
    CHECK(gf_state_open(&s, p.file, GF_STATE_WRITE, &why) != 0); /* not there */
    int fd = open(p.file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    REQUIRE(fd != -1);
    CHECK(write(fd, junk, sizeof junk) == (ssize_t)sizeof junk);
    CHECK_INT(gf_state_open(&s, p.file, GF_STATE_CREATE, &why), GF_STATE_FOREIGN);
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
    struct gf_state_found found;
    bool paused;
    REQUIRE(make(&p));
    REQUIRE(gf_state_open(&s, p.file, GF_STATE_CREATE, &why) == 0);
    CHECK_INT(gf_state_pause(s, "x", true), 1);
    CHECK_INT(gf_state_job(s, "x", 1, false, &found), 0);
    CHECK_INT(gf_state_pause(s, "x", true), 0);
    CHECK_INT(gf_state_paused(s, "x", &paused), 0);
    CHECK(paused);
    gf_state_close(s);
    clear(&p);
}

/* ---- older files ----------------------------------------------------------------------------- */

static const char version_1[] =
    "CREATE TABLE job(id TEXT PRIMARY KEY, since INTEGER NOT NULL, paused INTEGER NOT NULL DEFAULT "
    "0) WITHOUT ROWID;"
    "CREATE TABLE run(job TEXT NOT NULL, due INTEGER NOT NULL, started INTEGER, ended INTEGER,"
    " outcome INTEGER NOT NULL, status INTEGER, signal INTEGER, owner TEXT,"
    " PRIMARY KEY(job, due)) WITHOUT ROWID;"
    "CREATE INDEX run_due ON run(due);"
    "INSERT INTO job VALUES('x', 50, 1);"
    "INSERT INTO run VALUES('x', 100, 1, 2, 2, 3, 0, NULL);"
    "PRAGMA application_id = 1734763378;"
    "PRAGMA user_version = 1;";
static const char version_2[] = "CREATE TABLE request(job TEXT PRIMARY KEY) WITHOUT ROWID;"
                                "INSERT INTO request VALUES('x');"
                                "PRAGMA user_version = 2;";
static const char version_99[] = "PRAGMA user_version = 99;";

static bool make_old(const char *file, const char *const *sql)
{
    sqlite3 *db;
    bool ok = sqlite3_open(file, &db) == SQLITE_OK;
    for (; ok && *sql; sql++)
        ok = sqlite3_exec(db, *sql, NULL, NULL, NULL) == SQLITE_OK;
    sqlite3_close(db);
    return ok;
}

TEST(cron_state, older_versions_are_brought_up)
{
    const char *const histories[][3] = {{version_1}, {version_1, version_2}};
    for (size_t i = 0; i < 2; i++) {
        struct gf_state_name at = {.text = ""};
        struct gf_state_filter f = {.since = INT64_MIN};
        struct place p;
        struct gf_state *s;
        const char *why;
        int n[8] = {0};
        bool paused = false;
        REQUIRE(make(&p) && make_old(p.file, histories[i]));
        for (int again = 0; again < 2; again++) {
            REQUIRE(gf_state_open(&s, p.file, GF_STATE_WRITE, &why) == 0);
            gf_state_close(s);
        }
        REQUIRE(gf_state_open(&s, p.file, GF_STATE_WRITE, &why) == 0);
        CHECK_INT(gf_state_history(s, &f, count, n), 0);
        CHECK_INT(n[GF_OUTCOME_FAILED], 1);
        CHECK_INT(gf_state_paused(s, "x", &paused), 0);
        CHECK(paused);
        CHECK_INT(gf_state_requested(s, &at), i == 0);
        gf_state_close(s);
        clear(&p);
    }
}

TEST(cron_state, a_later_version_is_refused)
{
    const char *const sql[] = {version_1, version_99, NULL};
    struct place p;
    struct gf_state *s;
    const char *why = "";
    REQUIRE(make(&p) && make_old(p.file, sql));
    CHECK_INT(gf_state_open(&s, p.file, GF_STATE_CREATE, &why), GF_STATE_LATER);
    CHECK_STR(why, "it is of a later version");
    clear(&p);
}

/* ---- schedules ------------------------------------------------------------------------------- */

static int keep_schedule(void *arg, const struct gf_state_status_row *row)
{
    snprintf(arg, 64, "%s %s", row->when.text ? row->when.text : "-",
             row->when.zone ? row->when.zone : "-");
    return 0;
}

TEST(cron_state, the_schedule_of_those_who_are_there)
{
    struct gf_state_schedule when = {.text = "@daily", .zone = "Asia/Tokyo"};
    struct place p;
    struct gf_state *s;
    const char *why;
    char text[64];
    struct gf_state_found found;
    REQUIRE(make(&p));
    REQUIRE(gf_state_open(&s, p.file, GF_STATE_CREATE, &why) == 0);
    CHECK_INT(gf_state_begin(s), 0);
    CHECK_INT(gf_state_job(s, "x", 1, false, &found), 0);
    CHECK_INT(gf_state_schedule(s, "x", &when), 0);
    CHECK_INT(gf_state_commit(s), 0);
    CHECK_INT(gf_state_status(s, keep_schedule, text), 0);
    CHECK_STR(text, "@daily Asia/Tokyo");
    CHECK_INT(gf_state_begin(s), 0);
    CHECK_INT(gf_state_unschedule(s), 0);
    gf_state_undo(s);
    CHECK_INT(gf_state_status(s, keep_schedule, text), 0);
    CHECK_STR(text, "@daily Asia/Tokyo");
    CHECK_INT(gf_state_unschedule(s), 0);
    CHECK_INT(gf_state_status(s, keep_schedule, text), 0);
    CHECK_STR(text, "- -");
    gf_state_close(s);
    clear(&p);
}

/* A statement that cannot be made is an error of each question, whatever was answered before. */
TEST(cron_state, questions_to_a_file_that_was_removed)
{
    struct place p;
    struct gf_state *s;
    struct gf_state_filter f = {.since = INT64_MIN};
    const char *why;
    char text[64];
    int n[8] = {0};
    REQUIRE(make(&p));
    REQUIRE(gf_state_open(&s, p.file, GF_STATE_CREATE, &why) == 0);
    CHECK_INT(gf_state_status(s, keep_schedule, text), 0);
    REQUIRE(unlink(p.file) == 0);
    CHECK_INT(gf_state_status(s, keep_schedule, text), -1);
    CHECK_STR(gf_state_error(s), "the file was removed while it was in use");
    CHECK_INT(gf_state_history(s, &f, count, n), -1);
    CHECK_STR(gf_state_error(s), "the file was removed while it was in use");
    gf_state_close(s);
    clear(&p);
}

static int stop(void *arg)
{
    (void)arg;
    return 1;
}

/* A row that cannot be read is no answer: the job is not one that runs, or was never known. */
TEST(cron_state, questions_that_cannot_be_read)
{
    struct place p;
    struct gf_state *s;
    struct gf_state_name at = {0};
    struct gf_state_found found;
    const char *why;
    bool paused = false;
    int64_t due;
    REQUIRE(make(&p));
    REQUIRE(gf_state_open(&s, p.file, GF_STATE_CREATE, &why) == 0);
    CHECK_INT(gf_state_job(s, "x", 1, false, &found), 0);
    CHECK_INT(gf_state_pause(s, "x", true), 0);
    CHECK_INT(gf_state_paused(s, "x", &paused), 0);
    CHECK(paused);
    CHECK_INT(gf_state_requested(s, &at), 1);
    CHECK_INT(gf_state_due_of(s, 1, &due), 1);
    sqlite3_progress_handler(s->db, 1, stop, NULL);
    CHECK_INT(gf_state_paused(s, "x", &paused), -1);
    CHECK_STR(gf_state_error(s), "interrupted");
    CHECK_INT(gf_state_requested(s, &at), -1);
    CHECK_INT(gf_state_due_of(s, 1, &due), -1);
    sqlite3_progress_handler(s->db, 0, NULL, NULL);
    CHECK_INT(gf_state_paused(s, "x", &paused), 0);
    CHECK(paused);
    gf_state_close(s);
    clear(&p);
}
