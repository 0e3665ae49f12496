/*
 * queue.c - how many jobs a second a queue of ours takes and ends, and peers beside it:
 * queue PLACE PROCESSES BATCH JOBS
 *
 * PLACE is normal:FILE or full:FILE (SQLite), redis:SOCKET (ours on a server), list:SOCKET (a list
 * on the same server: LMOVE, LREM), or beanstalk:PORT. JOBS jobs are put, and then taken and ended
 * by so many processes, each in steps that end what the step before took and take BATCH new ones
 * (the peers: pipelines of as many). Prints jobs a second, and the median and the 99th percentile
 * of a step in us.
 */
#include <arpa/inet.h>
#include <hiredis/hiredis.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "queue/file.h"
#include "queue/redis.h"

enum {
    MOST_BATCH = 1024,
    MOST_STEPS = 4000000,
    LENGTH = 48 /* of a record */
};

static const char *where;
static unsigned batch;
static long jobs;
static uint32_t *took; /* us of each step, by all processes */
static long *steps;

static void die(const char *why)
{
    fprintf(stderr, "queue: %s\n", why);
    exit(1);
}

static void count(gf_ns from)
{
    long i = __atomic_fetch_add(steps, 1, __ATOMIC_RELAXED);
    if (i < MOST_STEPS)
        took[i] = (uint32_t)((gf_now_mono() - from) / 100); /* in tenths */
}

/* ---- ours ------------------------------------------------------------------------------------ */

static struct gf_redis_address at;
static struct gf_redis_server server;

static struct gf_queue *open_ours(void)
{
    struct gf_queue *q;
    struct gf_perr e;
    const char *why = "no server";
    char url[4096];
    if (strncmp(where, "redis:", 6) == 0) {
        snprintf(url, sizeof url, "redis+unix://%s#bench", where + 6);
        if (gf_redis_address_parse(&at, url, &e) != 0)
            die("bad address");
        gf_redis_server_init(&server, &at, NULL, "bench", GF_REDIS_MUST_KEEP);
        if (gf_queue_open_redis(&q, &server) != 0)
            die("out of memory");
        return q;
    }
    bool synced = strncmp(where, "full:", 5) == 0;
    if (gf_queue_open_file(&q, strchr(where, ':') + 1, GF_DB_CREATE, synced, &why) != 0)
        die(why);
    return q;
}

static struct gf_queue_now now_of(void)
{
    return (struct gf_queue_now){gf_now_wall(), gf_now_boot()};
}

static void put_ours(void)
{
    static struct gf_queue_record r[MOST_BATCH];
    static char text[MOST_BATCH][LENGTH];
    struct gf_queue *q = open_ours();
    struct gf_queue_how how = {.priority = GF_QUEUE_NORMAL};
    for (long n = 0; n < jobs;) {
        size_t i = 0;
        for (; i < MOST_BATCH && n < jobs; i++, n++) {
            int len = snprintf(text[i], LENGTH, "https://example.org/item/%012ld", n);
            r[i].data = (struct gf_queue_bytes){text[i], (size_t)len};
        }
        uint64_t put;
        struct gf_queue_now now = now_of();
        if (gf_queue_put(q, &how, r, i, &now, &put) != 0)
            die(gf_queue_trouble(q)->why);
    }
    gf_queue_close(q);
}

static void work_ours(void)
{
    static char tokens[MOST_BATCH][GF_QUEUE_TOKEN];
    static struct gf_queue_end ends[MOST_BATCH];
    struct gf_queue *q = open_ours();
    struct gf_queue_taken t = {0};
    char name[32];
    size_t n = 0;
    snprintf(name, sizeof name, "bench:%ld", (long)getpid());
    do {
        struct gf_queue_step s = {.want = batch,
                                  .ends = ends,
                                  .nends = n,
                                  .lease = 30 * GF_S,
                                  .deliveries = 5,
                                  .worker = name};
        struct gf_queue_now now = now_of();
        gf_ns from = gf_now_mono();
        if (gf_queue_step(q, &s, &now, &t) != 0)
            die(gf_queue_trouble(q)->why);
        count(from);
        for (size_t i = 0; i < n; i++)
            if (!ends[i].accepted)
                die("an end was refused");
        n = t.n;
        for (size_t i = 0; i < n; i++) {
            memcpy(tokens[i], t.jobs[i].token, GF_QUEUE_TOKEN);
            ends[i] =
                (struct gf_queue_end){.token = tokens[i], .what = GF_QUEUE_ACK, .took = GF_MS};
        }
    } while (n);
    gf_queue_taken_release(&t);
    gf_queue_close(q);
}

/* ---- a list: LMOVE to a list of our own, LREM from there ------------------------------------ */

static redisReply *get(redisContext *c)
{
    redisReply *r;
    if (redisGetReply(c, (void **)&r) != REDIS_OK || r->type == REDIS_REPLY_ERROR)
        die("the list failed");
    return r;
}

