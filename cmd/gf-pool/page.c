/*
 * page.c - the page of --report as HTML.
 *
 * The timeline is boxes placed by percent of the width, so the page fits any window without a
 * script, and the policy at its head allows nothing but its style sheet. What came from jobs goes
 * through add_text, which leaves nothing in it that HTML or a terminal would act on.
 */
#include "page.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "base/escape.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/msg.h"
#include "base/own.h"
#include "base/utf8.h"
#include "page_style.h"

enum {
    ROWS_MOST = 256,     /* slots that are drawn */
    ROWS_NAMED = 32,     /* with so many or fewer, each has its number beside it */
    TICKS_MOST = 6,      /* of the axis of the timeline */
    ASKED_MOST = 4000,   /* bytes of the command line */
    LABELS_MOST = 2000,  /* bars whose command is in the page: it is the most of its size */
    WIDE_BAR = 6,        /* percent of the width from where a bar has its command in it */
    COLUMNS_LABELLED = 8 /* with more columns than this, a narrow window labels some of them */
};

/* ---- text ------------------------------------------------------------------------------------ */

/* Bytes as text of the page: what is no UTF-8, and what would act on a terminal, is U+FFFD; what
 * would turn the direction of what stands around, or hide, is its number. */
static void add_text(struct gf_buf *b, const char *s, size_t len)
{
    for (size_t at = 0; at < len;) {
        uint32_t cp = 0;
        size_t n = gf_utf8_step(s + at, len - at, &cp);
        bool shown = n && (gf_escape_shows(cp) || cp == '\n' || cp == '\t');
        if (!shown && cp >= 0xa0)
            gf_buf_printf(b, "\\u%04" PRIx32, cp);
        else if (!shown)
            gf_buf_puts(b, "\xef\xbf\xbd");
        else if (cp == '<')
            gf_buf_puts(b, "&lt;");
        else if (cp == '>')
            gf_buf_puts(b, "&gt;");
        else if (cp == '&')
            gf_buf_puts(b, "&amp;");
        else if (cp == '"')
            gf_buf_puts(b, "&quot;");
        else
            gf_buf_add(b, s + at, n);
        at += n ? n : 1;
    }
}

static const char *time_text(gf_ns d, char out[GF_DURATION_SIZE])
{
    gf_format_duration(d, out);
    return out;
}

static void add_total(struct gf_buf *b, const char *name, const char *value)
{
    gf_buf_printf(b, "<div><dt>%s</dt><dd>%s</dd></div>", name, value);
}

static void add_count(struct gf_buf *b, const char *name, uint64_t n)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, n);
    add_total(b, name, text);
}

/* A time of the clock for people: without the T, the milliseconds and the Z of RFC 3339. */
static void add_clock(struct gf_buf *b, gf_ns wall)
{
    char when[GF_TIME_UTC_SIZE];
    gf_time_utc(wall, when);
    gf_buf_printf(b, "%.10s %.8s UTC", when, when + 11);
}

static void add_totals(struct tally *t, struct gf_buf *b, gf_ns span)
{
    char time[GF_DURATION_SIZE], text[64];
    gf_buf_puts(b, "<dl>\n");
    add_count(b, "jobs", tally_ended(t));
    add_count(b, "ok", t->ok);
    add_count(b, "failed", t->failed);
    add_count(b, "timed out", t->timed_out);
    if (t->interrupted)
        add_count(b, "interrupted", t->interrupted);
    add_count(b, "attempts retried", t->retried);
    add_total(b, "elapsed", time_text(span, time));
    snprintf(text, sizeof text, "%.1f/s", tally_rate(t, t->begin_mono + span));
    add_total(b, "started", text);
    snprintf(text, sizeof text, "%.0f %%", 100 * tally_utilisation(t));
    add_total(b, "slots in use", text);
    gf_buf_puts(b, "</dl>\n");
}

