/*
 * body.c - bytes to the store, to the hash, and through a check for UTF-8 that goes on from piece
 * to piece: the beginning of a character at the end of one is completed from the next.
 */
#include "body.h"

#include <string.h>

#include "base/utf8.h"

void body_begin(struct body *b, struct gf_capture_store *store)
{
    body_forget(b);
    b->store = store;
    b->is_text = true;
    b->part_len = 0;
    gf_sha256_init(&b->hash);
}

/* Whether more bytes can make a character of these, 1 to 3. */
static bool can_begin(const char *s, size_t len)
{
    uint32_t cp;
    for (int fill = 0x80; fill <= 0xbf; fill += 0x3f) {
        char whole[4] = {(char)fill, (char)fill, (char)fill, (char)fill};
        memcpy(whole, s, len);
        if (gf_utf8_step(whole, sizeof whole, &cp) > len)
            return true;
    }
    return false;
}

static void look(struct body *b, const char *data, size_t len)
{
    uint32_t cp;
    while (b->part_len && len && b->is_text) {
        b->part[b->part_len++] = *data++;
        len--;
        if (gf_utf8_step(b->part, b->part_len, &cp) == b->part_len)
            b->part_len = 0;
        else if (b->part_len == 4 || !can_begin(b->part, b->part_len))
            b->is_text = false;
    }
    for (size_t i = 0, n; i < len && b->is_text; i += n) {
        n = 1;
        if ((unsigned char)data[i] < 0x80)
            continue;
        n = gf_utf8_step(data + i, len - i, &cp);
        if (n)
            continue;
        n = len - i;
        if (n < 4 && can_begin(data + i, n)) {
            memcpy(b->part, data + i, n);
            b->part_len = n;
        } else {
            b->is_text = false;
        }
    }
}

int body_take(struct body *b, const char *data, size_t len, bool hold)
{
    gf_sha256_add(&b->hash, data, len);
    if (!hold)
        return 0;
    look(b, data, len);
    return gf_capture_add(b->store, &b->held, data, len);
}

void body_end(struct body *b)
{
    b->is_text = b->is_text && b->part_len == 0;
    gf_sha256_end(&b->hash, b->sha256);
}

void body_forget(struct body *b)
{
    if (b->store)
        gf_capture_release(b->store, &b->held);
}
