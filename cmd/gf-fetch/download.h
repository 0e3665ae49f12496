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
 *
 * With --continue the bytes are kept under NAME.part, as long as the server has said what version
 * they are of (a strong ETag), which is in NAME.part.etag with the URL:
 *
 *     char etag[DOWNLOAD_ETAG];
 *     if (download_find_part(&all, &d, name, url, etag)) ... d.size bytes are there ...
 *     download_begin_part(&all, &d, name, url, etag);  // anew, of this version
 *     download_keep(&all, &d);                         // of an attempt that failed: they stay
 */
#ifndef GF_FETCH_DOWNLOAD_H
#define GF_FETCH_DOWNLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/beside.h"
#include "net/filename.h"

enum {
    DOWNLOAD_ETAG = 1024
};

struct downloads {
    int dir;
    uint64_t *claimed; /* hashes of names, 0: free */
    size_t n, slots;
};

struct download {
    int fd; /* -1: not open */
    char tmp[GF_BESIDE_NAME];
    char part[GF_FILENAME_SIZE + 5]; /* NAME.part; empty: there is none */
    uint64_t size;                   /* of the part */
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

/* Opens NAME.part, if it is one of ours, of this URL, and has a byte; `etag` is its version. */
bool download_find_part(const struct downloads *all, struct download *d, const char *name,
                        const char *url, char etag[DOWNLOAD_ETAG]);

/* NAME.part from its start, for the version `etag`. */
int download_begin_part(const struct downloads *all, struct download *d, const char *name,
                        const char *url, const char *etag);

/* Closes the file; a part stays where it is, any other is dropped. */
void download_keep(const struct downloads *all, struct download *d);

#endif
