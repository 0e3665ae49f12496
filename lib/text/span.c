/*
 * span.c - see span.h.
 *
 * Counting adds up comparisons of 16 bytes at a time in 16 counters of 8 bits, which hold 255
 * rounds. Finding the n-th record counts whole chunks while they end before it, then steps through
 * the last one with memchr; so short and long records are both fast.
 */
#include "text/span.h"

#include <stdint.h>
#include <string.h>

typedef uint8_t lanes __attribute__((vector_size(16)));

enum {
    WIDTH = sizeof(lanes),
    ROUNDS = 255,
    CHUNK = 1024
};

static size_t count_rounds(const char *s, size_t rounds, lanes c)
{
    lanes sum = {0};
    for (size_t i = 0; i < rounds; i++) {
        lanes v;
        memcpy(&v, s + i * WIDTH, WIDTH);
        sum -= (lanes)(v == c); /* true is all bits set: minus one */
    }
    size_t n = 0;
    for (size_t i = 0; i < WIDTH; i++)
        n += sum[i];
    return n;
}

size_t gf_span_count(const char *s, size_t len, char c)
{
    lanes wanted = (lanes){0} + (uint8_t)c;
    size_t n = 0;
    while (len >= WIDTH) {
        size_t rounds = len / WIDTH < ROUNDS ? len / WIDTH : ROUNDS;
        n += count_rounds(s, rounds, wanted);
        s += rounds * WIDTH;
        len -= rounds * WIDTH;
    }
    for (size_t i = 0; i < len; i++)
        n += s[i] == c;
    return n;
}

size_t gf_span_records(const char *s, size_t len, char separator, size_t *count)
{
    size_t left = *count;
    size_t at = 0, end = 0; /* looked at, and the end of the last record found */
    while (len - at >= CHUNK) {
        size_t n = gf_span_count(s + at, CHUNK, separator);
        if (n > left)
            break;
        if (n)
            end = (size_t)((const char *)memrchr(s + at, separator, CHUNK) - s) + 1;
        left -= n;
        at += CHUNK;
    }
    while (left && at < len) {
        const char *sep = memchr(s + at, separator, len - at);
        if (!sep)
            break;
        end = at = (size_t)(sep - s) + 1;
        left--;
    }
    *count -= left;
    return end;
}
