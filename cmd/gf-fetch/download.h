/*
 * download.h - a body in a file of --dir: under its name whole, or not at all.
 *
 *     struct downloads all = {0};
 *     if (downloads_open(&all, "pages") != 0) ... errno ...
 *     if (!downloads_claim(&all, name)) ... another line of this run has it ...
 *     struct download d = {.fd = -1};
 *     if (download_open(&all, &d) != 0 || download_write(&d, data, len) != 0 ||
 *         download_commit(&all, &d, name, replace) != 0) ... errno; EEXIST: it is there ...
 *     download_drop(&all, &d);                       // of an attempt that failed
 *
 * A file is opened when its first byte comes, and has no name until it is whole. Nothing is synced:
 * after a crash of the machine, not of the program, a file may be short.
 */
#ifndef GF_FETCH_DOWNLOAD_H
#define GF_FETCH_DOWNLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/beside.h"

struct downloads {
    int dir;
    uint64_t *claimed; /* hashes of names, 0: free */
    size_t n, slots;
};

struct download {
    int fd; /* -1: not open */
    char tmp[GF_BESIDE_NAME];
};

/* Makes the directory when it is missing. */
int downloads_open(struct downloads *all, const char *dir);
void downloads_close(struct downloads *all);

/* 1: nobody had it in this run; 0: somebody has; -1: out of memory. */
int downloads_claim(struct downloads *all, const char *name);

/* Whether a file, a link or anything else has the name. */
bool downloads_has(const struct downloads *all, const char *name);

int download_open(const struct downloads *all, struct download *d);
int download_write(struct download *d, const char *data, size_t len);
int download_commit(const struct downloads *all, struct download *d, const char *name,
                    bool replace);
void download_drop(const struct downloads *all, struct download *d);

#endif
