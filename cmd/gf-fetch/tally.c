/*
 * tally.c - numbers by status, by error, by host, and two histograms.
 */
#include "tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"

enum {
    TOP = 10,
    PROXIES = 5 /* variables that may name one */
};

void tally_add(struct tally *t, const struct line *line, const struct outcome *out)
{
    const struct gf_transfer_result *r = out->transfer ? &out->transfer->result : NULL;
    if (out->error == GF_NET_OK)
        t->ok++;
    else if (out->error == GF_NET_CANCELLED)
        t->cancelled++;
    else
        t->failed++;
    t->by_error[out->error]++;
    if (out->work) {
        t->retried += out->work->nretries;
        t->redirected += out->work->redirects;
    }
    if (r) {
        t->reused += r->reused;
        t->bytes += r->bytes;
        t->decoded += r->decoded;
        if (r->status > 0 && r->status < STATUSES)
            t->by_status[r->status]++;
        gf_hist_add(&t->total, r->times.total);
        if (r->times.first_byte)
            gf_hist_add(&t->first_byte, r->times.first_byte);
    }
    if (out->error != GF_NET_OK && out->error != GF_NET_CANCELLED)
        gf_failures_add(&t->failures, line->seq, "line %llu, %s: %s",
                        (unsigned long long)line->number, gf_net_error_word(out->error),
                        out->request->url.shown ? out->request->url.shown : out->why->what);
}

/* ---- --stats --------------------------------------------------------------------------------- */

/* The names and counts of what was counted by place. */
struct top {
    struct gf_metric_top row[STATUSES];
    size_t n;
};

static void top_add(struct top *t, const char *name, uint64_t count)
{
    if (count && t->n < STATUSES)
        t->row[t->n++] = (struct gf_metric_top){name, strlen(name), count, count};
}

static void count_statuses(struct top *t, char names[STATUSES][4], const struct tally *tally)
{
    for (int i = 100; i < STATUSES; i++) {
        snprintf(names[i], 4, "%d", i);
        top_add(t, names[i], tally->by_status[i]);
    }
}

static void count_errors(struct top *t, const struct tally *tally)
{
    for (int i = 1; i < GF_NET_ERRORS; i++)
        top_add(t, gf_net_error_word((enum gf_net_error)i), tally->by_error[i]);
}

static void count_hosts(struct top *t, const struct fetcher *f)
{
    const struct gf_host *host[TOP];
    size_t n = gf_hosts_top(&f->hosts, host, TOP);
    for (size_t i = 0; i < n; i++)
        top_add(t, host[i]->origin, host[i]->counts.requests);
}

/* What is gone through: -x, or what libcurl takes from the environment; without a password. */
static void count_proxies(struct top *t, char *text[], const struct tally *tally)
{
    static const char *const names[PROXIES] = {"http_proxy", "https_proxy", "HTTPS_PROXY",
                                               "all_proxy", "ALL_PROXY"};
    for (size_t i = 0; i < PROXIES; i++) {
        const char *value = tally->opt->net.proxy ? tally->opt->net.proxy : getenv(names[i]);
        text[i] = value && *value ? strdup(value) : NULL;
        if (!text[i])
            continue;
        text[i][gf_url_hide(text[i], strlen(text[i]))] = '\0';
        top_add(t, text[i], 1);
        if (tally->opt->net.proxy)
            return;
    }
}

struct parts {
    struct top statuses, errors, hosts, proxies;
    char names[STATUSES][4];
    char *proxy[PROXIES];
};

static int write_parts(const struct tally *t, const struct source *s, const struct parts *p,
                       struct gf_outfile *out)
{
    gf_ns span = gf_now_mono() - t->begin_mono;
    const struct gf_metric m[] = {
        {.name = "lines", .help = "lines read", .kind = GF_METRIC_COUNTER, .value = s->seq},
        {.name = "passed_by",
         .help = "blank lines and comments",
         .kind = GF_METRIC_COUNTER,
         .value = s->passed_by},
        {.name = "ok", .help = "lines fetched", .kind = GF_METRIC_COUNTER, .value = t->ok},
        {.name = "failed",
         .help = "lines that failed",
         .kind = GF_METRIC_COUNTER,
         .value = t->failed},
        {.name = "cancelled",
         .help = "lines that were not done",
         .kind = GF_METRIC_COUNTER,
         .value = t->cancelled},
        {.name = "retried",
         .help = "attempts that another one followed",
         .kind = GF_METRIC_COUNTER,
         .value = t->retried},
        {.name = "redirects",
         .help = "redirects followed",
         .kind = GF_METRIC_COUNTER,
         .value = t->redirected},
        {.name = "reused",
         .help = "answers on a connection that was there",
         .kind = GF_METRIC_COUNTER,
         .value = t->reused},
        {.name = "bytes", .help = "bytes of bodies", .kind = GF_METRIC_BYTES, .value = t->bytes},
        {.name = "decoded_bytes",
         .help = "bytes of bodies, unpacked",
         .kind = GF_METRIC_BYTES,
         .value = t->decoded},
        {.name = "elapsed", .help = "time from first to last", .kind = GF_METRIC_TIME, .ns = span},
        {.name = "rate",
         .help = "lines done a second",
         .kind = GF_METRIC_RATIO,
         .real = span > 0 ? (double)(t->ok + t->failed) * 1e9 / (double)span : 0,
         .unit = "/s"},
        {.name = "byte_rate",
         .help = "bytes of bodies a second",
         .kind = GF_METRIC_RATIO,
         .real = span > 0 ? (double)t->bytes * 1e9 / (double)span : 0,
         .unit = "/s"},
        {.name = "request",
         .help = "time of the last attempts",
         .kind = GF_METRIC_TIMES,
         .hist = &t->total},
        {.name = "first_byte",
         .help = "until their first byte",
         .kind = GF_METRIC_TIMES,
         .hist = &t->first_byte},
        {.name = "statuses",
         .help = "lines by status",
         .kind = GF_METRIC_TOP,
         .value = p->statuses.n,
         .top = p->statuses.row},
        {.name = "errors",
         .help = "lines by error",
         .kind = GF_METRIC_TOP,
         .value = p->errors.n,
         .top = p->errors.row},
        {.name = "hosts",
         .help = "requests by host",
         .kind = GF_METRIC_TOP,
         .value = p->hosts.n,
         .top = p->hosts.row},
        {.name = "proxies",
         .help = "proxies gone through",
         .kind = GF_METRIC_TOP,
         .value = p->proxies.n,
         .top = p->proxies.row},
    };
    return gf_stats_write(t->opt->stats_format, out, t->opt->stats_file, gf_fetch_cli.name, m,
                          sizeof m / sizeof m[0]);
}

int tally_write(const struct tally *t, const struct source *s, const struct fetcher *f,
                struct gf_outfile *out)
{
    struct parts *p = calloc(1, sizeof *p);
    if (!p) {
        gf_error_nomem();
        return -1;
    }
    count_statuses(&p->statuses, p->names, t);
    count_errors(&p->errors, t);
    count_hosts(&p->hosts, f);
    count_proxies(&p->proxies, p->proxy, t);
    int r = write_parts(t, s, p, out);
    for (size_t i = 0; i < PROXIES; i++)
        free(p->proxy[i]);
    free(p);
    return r;
}
