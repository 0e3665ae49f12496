/*
 * etags.h - what a server called the version of a body, kept from run to run: URL and ETag (RFC
 * 9110, 8.8.3).
 *
 * A file of rows, `URL TAB ETAG`; of two rows of a URL the last one counts. A row is one write at
 * the end of the file, so a process that is killed leaves whole rows, and perhaps a torn last one,
 * which the next run cuts off. In memory a row takes 16 bytes to 32. Rows that have been replaced
 * are left out when the file is opened and most of it is such.
 *
 *     struct gf_etags e = {0};
 *     const char *why;
 *     if (gf_etags_open(&e, "etags", &why) != 0) ... EWOULDBLOCK: another process has it ...
 *     const char *etag = gf_etags_find(&e, url, "");     // NULL: none is known
 *     if (gf_etags_put(&e, url, "\"v2\"", "") != 0) ... errno ...
 *     gf_etags_close(&e);
 *
 * The file is locked while it is open. One thread. A zeroed struct is safe to close.
 */
#ifndef GF_NET_ETAGS_H
#define GF_NET_ETAGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct gf_etags_slot {
    uint64_t hash; /* 0: free */
    uint64_t at;   /* where its row begins */
};

struct gf_etags {
    int fd_plus_1; /* 0: not open */
    struct gf_etags_slot *slot;
    size_t slots, n;
    uint64_t end, rows;
    struct gf_buf row, found;
};

/* -1 with errno; *why is one line about it, and base/own.h may have a way out. */
int gf_etags_open(struct gf_etags *e, const char *path, const char **why);
void gf_etags_close(struct gf_etags *e);

/* The tag of what the file `name` has, or without one (an empty text) of what is in none. Valid
 * until the next call. */
const char *gf_etags_find(struct gf_etags *e, const char *url, const char *name);

/* A tag that has a control character, or is longer than 1,000 bytes, is not kept. -1: the file is
 * as it was before. */
int gf_etags_put(struct gf_etags *e, const char *url, const char *etag, const char *name);

#endif
