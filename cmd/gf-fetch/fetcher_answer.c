/*
 * fetcher_answer.c - what an answer leads to: another host, another try, or the end of the line.
 */
#include "fetcher_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/duration.h"
#include "base/grow.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/random.h"
#include "limit/feedback.h"

/* Back to the first URL, as if nothing had been asked. */
static void begin_again(struct fetcher *f, struct work *w)
{
    body_forget(&w->body);
    download_keep(&f->downloads, &w->file);
    gf_url_release(&w->hop);
    w->method = NULL;
    w->body_is_dropped = false;
    w->redirects = 0;
    w->spent = 0;
}

static bool note_retry(struct work *w, const struct verdict *v, long status, gf_ns wait)
{
    struct attempt *more = gf_grow(w->retries, &w->retries_cap, w->nretries + 1, sizeof *more);
    if (!more)
        return false;
    w->retries = more;
    more[w->nretries++] = (struct attempt){v->error, v->error == GF_NET_HTTP ? status : 0, wait};
    return true;
}

/* Whether another try follows; then it is on its way. When it would but for memory, that is why. */
static bool retry(struct fetcher *f, struct work *w, struct verdict *v, long status, gf_ns after,
                  gf_ns now)
{
    struct gf_retry_ask ask = {
        .error = v->error,
        .status = status,
        .repeatable = gf_retry_is_repeatable(work_first_method(w, f->opt->method, f->opt->data)),
        .tries = (unsigned)w->tries,
        .spent = now - w->begun_mono,
        .after = after,
        .random = gf_random()};
    gf_ns wait = gf_retry_wait(&f->opt->retry, &ask);
    if (wait == GF_NEVER)
        return false;
    if (!note_retry(w, v, status, wait) || gf_timers_set(&f->timers, &w->timer, now + wait) != 0) {
        v->error =
            gf_net_because(&v->why, GF_NET_MEMORY, NULL, "out of memory for another attempt");
        return false;
    }
    char text[GF_DURATION_SIZE];
    gf_format_duration(wait, text);
    gf_detail("line %llu: %s, the next attempt follows in %s", (unsigned long long)w->line->number,
              gf_net_error_word(v->error), text);
    begin_again(f, w);
    f->retrying++;
    return true;
}

/* What a refusal means for its host: half the pace, and a pause when it says how long. */
static gf_ns obey(struct fetcher *f, struct gf_host *h, const struct gf_transfer *t, gf_ns now)
{
    gf_ns after = -1;
    const char *said = gf_transfer_said(t, GF_TRANSFER_RETRY_AFTER);
    if (!gf_retry_is_refusal(t->result.status))
        return -1;
    gf_hosts_slower(h, now);
    if (said && gf_retry_after_parse(said, strlen(said), gf_now_wall(), &after) == 0) {
        char text[GF_DURATION_SIZE];
        gf_ns most = f->opt->retry.longest, wait = after < most ? after : most;
        gf_format_duration(wait, text);
        gf_detail("%s: status %ld, held for %s", h->origin, t->result.status, text);
        gf_hosts_hold(&f->hosts, h, now + wait, now);
    }
    return after;
}

/* The redirect is followed: GF_NET_OK, or why not. */
static enum gf_net_error follow(struct fetcher *f, struct work *w, const struct gf_transfer *t,
                                struct gf_net_why *why)
{
    struct gf_url to;
    if (w->redirects >= f->opt->max_redirs)
        return gf_net_because(why, GF_NET_TOO_MANY_REDIRECTS, "--max-redirs says how many",
                              "more than %llu redirects", (unsigned long long)f->opt->max_redirs);
    enum gf_net_error e =
        gf_url_follow(&to, work_url(w), gf_transfer_said(t, GF_TRANSFER_LOCATION), why);
    if (e != GF_NET_OK)
        return e;
    if (work_url(w)->tls && !to.tls && !f->opt->allow_downgrade) {
        gf_url_release(&to);
        return gf_net_because(why, GF_NET_PROTO_DENIED, "--allow-downgrade allows it",
                              "a redirect from https to http");
    }
    const char *method = work_method(w, f->opt->method, f->opt->data);
    if (answer_becomes_get(t->result.status, method)) {
        w->method = "GET";
        w->body_is_dropped = true;
    }
    w->redirects++;
    w->spent += t->result.times.total;
    gf_url_release(&w->hop);
    w->hop = to;
    return fetcher_wait(f, w) == 0 ? GF_NET_OK
                                   : gf_net_because(why, GF_NET_MEMORY, NULL, "out of memory");
}

/* 416: whether that is because all of the file is there, by the total behind the star and the
 * slash. */
static bool has_all(const struct work *w, const struct gf_transfer *t)
{
    const char *range = gf_transfer_said(t, GF_TRANSFER_CONTENT_RANGE);
    const char *total = range ? strstr(range, "*/") : NULL;
    uint64_t n;
    return total && gf_parse_count(total + 2, strlen(total + 2), 0, UINT64_MAX, &n, NULL) == 0 &&
           n == w->file.size;
}

/* What came is of no use, or the part that is there is none. The next try begins anew. */
static enum gf_net_error drop_part(struct fetcher *f, struct work *w, struct gf_net_why *why)
{
    download_drop(&f->downloads, &w->file);
    return w->err ? gf_net_because(why, GF_NET_PARTIAL, NULL,
                                   "cannot read the part that is there: %s", strerror(w->err))
                  : gf_net_because(why, GF_NET_PARTIAL, NULL,
                                   "what came is not the rest of the part that is there");
}

