/*
 * caught.h - signals that were caught, told on the event loop.
 *
 *     static void on_child(struct gf_caught *c) ...
 *
 *     struct gf_caught child = {.sig = SIGCHLD, .came = on_child, .owner = me};
 *     if (gf_caught_start(&child, loop) != 0) ... errno ...
 *     ev_run(loop, 0);
 *     gf_caught_stop(&child);
 *
 * As the ev_signal of libev, but for two ends of the process that it knows: it aborts when there is
 * no descriptor for its pipe, and when epoll refuses that. Here both are an errno of the start.
 *
 * A signal that comes several times before the loop looks is told once. While one is started the
 * loop goes on. One struct for each signal of the process, and one loop; the struct is the owner's,
 * in its place until it is stopped. Main thread.
 */
#ifndef GF_RUN_CAUGHT_H
#define GF_RUN_CAUGHT_H

#include <ev.h>

struct gf_caught {
    int sig;
    void (*came)(struct gf_caught *c); /* may stop it, and others */
    void *owner;
};

/*
 * Catches and unblocks the signal. 0, or -1 with errno of eventfd(2); ENOMEM: the kernel lets no
 * more descriptors be watched; EBUSY: another part has the signal, or there is another loop.
 */
int gf_caught_start(struct gf_caught *c, struct ev_loop *loop);

/* As if the signal had come; of one that nobody has started nobody is told. */
void gf_caught_feed(int sig);

/* The signal has its default action again. One that was not started may be stopped. */
void gf_caught_stop(struct gf_caught *c);

#endif
