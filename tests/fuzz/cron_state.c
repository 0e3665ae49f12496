/*
 * cron_state.c - a file as the state of gf-cron: any bytes, or a sound one that was changed. It is
 * refused with a reason and left as it was, with nothing beside it; or it works, every row that is
 * read is one, and nothing that another put into it is obeyed.
 *
 * Input: a byte that says how it is opened and what the rest is, one that says what SQL another has
 * run in it, then the whole file, or edits of a sound one: two bytes of place and one to put there,
 * each. A place beyond the file cuts it.
 */
#include <errno.h>
#include <sqlite3.h>

#include "cron/state.h"
#include "scratch.h"

enum {
    ROOM = 1 << 20,
    EDIT = 3,
};

static char sound[ROOM];
static size_t sound_size;

static char dir[PATH_MAX], file[PATH_MAX + 16];

#define NOW (1700000000 * GF_S)

/* ---- files ----------------------------------------------------------------------------------- */

static size_t read_back(char *out)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    MUST(fd != -1);
    ssize_t n = read(fd, out, ROOM);
    close(fd);
    MUST(n >= 0 && n < ROOM);
    return (size_t)n;
}

/* What SQLite leaves beside a file that it could not close in peace. */
static void remove_besides(void)
{
    static const char *const ends[] = {"-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char path[sizeof file + 16];
        snprintf(path, sizeof path, "%s%s", file, ends[i]);
        unlink(path);
    }
}

static void enter(void)
{
    scratch_make(dir);
    snprintf(file, sizeof file, "%s/state", dir);
}

static void leave(void)
{
    MUST(unlink(file) == 0);
    scratch_remove(dir);
}

/* ---- a sound file ---------------------------------------------------------------------------- */

static void fill(struct gf_state *s)
{
    struct gf_state_found found;
    struct gf_state_schedule when = {"* * * * *", "UTC", 0, "disk"};
    struct gf_run_row row = {.job = "a", .due = 60, .ended = NOW};
    uint64_t starts;
    MUST(gf_state_job(s, "a", 1, false, &found) == 0 &&
         gf_state_job(s, "b", 1, false, &found) == 0);
    MUST(gf_state_schedule(s, "a", &when) == 0 && gf_state_pause(s, "b", true) == 0);
    MUST(gf_state_request(s, "b") == 0 && gf_state_count(s, "a", 9, &starts) == 0);
    for (; row.due < 60 * 60; row.due += 60) {
        MUST(gf_state_claim(s, "a", row.due, false, NOW) == 0);
        row.outcome = row.due % 120 ? GF_OUTCOME_FAILED : GF_OUTCOME_OK;
        if (row.due % 7)
            MUST(gf_state_end(s, &row) == 0);
    }
}

static void make_sound(void)
{
    struct gf_state *s;
    const char *why;
    enter();
    MUST(gf_state_open(&s, file, GF_DB_CREATE, &why) == 0);
    fill(s);
    gf_state_close(s);
    sound_size = read_back(sound);
    leave();
}

/* ---- what others do to it -------------------------------------------------------------------- */

/* Each makes it the file of another. */
static const char *const strange[] = {
    "CREATE TRIGGER t AFTER INSERT ON run BEGIN INSERT OR IGNORE INTO job(id, since) "
    "VALUES('obeyed', 1); END",
    "CREATE TRIGGER t AFTER UPDATE ON run BEGIN INSERT OR IGNORE INTO job(id, since) "
    "VALUES('obeyed', 1); END",
    "DROP TABLE request; CREATE VIEW request AS SELECT 'obeyed' AS job",
    "CREATE INDEX i ON run(abs(due))",
    "CREATE TABLE more(x)",
    "DROP INDEX run_open",
    "PRAGMA user_version = 99",
    "PRAGMA application_id = 7",
};

static bool meddle(unsigned bits)
{
    sqlite3 *db;
    MUST(sqlite3_open(file, &db) == SQLITE_OK);
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++)
        if (bits >> i & 1)
            MUST(sqlite3_exec(db, strange[i], NULL, NULL, NULL) == SQLITE_OK || i < 2);
    MUST(sqlite3_close(db) == SQLITE_OK);
    return bits != 0;
}

static void edit(const uint8_t *d, size_t size)
{
    int fd = open(file, O_RDWR | O_CLOEXEC);
    MUST(fd != -1);
    for (; size >= EDIT; d += EDIT, size -= EDIT) {
        off_t at = d[0] << 8 | d[1], length = lseek(fd, 0, SEEK_END);
        if (at < length)
            MUST(pwrite(fd, d + 2, 1, at) == 1);
        else if (length)
            MUST(ftruncate(fd, at % length) == 0);
    }
    close(fd);
}

