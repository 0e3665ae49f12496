/*
 * own.h - files and directories of ours, below a directory that others may write.
 *
 * Whoever may write the directory can put a link, a file of his own or a second name in the place
 * of what we are about to open, at any moment. So no link is followed in the last part of a name,
 * trust is decided on the open descriptor, and what is to be emptied is made anew instead: the
 * bytes reach nobody who had the old file.
 *
 *     const char *why;
 *     int dir = gf_own_opendir(at, "results", true, &made, &why);
 *     if (dir != -1)
 *         dir = gf_own_check(dir, true, &why);
 *     int fd = gf_own_create(dir, "stdout", 0600, &why);
 *
 * Ours is what belongs to the effective user, root included, and what neither group nor others may
 * write. Errors: -1 with errno, and *why is one line about it (static text, or strerror's), for
 * which gf_own_cure has a way out. Descriptors are close-on-exec. Any thread.
 */
#ifndef GF_BASE_OWN_H
#define GF_BASE_OWN_H

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Sets *why and errno; -1. gf_own_refuse_errno: by errno as it is. */
int gf_own_refuse(const char **why, int code, const char *what);
int gf_own_refuse_errno(const char **why);

/* Closes fd and is gf_own_refuse_errno, by errno from before. */
int gf_own_drop(int fd, const char **why);

/*
 * Opens the directory `name` below `dirfd` (or AT_FDCWD) for reading, no link followed. With `make`
 * one that is missing is made, 0700 whatever the umask, and *made says so. It is not checked.
 */
int gf_own_opendir(int dirfd, const char *name, bool make, bool *made, const char **why);

/*
 * Opens the file `name` with `flags` (O_RDONLY, O_WRONLY, O_RDWR, O_APPEND, O_CREAT), no link
 * followed and no fifo waited for. With O_CREAT one that is missing is made, 0600 whatever the
 * umask, and *made says so. It is not checked.
 */
int gf_own_openat(int dirfd, const char *name, int flags, bool *made, const char **why);

/*
 * Makes the file `name` for writing. A regular file of ours that has the name loses it, and is left
 * to who has it open or by another name; any other thing is refused. `mode` 0600 is exact, another
 * is less the umask.
 */
int gf_own_create(int dirfd, const char *name, mode_t mode, const char **why);

/* How much is asked of a file or directory. */
enum gf_own_level {
    GF_OWN_KIND, /* it is a directory (`dir`), or a regular file */
    GF_OWN_NAME, /* and a file has one name */
    GF_OWN_OURS  /* and it is ours */
};

/* What is wrong with it, or NULL. */
const char *gf_own_fault(const struct stat *st, bool dir, enum gf_own_level level);

/* The descriptor when what is open there is ours; else it is closed, and -1 with EPERM, or with the
 * errno for which it could not be looked at. */
int gf_own_check(int fd, bool dir, const char **why);

/* A refusal of ENXIO, which says something else by itself. */
#define GF_OWN_NO_READER "nobody reads it"

/* A link that is refused, of our own or of another user. */
#define GF_OWN_LINK "is a symbolic link"
#define GF_OWN_FOREIGN_LINK                                                                        \
    "is a symbolic link of another user, in a directory that others may write to"

/* The way out of a refusal, by *why; NULL: there is none to say. `path` is of the file or directory
 * that was to be opened, and text has room for the answer. */
enum {
    GF_OWN_CURE = PATH_MAX + 100
};
const char *gf_own_cure(const char *path, const char *why, char text[GF_OWN_CURE]);

/* Says the way out, if there is one. */
void gf_own_hint(const char *path, const char *why);

#endif
