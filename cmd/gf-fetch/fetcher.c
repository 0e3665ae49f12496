/*
 * fetcher.c - one function a move: add, start, answer, redirect, retry, end.
 *
 *     add -> waits for its host -> start -> answer -> end
 *                 ^                            |
 *                 +---- redirect, retry -------+
 *
 * A line that waits has been read once, for its host, and is read again when it starts: ten
 * thousand texts take less room than ten thousand requests. One that can start at once is read
 * once.
 *
 * The time limit of an attempt counts the time on the wire, of all its redirects, and never the
 * time in a queue.
 */
#include "fetcher_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/msg.h"

static struct line *line_of(struct gf_host_item *item)
{
    return (struct line *)(void *)item; /* its first member */
}

/* A line that is no request. */
static void end_unread(struct fetcher *f, struct line *line, enum gf_net_error e,
                       const struct gf_net_why *why, const struct gf_request *r)
{
    struct outcome out = {.error = e,
                          .phase = e == GF_NET_CANCELLED ? GF_NET_PHASE_QUEUE : GF_NET_PHASE_NONE,
                          .why = why,
                          .request = r};
    f->on_end(f->owner, line, &out);
}

/* ---- waiting --------------------------------------------------------------------------------- */

static void on_retry(struct gf_timer *timer)
{
    struct work *w = timer->owner;
    struct fetcher *f = w->fetcher;
    f->retrying--;
    if (fetcher_wait(f, w) != 0)
        fetcher_end_without_memory(f, w);
    f->on_change(f->owner);
}

/* Whether the host has room for one more at once, so that the request is not read twice. */
static bool starts_at_once(struct fetcher *f, const struct gf_host *h, gf_ns now)
{
    return f->active < f->opt->jobs && h->waiting == 0 &&
           h->active < gf_hosts_allowed(&f->hosts, h, now);
}

void fetcher_add(struct fetcher *f, struct line *line)
{
    struct gf_request r;
    struct gf_net_why why = {0};
    gf_ns now = gf_now_mono();
    enum gf_net_error e = gf_request_parse(&r, line->text, line->len, &why);
    struct gf_host *h = e == GF_NET_OK ? gf_hosts_find(&f->hosts, r.url.origin, now) : NULL;
    struct work *w = NULL;
    if (e == GF_NET_OK && !h)
        e = gf_net_because(&why, GF_NET_MEMORY, NULL, "out of memory");
    if (e == GF_NET_OK && h && starts_at_once(f, h, now))
        w = work_new(line); /* without memory it is read again later */
    if (w) {
        w->fetcher = f;
        w->request = r;
        w->timer.due = on_retry;
        w->queued_mono = now;
    }
    if (e != GF_NET_OK)
        end_unread(f, line, e, &why, &r);
    else
        gf_hosts_add(&f->hosts, h, &line->item, now);
    if (!w)
        gf_request_release(&r);
}

/* ---- starting ------------------------------------------------------------------------------- */

/* --dir: the name of the file, and whether it is free. True: the line has ended. */
static bool has_no_file(struct fetcher *f, struct work *w)
{
    struct verdict v = {0};
    const struct gf_request *r = &w->request;
    v.error = gf_filename_make(w->name, r->out, r->id, &r->url, &v.why);
    if (v.error == GF_NET_OK) {
        int claimed = downloads_claim(&f->downloads, w->name);
        if (claimed == -1)
            v.error = gf_net_because(&v.why, GF_NET_MEMORY, NULL, "out of memory");
        else if (claimed == 0)
            v.error = gf_net_because(&v.why, GF_NET_EXISTS, NULL,
                                     "another line of this run has the file '%s'", w->name);
        else if (!f->opt->overwrite && downloads_has(&f->downloads, w->name))
            v.error = gf_net_because(&v.why, GF_NET_EXISTS, "--overwrite replaces it",
                                     "the file '%s' is there", w->name);
    }
    if (v.error == GF_NET_OK)
        return false;
    w->name[0] = '\0';
    fetcher_end(f, w, &v, NULL);
    return true;
}

/* The work of a line that starts; NULL: it has ended. */
static struct work *work_of(struct fetcher *f, struct line *line)
{
    struct work *w = line->work;
    struct gf_net_why why = {0};
    if (!w) {
        w = work_new(line);
        if (!w) {
            struct gf_request none = {0};
            end_unread(f, line, GF_NET_MEMORY, &why, &none);
            return NULL;
        }
        w->fetcher = f;
        w->timer.due = on_retry;
        w->queued_mono = line->read_mono;
        enum gf_net_error e = gf_request_parse(&w->request, line->text, line->len, &why);
        if (e != GF_NET_OK) { /* it was one before: memory */
            fetcher_end_with(f, w, e, why.what);
            return NULL;
        }
    }
    if (w->begun_mono)
        return w;
    w->begun_mono = gf_now_mono();
    return f->opt->dir && has_no_file(f, w) ? NULL : w;
}

bool fetcher_is_ready(struct fetcher *f)
{
    return !f->cancelled && f->active < f->opt->jobs && gf_hosts_is_ready(&f->hosts, gf_now_mono());
}

