/*
 * fetcher.h - lines become requests: each waits for its host, is sent, follows redirects, is tried
 * again, and ends with one outcome.
 *
 *     struct fetcher f = {.on_end = on_end, .owner = me};
 *     if (fetcher_open(&f, o, loop, &store) != 0) ... said ...
 *     fetcher_add(&f, line);                  // a line that is no request ends at once
 *     while (fetcher_start(&f)) ...           // one more that may, up to -j of them
 *     fetcher_pump(&f);                       // before the loop waits
 *     fetcher_cancel(&f);                     // all that is left ends as `cancelled`
 *     fetcher_close(&f);
 *
 * A redirect is a request of its own in the queue of the host that it leads to, with the headers
 * that this host may have. An answer with Retry-After holds its host back for all.
 *
 * The line is the caller's again when on_end is called; the outcome is valid until that returns.
 */
#ifndef GF_FETCH_FETCHER_H
#define GF_FETCH_FETCHER_H

#include "download.h"
#include "net/engine.h"
#include "net/etags.h"
#include "net/hosts.h"
#include "options.h"
#include "work.h"

struct outcome {
    enum gf_net_error error;
    enum gf_net_phase phase;
    const struct gf_net_why *why;
    const struct gf_transfer *transfer; /* the last one; NULL: none was made */
    const struct work *work;            /* NULL: the line was no request */
    const struct gf_request *request;   /* what could be read of it */
};

/* A request that was on the wire: an attempt, or one of those that redirects make of it. */
struct hop {
    uint64_t seq;    /* of its line */
    uint64_t host;   /* gf_host.number */
    const char *url; /* as it may be shown; NULL: memory was out */
    gf_ns begin_mono, end_mono;
    long status; /* 0: none came */
    enum gf_net_error error;
    enum gf_net_phase phase;
    bool again;     /* another try follows */
    bool redirects; /* a request to where it leads follows */
};

struct fetcher {
    void (*on_end)(void *owner, struct line *line, const struct outcome *out);
    void (*on_hop)(void *owner, const struct hop *hop); /* before the end of its line; or NULL */
    void *owner;
    const struct options *opt;
    const struct gf_transfer_events *events;
    struct ev_loop *loop;
    struct gf_engine engine;
    struct gf_hosts hosts;
    struct gf_gcra host_limit;
    struct gf_timers timers; /* of retries */
    ev_timer wake;           /* of hosts */
    struct downloads downloads;
    struct gf_etags *etags; /* --etag-store, or NULL */
    struct gf_capture_store *store;
    struct curl_slist *trusted_headers; /* -H with those that --auth-host may have */
    struct work *under_way;
    struct gf_transfer **spare;
    size_t nspare, spare_cap;
    size_t active, retrying;
    bool cancelled, no_memory;
    void (*on_change)(void *owner); /* time lets something go on */
};

/* -1 after a message. */
int fetcher_open(struct fetcher *f, const struct options *o, struct ev_loop *loop,
                 struct gf_capture_store *store);
void fetcher_close(struct fetcher *f);

void fetcher_add(struct fetcher *f, struct line *line);

/* Whether fetcher_start would start one, but for --rate. */
bool fetcher_is_ready(struct fetcher *f);

/* Starts one; false: none may. */
bool fetcher_start(struct fetcher *f);

/* Whether anything has ended. */
bool fetcher_pump(struct fetcher *f);

/* Lines that were added and have not ended. */
size_t fetcher_left(const struct fetcher *f);

/* What waits, for its host or for another try, ends as cancelled, and nothing starts any more. */
void fetcher_give_up(struct fetcher *f);

/* And so does what is under way. */
void fetcher_cancel(struct fetcher *f);

#endif
