/*
 * link.h - a connection to a Redis server: requests go out, replies come back in their order.
 *
 *     struct gf_redis_link l;
 *     gf_redis_link_init(&l);
 *     if (gf_redis_dial(&l, &address, &login, gf_now_mono() + 5 * GF_S) != 0)
 *         gf_error("%s: %s", address.shown, l.trouble.why);
 *     redisReply *r = gf_redis_call(&l, &request, gf_now_mono() + 5 * GF_S);
 *     if (!r) ... l.trouble says why ...
 *     freeReplyObject(r);
 *     gf_redis_hang_up(&l);
 *
 * gf_redis_call waits for the answer. A loop sends by gf_redis_send, waits until l.fd is readable
 * (and writable while gf_redis_wants_to_write), calls gf_redis_move, and takes replies by
 * gf_redis_next until it gives none.
 *
 * A link is up or down. Whatever leaves the order of requests and replies in doubt (a lost
 * connection, a reply that is late, bytes that are none of the protocol) takes it down, and every
 * request that has no reply yet may have been done or not. An error reply takes nothing down: it is
 * NULL too, with its kind, for gf_redis_call and gf_redis_run.
 *
 * Replies are hiredis's (hiredis/hiredis.h): the caller frees them by freeReplyObject. A reply of
 * more than GF_REDIS_REPLY_MAX bytes, or of which more would be made (redis/replies.h), takes the
 * link down. The clock is read for deadlines only. One
 * thread a link. No signal is sent to a process that writes to a server that is gone.
 */
#ifndef GF_REDIS_LINK_H
#define GF_REDIS_LINK_H

#include <hiredis/hiredis.h>
#include <signal.h>
#include <stdbool.h>

#include "base/clock.h"
#include "redis/address.h"
#include "redis/replies.h"
#include "redis/request.h"
#include "redis/trouble.h"

enum {
    GF_REDIS_SCRIPTS = 16, /* that a link remembers */
};

/* A script, one for each text. */
struct gf_redis_script {
    const char *text; /* Lua */
};

struct gf_redis_link {
    int fd; /* -1: it is down */
    redisReader *reader;
    size_t pending;    /* bytes since the last whole reply */
    struct gf_buf out; /* requests, of which `sent` bytes have gone */
    size_t sent;
    struct gf_redis_trouble trouble;   /* the last one */
    const volatile sig_atomic_t *stop; /* NULL, or: other than 0 ends a wait when a signal comes */
    struct {
        const struct gf_redis_script *script;
        char sha[41];
    } known[GF_REDIS_SCRIPTS]; /* on this connection's server */
};

/* How we log in, and who we say we are. Borrowed; NULL for none. */
struct gf_redis_login {
    const char *user, *password;
    const char *client; /* what CLIENT LIST shows, without blanks */
};

void gf_redis_link_init(struct gf_redis_link *l);

/* Connects, logs in, and chooses the database. The name of a host is looked up, which may take
 * longer than the deadline. 0; -1: it is down, l->trouble. */
int gf_redis_dial(struct gf_redis_link *l, const struct gf_redis_address *to,
                  const struct gf_redis_login *login, gf_ns deadline_mono);

/* Closes the connection; it may be dialled again. Requests without a reply are forgotten. */
void gf_redis_hang_up(struct gf_redis_link *l);

static inline bool gf_redis_is_up(const struct gf_redis_link *l)
{
    return l->fd != -1;
}

/* ---- waiting for the answer ------------------------------------------------------------------ */

/* Sends and waits; with each 16 KiB of the answer that have come, the time until the deadline
 * begins anew. NULL with l->trouble: an error reply, or the link is down. */
redisReply *gf_redis_call(struct gf_redis_link *l, const struct gf_redis_request *q,
                          gf_ns deadline_mono);

/*
 * The same for a script: `q` is what follows the script, that is the number of keys, the keys, and
 * the arguments. The server is sent the text once, and its digest after that (EVALSHA); one that
 * has forgotten the script gets the text again. A script may be run twice only if the connection
 * was lost in between, which the caller sees.
 */
redisReply *gf_redis_run(struct gf_redis_link *l, const struct gf_redis_script *script,
                         const struct gf_redis_request *q, gf_ns deadline_mono);

/* The next reply of requests that were sent, waited for; errors too. NULL: the link is down. */
redisReply *gf_redis_await(struct gf_redis_link *l, gf_ns deadline_mono);

/* ---- without waiting ------------------------------------------------------------------------- */

/* Puts a request behind those that are to be sent. -1: it is not, and the link is down. */
int gf_redis_send(struct gf_redis_link *l, const struct gf_redis_request *q);

bool gf_redis_wants_to_write(const struct gf_redis_link *l);

/* Writes and reads what can be now. -1: the link is down. */
int gf_redis_move(struct gf_redis_link *l);

/* The next reply, errors too; NULL: it is not whole yet, or the link is down. */
redisReply *gf_redis_next(struct gf_redis_link *l);

/* For tests, and for whoever reads the bytes by himself: they came from the server. -1: the link
 * is down. */
int gf_redis_feed(struct gf_redis_link *l, const char *data, size_t len);

#endif
