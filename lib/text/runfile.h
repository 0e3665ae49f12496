/*
 * runfile.h - what does not fit into memory: unlinked temporary files, written from front to back
 * in runs and read back by run.
 *
 * A run is a sequence of items, each its length (8 bytes) and its bytes. The files are made by
 * gf_tmpfile in the directories given, in turn, at the first write; nothing is left behind however
 * the process ends. A zeroed struct with `dirs` set is ready.
 *
 *     struct gf_runfile s = {.dirs = dirs, .ndirs = 1};
 *     gf_runfile_begin(&s); gf_runfile_put(&s, item); ... gf_runfile_end(&s, &run);
 *     struct gf_run_reader r; gf_run_open(&r, &run, 64 << 10);
 *     while ((got = gf_run_next(&r, &item)) == 1) ...
 *
 * Errors: -1 with errno (ENOSPC, ENOMEM, ...); `failed_dir` and `written` then say where and after
 * how many bytes. One thread.
 */
#ifndef GF_TEXT_RUNFILE_H
#define GF_TEXT_RUNFILE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "text/slice.h"

enum {
    GF_RUNFILE_DIRS = 16
};

struct gf_runfile {
    const char *const *dirs;
    size_t ndirs, turn;
    int fd[GF_RUNFILE_DIRS]; /* of each directory, plus one; 0: not made yet */
    off_t size[GF_RUNFILE_DIRS];
    uint64_t written; /* bytes, over all files */
    const char *failed_dir;
    char *buf;
    size_t used;
    off_t start;
};

struct gf_runfile_run {
    int fd;
    off_t from, to;
};

int gf_runfile_begin(struct gf_runfile *s);
int gf_runfile_put(struct gf_runfile *s, struct gf_slice item);
int gf_runfile_end(struct gf_runfile *s, struct gf_runfile_run *run);

/* The run is not needed any more: gives its room back, on file systems that can do so. */
void gf_runfile_drop(const struct gf_runfile_run *run);
void gf_runfile_release(struct gf_runfile *s);

struct gf_run_reader {
    struct gf_runfile_run run;
    char *buf;
    size_t at, end, cap;
};

/* The buffer has `block` bytes, and grows for an item that is longer. */
int gf_run_open(struct gf_run_reader *r, const struct gf_runfile_run *run, size_t block);

/* 1: an item, valid until the next call; 0: the end; -1: errno. */
int gf_run_next(struct gf_run_reader *r, struct gf_slice *item);
void gf_run_close(struct gf_run_reader *r);

#endif
