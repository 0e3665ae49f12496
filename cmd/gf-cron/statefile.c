/*
 * statefile.c - opens the state that -S names, with messages: a file, or one on a server.
 *
 * A name without a slash is looked up below XDG_STATE_HOME or HOME (base/statepath.h). Only a
 * scheduler creates the file and the directories above it; to all others a file that is missing is
 * an error. What keeps a state from being used has a hint of its own, by the reason; what no tool
 * takes for a state has that of base/statepath.h.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cron.h"
#include "inputs.h"

#include "base/exit.h"
#include "base/msg.h"
#include "base/statepath.h"
#include "cron/state.h"
#include "redis/address.h"
#ifdef GF_REDIS
#include "cron/redis_state.h"
#include "redis/tool.h"
#endif

#ifdef GF_REDIS
/* The server of the state, of which a process has one. */
static struct gf_redis_tool server;
#endif

static const struct {
    int trouble;
    const char *hint;
} ways_out[] = {
    {GF_DB_LATER, "a newer gf-cron wrote the file: use that one, or name another file with -S"},
    {GF_DB_FOREIGN, "name another file with -S; gf-cron run -S makes a file that is missing"},
    {GF_DB_DAMAGED, "restore the file, or move the file away and gf-cron run -S makes a new one"},
    {GF_DB_LOCKED, "keep the file: end the program that has it open, or try again later"},
    {GF_DB_FULL, "keep the file: make room on its disk"},
    {GF_DB_SIZE, "keep the file: raise the limit (ulimit -f)"},
    {GF_DB_FILES, "keep the file: raise the limit (ulimit -n)"},
    {GF_DB_MEMORY, "keep the file: try again when there is more memory"},
    {GF_DB_READONLY,
     "history and status can read it there; to run, pause or trigger jobs, name a file that can be "
     "written with -S"},
    {GF_DB_IO, "copy the file to another disk while it can be read; the log of the kernel says "
               "more"},
};

static void say_way_out(int trouble)
{
    for (size_t i = 0; i < sizeof ways_out / sizeof ways_out[0]; i++)
        if (ways_out[i].trouble == trouble)
            gf_hint("%s", ways_out[i].hint);
}

/* Where a state on a server lies, as it is shown; else NULL. */
static const char *server_of(const struct gf_state *s)
{
#ifdef GF_REDIS
    if (gf_state_has_leases(s))
        return server.at.shown;
#endif
    (void)s;
    return NULL;
}

void cron_state_is_away(const struct gf_state *s)
{
    gf_note("the state is away: %s: %s; nothing starts until it is back", server_of(s),
            gf_state_error(s));
    if (gf_state_cure(s))
        gf_note_hint("%s", gf_state_cure(s));
}

int cron_state_failed(const struct gf_state *s, const char *verb)
{
    const char *why = gf_state_error(s), *at = server_of(s);
    why = *why ? why : strerror(ENOMEM); /* of the text for it */
    if (at)
        gf_error("cannot %s the state on %s: %s", verb, at, why);
    else
        gf_error("cannot %s the state: %s", verb, why);
    if (gf_state_cure(s))
        gf_hint("%s", gf_state_cure(s));
    say_way_out(gf_state_trouble(s));
    return GF_EXIT_TOOL;
}

/* The message of a state that cannot be opened: the reason may be about a file beside it. */
static void say_refusal(const char *path, int refusal, int code, const char *why)
{
    const char *end = gf_db_beside(refusal);
    char text[GF_STATEPATH_CURE];
    gf_error("cannot use the state '%s%s': %s", path, end, why);
    const char *cure = gf_statepath_cure(path, code, why, text);
    if (*end)
        gf_hint(
            "gf-cron would believe what is in that file: find out who made it, and move it away");
    else if (cure)
        gf_hint("%s", cure);
    else
        say_way_out(refusal);
}

static int open_file(const char *value, enum gf_db_use use, struct gf_state **out)
{
    struct gf_statepath p;
    const char *why;
    char text[GF_STATEPATH_CURE];
    if (gf_statepath_here(&p, value, ".cron", &why) != 0) {
        bool is_good = errno == ENOENT; /* the name; there is no place for it */
        int status = is_good ? GF_EXIT_TOOL : GF_EXIT_USAGE;
        const char *way_out = gf_statepath_cure("", errno, why, text);
        gf_error("%s '%s': %s", is_good ? "cannot use the state" : "bad name of a state", value,
                 why);
        if (way_out)
            gf_hint("%s", way_out);
        return status;
    }
    if (cron_prints_into(p.path))
        return GF_EXIT_USAGE;
    int got = use == GF_DB_CREATE ? gf_statepath_make_parents(&p, &why) : 0;
    if (got == 0)
        got = gf_state_open(out, p.path, use, &why);
    if (got == 0)
        return GF_EXIT_OK;
    say_refusal(p.path, got, errno, why);
    return GF_EXIT_TOOL;
}

/* ---- a server -------------------------------------------------------------------------------- */

#ifdef GF_REDIS
static int open_server(const char *value, bool schedules, gf_ns lease, struct gf_state **out)
{
    char host[64], name[40];
    int status = gf_redis_tool_open(&server, "-S", value, "gf-cron", GF_REDIS_MUST_KEEP);
    if (status != GF_EXIT_OK)
        return status;
    status = gf_redis_tool_connect(&server);
    cron_host(host);
    snprintf(name, sizeof name, "%.27s:%ld", host, (long)getpid()); /* as others see us */
    if (status == GF_EXIT_OK &&
        gf_state_open_redis(out, &server.server, schedules ? name : NULL, lease) != 0) {
        gf_error_nomem();
        status = GF_EXIT_TOOL;
    }
    if (status != GF_EXIT_OK)
        gf_redis_tool_close(&server);
    return status;
}

static void close_server(void)
{
    gf_redis_tool_close(&server);
}
#else
static int open_server(const char *value, bool schedules, gf_ns lease, struct gf_state **out)
{
    (void)value;
    (void)schedules;
    (void)lease;
    (void)out;
    gf_error("this build has no Redis");
    gf_hint("build it with hiredis (REDIS=yes), or name a file with -S");
    return GF_EXIT_USAGE;
}

static void close_server(void)
{
}
#endif

void cron_host(char out[64])
{
    if (gethostname(out, 64) != 0)
        out[0] = '\0';
    out[63] = '\0';
    for (char *c = out; *c; c++)
        if ((unsigned char)*c <= ' ' || *c == 0x7f)
            *c = '_';
}

bool cron_state_is_remote(const char *value)
{
    return value && gf_redis_is_address(value);
}

int cron_state_open(const char *value, enum gf_db_use use, gf_ns lease, struct gf_state **out)
{
    return cron_state_is_remote(value) ? open_server(value, use == GF_DB_CREATE, lease, out)
                                       : open_file(value, use, out);
}

void cron_state_close(struct gf_state *s)
{
    bool remote = s && gf_state_has_leases(s);
    gf_state_close(s);
    if (remote)
        close_server();
}
