/*
 * dropkeys.h - a small table of keys whose records were over the limit, with the counts that
 * drops.c and topdrops.c keep of each. Room for DROPKEYS_MAX keys is taken at the start.
 *
 * A zeroed struct is safe to release.
 */
#ifndef GF_CMD_RATELIMIT_DROPKEYS_H
#define GF_CMD_RATELIMIT_DROPKEYS_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "field.h"

enum {
    DROPKEYS_MAX = 1000,
    DROPKEYS_HEADS = 1024,
    DROPKEY_TEXT = 64 /* the bytes of a key that are kept */
};

struct dropkey {
    uint64_t hash;
    uint64_t records; /* over the limit */
    uint64_t since;   /* drops.c: of these, since the last report */
    uint64_t maybe;   /* topdrops.c: so many of `records` may be those of other keys */
    gf_ns began_mono; /* drops.c: the first record */
    gf_ns due_mono;   /* drops.c: the next report */
    uint16_t next;    /* in its chain, counted from 1; 0: none */
    uint16_t len;
    char text[DROPKEY_TEXT];
};

struct dropkeys {
    struct dropkey *key; /* the first `count` are in use */
    size_t count;
    uint16_t head[DROPKEYS_HEADS]; /* as `next` */
};

/* 0, or -1 when memory is out. */
int dropkeys_open(struct dropkeys *k);

struct dropkey *dropkeys_find(const struct dropkeys *k, uint64_t hash);

/* A new key, all counts 0, only when count is below DROPKEYS_MAX. Valid until the next removal. */
struct dropkey *dropkeys_add(struct dropkeys *k, uint64_t hash, struct slice text);

/* Removes a key; the last key moves to its place. */
void dropkeys_remove(struct dropkeys *k, size_t i);

void dropkeys_release(struct dropkeys *k);

#endif
