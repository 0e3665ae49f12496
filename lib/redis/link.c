/*
 * link.c - bytes to and from a server. hiredis reads replies (its reader alone); requests are
 * written by request.c; the socket is ours, so that a wait has a deadline and can be stopped, and
 * no write raises SIGPIPE.
 */
#include "redis/link.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sat.h"
#include "redis/dial.h"
#include "redis/replies.h"

enum {
    READ = 64 * 1024,
    PASSES = 16,             /* reads, before others get their turn */
    LONG_ANSWER = 16 * 1024, /* so many bytes more are progress; drops are not */
    LINE_MAX_BYTES = 64 * 1024,
};

void gf_redis_link_init(struct gf_redis_link *l)
{
    *l = (struct gf_redis_link){.fd = -1};
}

void gf_redis_hang_up(struct gf_redis_link *l)
{
    if (l->fd != -1)
        close(l->fd);
    if (l->reader)
        gf_redis_replies_close(l->reader);
    l->fd = -1;
    l->reader = NULL;
    l->pending = l->sent = 0;
    gf_buf_release(&l->out);
    memset(l->known, 0, sizeof l->known);
}

static int fail(struct gf_redis_link *l, enum gf_redis_kind kind, const char *why)
{
    gf_redis_trouble_set(&l->trouble, kind, NULL, "%s", why);
    gf_redis_hang_up(l);
    return -1;
}

static int no_memory(struct gf_redis_link *l)
{
    return fail(l, GF_REDIS_NO_MEMORY, "out of memory");
}

static int too_large(struct gf_redis_link *l)
{
    return fail(l, GF_REDIS_ODD, "an answer of more than 256 MiB");
}

/* ---- bytes ----------------------------------------------------------------------------------- */

int gf_redis_send(struct gf_redis_link *l, const struct gf_redis_request *q)
{
    if (l->fd == -1)
        return -1;
    gf_buf_printf(&l->out, "*%zu\r\n", q->n);
    gf_buf_join(&l->out, &q->words);
    return gf_buf_check(&l->out) == 0 ? 0 : no_memory(l);
}

bool gf_redis_wants_to_write(const struct gf_redis_link *l)
{
    return l->sent < l->out.len;
}

static int write_some(struct gf_redis_link *l)
{
    while (gf_redis_wants_to_write(l)) {
        ssize_t n = send(l->fd, l->out.data + l->sent, l->out.len - l->sent, MSG_NOSIGNAL);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return 0;
        if (n == -1)
            return fail(l, GF_REDIS_AWAY, strerror(errno));
        l->sent += (size_t)n;
    }
    gf_buf_clear(&l->out);
    l->sent = 0;
    return 0;
}

int gf_redis_feed(struct gf_redis_link *l, const char *data, size_t len)
{
    if (!l->reader && !(l->reader = gf_redis_replies_open()))
        return no_memory(l);
    l->pending += len;
    if (l->pending > GF_REDIS_REPLY_MAX)
        return too_large(l);
    return redisReaderFeed(l->reader, data, len) == REDIS_OK ? 0 : no_memory(l);
}

static int read_some(struct gf_redis_link *l)
{
    char bytes[READ / 8];
    for (int i = 0; i < PASSES; i++) {
        ssize_t n = recv(l->fd, bytes, sizeof bytes, 0);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return 0;
        if (n == -1)
            return fail(l, GF_REDIS_AWAY, strerror(errno));
        if (n == 0)
            return fail(l, GF_REDIS_AWAY, "the server closed the connection");
        if (gf_redis_feed(l, bytes, (size_t)n) != 0)
            return -1;
        if ((size_t)n < sizeof bytes)
            return 0;
    }
    return 0;
}

int gf_redis_move(struct gf_redis_link *l)
{
    if (l->fd == -1)
        return -1;
    return write_some(l) == 0 ? read_some(l) : -1;
}

/* A line without an end would be looked through again with each piece that comes. */
static bool is_endless_line(const redisReader *r)
{
    return r->len - r->pos > LINE_MAX_BYTES && !memchr(r->buf + r->pos, '\n', LINE_MAX_BYTES);
}