static void add_head(struct tally *t, struct gf_buf *b, gf_ns span)
{
    uint64_t jobs = tally_ended(t);
    const struct gf_buf *asked = &t->opt->asked;
    struct gf_buf safe = {0}, line = {0};
    gf_ns now_wall = gf_now_wall();
    gf_buf_puts(b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                   "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n");
    gf_buf_printf(b, "<title>gf-pool: %" PRIu64 " jobs, %" PRIu64 " failed</title>\n<style>%s",
                  jobs, t->failed, page_style);
    gf_buf_puts(b, "</style>\n</head>\n<body>\n<h1>gf-pool: ");
    if (t->failed)
        gf_buf_printf(b, "%" PRIu64 " of %" PRIu64 " jobs failed", t->failed, jobs);
    else if (t->interrupted)
        gf_buf_printf(b, "interrupted: %" PRIu64 " of %" PRIu64 " jobs", t->interrupted, jobs);
    else
        gf_buf_puts(b, "all jobs ended well");
    gf_buf_puts(b, "</h1>\n<pre class=\"line\">");
    gf_escape_sh(&safe, asked->data, asked->len);
    timeline_clip(&line, safe.data, safe.len, ASKED_MOST);
    add_text(b, line.data ? line.data : "", line.len);
    gf_buf_puts(b, "</pre>\n<p>started ");
    add_clock(b, now_wall - span);
    gf_buf_puts(b, ", ended ");
    add_clock(b, now_wall);
    gf_buf_puts(b, "</p>\n");
    gf_buf_inherit(b, &safe);
    gf_buf_inherit(b, &line);
    gf_buf_release(&safe);
    gf_buf_release(&line);
    add_totals(t, b, span);
}

static const struct {
    const char *style, *name;
} outcomes[BAR_OUTCOMES] = {
    [BAR_OK] = {"ok", "ok"},
    [BAR_FAILED] = {"failed", "failed"},
    [BAR_TIMED_OUT] = {"late", "timed out"},
    [BAR_RETRIED] = {"again", "tried again"},
    [BAR_INTERRUPTED] = {"cut", "interrupted"},
};

static void add_key(struct gf_buf *b)
{
    gf_buf_puts(b, "<p class=\"key\">");
    for (size_t i = 0; i < BAR_OUTCOMES; i++)
        gf_buf_printf(b, "<span><b class=\"%s\"></b>%s</span>", outcomes[i].style,
                      outcomes[i].name);
    gf_buf_puts(b, "</p>\n");
}

/* ---- the timeline ---------------------------------------------------------------------------- */

static double percent(gf_ns d, gf_ns span)
{
    return 100 * (double)d / (double)span;
}

/* The time between two marks of the axis: a step that people count in. */
static gf_ns tick_step(gf_ns span)
{
    static const gf_ns longer[] = {10,   30,   60,   120,   300,   600,
                                   1800, 3600, 7200, 21600, 43200, 86400};
    gf_ns step = GF_MS;
    for (unsigned i = 1; step < 5 * GF_S && span / step > TICKS_MOST; i++)
        step = timeline_bucket_from(i);
    for (size_t i = 0; i < sizeof longer / sizeof longer[0] && span / step > TICKS_MOST; i++)
        step = longer[i] * GF_S;
    while (span / step > TICKS_MOST)
        step *= 2;
    return step;
}

static void add_axis(struct gf_buf *lines, struct gf_buf *labels, gf_ns span)
{
    char time[GF_DURATION_SIZE];
    gf_ns step = tick_step(span);
    for (gf_ns at = 0; at <= span; at += step) {
        double left = percent(at, span);
        gf_buf_printf(lines, "<u style=\"left:%.3f%%\"></u>", left);
        gf_buf_printf(labels, "<span%s style=\"left:%.3f%%\">%s</span>",
                      left > 95 ? " class=\"end\"" : "", left, time_text(at, time));
    }
}

static void add_bar(struct gf_buf *b, const struct bar *bar, gf_ns span, int row, bool named)
{
    char time[GF_DURATION_SIZE];
    double width = percent(bar->end - bar->start, span);
    bool shows_name = named && row >= 14 && width >= WIDE_BAR;
    gf_buf_printf(b,
                  "<i class=\"%s\" style=\"left:%.3f%%;width:%.3f%%;top:%upx;height:%dpx\" "
                  "title=\"job %" PRIu64 ": %s%s, %s",
                  outcomes[bar->outcome].style, percent(bar->start, span), width,
                  bar->slot * (unsigned)row, row > 3 ? row - 2 : row, bar->seq, bar->how,
                  bar->outcome == BAR_RETRIED ? ", tried again" : "",
                  time_text(bar->end - bar->start, time));
    if (named) {
        gf_buf_puts(b, "\n");
        add_text(b, bar->name, strlen(bar->name));
    }
    gf_buf_puts(b, "\">");
    if (shows_name) {
        gf_buf_printf(b, "&nbsp;%" PRIu64 ": ", bar->seq);
        add_text(b, bar->name, strlen(bar->name));
    }
    gf_buf_puts(b, "</i>\n");
}

