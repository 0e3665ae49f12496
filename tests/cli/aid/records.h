/*
 * records.h - numbered records with a checksum, for records.c and bufferchaos.c.
 *
 *     NNNNNNNNNN LLLLLLL SSSSSSSSSSSSSSSS payload\n
 *
 * the number, the length of the payload, and a sum of both and of the payload, which has any bytes
 * but newline. So of any line that came out it is known whether it is one that was put in, as a
 * whole. Plain libc; one thread.
 */
#ifndef GF_AID_RECORDS_H
#define GF_AID_RECORDS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    RECORD_HEAD = 36,
    RECORD_LONGEST = 8 << 20 /* of a payload */
};

/* ---- chance ---------------------------------------------------------------------------------- */

static inline uint64_t chance_from(uint64_t seed)
{
    return 88172645463325252u ^ seed * 2654435761u;
}

static inline unsigned chance(uint64_t *state, unsigned below)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (unsigned)(*state >> 20) % below;
}

static inline void nap_us(unsigned us)
{
    nanosleep(&(struct timespec){.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000L}, NULL);
}

/* ---- records --------------------------------------------------------------------------------- */

/* Most are small; one in two hundred may have `most`, which is at most RECORD_LONGEST. */
static inline size_t record_size(uint64_t *state, unsigned most)
{
    static const unsigned below[] = {2, 100, 4096, 65536, 1 << 20, RECORD_LONGEST + 1};
    unsigned n = chance(state, 200), kind = 5;
    static const unsigned up_to[] = {10, 120, 180, 195, 199};
    while (kind > 0 && n < up_to[kind - 1])
        kind--;
    unsigned bound = below[kind] < most + 1 ? below[kind] : most + 1;
    return chance(state, bound);
}

static inline uint64_t record_sum(uint64_t number, const char *payload, size_t len)
{
    uint64_t sum = (number + 1) * 0x9e3779b97f4a7c15u ^ len, word;
    for (; len >= 8; payload += 8, len -= 8) {
        memcpy(&word, payload, 8);
        sum = (sum ^ word) * 0xff51afd7ed558ccdu;
        sum ^= sum >> 29;
    }
    for (; len; payload++, len--)
        sum = (sum ^ (unsigned char)*payload) * 0x100000001b3u;
    return sum ^ sum >> 31;
}

/* Writes the record with its newline to `out`, which has room for it. Its length. */
static inline size_t record_make(char *out, unsigned number, size_t len)
{
    uint64_t state = chance_from(number + 77);
    char *payload = out + RECORD_HEAD;
    for (size_t i = 0; i < len; i += 8) {
        chance(&state, 2);
        memcpy(payload + i, &state, len - i < 8 ? len - i : 8);
    }
    for (char *p = payload; (p = memchr(p, '\n', len - (size_t)(p - payload)));)
        *p = 'n';
    char head[64];
    snprintf(head, sizeof head, "%010u %07zu %016llx ", number, len,
             (unsigned long long)record_sum(number, payload, len));
    memcpy(out, head, RECORD_HEAD);
    payload[len] = '\n';
    return RECORD_HEAD + len + 1;
}

/* The number of a line, without its newline, that is a record as a whole; else 0. */
static inline unsigned record_of(const char *line, size_t len)
{
    char head[RECORD_HEAD + 1], again[64];
    if (len < RECORD_HEAD)
        return 0;
    memcpy(head, line, RECORD_HEAD);
    head[RECORD_HEAD] = '\0';
    unsigned number = (unsigned)strtoul(head, NULL, 10);
    size_t payload = len - RECORD_HEAD;
    snprintf(again, sizeof again, "%010u %07zu %016llx ", number, payload,
             (unsigned long long)record_sum(number, line + RECORD_HEAD, payload));
    return memcmp(head, again, RECORD_HEAD) == 0 ? number : 0;
}

#endif
