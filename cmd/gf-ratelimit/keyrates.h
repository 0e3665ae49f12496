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
    size_t line; /* the last one of a key counts */
    struct gf_gcra limit;
};

struct keyrates {
    const char *path; /* NULL: there is none */
    uint64_t seed;    /* of the hash of keys */
    struct gf_gcra rest;
    struct keyrate_entry *entries; /* by hash */
    size_t count;
    /* Which file it was. */
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec written;
    gf_ns looked;
};

/* Reads it. `rest` is for the keys that it does not name, unless it has a line for *. 0 or -1
 * (said). */
int keyrates_open(struct keyrates *k, const char *path, const struct gf_gcra *rest, uint64_t seed);

/* The limit of a key, or NULL where there is no file. */
const struct gf_gcra *keyrates_of(const struct keyrates *k, uint64_t hash);

/*
 * Looks whether the file is another one now, ten times a second at most. True: *next is what it
 * says, to be put in the place of *k. One that cannot be read or has a mistake is told of once, and
 * what held goes on to hold.
 */
bool keyrates_changed(struct keyrates *k, const struct gf_gcra *rest, gf_ns now,
                      struct keyrates *next);

void keyrates_release(struct keyrates *k);

#endif