/* ---- what is asked of it --------------------------------------------------------------------- */

static bool obeyed;

static void must_be_job(const char *job)
{
    MUST(job);
    obeyed = obeyed || strcmp(job, "obeyed") == 0;
}

static int see_run(void *arg, const struct gf_run_row *row)
{
    (void)arg;
    must_be_job(row->job);
    MUST(row->outcome >= GF_OUTCOME_RUNNING && row->outcome <= GF_OUTCOME_INTERRUPTED);
    MUST(gf_run_word(row));
    return 0;
}

static int see_job(void *arg, const struct gf_state_status_row *row)
{
    (void)arg;
    must_be_job(row->job);
    MUST(!row->has_last ||
         (row->last_outcome > GF_OUTCOME_RUNNING && row->last_outcome <= GF_OUTCOME_INTERRUPTED));
    return 0;
}

/* A failure has a reason. */
static int ok(const struct gf_state *s, int r)
{
    MUST(r == 0 || r == 1 || (r == -1 && *gf_state_error(s)));
    return r;
}

static void look(struct gf_state *s)
{
    struct gf_state_filter all = {.since = INT64_MIN}, failed = {"a", 0, true};
    struct gf_state_name at = {""};
    int64_t due;
    bool yes;
    ok(s, gf_state_check(s));
    ok(s, gf_state_history(s, &all, see_run, NULL));
    ok(s, gf_state_history(s, &failed, see_run, NULL));
    ok(s, gf_state_status(s, see_job, NULL));
    ok(s, gf_state_paused(s, "b", &yes));
    ok(s, gf_state_runs_elsewhere(s, "a", &yes));
    ok(s, gf_state_due_of(s, 3, &due));
    for (int i = 0; i < 100 && ok(s, gf_state_requested(s, &at)) == 0; i++)
        obeyed = obeyed || strcmp(at.text, "obeyed") == 0;
}

static void change(struct gf_state *s, bool is_whole)
{
    struct gf_state_found found;
    struct gf_run_row row = {.job = "a", .due = 7200, .outcome = GF_OUTCOME_FAILED, .status = 1};
    struct gf_run_row missed = {"b", 60, 0, 0, GF_OUTCOME_MISSED, -1, 0, 3, GF_WAIT_NONE, 0};
    uint64_t starts;
    int64_t due = 9000;
    bool more;
    int n;
    ok(s, gf_state_recover(s, &n));
    ok(s, gf_state_job(s, "a", 7000, true, &found));
    int claimed = ok(s, gf_state_claim(s, "a", row.due, false, NOW));
    MUST(claimed == -1 || !is_whole || ok(s, gf_state_claim(s, "a", row.due, false, NOW)) != 0);
    ok(s, gf_state_wait(s, &row));
    ok(s, gf_state_end(s, &row));
    ok(s, gf_state_leave(s, &missed, "1:2@3"));
    ok(s, gf_state_record(s, &missed));
    ok(s, gf_state_request(s, "a"));
    ok(s, gf_state_take(s, "a", &due, NOW));
    ok(s, gf_state_count(s, "a", 1000, &starts));
    ok(s, gf_state_pause(s, "a", true));
    ok(s, gf_state_unschedule(s));
    ok(s, gf_state_forget(s, 1000, 10, &n));
    ok(s, gf_state_shrink(s, 4, &more));
}

static void use(enum gf_db_use how, bool is_strange)
{
    static char was[ROOM], now[ROOM];
    struct gf_state *s = NULL;
    const char *why = NULL;
    size_t size = read_back(was);
    if (gf_state_open(&s, file, how, &why) != 0) {
        MUST(!s && why && *why);
        MUST(read_back(now) == size && memcmp(was, now, size) == 0);
        return;
    }
    MUST(!is_strange);
    look(s);
    if (how != GF_DB_READ)
        change(s, how == GF_DB_CREATE);
    look(s);
    gf_state_close(s);
    remove_besides();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    if (!sound_size)
        make_sound();
    bool is_whole = data[0] & 4;
    unsigned bits = is_whole ? 0 : data[1];
    obeyed = false;
    enter();
    int fd =
        is_whole ? scratch_file(file, data + 2, size - 2) : scratch_file(file, sound, sound_size);
    close(fd);
    bool is_strange = bits && meddle(bits);
    if (!is_whole)
        edit(data + 2, size - 2);
    use((enum gf_db_use)(data[0] % 3), is_strange && size == 2);
    MUST(!is_strange || !obeyed);
    leave();
    return 0;
}
