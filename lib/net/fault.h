/*
 * fault.h - what can go wrong with a request: the closed list of `error`, and where it was.
 *
 * The words are those of the records (gf-fetch(1)). Static data; any thread.
 */
#ifndef GF_NET_FAULT_H
#define GF_NET_FAULT_H

#include <stdbool.h>

enum gf_net_error {
    GF_NET_OK,
    GF_NET_BAD_REQUEST, /* the line is no request */
    GF_NET_PROTO_DENIED,
    GF_NET_ADDR_DENIED,
    GF_NET_DNS,
    GF_NET_CONNECT,
    GF_NET_TLS,
    GF_NET_TIMEOUT,
    GF_NET_LOW_SPEED,
    GF_NET_PARTIAL,  /* the answer ended before it was whole */
    GF_NET_PROTOCOL, /* what came is no HTTP, or the connection broke before an answer */
    GF_NET_TOO_LARGE,
    GF_NET_TOO_MANY_REDIRECTS,
    GF_NET_HTTP, /* a status that is not wanted */
    GF_NET_CHECKSUM,
    GF_NET_EXISTS, /* the file is there */
    GF_NET_WRITE,  /* the file, or what is held of the body, cannot be written */
    GF_NET_MEMORY,
    GF_NET_CANCELLED,
    GF_NET_ERRORS
};

/* What was being done. */
enum gf_net_phase {
    GF_NET_PHASE_NONE,
    GF_NET_PHASE_QUEUE,
    GF_NET_PHASE_DNS,
    GF_NET_PHASE_CONNECT,
    GF_NET_PHASE_TLS,
    GF_NET_PHASE_SEND, /* the request was sent, nothing has come */
    GF_NET_PHASE_BODY,
    GF_NET_PHASES
};

/* One line about an error, and a way out or an empty text. Both may hold bytes of the request. */
struct gf_net_why {
    char what[160];
    char hint[120];
};

/* "dns", "timeout"; NULL for GF_NET_OK. */
const char *gf_net_error_word(enum gf_net_error e);
/* "connect"; NULL for none. */
const char *gf_net_phase_word(enum gf_net_phase p);

/* Sets why (which may be NULL) and returns e. The hint may be NULL. */
enum gf_net_error gf_net_because(struct gf_net_why *why, enum gf_net_error e, const char *hint,
                                 const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif
