/*
 * report.c - bars know their host by its number until the page is made; then the hosts with most
 * requests get a lane each, and the bars of others go.
 */
#include "report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/report.h"
#include "base/size.h"
#include "page/page.h"
#include "page/text.h"
#include "record.h"

enum {
    LANES_MOST = 64,
    TEXT = 96 /* room for a line of the page */
};

static const struct gf_page_words words = {
    .item = "line",
    .bars = "requests",
    .lanes = "Hosts",
    .cut = "cancelled",
    .timeline = "Which host was asked, and when",
    .failed = {"Line", "How", "URL, and why"},
};

/* ---- gathering ------------------------------------------------------------------------------- */

/* "status 200", "http, status 404", "timeout (connect)". */
static void how_text(char out[GF_BAR_HOW], enum gf_net_error e, enum gf_net_phase phase,
                     long status)
{
    const char *error = gf_net_error_word(e), *where = gf_net_phase_word(phase);
    if (status && error)
        snprintf(out, GF_BAR_HOW, "%s, status %ld", error, status);
    else if (status)
        snprintf(out, GF_BAR_HOW, "status %ld", status);
    else if (where && error && strcmp(where, error) != 0)
        snprintf(out, GF_BAR_HOW, "%s (%s)", error, where);
    else
        snprintf(out, GF_BAR_HOW, "%s", error ? error : "ok");
}

static enum gf_bar_outcome outcome_of(const struct hop *hop)
{
    if (hop->again)
        return GF_BAR_RETRIED;
    if (hop->error == GF_NET_OK)
        return GF_BAR_OK;
    if (hop->error == GF_NET_TIMEOUT)
        return GF_BAR_TIMED_OUT;
    return hop->error == GF_NET_CANCELLED ? GF_BAR_CUT : GF_BAR_FAILED;
}

/* Where the path of a URL begins, for its lane names the host; 0 where that was cut out. */
static unsigned path_at(const char *url)
{
    const char *host = strstr(url, "://");
    const char *path = host ? strchr(host + 3, '/') : NULL;
    return path && !memchr(url, '\xe2', (size_t)(path - url)) ? (unsigned)(path - url) : 0;
}

void report_hop(struct report *r, const struct hop *hop)
{
    struct gf_bar b = {.lane = hop->host,
                       .seq = hop->seq,
                       .start = hop->begin_mono - r->begin_mono,
                       .end = hop->end_mono - r->begin_mono,
                       .outcome = outcome_of(hop)};
    how_text(b.how, hop->error, hop->phase, hop->status);
    if (hop->redirects)
        snprintf(b.how, sizeof b.how, "status %ld, redirected", hop->status);
    if (hop->url) {
        gf_bar_name(&b, hop->url, strlen(hop->url));
        b.shown_from = path_at(b.name);
    }
    gf_bars_add(&r->bars, &b);
}

void report_end(struct report *r, const struct line *line, const struct outcome *out)
{
    if (out->error == GF_NET_OK || out->error == GF_NET_CANCELLED)
        return;
    const struct gf_transfer_result *result = out->transfer ? &out->transfer->result : NULL;
    struct gf_page_failure f = {.seq = line->seq,
                                .attempt = out->work ? (unsigned)out->work->tries : 0,
                                .length = result ? result->times.total : -1};
    struct gf_buf said = {0};
    size_t len;
    char *url = record_url(line, out->request, &len);
    how_text(f.how, out->error, out->phase, result ? result->status : 0);
    gf_buf_puts(&said, out->why->what);
    if (out->request->id) {
        gf_buf_puts(&said, "\nid ");
        gf_page_clip(&said, out->request->id, strlen(out->request->id), 200);
    }
    gf_page_failures_add(&r->failures, &f, url ? url : "", url ? len : 0,
                         said.data ? said.data : "", said.len);
    gf_buf_release(&said);
    free(url);
}

/* ---- lanes ----------------------------------------------------------------------------------- */

struct lanes {
    size_t n;
    const struct gf_host *host[LANES_MOST];
    struct gf_buf name[LANES_MOST], more[LANES_MOST];
    struct gf_page_lane lane[LANES_MOST];
    unsigned rows[LANES_MOST];
    char note[TEXT]; /* empty: none */
};

/* The lane of a host; `n`: it has none. */
static size_t lane_of(const struct lanes *l, uint64_t host)
{
    size_t i = 0;
    while (i < l->n && l->host[i]->number != host)
        i++;
    return i;
}

/* Bars of hosts without a lane are left out; how many. */
static size_t leave_out(const struct lanes *l, struct gf_bars *all)
{
    size_t kept = 0, n = all->n;
    for (size_t i = 0; i < n; i++) {
        size_t lane = lane_of(l, all->bar[i].lane);
        if (lane == l->n)
            continue;
        all->bar[kept] = all->bar[i];
        all->bar[kept++].lane = lane;
    }
    all->n = kept;
    return n - kept;
}

/* Host and port of an origin; the port of https is left out. */
static void add_short_name(struct gf_buf *name, const char *origin)
{
    const char *scheme_end = strstr(origin, "://");
    const char *host = scheme_end ? scheme_end + 3 : origin;
    const char *port = strrchr(host, ':');
    gf_buf_add(name, host,
               port && strcmp(port, ":443") == 0 ? (size_t)(port - host) : strlen(host));
}

