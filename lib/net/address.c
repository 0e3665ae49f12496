/*
 * address.c - networks as bytes and a number of bits that count.
 *
 * An address is looked at in each of its forms: as it is, and as the IPv4 address that it carries.
 * One form that is denied and not allowed is enough.
 */
#include "net/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/num.h"

static const char *const private_networks[] = {
    "0.0.0.0/8",     "10.0.0.0/8",      "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16",
    "172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",   "192.88.99.0/24", "192.168.0.0/16",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4",
    "::/127",        "64:ff9b:1::/48",  "100::/64",       "2001::/23",      "2001:db8::/32",
    "3fff::/20",     "5f00::/16",       "fc00::/7",       "fe80::/10",      "fec0::/10",
    "ff00::/8",
};

int gf_parse_cidr(const char *text, struct gf_cidr *out, struct gf_perr *e)
{
    size_t len = strcspn(text, "/");
    char address[INET6_ADDRSTRLEN];
    *out = (struct gf_cidr){.bits = 32};
    if (len >= sizeof address)
        return gf_perr_set(e, 0, len, NULL, "no address");
    memcpy(address, text, len);
    address[len] = '\0';
    if (inet_pton(AF_INET, address, out->bytes) != 1) {
        if (inet_pton(AF_INET6, address, out->bytes) != 1)
            return gf_perr_set(e, 0, len, "such as 10.0.0.0/8 or fd00::/8", "no address");
        out->is_ipv6 = true;
        out->bits = 128;
    }
    if (!text[len])
        return 0;
    uint64_t bits;
    const char *digits = text + len + 1;
    struct gf_perr inner;
    if (gf_parse_count(digits, strlen(digits), 0, out->bits, &bits, &inner) != 0)
        return gf_perr_set(e, len + 1, strlen(digits), NULL, "bits are 0 to %u", out->bits);
    out->bits = (unsigned char)bits;
    return 0;
}

static int add(struct gf_cidr **list, size_t *n, size_t *cap, const char *text, struct gf_perr *e)
{
    struct gf_cidr c;
    if (gf_parse_cidr(text, &c, e) != 0)
        return -1;
    struct gf_cidr *more = gf_grow(*list, cap, *n + 1, sizeof c);
    if (!more)
        return -1;
    *list = more;
    more[(*n)++] = c;
    return 0;
}

int gf_addresses_deny(struct gf_addresses *rules, const char *cidr, struct gf_perr *e)
{
    return add(&rules->deny, &rules->ndeny, &rules->deny_cap, cidr, e);
}

int gf_addresses_allow(struct gf_addresses *rules, const char *cidr, struct gf_perr *e)
{
    return add(&rules->allow, &rules->nallow, &rules->allow_cap, cidr, e);
}

bool gf_addresses_are_limited(const struct gf_addresses *rules)
{
    return rules->deny_private || rules->ndeny;
}

/* ---- asking ---------------------------------------------------------------------------------- */

struct form {
    bool is_ipv6;
    const unsigned char *bytes;
};

static bool holds(const struct gf_cidr *c, struct form f)
{
    unsigned whole = c->bits / 8, rest = c->bits % 8;
    if (c->is_ipv6 != f.is_ipv6 || memcmp(c->bytes, f.bytes, whole) != 0)
        return false;
    return rest == 0 || (c->bytes[whole] ^ f.bytes[whole]) >> (8 - rest) == 0;
}

static bool any_holds(const struct gf_cidr *list, size_t n, struct form f)
{
    for (size_t i = 0; i < n; i++)
        if (holds(&list[i], f))
            return true;
    return false;
}

static bool is_private(struct form f)
{
    struct gf_cidr c;
    for (size_t i = 0; i < sizeof private_networks / sizeof private_networks[0]; i++)
        if (gf_parse_cidr(private_networks[i], &c, NULL) == 0 && holds(&c, f))
            return true;
    return false;
}

static bool refuse_form(const struct gf_addresses *rules, struct form f)
{
    bool denied = any_holds(rules->deny, rules->ndeny, f) || (rules->deny_private && is_private(f));
    return denied && !any_holds(rules->allow, rules->nallow, f);
}

/* Where the IPv4 address lies that the IPv6 one carries; NULL: it carries none. */
static const unsigned char *carried(const unsigned char *six)
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    static const unsigned char nat64[12] = {0x00, 0x64, 0xff, 0x9b};
    if (memcmp(six, mapped, 12) == 0 || memcmp(six, nat64, 12) == 0)
        return six + 12;
    static const unsigned char compatible[12] = {0};
    if (memcmp(six, compatible, 12) == 0 && (memcmp(six + 12, compatible, 3) != 0 || six[15] > 1))
        return six + 12;
    return six[0] == 0x20 && six[1] == 0x02 ? six + 2 : NULL;
}

bool gf_addresses_refuse(const struct gf_addresses *rules, const struct sockaddr *addr)
{
    if (!gf_addresses_are_limited(rules))
        return false;
    if (addr->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, addr, sizeof in);
        return refuse_form(rules, (struct form){false, (unsigned char *)&in.sin_addr});
    }
    if (addr->sa_family != AF_INET6)
        return true;
    struct sockaddr_in6 in;
    memcpy(&in, addr, sizeof in);
    const unsigned char *bytes = in.sin6_addr.s6_addr, *four = carried(bytes);
    if (refuse_form(rules, (struct form){true, bytes}))
        return true;
    return four && refuse_form(rules, (struct form){false, four});
}

void gf_addresses_release(struct gf_addresses *rules)
{
    free(rules->deny);
    free(rules->allow);
    *rules = (struct gf_addresses){0};
}
