/*
 * shuffle.c - the records in random order.
 *
 * All values are gathered in one buffer that moves while it grows, so until the end a value holds
 * its place in the buffer instead of an address. Then records change places from the last one down,
 * each with any of those up to it (Fisher and Yates).
 */
#include "shuffle.h"

#include <errno.h>
#include <stdlib.h>

#include "base/msg.h"
#include "base/random.h"
#include "base/sat.h"

enum {
    MOST = 1 << 30 /* bytes, of the values and of what is known of each */
};

static int refuse(void)
{
    gf_error(errno == EFBIG ? "the input is larger than 1GiB, and --shuf holds all of it in memory"
                            : "out of memory for the records of --shuf");
    gf_hint("shuf(1) in front shuffles larger files");
    return -1;
}

static int add_value(struct shuffle *s, struct gf_value v)
{
    size_t used = gf_sat_add(s->bytes.len, gf_sat_mul(s->n + 1, sizeof v));
    if (gf_sat_add(used, v.len) > MOST) {
        errno = EFBIG;
        return -1;
    }
    if (s->n == s->cap) {
        size_t cap = s->cap ? gf_sat_mul(s->cap, 2) : 256;
        struct gf_value *larger = realloc(s->value, gf_sat_mul(cap, sizeof *larger));
        if (!larger)
            return -1;
        s->value = larger;
        s->cap = cap;
    }
    const char *place = (const char *)(uintptr_t)s->bytes.len;
    s->value[s->n++] = (struct gf_value){place, v.len};
    return gf_buf_add(&s->bytes, v.text, v.len);
}

static void swap(struct shuffle *s, size_t width, uint64_t a, uint64_t b)
{
    for (size_t i = 0; i < width; i++) {
        struct gf_value v = s->value[a * width + i];
        s->value[a * width + i] = s->value[b * width + i];
        s->value[b * width + i] = v;
    }
}

static void make_order(struct shuffle *s, size_t width)
{
    uint64_t state = s->opt->has_seed ? s->opt->seed : gf_random();
    for (size_t i = 0; i < s->n; i++)
        s->value[i].text = s->bytes.len ? s->bytes.data + (uintptr_t)s->value[i].text : "";
    for (uint64_t left = s->n / width; left > 1; left--)
        swap(s, width, left - 1, gf_random_seeded(&state, left - 1));
    s->whole = true;
}

/* Reads what is there: 1, the order is made; 0, -1 as shuffle_take. */
static int gather(struct shuffle *s, struct source *from)
{
    const struct gf_value *v;
    size_t width = source_width(from);
    int got;
    while ((got = source_take(from, &v)) == 1)
        for (size_t i = 0; i < width; i++)
            if (add_value(s, v[i]) != 0)
                return refuse();
    if (got != GF_READER_END)
        return got;
    make_order(s, width);
    return 1;
}

int shuffle_take(struct shuffle *s, struct source *from, const struct gf_value **out)
{
    if (!s->opt->shuffle)
        return source_take(from, out);
    int got = s->whole ? 1 : gather(s, from);
    if (got != 1)
        return got;
    if (s->next == s->n)
        return GF_READER_END;
    *out = &s->value[s->next];
    s->next += source_width(from);
    return 1;
}

void shuffle_release(struct shuffle *s)
{
    gf_buf_release(&s->bytes);
    free(s->value);
    *s = (struct shuffle){0};
}
