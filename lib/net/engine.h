/*
 * engine.h - transfers on an event loop: libcurl's multi interface by curl_multi_socket_action.
 *
 *     struct gf_engine e = {0};
 *     if (gf_engine_open(&e, loop, 16) != 0) ... out of memory, or no multi interface ...
 *     gf_engine_start(&e, t);                 // t->on->done is called once, from gf_engine_pump
 *     gf_engine_pump(&e);                     // before the loop waits; whether something ended
 *     gf_engine_cancel(&e, t);                // done is not called
 *     gf_engine_close(&e);                    // no transfer may be under way
 *
 * A transfer starts when it is given, at once: who wants so many at a time, for all or for a host,
 * keeps the others back (net/hosts.h), since libcurl's time limits count the time in its own queue.
 * Connections are kept and used again.
 *
 * libcurl asks for a watcher of each socket and for one timer; both are libev's. gf_global_init is
 * libcurl's, for the process, once. The thread of the loop. A zeroed struct is safe to close.
 */
#ifndef GF_NET_ENGINE_H
#define GF_NET_ENGINE_H

#include <curl/curl.h>
#include <ev.h>
#include <stdbool.h>
#include <stddef.h>

#include "net/transfer.h"

struct gf_engine_watch;

struct gf_engine {
    struct ev_loop *loop;
    CURLM *multi;
    ev_timer timer;
    bool is_due; /* libcurl wants to be called at once */
    bool failed; /* libcurl or its callbacks ran out of memory: nothing goes on */
    size_t active;
    struct gf_engine_watch **watch; /* by descriptor */
    size_t watches;
};

/* `at_once` transfers at most, for the number of connections that are kept. -1: out of memory. */
int gf_engine_open(struct gf_engine *e, struct ev_loop *loop, size_t at_once);
void gf_engine_close(struct gf_engine *e);

/* -1: out of memory; the transfer is as it was. */
int gf_engine_start(struct gf_engine *e, struct gf_transfer *t);

void gf_engine_cancel(struct gf_engine *e, struct gf_transfer *t);

/* Does what libcurl wants done at once, and calls `done` of what has ended; whether anything had
 * ended. */
bool gf_engine_pump(struct gf_engine *e);

#endif
