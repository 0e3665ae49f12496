/*
 * body.c - each piece goes to the hash; one that is held, to the store and through the check of
 * UTF-8, too.
 */
#include "body.h"

void body_begin(struct body *b, struct gf_capture_store *store)
{
    body_forget(b);
    b->store = store;
    b->text = (struct gf_utf8_check){0};
    gf_sha256_init(&b->hash);
}

int body_take(struct body *b, const char *data, size_t len, bool hold)
{
    gf_sha256_add(&b->hash, data, len);
    if (!hold)
        return 0;
    gf_utf8_check_add(&b->text, data, len);
    return gf_capture_add(b->store, &b->held, data, len);
}

void body_end(struct body *b)
{
    b->is_text = gf_utf8_check_end(&b->text);
    gf_sha256_end(&b->hash, b->sha256);
}

void body_forget(struct body *b)
{
    if (b->store)
        gf_capture_release(b->store, &b->held);
}
