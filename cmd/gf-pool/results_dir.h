/*
 * results_dir.h - the directories of --results, opened one in the other.
 *
 *     int root = results_root_open(&names, &why);                    // DIR, for the whole run
 *     int dir = results_dir_open(root, "a/x1", true, &why);          // of a job
 *     results_root_close(root);
 *
 * DIR is the user's to name and may be anybody's, as /tmp is; only no link is followed to it. What
 * is below has to be ours (base/own.h): jobs write there, and --resume believes what it reads
 * there. On failure -1 with errno and *why, as in base/own.h.
 */
#ifndef GF_POOL_RESULTS_DIR_H
#define GF_POOL_RESULTS_DIR_H

#include <stdbool.h>

#include "results_name.h"

/* The directory in which all jobs have theirs, which is made when only itself is missing. It may be
 * AT_FDCWD. */
int results_root_open(const struct results_names *n, const char **why);
void results_root_close(int root);

/* `path` is below the root; with `make` the directories that are missing are made, 0700. */
int results_dir_open(int root, const char *path, bool make, const char **why);

#endif
