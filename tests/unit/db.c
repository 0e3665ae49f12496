/* db.c - state files of two kinds of our own: which of them are refused, what becomes of older
 * ones, of rows that cannot be and of rows that are too long. */
#include "db/db.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

enum {
    LONGEST = 1000,
};

static const char *const shelf_versions[] = {
    "BEGIN IMMEDIATE; CREATE TABLE book(title TEXT PRIMARY KEY, pages INTEGER NOT NULL, note TEXT);"
    "PRAGMA application_id = 1; PRAGMA user_version = 1; COMMIT;",
    "BEGIN IMMEDIATE; ALTER TABLE book ADD COLUMN place INTEGER NOT NULL DEFAULT 7;"
    "PRAGMA user_version = 2; COMMIT;",
};
static const char *const cellar_versions[] = {
    "BEGIN IMMEDIATE; CREATE TABLE book(title TEXT PRIMARY KEY, pages INTEGER NOT NULL, note TEXT);"
    "PRAGMA application_id = 2; PRAGMA user_version = 1; COMMIT;",
};

static void sql_twice(sqlite3_context *out, int n, sqlite3_value **v)
{
    sqlite3_result_int64(out, n ? 2 * sqlite3_value_int64(v[0]) : 0);
}

static int add_twice(struct gf_db *d)
{
    return sqlite3_create_function(d->sqlite, "twice", 1, SQLITE_UTF8, NULL, sql_twice, NULL, NULL);
}

#define SHELF                                                                                      \
    .application = 1, .tool = "gf-shelf", .versions = shelf_versions, .longest = LONGEST,          \
    .odd = "SELECT count(*) FROM book WHERE pages < 1",                                            \
    .odd_words = "the database is damaged: a book has no pages", .add_words = add_twice

static const struct gf_db_kind old_shelf = {SHELF, .nversions = 1};
static const struct gf_db_kind shelf = {SHELF, .nversions = 2};
static const struct gf_db_kind cellar = {
    .application = 2, .tool = "gf-cellar", .versions = cellar_versions, .nversions = 1};

struct place {
    char dir[64], file[96];
};

static bool make(struct place *p, const struct gf_db_kind *kind)
{
    struct gf_db d;
    const char *why;
    snprintf(p->dir, sizeof p->dir, "/tmp/gf-db-XXXXXX");
    if (!mkdtemp(p->dir))
        return false;
    snprintf(p->file, sizeof p->file, "%s/db", p->dir);
    if (gf_db_open(&d, p->file, GF_DB_CREATE, kind, &why) != 0)
        return false;
    gf_db_close(&d);
    return true;
}

static void clear(struct place *p)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
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

/* The number that a statement yields; -1: there is no row, -2: it failed. */
static int64_t number(struct gf_db *d, const char *sql)
{
    sqlite3_stmt *q = gf_db_get(d, sql);
    int got = q ? gf_db_row(d, q) : -1;
    int64_t n = got == 1 ? sqlite3_column_int64(q, 0) : got - 1;
    gf_db_done(q);
    return n;
}

static int add_book(struct gf_db *d, const char *title, const char *note)
{
    sqlite3_stmt *q = gf_db_get(d, "INSERT INTO book(title, pages, note) VALUES(?, 100, ?)");
    if (!q)
        return -1;
    gf_db_text(q, 1, title);
    gf_db_text(q, 2, note);
    return gf_db_finish(d, q);
}

static const enum gf_db_use uses[] = {GF_DB_READ, GF_DB_WRITE, GF_DB_CREATE};

