/*
 * wall.c - files by Landlock; the other half, which calls of the system are left, is wall_calls.c.
 *
 * Landlock denies whatever its set of rules handles and no rule allows. A rule is an open directory
 * or file and a mask of rights. All rights of the kernel's version are handled, so one that no rule
 * ever gives (running a program, making a device, renaming across directories) is gone. The three
 * calls are made by number, and their structs are here: libc has none, and headers may be older
 * than the kernel.
 *
 * no_new_privs comes first: without it an ordinary user may restrict nothing. A step that fails
 * leaves the others as they are, and where a rule cannot be made there is no Landlock.
 */
#include "base/wall.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "base/outfile.h"
#include "base/wall_calls.h"

/* ---- Landlock -------------------------------------------------------------------------------- */

enum {
    CREATE_RULESET = 444, /* the numbers are the same on all processors but Alpha */
    ADD_RULE = 445,
    RESTRICT_SELF = 446,
    ASK_VERSION = 1,
    PATH_BENEATH = 1
};

/* LANDLOCK_ACCESS_FS_* */
enum {
    WRITE_FILE = 1 << 1,
    READ_FILE = 1 << 2,
    READ_DIR = 1 << 3,
    REMOVE_FILE = 1 << 5,
    MAKE_REG = 1 << 8,
    FIRST_RIGHTS = (1 << 13) - 1,
    REFER = 1 << 13,    /* since version 2 */
    TRUNCATE = 1 << 14, /* 3 */
    IOCTL_DEV = 1 << 15 /* 5 */
};

struct ruleset {
    uint64_t fs, net, scoped;
};

struct path_beneath {
    uint64_t rights;
    int32_t fd;
} __attribute__((packed));

static bool refused, up;

void gf_wall_refuse(void)
{
    refused = true;
}

#ifdef GF_NO_WALL
static const bool left_out = true;
#else
static const bool left_out = false;
#endif

/* Version `abi` and what it can handle. */
static int create(int abi)
{
    struct ruleset r = {.fs = FIRST_RIGHTS | (abi >= 2 ? REFER : 0) | (abi >= 3 ? TRUNCATE : 0) |
                              (abi >= 5 ? IOCTL_DEV : 0),
                        .net = 3,     /* to bind, to connect; since version 4 */
                        .scoped = 3}; /* abstract sockets, signals; since version 6 */
    size_t size = abi >= 6 ? sizeof r : abi >= 4 ? offsetof(struct ruleset, scoped) : sizeof r.fs;
    return (int)syscall(CREATE_RULESET, &r, size, 0);
}

static int version(void)
{
    int abi = left_out ? -1 : (int)syscall(CREATE_RULESET, NULL, 0, ASK_VERSION);
    return abi < 1 ? 0 : abi;
}

void gf_wall_begin(struct gf_wall *w)
{
    w->abi = refused ? 0 : version();
    w->rules = w->abi ? create(w->abi) : -1;
}

/* A rule that cannot be made, for want of memory or descriptors, would close what is needed. */
static void give_up_files(struct gf_wall *w)
{
    close(w->rules);
    w->rules = -1;
}

/* ---- what is allowed ------------------------------------------------------------------------- */

void gf_wall_allow_fd(struct gf_wall *w, int fd, unsigned rights)
{
    struct stat st;
    struct path_beneath rule = {.fd = fd};
    if (w->rules == -1 || fd == -1)
        return;
    if (fstat(fd, &st) != 0) {
        give_up_files(w);
        return;
    }
    rule.rights = (rights & GF_WALL_READ ? READ_FILE : 0) |
                  (rights & GF_WALL_WRITE ? WRITE_FILE : 0) |
                  (rights & GF_WALL_WRITE && w->abi >= 3 ? TRUNCATE : 0);
    if (S_ISDIR(st.st_mode))
        rule.rights |= (rights & (GF_WALL_LIST | GF_WALL_NAMES) ? READ_DIR : 0) |
                       (rights & GF_WALL_NAMES ? MAKE_REG | REMOVE_FILE : 0);
    if (rule.rights && syscall(ADD_RULE, w->rules, PATH_BENEATH, &rule, 0) != 0 &&
        errno != EBADFD) /* a pipe, which needs no rule */
        give_up_files(w);
}

