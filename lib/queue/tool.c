/*
 * tool.c - what all tools say of a queue. A place that is away is tried again for as long as the
 * tool likes; of a file that is locked for a minute, or a full disk, the same holds.
 */
#include "queue/tool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/msg.h"
#include "base/sat.h"
#include "base/statepath.h"
#include "queue/file.h"
#ifdef GF_REDIS
#include "queue/redis.h"
#else
#include "redis/address.h"
#endif

struct gf_queue_now gf_queue_tool_now(void)
{
    return (struct gf_queue_now){.wall = gf_now_wall(), .boot = gf_now_boot()};
}

int gf_queue_tool_lease(const struct gf_optparser *p, gf_ns *out)
{
    if (gf_cli_duration(p, out) != 0)
        return -1;
    if (*out >= GF_S)
        return 0;
    gf_error("--lease: a lease is one second or longer");
    return -1;
}

void gf_queue_tool_worker(char out[GF_QUEUE_WORKER])
{
    char host[GF_QUEUE_WORKER / 2] = "?";
    if (gethostname(host, sizeof host) != 0)
        host[0] = '?';
    host[sizeof host - 1] = '\0';
    for (char *s = host; *s; s++)
        if ((unsigned char)*s <= ' ' || *s == 0x7f)
            *s = '_';
    snprintf(out, GF_QUEUE_WORKER, "%s:%ld", host, (long)getpid());
}

/* ---- a file ---------------------------------------------------------------------------------- */

void gf_queue_tool_reads(struct gf_clash *c, const char *name)
{
    struct gf_statepath p;
    const char *why;
    size_t n = c->n;
    if (!name || gf_redis_is_address(name) || gf_statepath_here(&p, name, ".queue", &why) != 0)
        return;
    gf_clash_reads(c, p.path);
    if (c->n > n)
        c->file[n].name = name; /* the path ends here */
}

/* What is printed into the database would damage it. */
static int check_outputs(const char *name)
{
    struct gf_clash c = {.role = "queue"};
    gf_queue_tool_reads(&c, name);
    int bad = gf_clash_writes_fd(&c, STDOUT_FILENO, "standard output");
    bad = bad ? bad : gf_clash_writes_fd(&c, STDERR_FILENO, "standard error");
    gf_clash_release(&c);
    return bad ? GF_EXIT_USAGE : 0;
}

static int say_refusal(const char *path, int refusal, int code, const char *why)
{
    char text[GF_STATEPATH_CURE];
    const char *end = gf_db_beside(refusal), *cure = gf_statepath_cure(path, code, why, text);
    gf_error("cannot use the queue '%s%s': %s", path, end, why);
    if (*end)
        gf_hint("gf-queue would believe what is in that file: find out who made it, and move it "
                "away");
    else if (cure || (cure = gf_queue_file_cure(refusal)))
        gf_hint("%s", cure);
    return GF_EXIT_TOOL;
}

static int open_file(struct gf_queue_tool *t, const char *name, enum gf_db_use use, bool synced)
{
    struct gf_statepath p;
    const char *why;
    char text[GF_STATEPATH_CURE];
    if (gf_statepath_here(&p, name, ".queue", &why) != 0) {
        bool is_good = errno == ENOENT; /* the name; there is no place for it */
        const char *cure = gf_statepath_cure("", errno, why, text);
        gf_error("%s '%s': %s", is_good ? "cannot use the queue" : "bad name of a queue", name,
                 why);
        if (cure)
            gf_hint("%s", cure);
        return is_good ? GF_EXIT_TOOL : GF_EXIT_USAGE;
    }
    /* One that is there is not looked at as a whole, which takes time with the number of jobs. */
    int got =
        gf_queue_open_file(&t->q, p.path, use == GF_DB_CREATE ? GF_DB_WRITE : use, synced, &why);
    if (got == -1 && errno == ENOENT && use == GF_DB_CREATE) {
        got = gf_statepath_make_parents(&p, &why);
        if (got == 0)
            got = gf_queue_open_file(&t->q, p.path, use, synced, &why);
    }
    if (got == -1 && errno == ENOENT && use != GF_DB_CREATE) {
        gf_error("there is no queue '%s' (%s)", name, p.path);
        gf_hint("gf-queue put makes one");
        return GF_EXIT_TOOL;
    }
    return got == 0 ? 0 : say_refusal(p.path, got, errno, why);
}

