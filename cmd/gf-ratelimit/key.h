/*
 * key.h - which records share a limit: the key of a record, and its hash.
 */
#ifndef GF_CMD_RATELIMIT_KEY_H
#define GF_CMD_RATELIMIT_KEY_H

#include "field.h"
#include "flow.h"

/* The key of a record (with or without its separator); empty where it has none. */
struct slice key_of(struct flow *f, const char *rec, size_t len);

/* A 64-bit hash that nobody can aim without the seed. */
uint64_t key_hash(struct slice key, uint64_t seed);

#endif
