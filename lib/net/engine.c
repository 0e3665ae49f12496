/*
 * engine.c - libcurl's sockets and its timer on libev.
 *
 * A watcher is kept for each descriptor number. libcurl takes its interest in a socket back when a
 * transfer has ended, and has it again when the next one uses the connection, mostly within one
 * turn of the loop: then the watcher is stopped and started with the same events, which costs no
 * call of the system. A number that was closed and opened anew is another socket to the kernel;
 * libcurl's close is ours, so that it is known, and the watcher is set up afresh.
 *
 * A timer of 0 is not worth a turn of the loop: gf_engine_pump asks libcurl at once.
 */
#include "net/engine.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/grow.h"
#include "run/watch.h"

struct gf_engine_watch {
    ev_io io;
    bool is_new;                /* the descriptor is not the one that the watcher was set up for */
    struct gf_transfer *opener; /* while that is under way */
};

static void act(struct gf_engine *e, curl_socket_t s, int events)
{
    int running;
    CURLMcode code;
    do
        code = curl_multi_socket_action(e->multi, s, events, &running);
    while (code == CURLM_CALL_MULTI_PERFORM);
    if (code != CURLM_OK)
        e->failed = true;
}

static void on_ready(struct ev_loop *loop, ev_io *w, int events)
{
    struct gf_engine *e = w->data;
    if (!gf_watch_ready(loop, w, events))
        return;
    if (events & EV_ERROR) /* which of the two is not known */
        events = w->events;
    act(e, w->fd,
        (events & EV_READ ? CURL_CSELECT_IN : 0) | (events & EV_WRITE ? CURL_CSELECT_OUT : 0));
}

static void on_time(struct ev_loop *loop, ev_timer *w, int events)
{
    struct gf_engine *e = w->data;
    (void)loop, (void)events;
    act(e, CURL_SOCKET_TIMEOUT, 0);
}

/* The watcher of a descriptor, made when there is none; NULL: out of memory. */
static struct gf_engine_watch *watch_of(struct gf_engine *e, int fd)
{
    if ((size_t)fd >= e->watches) {
        size_t cap = e->watches;
        struct gf_engine_watch **more =
            gf_grow(e->watch, &cap, (size_t)fd + 1, sizeof(struct gf_engine_watch *));
        if (!more)
            return NULL;
        memset(more + e->watches, 0, (cap - e->watches) * sizeof(struct gf_engine_watch *));
        e->watch = more;
        e->watches = cap;
    }
    struct gf_engine_watch *w = e->watch[fd];
    if (!w) {
        w = calloc(1, sizeof *w);
        if (!w)
            return NULL;
        ev_io_init(&w->io, on_ready, fd, 0);
        w->io.data = e;
        w->is_new = true;
        e->watch[fd] = w;
    }
    return w;
}

static int on_socket(CURL *easy, curl_socket_t s, int what, void *arg, void *unused)
{
    struct gf_engine *e = arg;
    struct gf_engine_watch *w = watch_of(e, s);
    (void)easy, (void)unused;
    if (!w) {
        e->failed = true;
        return -1;
    }
    ev_io_stop(e->loop, &w->io);
    if (what == CURL_POLL_REMOVE || what == CURL_POLL_NONE)
        return 0;
    int events = (what & CURL_POLL_IN ? EV_READ : 0) | (what & CURL_POLL_OUT ? EV_WRITE : 0);
    if (w->is_new || w->io.events != events)
        ev_io_set(&w->io, s, events);
    w->is_new = false;
    ev_io_start(e->loop, &w->io);
    return 0;
}

static curl_socket_t on_open(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
    struct gf_transfer *t = arg;
    struct gf_engine *e = t->engine;
    int s = gf_transfer_socket(t, a);
    (void)purpose;
    struct gf_engine_watch *w = s >= 0 ? watch_of(e, s) : NULL;
    if (!w) {
        e->failed |= s >= 0;
        return s;
    }
    w->opener = t;
    t->opened++;
    return s;
}

/* The transfer is over: its connections are nobody's, or another's. */
static void forget_opener(struct gf_engine *e, struct gf_transfer *t)
{
    for (size_t i = 0; t->opened && i < e->watches; i++)
        if (e->watch[i] && e->watch[i]->opener == t) {
            e->watch[i]->opener = NULL;
            t->opened--;
        }
    t->opened = 0;
}

static bool has_peer(int s)
{
    struct sockaddr_storage a;
    socklen_t len = sizeof a;
    return getpeername(s, (struct sockaddr *)&a, &len) == 0;
}

