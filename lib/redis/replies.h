/*
 * replies.h - hiredis's reader, which makes replies of no more memory than it is told.
 *
 *     redisReader *r = gf_redis_replies_open();
 *     ... redisReaderFeed(r, data, len), redisReaderGetReply(r, &reply) ...
 *     if (*gf_redis_replies_made(r) > GF_REDIS_REPLY_MAX)
 *         ... the reply was too large, and the reader's error is that there is no memory ...
 *     *gf_redis_replies_made(r) = 0;                   // a whole reply is out; the next one counts
 * anew gf_redis_replies_close(r);
 *
 * A number of four bytes becomes an element of more than fifty, and an array is as large as the
 * server says before one element is there, so the bytes that came do not bound what is made of
 * them. One thread a reader.
 */
#ifndef GF_REDIS_REPLIES_H
#define GF_REDIS_REPLIES_H

#include <hiredis/hiredis.h>
#include <stddef.h>

enum {
    GF_REDIS_REPLY_MAX = 256 * 1024 * 1024, /* bytes of one reply, and of what is made of it */
};

/* NULL: no memory. */
redisReader *gf_redis_replies_open(void);
void gf_redis_replies_close(redisReader *r);

/* What was made, in bytes, without the texts; more than GF_REDIS_REPLY_MAX: it was refused. */
size_t *gf_redis_replies_made(redisReader *r);

#endif
