/*
 * logdir.h - a directory with one log: the file `current`, and archives of what it was before.
 *
 *     const struct gf_logdir_config config = {
 *         .separator = '\n', .keep = 10, .mode = 0640, .group = (gid_t)-1};
 *     struct gf_logdir_refusal no;
 *     struct gf_logdir *d = gf_logdir_open("/var/log/app", &config, now_wall, &no);
 *     write(gf_logdir_fd(d), line, len);
 *     gf_logdir_wrote(d, len, now_wall);
 *     if (gf_logdir_size(d) >= limit && gf_logdir_rotate(d, now_wall) == 0)   // between two
 * records gf_logdir_prune(d, now_wall, &over, &unprocessed, &bytes); gf_logdir_close(d);
 *
 * NAMES. An archive is `YYYYMMDDTHHMMSSZ-NNNNNNNNNN`, the time (UTC) at which it was put away and a
 * number. Neither ever goes back: where the clock has been set back the time of the last archive is
 * used again. So a listing by name is in the order of the log. A file whose name goes on behind
 * that of an archive, but not with a digit (`...-0000000042.zst`), belongs to the archive: it
 * counts with it, and is removed with it, also when the archive itself is gone. A directory of such
 * a name is left alone. Behind the number 9999999999 there is none (EOVERFLOW).
 *
 * ROTATION renames `current`, onto no other file, and makes a new one; nothing is copied, so
 * nothing is lost or doubled. A number that is taken is passed by. An empty `current` is not
 * rotated.
 *
 * PROCESSING. With config.process an archive waits, from its rotation on, for its turn to be
 * processed (compressed); gf_logdir_unprocessed has the oldest. Those that wait are not removed,
 * unless config.keep_force says so. Without config.process none waits, and none begins to; what an
 * earlier run has left waiting may be removed, and what is left of it waits again in the next run
 * that processes. One that was processed just before a crash may be so again.
 *
 * `state` has the last name and the names of those that wait. It is text, replaced as a whole, and
 * written before `current` is renamed: a kill forgets none. Where it is missing or damaged, the
 * names in the directory say what the last one was, and with config.process every archive that has
 * no file beside waits. Nothing is synced here: after a crash of the machine that may be so.
 *
 * THE DIRECTORY must belong to us or to root, and neither group nor others may write to it, sticky
 * or not: so all that is in it is ours or root's, and was put there on purpose. A link in the last
 * part of its name is refused. It is locked (flock) from the open to the close; the file `lock` has
 * the number of the process. All is done by the descriptor, so the directory may be renamed; where
 * it was removed, calls fail by ENOENT.
 *
 * Times are given by the caller. Nothing is printed. One thread.
 */
#ifndef GF_BUFFER_LOGDIR_H
#define GF_BUFFER_LOGDIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/clock.h"

enum {
    GF_LOGDIR_NAME = 32 /* room for the name of an archive, with its NUL */
};

struct gf_logdir_config {
    char separator;
    uint64_t keep;       /* archives; 0: no bound */
    uint64_t keep_bytes; /* of all archives, what is beside them, and `current`; 0: no bound */
    uint64_t room;       /* `current` counts as so much at least, since it may become that long */
    gf_ns keep_age;      /* since the rotation, by the time in the name; 0: no bound */
    mode_t mode;         /* of `current`, whatever the umask */
    gid_t group;         /* of `current`, and of a directory that is made; (gid_t)-1: as the system
                          * gives it */
    bool process;        /* archives are processed */
    bool keep_force;     /* those that wait to be processed are removed as well */
};

/* Why a directory could not be opened. */
struct gf_logdir_refusal {
    const char *file; /* the file in it that is to blame; NULL: the directory itself */
    const char *why;  /* one line, static or strerror's; gf_own_cure may have a way out */
    pid_t holder;     /* EBUSY: the process that has it, or 0; in its own name space of numbers */
};

struct gf_logdir;

/*
 * Opens the directory, which is made (0750 less the umask) when it is missing, takes its lock, and
 * goes on with the `current` that is there, which gets mode and group; where its last record lacks
 * the separator, which a crash leaves, the separator is added. NULL: errno, and *no. EBUSY: another
 * process has it. Where only the disk is full (ENOSPC, EDQUOT) the directory is open without a
 * `current`: gf_logdir_fd is -1.
 */
struct gf_logdir *gf_logdir_open(const char *dir, const struct gf_logdir_config *config,
                                 gf_ns now_wall, struct gf_logdir_refusal *no);

/* The descriptor of `current`, to append to. Another one after each rotation. -1: there is none, or
 * it could not be made; gf_logdir_mend tries again. */
int gf_logdir_fd(const struct gf_logdir *d);

/* So many bytes were written there. */
void gf_logdir_wrote(struct gf_logdir *d, size_t len, gf_ns now_wall);

uint64_t gf_logdir_size(const struct gf_logdir *d);

/* When the first byte came into `current`, for a rotation by age; 0: it is empty. Of one that an
 * earlier run has left: when that file was made. Never later than the last gf_logdir_wrote. */
gf_ns gf_logdir_began_wall(const struct gf_logdir *d);

/*
 * Puts `current` away. 0, or -1 with errno: it then goes on as it was, or gf_logdir_fd is -1.
 * ENOENT, ESTALE: the name `current` is gone, or another file has it: gf_logdir_mend.
 */
int gf_logdir_rotate(struct gf_logdir *d, gf_ns now_wall);

/*
 * `current` was removed or renamed by somebody, or could not be made: makes it again, or takes up
 * the file of ours that has the name. 0 also where nothing is wrong. *anew: there is another one
 * now. -1 with errno: what has the name is none that can be written to (EPERM, ELOOP, EISDIR), or
 * there is no room; gf_logdir_fd is -1 then, for what is written to the file that was, which may
 * have no name, would be lost.
 */
int gf_logdir_mend(struct gf_logdir *d, bool *anew);

/*
 * Removes the oldest archives beyond what is to be kept. How many of those that waited to be
 * processed were among them (keep_force): *unprocessed, with *bytes. 0, or -1 with errno: something
 * could not be removed, and was passed by. *over: keep_bytes is exceeded, and archives that wait to
 * be processed are in the way: nothing more should be written.
 */
int gf_logdir_prune(struct gf_logdir *d, gf_ns now_wall, bool *over, uint64_t *unprocessed,
                    uint64_t *bytes);

/* The name of the oldest archive that waits to be processed and is still there, or NULL. Valid
 * until the next call. */
const char *gf_logdir_unprocessed(struct gf_logdir *d);

/* The archive was processed: it waits no longer. 0, or -1 with errno: ENOENT, none of that name
 * waits; else it waits no longer in this process, but the next may find it so. */
int gf_logdir_processed(struct gf_logdir *d, const char *name);

/* Archives that are there (those of which only files beside are left, too), and how many wait to be
 * processed: as far as the last look at the directory has told. */
size_t gf_logdir_archives(const struct gf_logdir *d);
size_t gf_logdir_waiting(const struct gf_logdir *d);

/* A descriptor of the directory, for fsync and fchdir; the logdir's. */
int gf_logdir_dir(const struct gf_logdir *d);

/* Lets go of the lock; writes nothing. NULL is fine. */
void gf_logdir_close(struct gf_logdir *d);

#endif
