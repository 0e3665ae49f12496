/*
 * columns.c - what the columns are called behind operations that keep them, or pick some.
 */
#include <stdlib.h>

#include "stream/op.h"
#include "text/scan.h"

int gf_columns_same(const struct gf_node *n, struct gf_names *out)
{
    return gf_names_copy(out, n->names);
}

int gf_columns_counted(const struct gf_node *n, struct gf_names *out)
{
    if (!n->counts)
        return gf_columns_same(n, out);
    bool bad = gf_names_add(out, (struct gf_slice){"count", 5}) != 0;
    for (size_t i = 0; i < n->names->n && !bad; i++)
        bad = gf_names_add(out, gf_names_get(n->names, i)) != 0;
    return bad ? -1 : 0;
}

struct gf_columns_end gf_columns_end(const struct gf_sep *sep, size_t columns,
                                     struct gf_slice value)
{
    struct gf_columns_end e = {value, {"", 0}, 0};
    size_t fields = columns ? gf_scan_count(value.data, value.len, sep->bytes[0]) + 1 : 0;
    if (fields < columns) {
        e.missing = columns - fields;
    } else if (fields > columns) {
        struct gf_slice next = gf_field_at(sep, value, columns + 1);
        e.front.len = (size_t)(next.data - 1 - value.data);
        e.back = (struct gf_slice){next.data - 1, value.len - e.front.len};
    }
    return e;
}

int gf_columns_emit(struct gf_stage *s, struct gf_columns_end at, size_t joiners,
                    struct gf_slice text, struct gf_slice end)
{
    struct gf_slice joiner = s->stream->set->joiner;
    size_t len = at.front.len + joiners * joiner.len + text.len + at.back.len + end.len;
    char *to = gf_pad_take(&s->pad, len);
    if (!to)
        return gf_fault_nomem(&s->stream->fault);
    s->out[s->n++] = (struct gf_slice){to, len};
    to = gf_slice_put(to, at.front);
    for (size_t i = 0; i < joiners; i++)
        to = gf_slice_put(to, joiner);
    gf_slice_put(gf_slice_put(gf_slice_put(to, text), at.back), end);
    return 0;
}

static int add(void *to, struct gf_slice name)
{
    return gf_names_add(to, name);
}

int gf_columns_listed(const struct gf_names *names, const struct gf_field_list *list,
                      struct gf_names *out)
{
    struct gf_cutter all = {.n = names->n, .field = calloc(names->n + 1, sizeof *all.field)};
    int bad = all.field ? 0 : -1;
    for (size_t i = 0; i < names->n && !bad; i++)
        all.field[i] = gf_names_get(names, i);
    if (!bad)
        bad = gf_field_list_each(list, &all, add, out);
    gf_cutter_release(&all);
    return bad;
}
