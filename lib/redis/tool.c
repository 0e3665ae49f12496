/*
 * tool.c - what all tools say of a server.
 */
#include "redis/tool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit.h"
#include "base/msg.h"
#include "base/secret.h"

static int refuse_address(const char *address, const struct gf_perr *e)
{
    char *masked = gf_redis_address_mask(address);
    if (masked)
        gf_error_parse("address", masked, strlen(masked), e);
    else
        gf_error_nomem();
    free(masked);
    return GF_EXIT_USAGE;
}

int gf_redis_tool_open(struct gf_redis_tool *t, const char *option, const char *address,
                       const char *client, enum gf_redis_use use)
{
    struct gf_perr e;
    const char *why;
    *t = (struct gf_redis_tool){0};
    gf_redis_link_init(&t->server.link);
    if (gf_redis_address_parse(&t->at, address, &e) != 0) {
        if (errno == EINVAL)
            return refuse_address(address, &e);
        gf_error_nomem();
        return GF_EXIT_TOOL;
    }
    if (gf_secret_take("GF_REDIS_PASSWORD", &t->password, &why) != 0) {
        gf_error("GF_REDIS_PASSWORD_FILE: %s", why);
        gf_redis_tool_close(t);
        return GF_EXIT_TOOL;
    }
    if (t->at.password && !t->password) {
        gf_note("%s: the password in the address is seen by whoever lists processes", option);
        gf_note_hint("put it into a file of mode 0600, and GF_REDIS_PASSWORD_FILE=FILE");
    }
    gf_redis_server_init(&t->server, &t->at, t->password, client, use);
    return 0;
}

void gf_redis_tool_close(struct gf_redis_tool *t)
{
    gf_redis_server_release(&t->server);
    gf_redis_address_release(&t->at);
    gf_secret_free(t->password);
    t->password = NULL;
}

void gf_redis_tool_error(const struct gf_redis_tool *t)
{
    const struct gf_redis_trouble *trouble = &t->server.link.trouble;
    gf_error("cannot use %s: %s", t->at.shown, trouble->why);
    if (trouble->cure)
        gf_hint("%s", trouble->cure);
}

static void say_note(struct gf_redis_tool *t)
{
    if (t->server.note[0] && !t->noted)
        gf_note("%s: %s", t->at.shown, t->server.note);
    t->noted = true;
}

int gf_redis_tool_connect(struct gf_redis_tool *t)
{
    if (gf_redis_server_up(&t->server) == 0) {
        say_note(t);
        return 0;
    }
    if (t->server.link.trouble.kind != GF_REDIS_STOPPED)
        gf_redis_tool_error(t);
    return GF_EXIT_TOOL;
}

bool gf_redis_tool_is_away(struct gf_redis_tool *t)
{
    const struct gf_redis_trouble *trouble = &t->server.link.trouble;
    if (trouble->kind == GF_REDIS_STOPPED)
        return false;
    if (!gf_redis_may_pass(trouble->kind)) {
        gf_redis_tool_error(t);
        return false;
    }
    if (!t->is_away) {
        gf_note("%s is away: %s; trying again until it is back", t->at.shown, trouble->why);
        if (trouble->cure)
            gf_note_hint("%s", trouble->cure);
        t->since_mono = gf_now_mono();
    }
    t->is_away = true;
    return true;
}

void gf_redis_tool_is_back(struct gf_redis_tool *t)
{
    say_note(t);
    if (t->is_away)
        gf_note("%s is back after %.1f s", t->at.shown,
                (double)(gf_now_mono() - t->since_mono) / 1e9);
    t->is_away = false;
}
