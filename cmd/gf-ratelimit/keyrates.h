/*
 * keyrates.h - a file of rates by key (limit/keyrate.h), read again when it changes.
 */
#ifndef GF_CMD_RATELIMIT_KEYRATES_H
#define GF_CMD_RATELIMIT_KEYRATES_H

#include <sys/types.h>
#include <time.h>

#include "limit/gcra.h"

struct keyrate_entry {
    uint64_t hash;
    size_t line; /* counted from 1 */
    struct gf_gcra limit;
};

struct keyrates {
    const char *path;              /* NULL: no --key-rates */
    uint64_t seed;                 /* the seed of the hash of keys */
    struct gf_gcra rest;           /* the limit of keys without a line */
    size_t rest_line;              /* the line of *; 0: none */
    struct keyrate_entry *entries; /* sorted by hash */
    size_t count;
    /* Which file was read, as stat(2) reported it. */
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec written;
    gf_ns checked; /* when the file was looked at last; monotonic */
};

/* Reads the file. `rest` is for the keys that the file does not name, unless it has a line for *.
 * 0, or -1 after a message. */
int keyrates_open(struct keyrates *k, const char *path, const struct gf_gcra *rest, uint64_t seed);

/* The limit of a key, or NULL where there is no file. */
const struct gf_gcra *keyrates_of(const struct keyrates *k, uint64_t hash);

/*
 * Looks whether the file is another one now, ten times a second at most. True: *next has the new
 * rates, to be put in the place of *k. A file that cannot be read or has a mistake is reported
 * once, and the rates stay as they are.
 */
bool keyrates_changed(struct keyrates *k, const struct gf_gcra *rest, gf_ns now,
                      struct keyrates *next);

void keyrates_release(struct keyrates *k);

#endif
