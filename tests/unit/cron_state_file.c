/* cron_state_file.c - the state file as a whole: what a look at it costs, what a disk that fails is
 * called, what is deleted. */
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cron/state.h"
#include "test.h"

struct place {
    char dir[64], file[96];
};

static bool make(struct place *p)
{
    struct gf_state *s;
    const char *why;
    snprintf(p->dir, sizeof p->dir, "/tmp/gf-cron-state-XXXXXX");
    if (!mkdtemp(p->dir))
        return false;
    snprintf(p->file, sizeof p->file, "%s/db", p->dir);
    if (gf_state_open(&s, p->file, GF_DB_CREATE, &why) != 0)
        return false;
    gf_state_close(s);
    return true;
}

static void clear(struct place *p)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", p->file, ends[i]);
        unlink(path);
    }
    rmdir(p->dir);
}

static bool change(const struct place *p, const char *sql)
{
    sqlite3 *db;
    bool ok = sqlite3_open(p->file, &db) == SQLITE_OK &&
              sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
    sqlite3_close(db);
    return ok;
}

/* n runs of each of four jobs, due at 1, 2, ... */
static bool fill(const struct place *p, int n)
{
    char sql[512];
    snprintf(sql, sizeof sql,
             "INSERT OR IGNORE INTO job(id, since) VALUES('a', 1), ('b', 1), ('c', 1), ('d', 1);"
             "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
             "INSERT INTO run(job, due, started, ended, outcome, status)"
             " SELECT id, i, 1, 2, 1, 0 FROM n, job",
             n);
    return change(p, sql);
}

static int count_all(void *arg, const struct gf_run_row *row)
{
    (void)row;
    ++*(int *)arg;
    return 0;
}

static int count_runs(struct gf_state *s)
{
    struct gf_state_filter f = {.since = INT64_MIN};
    int n = 0;
    CHECK_INT(gf_state_history(s, &f, count_all, &n), 0);
    return n;
}

static int count_jobs(void *arg, const struct gf_state_status_row *row)
{
    (void)row;
    ++*(int *)arg;
    return 0;
}

/* ---- what a look costs ----------------------------------------------------------------------- */

static int64_t steps;

static int on_step(void *arg)
{
    (void)arg;
    steps++;
    return 0;
}

/* SQLite calls it with each database that is opened. */
static int count_steps(sqlite3 *db, char **error, const struct sqlite3_api_routines *api)
{
    (void)error;
    (void)api;
    sqlite3_progress_handler(db, 1, on_step, NULL);
    return SQLITE_OK;
}

static int64_t steps_of_status(const struct place *p)
{
    struct gf_state *s;
    const char *why;
    int n = 0;
    steps = 0;
    sqlite3_auto_extension((void (*)(void))count_steps);
    if (gf_state_open(&s, p->file, GF_DB_READ, &why) == 0) {
        CHECK_INT(gf_state_status(s, count_jobs, &n), 0);
        gf_state_close(s);
    }
    sqlite3_cancel_auto_extension((void (*)(void))count_steps);
    CHECK_INT(n, 4);
    return steps;
}

TEST(cron_state_file, a_status_takes_no_more_steps_for_more_runs)
{
    struct place few, many;
    REQUIRE(make(&few) && make(&many) && fill(&few, 10) && fill(&many, 10000));
    int64_t a = steps_of_status(&few), b = steps_of_status(&many);
    CHECK(a > 0);
    CHECK_INT(b, a);
    clear(&few);
    clear(&many);
}

static sqlite3 *first;

static int keep_first(sqlite3 *db, char **error, const struct sqlite3_api_routines *api)
{
    (void)error;
    (void)api;
    first = first ? first : db;
    return SQLITE_OK;
}

/* What a file could make SQLite do is off, though the look at the file would refuse it. */
TEST(cron_state_file, sqlite_does_nothing_for_a_file)
{
    static const struct {
        int option, want;
    } rows[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
        {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    };
    struct place p;
    struct gf_state *s;
    const char *why;
    REQUIRE(make(&p));
    sqlite3_auto_extension((void (*)(void))keep_first);
    REQUIRE(gf_state_open(&s, p.file, GF_DB_WRITE, &why) == 0);
    sqlite3_cancel_auto_extension((void (*)(void))keep_first);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int is = -1;
        CHECK_INT(sqlite3_db_config(first, rows[i].option, -1, &is), SQLITE_OK);
        CHECK_ROW(is == rows[i].want, "row %zu", i);
    }
    CHECK_INT(sqlite3_limit(first, SQLITE_LIMIT_ATTACHED, -1), 0);
    gf_state_close(s);
    clear(&p);
}