redisReply *gf_redis_next(struct gf_redis_link *l)
{
    void *reply = NULL;
    if (!l->reader)
        return NULL;
    if (redisReaderGetReply(l->reader, &reply) != REDIS_OK) {
        if (*gf_redis_replies_made(l->reader) > GF_REDIS_REPLY_MAX) {
            (void)too_large(l);
            return NULL;
        }
        bool memory = l->reader->err == REDIS_ERR_OOM;
        gf_redis_trouble_set(&l->trouble, memory ? GF_REDIS_NO_MEMORY : GF_REDIS_ODD, NULL,
                             "what came is no answer of Redis: %s", l->reader->errstr);
        gf_redis_hang_up(l);
        return NULL;
    }
    if (reply) {
        l->pending = l->reader->len - l->reader->pos;
        *gf_redis_replies_made(l->reader) = 0;
    } else if (is_endless_line(l->reader)) {
        (void)fail(l, GF_REDIS_ODD, "what came is no answer of Redis: a line of more than 64 KiB");
    }
    return reply;
}

/* ---- waiting --------------------------------------------------------------------------------- */

static bool is_stopped(const struct gf_redis_link *l)
{
    return l->stop && *l->stop;
}

/* Waits until something can be done. 0, or -1: the link is down. */
static int wait(struct gf_redis_link *l, gf_ns deadline_mono)
{
    struct pollfd p = {.fd = l->fd, .events = POLLIN};
    if (gf_redis_wants_to_write(l))
        p.events |= POLLOUT;
    for (;;) {
        gf_ns left = deadline_mono - gf_now_mono();
        if (left <= 0)
            return fail(l, GF_REDIS_AWAY, "no answer in time");
        struct timespec t = {.tv_sec = (time_t)(left / GF_S), .tv_nsec = (long)(left % GF_S)};
        int n = ppoll(&p, 1, &t, NULL);
        if (n > 0)
            return 0;
        if (n == -1 && errno != EINTR)
            return fail(l, GF_REDIS_AWAY, strerror(errno));
        if (n == -1 && is_stopped(l))
            return fail(l, GF_REDIS_STOPPED, "a signal ended the wait");
    }
}

redisReply *gf_redis_await(struct gf_redis_link *l, gf_ns deadline_mono)
{
    redisReply *r;
    gf_ns patience = deadline_mono - gf_now_mono();
    size_t had = l->pending;
    while (!(r = gf_redis_next(l))) {
        if (l->fd == -1 || write_some(l) != 0 || wait(l, deadline_mono) != 0 ||
            gf_redis_move(l) != 0)
            return NULL;
        if (l->pending < had || l->pending - had < LONG_ANSWER)
            continue;
        had = l->pending; /* a long answer may take longer, as long as it comes */
        deadline_mono = gf_sat_add_i64(gf_now_mono(), patience);
    }
    return r;
}

/* Takes an error reply for a trouble. */
static redisReply *judge(struct gf_redis_link *l, redisReply *r)
{
    if (!r || r->type != REDIS_REPLY_ERROR)
        return r;
    gf_redis_trouble_of_error(&l->trouble, r->str);
    freeReplyObject(r);
    return NULL;
}

static void down(struct gf_redis_link *l)
{
    if (l->trouble.kind == GF_REDIS_FINE)
        gf_redis_trouble_set(&l->trouble, GF_REDIS_AWAY, NULL, "there is no connection");
}

redisReply *gf_redis_call(struct gf_redis_link *l, const struct gf_redis_request *q,
                          gf_ns deadline_mono)
{
    if (gf_redis_send(l, q) != 0) {
        down(l);
        return NULL;
    }
    return judge(l, gf_redis_await(l, deadline_mono));
}

/* ---- scripts --------------------------------------------------------------------------------- */

/* Its place among those that are known, or a free one; NULL: there is none. */
static char *digest_of(struct gf_redis_link *l, const struct gf_redis_script *script)
{
    for (size_t i = 0; i < GF_REDIS_SCRIPTS; i++)
        if (!l->known[i].script || l->known[i].script == script) {
            l->known[i].script = script;
            return l->known[i].sha;
        }
    return NULL;
}

static int send_run(struct gf_redis_link *l, const char *verb, const char *what,
                    const struct gf_redis_request *q)
{
    struct gf_redis_request head = {0};
    gf_redis_put_text(&head, verb);
    gf_redis_put_text(&head, what);
    gf_buf_join(&head.words, &q->words);
    head.n += q->n;
    int r = gf_redis_send(l, &head);
    gf_redis_request_release(&head);
    return r;
}

