/*
 * keys.c - the keys of a record: a slice of it, or one run of bytes.
 *
 * A key that is `plain` is a slice. Else the parts are appended to the maker's buffer, and those
 * that are reversed are inverted in place. Field keys come from a cutter, which cuts no further
 * than needed; POSIX keys walk the record themselves, since their blanks belong to the field behind
 * them.
 */
#include "text/keys.h"

#include <stdlib.h>

#include "text/keycode.h"

/* ---- where a key is in a record -------------------------------------------------------------- */

static const char *skip_blanks(const struct gf_sep *s, const char *p, const char *end)
{
    while (p < end && gf_sep_is_blank(s, *p))
        p++;
    return p;
}

/* Behind `n` fields; with blanks a field is its leading blanks and its word, as POSIX has it. */
static const char *behind_fields(const struct gf_sep *s, const char *p, const char *end, size_t n,
                                 bool last_separator)
{
    while (n-- && p < end) {
        if (s->blanks) {
            p = skip_blanks(s, p, end);
            while (p < end && !gf_sep_is_blank(s, *p))
                p++;
            continue;
        }
        const char *at = s->len == 1 ? memchr(p, s->bytes[0], (size_t)(end - p))
                                     : memmem(p, (size_t)(end - p), s->bytes, s->len);
        if (!at)
            return end;
        p = n || last_separator ? at + s->len : at;
    }
    return p;
}

static const char *forward(const char *p, const char *end, size_t n)
{
    return (size_t)(end - p) < n ? end : p + n;
}

static struct gf_slice posix_slice(const struct gf_sep *s, const struct gf_key *key,
                                   struct gf_slice rec)
{
    const char *end = rec.data + rec.len, *to = end;
    const char *from = behind_fields(s, rec.data, end, key->from_field, true);
    if (key->order.skip_start)
        from = skip_blanks(s, from, end);
    from = forward(from, end, key->from_char);
    if (key->to_field != SIZE_MAX && key->to_char == 0) {
        to = behind_fields(s, rec.data, end, key->to_field + 1, false);
    } else if (key->to_field != SIZE_MAX) {
        to = behind_fields(s, rec.data, end, key->to_field, true);
        if (key->order.skip_end)
            to = skip_blanks(s, to, end);
        to = forward(to, end, key->to_char);
    }
    return (struct gf_slice){from, to > from ? (size_t)(to - from) : 0};
}

/* Whether the one key is a field that is found without the others. */
static bool is_found(const struct gf_keyspec *k)
{
    struct gf_field_range r = k->key[0].range;
    return k->n == 1 && r.lo > 0 && r.lo == r.hi && !k->sep.splitter;
}

/* Whether the record has to be cut for its keys. */
static bool cuts(const struct gf_keyspec *k)
{
    return k->need && !is_found(k);
}

static struct gf_slice key_slice(const struct gf_keyspec *k, const struct gf_key *key,
                                 const struct gf_key_maker *m, struct gf_slice rec)
{
    struct gf_slice s = rec;
    if (key->range.lo)
        s = is_found(k) ? gf_field_at(&k->sep, rec, (size_t)key->range.lo)
                        : gf_cutter_get(&m->cutter, key->range.lo);
    else if (!key->whole)
        return posix_slice(&k->sep, key, rec);
    if (key->order.skip_start) {
        const char *p = skip_blanks(&k->sep, s.data, s.data + s.len);
        s = (struct gf_slice){p, s.len - (size_t)(p - s.data)};
    }
    return s;
}

/* ---- making ---------------------------------------------------------------------------------- */

struct field_sink {
    struct gf_buf *b;
    const struct gf_key_order *order;
};

static int put_field(void *to, struct gf_slice field)
{
    struct field_sink *f = to;
    gf_buf_putc(f->b, 1);
    return gf_key_put_bytes(f->b, f->order, field, false);
}

/* A range of fields: each behind a 1, the end a 0, so that ranges of any length stay apart. */
static int put_range(struct gf_buf *b, const struct gf_key *key, const struct gf_cutter *c)
{
    struct gf_field_range r = key->range;
    const struct gf_field_list one = {.range = &r, .n = 1};
    struct field_sink sink = {b, &key->order};
    if (gf_field_list_each(&one, c, put_field, &sink) != 0)
        return -1;
    return gf_buf_putc(b, 0);
}

void gf_key_maker_init(struct gf_key_maker *m, const struct gf_keyspec *k)
{
    *m = (struct gf_key_maker){0};
    gf_cutter_init(&m->cutter, &k->sep);
}

void gf_key_maker_release(struct gf_key_maker *m)
{
    gf_buf_release(&m->buf);
    gf_cutter_release(&m->cutter);
    gf_buf_release(&m->sorted);
    free(m->part);
}

int gf_keyspec_of(const struct gf_keyspec *k, struct gf_key_maker *m, struct gf_slice rec,
                  struct gf_slice *key)
{
    const struct gf_key *first = &k->key[0];
    struct gf_slice line = rec; /* of which the cutter leaves out a CR itself */
    if (k->any_order) {
        if (gf_key_put_set(k, m, rec) != 0)
            return -1;
        *key = (struct gf_slice){m->sorted.data ? m->sorted.data : "", m->sorted.len};
        return 0;
    }
    if (k->sep.crlf && gf_slice_ends_in_cr(rec) && !(k->plain && first->whole))
        rec.len--; /* as it is, a whole record is all its bytes */
    if (k->plain && is_found(k) && !first->order.skip_start) {
        *key = gf_field_at(&k->sep, rec, (size_t)first->range.lo);
        return 0;
    }
    if (cuts(k) && gf_cutter_cut(&m->cutter, line.data, line.len, k->need) != 0)
        return -1;
    if (k->plain) {
        *key = key_slice(k, &k->key[0], m, rec);
        return 0;
    }
    gf_buf_clear(&m->buf);
    for (size_t i = 0; i < k->n; i++) {
        const struct gf_key *one = &k->key[i];
        size_t start = m->buf.len;
        int r = one->range.lo != one->range.hi
                    ? put_range(&m->buf, one, &m->cutter)
                    : gf_key_put(&m->buf, &one->order, k->seed, key_slice(k, one, m, rec),
                                 i + 1 == k->n);
        if (r != 0)
            return -1;
        if (one->order.reverse)
            for (size_t j = start; j < m->buf.len; j++)
                m->buf.data[j] = (char)~m->buf.data[j];
    }
    *key = (struct gf_slice){m->buf.data ? m->buf.data : "", m->buf.len};
    return 0;
}

int gf_keyspec_slices(const struct gf_keyspec *k, struct gf_key_maker *m,
                      const struct gf_slice *rec, size_t n, struct gf_slice *key)
{
    const struct gf_key *first = &k->key[0];
    if (is_found(k) && !first->order.skip_start) {
        gf_fields_at(&k->sep, rec, n, (size_t)first->range.lo, key);
        return 0;
    }
    for (size_t i = 0; i < n; i++)
        if (gf_keyspec_of(k, m, rec[i], &key[i]) != 0)
            return -1;
    return 0;
}