/* Opens a file in each way. It is refused, and its bytes stay. */
static void refused(const struct place *p, const struct gf_db_kind *kind, int want,
                    const char *words)
{
    static char was[1 << 16], now[sizeof was];
    for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++) {
        struct gf_db d;
        const char *why = "";
        FILE *f = fopen(p->file, "r");
        REQUIRE(f);
        size_t len = fread(was, 1, sizeof was, f);
        fclose(f);
        CHECK_INT(gf_db_open(&d, p->file, uses[i], kind, &why), want);
        CHECK_STR(why, words);
        gf_db_close(&d); /* as it may, but need not, be */
        f = fopen(p->file, "r");
        REQUIRE(f);
        CHECK_INT(fread(now, 1, sizeof now, f), len);
        fclose(f);
        CHECK(memcmp(was, now, len) == 0);
    }
}

/* ---- whose file it is ------------------------------------------------------------------------ */

TEST(db, kinds_refuse_the_files_of_each_other)
{
    struct place a, b;
    REQUIRE(make(&a, &old_shelf) && make(&b, &cellar));
    refused(&a, &cellar, GF_DB_FOREIGN, "it is a database of something else");
    refused(&b, &old_shelf, GF_DB_FOREIGN, "it is a database of something else");
    clear(&a);
    clear(&b);
}

TEST(db, what_the_tool_did_not_make_is_called_so)
{
    struct place a, b;
    REQUIRE(make(&a, &shelf) && make(&b, &cellar));
    REQUIRE(change(&a, "CREATE VIEW v AS SELECT 1") && change(&b, "CREATE INDEX i ON book(pages)"));
    refused(&a, &shelf, GF_DB_FOREIGN,
            "it has tables, views or triggers that gf-shelf did not make");
    refused(&b, &cellar, GF_DB_FOREIGN,
            "it has tables, views or triggers that gf-cellar did not make");
    clear(&a);
    clear(&b);
}

TEST(db, nothing_is_closed_where_nothing_was_opened)
{
    struct gf_db d = {.path = ""};
    int fds[2];
    REQUIRE(pipe(fds) == 0 && dup2(fds[0], 0) == 0);
    gf_db_close(&d);
    CHECK(fcntl(0, F_GETFD) != -1);
}

TEST(db, a_file_that_is_missing_is_made_with_create_alone)
{
    struct place p;
    struct stat st;
    REQUIRE(make(&p, &shelf));
    for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++) {
        struct gf_db d;
        const char *why = "";
        bool creates = uses[i] == GF_DB_CREATE;
        unlink(p.file);
        CHECK((gf_db_open(&d, p.file, uses[i], &shelf, &why) == 0) == creates);
        CHECK((stat(p.file, &st) == 0) == creates);
        gf_db_close(&d);
    }
    CHECK_INT(st.st_mode & 0777, 0600);
    clear(&p);
}

/* ---- versions -------------------------------------------------------------------------------- */

TEST(db, older_versions_go_up_and_later_ones_are_refused)
{
    for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++) {
        struct place p;
        struct gf_db d;
        const char *why;
        REQUIRE(make(&p, &old_shelf));
        REQUIRE(gf_db_open(&d, p.file, GF_DB_WRITE, &old_shelf, &why) == 0);
        CHECK_INT(add_book(&d, "x", NULL), 0);
        CHECK_INT(number(&d, "SELECT place FROM book"), -2);
        gf_db_close(&d);
        for (int again = 0; again < 2; again++) {
            REQUIRE(gf_db_open(&d, p.file, uses[i], &shelf, &why) == 0);
            CHECK_INT(number(&d, "PRAGMA user_version"), 2);
            CHECK_INT(number(&d, "SELECT place FROM book WHERE title = 'x'"), 7);
            gf_db_close(&d);
        }
        refused(&p, &old_shelf, GF_DB_LATER, "it is of a later version");
        clear(&p);
    }
}

/* ---- rows ------------------------------------------------------------------------------------ */

