/*
 * tool.h - a queue as a tool has it: opened by the name that the user gave, and spoken of in the
 * same words by all tools. The one file of the room that prints, and that reads the environment.
 *
 *     struct gf_queue_tool t;
 *     int status = gf_queue_tool_open(&t, "work", GF_DB_CREATE, false, "gf-queue");
 *     if (status != 0)
 *         return status;
 *     struct gf_queue_now now = gf_queue_tool_now();
 *     while (gf_queue_status(t.q, &now, &s) != 0)
 *         if (!gf_queue_tool_may_pass(&t, "read"))
 *             return GF_EXIT_TOOL;                     // it was said
 *     gf_queue_tool_close(&t);
 *
 * A NAME is a file of the state directory (NAME.queue, base/statepath.h), one with a / is a path,
 * and redis://HOST#NAME is on a server.
 */
#ifndef GF_QUEUE_TOOL_H
#define GF_QUEUE_TOOL_H

#include "base/clash.h"
#include "base/cli.h"
#include "db/db.h"
#include "queue/queue.h"
#ifdef GF_REDIS
#include "redis/tool.h"
#endif

struct gf_queue_tool {
    struct gf_queue *q;
    const char *name; /* as it is shown */
    bool on_server;
#ifdef GF_REDIS
    struct gf_redis_tool server;
#endif
    gf_ns until_mono; /* a place that is away is tried so long; 0: for ever */
    bool is_away;     /* that was said */
    gf_ns since_mono;
};

/* With GF_DB_CREATE a file is made when there is none. `synced`: what is put survives the loss of
 * power; of a server that is asked for, and refused with 2 when the server does not do it. 0, or
 * the exit status after a message. */
int gf_queue_tool_open(struct gf_queue_tool *t, const char *name, enum gf_db_use use, bool synced,
                       const char *client);
/* Adds the file of the queue of that name, which is borrowed, to the inputs; one on a server has
 * none, and neither has NULL. Of standard output and error gf_queue_tool_open asks. */
void gf_queue_tool_reads(struct gf_clash *c, const char *name);

void gf_queue_tool_close(struct gf_queue_tool *t);

struct gf_queue_now gf_queue_tool_now(void);

/* The value of --lease: a second or longer. 0, or -1 after a message. */
int gf_queue_tool_lease(const struct gf_optparser *p, gf_ns *out);

/* A worker's name for this process: HOST:PID. */
void gf_queue_tool_worker(char out[GF_QUEUE_WORKER]);

/* Until then (0: for ever) a place that is away is tried, and a call waits for it: for a second at
 * least, since what was asked of a server may be done before its answer comes. Once more in front
 * of each call that follows. */
void gf_queue_tool_until(struct gf_queue_tool *t, gf_ns until_mono);

/*
 * A call has failed. True: it may pass, which was said, now or before; a moment was waited, up to a
 * signal, and the call may be repeated. False: it does not pass, or the time is over; it was said,
 * `cannot VERB the queue ...`, and the status is GF_EXIT_TOOL.
 */
bool gf_queue_tool_may_pass(struct gf_queue_tool *t, const char *verb);

/* A call has succeeded: if the place was away, that it is back. */
void gf_queue_tool_is_back(struct gf_queue_tool *t);

#endif
