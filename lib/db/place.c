/*
 * place.c - where the file lies, and whether it and what is beside it can be trusted.
 *
 * SQLite opens the log and the index beside the file by their names, and believes what is in them:
 * a row of a log is a row of the database. So nobody else may be able to put a file there: the
 * directory belongs to us or to root, and no group and no other user may write to it, with a sticky
 * bit or without. Then what was checked is still so when SQLite opens it. The directories above are
 * not looked at: as for every file, whoever may rename them decides what a path means.
 *
 * SQLite refuses a path with a symbolic link in it, so the directory's own path is what it gets.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/statepath.h"
#include "db/db_parts.h"

static const struct beside {
    const char *end;
    int refusal;
} besides[] = {
    {"-wal", GF_DB_WAL},
    {"-shm", GF_DB_SHM},
    {"-journal", GF_DB_JOURNAL},
};
enum {
    BESIDES = sizeof besides / sizeof besides[0]
};

const char *gf_db_beside(int refusal)
{
    for (size_t i = 0; i < BESIDES; i++)
        if (besides[i].refusal == refusal)
            return besides[i].end;
    return "";
}

/* The name of the file within its directory. */
static const char *name_of(const struct gf_db *d)
{
    return strrchr(d->path, '/') + 1;
}

static void put_name(const struct gf_db *d, size_t i, char name[NAME_MAX + 16])
{
    snprintf(name, NAME_MAX + 16, "%.*s%s", NAME_MAX, name_of(d), besides[i].end);
}

bool gf_db_has_log(const struct gf_db *d)
{
    char path[sizeof d->path + 16];
    struct stat st;
    for (size_t i = 0; i < BESIDES; i++) {
        snprintf(path, sizeof path, "%s%s", d->path, besides[i].end);
        if (besides[i].refusal != GF_DB_SHM && stat(path, &st) == 0 && st.st_size > 0)
            return true;
    }
    return false;
}

/* ---- the directory --------------------------------------------------------------------------- */

/* Sets d->path: the path without symbolic links in front of the file's name. */
static int find_path(struct gf_db *d, const char *path, const char **why)
{
    char dir[PATH_MAX], real[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) + 1 : 0;
    int n = snprintf(dir, sizeof dir, "%.*s", (int)len, path);
    if (n < 0 || (size_t)n >= sizeof dir)
        errno = ENAMETOOLONG;
    else if (realpath(len ? dir : ".", real)) {
        n = snprintf(d->path, sizeof d->path, "%s/%s", strcmp(real, "/") == 0 ? "" : real,
                     path + len);
        if (n > 0 && (size_t)n < sizeof d->path)
            return 0;
        errno = ENAMETOOLONG;
    }
    *why = strerror(errno);
    return -1;
}

/* A descriptor of the directory, for the calls that take names in it. */
static int open_directory(struct gf_db *d, const char **why)
{
    char dir[sizeof d->path];
    snprintf(dir, sizeof dir, "%s", d->path);
    dir[name_of(d) - d->path] = '\0';
    return gf_state_open_around(dir, why);
}

/* ---- the file -------------------------------------------------------------------------------- */

/* Waits for the lock on the directory for as long as for a lock on the file. */
static int lock_directory(int around)
{
    int fd = gf_openat(around, ".", O_RDONLY | O_DIRECTORY, 0);
    for (int waited = 0; fd != -1 && flock(fd, LOCK_EX | LOCK_NB) != 0 && waited < GF_DB_BUSY_MS;
         waited += 20)
        sqlite3_sleep(20);
    return fd;
}

/* Makes the file. Logs that lie there belonged to a file that was removed, perhaps while somebody
 * uses it, and SQLite would take them for those of the new file: they go first. The lock is for
 * another that makes the file at this moment, whose logs are not to be removed. */
static int make_file(struct gf_db *d, int around, const char **why)
{
    char name[NAME_MAX + 16];
    int lock = lock_directory(around);
    int fd = gf_state_openat(around, name_of(d), O_RDWR, NULL, why);
    if (fd == -1 && errno == ENOENT) {
        for (size_t i = 0; i < BESIDES; i++) {
            put_name(d, i, name);
            unlinkat(around, name, 0);
        }
        fd = gf_state_openat(around, name_of(d), O_RDWR | O_CREAT, NULL, why);
    }
    int code = errno;
    if (lock != -1)
        close(lock);
    errno = code;
    return fd;
}

/* By errno. What cannot be read either is not just for reading. */
static int refusal(enum gf_db_use use)
{
    int got = gf_db_refusal_of_errno(errno);
    return got == GF_DB_READONLY && use == GF_DB_READ ? -1 : got;
}

/* Opens the file itself, when it can be trusted; the descriptor is kept, since the locks of owners
 * are asked for by it. Closing it before SQLite's would drop SQLite's locks. */
static int open_file(struct gf_db *d, int around, enum gf_db_use use, const char **why)
{
    d->file = gf_state_openat(around, name_of(d), O_RDWR, NULL, why);
    if (d->file == -1 && use == GF_DB_CREATE && errno == ENOENT)
        d->file = make_file(d, around, why);
    if (d->file == -1 && use == GF_DB_READ && (errno == EROFS || errno == EACCES))
        d->file = gf_state_openat(around, name_of(d), O_RDONLY, NULL, why);
    return d->file == -1 ? refusal(use) : 0;
}

/* By their names: a descriptor of the index that is closed would drop SQLite's locks on it. */
static int check_besides(const struct gf_db *d, int around, const char **why)
{
    char name[NAME_MAX + 16];
    for (size_t i = 0; i < BESIDES; i++) {
        put_name(d, i, name);
        if (gf_state_trust_at(around, name, why) != 0)
            return besides[i].refusal;
    }
    return 0;
}

int gf_db_open_file(struct gf_db *d, const char *path, enum gf_db_use use, const char **why)
{
    if (find_path(d, path, why) != 0)
        return refusal(GF_DB_READ);
    int around = open_directory(d, why);
    if (around == -1)
        return refusal(GF_DB_READ);
    int got = open_file(d, around, use, why);
    if (got == 0)
        got = check_besides(d, around, why);
    int code = errno;
    close(around);
    errno = code;
    return got;
}
