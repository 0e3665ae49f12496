/*
 * redis_start.h - a Redis server of the test's own, on a socket in a directory of its own.
 *
 *     struct redis_start s;
 *     if (!redis_start(&s, "--maxmemory-policy", "noeviction", NULL))
 *         SKIP("no redis-server");
 *     ... s.address is redis+unix:///tmp/.../sock#test ...
 *     redis_stop(&s);                                  // SIGKILL; redis_again(&s) starts it again
 *
 * The server ends with the test, whatever becomes of it.
 */
#ifndef GF_TESTS_UNIT_REDIS_START_H
#define GF_TESTS_UNIT_REDIS_START_H

#include <stdbool.h>
#include <sys/types.h>

struct redis_start {
    char dir[64];
    char address[128];
    char *argv[32];
    pid_t pid;
};

/* Words of its command line, up to NULL. False: there is no redis-server. */
bool redis_start(struct redis_start *s, ...);

/* Kills it, and starts it again with the same words and files. */
void redis_kill(struct redis_start *s);
bool redis_again(struct redis_start *s);

/* Kills it, and removes its directory. */
void redis_stop(struct redis_start *s);

#endif
