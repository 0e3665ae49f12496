/*
 * scanlist.c - words cut at commas, each a name from a table, a colon and a field, and maybe a
 * slash and a number of records.
 */
#include "stream/scanlist.h"

#include <inttypes.h>
#include <string.h>

#include "base/num.h"
#include "stream/agglist.h"

static const struct {
    const char *name;
    enum gf_scan_kind kind;
} kinds[] = {{"count", GF_SCAN_COUNT}, {"sum", GF_SCAN_SUM}, {"mean", GF_SCAN_MEAN},
             {"min", GF_SCAN_MIN},     {"max", GF_SCAN_MAX}, {"delta", GF_SCAN_DELTA}};

static const char hint[] = "count, sum:F mean:F min:F max:F delta:F, and /N for the last N records";

static bool find_kind(const char *word, size_t len, enum gf_scan_kind *kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strlen(kinds[i].name) == len && memcmp(kinds[i].name, word, len) == 0) {
            *kind = kinds[i].kind;
            return true;
        }
    return false;
}

/* The `/N` at the end of a word, which is shortened by it. */
static int take_window(const char *word, size_t *len, uint64_t *window, struct gf_perr *e)
{
    size_t at = *len;
    while (at && word[at - 1] >= '0' && word[at - 1] <= '9')
        at--;
    if (at == 0 || at == *len || word[at - 1] != '/')
        return 0;
    if (gf_parse_count(word + at, *len - at, 1, 100000000, window, e) != 0) {
        e->col += at;
        return -1;
    }
    *len = at - 1;
    return 0;
}

/* What stands behind the name: nothing with count, else a field. */
static int read_field(struct gf_scan *a, const struct gf_names *columns, const char *text,
                      size_t len, size_t *need, struct gf_perr *e)
{
    struct gf_field_list l = {0};
    int bad = gf_agg_field(&l, columns, text, len, e);
    if (bad == 0) {
        a->field = l.range[0].lo;
        gf_names_column(columns, a->field, a->column);
        *need = l.need > *need ? l.need : *need;
    }
    gf_field_list_release(&l);
    return bad;
}

static int read_scan(struct gf_scan_list *l, const struct gf_names *columns, const char *word,
                     size_t len, uint64_t window, struct gf_perr *e)
{
    struct gf_scan a = {.window = window};
    size_t all = len;
    if (take_window(word, &len, &a.window, e) != 0)
        return -1;
    const char *colon = memchr(word, ':', len);
    size_t name = colon ? (size_t)(colon - word) : len;
    if (!find_kind(word, name, &a.kind))
        return gf_perr_set(e, 0, name, hint, "unknown running value");
    if (a.kind == GF_SCAN_COUNT && colon)
        return gf_perr_set(e, name, len - name, NULL, "count takes no field");
    if (a.kind != GF_SCAN_COUNT && !colon)
        return gf_perr_set(e, name, 0, hint, "a field has to follow: %.*s:2", (int)name, word);
    if (l->n == GF_SCANS)
        return gf_perr_set(e, 0, all, NULL, "more than %d running values", GF_SCANS);
    if (colon && read_field(&a, columns, colon + 1, len - name - 1, &l->need, e) != 0) {
        e->col += name + 1;
        return -1;
    }
    l->scan[l->n++] = a;
    return 0;
}

int gf_scan_list_read(struct gf_scan_list *l, const struct gf_names *columns, const char *words,
                      uint64_t window, struct gf_fault *f)
{
    for (const char *p = words;; p++) {
        struct gf_perr e = {0};
        size_t len = gf_agg_word_length(p);
        if (read_scan(l, columns, p, len, window, &e) != 0) {
            e.col += (size_t)(p - words);
            return gf_check_names_fault(columns, "running value", words, &e, f);
        }
        p += len;
        if (!*p)
            return 0;
    }
}

int gf_scan_column(const struct gf_scan *a, const struct gf_names *columns, struct gf_names *out)
{
    struct gf_buf text = {0};
    int64_t at = a->field < 0 ? (int64_t)columns->n + a->field : a->field - 1;
    if (a->field && at >= 0 && (uint64_t)at < columns->n) {
        struct gf_slice column = gf_names_get(columns, (size_t)at);
        gf_buf_add(&text, column.data, column.len);
    }
    gf_buf_puts(&text, a->field ? "_" : "");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].kind == a->kind)
            gf_buf_puts(&text, kinds[i].name);
    if (a->window)
        gf_buf_printf(&text, "_%" PRIu64, a->window);
    int bad = text.failed ? -1 : gf_names_add(out, (struct gf_slice){text.data, text.len});
    gf_buf_release(&text);
    return bad;
}
