/*
 * beside.h - the temporary file that takes the place of another one in the same directory.
 *
 *     char tmp[GF_BESIDE_NAME];
 *     int fd = gf_beside_make(dir, "f", 0666, tmp);
 *     ... write to fd ...
 *     if (gf_beside_commit(dir, "f", &fd, tmp) != 0)    // fd is closed in any case
 *         gf_beside_drop(dir, tmp);                     // keeps errno
 *
 * The file has no name where the file system can do that and /proc is there, so nothing is left
 * however the process ends. Else its name is `.gf-` and 16 hexadecimal digits, which come from the
 * name of the file that is replaced; and it is locked (flock) for as long as its process needs it.
 * So what a process that was killed has left is known by a lock that can be taken: who replaces the
 * same file next removes it, when it is a file of ours.
 *
 * All return -1 with errno. Any thread.
 */
#ifndef GF_BASE_BESIDE_H
#define GF_BASE_BESIDE_H

#include <stdbool.h>
#include <sys/types.h>

enum {
    GF_BESIDE_NAME = 24
};

/* A new file for writing, close-on-exec, `mode` less the umask. tmp is its name, or empty. */
int gf_beside_make(int dir, const char *name, mode_t mode, char tmp[GF_BESIDE_NAME]);

/* The same, open for reading too. */
int gf_beside_make_rw(int dir, const char *name, mode_t mode, char tmp[GF_BESIDE_NAME]);

/* The mode that a new file of `mode` has in the directory, by the umask or by the default access
 * control list of the directory. */
int gf_beside_mode(int dir, mode_t mode, mode_t *out);

/* Syncs, names, closes and renames it to `name`. Where that fails tmp may have to be dropped. */
int gf_beside_commit(int dir, const char *name, int *fd, char tmp[GF_BESIDE_NAME]);

/*
 * The same two for a file that nobody waits for on the disk, one of thousands: nothing is synced,
 * and what an earlier run has left is not looked for. Without `replace` a name that is there stays:
 * EEXIST.
 */
int gf_beside_make_plain(int dir, mode_t mode, char tmp[GF_BESIDE_NAME]);
int gf_beside_commit_plain(int dir, const char *name, int *fd, char tmp[GF_BESIDE_NAME],
                           bool replace);

/* One more name for the file `name`, a hard link: tmp, which has to be renamed or dropped. ENOENT:
 * there is no such file. A link that an earlier run has left is taken. */
int gf_beside_link(int dir, const char *name, char tmp[GF_BESIDE_NAME]);

/* Whether both names are there, and lead to one file. No link is followed. */
bool gf_beside_is_same(int dir, const char *a, const char *b);

/* A file gets another name, which nobody has: EEXIST. */
int gf_beside_rename_new(int dir, const char *from, const char *name);

/* Removes the name, if there is one. */
void gf_beside_drop(int dir, char tmp[GF_BESIDE_NAME]);

#endif
