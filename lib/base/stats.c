/*
 * stats.c - three ways to write the same table, a row a metric.
 *
 * Each form has a switch over the kinds of metrics. Names of Prometheus get the tool in front, unit
 * and _total behind, and underscores for dashes. Everything is built in a buffer first and goes out
 * in one write.
 */
#include "base/stats.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/escape.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/msg.h"
#include "base/own.h"
#include "base/size.h"

const char *const gf_stats_formats[] = {"text", "json", "prom", NULL};

static const struct {
    const char *name;
    double p;
} quantiles[] = {{"p50", 50}, {"p90", 90}, {"p99", 99}};
enum {
    QUANTILES = sizeof quantiles / sizeof quantiles[0]
};

static void text_top(struct gf_buf *b, const struct gf_metric *m)
{
    if (m->value == 0)
        gf_buf_puts(b, "none");
    for (uint64_t i = 0; i < m->value; i++) {
        const struct gf_metric_top *t = &m->top[i];
        gf_buf_puts(b, i ? ", '" : "'");
        (void)gf_escape_term(b, t->name, t->len);
        gf_buf_printf(b, "' %" PRIu64, t->count);
        if (t->least < t->count)
            gf_buf_printf(b, " (at least %" PRIu64 ")", t->least);
    }
}

static void json_top(struct gf_json *j, const struct gf_metric *m)
{
    gf_json_begin_array(j, m->name);
    for (uint64_t i = 0; i < m->value; i++) {
        const struct gf_metric_top *t = &m->top[i];
        gf_json_begin_object(j, NULL);
        gf_json_str(j, "name", t->name, t->len);
        gf_json_uint(j, "count", t->count);
        gf_json_uint(j, "at_least", t->least);
        gf_json_end_object(j);
    }
    gf_json_end_array(j);
}

static void text_row(struct gf_buf *b, const struct gf_metric *m)
{
    char t[GF_DURATION_SIZE];
    const char *unit = m->unit ? m->unit : "";
    gf_buf_printf(b, "%s ", m->name);
    switch (m->kind) {
    case GF_METRIC_COUNTER:
    case GF_METRIC_GAUGE:
        gf_buf_printf(b, "%" PRIu64 "%s", m->value, unit);
        break;
    case GF_METRIC_BYTES: {
        char size[GF_SIZE_SIZE];
        gf_format_size(m->value, size);
        gf_buf_puts(b, size);
        break;
    }
    case GF_METRIC_TIME:
        gf_format_duration(m->ns, t);
        gf_buf_puts(b, t);
        break;
    case GF_METRIC_RATIO:
        gf_buf_printf(b, "%.6g%s", m->real, unit);
        break;
    case GF_METRIC_TIMES:
        for (int i = 0; i < QUANTILES; i++) {
            gf_format_duration(gf_hist_percentile(m->hist, quantiles[i].p), t);
            gf_buf_printf(b, "%s %s ", quantiles[i].name, t);
        }
        gf_format_duration(m->hist->count ? m->hist->largest : 0, t);
        gf_buf_printf(b, "max %s", t);
        break;
    case GF_METRIC_TOP:
        text_top(b, m);
        break;
    case GF_METRIC_TEXT:
        (void)gf_escape_term(b, m->text, strlen(m->text));
        break;
    }
    gf_buf_putc(b, '\n');
}

static void json_times(struct gf_json *j, const struct gf_metric *m)
{
    char key[80];
    snprintf(key, sizeof key, "%s_seconds", m->name);
    gf_json_begin_object(j, key);
    gf_json_uint(j, "count", m->hist->count);
    gf_json_double(j, "sum", m->hist->sum / 1e9);
    for (int i = 0; i < QUANTILES; i++)
        gf_json_seconds(j, quantiles[i].name, gf_hist_percentile(m->hist, quantiles[i].p));
    gf_json_seconds(j, "max", m->hist->count ? m->hist->largest : 0);
    gf_json_end_object(j);
}

static void json_row(struct gf_json *j, const struct gf_metric *m)
{
    char key[80];
    switch (m->kind) {
    case GF_METRIC_COUNTER:
    case GF_METRIC_GAUGE:
    case GF_METRIC_BYTES:
        gf_json_uint(j, m->name, m->value);
        break;
    case GF_METRIC_TIME:
        snprintf(key, sizeof key, "%s_seconds", m->name);
        gf_json_seconds(j, key, m->ns);
        break;
    case GF_METRIC_RATIO:
        gf_json_double(j, m->name, m->real);
        break;
    case GF_METRIC_TIMES:
        json_times(j, m);
        break;
    case GF_METRIC_TOP:
        json_top(j, m);
        break;
    case GF_METRIC_TEXT:
        gf_json_str(j, m->name, m->text, strlen(m->text));
        break;
    }
}

