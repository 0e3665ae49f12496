/*
 * request.c - the words of a command as RESP2 writes them: each is $LENGTH, its bytes, CR LF.
 *
 * Source: the serialization protocol, redis.io/docs/reference/protocol-spec.
 */
#include "redis/request.h"

#include <stdarg.h>
#include <string.h>

#include "base/num.h"

/* A word of a number is most of what a take sends: no printf is on its way. */
void gf_redis_put(struct gf_redis_request *q, const char *data, size_t len)
{
    char digits[GF_UINT_SIZE];
    gf_buf_putc(&q->words, '$');
    gf_buf_add(&q->words, digits, gf_format_uint(len, digits));
    gf_buf_add(&q->words, "\r\n", 2);
    gf_buf_add(&q->words, data, len);
    gf_buf_add(&q->words, "\r\n", 2);
    q->n++;
}

void gf_redis_put_text(struct gf_redis_request *q, const char *text)
{
    gf_redis_put(q, text, strlen(text));
}

void gf_redis_put_uint(struct gf_redis_request *q, uint64_t n)
{
    char text[GF_UINT_SIZE];
    gf_redis_put(q, text, gf_format_uint(n, text));
}

void gf_redis_put_int(struct gf_redis_request *q, int64_t n)
{
    char text[1 + GF_UINT_SIZE] = "-";
    size_t sign = n < 0, len = gf_format_uint(n < 0 ? 0 - (uint64_t)n : (uint64_t)n, text + sign);
    gf_redis_put(q, text, sign + len);
}

void gf_redis_put_format(struct gf_redis_request *q, const char *fmt, ...)
{
    struct gf_buf word = {0};
    va_list ap;
    va_start(ap, fmt);
    gf_buf_vprintf(&word, fmt, ap);
    va_end(ap);
    if (gf_buf_check(&word) == 0)
        gf_redis_put(q, word.data ? word.data : "", word.len);
    gf_buf_inherit(&q->words, &word);
    gf_buf_release(&word);
}

void gf_redis_request_clear(struct gf_redis_request *q)
{
    gf_buf_clear(&q->words);
    q->n = 0;
}

void gf_redis_request_release(struct gf_redis_request *q)
{
    gf_buf_release(&q->words);
    q->n = 0;
}
