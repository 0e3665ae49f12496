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
    }
}

/* HELP and TYPE lines, and the full name left in `name`. */
static void prom_head(struct gf_buf *b, const char *tool, const struct gf_metric *m,
                      const char *suffix, const char *type, char name[160])
{
    int n = snprintf(name, 160, "%s_%s%s", tool, m->name, suffix);
    for (int i = 0; i < n && i < 159; i++)
        if (name[i] == '-')
            name[i] = '_';
    gf_buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", name, m->help, name, type);
}

static void prom_number(struct gf_buf *b, const char *name, double v)
{
    char text[GF_DOUBLE_SIZE] = "+Inf";
    if (isfinite(v))
        gf_format_double(v, text);
    gf_buf_printf(b, "%s %s\n", name, text);
}

static void prom_times(struct gf_buf *b, const char *tool, const struct gf_metric *m)
{
    char name[160];
    char text[GF_DOUBLE_SIZE];
    prom_head(b, tool, m, "_seconds", "summary", name);
    for (int i = 0; i < QUANTILES; i++) {
        gf_format_seconds(gf_hist_percentile(m->hist, quantiles[i].p), text);
        gf_buf_printf(b, "%s{quantile=\"0.%d\"} %s\n", name, (int)quantiles[i].p, text);
    }
    gf_format_seconds(m->hist->count ? m->hist->largest : 0, text);
    gf_buf_printf(b, "%s{quantile=\"1\"} %s\n", name, text);
    gf_format_double(m->hist->sum / 1e9, text);
    gf_buf_printf(b, "%s_sum %s\n%s_count %" PRIu64 "\n", name, text, name, m->hist->count);
}

static void prom_row(struct gf_buf *b, const char *tool, const struct gf_metric *m)
{
    char name[160];
    char text[GF_DOUBLE_SIZE];
    switch (m->kind) {
    case GF_METRIC_COUNTER:
        prom_head(b, tool, m, "_total", "counter", name);
        gf_buf_printf(b, "%s %" PRIu64 "\n", name, m->value);
        break;
    case GF_METRIC_BYTES:
        prom_head(b, tool, m, "_bytes_total", "counter", name);
        gf_buf_printf(b, "%s %" PRIu64 "\n", name, m->value);
        break;
    case GF_METRIC_GAUGE:
        prom_head(b, tool, m, "", "gauge", name);
        gf_buf_printf(b, "%s %" PRIu64 "\n", name, m->value);
        break;
    case GF_METRIC_TIME:
        prom_head(b, tool, m, "_seconds", "gauge", name);
        gf_format_seconds(m->ns, text);
        gf_buf_printf(b, "%s %s\n", name, text);
        break;
    case GF_METRIC_RATIO:
        prom_head(b, tool, m, "", "gauge", name);
        prom_number(b, name, m->real);
        break;
    case GF_METRIC_TIMES:
        prom_times(b, tool, m);
        break;
    case GF_METRIC_TOP:
        break;
    }
}

int gf_stats_render(struct gf_buf *b, enum gf_stats_format f, const char *tool,
                    const struct gf_metric *m, size_t n)
{
    if (f == GF_STATS_JSON) {
        struct gf_json j;
        gf_json_open(&j, b);
        gf_json_str(&j, "tool", tool, strlen(tool));
        for (size_t i = 0; i < n; i++)
            json_row(&j, &m[i]);
        gf_json_close(&j);
    }
    for (size_t i = 0; i < n && f == GF_STATS_TEXT; i++)
        text_row(b, &m[i]);
    for (size_t i = 0; i < n && f == GF_STATS_PROM; i++)
        prom_row(b, tool, &m[i]);
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

int gf_stats_write(enum gf_stats_format f, struct gf_outfile *out, const char *file,
                   const char *tool, const struct gf_metric *m, size_t n)
{
    struct gf_buf b = {0};
    int result = gf_stats_render(&b, f, tool, m, n);
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
