/*
 * retry.c - two tables and one bound. A wait that would go beyond the bound is not begun: the
 * request fails at once, and not after a wait that cannot help.
 */
#include "net/retry.h"

#include <string.h>

#include "base/backoff.h"
#include "base/sat.h"

static bool may_pass(enum gf_net_error error, long status)
{
    static const long statuses[] = {408, 429, 500, 502, 503, 504};
    switch (error) {
    case GF_NET_DNS:
    case GF_NET_CONNECT:
    case GF_NET_TIMEOUT:
    case GF_NET_LOW_SPEED:
    case GF_NET_PARTIAL:
    case GF_NET_PROTOCOL:
        return true;
    case GF_NET_HTTP:
        for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
            if (status == statuses[i])
                return true;
        return false;
    default:
        return false;
    }
}

bool gf_retry_is_refusal(long status)
{
    return status == 429 || status == 503;
}

bool gf_retry_is_repeatable(const char *method)
{
    static const char *const methods[] = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"};
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (strcmp(method, methods[i]) == 0)
            return true;
    return false;
}

gf_ns gf_retry_wait(const struct gf_retry_policy *p, const struct gf_retry_ask *a)
{
    static const struct gf_backoff backoff = {
        .first = GF_S, .factor = 2, .max = 60 * GF_S, .jitter = true};
    if (a->tries > p->most || !may_pass(a->error, a->status) || (!a->repeatable && !p->all_methods))
        return GF_NEVER;
    gf_ns wait = a->after >= 0 ? a->after : gf_backoff_wait(&backoff, a->tries, a->random);
    return gf_sat_add_i64(a->spent, wait) > p->longest ? GF_NEVER : wait;
}