/* Whether it is the path that cannot be opened, and not the machine that cannot open now. */
static bool is_of_path(int err)
{
    return err == ENOENT || err == ENOTDIR || err == EACCES || err == ELOOP || err == ENAMETOOLONG;
}

/* What an open of something to allow has given: a descriptor, which is closed, or -1 with errno. */
static void allow_opened(struct gf_wall *w, int fd, unsigned rights)
{
    if (fd == -1 && !is_of_path(errno))
        give_up_files(w);
    gf_wall_allow_fd(w, fd, rights);
    if (fd != -1)
        close(fd);
}

void gf_wall_allow(struct gf_wall *w, const char *path, unsigned rights)
{
    if (w->rules != -1)
        allow_opened(w, gf_open(path, O_PATH, 0), rights);
}

static void allow_directory_of(struct gf_wall *w, const char *path, unsigned rights)
{
    char dir[PATH_MAX] = ".";
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) + 1 : 0;
    if (len >= sizeof dir)
        return;
    if (slash) {
        memcpy(dir, path, len);
        dir[len] = '\0';
    }
    gf_wall_allow(w, dir, rights);
}

void gf_wall_allow_input(struct gf_wall *w, const char *path)
{
    struct stat st;
    if (w->rules == -1 || strcmp(path, "-") == 0)
        return;
    if (stat(path, &st) != 0)
        allow_directory_of(w, path, GF_WALL_READ);
    else /* a directory can be opened, and says itself that it cannot be read */
        gf_wall_allow(w, path, S_ISDIR(st.st_mode) ? GF_WALL_LIST : GF_WALL_READ);
}

void gf_wall_allow_replaced(struct gf_wall *w, const char *path)
{
    char *whole = w->rules == -1 ? NULL : realpath(path, NULL);
    allow_directory_of(w, path, GF_WALL_READ);
    if (whole)
        allow_directory_of(w, whole, GF_WALL_READ);
    free(whole);
}

void gf_wall_allow_output(struct gf_wall *w, const char *path)
{
    if (w->rules != -1 && gf_outfile_is_whole(path))
        allow_opened(w, gf_outfile_dir(path), GF_WALL_WRITE | GF_WALL_NAMES);
    else
        gf_wall_allow(w, path, GF_WALL_WRITE);
}

void gf_wall_allow_tmp(struct gf_wall *w, const char *dir)
{
    gf_wall_allow(w, dir, GF_WALL_READ | GF_WALL_WRITE | GF_WALL_NAMES);
}

/* ---- the wall -------------------------------------------------------------------------------- */

void gf_wall_raise(struct gf_wall *w)
{
    if (!refused && !left_out && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) {
        up = w->rules != -1 && syscall(RESTRICT_SELF, w->rules, 0) == 0;
        (void)gf_wall_filter_calls();
    }
    if (w->rules != -1)
        close(w->rules);
    w->rules = -1;
}

bool gf_wall_closes(const char *path)
{
    int keep = errno;
    bool closes = up && faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == 0;
    errno = keep;
    return closes;
}

void gf_wall_describe(char out[GF_WALL_TEXT])
{
    int abi = version();
    if (left_out)
        snprintf(out, GF_WALL_TEXT, "none in this build");
    else if (abi == 0)
        snprintf(out, GF_WALL_TEXT, "landlock no, seccomp %s", gf_wall_can_filter() ? "yes" : "no");
    else
        snprintf(out, GF_WALL_TEXT, "landlock ABI %d, seccomp %s", abi,
                 gf_wall_can_filter() ? "yes" : "no");
}