bool fetcher_start(struct fetcher *f)
{
    gf_ns now = gf_now_mono();
    struct gf_host_item *item =
        !f->cancelled && f->active < f->opt->jobs ? gf_hosts_next(&f->hosts, now) : NULL;
    if (!item)
        return false;
    struct gf_host *h = item->host;
    struct work *w = work_of(f, line_of(item));
    if (!w) {
        gf_hosts_done(&f->hosts, h, now);
        return true;
    }
    w->queued += now - w->queued_mono;
    w->sent_mono = now;
    h->counts.requests++;
    if (fetcher_send(f, w) != 0) {
        gf_hosts_done(&f->hosts, h, now);
        fetcher_end_without_memory(f, w);
    }
    return true;
}

/* ---- the loop -------------------------------------------------------------------------------- */

bool fetcher_pump(struct fetcher *f)
{
    bool any = gf_engine_pump(&f->engine);
    gf_ns wake = gf_hosts_wake(&f->hosts), now = gf_now_mono();
    ev_timer_stop(f->loop, &f->wake);
    if (wake != GF_NEVER) {
        ev_now_update(f->loop);
        ev_timer_set(&f->wake, wake > now ? (double)(wake - now) / 1e9 : 0, 0);
        ev_timer_start(f->loop, &f->wake);
    }
    f->no_memory |= f->engine.failed || f->hosts.no_memory;
    return any;
}

size_t fetcher_left(const struct fetcher *f)
{
    return f->active + f->retrying + f->hosts.waiting;
}

static const char ended_before[] = "the run ended before";

/* It waits, for its host or for its next attempt. */
static void cancel_waiting(struct fetcher *f, struct work *w)
{
    struct verdict v = {.error = GF_NET_CANCELLED, .phase = GF_NET_PHASE_QUEUE};
    gf_net_because(&v.why, v.error, NULL, "%s", ended_before);
    fetcher_end(f, w, &v, NULL);
}

void fetcher_give_up(struct fetcher *f)
{
    struct gf_net_why unread;
    f->cancelled = true;
    for (struct gf_timer *t; (t = gf_timers_take(&f->timers, GF_NEVER));) {
        f->retrying--;
        cancel_waiting(f, t->owner);
    }
    for (struct gf_host_item *item = gf_hosts_drain(&f->hosts), *next; item; item = next) {
        next = item->next;
        struct line *line = line_of(item);
        if (line->work) {
            cancel_waiting(f, line->work);
            continue;
        }
        struct gf_request r;
        gf_request_parse(&r, line->text, line->len, NULL);
        gf_net_because(&unread, GF_NET_CANCELLED, NULL, "%s", ended_before);
        end_unread(f, line, GF_NET_CANCELLED, &unread, &r);
        gf_request_release(&r);
    }
}

void fetcher_cancel(struct fetcher *f)
{
    fetcher_give_up(f);
    while (f->under_way) {
        struct work *w = f->under_way;
        struct gf_transfer *t = w->transfer;
        gf_engine_cancel(&f->engine, t);
        fetcher_link_out(f, w);
        if (f->on_hop)
            f->on_hop(f->owner, &(struct hop){.seq = w->line->seq,
                                              .host = w->line->item.host->number,
                                              .url = work_url(w)->shown,
                                              .begin_mono = w->sent_mono,
                                              .end_mono = gf_now_mono(),
                                              .error = GF_NET_CANCELLED});
        fetcher_end_with(f, w, GF_NET_CANCELLED, ended_before);
        fetcher_put_spare(f, t);
    }
}

/* ---- begin and end --------------------------------------------------------------------------- */

static void on_wake(struct ev_loop *loop, ev_timer *w, int events)
{
    struct fetcher *f = w->data;
    (void)loop, (void)events;
    f->on_change(f->owner);
}

static const struct gf_transfer_events events = {
    .head = fetcher_head, .take = fetcher_take, .done = fetcher_answered};

int fetcher_open(struct fetcher *f, const struct options *o, struct ev_loop *loop,
                 struct gf_capture_store *store)
{
    f->opt = o;
    f->events = &events;
    f->loop = loop;
    f->store = store;
    ev_timer_init(&f->wake, on_wake, 0, 0);
    f->wake.data = f;
    gf_timers_open(&f->timers, loop);
    if (o->has_host_rate && gf_gcra_init(&f->host_limit, o->host_rate, 1, 0) != 0) {
        gf_error("this rate is too low to keep");
        return -1;
    }
    gf_hosts_init(&f->hosts, (unsigned)o->per_host, o->has_host_rate ? &f->host_limit : NULL);
    for (struct curl_slist *h = o->headers; h; h = h->next)
        if (fetcher_add_header(&f->trusted_headers, h->data) != 0)
            goto no_memory;
    for (struct curl_slist *h = o->secret_headers; h; h = h->next)
        if (fetcher_add_header(&f->trusted_headers, h->data) != 0)
            goto no_memory;
    if (o->dir && downloads_open(&f->downloads, o->dir) != 0) {
        gf_error_errno("cannot open the directory '%s'", o->dir);
        return -1;
    }
    if (gf_engine_open(&f->engine, loop, o->jobs) == 0)
        return 0;
no_memory:
    gf_error_nomem();
    return -1;
}

void fetcher_close(struct fetcher *f)
{
    for (size_t i = 0; i < f->nspare; i++)
        gf_transfer_free(f->spare[i]);
    free(f->spare);
    gf_engine_close(&f->engine);
    gf_hosts_release(&f->hosts);
    gf_timers_close(&f->timers);
    if (f->loop)
        ev_timer_stop(f->loop, &f->wake);
    downloads_close(&f->downloads);
    curl_slist_free_all(f->trusted_headers);
}
