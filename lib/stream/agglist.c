/*
 * agglist.c - words cut at commas, each a name from a table, a colon and a field.
 *
 * A name that the table has not is tried as pNN. What is wrong with a word is gathered in one
 * gf_perr, with its column in the whole list, and told at one place. `need` becomes the largest
 * field of all aggregates, so that a cutter stops there.
 */
#include "stream/agglist.h"

#include <inttypes.h>
#include <string.h>

struct agg_name {
    const char *name;
    enum gf_aggregate_kind kind;
};

static const struct agg_name kinds[] = {
    {"count", GF_AGG_COUNT}, {"sum", GF_AGG_SUM},           {"min", GF_AGG_MIN},
    {"max", GF_AGG_MAX},     {"mean", GF_AGG_MEAN},         {"stddev", GF_AGG_STDDEV},
    {"first", GF_AGG_FIRST}, {"last", GF_AGG_LAST},         {"median", GF_AGG_MEDIAN},
    {"join", GF_AGG_JOIN},   {"distinct", GF_AGG_DISTINCT},
};

static bool find_kind(const char *word, size_t len, struct gf_agg *a)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strlen(kinds[i].name) == len && memcmp(kinds[i].name, word, len) == 0) {
            a->kind = kinds[i].kind;
            return true;
        }
    a->kind = GF_AGG_PERCENTILE;
    return len > 1 && word[0] == 'p' &&
           gf_percent_read((struct gf_slice){word + 1, len - 1}, &a->percent) == 0;
}

int gf_agg_field(struct gf_field_list *l, const struct gf_names *names, const char *text,
                 size_t len, struct gf_perr *e)
{
    struct gf_buf word = {0}, list = {0};
    int bad = gf_buf_add(&word, text, len);
    if (bad == 0)
        bad = gf_names_list(names, word.data, &list, e);
    if (bad == 0)
        bad = gf_field_list_parse(l, list.data, list.len, e);
    if (bad == 0 && !gf_field_list_single(l))
        bad = gf_perr_set(e, 0, len, NULL, "one field is meant");
    gf_buf_release(&word);
    gf_buf_release(&list);
    return bad;
}

static int read_agg(const char *all, const char *word, size_t len, struct gf_agg_list *g,
                    const struct gf_names *columns, struct gf_fault *f)
{
    struct gf_perr e = {0};
    const char *colon = memchr(word, ':', len);
    size_t name = colon ? (size_t)(colon - word) : len, at = (size_t)(word - all);
    struct gf_agg a = {.percent = 50 * GF_PERCENT};
    struct gf_field_list l = {0};
    if (!find_kind(word, name, &a))
        gf_perr_say(&e, at, name,
                    "count, sum:F min:F max:F mean:F stddev:F median:F pNN:F first:F last:F "
                    "distinct:F join:F",
                    "unknown aggregate");
    else if (a.kind == GF_AGG_COUNT && colon)
        gf_perr_say(&e, at + name, len - name, NULL, "count takes no field");
    else if (a.kind != GF_AGG_COUNT && !colon)
        gf_perr_say(&e, at + name, 0, NULL, "a field has to follow: %.*s:2", (int)name, word);
    else if (g->n == GF_AGGS)
        gf_perr_say(&e, at, len, NULL, "more than %d aggregates", GF_AGGS);
    else if (colon && gf_agg_field(&l, columns, colon + 1, len - name - 1, &e) != 0) {
        if (!e.what[0])
            return gf_fault_nomem(f);
        e.col += at + name + 1;
    }
    if (e.what[0]) {
        gf_field_list_release(&l);
        return gf_check_names_fault(columns, "aggregate", all, &e, f);
    }
    if (l.n) {
        a.field = l.range[0].lo;
        gf_names_column(columns, a.field, a.column);
        g->need = l.need > g->need ? l.need : g->need;
    }
    gf_field_list_release(&l);
    g->agg[g->n++] = a;
    return 0;
}

/* A percentile as it may be written: p50, p99.9. */
static void put_percent(struct gf_buf *text, uint64_t percent)
{
    uint64_t rest = percent % GF_PERCENT, unit = GF_PERCENT;
    gf_buf_printf(text, "p%" PRIu64, percent / GF_PERCENT);
    if (rest)
        gf_buf_puts(text, ".");
    for (; rest; rest %= unit) {
        unit /= 10;
        gf_buf_printf(text, "%" PRIu64, rest / unit);
    }
}

size_t gf_agg_word_length(const char *s)
{
    size_t len = strcspn(s, ",{");
    const char *close = s[len] == '{' ? strchr(s + len, '}') : NULL;
    len = close ? (size_t)(close - s) : len;
    return len + strcspn(s + len, ",");
}

int gf_agg_column(const struct gf_agg *a, const struct gf_names *names, struct gf_names *out)
{
    struct gf_buf text = {0};
    struct gf_slice column = {"", 0};
    int64_t at = a->field < 0 ? (int64_t)names->n + a->field : a->field - 1;
    if (a->kind != GF_AGG_COUNT && at >= 0 && (uint64_t)at < names->n)
        column = gf_names_get(names, (size_t)at);
    gf_buf_add(&text, column.data, column.len);
    gf_buf_puts(&text, a->kind == GF_AGG_COUNT ? "" : "_");
    if (a->kind == GF_AGG_PERCENTILE)
        put_percent(&text, a->percent);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].kind == a->kind)
            gf_buf_puts(&text, kinds[i].name);
    int bad = text.failed ? -1 : gf_names_add(out, (struct gf_slice){text.data, text.len});
    gf_buf_release(&text);
    return bad;
}

int gf_agg_list_read(struct gf_agg_list *g, const struct gf_names *columns, const char *words,
                     struct gf_fault *f)
{
    for (const char *p = words;; p++) {
        size_t len = gf_agg_word_length(p);
        if (read_agg(words, p, len, g, columns, f) != 0)
            return -1;
        p += len;
        if (!*p)
            return 0;
    }
}
