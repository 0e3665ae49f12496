/*
 * dropkeys.c - a table of fixed size: the keys lie one behind another, so that going through them
 * is quick, and chains by hash lead to them. When a key is removed the last one takes its place.
 */
#include "dropkeys.h"

#include <stdlib.h>
#include <string.h>

int dropkeys_open(struct dropkeys *k)
{
    *k = (struct dropkeys){.key = malloc(DROPKEYS_MAX * sizeof *k->key)};
    return k->key ? 0 : -1;
}

/* The place that leads to key i: a head, or the `next` of a key before it. */
static uint16_t *link_to(struct dropkeys *k, size_t i)
{
    uint16_t *link = &k->head[k->key[i].hash % DROPKEYS_HEADS];
    while (*link != i + 1)
        link = &k->key[*link - 1].next;
    return link;
}

struct dropkey *dropkeys_find(const struct dropkeys *k, uint64_t hash)
{
    uint16_t at = k->head[hash % DROPKEYS_HEADS];
    while (at && k->key[at - 1].hash != hash)
        at = k->key[at - 1].next;
    return at ? &k->key[at - 1] : NULL;
}

struct dropkey *dropkeys_add(struct dropkeys *k, uint64_t hash, struct slice text)
{
    uint16_t *head = &k->head[hash % DROPKEYS_HEADS];
    struct dropkey *key = &k->key[k->count++];
    size_t len = text.len < DROPKEY_TEXT ? text.len : DROPKEY_TEXT;
    *key = (struct dropkey){.hash = hash, .next = *head, .len = (uint16_t)len};
    memcpy(key->text, text.data, len);
    *head = (uint16_t)k->count;
    return key;
}

void dropkeys_remove(struct dropkeys *k, size_t i)
{
    size_t last = k->count - 1;
    *link_to(k, i) = k->key[i].next;
    if (i != last) {
        *link_to(k, last) = (uint16_t)(i + 1);
        k->key[i] = k->key[last];
    }
    k->count--;
}

void dropkeys_release(struct dropkeys *k)
{
    free(k->key);
    k->key = NULL;
}
