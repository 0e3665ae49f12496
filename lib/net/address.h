/*
 * address.h - which addresses may be connected to.
 *
 * What is asked is the address that a socket is about to be connected to, not the name: a name may
 * lead elsewhere the second time. An IPv4 address within an IPv6 one (mapped ::ffff:0:0/96, NAT64
 * 64:ff9b::/96, 6to4 2002::/16, compatible ::/96 but for :: and ::1) counts as itself as well.
 *
 *     struct gf_addresses rules = {.deny_private = true};
 *     gf_addresses_deny(&rules, "203.0.113.0/24", &e);
 *     gf_addresses_allow(&rules, "10.1.0.0/16", &e);         // although it is private
 *     if (gf_addresses_refuse(&rules, addr)) ...
 *     gf_addresses_release(&rules);
 *
 * Private is what the registries of special purposes of IANA (RFC 6890) do not call globally
 * reachable: loopback, link-local, private, shared (100.64.0.0/10), documentation, benchmarks,
 * unique local, multicast, reserved. Pure; any thread.
 */
#ifndef GF_NET_ADDRESS_H
#define GF_NET_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "base/perr.h"

struct gf_cidr {
    unsigned char bytes[16]; /* of an IPv4 address the first 4 */
    unsigned char bits;
    bool is_ipv6;
};

struct gf_addresses {
    bool deny_private;
    struct gf_cidr *deny, *allow;
    size_t ndeny, nallow, deny_cap, allow_cap;
};

/* An address, or one with `/` and the number of bits that count. -1 with EINVAL: `e` says why. */
int gf_parse_cidr(const char *text, struct gf_cidr *out, struct gf_perr *e);

/* One more network. -1 with errno EINVAL (`e` says why) or ENOMEM. */
int gf_addresses_deny(struct gf_addresses *rules, const char *cidr, struct gf_perr *e);
int gf_addresses_allow(struct gf_addresses *rules, const char *cidr, struct gf_perr *e);

/* Whether any rule stands. */
bool gf_addresses_are_limited(const struct gf_addresses *rules);

/* Whether the address is denied: by a network of `deny` or as a private one, and by none of
 * `allow` allowed. One that is neither IPv4 nor IPv6 is, where any rule stands. */
bool gf_addresses_refuse(const struct gf_addresses *rules, const struct sockaddr *addr);

void gf_addresses_release(struct gf_addresses *rules);

#endif
