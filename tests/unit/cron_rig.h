/* cron_rig.h - the state of two schedulers, in a file or on a server of the test's own. */
#ifndef GF_TESTS_UNIT_CRON_RIG_H
#define GF_TESTS_UNIT_CRON_RIG_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cron/state.h"
#include "test.h"
#ifdef GF_REDIS
#include "cron/redis_state.h"
#include "redis_start.h"
#endif

enum place {
    IN_FILE,
    ON_SERVER,
    PLACES
};

struct rig {
    enum place place;
    struct gf_state *s[2]; /* of two schedulers */
    char dir[64], file[96];
#ifdef GF_REDIS
    struct redis_start start;
    struct gf_redis_address at;
    struct gf_redis_server server[2];
#endif
};

static inline bool open_in_file(struct rig *g)
{
    const char *why;
    snprintf(g->dir, sizeof g->dir, "/tmp/gf-cron-state-XXXXXX");
    if (!mkdtemp(g->dir))
        return false;
    snprintf(g->file, sizeof g->file, "%s/db", g->dir);
    return gf_state_open(&g->s[0], g->file, GF_DB_CREATE, &why) == 0 &&
           gf_state_open(&g->s[1], g->file, GF_DB_WRITE, &why) == 0;
}

#ifdef GF_REDIS
static inline bool open_on_server(struct rig *g, gf_ns lease)
{
    struct gf_perr e;
    if (!redis_start(&g->start, NULL) || gf_redis_address_parse(&g->at, g->start.address, &e) != 0)
        return false;
    for (int i = 0; i < 2; i++) {
        struct gf_state_tick t;
        gf_redis_server_init(&g->server[i], &g->at, NULL, "gf-test", GF_REDIS_MUST_KEEP);
        if (gf_state_open_redis(&g->s[i], &g->server[i], i ? "two:2" : "one:1", lease) != 0 ||
            gf_state_tick(g->s[i], &t) != 0)
            return false;
    }
    return true;
}
#endif

/* False: there is no such place here. */
static inline bool open_rig(struct rig *g, enum place place)
{
    *g = (struct rig){.place = place};
#ifdef GF_REDIS
    if (place == ON_SERVER)
        return open_on_server(g, 600 * GF_S);
#endif
    return place == IN_FILE && open_in_file(g);
}

/* One of the schedulers ends. */
static inline void close_one(struct rig *g, int i)
{
    gf_state_close(g->s[i]);
    g->s[i] = NULL;
}

static inline void close_rig(struct rig *g)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    close_one(g, 0);
    close_one(g, 1);
#ifdef GF_REDIS
    if (g->place == ON_SERVER) {
        gf_redis_server_release(&g->server[0]);
        gf_redis_server_release(&g->server[1]);
        gf_redis_address_release(&g->at);
        redis_stop(&g->start);
        return;
    }
#endif
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", g->file, ends[i]);
        unlink(path);
    }
    rmdir(g->dir);
}

/* Runs a test in each place that there is. */
#define FOR_EACH_PLACE(body)                                                                       \
    for (int place = 0; place < PLACES; place++) {                                                 \
        struct rig rig, *g = &rig;                                                                 \
        if (!open_rig(g, (enum place)place)) {                                                     \
            if (place == ON_SERVER)                                                                \
                SKIP("no redis-server");                                                           \
            CHECK(!"opened");                                                                      \
            return;                                                                                \
        }                                                                                          \
        body(g);                                                                                   \
        close_rig(g);                                                                              \
    }

#endif
