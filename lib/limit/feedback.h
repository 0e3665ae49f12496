/*
 * feedback.h - a line that says how the other side took it:
 *
 *     ok                                     it was taken
 *     429                                    too many requests
 *     429 120                                ... come back in so many seconds
 *     429 1m30s                              ... come back after that time
 *     429 Wed, 21 Oct 2026 07:28:00 GMT      ... come back then
 *     429 2026-10-21T07:28:00Z               ... come back then
 *     slow                                   be slower, please
 *     fast                                   there is room for more
 *
 * What follows 429 is the value of HTTP's Retry-After (RFC 9110, 10.2.3): seconds, or a date in any
 * of its three forms (5.6.7); or, as some servers and scripts send it, a duration (base/duration.h)
 * or a time of RFC 3339. 503, which has the same header, is 429; a colon may follow either. A TAB
 * and a key behind all that say which key is meant. A refusal with a time in none of these forms is
 * one without a time, and `bad_after` tells.
 *
 *     struct gf_feedback f;
 *     if (gf_feedback_parse("429 120\thost", 12, now_wall, &f) == 0) ... f.after == 120 * GF_S ...
 *
 * Pure; any thread.
 */
#ifndef GF_LIMIT_FEEDBACK_H
#define GF_LIMIT_FEEDBACK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"

#define GF_FEEDBACK_AFTER_MAX ((gf_ns)86400 * GF_S) /* a longer pause is a day */

struct gf_feedback {
    enum gf_feedback_kind {
        GF_FEEDBACK_OK,
        GF_FEEDBACK_REFUSED,
        GF_FEEDBACK_SLOW,
        GF_FEEDBACK_FAST
    } kind;
    bool has_after;
    bool bad_after; /* there is a time, and it is not understood */
    gf_ns after;    /* 0 or more */
    bool has_key;
    const char *key; /* in the line */
    size_t key_len;
};

/* The value of Retry-After in any of the forms above: how long, 0 to GF_FEEDBACK_AFTER_MAX. -1: it
 * is in none of them. */
int gf_retry_after_parse(const char *s, size_t len, gf_ns now_wall, gf_ns *after);

/* The line without its newline. -1: it is none of these. */
int gf_feedback_parse(const char *line, size_t len, gf_ns now_wall, struct gf_feedback *out);

#endif
