/* net_address.c - net/address: the borders of each network, and IPv4 within IPv6. */
#include "net/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "test.h"

static bool refused(const struct gf_addresses *rules, const char *text)
{
    union {
        struct sockaddr any;
        struct sockaddr_in four;
        struct sockaddr_in6 six;
    } a = {0};
    if (inet_pton(AF_INET, text, &a.four.sin_addr) == 1)
        a.any.sa_family = AF_INET;
    else if (inet_pton(AF_INET6, text, &a.six.sin6_addr) == 1)
        a.any.sa_family = AF_INET6;
    else
        test_failed(__FILE__, __LINE__, "no address: %s", text);
    return gf_addresses_refuse(rules, &a.any);
}

TEST(net_address, private)
{
    static const struct {
        const char *before, *first, *last, *after; /* NULL: none, or one of another such network */
    } rows[] = {
        {NULL, "0.0.0.0", "0.255.255.255", "1.0.0.0"},
        {"9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"},
        {"100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"},
        {"126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"},
        {"169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"},
        {"172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"},
        {"191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"},
        {"192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"},
        {"192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0"},
        {"192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"},
        {"198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"},
        {"198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0"},
        {"203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"},
        {"223.255.255.255", "224.0.0.0", "239.255.255.255", NULL},
        {NULL, "240.0.0.0", "255.255.255.255", NULL},
        {NULL, "::", "::1", NULL}, /* ::2 and on carry 0.0.0.2 and on */
        {"64:ff9b:0:ffff:ffff:ffff:ffff:ffff", "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
         "64:ff9b:2::"},
        {"ff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "100::", "100::ffff:ffff:ffff:ffff",
         "100:0:0:1::"},
        {"2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::"},
        {"2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
         "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::"},
        {"3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::"},
        {"5eff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "5f01::"},
        {"fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe00::"},
        {"fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL},
        {NULL, "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL},
        {NULL, "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL},
    };
    struct gf_addresses rules = {.deny_private = true};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK_ROW(refused(&rules, rows[i].first), "%s", rows[i].first);
        CHECK_ROW(refused(&rules, rows[i].last), "%s", rows[i].last);
        CHECK_ROW(!rows[i].before || !refused(&rules, rows[i].before), "%s", rows[i].before);
        CHECK_ROW(!rows[i].after || !refused(&rules, rows[i].after), "%s", rows[i].after);
    }
}

TEST(net_address, within_ipv6)
{
    static const struct {
        const char *address;
        bool want;
    } rows[] = {
        /* mapped */
        {"::ffff:127.0.0.1", true},
        {"::ffff:10.0.0.1", true},
        {"::ffff:169.254.169.254", true},
        {"::ffff:8.8.8.8", false},
        {"::fffe:10.0.0.1", false},
        /* NAT64 */
        {"64:ff9b::127.0.0.1", true},
        {"64:ff9b::192.168.1.1", true},
        {"64:ff9b::8.8.8.8", false},
        {"64:ff9b::1:7f00:1", false}, /* another network: 96 bits count */
        /* 6to4 */
        {"2002:7f00:1::", true},
        {"2002:a00:1::5", true},
        {"2002:a9fe:a9fe::1", true},
        {"2002:808:808::1", false},
        {"2003:7f00:1::", false},
        /* compatible */
        {"::127.0.0.1", true},
        {"::10.1.2.3", true},
        {"::2", true},
        {"::8.8.8.8", false},
        /* plain */
        {"2606:4700:4700::1111", false},
        {"8.8.8.8", false},
    };
    struct gf_addresses rules = {.deny_private = true}, denied = {0};
    CHECK(gf_addresses_deny(&denied, "8.8.0.0/16", NULL) == 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK_ROW(refused(&rules, rows[i].address) == rows[i].want, "%s", rows[i].address);
    CHECK(refused(&denied, "8.8.8.8"));
    CHECK(refused(&denied, "::ffff:8.8.8.8"));
    CHECK(refused(&denied, "64:ff9b::8.8.8.8"));
    CHECK(refused(&denied, "2002:808:808::1"));
    CHECK(refused(&denied, "::8.8.8.8"));
    CHECK(!refused(&denied, "::ffff:8.9.8.8"));
    gf_addresses_release(&denied);
}

/* Rules in words: `+N` allows, `-N` denies, `p` denies what is private. */
TEST(net_address, rules)
{
    static const struct {
        const char *rules[4];
        const char *address;
        bool want;
    } rows[] = {
        {{NULL}, "127.0.0.1", false},
        {{"+10.0.0.0/8"}, "127.0.0.1", false}, /* allowing alone limits nothing */
        {{"p"}, "127.0.0.1", true},
        {{"-203.0.113.0/24"}, "203.0.113.7", true},
        {{"-203.0.113.0/24"}, "203.0.114.7", false},
        {{"-203.0.113.0/24"}, "127.0.0.1", false},
        /* allow over deny, whichever is narrower */
        {{"p", "+10.1.0.0/16"}, "10.1.2.3", false},
        {{"p", "+10.1.0.0/16"}, "10.2.0.0", true},
        {{"-0.0.0.0/0", "+10.1.0.0/16"}, "10.1.255.255", false},
        {{"-0.0.0.0/0", "+10.1.0.0/16"}, "10.0.255.255", true},
        {{"-10.1.2.3", "+10.0.0.0/8"}, "10.1.2.3", false},
        {{"p", "-10.1.2.3", "+10.0.0.0/8"}, "10.1.2.3", false},
        /* an IPv4 address in each of its forms */
        {{"p", "+10.1.0.0/16"}, "::ffff:10.1.2.3", false},
        {{"p", "+10.1.0.0/16"}, "64:ff9b::10.1.2.3", false},
        {{"p", "+10.1.0.0/16"}, "2002:a01:203::", false},
        {{"p", "+10.1.0.0/16"}, "::10.1.2.3", false},
        {{"p", "+10.1.0.0/16"}, "::ffff:10.2.2.3", true},
        {{"p", "+::ffff:0:0/96"}, "::ffff:10.1.2.3", true}, /* the form within is denied still */
        {{"-::ffff:0:0/96", "+10.0.0.0/8"}, "::ffff:10.1.2.3", true}, /* and the one around it */
        {{"-::ffff:0:0/96"}, "10.1.2.3", false},
        /* the loopback of IPv6 and :: are addresses of their own */
        {{"p", "+::1"}, "::1", false},
        {{"p", "+::1"}, "::", true},
        {{"p", "+::1"}, "127.0.0.1", true},
        {{"p", "+127.0.0.0/8"}, "::1", true},
        {{"-0.0.0.0/0"}, "::1", false},
        {{"-0.0.0.0/8"}, "::2", true},
        /* families do not mix; bits */
        {{"-::/0"}, "10.0.0.1", false},
        {{"-::/0"}, "2606:4700::1", true},
        {{"-0.0.0.0/0"}, "2606:4700::1", false},
        {{"-0.0.0.0/0"}, "255.255.255.255", true},
        {{"-10.0.0.0/7"}, "11.255.255.255", true},
        {{"-10.0.0.0/7"}, "12.0.0.0", false},
        {{"-10.0.0.129/25"}, "10.0.0.128", true}, /* bits behind those that count do not */
        {{"-10.0.0.129/25"}, "10.0.0.127", false},
        {{"-10.0.0.1/32"}, "10.0.0.1", true},
        {{"-10.0.0.1/31"}, "10.0.0.0", true},
        {{"-10.0.0.1"}, "10.0.0.0", false},
        {{"-2001:4860::/33"}, "2001:4860:7fff::", true},
        {{"-2001:4860::/33"}, "2001:4860:8000::", false},
        {{"-2001:4860::1/128"}, "2001:4860::1", true},
        {{"-2001:4860::1/127"}, "2001:4860::", true},
        {{"-2001:4860::1"}, "2001:4860::", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_addresses rules = {0};
        struct gf_perr e = {0};
        for (const char *const *r = rows[i].rules; *r; r++) {
            int bad = **r == '+'   ? gf_addresses_allow(&rules, *r + 1, &e)
                      : **r == '-' ? gf_addresses_deny(&rules, *r + 1, &e)
                                   : 0;
            rules.deny_private |= **r == 'p';
            CHECK_ROW(bad == 0, "row %zu: %s", i, e.what);
        }
        CHECK_INT(gf_addresses_are_limited(&rules), rules.deny_private || rules.ndeny);
        CHECK_ROW(refused(&rules, rows[i].address) == rows[i].want, "row %zu: %s", i,
                  rows[i].address);
        gf_addresses_release(&rules);
        CHECK(!gf_addresses_are_limited(&rules));
    }
}

/* Neither IPv4 nor IPv6: refused where any rule stands. */
TEST(net_address, other_families)
{
    union {
        struct sockaddr any;
        struct sockaddr_un un;
    } a = {.un = {.sun_family = AF_UNIX, .sun_path = "/run/socket"}};
    struct gf_addresses rules = {0};
    CHECK(!gf_addresses_refuse(&rules, &a.any));
    rules.deny_private = true;
    CHECK(gf_addresses_refuse(&rules, &a.any));
    rules.deny_private = false;
    CHECK(gf_addresses_deny(&rules, "203.0.113.1", NULL) == 0);
    CHECK(gf_addresses_refuse(&rules, &a.any));
    gf_addresses_release(&rules);
}

TEST(net_address, cidr)
{
    static const struct {
        const char *text;
        int bits; /* -1: refused */
        bool is_ipv6;
        size_t col;
    } rows[] = {
        {"10.0.0.0/8", 8, false, 0},
        {"10.0.0.1", 32, false, 0},
        {"0.0.0.0/0", 0, false, 0},
        {"255.255.255.255/32", 32, false, 0},
        {"::/0", 0, true, 0},
        {"::1", 128, true, 0},
        {"fd00::/8", 8, true, 0},
        {"::ffff:1.2.3.4/96", 96, true, 0},
        {"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255/128", 128, true, 0},
        {"", -1, false, 0},
        {"/8", -1, false, 0},
        {"10.0.0.0/", -1, false, 9},
        {"10.0.0.0/33", -1, false, 9},
        {"10.0.0.0/-1", -1, false, 9},
        {"10.0.0.0/8/8", -1, false, 9},
        {"10.0.0.0/ 8", -1, false, 9},
        {"10.0.0.0/8 ", -1, false, 9},
        {"10.0.0.0/x", -1, false, 9},
        {"::/129", -1, true, 3},
        {"10.0.0/8", -1, false, 0},
        {"10/8", -1, false, 0},
        {"10.0.0.256", -1, false, 0},
        {" 10.0.0.1", -1, false, 0},
        {"010.0.0.1", -1, false, 0},
        {"0x7f.0.0.1", -1, false, 0},
        {"2130706433", -1, false, 0},
        {"[::1]", -1, false, 0},
        {"fe80::1%lo", -1, false, 0},
        {"example.com", -1, false, 0},
        {"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2555", -1, false, 0},
        {"00000000000000000000000000000000000000000000000000000000000001/8", -1, false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_cidr c;
        struct gf_perr e = {.col = 99};
        errno = 0;
        int r = gf_parse_cidr(rows[i].text, &c, &e);
        if (rows[i].bits == -1)
            CHECK_ROW(r == -1 && errno == EINVAL && e.col == rows[i].col && e.what[0], "'%s': %zu",
                      rows[i].text, e.col);
        else
            CHECK_ROW(r == 0 && c.bits == rows[i].bits && c.is_ipv6 == rows[i].is_ipv6,
                      "'%s': %d bits", rows[i].text, c.bits);
        CHECK_INT(gf_parse_cidr(rows[i].text, &c, NULL), r);
    }
}
