/*
 * page.c - --report: one page about a run, with nothing from the network: totals, which slot did
 * what when, how long jobs took, what failed and its last words. Light or dark as the reader's
 * system is. What came from jobs is text in it, whatever its bytes.
 */
#include "page.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/replace.h"
#include "base/utf8.h"

enum {
    WIDTH = 1000, /* of the drawings, in their own units */
    ROWS_MOST = 256,
    AXIS = 22,
    BARS_HIGH = 160
};

static const char style[] =
    ":root{color-scheme:light dark;--bg:#fff;--fg:#1c1e21;--dim:#5d6570;--line:#d7dbe0;"
    "--ok:#2f7d4f;--failed:#c0342b;--late:#b25e00;--again:#5b6ea8;--row:#f3f5f7}"
    "@media(prefers-color-scheme:dark){:root{--bg:#15181c;--fg:#e6e8eb;--dim:#9aa3ad;"
    "--line:#343a41;--ok:#4caf78;--failed:#ef6a5f;--late:#e39a3b;--again:#8ea2e0;--row:#1d2126}}"
    "*{box-sizing:border-box}body{margin:0 auto;padding:1.5rem 1rem 3rem;max-width:72rem;"
    "background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif}"
    "h1{font-size:1.4rem;margin:0 0 .2rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}"
    "p{margin:.3rem 0;color:var(--dim)}"
    "dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(8rem,1fr));gap:.6rem;"
    "margin:1rem 0}dl div{background:var(--row);border-radius:6px;padding:.5rem .7rem}"
    "dt{color:var(--dim);font-size:.8rem}dd{margin:0;font-size:1.15rem;"
    "font-variant-numeric:tabular-nums}svg{display:block;width:100%;min-width:40rem;height:auto}"
    "text{fill:var(--dim);font-size:12px}.ok{fill:var(--ok)}.failed{fill:var(--failed)}"
    ".late{fill:var(--late)}.again{fill:var(--again)}.row{fill:var(--row)}"
    ".grid{stroke:var(--line)}.key span{display:inline-block;margin-right:1rem}"
    ".key i{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin-right:.35em}"
    ".wide{overflow-x:auto}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.4rem .8rem .4rem 0;"
    "border-top:1px solid var(--line)}th{color:var(--dim);font-weight:500;white-space:nowrap}"
    "code,pre{font:13px/1.4 ui-monospace,monospace;overflow-wrap:anywhere;white-space:pre-wrap;"
    "margin:0}pre{color:var(--dim);max-height:14em;overflow:auto}.n{white-space:nowrap}"
    "@media(max-width:40rem){.n{white-space:normal}}";

/* ---- text ------------------------------------------------------------------------------------ */

