/* cron_state_trust.c - files that are refused, older files, and questions that find no answer. */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cron/state.h"
#include "cron/state_file.h"
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

static int keep_schedule(void *arg, const struct gf_state_status_row *row)
{
    snprintf(arg, 64, "%s %s", row->when.text ? row->when.text : "-",
             row->when.zone ? row->when.zone : "-");
    return 0;
}

TEST(cron_state_trust, what_is_not_ours_is_refused)
{
    static const char junk[] = "this is no database, and has to stay as it is";
    struct place p;
    struct gf_state *s;
    const char *why = NULL;
    char text[64] = "";
    REQUIRE(make(&p));
    CHECK(gf_state_open(&s, p.file, GF_DB_WRITE, &why) != 0); /* not there */
    int fd = open(p.file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    REQUIRE(fd != -1);
    CHECK(write(fd, junk, sizeof junk) == (ssize_t)sizeof junk);
    CHECK_INT(gf_state_open(&s, p.file, GF_DB_CREATE, &why), GF_DB_FOREIGN);
    CHECK(pread(fd, text, sizeof text, 0) == (ssize_t)sizeof junk);
    CHECK_STR(text, junk);
    close(fd);
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

TEST(cron_state_trust, older_versions_are_brought_up)
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
            REQUIRE(gf_state_open(&s, p.file, GF_DB_WRITE, &why) == 0);
            gf_state_close(s);
        }
        REQUIRE(gf_state_open(&s, p.file, GF_DB_WRITE, &why) == 0);
        CHECK_INT(gf_state_history(s, &f, count, n), 0);
        CHECK_INT(n[GF_OUTCOME_FAILED], 1);
        CHECK_INT(gf_state_paused(s, "x", &paused), 0);
        CHECK(paused);
        CHECK_INT(gf_state_requested(s, &at), i == 0);
        gf_state_close(s);
        clear(&p);
    }
}

TEST(cron_state_trust, a_later_version_is_refused)
{
    const char *const sql[] = {version_1, version_99, NULL};
    struct place p;
    struct gf_state *s;
    const char *why = "";
    REQUIRE(make(&p) && make_old(p.file, sql));
    CHECK_INT(gf_state_open(&s, p.file, GF_DB_CREATE, &why), GF_DB_LATER);
    CHECK_STR(why, "it is of a later version");
    clear(&p);
}

TEST(cron_state_trust, what_is_undone_was_never_there)
{
    struct gf_state_schedule when = {.text = "@daily", .zone = "Asia/Tokyo"};
    struct place p;
    struct gf_state *s;
    const char *why;
    char text[64];
    struct gf_state_found found;
    REQUIRE(make(&p));
    REQUIRE(gf_state_open(&s, p.file, GF_DB_CREATE, &why) == 0);
    CHECK_INT(gf_state_job(s, "x", 1, false, &found), 0);
    CHECK_INT(gf_state_schedule(s, "x", &when), 0);
    CHECK_INT(gf_state_begin(s), 0);
    CHECK_INT(gf_state_unschedule(s), 0);
    gf_state_undo(s);
    CHECK_INT(gf_state_status(s, keep_schedule, text), 0);
    CHECK_STR(text, "@daily Asia/Tokyo");
    gf_state_close(s);
    clear(&p);
}

/* A statement that cannot be made is an error of each question, whatever was answered before. */
TEST(cron_state_trust, questions_to_a_file_that_was_removed)
{
    struct place p;
    struct gf_state *s;
    struct gf_state_filter f = {.since = INT64_MIN};
    const char *why;
    char text[64];
    int n[8] = {0};
    REQUIRE(make(&p));
    REQUIRE(gf_state_open(&s, p.file, GF_DB_CREATE, &why) == 0);
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
TEST(cron_state_trust, questions_that_cannot_be_read)
{
    struct place p;
    struct gf_state *s;
    struct gf_state_name at = {0};
    struct gf_state_found found;
    const char *why;
    bool paused = false;
    int64_t due;
    REQUIRE(make(&p));
    REQUIRE(gf_state_open(&s, p.file, GF_DB_CREATE, &why) == 0);
    CHECK_INT(gf_state_job(s, "x", 1, false, &found), 0);
    CHECK_INT(gf_state_pause(s, "x", true), 0);
    CHECK_INT(gf_state_paused(s, "x", &paused), 0);
    CHECK(paused);
    CHECK_INT(gf_state_requested(s, &at), 1);
    CHECK_INT(gf_state_due_of(s, 1, &due), 1);
    sqlite3_progress_handler(gf_state_file_of(s)->db.sqlite, 1, stop, NULL);
    CHECK_INT(gf_state_paused(s, "x", &paused), -1);
    CHECK_STR(gf_state_error(s), "interrupted");
    CHECK_INT(gf_state_requested(s, &at), -1);
    CHECK_INT(gf_state_due_of(s, 1, &due), -1);
    sqlite3_progress_handler(gf_state_file_of(s)->db.sqlite, 0, NULL, NULL);
    CHECK_INT(gf_state_paused(s, "x", &paused), 0);
    CHECK(paused);
    gf_state_close(s);
    clear(&p);
}
