/*
 * key.h - which records share a limit: the key of a record, and its hash.
 */
#ifndef GF_CMD_RATELIMIT_KEY_H
#define GF_CMD_RATELIMIT_KEY_H

#include "field.h"
#include "flow.h"
#include "shared.h"

/* The key of a record, which may end with its separator; empty when the record has no key. */
struct slice key_of(struct flow *f, const char *rec, size_t len);

/* The same for a shared limit, of a record whose key has this hash. Valid as long as `rec`. */
struct shared_key key_shared(struct flow *f, uint64_t hash, const char *rec, size_t len);

/* A 64-bit hash; without the seed nobody can write keys that collide. */
uint64_t key_hash(struct slice key, uint64_t seed);

#endif