/* How a metric is spelt for Prometheus, and on whose behalf. */
struct prom {
    struct gf_buf *b;
    const char *prefix; /* the tool, and the kind of part */
    const char *labels; /* of the part: stage="x", or empty */
    bool head;          /* HELP and TYPE are to be written: once a metric */
    char name[160];
};

/* HELP and TYPE lines, and the full name left in p->name. */
static void prom_head(struct prom *p, const struct gf_metric *m, const char *suffix,
                      const char *type)
{
    int n = snprintf(p->name, sizeof p->name, "%s_%s%s", p->prefix, m->name, suffix);
    for (int i = 0; i < n && i < (int)sizeof p->name - 1; i++)
        if (p->name[i] == '-')
            p->name[i] = '_';
    if (p->head)
        gf_buf_printf(p->b, "# HELP %s %s\n# TYPE %s %s\n", p->name, m->help, p->name, type);
}

/* One sample; `suffix` and `quantile` may be empty. */
static void prom_sample(const struct prom *p, const char *suffix, const char *quantile,
                        const char *value)
{
    bool both = *p->labels && *quantile, any = *p->labels || *quantile;
    gf_buf_printf(p->b, "%s%s%s%s%s%s%s %s\n", p->name, suffix, any ? "{" : "", p->labels,
                  both ? "," : "", quantile, any ? "}" : "", value);
}

static void prom_uint(const struct prom *p, const char *suffix, uint64_t v)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, v);
    prom_sample(p, suffix, "", text);
}

static void prom_times(struct prom *p, const struct gf_metric *m)
{
    char text[GF_DOUBLE_SIZE], quantile[32];
    prom_head(p, m, "_seconds", "summary");
    for (int i = 0; i < QUANTILES; i++) {
        gf_format_seconds(gf_hist_percentile(m->hist, quantiles[i].p), text);
        snprintf(quantile, sizeof quantile, "quantile=\"0.%d\"", (int)quantiles[i].p);
        prom_sample(p, "", quantile, text);
    }
    gf_format_seconds(m->hist->count ? m->hist->largest : 0, text);
    prom_sample(p, "", "quantile=\"1\"", text);
    gf_format_double(m->hist->sum / 1e9, text);
    prom_sample(p, "_sum", "", text);
    prom_uint(p, "_count", m->hist->count);
}

static void prom_row(struct prom *p, const struct gf_metric *m)
{
    char text[GF_DOUBLE_SIZE] = "+Inf";
    switch (m->kind) {
    case GF_METRIC_COUNTER:
        prom_head(p, m, "_total", "counter");
        prom_uint(p, "", m->value);
        break;
    case GF_METRIC_BYTES:
        prom_head(p, m, "_bytes_total", "counter");
        prom_uint(p, "", m->value);
        break;
    case GF_METRIC_GAUGE:
        prom_head(p, m, "", "gauge");
        prom_uint(p, "", m->value);
        break;
    case GF_METRIC_TIME:
        prom_head(p, m, "_seconds", "gauge");
        gf_format_seconds(m->ns, text);
        prom_sample(p, "", "", text);
        break;
    case GF_METRIC_RATIO:
        prom_head(p, m, "", "gauge");
        if (isfinite(m->real))
            gf_format_double(m->real, text);
        prom_sample(p, "", "", text);
        break;
    case GF_METRIC_TIMES:
        prom_times(p, m);
        break;
    case GF_METRIC_TOP:
    case GF_METRIC_TEXT:
        break;
    }
}

/* ---- parts ----------------------------------------------------------------------------------- */

/* A counter of 0 is nothing that people have to read. */
static bool is_dull(const struct gf_metric *m)
{
    bool counts =
        m->kind == GF_METRIC_COUNTER || m->kind == GF_METRIC_GAUGE || m->kind == GF_METRIC_BYTES;
    return (counts && m->value == 0) || (m->kind == GF_METRIC_TIMES && m->hist->count == 0);
}

static void text_part(struct gf_buf *b, const char *kind, const struct gf_metric_part *part)
{
    const char *between = ": ";
    gf_buf_printf(b, "%s ", kind);
    (void)gf_escape_term(b, part->name, strlen(part->name));
    for (size_t i = 0; i < part->n; i++) {
        if (is_dull(&part->m[i]))
            continue;
        gf_buf_puts(b, between);
        text_row(b, &part->m[i]);
        b->len -= b->failed ? 0 : 1; /* no line of its own */
        between = ", ";
    }
    gf_buf_putc(b, '\n');
}

