/*
 * redis_takes.c - how long a take from a budget on a server lasts: redis_takes ADDRESS TAKES
 *
 * One connection, one take after the other (lib/redis/budget.h). Prints microseconds: the median
 * and the 99th in a hundred of a take, the same of a PING, and permits a second by takes of 100.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "redis/budget.h"

static struct gf_redis_server server;

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double take(struct gf_redis_budget *b, uint64_t n)
{
    struct gf_redis_ask ask = {.n = n, .by = GF_NEVER};
    struct gf_redis_taken got;
    gf_ns start = gf_now_mono();
    if (gf_redis_budget_take(b, &ask, &got) != GF_REDIS_BUDGET_OK || got.n != n)
        exit(1);
    return (double)(gf_now_mono() - start) / 1e3;
}

static double ping(void)
{
    struct gf_redis_request q = {0};
    gf_redis_put_text(&q, "PING");
    gf_ns start = gf_now_mono();
    redisReply *r = gf_redis_server_call(&server, &q);
    double took = (double)(gf_now_mono() - start) / 1e3;
    gf_redis_request_release(&q);
    if (!r)
        exit(1);
    freeReplyObject(r);
    return took;
}

int main(int argc, char **argv)
{
    struct gf_redis_address at;
    struct gf_rate rate = {.count = 1, .period = 1};
    struct gf_perr e;
    struct gf_redis_terms terms;
    struct gf_redis_budget b;
    const char *why;
    if (argc != 3 || gf_redis_address_parse(&at, argv[1], &e) != 0 ||
        gf_redis_terms_set(&terms, &rate, 1000, &why) != 0)
        return 2;
    size_t n = strtoul(argv[2], NULL, 10);
    double *takes = malloc(n * sizeof *takes), *pings = malloc(n * sizeof *pings);
    gf_redis_server_init(&server, &at, NULL, "gf-bench", GF_REDIS_MAY_FORGET);
    gf_redis_budget_init(&b, &server, &terms);
    (void)take(&b, 1); /* the connection, and the script */
    for (size_t i = 0; i < n; i++)
        takes[i] = take(&b, 1);
    for (size_t i = 0; i < n; i++)
        pings[i] = ping();
    double all = 0;
    for (size_t i = 0; i < n; i++)
        all += take(&b, 100);
    qsort(takes, n, sizeof *takes, compare);
    qsort(pings, n, sizeof *pings, compare);
    printf("%.1f %.1f %.1f %.1f %.0f\n", takes[n / 2], takes[n * 99 / 100], pings[n / 2],
           pings[n * 99 / 100], (double)n * 100 / all * 1e6);
    return 0;
}
