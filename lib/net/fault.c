/*
 * fault.c - two tables of words, by the places of their enums.
 */
#include "net/fault.h"

#include <stdarg.h>
#include <stdio.h>

static const char *const errors[GF_NET_ERRORS] = {
    [GF_NET_BAD_REQUEST] = "bad_request",
    [GF_NET_PROTO_DENIED] = "proto_denied",
    [GF_NET_ADDR_DENIED] = "addr_denied",
    [GF_NET_DNS] = "dns",
    [GF_NET_CONNECT] = "connect",
    [GF_NET_TLS] = "tls",
    [GF_NET_TIMEOUT] = "timeout",
    [GF_NET_LOW_SPEED] = "low_speed",
    [GF_NET_PARTIAL] = "partial",
    [GF_NET_PROTOCOL] = "protocol",
    [GF_NET_TOO_LARGE] = "too_large",
    [GF_NET_TOO_MANY_REDIRECTS] = "too_many_redirects",
    [GF_NET_HTTP] = "http",
    [GF_NET_CHECKSUM] = "checksum",
    [GF_NET_EXISTS] = "exists",
    [GF_NET_WRITE] = "write",
    [GF_NET_MEMORY] = "memory",
    [GF_NET_CANCELLED] = "cancelled",
};

static const char *const phases[GF_NET_PHASES] = {
    [GF_NET_PHASE_QUEUE] = "queue",     [GF_NET_PHASE_DNS] = "dns",
    [GF_NET_PHASE_CONNECT] = "connect", [GF_NET_PHASE_TLS] = "tls",
    [GF_NET_PHASE_SEND] = "send",       [GF_NET_PHASE_BODY] = "body",
};

const char *gf_net_error_word(enum gf_net_error e)
{
    return errors[e];
}

const char *gf_net_phase_word(enum gf_net_phase p)
{
    return phases[p];
}

enum gf_net_error gf_net_because(struct gf_net_why *why, enum gf_net_error e, const char *hint,
                                 const char *fmt, ...)
{
    if (!why)
        return e;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(why->what, sizeof why->what, fmt, ap);
    va_end(ap);
    snprintf(why->hint, sizeof why->hint, "%s", hint ? hint : "");
    return e;
}