TEST(db, a_row_that_is_odd_is_damage)
{
    struct place p;
    struct gf_db d;
    const char *why = "";
    REQUIRE(make(&p, &shelf) && change(&p, "INSERT INTO book(title, pages) VALUES('x', 0)"));
    CHECK_INT(gf_db_open(&d, p.file, GF_DB_CREATE, &shelf, &why), GF_DB_DAMAGED);
    CHECK_STR(why, "the database is damaged: a book has no pages");
    REQUIRE(gf_db_open(&d, p.file, GF_DB_READ, &shelf, &why) == 0);
    CHECK_INT(gf_db_fail_odd(&d), -1); /* who reads it says so */
    CHECK_STR(d.error, "the database is damaged: a book has no pages");
    CHECK_INT(d.trouble, GF_DB_DAMAGED);
    gf_db_close(&d);
    clear(&p);
    REQUIRE(make(&p, &cellar) && change(&p, "INSERT INTO book(title, pages) VALUES('x', 0)"));
    REQUIRE(gf_db_open(&d, p.file, GF_DB_CREATE, &cellar, &why) == 0);
    CHECK_INT(gf_db_fail_odd(&d), -1);
    CHECK_STR(d.error, "the database is damaged: a row in it cannot be");
    gf_db_close(&d);
    clear(&p);
}

/* Also where a text alone is too long: SQLite does not bind it, and would write NULL. */
TEST(db, a_row_that_is_too_long_is_not_written)
{
    static char text[3 * LONGEST];
    static const size_t lens[] = {LONGEST / 2, LONGEST, LONGEST + 1, sizeof text - 1};
    struct place p;
    struct gf_db d;
    const char *why;
    REQUIRE(make(&p, &shelf));
    REQUIRE(gf_db_open(&d, p.file, GF_DB_WRITE, &shelf, &why) == 0);
    for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
        bool fits = i == 0;
        memset(text, 'x', lens[i]);
        text[lens[i]] = '\0';
        d.error[0] = '\0';
        CHECK_INT(add_book(&d, "a", text), fits ? 0 : -1);
        CHECK_STR(d.error, fits ? "" : "string or blob too big");
        CHECK_INT(number(&d, "SELECT count(*) FROM book WHERE note IS NOT NULL"), fits);
        CHECK_INT(number(&d, "SELECT count(*) FROM book"), fits);
        CHECK_INT(number(&d, "DELETE FROM book"), -1);
        CHECK_INT(add_book(&d, text, "a"), fits ? 0 : -1);
        CHECK_INT(number(&d, "SELECT count(*) FROM book"), fits);
        CHECK_INT(number(&d, "DELETE FROM book"), -1);
    }
    CHECK_INT(add_book(&d, NULL, NULL), 0); /* no book has that title */
    sqlite3_stmt *q = gf_db_get(&d, "SELECT 1 FROM book WHERE title IS ?");
    REQUIRE(q);
    gf_db_text(q, 1, text);
    CHECK(gf_db_row(&d, q) != 1);
    gf_db_done(q);
    gf_db_text(q, 1, NULL);
    CHECK_INT(gf_db_row(&d, q), 1);
    gf_db_close(&d);
    clear(&p);
}

/* A kind that says nothing has room for more; what it wrote is not read where it is too long. */
TEST(db, a_row_that_is_too_long_is_not_read)
{
    static char sql[2 * LONGEST + 100];
    struct place p;
    struct gf_db d;
    const char *why;
    REQUIRE(make(&p, &shelf));
    snprintf(sql, sizeof sql, "INSERT INTO book(title, pages, note) VALUES('x', 1, '%0*d')",
             2 * LONGEST, 0);
    REQUIRE(change(&p, sql));
    REQUIRE(gf_db_open(&d, p.file, GF_DB_READ, &shelf, &why) == 0);
    CHECK_INT(number(&d, "SELECT length(note) FROM book"), -2);
    CHECK_STR(d.error, "string or blob too big");
    gf_db_close(&d);
    clear(&p);
    REQUIRE(make(&p, &cellar) && change(&p, sql));
    REQUIRE(gf_db_open(&d, p.file, GF_DB_READ, &cellar, &why) == 0);
    CHECK_INT(number(&d, "SELECT length(note) FROM book"), 2 * LONGEST);
    CHECK_INT(sqlite3_limit(d.sqlite, SQLITE_LIMIT_LENGTH, -1), 1 << 20);
    gf_db_close(&d);
    clear(&p);
}

