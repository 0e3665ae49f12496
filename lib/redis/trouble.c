/*
 * trouble.c - the first word of an error reply says its kind; the table has those that a tool
 * meets.
 *
 * Source: the errors in redis 7.0 (src/server.c, src/acl.c, src/cluster.c).
 */
#include "redis/trouble.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct row {
    const char *word;
    enum gf_redis_kind kind;
    const char *what; /* NULL: what the server says */
    const char *cure;
} rows[] = {
    {"LOADING", GF_REDIS_AWAY, "the server is loading its data", NULL},
    {"BUSY", GF_REDIS_AWAY, "the server is busy with a script", NULL},
    {"MASTERDOWN", GF_REDIS_AWAY, "the server has lost its master", NULL},
    {"CLUSTERDOWN", GF_REDIS_AWAY, "the cluster is down", NULL},
    {"TRYAGAIN", GF_REDIS_AWAY, "the cluster moves its keys", NULL},
    {"NOREPLICAS", GF_REDIS_AWAY, "the server has too few replicas to write", NULL},
    {"UNBLOCKED", GF_REDIS_AWAY, "the server ended the wait", NULL},
    {"OOM", GF_REDIS_FULL, "the server has reached its maxmemory",
     "raise maxmemory, or let it hold less"},
    {"MISCONF", GF_REDIS_FULL, "the server cannot write to its disk, and takes no writes", NULL},
    {"READONLY", GF_REDIS_REFUSED, "the server is a replica, which takes no writes",
     "name the master"},
    {"MOVED", GF_REDIS_REFUSED, "the server is a node of a cluster that does not have this name",
     "name a server without cluster mode, or the node that has the slot"},
    {"ASK", GF_REDIS_REFUSED, "the server is a node of a cluster that gives this name away",
     "name a server without cluster mode"},
    {"CROSSSLOT", GF_REDIS_REFUSED, NULL, NULL},
    {"NOAUTH", GF_REDIS_REFUSED, "the server wants a password",
     "put it into a file of mode 0600, and GF_REDIS_PASSWORD_FILE=FILE"},
    {"WRONGPASS", GF_REDIS_REFUSED, "the server does not take this user and password", NULL},
    {"NOPERM", GF_REDIS_REFUSED, NULL, "allow the user the keys ~gf:* and these commands"},
    {"DENIED", GF_REDIS_REFUSED, NULL, "the server is in protected mode: give it a password"},
    {"NOSCRIPT", GF_REDIS_BAD, NULL, NULL},
};

void gf_redis_trouble_set(struct gf_redis_trouble *t, enum gf_redis_kind kind, const char *cure,
                          const char *fmt, ...)
{
    va_list ap;
    t->kind = kind;
    t->cure = cure;
    va_start(ap, fmt);
    vsnprintf(t->why, sizeof t->why, fmt, ap);
    va_end(ap);
}

void gf_redis_trouble_of_error(struct gf_redis_trouble *t, const char *error)
{
    size_t word = strcspn(error, " ");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strncmp(error, rows[i].word, word) == 0 && !rows[i].word[word]) {
            gf_redis_trouble_set(t, rows[i].kind, rows[i].cure, "%s",
                                 rows[i].what ? rows[i].what : error);
            return;
        }
    if (strstr(error, "unknown command") || strstr(error, "Unknown Redis command")) {
        gf_redis_trouble_set(t, GF_REDIS_REFUSED,
                             "a server of Redis 6.2 or later, with its commands under their names",
                             "%s", error);
        return;
    }
    gf_redis_trouble_set(t, GF_REDIS_BAD, NULL, "%s", error);
}