/* Bytes as text of the page: what is no UTF-8, and what would act on a terminal, is U+FFFD. */
static void add_text(struct gf_buf *b, const char *s, size_t len)
{
    for (size_t at = 0; at < len;) {
        uint32_t cp = 0;
        size_t n = gf_utf8_step(s + at, len - at, &cp);
        bool shown = n && ((cp >= ' ' && cp != 0x7f) || cp == '\n' || cp == '\t') &&
                     !(cp >= 0x80 && cp < 0xa0);
        if (!shown)
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

static void add_head(const struct pool *p, struct gf_buf *b, gf_ns span)
{
    char when[GF_TIME_UTC_SIZE], time[GF_DURATION_SIZE], text[64];
    gf_time_utc(gf_now_wall(), when);
    gf_buf_puts(b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n");
    gf_buf_printf(b, "<title>gf-pool: %" PRIu64 " jobs, %" PRIu64 " failed</title>\n<style>%s",
                  p->count.ok + p->count.failed, p->count.failed, style);
    gf_buf_puts(b, "</style>\n</head>\n<body>\n<h1>gf-pool: ");
    gf_buf_puts(b, p->count.failed ? "some jobs failed" : "all jobs ended well");
    gf_buf_puts(b, "</h1>\n<p><code>");
    for (size_t i = 0; i < p->opt->nwords; i++) {
        gf_buf_puts(b, i ? " " : "");
        add_text(b, p->opt->words[i], strlen(p->opt->words[i]));
    }
    gf_buf_printf(b, "</code></p>\n<p>ended %s</p>\n<dl>", when);
    add_count(b, "jobs", p->count.ok + p->count.failed);
    add_count(b, "ok", p->count.ok);
    add_count(b, "failed", p->count.failed);
    add_count(b, "timed out", p->count.timed_out);
    add_count(b, "attempts retried", p->count.retried);
    add_total(b, "elapsed", time_text(span, time));
    snprintf(text, sizeof text, "%.1f/s",
             span > 0 ? (double)p->count.started * 1e9 / (double)span : 0);
    add_total(b, "started", text);
    snprintf(text, sizeof text, "%.0f %%", p->offered > 0 ? 100 * p->busy / p->offered : 0);
    add_total(b, "slots in use", text);
    gf_buf_puts(b, "</dl>\n");
}

/* ---- the timeline ------------------------------------------------------------------------------
 */

static const struct {
    const char *style, *name;
} outcomes[] = {
    [BAR_OK] = {"ok", "ok"},
    [BAR_FAILED] = {"failed", "failed"},
    [BAR_TIMED_OUT] = {"late", "timed out"},
    [BAR_RETRIED] = {"again", "tried again"},
};

/* Times below, at each fifth. */
static void add_axis(struct gf_buf *b, gf_ns span, int high)
{
    char time[GF_DURATION_SIZE];
    for (int i = 0; i <= 5; i++) {
        int x = WIDTH * i / 5;
        gf_buf_printf(b, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"0\" y2=\"%d\"/>", x, x,
                      high);
        gf_buf_printf(b, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>", x, high + 16,
                      i == 0   ? "start"
                      : i == 5 ? "end"
                               : "middle",
                      time_text(span / 5 * i, time));
    }
}

static void add_bar(struct gf_buf *b, const struct bar *bar, gf_ns span, int row)
{
    char time[GF_DURATION_SIZE];
    double x = (double)bar->start * WIDTH / (double)span;
    double w = (double)(bar->end - bar->start) * WIDTH / (double)span;
    gf_buf_printf(b, "<rect class=\"%s\" x=\"%.2f\" y=\"%u\" width=\"%.2f\" height=\"%d\">",
                  outcomes[bar->outcome].style, x, bar->slot * (unsigned)row, w < 0.4 ? 0.4 : w,
                  row > 3 ? row - 2 : row);
    gf_buf_printf(b, "<title>job %" PRIu64 ": %s", bar->seq, outcomes[bar->outcome].name);
    if (bar->outcome != BAR_OK)
        gf_buf_printf(b, ", status %d", bar->status);
    gf_buf_printf(b, ", %s</title></rect>\n", time_text(bar->end - bar->start, time));
}

static void add_timeline(const struct pool *p, struct gf_buf *b, gf_ns span)
{
    const struct timeline *t = &p->timeline;
    unsigned rows = t->slots < ROWS_MOST ? t->slots : ROWS_MOST;
    int row = rows <= 16 ? 22 : rows <= 64 ? 10 : 4;
    int high = (int)rows * row;
    gf_buf_puts(b, "<h2>Slots</h2>\n<p class=\"key\">");
    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++)
        gf_buf_printf(b, "<span><i style=\"background:var(--%s)\"></i>%s</span>", outcomes[i].style,
                      outcomes[i].name);
    gf_buf_printf(b,
                  "</p>\n<div class=\"wide\"><svg viewBox=\"-1 0 %d %d\" role=\"img\" "
                  "aria-label=\"which slot ran which "
                  "job when\">\n",
                  WIDTH + 2, high + AXIS);
    for (unsigned i = 0; i < rows; i++)
        gf_buf_printf(b, "<rect class=\"row\" x=\"0\" y=\"%d\" width=\"%d\" height=\"%d\"/>",
                      (int)i * row, WIDTH, row > 3 ? row - 2 : row);
    add_axis(b, span, high);
    for (size_t i = 0; i < t->nbars; i++)
        if (t->bar[i].slot < rows)
            add_bar(b, &t->bar[i], span, row);
    gf_buf_puts(b, "</svg></div>\n");
    if (t->not_drawn)
        gf_buf_printf(b, "<p>%" PRIu64 " attempts, the shortest ones, are not drawn.</p>\n",
                      t->not_drawn);
    if (t->slots > rows)
        gf_buf_printf(b, "<p>Slots from %u on are not drawn.</p>\n", rows + 1);
}

/* ---- how long jobs took ------------------------------------------------------------------------
 */

static void add_histogram(const struct pool *p, struct gf_buf *b)
{
    const struct timeline *t = &p->timeline;
    unsigned first = TIMELINE_BUCKETS, last = 0;
    uint64_t most = 1;
    char time[GF_DURATION_SIZE];
    for (unsigned i = 0; i < TIMELINE_BUCKETS; i++) {
        if (!t->bucket[i])
            continue;
        first = first == TIMELINE_BUCKETS ? i : first;
        last = i;
        most = t->bucket[i] > most ? t->bucket[i] : most;
    }
    if (first == TIMELINE_BUCKETS)
        return;
    unsigned n = last - first + 1;
    int wide = WIDTH / (int)(n < 8 ? 8 : n);
    gf_buf_printf(b,
                  "<h2>Seconds of an attempt</h2>\n<p>Each column is twice as long as the one "
                  "before; below it stands where it begins.</p>\n<div class=\"wide\"><svg "
                  "viewBox=\"0 0 %d %d\" "
                  "role=\"img\" aria-label=\"how many attempts took how long\">\n",
                  WIDTH, BARS_HIGH + 2 * AXIS);
    for (unsigned i = 0; i < n; i++) {
        uint64_t count = t->bucket[first + i];
        int high = (int)((double)count * BARS_HIGH / (double)most);
        int x = (int)i * wide, top = AXIS + BARS_HIGH - high;
        gf_buf_printf(b, "<rect class=\"ok\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>", x + 2,
                      count && !high ? top - 1 : top, wide - 4, count && !high ? 1 : high);
        if (count)
            gf_buf_printf(b, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%" PRIu64 "</text>",
                          x + wide / 2, top - 5, count);
        gf_buf_printf(b, "<text x=\"%d\" y=\"%d\">%s</text>\n", x + 2, AXIS + BARS_HIGH + 16,
                      time_text(((gf_ns)1 << (first + i)) * GF_US, time));
    }
    gf_buf_puts(b, "</svg></div>\n");
}

/* ---- what failed ------------------------------------------------------------------------------
 */

static void add_failure(const struct pool *p, struct gf_buf *b, const struct failure *f)
{
    char time[GF_DURATION_SIZE];
    gf_buf_printf(b, "<tr><td class=\"n\">%" PRIu64 "</td><td class=\"n\">", f->seq);
    if (f->status == -1)
        gf_buf_puts(b, "could not start");
    else if (f->timed_out)
        gf_buf_printf(b, "timed out, %s", time_text(f->length, time));
    else if (f->status > 128)
        gf_buf_printf(b, "signal %d, %s", f->status - 128, time_text(f->length, time));
    else
        gf_buf_printf(b, "exit status %d, %s", f->status, time_text(f->length, time));
    if (f->attempt > 1)
        gf_buf_printf(b, "<br>attempt %u", f->attempt);
    gf_buf_puts(b, "</td><td><code>");
    add_text(b, f->command.data ? f->command.data : "", f->command.len);
    gf_buf_puts(b, "</code><pre>");
    add_text(b, f->tail.data ? f->tail.data : "", f->tail.len);
    gf_buf_puts(b, "</pre></td></tr>\n");
    (void)p;
}

static void add_failures(const struct pool *p, struct gf_buf *b)
{
    const struct timeline *t = &p->timeline;
    if (t->nfailures == 0)
        return;
    gf_buf_puts(b, "<h2>What failed</h2>\n");
    if (p->opt->output == OUTPUT_RAW)
        gf_buf_puts(b, "<p>With -u, what jobs wrote was not seen.</p>\n");
    gf_buf_puts(b, "<div class=\"wide\"><table>\n<tr><th>Job</th><th>How</th>"
                   "<th>Command, and the end of its standard error</th></tr>\n");
    for (size_t i = 0; i < t->nfailures; i++)
        add_failure(p, b, &t->failure[i]);
    gf_buf_puts(b, "</table></div>\n");
    if (t->more_failures)
        gf_buf_printf(b, "<p>And %" PRIu64 " more.</p>\n", t->more_failures);
}

int page_make(struct pool *p, struct gf_buf *b)
{
    gf_ns span = gf_now_mono() - p->begin_mono;
    span = span > 0 ? span : 1;
    report_capacity(p);
    add_head(p, b, span);
    if (p->timeline.slots)
        add_timeline(p, b, span);
    add_histogram(p, b);
    add_failures(p, b);
    gf_buf_puts(b, "</body>\n</html>\n");
    return b->failed ? -1 : 0;
}

int page_write(struct pool *p)
{
    struct gf_buf b = {0};
    if (!p->opt->report)
        return 0;
    int r = page_make(p, &b);
    if (r != 0)
        gf_error_nomem();
    else if ((r = gf_replace_file(p->opt->report, b.data, b.len)) != 0)
        gf_error_errno("cannot write the report '%s'", p->opt->report);
    gf_buf_release(&b);
    return r;
}