static int on_close(void *arg, curl_socket_t s)
{
    struct gf_engine *e = arg;
    if ((size_t)s < e->watches && e->watch[s]) {
        struct gf_engine_watch *w = e->watch[s];
        ev_io_stop(e->loop, &w->io);
        w->is_new = true;
        if (w->opener && has_peer(s))
            w->opener->connected = true;
        w->opener = NULL;
    }
    return close(s);
}

static int on_timer(CURLM *multi, long ms, void *arg)
{
    struct gf_engine *e = arg;
    (void)multi;
    e->is_due = ms == 0;
    ev_timer_stop(e->loop, &e->timer);
    if (ms <= 0)
        return 0;
    ev_timer_set(&e->timer, (double)ms / 1e3, 0);
    ev_timer_start(e->loop, &e->timer);
    return 0;
}

int gf_engine_open(struct gf_engine *e, struct ev_loop *loop, size_t at_once)
{
    *e = (struct gf_engine){.loop = loop, .multi = curl_multi_init()};
    ev_timer_init(&e->timer, on_time, 0, 0);
    e->timer.data = e;
    if (!e->multi)
        return -1;
    CURLMcode bad = curl_multi_setopt(e->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    bad = bad ? bad : curl_multi_setopt(e->multi, CURLMOPT_SOCKETDATA, e);
    bad = bad ? bad : curl_multi_setopt(e->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    bad = bad ? bad : curl_multi_setopt(e->multi, CURLMOPT_TIMERDATA, e);
    bad = bad ? bad : curl_multi_setopt(e->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
    bad = bad ? bad
              : curl_multi_setopt(e->multi, CURLMOPT_MAXCONNECTS,
                                  (long)(at_once < 64 ? 64 : at_once));
#if LIBCURL_VERSION_NUM >= 0x081400 /* from then on it looks names up for all handles together */
    bad = bad ? bad : curl_multi_setopt(e->multi, CURLMOPT_QUICK_EXIT, 1L);
#endif
    return bad ? -1 : 0;
}

void gf_engine_close(struct gf_engine *e)
{
    if (e->multi)
        curl_multi_cleanup(e->multi);
    if (e->loop)
        ev_timer_stop(e->loop, &e->timer);
    for (size_t i = 0; i < e->watches; i++) {
        if (e->watch[i])
            ev_io_stop(e->loop, &e->watch[i]->io);
        free(e->watch[i]);
    }
    free(e->watch);
    *e = (struct gf_engine){0};
}

int gf_engine_start(struct gf_engine *e, struct gf_transfer *t)
{
    t->engine = e;
    if (gf_transfer_prepare(t) != 0 ||
        curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETFUNCTION, on_open) != CURLE_OK ||
        curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETDATA, t) != CURLE_OK ||
        curl_easy_setopt(t->easy, CURLOPT_CLOSESOCKETFUNCTION, on_close) != CURLE_OK ||
        curl_easy_setopt(t->easy, CURLOPT_CLOSESOCKETDATA, e) != CURLE_OK ||
        curl_multi_add_handle(e->multi, t->easy) != CURLM_OK)
        return -1;
    e->active++;
    return 0;
}

void gf_engine_cancel(struct gf_engine *e, struct gf_transfer *t)
{
    curl_multi_remove_handle(e->multi, t->easy);
    forget_opener(e, t);
    e->active--;
}

/* Calls `done` of all that ended; whether any had. */
static bool collect(struct gf_engine *e)
{
    bool any = false;
    int left;
    for (CURLMsg *m; (m = curl_multi_info_read(e->multi, &left)); any = true) {
        if (m->msg != CURLMSG_DONE)
            continue;
        CURL *easy = m->easy_handle;
        CURLcode code = m->data.result;
        char *private = NULL; /* as older headers want it */
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
        struct gf_transfer *t = (void *)private;
        curl_multi_remove_handle(e->multi, easy); /* m is gone from here on */
        e->active--;
        forget_opener(e, t);
        gf_transfer_judge(t, code);
        t->on->done(t);
    }
    return any;
}

bool gf_engine_pump(struct gf_engine *e)
{
    bool any = collect(e);
    while (e->is_due && !e->failed) {
        e->is_due = false;
        ev_now_update(e->loop); /* a timer that libcurl sets counts from now */
        act(e, CURL_SOCKET_TIMEOUT, 0);
        any |= collect(e);
    }
    return any;
}
