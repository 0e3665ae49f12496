/* key.c - see key.h. */
#include "key.h"

#include <string.h>

struct slice key_of(struct flow *f, const char *rec, size_t len)
{
    const struct config *c = f->config;
    if (len && rec[len - 1] == c->separator)
        len--;
    struct slice key;
    if (!c->key || !field_find(rec, len, c->key, c->field_separator, &key))
        key = (struct slice){"", 0};
    return key;
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