/* ---- statements ------------------------------------------------------------------------------ */

TEST(db, sql_knows_the_words_of_the_kind)
{
    for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++) {
        struct place p;
        struct gf_db d;
        const char *why;
        REQUIRE(make(&p, &shelf));
        REQUIRE(gf_db_open(&d, p.file, uses[i], &shelf, &why) == 0);
        CHECK_INT(number(&d, "SELECT twice(21)"), 42);
        gf_db_close(&d);
        clear(&p);
    }
}

TEST(db, more_statements_than_are_kept)
{
    static char sql[GF_DB_KEPT + 5][32];
    struct place p;
    struct gf_db d;
    const char *why;
    REQUIRE(make(&p, &shelf));
    REQUIRE(gf_db_open(&d, p.file, GF_DB_READ, &shelf, &why) == 0);
    for (size_t i = 0; i < sizeof sql / sizeof sql[0]; i++)
        snprintf(sql[i], sizeof sql[i], "SELECT %zu", i);
    for (size_t i = 0; i < 2 * sizeof sql / sizeof sql[0]; i++) {
        size_t n = i % (sizeof sql / sizeof sql[0]);
        CHECK_INT(number(&d, sql[n]), n);
    }
    gf_db_close(&d);
    clear(&p);
}

TEST(db, a_transaction_is_all_or_nothing)
{
    struct place p;
    struct gf_db d, e;
    const char *why;
    REQUIRE(make(&p, &shelf));
    REQUIRE(gf_db_open(&d, p.file, GF_DB_WRITE, &shelf, &why) == 0);
    REQUIRE(gf_db_open(&e, p.file, GF_DB_WRITE, &shelf, &why) == 0);
    gf_db_patience(&e, 1);
    CHECK_INT(gf_db_begin(&d), 0);
    CHECK_INT(add_book(&d, "a", NULL), 0);
    CHECK_INT(gf_db_begin(&e), -1);
    CHECK_INT(e.trouble, GF_DB_LOCKED);
    CHECK_STR(e.error, "another process has it locked");
    gf_db_undo(&d);
    CHECK_INT(gf_db_begin(&e), 0);
    CHECK_INT(add_book(&e, "b", NULL), 0);
    CHECK_INT(gf_db_commit(&e), 0);
    CHECK_INT(gf_db_commit(&e), -1); /* of none */
    CHECK_INT(number(&d, "SELECT count(*) FROM book"), 1);
    CHECK_INT(number(&d, "SELECT count(*) FROM book WHERE title = 'b'"), 1);
    gf_db_close(&e);
    gf_db_close(&d);
    clear(&p);
}

TEST(db, a_writer_whose_file_is_gone_is_told_and_a_reader_reads_on)
{
    struct place p;
    struct gf_db d, e;
    const char *why;
    REQUIRE(make(&p, &shelf));
    REQUIRE(gf_db_open(&d, p.file, GF_DB_WRITE, &shelf, &why) == 0);
    REQUIRE(gf_db_open(&e, p.file, GF_DB_READ, &shelf, &why) == 0);
    CHECK_INT(gf_db_check(&d), 0);
    unlink(p.file);
    CHECK_INT(gf_db_check(&d), -1);
    CHECK_INT(gf_db_begin(&d), -1);
    CHECK_INT(add_book(&d, "a", NULL), -1);
    CHECK_STR(d.error, "the file was removed while it was in use");
    CHECK_INT(d.trouble, -1);
    CHECK_INT(gf_db_check(&e), 0);
    CHECK_INT(number(&e, "SELECT count(*) FROM book"), 0);
    gf_db_close(&d);
    gf_db_close(&d); /* nothing is open any more */
    gf_db_close(&e);
    clear(&p);
}
