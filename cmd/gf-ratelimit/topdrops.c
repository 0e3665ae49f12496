/*
 * topdrops.c - Space-Saving: when the table is full, a key that has no place takes that of the key
 * with the fewest records, and goes on from its count.
 *
 * The fewest only ever grow, so the search for such a key goes on where it stopped, and begins anew
 * when the table has none left: a new key costs few steps, however many there are.
 */
#include "topdrops.h"

#include <string.h>

static size_t find_least(struct topdrops *t)
{
    while (t->next < t->keys.count && t->keys.key[t->next].records != t->least)
        t->next++;
    if (t->next < t->keys.count)
        return t->next;
    t->least = UINT64_MAX;
    for (size_t i = t->keys.count; i-- > 0;)
        if (t->keys.key[i].records <= t->least) {
            t->least = t->keys.key[i].records;
            t->next = i;
        }
    return t->next;
}

void topdrops_add(struct topdrops *t, uint64_t hash, struct slice text)
{
    if (!t->keys.key)
        return;
    struct dropkey *k = dropkeys_find(&t->keys, hash);
    uint64_t before = 0;
    if (!k && t->keys.count == DROPKEYS_MAX) {
        size_t i = find_least(t);
        before = t->keys.key[i].records;
        dropkeys_remove(&t->keys, i);
    }
    if (!k) {
        k = dropkeys_add(&t->keys, hash, text);
        k->records = k->maybe = before;
    }
    k->records++;
}

size_t topdrops_best(const struct topdrops *t, struct gf_metric_top best[TOPDROPS_MOST])
{
    size_t n = 0;
    for (size_t i = 0; i < t->keys.count; i++) {
        const struct dropkey *k = &t->keys.key[i];
        size_t at = n < TOPDROPS_MOST ? n++ : TOPDROPS_MOST;
        for (; at > 0 && best[at - 1].count < k->records; at--)
            if (at < TOPDROPS_MOST)
                best[at] = best[at - 1];
        if (at < TOPDROPS_MOST)
            best[at] = (struct gf_metric_top){.name = k->text,
                                              .len = k->len,
                                              .count = k->records,
                                              .least = k->records - k->maybe};
    }
    return n;
}