/* ---- a disk that fails ----------------------------------------------------------------------- */

static sqlite3_vfs failing;
static const sqlite3_io_methods *real;
static sqlite3_io_methods methods;
static int reads_left, reads_errno, last_errno, opens_to_spoil;

/* As SQLite does on Unix, where a read behind the end forgets the errno of the one before. */
static int read_or_fail(sqlite3_file *file, void *buf, int n, sqlite3_int64 at)
{
    if (reads_left-- != 0) {
        int code = real->xRead(file, buf, n, at);
        if (code == SQLITE_IOERR_SHORT_READ)
            last_errno = 0;
        return code;
    }
    errno = last_errno = reads_errno;
    return reads_errno == EIO ? SQLITE_IOERR_CORRUPTFS : SQLITE_IOERR_READ;
}

static int control(sqlite3_file *file, int op, void *arg)
{
    if (op != SQLITE_FCNTL_LAST_ERRNO)
        return real->xFileControl(file, op, arg);
    *(int *)arg = last_errno;
    return SQLITE_OK;
}

static int open_failing(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    (void)vfs;
    sqlite3_vfs *base = sqlite3_vfs_find("unix");
    if (flags & SQLITE_OPEN_MAIN_DB && opens_to_spoil > 0 && opens_to_spoil--) {
        flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
        *out = flags;
    }
    int code = base->xOpen(base, name, file, flags, out);
    if (code == SQLITE_OK && flags & SQLITE_OPEN_MAIN_DB) {
        real = file->pMethods;
        methods = *real;
        methods.xRead = read_or_fail;
        methods.xFileControl = control;
        last_errno = 0;
        file->pMethods = &methods;
    }
    return code;
}

static bool use_failing(void)
{
    failing = *sqlite3_vfs_find("unix");
    failing.zName = "failing";
    failing.xOpen = open_failing;
    reads_left = -1;
    return sqlite3_vfs_register(&failing, 1) == SQLITE_OK;
}

/* Fails read after read of opening the file until a run needs no more. How many failed. */
static int fail_each_read(const struct place *p, bool is_new, int code, int want)
{
    int failed = 0;
    for (int n = 0; n < 1000; n++) {
        struct gf_state *s;
        const char *why = "";
        if (is_new)
            remove(p->file);
        reads_left = n;
        reads_errno = code;
        int got = gf_state_open(&s, p->file, GF_DB_CREATE, &why);
        reads_left = -1;
        if (got == 0) {
            gf_state_close(s);
            break;
        }
        failed++;
        CHECK_ROW(got == want, "read %d: %s", n, why);
    }
    return failed;
}

TEST(cron_state_file, a_page_that_cannot_be_read_is_no_damage)
{
    static const struct {
        int code, want;
    } rows[] = {{EIO, GF_DB_IO}, {ENOMEM, GF_DB_MEMORY}, {ESTALE, GF_DB_IO}};
    struct place p;
    REQUIRE(make(&p) && fill(&p, 2000));
    REQUIRE(use_failing());
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK(fail_each_read(&p, false, rows[i].code, rows[i].want) > 20);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK(fail_each_read(&p, true, rows[i].code, rows[i].want) > 2);
    sqlite3_vfs_unregister(&failing);
    clear(&p);
}

TEST(cron_state_file, a_file_that_was_opened_for_reading_in_a_pinch_is_opened_again)
{
    struct place p;
    struct gf_state *s;
    const char *why;
    REQUIRE(make(&p) && fill(&p, 3));
    REQUIRE(use_failing());
    opens_to_spoil = 1;
    CHECK_INT(gf_state_open(&s, p.file, GF_DB_CREATE, &why), 0);
    CHECK_INT(opens_to_spoil, 0);
    CHECK_INT(gf_state_request(s, "a"), 0);
    gf_state_close(s);
    opens_to_spoil = 2; /* it does not go on for ever */
    CHECK_INT(gf_state_open(&s, p.file, GF_DB_CREATE, &why), 0);
    CHECK_INT(opens_to_spoil, 0);
    CHECK_INT(gf_state_request(s, "b"), -1);
    CHECK_INT(gf_state_trouble(s), GF_DB_READONLY);
    gf_state_close(s);
    sqlite3_vfs_unregister(&failing);
    clear(&p);
}

