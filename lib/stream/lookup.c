/*
 * lookup.c - `user=id,2=3` is cut into a list for the stream and one for the file.
 *
 * Where the columns have names, the file is opened and its header read when the chain is read: the
 * names are asked for then, by the list and by the operations behind.
 */
#include "stream/lookup.h"

#include <stdlib.h>
#include <string.h>

#include "base/exit.h"

static void drop(struct gf_node *n)
{
    struct gf_lookup *l = n->extra;
    gf_field_list_release(&l->list);
    gf_keyspec_release(&l->keys);
    gf_names_release(&l->names);
    gf_filein_close(&l->in);
}

bool gf_lookup_is_key(const struct gf_lookup *l, size_t i)
{
    for (size_t k = 0; k < l->list.n; k++)
        if ((uint64_t)l->list.range[k].lo == i)
            return true;
    return false;
}

/* Opens the file, and reads the names of its columns. */
static int read_names(struct gf_node *n, struct gf_lookup *l, const struct gf_settings *set,
                      struct gf_fault *f)
{
    struct gf_stream st = {.set = set};
    struct gf_slice header = {0};
    int got = gf_filein_open(&l->in, n->operand[0], &st);
    if (got == 0)
        got = gf_filein_next(&l->in, &st, &header);
    if (got == 1) {
        header.len -= set->fields.crlf && gf_slice_ends_in_cr(header);
        got = gf_names_read(&l->names, &set->fields, header) == 0 ? 0 : gf_fault_nomem(&st.fault);
    } else if (got == 0) {
        l->names.pending = true; /* it has no record, and any name will do */
    }
    if (got < 0)
        gf_fault_move(f, &st.fault);
    return got < 0 ? -1 : 0;
}

/* Where the = stands in an item, one in braces left out; len: nowhere. */
static size_t find_equals(const char *item, size_t len)
{
    bool inside = false;
    for (size_t i = 0; i < len; i++) {
        inside = item[i] == '{' ? true : item[i] == '}' ? false : inside;
        if (item[i] == '=' && !inside)
            return i;
    }
    return len;
}

/* Up to the comma behind the item that s begins with. */
static size_t item_length(const char *s)
{
    size_t len = strcspn(s, ",{");
    while (s[len] == '{') {
        const char *close = strchr(s + len, '}');
        len = close ? (size_t)(close - s) : strlen(s);
        len += strcspn(s + len, ",{");
    }
    return len;
}

static void split(const char *word, struct gf_buf *here, struct gf_buf *there)
{
    for (const char *p = word;; p++) {
        size_t len = item_length(p), equals = find_equals(p, len);
        gf_buf_add(here, p, equals);
        if (equals < len)
            gf_buf_add(there, p + equals + 1, len - equals - 1);
        else
            gf_buf_add(there, p, len);
        p += len;
        if (!*p)
            return;
        gf_buf_putc(here, ',');
        gf_buf_putc(there, ',');
    }
}

/* A list of single fields, each counted from the front. */
static int read_list(struct gf_field_list *l, const struct gf_names *names, const char *word,
                     const char *kind, struct gf_fault *f)
{
    struct gf_perr e = {0};
    struct gf_buf list = {0};
    int bad = gf_names_list(names, word, &list, &e);
    if (bad == 0)
        bad = gf_field_list_parse(l, list.data, list.len, &e);
    gf_buf_release(&list);
    if (bad)
        return gf_check_names_fault(names, kind, word, &e, f);
    for (size_t i = 0; i < l->n; i++)
        if (l->range[i].lo != l->range[i].hi || l->range[i].lo < 1)
            return gf_fault_set(f, GF_EXIT_USAGE,
                                "lookup: keys are single fields, counted from the front, not '%s'",
                                word);
    return 0;
}

static int read_keys(struct gf_node *n, struct gf_lookup *l, const struct gf_settings *set,
                     struct gf_fault *f)
{
    struct gf_buf here = {0}, there = {0};
    const struct gf_names *names = !n->names || n->names->pending ? n->names : &l->names;
    split(n->list_word ? n->list_word : "1", &here, &there);
    int bad = here.failed || there.failed ? gf_fault_nomem(f) : 0;
    if (!bad)
        bad = read_list(&n->list, n->names, here.data, "keys", f);
    if (!bad)
        bad = read_list(&l->list, names, there.data, "keys of the file", f);
    gf_buf_release(&here);
    gf_buf_release(&there);
    if (!bad &&
        (gf_keyspec_add_list(&n->keys, &n->list) != 0 ||
         gf_keyspec_add_list(&l->keys, &l->list) != 0 || gf_keyspec_seal(&l->keys, &n->order) != 0))
        bad = gf_fault_nomem(f);
    return bad ? -1 : gf_check_keys(n, set, f);
}

int gf_lookup_check(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    struct gf_lookup *l = n->extra = calloc(1, sizeof *l);
    if (!l)
        return gf_fault_nomem(f);
    n->drop = drop;
    l->in.fd = -1;
    l->leaves = n->outer && !(n->names && n->names->pending);
    gf_keyspec_init(&l->keys, &set->fields, 0);
    if (n->names && !n->names->pending && read_names(n, l, set, f) != 0)
        return -1;
    return read_keys(n, l, set, f);
}

int gf_lookup_columns(const struct gf_node *n, struct gf_names *out)
{
    const struct gf_lookup *l = n->extra;
    if (n->anti)
        return gf_names_copy(out, n->names);
    bool bad = false;
    for (size_t i = 0; i < n->names->n && !bad; i++)
        bad = gf_names_add(out, gf_names_get(n->names, i)) != 0;
    for (size_t i = 0; i < l->names.n && !bad; i++)
        if (!gf_lookup_is_key(l, i + 1))
            bad = gf_names_add(out, gf_names_get(&l->names, i)) != 0;
    return bad ? -1 : 0;
}
