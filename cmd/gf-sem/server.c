/*
 * server.c - a semaphore on a server: what goes with it, and the way to it.
 *
 * Always built. What speaks to a server begins with redis_ and is left out where hiredis is not
 * there; then such an address is refused here.
 */
#include "base/cli.h"
#include "base/exit.h"
#include "base/msg.h"
#include "redis.h"
#include "redis/address.h"
#include "request.h"

#define SHORTEST (3 * GF_S)
#define LONGEST (86400 * GF_S)

bool is_on_server(const struct request *rq)
{
    for (size_t i = 0; i < rq->nwants; i++)
        if (rq->wants[i].state && gf_redis_is_address(rq->wants[i].state))
            return true;
    return false;
}

/* SIGTERM is sent a second and --kill-after before the end of the lease, and before that there has
 * to be time for a second try to renew. */
static int check_lease(struct request *rq)
{
    if (rq->lease < SHORTEST || rq->lease > LONGEST)
        return gf_cli_usage_error(&sem_cli, "--lease is 3s to 1d");
    gf_ns most = rq->lease / 2 - GF_S;
    if (rq->kill_after == GF_NEVER)
        rq->kill_after = most < 5 * GF_S ? most : 5 * GF_S;
    if (rq->kill_after > most && !rq->only_warn)
        return gf_cli_usage_error(&sem_cli, "--lease is less than twice a second and --kill-after");
    return 0;
}

int check_server(struct request *rq)
{
#ifndef GF_REDIS
    return gf_cli_usage_error(&sem_cli, "-S redis://: this build has no Redis (hiredis)");
#endif
    if (rq->nwants > 1)
        return gf_cli_usage_error(&sem_cli, "a semaphore on a server does not go with another -S: "
                                            "their permits are not taken at once");
    return check_lease(rq);
}

int act_on_server(const struct request *rq)
{
#ifdef GF_REDIS
    static int (*const actions[])(const struct request *) = {
        [ACTION_RUN] = redis_run,
        [ACTION_STATUS] = redis_status,
        [ACTION_SET] = redis_set,
        [ACTION_WAIT_ALL] = redis_wait_all,
    };
    return actions[rq->action](rq);
#else
    (void)rq;
    return GF_EXIT_USAGE;
#endif
}
