/*
 * tool.h - a server as a tool has it: opened as an option says, and spoken of in the same words by
 * all tools. The one file of the room that prints, and that reads the environment.
 *
 *     struct gf_redis_tool t;
 *     int status = gf_redis_tool_open(&t, "-S", value, "gf-sem", GF_REDIS_MUST_KEEP);
 *     if (status == 0)
 *         status = gf_redis_tool_connect(&t);          // for who does not wait for a server
 *     ...
 *     while (!(r = gf_redis_server_run(&t.server, &script, &q)))
 *         if (!gf_redis_tool_is_away(&t))              // an error that stays: it was said
 *             return GF_EXIT_TOOL;
 *         else
 *             gf_sleep_until(t.server.again_mono);
 *     gf_redis_tool_is_back(&t);
 *     gf_redis_tool_close(&t);
 *
 * The password is GF_REDIS_PASSWORD's (base/secret.h), else the address's, which ps shows: that is
 * said once. No message ever has a password.
 */
#ifndef GF_REDIS_TOOL_H
#define GF_REDIS_TOOL_H

#include "redis/server.h"

struct gf_redis_tool {
    struct gf_redis_address at;
    struct gf_redis_server server;
    char *password;
    bool noted;   /* what server.note has */
    bool is_away; /* that was said */
    gf_ns since_mono;
};

/* `option` is what the address was given to. 0, or the exit status after a message; nothing is
 * connected yet. */
int gf_redis_tool_open(struct gf_redis_tool *t, const char *option, const char *address,
                       const char *client, enum gf_redis_use use);
void gf_redis_tool_close(struct gf_redis_tool *t);

/* Connects once. 0, or 125 after a message. */
int gf_redis_tool_connect(struct gf_redis_tool *t);

/*
 * A call has failed. True: the server is away, which was said, now or before; try again at
 * t->server.again_mono. False: trying again is of no use, which was said too, or a signal ended the
 * wait (t->server.link.trouble).
 */
bool gf_redis_tool_is_away(struct gf_redis_tool *t);

/* A call has succeeded: what there is to say of the server is said, and that it is back. */
void gf_redis_tool_is_back(struct gf_redis_tool *t);

/* `cannot use ADDRESS: WHY`, and the cure. */
void gf_redis_tool_error(const struct gf_redis_tool *t);

#endif
