/*
 * logdir_parts.h - what the sources of logdir.h share.
 *
 * A zeroed struct whose descriptors are -1 is safe to release. One thread.
 */
#ifndef GF_BUFFER_LOGDIR_PARTS_H
#define GF_BUFFER_LOGDIR_PARTS_H

#include <sys/stat.h>
#include <time.h>

#include "buffer/logdir_list.h"

#define GF_LOGDIR_CURRENT "current"

struct gf_logdir {
    struct gf_logdir_config config;
    int dir;          /* locked */
    int fd;           /* of `current`, or -1 */
    uint64_t size;    /* of `current` */
    gf_ns began_wall; /* 0: it is empty */
    struct gf_logdir_stamp last;
    struct gf_logdir_list list;
    struct timespec changed; /* the time of the directory, when the list was right */
    size_t prunes;           /* since the directory was read */
    bool stale;              /* the list is not as the directory is */
    char name[GF_LOGDIR_NAME];
};

/* ---- logdir_place.c: the directory ---- */

/* Opens, checks and locks it. The descriptor, or -1 with errno and *no. */
int gf_logdir_place_open(const char *path, gid_t group, struct gf_logdir_refusal *no);

/* ---- logdir_current.c: the file `current` ---- */

/*
 * Opens or makes `current`, as d->fd with its size and time. -1 with errno and *why: d->fd is -1,
 * and a file that was made here is removed again.
 */
int gf_logdir_current_open(struct gf_logdir *d, const char **why);

/* Whether the name still leads to the open file; *st is of that. -1 with errno: ENOENT, ESTALE:
 * the name is gone, or another file has it. */
int gf_logdir_current_look(const struct gf_logdir *d, struct stat *st);

/* Ends a rotation that a kill has cut in two, on a file system where a rename onto no other file
 * is a link and an unlink: `current` is also the last archive. 0, or -1 with errno. */
int gf_logdir_current_part(const struct gf_logdir *d);

/* ---- logdir_look.c: the list and the directory ---- */

/* Reads the directory: the list is right then. 0, or -1 with errno: it is as it was. */
int gf_logdir_look_again(struct gf_logdir *d);

/* The same where there is a reason to. */
int gf_logdir_look(struct gf_logdir *d);

/* Around changes of our own, so that they are not taken for those of others. */
void gf_logdir_before(struct gf_logdir *d);
void gf_logdir_after(struct gf_logdir *d);

#endif
