/*
 * request.h - a command for the server, put together word by word.
 *
 *     struct gf_redis_request q = {0};
 *     gf_redis_put(&q, "XADD", 4);
 *     gf_redis_put_text(&q, key);
 *     gf_redis_put_int(&q, 3);
 *     if (gf_redis_send(link, &q) != 0) ...          // an append that failed shows here
 *     gf_redis_request_clear(&q);
 *
 * Words may hold any bytes. Pure; one thread a request.
 */
#ifndef GF_REDIS_REQUEST_H
#define GF_REDIS_REQUEST_H

#include <stdint.h>

#include "base/buf.h"

struct gf_redis_request {
    struct gf_buf words; /* as the protocol writes them, without the count in front */
    size_t n;
};

void gf_redis_put(struct gf_redis_request *q, const char *data, size_t len);
void gf_redis_put_text(struct gf_redis_request *q, const char *text);
void gf_redis_put_int(struct gf_redis_request *q, int64_t n);
void gf_redis_put_uint(struct gf_redis_request *q, uint64_t n);
void gf_redis_put_format(struct gf_redis_request *q, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

void gf_redis_request_clear(struct gf_redis_request *q);
void gf_redis_request_release(struct gf_redis_request *q);

#endif