static void json_parts(struct gf_json *j, const struct gf_stats_parts *parts)
{
    char key[80];
    snprintf(key, sizeof key, "%ss", parts->kind);
    gf_json_begin_array(j, key);
    for (size_t i = 0; i < parts->n; i++) {
        const struct gf_metric_part *part = &parts->part[i];
        gf_json_begin_object(j, NULL);
        gf_json_str(j, "name", part->name, strlen(part->name));
        for (size_t k = 0; k < part->n; k++)
            json_row(j, &part->m[k]);
        gf_json_end_object(j);
    }
    gf_json_end_array(j);
}

/* Prometheus wants all samples of one metric together. */
static void prom_parts(struct gf_buf *b, const char *tool, const struct gf_stats_parts *parts)
{
    char prefix[80];
    snprintf(prefix, sizeof prefix, "%s_%s", tool, parts->kind);
    for (size_t k = 0; parts->n && k < parts->part[0].n; k++)
        for (size_t i = 0; i < parts->n; i++) {
            const struct gf_metric_part *part = &parts->part[i];
            struct gf_buf label = {0};
            gf_buf_printf(&label, "%s=\"", parts->kind);
            for (const char *c = part->name; *c; c++) {
                if (*c == '\n' || *c == '"' || *c == '\\')
                    gf_buf_putc(&label, '\\');
                gf_buf_putc(&label, *c == '\n' ? 'n' : *c);
            }
            gf_buf_putc(&label, '"');
            struct prom p = {.b = b, .prefix = prefix, .labels = label.data, .head = i == 0};
            if (label.failed)
                gf_buf_inherit(b, &label);
            else
                prom_row(&p, &part->m[k]);
            gf_buf_release(&label);
        }
}

/* ---------------------------------------------------------------------------------------------- */

int gf_stats_render(struct gf_buf *b, enum gf_stats_format f, const struct gf_stats *s)
{
    if (f == GF_STATS_JSON) {
        struct gf_json j;
        gf_json_open(&j, b);
        gf_json_str(&j, "tool", s->tool, strlen(s->tool));
        for (size_t i = 0; i < s->n; i++)
            json_row(&j, &s->m[i]);
        if (s->parts.kind)
            json_parts(&j, &s->parts);
        gf_json_close(&j);
    }
    for (size_t i = 0; i < s->n && f == GF_STATS_TEXT; i++)
        text_row(b, &s->m[i]);
    for (size_t i = 0; i < s->parts.n && f == GF_STATS_TEXT; i++)
        text_part(b, s->parts.kind, &s->parts.part[i]);
    struct prom p = {.b = b, .prefix = s->tool, .labels = "", .head = true};
    for (size_t i = 0; i < s->n && f == GF_STATS_PROM; i++)
        prom_row(&p, &s->m[i]);
    if (f == GF_STATS_PROM)
        prom_parts(b, s->tool, &s->parts);
    return b->failed ? -1 : 0;
}

int gf_stats_open(struct gf_outfile *out, const char *file, gf_ns patience)
{
    const char *why;
    *out = (struct gf_outfile){.fd = STDERR_FILENO};
    if (!file || gf_outfile_open_own(out, file, 0666, patience, &why) == 0)
        return 0;
    gf_error("cannot write statistics to '%s': %s", file, why);
    gf_own_hint(file, why);
    return -1;
}

int gf_stats_write_all(enum gf_stats_format f, struct gf_outfile *out, const char *file,
                       const struct gf_stats *s)
{
    struct gf_buf b = {0};
    int result = gf_stats_render(&b, f, s);
    if (result != 0) {
        gf_error_nomem();
    } else {
        result = gf_write_buf(out->fd, &b);
        if (result == 0)
            result = gf_outfile_commit(out);
        if (result != 0 && file)
            gf_error_errno("cannot write statistics to '%s'", file);
    }
    gf_outfile_abandon(out);
    gf_buf_release(&b);
    return result;
}

int gf_stats_write(enum gf_stats_format f, struct gf_outfile *out, const char *file,
                   const char *tool, const struct gf_metric *m, size_t n)
{
    const struct gf_stats s = {.tool = tool, .m = m, .n = n};
    return gf_stats_write_all(f, out, file, &s);
}
