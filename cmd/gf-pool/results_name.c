/*
 * results_name.c - the directory of a job, by its record.
 *
 * Each place is filled by itself, so that the parts of a value ({/} {.}) are cut from its bytes as
 * they are, and coded then. The names that jobs have are kept, with the numbers of those jobs: a
 * job that is asked for again, since the system was short of something, has its name already.
 */
#include "results_name.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/exit.h"
#include "base/msg.h"
#include "base/random.h"

enum {
    NAMES_MOST = 1 << 30, /* bytes of all names */
    ROOM = 16             /* of the longest path, for the file in the directory */
};

/* ---- what is written ------------------------------------------------------------------------- */

static void add_coded(struct gf_buf *b, const char *s, size_t len)
{
    if (len == 0)
        gf_buf_puts(b, "%-");
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c < ' ' || c == 0x7f || c == '/' || c == '%' || (c == '.' && i == 0))
            gf_buf_printf(b, "%%%02X", c);
        else
            gf_buf_putc(b, s[i]);
    }
}

static void fill(struct results_names *n, const struct gf_fill *f, struct gf_buf *out)
{
    for (const char *at = n->text, *end; *at; at = end) {
        size_t len;
        struct gf_place place = gf_place_at(&n->places, at, &len);
        end = at + len;
        if (place.kind == GF_PLACE_TEXT) {
            gf_buf_add(out, at, len);
            continue;
        }
        gf_buf_clear(&n->value);
        gf_place_add(&n->value, place, f, 0);
        add_coded(out, n->value.data, n->value.len);
        gf_buf_inherit(out, &n->value);
    }
}

/* ---- the template ---------------------------------------------------------------------------- */

/* Why this place cannot be in the name; NULL: it can. */
static const char *why_not(const struct options *o, enum gf_place_kind kind)
{
    bool many = o->nlists > 1 || o->batch > 1 || o->fill_command;
    bool of_record = kind == GF_PLACE_ITEM || kind == GF_PLACE_VALUE;
    if (kind == GF_PLACE_SLOT)
        return "a slot is no name: jobs have it in turn";
    if (of_record && o->pipe)
        return "with --pipe a job has no record";
    if (of_record && o->rerun)
        return "--retry-failed does not know the record of a job";
    if (kind == GF_PLACE_ITEM && many)
        return "the job has several, and {1} is the first";
    return NULL;
}

static int check_place(const struct options *o, enum gf_place_kind kind, const char *at, size_t len)
{
    const char *why = why_not(o, kind);
    if (!why)
        return -1;
    gf_error("'%.*s' in --results: %s", (int)len, at, why);
    gf_hint("{#} is the number of the job; {{} is a literal {");
    return GF_EXIT_USAGE;
}

static int no_memory(void)
{
    gf_error_nomem();
    return GF_EXIT_TOOL;
}

int results_names_init(struct results_names *n, const struct options *o,
                       const struct gf_value *names, size_t nnames)
{
    n->places = (struct gf_places){.mark = o->placeholder, .name = names, .names = nnames};
    const char *first = NULL;
    for (const char *at = o->results ? o->results : "", *end; *at; at = end) {
        size_t len;
        enum gf_place_kind kind = gf_place_at(&n->places, at, &len).kind;
        end = at + len;
        int status = check_place(o, kind, at, len);
        if (status != -1)
            return status;
        if (kind != GF_PLACE_TEXT && kind != GF_PLACE_BRACE && !first)
            first = at;
    }
    if (!o->results)
        return -1;
    n->text = o->results;
    if (!first) {
        fill(n, &(struct gf_fill){0}, &n->plain);
        n->text = NULL;
        return n->plain.failed ? no_memory() : -1;
    }
    const char *slash = memrchr(n->text, '/', (size_t)(first - n->text));
    n->fixed = slash ? (size_t)(slash - n->text) : 0;
    if (gf_keytable_open(&n->given, sizeof(uint64_t), NAMES_MOST, gf_random()) == 0)
        return -1;
    return no_memory();
}

/* ---- names ----------------------------------------------------------------------------------- */

static bool is_too_long(const char *path, size_t len)
{
    if (len > PATH_MAX - ROOM)
        return true;
    for (size_t part; *path; path += part + (path[part] == '/'))
        if ((part = strcspn(path, "/")) > NAME_MAX)
            return true;
    return false;
}

int results_names_take(struct results_names *n, uint64_t seq, const struct work *w,
                       struct gf_buf *out)
{
    struct gf_fill f = work_fill(w, seq, 1);
    bool fresh;
    gf_buf_clear(out);
    fill(n, &f, out);
    if (out->failed)
        return ENOMEM;
    if (is_too_long(out->data, out->len))
        return ENAMETOOLONG;
    struct gf_slice name = {out->data, out->len};
    uint64_t *owner = gf_keytable_put(&n->given, name, gf_keytable_hash(&n->given, name), &fresh);
    if (!owner)
        return ENOMEM;
    if (fresh)
        *owner = seq;
    return *owner == seq ? 0 : EEXIST;
}

void results_names_release(struct results_names *n)
{
    gf_keytable_release(&n->given);
    gf_buf_release(&n->value);
    gf_buf_release(&n->plain);
}
