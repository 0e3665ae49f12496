/*
 * names.c - names one behind the other in one buffer; a list is cut at its commas.
 *
 * An item of a list is looked at as a whole first, so that a name may have a dash or a colon in it.
 */
#include "stream/names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct gf_slice gf_names_get(const struct gf_names *x, size_t i)
{
    size_t from = i ? x->end[i - 1] : 0;
    return (struct gf_slice){x->text.data ? x->text.data + from : "", x->end[i] - from};
}

static int add(struct gf_names *x, struct gf_slice name)
{
    if (x->n == x->cap) {
        size_t cap = x->cap ? x->cap * 2 : 16;
        size_t *more = realloc(x->end, cap * sizeof *more);
        if (!more)
            return -1;
        x->end = more;
        x->cap = cap;
    }
    if (gf_buf_add(&x->text, name.len ? name.data : "", name.len) != 0)
        return -1;
    x->end[x->n++] = x->text.len;
    return 0;
}

int gf_names_add(struct gf_names *x, struct gf_slice name)
{
    gf_buf_clear(&x->record);
    return add(x, name);
}

int gf_names_read(struct gf_names *x, const struct gf_sep *sep, struct gf_slice header)
{
    struct gf_cutter c;
    gf_cutter_init(&c, sep);
    int bad = gf_cutter_cut(&c, header.data, header.len, SIZE_MAX);
    for (size_t i = 0; i < c.n && !bad; i++)
        bad = add(x, c.field[i]);
    gf_cutter_release(&c);
    x->pending = false;
    return bad ? -1 : gf_buf_add(&x->record, header.len ? header.data : "", header.len);
}

int gf_names_copy(struct gf_names *x, const struct gf_names *from)
{
    for (size_t i = 0; i < from->n; i++)
        if (add(x, gf_names_get(from, i)) != 0)
            return -1;
    x->cr = from->cr;
    x->pending = from->pending;
    x->ended_by = from->ended_by;
    return gf_buf_add(&x->record, from->record.len ? from->record.data : "", from->record.len);
}

void gf_names_end(struct gf_names *x, const char *by)
{
    x->n = 0;
    x->ended_by = by;
    gf_buf_clear(&x->text);
    gf_buf_clear(&x->record);
}

void gf_names_release(struct gf_names *x)
{
    gf_buf_release(&x->text);
    gf_buf_release(&x->record);
    free(x->end);
    *x = (struct gf_names){0};
}

/* ---- what a name is -------------------------------------------------------------------------- */

static bool is_name(const struct gf_names *x, size_t i, struct gf_slice name)
{
    struct gf_slice have = gf_names_get(x, i);
    return have.len == name.len && (name.len == 0 || memcmp(have.data, name.data, name.len) == 0);
}

/* How many columns have the name; the first is *at, from 0. */
static size_t count_named(const struct gf_names *x, struct gf_slice name, size_t *at)
{
    size_t found = 0;
    for (size_t i = 0; i < x->n; i++)
        if (is_name(x, i, name) && !found++)
            *at = i;
    return found;
}

const char gf_names_hint[] = "the first record has the names of the columns";

void gf_names_say(const struct gf_names *x, char text[GF_NAMES_SAID])
{
    size_t len = (size_t)snprintf(text, GF_NAMES_SAID, "the columns are:");
    for (size_t i = 0; i < x->n; i++) {
        struct gf_slice name = gf_names_get(x, i);
        if (len + name.len + 8 > GF_NAMES_SAID) {
            snprintf(text + len, GF_NAMES_SAID - len, " ...");
            return;
        }
        len += (size_t)snprintf(text + len, GF_NAMES_SAID - len, " %.*s", (int)name.len, name.data);
    }
}

void gf_names_column(const struct gf_names *x, int64_t field, char out[GF_COLUMN_SIZE])
{
    int64_t n = x && !x->pending ? (int64_t)x->n : 0, at = field < 0 ? n + field : field - 1;
    *out = '\0';
    if (field == 0 || at < 0 || at >= n)
        return;
    struct gf_slice name = gf_names_get(x, (size_t)at);
    size_t len = name.len < GF_COLUMN_SIZE - 1 ? name.len : GF_COLUMN_SIZE - 1;
    while (len < name.len && len && ((unsigned char)name.data[len] & 0xc0) == 0x80)
        len--; /* not within a character */
    memcpy(out, name.data, len);
    out[len] = '\0';
}

size_t gf_names_count(const struct gf_names *x, struct gf_slice name)
{
    size_t first;
    return x->pending ? 1 : count_named(x, name, &first);
}

