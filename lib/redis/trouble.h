/*
 * trouble.h - what went wrong between us and a server, in few kinds that a tool acts upon.
 *
 *     struct gf_redis_trouble t;
 *     gf_redis_trouble_of_error(&t, "LOADING Redis is loading the dataset in memory");
 *     t.kind == GF_REDIS_AWAY                              // it comes by itself: try again
 *
 * Pure; any thread.
 */
#ifndef GF_REDIS_TROUBLE_H
#define GF_REDIS_TROUBLE_H

enum gf_redis_kind {
    GF_REDIS_FINE,
    GF_REDIS_AWAY, /* not reached, lost, silent for too long, loading, without its master: later */
    GF_REDIS_FULL, /* maxmemory is reached, or its disk takes no more: later, perhaps */
    GF_REDIS_REFUSED, /* password, permission, a replica, a cluster, too old: a person has to act */
    GF_REDIS_ODD,     /* no such server, or its answer makes no sense */
    GF_REDIS_BAD,     /* one command or script was refused; the others are not */
    GF_REDIS_NO_MEMORY, /* of ours */
    GF_REDIS_STOPPED,   /* a signal ended the wait: gf_redis_link.stop */
};

struct gf_redis_trouble {
    enum gf_redis_kind kind;
    char why[200];    /* one line, lower case, no full stop; may hold bytes of the server */
    const char *cure; /* static; NULL: none */
};

/* Fills *t by an error reply of the server, which begins with a word in capitals. */
void gf_redis_trouble_of_error(struct gf_redis_trouble *t, const char *error);

void gf_redis_trouble_set(struct gf_redis_trouble *t, enum gf_redis_kind kind, const char *cure,
                          const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Whether another try later may help, without a person. */
static inline int gf_redis_may_pass(enum gf_redis_kind kind)
{
    return kind == GF_REDIS_AWAY || kind == GF_REDIS_FULL;
}

#endif
