/*
 * keyspec.c - specifications of keys, POSIX's and lists of fields, read into an array.
 *
 * gf_keyspec_seal looks once whether a key can be a slice of the record (`plain`): then making it
 * copies nothing.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "base/num.h"
#include "text/keys.h"

void gf_keyspec_init(struct gf_keyspec *k, const struct gf_sep *sep, uint64_t seed)
{
    *k = (struct gf_keyspec){.sep = *sep, .seed = seed};
}

void gf_keyspec_release(struct gf_keyspec *k)
{
    free(k->key);
    k->key = NULL;
    k->n = 0;
}

static int push(struct gf_keyspec *k, struct gf_key key)
{
    struct gf_key *more = realloc(k->key, (k->n + 1) * sizeof *more);
    if (!more)
        return -1;
    k->key = more;
    k->key[k->n++] = key;
    return 0;
}

static int set_type(struct gf_key_order *o, enum gf_key_type type, size_t at, struct gf_perr *e)
{
    if (o->type != GF_KEY_BYTES && o->type != type)
        return gf_perr_set(e, at, 1, NULL, "a key is of one kind only: one of n, g, h, V, M, R");
    o->type = type;
    return 0;
}

/* The letters of one key from *at on. `end`: they follow the end of the key (only b differs). */
static int parse_letters(const char *text, size_t len, size_t *at, struct gf_key_order *o, bool end,
                         struct gf_perr *e)
{
    static const char kinds[] = "nghVMR";
    for (; *at < len && text[*at] != ','; ++*at) {
        const char *kind = memchr(kinds, text[*at], sizeof kinds - 1);
        if (kind) {
            if (set_type(o, (enum gf_key_type)(GF_KEY_NUMBER + (kind - kinds)), *at, e) != 0)
                return -1;
            continue;
        }
        switch (text[*at]) {
        case 'b':
            *(end ? &o->skip_end : &o->skip_start) = true;
            break;
        case 'd':
            o->dictionary = true;
            break;
        case 'f':
            o->fold = true;
            break;
        case 'i':
            o->printable = true;
            break;
        case 'r':
            o->reverse = true;
            break;
        default:
            return gf_perr_set(e, *at, 1, "the letters of a key are b d f g h i M n r R V",
                               "unknown letter");
        }
    }
    return 0;
}

/* Letters of which some would change nothing. */
static int check_letters(const struct gf_key_order *o, size_t len, struct gf_perr *e)
{
    bool text = o->type == GF_KEY_BYTES || o->type == GF_KEY_RANDOM;
    if (text || !(o->dictionary || o->fold || o->printable))
        return 0;
    return gf_perr_set(e, 0, len, NULL, "d, f and i do not go with g, h, M, n and V: %s",
                       "no text is compared");
}

static int parse_place(const char *text, size_t len, size_t *at, size_t *out, const char *what,
                       bool zero, struct gf_perr *e)
{
    size_t from = *at;
    uint64_t v;
    while (*at < len && text[*at] >= '0' && text[*at] <= '9')
        ++*at;
    if (*at == from)
        return gf_perr_set(e, from, from < len ? 1 : 0, "a key is like 2,2n or 1.3,1.5",
                           "the %s is missing", what);
    if (gf_parse_count(text + from, *at - from, 0, INT_MAX, &v, NULL) != 0)
        v = INT_MAX;
    if (v == 0 && !zero)
        return gf_perr_set(e, from, *at - from, NULL, "the %s is zero: they count from 1", what);
    *out = (size_t)v;
    return 0;
}

/* `F[.C]`, to places counted from 0; as the end of a key the character may be 0 (the field's
 * end). */
static int parse_position(const char *text, size_t len, size_t *at, size_t *field, size_t *chr,
                          bool end, struct gf_perr *e)
{
    if (parse_place(text, len, at, field, "field number", false, e) != 0)
        return -1;
    --*field;
    *chr = 0;
    if (*at == len || text[*at] != '.')
        return 0;
    ++*at;
    if (parse_place(text, len, at, chr, "character", end, e) != 0)
        return -1;
    *chr -= !end;
    return 0;
}

int gf_keyspec_add_posix(struct gf_keyspec *k, const char *text, size_t len, struct gf_perr *e)
{
    struct gf_key key = {.to_field = SIZE_MAX};
    size_t at = 0;
    if (parse_position(text, len, &at, &key.from_field, &key.from_char, false, e) != 0 ||
        parse_letters(text, len, &at, &key.order, false, e) != 0)
        return -1;
    if (at < len) {
        at++;
        if (parse_position(text, len, &at, &key.to_field, &key.to_char, true, e) != 0 ||
            parse_letters(text, len, &at, &key.order, true, e) != 0)
            return -1;
        if (at < len)
            return gf_perr_set(e, at, len - at, NULL, "a key has one start and one end");
    }
    if (check_letters(&key.order, len, e) != 0)
        return -1;
    return push(k, key);
}

int gf_keyspec_add_fields(struct gf_keyspec *k, const char *text, size_t len, struct gf_perr *e)
{
    for (size_t at = 0;; at++) {
        struct gf_key key = {0};
        bool minus = at < len && text[at] == '-';
        size_t field;
        at += minus;
        if (parse_place(text, len, &at, &field, "field number", false, e) != 0 ||
            parse_letters(text, len, &at, &key.order, false, e) != 0)
            return -1;
        if (check_letters(&key.order, at, e) != 0)
            return -1;
        key.range.lo = key.range.hi = minus ? -(int64_t)field : (int64_t)field;
        if (push(k, key) != 0)
            return -1;
        if (at == len)
            return 0;
    }
}

int gf_keyspec_add_list(struct gf_keyspec *k, const struct gf_field_list *l)
{
    for (size_t i = 0; i < l->n; i++)
        if (push(k, (struct gf_key){.range = l->range[i]}) != 0)
            return -1;
    return 0;
}

static bool order_unset(const struct gf_key_order *o)
{
    return o->type == GF_KEY_BYTES && !o->reverse && !o->fold && !o->dictionary && !o->printable &&
           !o->skip_start && !o->skip_end;
}

bool gf_keyspec_overrides(const struct gf_keyspec *k, const struct gf_key_order *global)
{
    size_t own = 0;
    for (size_t i = 0; i < k->n; i++)
        own += !order_unset(&k->key[i].order);
    return own > 0 && own == k->n && !order_unset(global);
}

static bool copies(const struct gf_key_order *o)
{
    return o->type != GF_KEY_BYTES || o->reverse || o->fold || o->dictionary || o->printable;
}

int gf_keyspec_seal(struct gf_keyspec *k, const struct gf_key_order *global)
{
    if (k->n == 0 && push(k, (struct gf_key){.whole = true}) != 0)
        return -1;
    for (size_t i = 0; i < k->n; i++) {
        struct gf_key *key = &k->key[i];
        if (order_unset(&key->order))
            key->order = *global;
        key->order.utf8 = global->utf8;
        key->order.newline_blank = k->sep.newline_blank;
        struct gf_field_range r = key->range;
        bool all = r.lo < 0 || r.hi < 0 || (k->any_order && key->whole);
        size_t need = all ? SIZE_MAX : (size_t)r.hi;
        if (need > k->need)
            k->need = need;
    }
    struct gf_key first = k->key[0];
    k->plain =
        !k->any_order && k->n == 1 && !copies(&first.order) && first.range.lo == first.range.hi;
    return 0;
}

void gf_keyspec_reverse(struct gf_keyspec *k)
{
    for (size_t i = 0; i < k->n; i++)
        k->key[i].order.reverse = !k->key[i].order.reverse;
    k->plain = false;
}