size_t gf_names_find(const struct gf_names *x, struct gf_slice name, size_t at, struct gf_perr *e)
{
    size_t first = 0, found = x->pending ? 1 : count_named(x, name, &first);
    int len = (int)(name.len < 60 ? name.len : 60);
    if (found == 1)
        return first + 1;
    errno = EINVAL;
    if (found > 1) {
        gf_perr_say(e, at, name.len, "say it by its number", "%zu columns are called '%.*s'", found,
                    len, name.data);
    } else if (x->ended_by) {
        gf_perr_say(e, at, name.len, "fields are numbers there",
                    "behind '%s' the columns have no names", x->ended_by);
    } else {
        gf_perr_say(e, at, name.len, gf_names_hint, "there is no column '%.*s'", len, name.data);
    }
    return 0;
}

/* ---- lists ----------------------------------------------------------------------------------- */

/* Whether an item is one of numbers: 3, -1, 2-, 2-4, -3--1, and letters behind it. */
static bool is_numeric(struct gf_slice item)
{
    size_t i = 0;
    while (i < item.len && (item.data[i] == '-' || (item.data[i] >= '0' && item.data[i] <= '9')))
        i++;
    size_t numbers = i;
    while (i < item.len && strchr("bdfghinMrRV", item.data[i]) && item.data[i])
        i++;
    return numbers > 0 && i == item.len;
}

struct item {
    const struct gf_names *names;
    struct gf_buf *out;
    struct gf_perr *e;
    const char *list;
};

static size_t place(const struct item *it, struct gf_slice s)
{
    return (size_t)(s.data - it->list);
}

static int put_number(const struct item *it, struct gf_slice name)
{
    size_t n = gf_names_find(it->names, name, place(it, name), it->e);
    if (n == 0)
        return -1;
    return gf_buf_printf(it->out, "%zu", n);
}

/* `{NAME}` at the front of an item: how many bytes, or 0. */
static size_t braced(struct gf_slice item)
{
    const char *end = item.len && item.data[0] == '{' ? memchr(item.data, '}', item.len) : NULL;
    return end ? (size_t)(end - item.data) + 1 : 0;
}

static int put_rest(const struct item *it, struct gf_slice item, size_t from)
{
    from += from < item.len && item.data[from] == ':';
    return gf_buf_add(it->out, item.data + from, item.len - from);
}

/* A range of two names, or from one on; 0: it is none, else 1 or -1. */
static int put_range(const struct item *it, struct gf_slice item)
{
    size_t ignored;
    for (size_t i = 1; i < item.len; i++) {
        struct gf_slice lo = {item.data, i}, hi = {item.data + i + 1, item.len - i - 1};
        if (item.data[i] != '-' || count_named(it->names, lo, &ignored) == 0)
            continue;
        if (hi.len && count_named(it->names, hi, &ignored) == 0)
            continue;
        if (put_number(it, lo) != 0 || gf_buf_putc(it->out, '-') != 0)
            return -1;
        return hi.len && put_number(it, hi) != 0 ? -1 : 1;
    }
    return 0;
}

static int put_item(const struct item *it, struct gf_slice item)
{
    size_t ignored, len = braced(item);
    if (len) {
        struct gf_slice name = {item.data + 1, len - 2};
        return put_number(it, name) == 0 ? put_rest(it, item, len) : -1;
    }
    if (is_numeric(item))
        return gf_buf_add(it->out, item.data, item.len);
    if (it->names->pending || count_named(it->names, item, &ignored))
        return put_number(it, item);
    const char *colon = item.len ? memchr(item.data, ':', item.len) : NULL;
    struct gf_slice name = {item.data, colon ? (size_t)(colon - item.data) : 0};
    if (colon && count_named(it->names, name, &ignored))
        return put_number(it, name) == 0 ? put_rest(it, item, name.len) : -1;
    int range = put_range(it, item);
    return range ? (range < 0 ? -1 : 0) : put_number(it, item);
}

/* Up to the comma behind the item that s begins with; one in braces is none. */
static size_t item_length(const char *s)
{
    size_t in = braced((struct gf_slice){s, strlen(s)});
    return in + strcspn(s + in, ",");
}

int gf_names_list(const struct gf_names *x, const char *list, struct gf_buf *out, struct gf_perr *e)
{
    const struct item it = {x, out, e, list};
    if (!x)
        return gf_buf_puts(out, list);
    for (const char *p = list;; p++) {
        size_t len = item_length(p);
        if (put_item(&it, (struct gf_slice){p, len}) != 0)
            return -1;
        p += len;
        if (!*p)
            return 0;
        if (gf_buf_putc(out, ',') != 0)
            return -1;
    }
}

int gf_names_record(const struct gf_names *x, struct gf_slice joiner, struct gf_buf *out)
{
    if (x->record.len)
        gf_buf_add(out, x->record.data, x->record.len);
    for (size_t i = 0; !x->record.len && i < x->n; i++) {
        struct gf_slice name = gf_names_get(x, i);
        if (i)
            gf_buf_add(out, joiner.data, joiner.len);
        gf_buf_add(out, name.len ? name.data : "", name.len);
    }
    gf_buf_puts(out, x->cr ? "\r" : "");
    return out->failed ? -1 : 0;
}
