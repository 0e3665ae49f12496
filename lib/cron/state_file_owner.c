/*
 * state_file_owner.c - who has a run: a scheduler is known by a byte that it has locked.
 *
 * The lock is one of an open file description (fcntl(2), F_OFD_SETLK), on one byte of the state
 * file far beyond its end and beyond the bytes that SQLite locks. The number of the byte is random
 * and is a part of the owner's name, so whoever has the file open can ask the kernel whether the
 * owner is there: also from another process name space, as in another container, where process
 * numbers mean nothing. The lock goes with the last descriptor of the description, however the
 * scheduler dies; jobs have none, since the descriptor is closed at their start.
 *
 * An owner is "PID:START@BYTE". One without a byte is of an earlier version, or of a kernel without
 * such locks: the process and when it was started (base/process.h).
 */
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/process.h"
#include "base/random.h"
#include "cron/state_file.h"

/* The bytes of owners: FIRST and as many behind it. SQLite's are around 2^30. */
#define FIRST ((int64_t)1 << 61)
#define BYTES ((int64_t)1 << 60)

/* ---- processes ------------------------------------------------------------------------------- */

static bool describe(pid_t pid, char out[GF_STATE_OWNER_SIZE])
{
    uint64_t started = gf_process_started(pid);
    if (started)
        snprintf(out, GF_STATE_OWNER_SIZE, "%ld:%llu", (long)pid, (unsigned long long)started);
    return started != 0;
}

static bool is_process(const char *owner)
{
    char now[GF_STATE_OWNER_SIZE];
    pid_t pid = (pid_t)strtol(owner, NULL, 10);
    return pid > 0 && describe(pid, now) && strcmp(now, owner) == 0;
}

/* ---- locks ----------------------------------------------------------------------------------- */

static bool lock(int fd, int64_t byte)
{
    struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
    return fcntl(fd, F_OFD_SETLK, &l) == 0;
}

/* Whether somebody else has a lock there. */
static bool is_locked(int fd, int64_t byte, int64_t len)
{
    struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = len};
    return fcntl(fd, F_OFD_GETLK, &l) == 0 && l.l_type != F_UNLCK;
}

void gf_state_make_owner(struct gf_state_file *s)
{
    int64_t byte = FIRST + (int64_t)gf_random_upto((uint64_t)BYTES - 1);
    if (!describe(getpid(), s->base.owner))
        snprintf(s->base.owner, sizeof s->base.owner, "%ld:?", (long)getpid());
    size_t len = strlen(s->base.owner);
    if (lock(s->db.file, byte))
        snprintf(s->base.owner + len, sizeof s->base.owner - len, "@%lld", (long long)byte);
}

bool gf_state_has_owner(int file)
{
    return is_locked(file, FIRST, BYTES);
}

bool gf_state_file_is_alive(const struct gf_state *state, const char *owner)
{
    const struct gf_state_file *s = (const struct gf_state_file *)state;
    const char *at = strchr(owner, '@');
    if (strcmp(owner, s->base.owner) == 0)
        return true;
    return at ? is_locked(s->db.file, strtoll(at + 1, NULL, 10), 1) : is_process(owner);
}

/* ---- SQL ------------------------------------------------------------------------------------- */

static void sql_alive(sqlite3_context *out, int n, sqlite3_value **owner)
{
    const char *text = n ? (const char *)sqlite3_value_text(owner[0]) : NULL;
    sqlite3_result_int(out, text && gf_state_file_is_alive(sqlite3_user_data(out), text));
}

/* The state that a file is of. */
static struct gf_state *state_of(struct gf_db *d)
{
    return (struct gf_state *)((char *)d - offsetof(struct gf_state_file, db));
}

int gf_state_add_words(struct gf_db *d)
{
    return sqlite3_create_function(d->sqlite, "gf_alive", 1, SQLITE_UTF8 | SQLITE_DIRECTONLY,
                                   state_of(d), sql_alive, NULL, NULL);
}