/* Between two slots a line in the colour of the page. */
static void add_lanes(struct gf_buf *b, unsigned rows, int row)
{
    for (unsigned i = 1; i <= rows && row > 3; i++)
        gf_buf_printf(b, "<hr style=\"top:%dpx\">", (int)i * row - 2);
}

static void add_slot_numbers(struct gf_buf *b, unsigned rows, int row)
{
    if (rows > ROWS_NAMED)
        return;
    gf_buf_puts(b, "<ol>");
    for (unsigned i = 1; i <= rows; i++)
        gf_buf_printf(b, "<li style=\"height:%dpx;line-height:%dpx\">%u</li>", row, row - 2, i);
    gf_buf_puts(b, "</ol>\n");
}

static void add_timeline(const struct timeline *t, struct gf_buf *b, gf_ns span)
{
    struct gf_buf labels = {0};
    unsigned rows = t->slots < ROWS_MOST ? t->slots : ROWS_MOST;
    int row = rows <= 16 ? 22 : rows <= ROWS_NAMED ? 16 : rows <= 64 ? 10 : 4;
    gf_buf_puts(b, "<h2>Which slot ran which job, and when</h2>\n");
    add_key(b);
    gf_buf_puts(b, "<div class=\"slots\">\n");
    add_slot_numbers(b, rows, row);
    gf_buf_printf(b, "<div class=\"lanes\" style=\"height:%dpx\">\n", (int)rows * row);
    add_lanes(b, rows, row);
    add_axis(b, &labels, span);
    for (size_t i = 0; i < t->nbars; i++)
        if (t->bar[i].slot < rows)
            add_bar(b, &t->bar[i], span, row, t->nbars <= LABELS_MOST);
    gf_buf_puts(b, "</div>\n<div class=\"ticks\">");
    gf_buf_join(b, &labels);
    gf_buf_puts(b, "</div>\n</div>\n");
    gf_buf_release(&labels);
    if (t->not_drawn)
        gf_buf_printf(b, "<p>%" PRIu64 " attempts, the shortest ones, are not drawn.</p>\n",
                      t->not_drawn);
    if (t->slots > rows)
        gf_buf_printf(b, "<p>Slots from %u on are not drawn.</p>\n", rows + 1);
}

/* ---- how long jobs took ---------------------------------------------------------------------- */

static uint64_t bucket_total(const struct timeline *t, unsigned i)
{
    uint64_t n = 0;
    for (size_t o = 0; o < BAR_OUTCOMES; o++)
        n += t->bucket[i][o];
    return n;
}

/* The first and the last bucket that hold something; false: none does. */
static bool filled_buckets(const struct timeline *t, unsigned *first, unsigned *last,
                           uint64_t *most)
{
    bool any = false;
    *most = 1;
    for (unsigned i = 0; i < TIMELINE_BUCKETS; i++) {
        uint64_t n = bucket_total(t, i);
        if (!n)
            continue;
        *first = any ? *first : i;
        *last = i;
        *most = n > *most ? n : *most;
        any = true;
    }
    return any;
}

/* A column: its count, a part for each outcome, and the time it begins at. */
static void add_column(const struct timeline *t, struct gf_buf *b, unsigned i, uint64_t most)
{
    char time[GF_DURATION_SIZE];
    uint64_t n = bucket_total(t, i);
    gf_buf_puts(b, "<div>");
    if (n)
        gf_buf_printf(b, "<span>%" PRIu64 "</span>", n);
    for (size_t o = 0; o < BAR_OUTCOMES; o++)
        if (t->bucket[i][o])
            gf_buf_printf(b,
                          "<i class=\"%s\" style=\"height:max(2px,%.2f%%)\" title=\"%s: %" PRIu64
                          "\"></i>",
                          outcomes[o].style, 80 * (double)t->bucket[i][o] / (double)most,
                          outcomes[o].name, t->bucket[i][o]);
    gf_buf_printf(b, "<span class=\"from\">%s</span></div>\n",
                  time_text(timeline_bucket_from(i), time));
}