/* Whether a header of the user's own asks for a part. */
static bool asks_for_part(const struct fetcher *f, const struct work *w)
{
    for (const struct curl_slist *h = f->opt->headers; h; h = h->next)
        if (strncasecmp(h->data, "Range:", 6) == 0)
            return true;
    for (char **h = w->request.headers; h && *h; h++)
        if (strncasecmp(*h, "Range:", 6) == 0)
            return true;
    return false;
}

/* What an answer to a condition means. */
static void judge_condition(struct fetcher *f, struct work *w, const struct gf_transfer *t,
                            struct verdict *v)
{
    long status = t->result.status;
    if (t->result.error != GF_NET_OK)
        return;
    if (w->conditional && status == 304) {
        w->not_modified = true;
        v->error = GF_NET_OK;
    } else if (w->resuming && status == 206 && !w->misfit) {
        v->error = w->whole == UINT64_MAX || w->file.size == w->whole
                       ? GF_NET_OK
                       : gf_net_because(&v->why, GF_NET_PARTIAL, NULL,
                                        "the answer ends before the file does");
    } else if (w->resuming && status == 416 && has_all(w, t)) {
        body_begin(&w->body, f->store);
        v->error = fetcher_hash_part(w) == 0 ? GF_NET_OK : drop_part(f, w, &v->why);
    } else if (w->resuming && (status == 206 || status == 416)) {
        v->error = drop_part(f, w, &v->why);
    } else if (status == 206 && !f->opt->nok_status && !asks_for_part(f, w)) {
        v->error = gf_net_because(&v->why, GF_NET_PARTIAL, NULL,
                                  "a part of the body, which nobody asked for");
    } else if (status == 304 && v->error == GF_NET_OK) { /* to a header of the user's own */
        w->not_modified = true;
    }
}

/* The body that came is the one that was wanted, and its file has its name. */
static void complete(struct fetcher *f, struct work *w, struct verdict *v)
{
    const struct gf_request *r = &w->request;
    if (w->not_modified)
        return;
    if (!w->body.store)
        body_begin(&w->body, f->store); /* of no bytes */
    body_end(&w->body);
    if (r->has_sha256 && memcmp(r->sha256, w->body.sha256, sizeof r->sha256) != 0) {
        v->error = gf_net_because(&v->why, GF_NET_CHECKSUM, NULL,
                                  "the body is not the one whose sha256 was given");
        download_drop(&f->downloads, &w->file);
        return;
    }
    if (!f->opt->dir)
        return;
    if ((w->file.fd == -1 && download_open(&f->downloads, &w->file) != 0) ||
        download_commit(&f->downloads, &w->file, w->name, f->opt->overwrite) != 0)
        v->error = gf_net_because(&v->why, errno == EEXIST ? GF_NET_EXISTS : GF_NET_WRITE, NULL,
                                  "cannot write '%s': %s", w->name, strerror(errno));
}

/* To be kept when the record is out; without memory it is fetched once more. */
static void keep_etag(struct work *w, const struct gf_transfer *t)
{
    const char *etag = gf_transfer_said(t, GF_TRANSFER_ETAG), *url = work_url(w)->shown;
    if (!etag || w->not_modified)
        return;
    size_t n = strlen(url) + 1, m = strlen(etag) + 1;
    char *note = malloc(n + m + sizeof w->name);
    if (!note)
        return;
    memcpy(note, url, n);
    memcpy(note + n, etag, m);
    memcpy(note + n + m, w->name, strlen(w->name) + 1);
    w->line->etag = note;
}

/* What is told of the request, before what follows changes it. Its URL is the caller's, for
 * free(3).
 */
static struct hop hop_of(const struct work *w, char *url, gf_ns now)
{
    return (struct hop){.seq = w->line->seq,
                        .host = w->line->item.host->number,
                        .url = url,
                        .begin_mono = w->sent_mono,
                        .end_mono = now};
}

void fetcher_answered(struct gf_transfer *t)
{
    struct work *w = t->owner;
    struct fetcher *f = w->fetcher;
    struct gf_host *h = w->line->item.host;
    gf_ns now = gf_now_mono();
    struct verdict v;
    char *url = f->on_hop ? strdup(work_url(w)->shown) : NULL;
    struct hop hop = hop_of(w, url, now);
    fetcher_link_out(f, w);
    w->transfer = NULL;
    h->counts.bytes += t->result.bytes;
    gf_ns after = obey(f, h, t, now);
    gf_hosts_done(&f->hosts, h, now);
    bool goes_on = false;
    answer_judge(&v, t, f->opt, w->err);
    judge_condition(f, w, t, &v);
    if (v.redirects) {
        v.error = follow(f, w, t, &v.why);
        goes_on = v.error == GF_NET_OK;
        w->tries += !goes_on;
        hop.redirects = goes_on;
    } else {
        w->tries++;
        if (v.error == GF_NET_OK)
            complete(f, w, &v);
        if (v.error == GF_NET_OK && f->etags)
            keep_etag(w, t);
        goes_on = v.error != GF_NET_OK && retry(f, w, &v, t->result.status, after, now);
        hop.again = goes_on;
    }
    if (f->on_hop) {
        hop.status = t->result.status;
        hop.error = v.error;
        hop.phase = v.phase;
        f->on_hop(f->owner, &hop);
        free(url);
    }
    if (!goes_on) {
        h->counts.failed += v.error != GF_NET_OK;
        fetcher_end(f, w, &v, t);
    }
    fetcher_put_spare(f, t);
}
