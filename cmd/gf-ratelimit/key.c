/*
 * key.c - the key of a record, and the hash of a key.
 *
 * The key is a field, or the first group of a pattern, or all of the match when the pattern has no
 * group. A record without a key has the empty key, so such records share a limit. Keys are compared
 * by their hash alone, of 64 bits. The hash is mixed with a random seed at each word, so that
 * nobody who does not know the seed can write keys that collide.
 */
#include "key.h"

#include <string.h>

/* The bytes that the pattern's first group matched; without a group, those of the whole match. */
static struct slice matched(struct flow *f, const char *rec, size_t len)
{
    struct gf_matcher *m = &f->matcher;
    int r = gf_regex_match(m, (struct gf_slice){rec, len}, 0);
    if (r == GF_REGEX_BOUND)
        tally_fail(f->tally, "the pattern of -K takes too many steps, so there is no key");
    if (r != 1)
        return (struct slice){"", 0};
    size_t i = gf_regex_groups(m->re) > 0 ? 2 : 0;
    if (i / 2 >= m->set || m->at[i] == SIZE_MAX)
        return (struct slice){"", 0};
    return (struct slice){rec + m->at[i], m->at[i + 1] - m->at[i]};
}

struct slice key_of(struct flow *f, const char *rec, size_t len)
{
    const struct config *c = f->config;
    if (len && rec[len - 1] == c->separator)
        len--;
    struct slice key;
    if (c->key_regex)
        return matched(f, rec, len);
    if (!c->key || !field_find(rec, len, c->key, c->field_separator, &key))
        key = (struct slice){"", 0};
    return key;
}

struct shared_key key_shared(struct flow *f, uint64_t hash, const char *rec, size_t len)
{
    struct shared_key k = {.hash = hash, .name = {"", 0}, .is_one = true};
    if (f->shared->remote) /* a file knows keys by their hashes alone */
        k.name = key_of(f, rec, len);
    return k;
}

/* Multiply and fold (wyhash, Wang Yi, public domain), eight bytes at a time. */
uint64_t key_hash(struct slice key, uint64_t seed)
{
    const char *s = key.data;
    size_t len = key.len;
    uint64_t h = seed ^ (len * 0xa0761d6478bd642fu);
    while (len) {
        uint64_t word = 0;
        size_t n = len < sizeof word ? len : sizeof word;
        memcpy(&word, s, n);
        unsigned __int128 m = (unsigned __int128)(h ^ word ^ 0xe7037ed1a0b428dbu) *
                              (seed ^ word ^ 0x8ebc6af09c88c6e3u);
        h = (uint64_t)m ^ (uint64_t)(m >> 64) ^ (h << 7 | h >> 57);
        s += n;
        len -= n;
    }
    unsigned __int128 m = (unsigned __int128)(h ^ 0x589965cc75374cc3u) * 0x1d8e4e27c47d124fu;
    return (uint64_t)m ^ (uint64_t)(m >> 64);
}
