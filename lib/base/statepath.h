/*
 * statepath.h - where state that outlives a process lies, and whether it can be trusted.
 *
 * A value with a `/` is a path. A NAME lies in $XDG_STATE_HOME/gf, else ~/.local/state/gf, where ~
 * is $HOME or, when that is unset, the home of the password file: so a shell, cron and a container
 * mean the same place by the same name. What the environment holds is an argument; a value that is
 * no absolute path counts as unset (XDG Base Directory Specification, 0.8).
 *
 *     struct gf_statepath p;
 *     const char *why;
 *     if (gf_statepath_here(&p, "db", ".sem", &why) != 0)
 *         gf_error("bad name '%s': %s", "db", why);
 *     int dir = gf_state_opendir(&p, true, &why);
 *     int fd = gf_state_openat(dir, "permits", O_RDWR | O_CREAT, &p, &why);
 *
 * Errors: -1 with errno, and *why is one line about it (static text, or strerror's), for which
 * gf_statepath_cure has a way out. Any thread.
 */
#ifndef GF_BASE_STATEPATH_H
#define GF_BASE_STATEPATH_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/own.h"

struct gf_statepath {
    char path[PATH_MAX];
    bool by_name; /* the directories above it are ours to make */
    bool shared;  /* with all users of a group: gf_statepath_share */
    gid_t group;
};

/*
 * The path that `value` means. `suffix` is appended to a NAME, not to a path. `xdg` and `home` may
 * be NULL. A NAME is at most 200 bytes, does not begin with a dot or a dash and holds no control
 * byte. errno EINVAL: a bad value; ENAMETOOLONG; ENOENT: there is no home, or we are root and the
 * directory that the environment says belongs to another user.
 */
int gf_statepath_find(struct gf_statepath *p, const char *value, const char *suffix,
                      const char *xdg, const char *home, const char **why);

/* The same, with what this process has in its environment. */
int gf_statepath_here(struct gf_statepath *p, const char *value, const char *suffix,
                      const char **why);

/*
 * Shares the state with the users of a group (its name or number): what is made belongs to the
 * group, which may write to it, and what is there must. Each of them can change all of it. EINVAL:
 * a NAME lies in a directory of its user alone; ENOENT: there is no such group.
 */
int gf_statepath_share(struct gf_statepath *p, const char *group, const char **why);

/* Makes the directories above a NAME that are missing, 0700 each. A path's must be there. */
int gf_statepath_make_parents(const struct gf_statepath *p, const char **why);

/*
 * Opens the directory p->path; with `create` it is made (0700) when it is missing, its parents as
 * above. Close-on-exec. Refused: a symbolic link, another owner than the effective user, one that
 * group or others may write to, a network file system. A shared one may have any owner; refused is
 * another group, and one that others may write to.
 */
int gf_state_opendir(const struct gf_statepath *p, bool create, const char **why);

/*
 * Opens the file `name` in the directory `dirfd` (or AT_FDCWD) with `flags` (O_RDONLY, O_RDWR,
 * O_CREAT), 0600 whatever the umask, or 0660 where `p` is shared (NULL: it is not); close-on-exec.
 * Refused: as above, and what is no regular file or has a second name (a hard link).
 */
int gf_state_openat(int dirfd, const char *name, int flags, const struct gf_statepath *p,
                    const char **why);

/*
 * Opens the directory `dir` as a place for a file beside which others are opened by their names,
 * O_PATH; symbolic links are followed. Refused: a directory of another user than us and root, and
 * one that group or others may write to, sticky or not, for they can make such files.
 */
int gf_state_open_around(const char *dir, const char **why);

/* Whether a file of that name can be trusted as gf_state_openat would; one that is missing can. */
int gf_state_trust_at(int dirfd, const char *name, const char **why);

/*
 * Opens a state file to look at it, read-only: it may belong to another user, and lie on a file
 * system that cannot be written to. The caller believes nothing of what is in it but to show it.
 */
int gf_state_open_look(const char *path, const char **why);

/* The way out of a refusal of the functions here, by errno and *why; NULL: there is none to say.
 * `path` is of the file or directory that was to be opened, and text has room for the answer. */
enum {
    GF_STATEPATH_CURE = GF_OWN_CURE
};
const char *gf_statepath_cure(const char *path, int code, const char *why,
                              char text[GF_STATEPATH_CURE]);

#endif