static int send_load(struct gf_redis_link *l, const struct gf_redis_script *script)
{
    struct gf_redis_request q = {0};
    gf_redis_put_text(&q, "SCRIPT");
    gf_redis_put_text(&q, "LOAD");
    gf_redis_put_text(&q, script->text);
    int r = gf_redis_send(l, &q);
    gf_redis_request_release(&q);
    return r;
}

/* Sends the text, for its digest and to run it, in one go. */
static redisReply *run_text(struct gf_redis_link *l, const struct gf_redis_script *script,
                            const struct gf_redis_request *q, char *sha, gf_ns deadline_mono)
{
    if ((sha && send_load(l, script) != 0) || send_run(l, "EVAL", script->text, q) != 0) {
        down(l);
        return NULL;
    }
    redisReply *loaded = sha ? gf_redis_await(l, deadline_mono) : NULL;
    if (sha && !loaded)
        return NULL;
    if (loaded && loaded->type == REDIS_REPLY_STRING && loaded->len == 40)
        memcpy(sha, loaded->str, 41);
    freeReplyObject(loaded);
    return judge(l, gf_redis_await(l, deadline_mono));
}

redisReply *gf_redis_run(struct gf_redis_link *l, const struct gf_redis_script *script,
                         const struct gf_redis_request *q, gf_ns deadline_mono)
{
    char *sha = digest_of(l, script);
    if (!sha || !sha[0])
        return run_text(l, script, q, sha, deadline_mono);
    if (send_run(l, "EVALSHA", sha, q) != 0) {
        down(l);
        return NULL;
    }
    redisReply *r = gf_redis_await(l, deadline_mono);
    if (!r || r->type != REDIS_REPLY_ERROR || strncmp(r->str, "NOSCRIPT", 8) != 0)
        return judge(l, r);
    freeReplyObject(r);
    sha[0] = '\0';
    return run_text(l, script, q, sha, deadline_mono);
}

/* ---- a connection ---------------------------------------------------------------------------- */

static void put_words(struct gf_redis_link *l, const char *a, const char *b, const char *c)
{
    struct gf_redis_request q = {0};
    const char *words[] = {a, b, c};
    for (int i = 0; i < 3; i++)
        if (words[i])
            gf_redis_put_text(&q, words[i]);
    (void)gf_redis_send(l, &q); /* when memory is out the link is down, and gf_redis_await tells */
    gf_redis_request_release(&q);
}

/* A reply of the greeting. */
static int greeted(struct gf_redis_link *l, bool needed, gf_ns deadline_mono)
{
    redisReply *r = gf_redis_await(l, deadline_mono);
    if (!r)
        return -1;
    if (needed && !(r = judge(l, r))) {
        gf_redis_hang_up(l);
        return -1;
    }
    freeReplyObject(r);
    return 0;
}

static int greet(struct gf_redis_link *l, const struct gf_redis_address *to,
                 const struct gf_redis_login *login, gf_ns deadline_mono)
{
    char db[16];
    snprintf(db, sizeof db, "%u", to->db);
    if (login->password && login->user)
        put_words(l, "AUTH", login->user, login->password);
    else if (login->password)
        put_words(l, "AUTH", login->password, NULL);
    put_words(l, "SELECT", db, NULL);
    if (login->client) {
        struct gf_redis_request q = {0};
        gf_redis_put_text(&q, "CLIENT");
        gf_redis_put_text(&q, "SETNAME");
        gf_redis_put_text(&q, login->client);
        (void)gf_redis_send(l, &q);
        gf_redis_request_release(&q);
    }
    if (login->password && greeted(l, true, deadline_mono) != 0)
        return -1;
    if (greeted(l, true, deadline_mono) != 0)
        return -1;
    return login->client ? greeted(l, false, deadline_mono) : 0;
}

int gf_redis_dial(struct gf_redis_link *l, const struct gf_redis_address *to,
                  const struct gf_redis_login *login, gf_ns deadline_mono)
{
    gf_redis_hang_up(l);
    l->trouble.kind = GF_REDIS_FINE;
    l->fd = gf_redis_connect(to, deadline_mono, l->stop, &l->trouble);
    if (l->fd == -1)
        return -1;
    if (!(l->reader = gf_redis_replies_open()))
        return no_memory(l);
    return greet(l, to, login, deadline_mono);
}