/* ---- a server -------------------------------------------------------------------------------- */

#ifdef GF_REDIS
static int open_server(struct gf_queue_tool *t, const char *name, bool synced, const char *client)
{
    int status = gf_redis_tool_open(&t->server, "the queue", name, client, GF_REDIS_MUST_KEEP);
    if (status != 0)
        return status;
    t->on_server = true;
    t->name = t->server.at.shown;
    if (synced) {
        const struct gf_redis_facts *f = &t->server.server.facts;
        status = gf_redis_tool_connect(&t->server);
        if (status == 0 && (!f->appends || strcmp(f->appendfsync, "always") != 0)) {
            gf_error("--fsync: %s does not sync what it accepts (appendonly %s, appendfsync %s)",
                     t->name, f->appends ? "yes" : "no", f->appendfsync[0] ? f->appendfsync : "?");
            gf_hint("redis-cli config set appendonly yes, and appendfsync always");
            status = GF_EXIT_USAGE;
        }
    }
    if (status == 0 && gf_queue_open_redis(&t->q, &t->server.server) != 0) {
        gf_error_nomem();
        status = GF_EXIT_TOOL;
    }
    if (status != 0)
        gf_redis_tool_close(&t->server);
    return status;
}
#else
static int open_server(struct gf_queue_tool *t, const char *name, bool synced, const char *client)
{
    (void)t;
    (void)name;
    (void)synced;
    (void)client;
    gf_error("this build has no Redis");
    gf_hint("build it with hiredis (REDIS=yes), or name a queue of this machine");
    return GF_EXIT_USAGE;
}
#endif

int gf_queue_tool_open(struct gf_queue_tool *t, const char *name, enum gf_db_use use, bool synced,
                       const char *client)
{
    *t = (struct gf_queue_tool){.name = name};
    if (gf_redis_is_address(name))
        return open_server(t, name, synced, client);
    int status = check_outputs(name);
    return status == 0 ? open_file(t, name, use, synced) : status;
}

void gf_queue_tool_close(struct gf_queue_tool *t)
{
    gf_queue_close(t->q);
    t->q = NULL;
#ifdef GF_REDIS
    if (t->on_server)
        gf_redis_tool_close(&t->server);
#endif
}

/* ---- trouble --------------------------------------------------------------------------------- */

/* When the next try makes sense. */
static gf_ns next_try(const struct gf_queue_tool *t)
{
    gf_ns again = gf_now_mono() + 100 * GF_MS;
#ifdef GF_REDIS
    if (t->on_server && t->server.server.again_mono > again)
        again = t->server.server.again_mono;
#else
    (void)t;
#endif
    return again;
}

void gf_queue_tool_until(struct gf_queue_tool *t, gf_ns until_mono)
{
    gf_ns left = gf_sat_sub_i64(until_mono, gf_now_mono());
    t->until_mono = until_mono;
    gf_queue_patience(t->q, !until_mono ? GF_NEVER : left > GF_S ? left : GF_S);
}

bool gf_queue_tool_may_pass(struct gf_queue_tool *t, const char *verb)
{
    const struct gf_queue_trouble *trouble = gf_queue_trouble(t->q);
    gf_ns again = next_try(t), until = t->until_mono;
    if (!trouble->later || (until && gf_now_mono() >= until)) {
        gf_error("cannot %s the queue '%s': %s", verb, t->name, trouble->why);
        if (trouble->cure)
            gf_hint("%s", trouble->cure);
        return false;
    }
    if (!t->is_away) {
        gf_note("the queue '%s' is away: %s; trying again until %s", t->name, trouble->why,
                until ? "the time is over" : "it is back");
        if (trouble->cure)
            gf_note_hint("%s", trouble->cure);
        t->since_mono = gf_now_mono();
    }
    t->is_away = true;
    (void)gf_sleep_until(until && until < again ? until : again); /* a signal ends it */
    if (until)
        gf_queue_tool_until(t, until);
    return true;
}

void gf_queue_tool_is_back(struct gf_queue_tool *t)
{
    if (t->is_away)
        gf_note("the queue '%s' is back after %.1f s", t->name,
                (double)(gf_now_mono() - t->since_mono) / 1e9);
    t->is_away = false;
#ifdef GF_REDIS
    if (t->on_server)
        gf_redis_tool_is_back(&t->server); /* says what there is to say of the server */
#endif
}
