/*
 * replies.c - each element is counted before hiredis's own function makes it.
 */
#include "redis/replies.h"

#include <stdlib.h>

#include "base/sat.h"

enum {
    ELEMENT = sizeof(redisReply) + 16, /* and what malloc adds */
};

/* How many elements an array has, as this version of hiredis says it. */
#if HIREDIS_MAJOR >= 1
typedef size_t count;
#else
typedef int count;
#endif

struct bound {
    redisReplyObjectFunctions ours;
    const redisReplyObjectFunctions *theirs;
    size_t made;
};

static const redisReplyObjectFunctions *may_make(const redisReadTask *t, size_t bytes)
{
    struct bound *b = t->privdata;
    b->made = gf_sat_add(b->made, bytes);
    return b->made > GF_REDIS_REPLY_MAX ? NULL : b->theirs;
}

static void *make_string(const redisReadTask *t, char *text, size_t len)
{
    const redisReplyObjectFunctions *f = may_make(t, ELEMENT);
    return f ? f->createString(t, text, len) : NULL;
}

static void *make_array(const redisReadTask *t, count n)
{
    size_t many = n > 0 ? (size_t)n : 0;
    const redisReplyObjectFunctions *f =
        may_make(t, gf_sat_add(gf_sat_mul(many, sizeof(redisReply *)), ELEMENT));
    return f ? f->createArray(t, n) : NULL;
}

static void *make_integer(const redisReadTask *t, long long n)
{
    const redisReplyObjectFunctions *f = may_make(t, ELEMENT);
    return f ? f->createInteger(t, n) : NULL;
}

static void *make_nil(const redisReadTask *t)
{
    const redisReplyObjectFunctions *f = may_make(t, ELEMENT);
    return f ? f->createNil(t) : NULL;
}

redisReader *gf_redis_replies_open(void)
{
    struct bound *b = calloc(1, sizeof *b);
    redisReader *r = b ? redisReaderCreate() : NULL;
    if (!r) {
        free(b);
        return NULL;
    }
    b->theirs = r->fn;
    b->ours = *r->fn;
    b->ours.createString = make_string;
    b->ours.createArray = make_array;
    b->ours.createInteger = make_integer;
    b->ours.createNil = make_nil;
    r->fn = &b->ours;
    r->privdata = b;
    return r;
}

void gf_redis_replies_close(redisReader *r)
{
    struct bound *b = r->privdata;
    redisReaderFree(r);
    free(b);
}

size_t *gf_redis_replies_made(redisReader *r)
{
    struct bound *b = r->privdata;
    return &b->made;
}