static redisContext *open_list(void)
{
    redisContext *c = redisConnectUnix(strchr(where, ':') + 1);
    if (!c || c->err)
        die("no server");
    return c;
}

static void put_list(void)
{
    redisContext *c = open_list();
    for (long n = 0; n < jobs; n++)
        redisAppendCommand(c, "LPUSH bench https://example.org/item/%012ld", n);
    for (long n = 0; n < jobs; n++)
        freeReplyObject(get(c));
    redisFree(c);
}

static void work_list(void)
{
    redisContext *c = open_list();
    static redisReply *have[MOST_BATCH];
    unsigned n = 0;
    long pid = (long)getpid();
    do {
        gf_ns from = gf_now_mono();
        for (unsigned i = 0; i < n; i++)
            redisAppendCommand(c, "LREM mine:%ld 1 %b", pid, have[i]->str, have[i]->len);
        for (unsigned i = 0; i < batch; i++)
            redisAppendCommand(c, "LMOVE bench mine:%ld RIGHT LEFT", pid);
        for (unsigned i = 0; i < n; i++) {
            freeReplyObject(get(c));
            freeReplyObject(have[i]);
        }
        n = 0;
        for (unsigned i = 0; i < batch; i++) {
            redisReply *r = get(c);
            if (r->type == REDIS_REPLY_STRING)
                have[n++] = r;
            else
                freeReplyObject(r);
        }
        count(from);
    } while (n);
    redisFree(c);
}

/* ---- beanstalkd: reserve and delete --------------------------------------------------------- */

static FILE *stalk_in, *stalk_out;

static void open_stalk(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)strtoul(strchr(where, ':') + 1, NULL, 10)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    if (fd == -1 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
        die("no beanstalkd");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    stalk_in = fdopen(fd, "r");
    stalk_out = fdopen(dup(fd), "w");
}

static const char *stalk_line(void)
{
    static char line[256];
    if (!fgets(line, sizeof line, stalk_in))
        die("beanstalkd has gone");
    return line;
}

static void put_stalk(void)
{
    open_stalk();
    for (long n = 0; n < jobs;) {
        long i = 0;
        for (; i < 1000 && n < jobs; i++, n++)
            fprintf(stalk_out, "put 1024 0 30 37\r\nhttps://example.org/item/%012ld\r\n",
                    n % 1000000000000);
        fflush(stalk_out);
        while (i--)
            if (strncmp(stalk_line(), "INSERTED", 8) != 0)
                die("beanstalkd did not take it");
    }
}

static void work_stalk(void)
{
    static unsigned long ids[MOST_BATCH];
    unsigned n = 0;
    open_stalk();
    do {
        gf_ns from = gf_now_mono();
        unsigned ended = n, got = 0;
        for (unsigned i = 0; i < n; i++)
            fprintf(stalk_out, "delete %lu\r\n", ids[i]);
        for (unsigned i = 0; i < batch; i++)
            fputs("reserve-with-timeout 0\r\n", stalk_out);
        fflush(stalk_out);
        for (unsigned i = 0; i < ended; i++)
            if (strncmp(stalk_line(), "DELETED", 7) != 0)
                die("beanstalkd did not delete it");
        for (unsigned i = 0; i < batch; i++)
            if (sscanf(stalk_line(), "RESERVED %lu", &ids[got]) == 1) {
                stalk_line();
                got++;
            }
        n = got;
        count(from);
    } while (n);
}

/* ---------------------------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void in_child(void (*what)(void), int n)
{
    int status;
    for (int i = 0; i < n; i++)
        if (fork() == 0) {
            what();
            _exit(0);
        }
    while (wait(&status) > 0)
        if (status != 0)
            exit(1);
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    where = argv[1];
    batch = (unsigned)strtoul(argv[3], NULL, 10);
    jobs = strtol(argv[4], NULL, 10);
    size_t size = (MOST_STEPS + 2) * sizeof *took;
    steps = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (steps == MAP_FAILED || batch == 0 || batch > MOST_BATCH)
        return 1;
    took = (uint32_t *)(steps + 1);
    bool list = strncmp(where, "list:", 5) == 0, stalk = strncmp(where, "beanstalk:", 10) == 0;
    in_child(list ? put_list : stalk ? put_stalk : put_ours, 1);
    gf_ns from = gf_now_mono();
    in_child(list ? work_list : stalk ? work_stalk : work_ours, (int)strtol(argv[2], NULL, 10));
    double seconds = (double)(gf_now_mono() - from) / 1e9;
    long n = *steps < MOST_STEPS ? *steps : MOST_STEPS;
    qsort(took, (size_t)n, sizeof *took, ascending);
    printf("%.0f %.1f %.1f\n", (double)jobs / seconds, took[n / 2] / 10.0,
           took[n * 99 / 100] / 10.0);
    return 0;
}