TEST(cron_state_file, a_row_that_is_odd_is_damage_when_it_is_read)
{
    struct place p;
    struct gf_state *s;
    const char *why;
    int n = 0;
    struct gf_state_filter f = {.since = INT64_MIN};
    REQUIRE(make(&p) && fill(&p, 3) && change(&p, "UPDATE run SET outcome = 77 WHERE job = 'c'"));
    REQUIRE(gf_state_open(&s, p.file, GF_DB_READ, &why) == 0);
    CHECK_INT(gf_state_history(s, &f, count_all, &n), -1);
    CHECK_INT(gf_state_trouble(s), GF_DB_DAMAGED);
    CHECK_INT(gf_state_status(s, count_jobs, &n), -1);
    CHECK_INT(gf_state_trouble(s), GF_DB_DAMAGED);
    gf_state_close(s);
    CHECK_INT(gf_state_open(&s, p.file, GF_DB_CREATE, &why), GF_DB_DAMAGED);
    clear(&p);
}

/* ---- what is deleted ------------------------------------------------------------------------- */

TEST(cron_state_file, runs_are_forgotten_by_slices_but_for_the_last)
{
    static const struct {
        int n, left;
    } slices[] = {{10, 26}, {10, 16}, {8, 8}, {0, 8}};
    struct place p;
    struct gf_state *s;
    const char *why;
    REQUIRE(make(&p) && fill(&p, 9));
    REQUIRE(gf_state_open(&s, p.file, GF_DB_WRITE, &why) == 0);
    for (size_t i = 0; i < sizeof slices / sizeof slices[0]; i++) {
        int n = -1;
        CHECK_INT(gf_state_forget(s, 8, 10, &n), 0);
        CHECK_INT(n, slices[i].n);
        CHECK_INT(count_runs(s), slices[i].left);
    }
    int n;
    CHECK_INT(gf_state_forget(s, 1000, 100, &n), 0);
    CHECK_INT(count_runs(s), 4);
    gf_state_close(s);
    clear(&p);
}

TEST(cron_state_file, the_due_time_of_the_nth_run)
{
    static const struct {
        int nth, got, due;
    } rows[] = {{1, 0, 5}, {4, 0, 5}, {5, 0, 4}, {20, 0, 1}, {21, 1, 0}};
    struct place p;
    struct gf_state *s;
    const char *why;
    REQUIRE(make(&p) && fill(&p, 5));
    REQUIRE(gf_state_open(&s, p.file, GF_DB_READ, &why) == 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t due = 0;
        CHECK_INT(gf_state_due_of(s, rows[i].nth, &due), rows[i].got);
        CHECK_INT(due, rows[i].due);
    }
    gf_state_close(s);
    clear(&p);
}

static off_t size_of(const struct place *p)
{
    struct stat st;
    return stat(p->file, &st) == 0 ? st.st_size : -1;
}

/* A file that an earlier version made has no pages to give back, and says so. */
TEST(cron_state_file, space_is_given_back_where_the_file_can)
{
    for (int old = 0; old < 2; old++) {
        struct place p;
        struct gf_state *s;
        const char *why;
        int n, turns = 0;
        bool more = true;
        REQUIRE(make(&p));
        if (old)
            REQUIRE(change(&p, "PRAGMA journal_mode = DELETE; PRAGMA auto_vacuum = NONE; VACUUM"));
        REQUIRE(fill(&p, 5000));
        off_t was = size_of(&p);
        REQUIRE(gf_state_open(&s, p.file, GF_DB_WRITE, &why) == 0);
        CHECK_INT(gf_state_forget(s, 100000, 100000, &n), 0);
        for (; more && turns < 1000; turns++)
            CHECK_INT(gf_state_shrink(s, 20, &more), 0);
        gf_state_close(s);
        CHECK(old ? size_of(&p) == was : size_of(&p) < was / 4);
        CHECK(old ? turns == 1 : turns > 2);
        clear(&p);
    }
}
