/*
 * logdir_list.h - the archives of a directory, sorted by name, with what is beside each.
 *
 *     struct gf_logdir_list list = {0};
 *     struct gf_logdir_stamp highest = {0};
 *     if (gf_logdir_list_read(dir, &list, &highest) != 0) ... errno ...
 *     for (size_t i = list.first; i < list.n; i++) ... list.all[i] ...
 *     gf_logdir_list_release(&list);
 *
 * To read a directory of n files takes n log n; to add at the end and to remove from the front take
 * no time that grows with the list. The caller owns the struct; a zeroed one is empty. All that
 * fails returns -1 with errno. One thread.
 */
#ifndef GF_BUFFER_LOGDIR_LIST_H
#define GF_BUFFER_LOGDIR_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer/logdir_name.h"

struct gf_logdir_archive {
    struct gf_logdir_stamp stamp;
    uint64_t bytes;    /* of all its files */
    char *beside;      /* what the names of the files beside add, each with its NUL; may be NULL */
    size_t beside_len; /* with the NULs */
    bool whole;        /* the archive itself is there, not only files beside it */
    bool waits;        /* to be processed; only one that is there */
    bool gone;         /* until the next sweep */
};

struct gf_logdir_list {
    struct gf_logdir_archive *all; /* those from `first` to below `n` */
    size_t first, n, cap;
    size_t waiting; /* of them */
    uint64_t bytes; /* of them */
};

/* Reads the directory into an empty list, in which none waits; *highest is raised to the names. */
int gf_logdir_list_read(int dir, struct gf_logdir_list *list, struct gf_logdir_stamp *highest);

/* Adds one, whose name is behind all others. */
int gf_logdir_list_add(struct gf_logdir_list *list, const struct gf_logdir_stamp *s, uint64_t bytes,
                       bool waits);

/* Takes the one back that was added last. */
void gf_logdir_list_pop(struct gf_logdir_list *list);

/* The archive of that name, or NULL. Valid until the list changes. */
struct gf_logdir_archive *gf_logdir_list_find(const struct gf_logdir_list *list,
                                              const struct gf_logdir_stamp *s);

/* Whether the archive waits; one that is not there never does. */
void gf_logdir_list_set_waits(struct gf_logdir_list *list, struct gf_logdir_archive *a, bool waits);

/* Those of `list` wait that wait in `old`. */
void gf_logdir_list_inherit(struct gf_logdir_list *list, const struct gf_logdir_list *old);

/* The archive counts no longer; it is in its place until the sweep, which ends a walk. */
void gf_logdir_list_remove(struct gf_logdir_list *list, struct gf_logdir_archive *a);
void gf_logdir_list_sweep(struct gf_logdir_list *list);

void gf_logdir_list_release(struct gf_logdir_list *list);

#endif
