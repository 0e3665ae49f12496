/*
 * retry.h - whether a request is tried again, and when.
 *
 * What may pass is tried again: the statuses 408, 429, 500, 502, 503 and 504, names that do not
 * resolve, connections that are refused or break, and time limits. What would end the same way is
 * not: any other status, a certificate that is not trusted, what is not allowed, what is too large.
 * A method that changes something each time it is sent (POST, PATCH) is sent again only where the
 * policy says so: nobody knows how far the first one came.
 *
 * The wait is a second, doubles from try to try up to a minute, and is drawn evenly from nothing to
 * that (base/backoff.h). When the server says how long (Retry-After) it is that long.
 *
 *     struct gf_retry_policy p = {.most = 2, .longest = 600 * GF_S};
 *     gf_ns wait = gf_retry_wait(&p, &ask);
 *     if (wait == GF_NEVER) ... that was the last try ...
 *
 * Source of what is safe to send again: RFC 9110, 9.2.2. Pure; any thread.
 */
#ifndef GF_NET_RETRY_H
#define GF_NET_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "net/fault.h"

struct gf_retry_policy {
    unsigned most;    /* further tries */
    bool all_methods; /* those that are not idempotent, too */
    gf_ns longest;    /* from the first try to the start of the last one */
};

struct gf_retry_ask {
    enum gf_net_error error;
    long status;     /* with GF_NET_HTTP */
    bool repeatable; /* by its method */
    unsigned tries;  /* that were made */
    gf_ns spent;     /* since the first one began */
    gf_ns after;     /* the server asked for so much; -1: it did not */
    uint64_t random;
};

/* How long to wait before the next try; GF_NEVER: there is none. */
gf_ns gf_retry_wait(const struct gf_retry_policy *p, const struct gf_retry_ask *a);

/* Whether the status asks for patience: 429 and 503. */
bool gf_retry_is_refusal(long status);

/* Whether a method may be sent again unasked: GET, HEAD, PUT, DELETE, OPTIONS, TRACE. */
bool gf_retry_is_repeatable(const char *method);

#endif
