/*
 * net_cidr.c - gf_parse_cidr and the rules by it: a network holds its first and its last address
 * and none that differs in a bit that counts; what is allowed is not refused; its text reads back.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>

#include "net/address.h"
#include "oracle.h"

static bool refuses(const struct gf_addresses *rules, const unsigned char *bytes, bool is_ipv6)
{
    union {
        struct sockaddr any;
        struct sockaddr_in four;
        struct sockaddr_in6 six;
    } a = {0};
    a.any.sa_family = is_ipv6 ? AF_INET6 : AF_INET;
    if (is_ipv6)
        memcpy(&a.six.sin6_addr, bytes, 16);
    else
        memcpy(&a.four.sin_addr, bytes, 4);
    return gf_addresses_refuse(rules, &a.any);
}

static void must_hold(const struct gf_addresses *rules, const struct gf_cidr *c)
{
    unsigned bits = c->is_ipv6 ? 128 : 32;
    unsigned char a[16];
    memcpy(a, c->bytes, sizeof a);
    MUST(refuses(rules, a, c->is_ipv6));
    for (int ones = 0; ones < 2; ones++) {
        for (unsigned i = c->bits; i < bits; i++) {
            unsigned char bit = (unsigned char)(0x80 >> i % 8);
            a[i / 8] = (unsigned char)(ones ? a[i / 8] | bit : a[i / 8] & ~bit);
        }
        MUST(refuses(rules, a, c->is_ipv6));
        for (unsigned i = 0; i < c->bits; i++) {
            a[i / 8] ^= (unsigned char)(0x80 >> i % 8);
            MUST(!refuses(rules, a, c->is_ipv6));
            a[i / 8] ^= (unsigned char)(0x80 >> i % 8);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gf_cidr c, again;
    struct gf_perr e = {0};
    struct gf_addresses rules = {0};
    char *text = strndup((const char *)data, size), shown[INET6_ADDRSTRLEN], whole[80];
    MUST(text);
    if (gf_parse_cidr(text, &c, &e) != 0) {
        must_be_error(&e, strlen(text));
        MUST(gf_addresses_deny(&rules, text, NULL) == -1 && !gf_addresses_are_limited(&rules));
        free(text);
        return 0;
    }
    MUST(c.bits <= (c.is_ipv6 ? 128 : 32));
    MUST(inet_ntop(c.is_ipv6 ? AF_INET6 : AF_INET, c.bytes, shown, sizeof shown));
    snprintf(whole, sizeof whole, "%s/%u", shown, c.bits);
    MUST(gf_parse_cidr(whole, &again, NULL) == 0);
    MUST(again.bits == c.bits && again.is_ipv6 == c.is_ipv6);
    MUST(memcmp(again.bytes, c.bytes, sizeof c.bytes) == 0);
    MUST(gf_addresses_deny(&rules, text, NULL) == 0);
    must_hold(&rules, &c);
    MUST(gf_addresses_allow(&rules, whole, NULL) == 0);
    MUST(!refuses(&rules, c.bytes, c.is_ipv6));
    gf_addresses_release(&rules);
    free(text);
    return 0;
}