static void add_histogram(const struct timeline *t, bool retried, struct gf_buf *b)
{
    unsigned first = 0, last = 0;
    uint64_t most;
    if (!filled_buckets(t, &first, &last, &most))
        return;
    const char *what = retried ? "attempt" : "job";
    gf_buf_printf(b, "<h2>How long %s %s took</h2>\n", *what == 'a' ? "an" : "a", what);
    add_key(b);
    gf_buf_printf(
        b, "<div class=\"times%s\" role=\"img\" aria-label=\"how many %ss took how long\">\n",
        last - first >= COLUMNS_LABELLED ? " many" : "", what);
    for (unsigned i = first; i <= last; i++)
        add_column(t, b, i, most);
    gf_buf_puts(b, "</div>\n<p>Each column begins at the time under it and ends where the next one "
                   "begins.</p>\n");
}

/* ---- what failed ----------------------------------------------------------------------------- */

static void add_failure(struct gf_buf *b, const struct failure *f)
{
    char time[GF_DURATION_SIZE];
    gf_buf_printf(b, "<tr><td class=\"n\">%" PRIu64 "</td><td class=\"n\">%s", f->seq, f->how);
    if (f->length >= 0)
        gf_buf_printf(b, " after %s", time_text(f->length, time));
    if (f->attempt > 1)
        gf_buf_printf(b, "<br>attempt %u", f->attempt);
    gf_buf_puts(b, "</td><td><code>");
    add_text(b, f->command.data ? f->command.data : "", f->command.len);
    gf_buf_puts(b, "</code><pre>");
    add_text(b, f->tail.data ? f->tail.data : "", f->tail.len);
    gf_buf_puts(b, "</pre></td></tr>\n");
}

static void add_failures(const struct timeline *t, bool is_raw, struct gf_buf *b)
{
    if (t->nfailures == 0)
        return;
    gf_buf_puts(b, "<h2>What failed</h2>\n");
    if (is_raw)
        gf_buf_puts(b, "<p>With -u the standard error of jobs is not kept.</p>\n");
    gf_buf_puts(b, "<table>\n<tr><th>Job</th><th>How</th>"
                   "<th>Command, and the end of its standard error</th></tr>\n");
    for (size_t i = 0; i < t->nfailures; i++)
        add_failure(b, &t->failure[i]);
    gf_buf_puts(b, "</table>\n");
    if (t->more_failures)
        gf_buf_printf(b, "<p>And %" PRIu64 " more.</p>\n", t->more_failures);
}

static void make(const struct timeline *t, struct tally *tally, struct gf_buf *b)
{
    gf_ns span = gf_now_mono() - tally->begin_mono;
    span = span > 0 ? span : 1;
    add_head(tally, b, span);
    if (t->slots)
        add_timeline(t, b, span);
    add_histogram(t, tally->retried, b);
    add_failures(t, tally->opt->output == OUTPUT_RAW, b);
    gf_buf_puts(b, "</body>\n</html>\n");
}

int page_open(struct gf_outfile *out, const char *path)
{
    const char *why;
    if (!path || gf_outfile_open_own(out, path, 0600, GF_READER_PATIENCE, &why) == 0)
        return 0;
    gf_error("cannot write the report '%s': %s", path, why);
    gf_own_hint(path, why);
    return -1;
}

int page_write(const struct timeline *t, struct tally *tally, struct gf_outfile *out)
{
    const char *path = tally->opt->report;
    struct gf_buf b = {0};
    if (!path)
        return 0;
    make(t, tally, &b);
    int r = gf_write_buf(out->fd, &b);
    if (b.failed == ENOMEM)
        gf_error_nomem();
    else if (r != 0 || (r = gf_outfile_commit(out)) != 0)
        gf_error_errno("cannot write the report '%s'", path);
    gf_outfile_abandon(out);
    gf_buf_release(&b);
    return r;
}