static void release_lanes(struct lanes *l)
{
    for (size_t i = 0; i < l->n; i++) {
        gf_buf_release(&l->name[i]);
        gf_buf_release(&l->more[i]);
    }
}

static void make_lanes(struct lanes *l, struct gf_bars *bars, const struct fetcher *f)
{
    char size[GF_SIZE_SIZE];
    l->n = gf_hosts_top(&f->hosts, l->host, LANES_MOST);
    while (l->n > 0 && l->host[l->n - 1]->counts.requests == 0)
        l->n--;
    size_t others = leave_out(l, bars);
    if (l->n)
        gf_bars_stack(bars, l->rows, l->n, GF_PAGE_ROWS / (unsigned)l->n);
    for (size_t i = 0; i < l->n; i++) {
        const struct gf_host_counts *c = &l->host[i]->counts;
        const char *origin = l->host[i]->origin;
        gf_format_size(c->bytes, size);
        gf_buf_printf(&l->more[i], "%s\n%" PRIu64 " requests, %" PRIu64 " failed, %s", origin,
                      c->requests, c->failed, size);
        add_short_name(&l->name[i], origin);
        l->lane[i] = (struct gf_page_lane){l->name[i].data ? l->name[i].data : "",
                                           l->more[i].data ? l->more[i].data : "", l->rows[i]};
    }
    l->note[0] = '\0';
    if (others)
        snprintf(l->note, TEXT, "%zu requests to hosts with fewer are not drawn.", others);
}

/* ---- totals ---------------------------------------------------------------------------------- */

static void make_totals(struct gf_page_totals *all, const struct tally *t, uint64_t lines,
                        gf_ns span)
{
    double seconds = (double)span / 1e9;
    char size[GF_SIZE_SIZE];
    all->n = 0;
    gf_page_total_count(all, "lines", lines);
    gf_page_total_count(all, "ok", t->ok);
    gf_page_total_count(all, "failed", t->failed);
    if (t->cancelled)
        gf_page_total_count(all, "cancelled", t->cancelled);
    gf_page_total_count(all, "attempts retried", t->retried);
    if (t->redirected)
        gf_page_total_count(all, "redirects", t->redirected);
    gf_page_total_count(all, "connections reused", t->reused);
    gf_format_size(t->bytes, size);
    snprintf(gf_page_total_add(all, "bytes"), GF_PAGE_TOTAL, "%s", size);
    gf_page_total_time(all, "elapsed", span);
    snprintf(gf_page_total_add(all, "rate"), GF_PAGE_TOTAL, "%.1f/s",
             (double)(t->ok + t->failed) / seconds);
    gf_format_size((uint64_t)((double)t->bytes / seconds), size);
    snprintf(gf_page_total_add(all, "byte rate"), GF_PAGE_TOTAL, "%s/s", size);
    gf_page_total_time(all, "request p50", gf_hist_percentile(&t->total, 50));
    gf_page_total_time(all, "request p99", gf_hist_percentile(&t->total, 99));
}

/* ---- the page -------------------------------------------------------------------------------- */

static void make_headline(char out[TEXT], const struct tally *t, uint64_t lines)
{
    if (t->failed)
        snprintf(out, TEXT, "gf-fetch: %" PRIu64 " of %" PRIu64 " lines failed", t->failed, lines);
    else if (t->cancelled)
        snprintf(out, TEXT, "gf-fetch: cancelled: %" PRIu64 " of %" PRIu64 " lines", t->cancelled,
                 lines);
    else
        snprintf(out, TEXT, "gf-fetch: all lines ended well");
}

static void make(struct gf_buf *b, struct report *r, const struct tally *t, uint64_t lines,
                 struct lanes *l)
{
    gf_ns span = gf_now_mono() - r->begin_mono, now_wall = gf_now_wall();
    struct gf_page_totals totals;
    char title[TEXT], headline[TEXT];
    span = span > 0 ? span : 1;
    snprintf(title, TEXT, "gf-fetch: %" PRIu64 " lines, %" PRIu64 " failed", lines, t->failed);
    make_headline(headline, t, lines);
    make_totals(&totals, t, lines, span);
    gf_page_make(b, &(struct gf_page){
                        .words = &words,
                        .title = title,
                        .headline = headline,
                        .asked = &t->opt->asked,
                        .begin_wall = now_wall - span,
                        .end_wall = now_wall,
                        .span = span,
                        .total = totals.list,
                        .ntotals = totals.n,
                        .bars = &r->bars,
                        .lane = l->lane,
                        .nlanes = l->n,
                        .lanes_note = l->note[0] ? l->note : NULL,
                        .timed = "request",
                        .failures = &r->failures,
                    });
}

int report_write(struct report *r, const struct tally *t, const struct source *s,
                 const struct fetcher *f, struct gf_outfile *out)
{
    struct gf_buf b = {0};
    struct lanes lanes = {0};
    make_lanes(&lanes, &r->bars, f);
    make(&b, r, t, s->seq, &lanes);
    int result = gf_report_write(out, t->opt->report, &b);
    gf_buf_release(&b);
    release_lanes(&lanes);
    return result;
}

void report_release(struct report *r)
{
    gf_page_failures_release(&r->failures);
    gf_bars_release(&r->bars);
}
