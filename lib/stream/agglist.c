/*
 * agglist.c - words cut at commas, each a name from a table, a colon and a field.
 *
 * A name that the table has not is tried as pNN. What is wrong with a word is gathered in one
 * gf_perr, with its column in the whole list, and told at one place. `need` becomes the largest
 * field of all aggregates, so that a cutter stops there.
 */
#include "stream/agglist.h"

#include <errno.h>
#include <string.h>

struct agg_name {
    const char *name;
    enum gf_aggregate_kind kind;
};

static const struct agg_name names[] = {
    {"count", GF_AGG_COUNT}, {"sum", GF_AGG_SUM},           {"min", GF_AGG_MIN},
    {"max", GF_AGG_MAX},     {"mean", GF_AGG_MEAN},         {"stddev", GF_AGG_STDDEV},
    {"first", GF_AGG_FIRST}, {"last", GF_AGG_LAST},         {"median", GF_AGG_MEDIAN},
    {"join", GF_AGG_JOIN},   {"distinct", GF_AGG_DISTINCT},
};

static bool find_kind(const char *word, size_t len, struct gf_agg *a)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i].name) == len && memcmp(names[i].name, word, len) == 0) {
            a->kind = names[i].kind;
            return true;
        }
    a->kind = GF_AGG_PERCENTILE;
    return len > 1 && word[0] == 'p' &&
           gf_percent_read((struct gf_slice){word + 1, len - 1}, &a->percent) == 0;
}

static int read_agg(const char *all, const char *word, size_t len, struct gf_agg_list *g,
                    struct gf_fault *f)
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
    else if (colon && gf_field_list_parse(&l, colon + 1, len - name - 1, &e) != 0) {
        if (errno == ENOMEM)
            return gf_fault_nomem(f);
        e.col += at + name + 1;
    } else if (colon && !gf_field_list_single(&l))
        gf_perr_say(&e, at + name + 1, len - name - 1, NULL, "one field is meant");
    if (e.what[0]) {
        gf_field_list_release(&l);
        return gf_fault_parse(f, "aggregate", all, &e);
    }
    if (l.n) {
        a.field = l.range[0].lo;
        g->need = l.need > g->need ? l.need : g->need;
    }
    gf_field_list_release(&l);
    g->agg[g->n++] = a;
    return 0;
}

int gf_agg_list_read(struct gf_agg_list *g, const char *words, struct gf_fault *f)
{
    for (const char *p = words;; p++) {
        size_t len = strcspn(p, ",");
        if (read_agg(words, p, len, g, f) != 0)
            return -1;
        p += len;
        if (!*p)
            return 0;
    }
}
