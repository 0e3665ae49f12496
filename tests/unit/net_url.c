/* net_url.c - net/url: what is a URL, its origin, what is shown of it, where a redirect leads. */
#include "net/url.h"

#include <stdlib.h>
#include <string.h>

#include "test.h"

TEST(net_url, parse)
{
    static const struct {
        const char *text, *shown, *origin, *path;
        bool secret; /* else `text` stays, and is shown */
    } rows[] = {
        {"http://example.com/a", "http://example.com/a", "http://example.com:80", "/a", false},
        {"https://example.com/a?b", "https://example.com/a?b", "https://example.com:443", "/a?b",
         false},
        {"https://example.com", "https://example.com", "https://example.com:443", "", false},
        {"http://h?q=a@b", "http://h?q=a@b", "http://h:80", "?q=a@b", false},
        {"http://h/@b:c", "http://h/@b:c", "http://h:80", "/@b:c", false},
        {"http://h/\xc3\xa4%20%zz", "http://h/\xc3\xa4%20%zz", "http://h:80", "/\xc3\xa4%20%zz",
         false},
        /* one spelling of an origin */
        {"HTTPS://EXAMPLE.com:443/X", "HTTPS://EXAMPLE.com:443/X", "https://example.com:443", "/X",
         false},
        {"http://h:/", "http://h:/", "http://h:80", "/", false},
        {"http://h:00080/", "http://h:00080/", "http://h:80", "/", false},
        {"https://h:80/", "https://h:80/", "https://h:80", "/", false},
        {"http://h?%41", "http://h?%41", "http://h:80", "?%41", false},
        {"http://127.1/", "http://127.1/", "http://127.0.0.1:80", "/", false},
        {"http://0x7f000001/", "http://0x7f000001/", "http://127.0.0.1:80", "/", false},
        {"http://[::1]:8080", "http://[::1]:8080", "http://[::1]:8080", "", false},
        {"http://[FD00::A]/", "http://[FD00::A]/", "http://[fd00::a]:80", "/", false},
        {"http://[FE80::1%25eth0]/", "http://[FE80::1%25eth0]/", "http://[fe80::1%25eth0]:80", "/",
         false},
        {"http://[fe80::1%eth1]:81/", "http://[fe80::1%eth1]:81/", "http://[fe80::1%25eth1]:81",
         "/", false},
        /* the fragment */
        {"http://h/a#b", "http://h/a", "http://h:80", "/a", false},
        {"https://h/a?b#/c?d", "https://h/a?b", "https://h:443", "/a?b", false},
        {"http://h#/a", "http://h", "http://h:80", "", false},
        {"http://h/#", "http://h/", "http://h:80", "/", false},
        {"http://h/a#me:x@y", "http://h/a", "http://h:80", "/a", false},
        /* user and password */
        {"http://me:secret@example.com/a#b", "http://example.com/a", "http://example.com:80", "/a",
         true},
        {"http://me:secret@example.com/a", "http://example.com/a", "http://example.com:80", "/a",
         true},
        {"http://me@example.com/a", "http://example.com/a", "http://example.com:80", "/a", true},
        {"http://:secret@h:81/x?y", "http://h:81/x?y", "http://h:81", "/x?y", true},
        {"https://m%40e:s%3ae%2fc@h/", "https://h/", "https://h:443", "/", true},
        {"http://me;x:secret@h/", "http://h/", "http://h:80", "/", true},
        {"http://me:secret@h", "http://h/", "http://h:80", "/", true},
        {"http://me:secret@h?q", "http://h/?q", "http://h:80", "/?q", true},
        {"http://me:se:cret@[::1]:8080/", "http://[::1]:8080/", "http://[::1]:8080", "/", true},
        {"http://@h/", "http://h/", "http://h:80", "/", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_url u;
        struct gf_net_why why = {0};
        enum gf_net_error e = gf_url_parse(&u, rows[i].text, strlen(rows[i].text), &why);
        CHECK_ROW(e == GF_NET_OK, "%s: %s", rows[i].text, why.what);
        if (e != GF_NET_OK)
            continue;
        CHECK_STR(u.shown, rows[i].shown);
        size_t len = strcspn(rows[i].text, "#");
        CHECK_ROW(strlen(u.text) == len && memcmp(u.text, rows[i].text, len) == 0, "%s", u.text);
        CHECK_STR(u.origin, rows[i].origin);
        CHECK_STR(u.path, rows[i].path);
        CHECK_ROW(u.path >= u.shown && u.path <= u.shown + strlen(u.shown), "%s", rows[i].text);
        CHECK_ROW(u.secret == rows[i].secret, "%s", rows[i].text);
        CHECK_ROW(u.tls == (strncmp(u.origin, "https:", 6) == 0), "%s", rows[i].text);
        gf_url_release(&u);
    }
}

TEST(net_url, refused)
{
    static const struct {
        const char *text;
        size_t len; /* 0: that of the text */
        enum gf_net_error want;
        const char *what, *hint; /* a part of each; NULL: there is none */
    } rows[] = {
        {"example.com/a", 0, GF_NET_BAD_REQUEST, "scheme", "https://"},
        {"http:/example.com", 0, GF_NET_BAD_REQUEST, "scheme", "https://"},
        {"://h/", 0, GF_NET_BAD_REQUEST, "scheme", "https://"},
        {"1http://h/", 0, GF_NET_BAD_REQUEST, "scheme", "https://"},
        {"mailto:me@h", 0, GF_NET_BAD_REQUEST, "scheme", "https://"},
        {"ftp://h/", 0, GF_NET_PROTO_DENIED, "not ftp", NULL},
        {"file:///etc/passwd", 0, GF_NET_PROTO_DENIED, "not file", NULL},
        {"gopher://h/", 0, GF_NET_PROTO_DENIED, "not gopher", NULL},
        {"httpx://h/", 0, GF_NET_PROTO_DENIED, "not httpx", NULL},
        {"http", 0, GF_NET_BAD_REQUEST, "scheme", "https://"},
        {"http://", 0, GF_NET_BAD_REQUEST, "host", NULL},
        {"http:///h", 0, GF_NET_BAD_REQUEST, "host", NULL},
        {"https:////h", 0, GF_NET_BAD_REQUEST, "host", NULL},
        {"http://?x", 0, GF_NET_BAD_REQUEST, "no URL", NULL},
        {"http://#x", 0, GF_NET_BAD_REQUEST, "no URL", NULL},
        {"http://me:secr#et@h/", 0, GF_NET_BAD_REQUEST, "port", NULL},
        {"http://me:secret@/", 0, GF_NET_BAD_REQUEST, "", NULL},
        {"http://h:65536/", 0, GF_NET_BAD_REQUEST, "port", "65535"},
        {"http://h:0/", 0, GF_NET_BAD_REQUEST, "port", "65535"},
        {"http://h:000/", 0, GF_NET_BAD_REQUEST, "port", "65535"},
        {"http://h:x/", 0, GF_NET_BAD_REQUEST, "port", "65535"},
        {"http://h:-1/", 0, GF_NET_BAD_REQUEST, "port", "65535"},
        {"http://::1/", 0, GF_NET_BAD_REQUEST, "", NULL},
        {"http://[::1/", 0, GF_NET_BAD_REQUEST, "no URL", NULL},
        {"http://[::g]/", 0, GF_NET_BAD_REQUEST, "no URL", NULL},
        {"http://a@b@c/", 0, GF_NET_BAD_REQUEST, "no URL", NULL},
        {"http://h\\x/", 0, GF_NET_BAD_REQUEST, "no URL", NULL},
        {"http://h%00/", 0, GF_NET_BAD_REQUEST, "no URL", NULL},
        {"http://[fe80::1%25a\\b]/", 0, GF_NET_BAD_REQUEST, "zone", NULL},
        {"http://[fe80::1%25\xc3\xa4]/", 0, GF_NET_BAD_REQUEST, "zone", NULL},
        {"http://ex%41mple.com/", 0, GF_NET_BAD_REQUEST, "%", NULL},
        {"http://%31%32%37.1/", 0, GF_NET_BAD_REQUEST, "%", NULL},
        {"http://m%40e:secret@%34/", 0, GF_NET_BAD_REQUEST, "%", NULL},
        {"http://%2541/", 0, GF_NET_BAD_REQUEST, "no URL", NULL},
        {"http://0x%257fh/", 0, GF_NET_BAD_REQUEST, "no URL", NULL},
        {"http://%/", 0, GF_NET_BAD_REQUEST, "no URL", NULL},
        {"http://h%0d%0ax/", 0, GF_NET_BAD_REQUEST, "no URL", NULL},
        /* bytes that end a line of a head, or look like nothing */
        {"http://h/a b", 0, GF_NET_BAD_REQUEST, "blank", "%20"},
        {" http://h/", 0, GF_NET_BAD_REQUEST, "blank", "%20"},
        {"http://h/ ", 0, GF_NET_BAD_REQUEST, "blank", "%20"},
        {"http://h/\tx", 0, GF_NET_BAD_REQUEST, "0x09", NULL},
        {"http://h/\r\nX: y", 0, GF_NET_BAD_REQUEST, "0x0d", NULL},
        {"http://h/\n", 0, GF_NET_BAD_REQUEST, "0x0a", NULL},
        {"http://h/\x7f", 0, GF_NET_BAD_REQUEST, "0x7f", NULL},
        {"http://h/\x1b[2J", 0, GF_NET_BAD_REQUEST, "0x1b", NULL},
        {"http://h/a#\x01", 0, GF_NET_BAD_REQUEST, "0x01", NULL},
        {"http://h/\0x", 11, GF_NET_BAD_REQUEST, "0x00", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_url u;
        struct gf_net_why why = {0};
        size_t len = rows[i].len ? rows[i].len : strlen(rows[i].text);
        enum gf_net_error e = gf_url_parse(&u, rows[i].text, len, &why);
        CHECK_ROW(e == rows[i].want, "'%s': %s", rows[i].text,
                  e == GF_NET_OK ? "taken" : gf_net_error_word(e));
        if (e == GF_NET_OK) {
            gf_url_release(&u);
            continue;
        }
        CHECK_ROW(why.what[0] && strstr(why.what, rows[i].what), "'%s': %s", rows[i].text,
                  why.what);
        CHECK_ROW(!rows[i].hint || strstr(why.hint, rows[i].hint), "'%s': %s", rows[i].text,
                  why.hint);
        CHECK(!strstr(why.what, "secret") && !strstr(why.hint, "secret"));
        CHECK(!u.text && !u.shown && !u.origin);
        CHECK_INT(gf_url_parse(&u, rows[i].text, len, NULL), e);
    }
}

/* No byte behind `len` is read. */
TEST(net_url, length)
{
    struct gf_url u;
    char *exact = malloc(11);
    REQUIRE(exact);
    memcpy(exact, "http://h/ab", 11);
    REQUIRE(gf_url_parse(&u, exact, 11, NULL) == GF_NET_OK);
    CHECK_STR(u.text, "http://h/ab");
    gf_url_release(&u);
    REQUIRE(gf_url_parse(&u, exact, 10, NULL) == GF_NET_OK);
    CHECK_STR(u.text, "http://h/a");
    gf_url_release(&u);
    gf_url_release(&u);
    CHECK_INT(gf_url_parse(&u, exact, 0, NULL), GF_NET_BAD_REQUEST);
    free(exact);
}

/* ---- redirects ------------------------------------------------------------------------------- */

/* The references of RFC 3986, 5.4, without their fragments, and those of an odd server. */
TEST(net_url, follow)
{
    static const char base[] = "http://a/b/c/d;p?q";
    static const struct {
        const char *from, *location, *want;
    } rows[] = {
        {base, "g", "http://a/b/c/g"},
        {base, "./g", "http://a/b/c/g"},
        {base, "g/", "http://a/b/c/g/"},
        {base, "/g", "http://a/g"},
        {base, "//g", "http://g/"},
        {base, "?y", "http://a/b/c/d;p?y"},
        {base, "g?y", "http://a/b/c/g?y"},
        {base, "#s", "http://a/b/c/d;p?q"},
        {base, "", "http://a/b/c/d;p?q"},
        {base, "g#s", "http://a/b/c/g"},
        {base, "g#s/./x", "http://a/b/c/g"},
        {base, "g#s/../x", "http://a/b/c/g"},
        {base, "g?y#s", "http://a/b/c/g?y"},
        {base, ";x", "http://a/b/c/;x"},
        {base, "g;x", "http://a/b/c/g;x"},
        {base, "g;x?y#s", "http://a/b/c/g;x?y"},
        {base, ".", "http://a/b/c/"},
        {base, "./", "http://a/b/c/"},
        {base, "..", "http://a/b/"},
        {base, "../", "http://a/b/"},
        {base, "../g", "http://a/b/g"},
        {base, "../..", "http://a/"},
        {base, "../../", "http://a/"},
        {base, "../../g", "http://a/g"},
        {base, "../../../g", "http://a/g"},
        {base, "../../../../g", "http://a/g"},
        {base, "/./g", "http://a/g"},
        {base, "/../g", "http://a/g"},
        {base, "g.", "http://a/b/c/g."},
        {base, ".g", "http://a/b/c/.g"},
        {base, "g..", "http://a/b/c/g.."},
        {base, "..g", "http://a/b/c/..g"},
        {base, "./../g", "http://a/b/g"},
        {base, "./g/.", "http://a/b/c/g/"},
        {base, "g/./h", "http://a/b/c/g/h"},
        {base, "g/../h", "http://a/b/c/h"},
        {base, "g;x=1/./y", "http://a/b/c/g;x=1/y"},
        {base, "g;x=1/../y", "http://a/b/c/y"},
        {base, "g?y/./x", "http://a/b/c/g?y/./x"},
        {base, "g?y/../x", "http://a/b/c/g?y/../x"},
        {base, "https://x:8443/y", "https://x:8443/y"},
        {base, "HTTP://x/y", "http://x/y"},
        {base, "a b", "http://a/b/c/a%20b"},
        {base, "//%34/", "http://4/"}, /* decoded before it is looked at */
        {"http://a", "g", "http://a/g"},
        {"http://a", "?y", "http://a/?y"},
        {"http://a/b/?x=/y/z", "g", "http://a/b/g"},
        {"http://a/b/#/y/z", "g", "http://a/b/g"},
        {"http://a#/y/z?w", "g", "http://a/g"},
        {"http://a/b#y", "?x", "http://a/b?x"},
        {"https://a/b", "//x/y", "https://x/y"},
        /* the user and the password of the first stay behind, those of the location are its own */
        {"http://me:secret@a/b", "c", "http://a/c"},
        {"http://me:secret@a/b", "#c", "http://a/b"},
        {"http://me:secret@a/b", "//x/c", "http://x/c"},
        {"http://me:secret@a/b", "http://you:own@a/c", "http://you:own@a/c"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_url from, to;
        struct gf_net_why why = {0};
        REQUIRE(gf_url_parse(&from, rows[i].from, strlen(rows[i].from), NULL) == GF_NET_OK);
        enum gf_net_error e = gf_url_follow(&to, &from, rows[i].location, &why);
        CHECK_ROW(e == GF_NET_OK, "%s from %s: %s", rows[i].location, rows[i].from, why.what);
        if (e == GF_NET_OK) {
            CHECK_ROW(strcmp(to.text, rows[i].want) == 0, "%s from %s: %s", rows[i].location,
                      rows[i].from, to.text);
            CHECK_ROW(to.secret == (strstr(rows[i].want, "own") != NULL), "%s", to.text);
            CHECK(!strstr(to.shown, "own") && !strstr(to.text, "secret"));
            gf_url_release(&to);
        }
        gf_url_release(&from);
    }
}

TEST(net_url, follow_refused)
{
    static const struct {
        const char *location;
        enum gf_net_error want;
    } rows[] = {
        {"ftp://x/", GF_NET_PROTO_DENIED},        {"file:///etc/passwd", GF_NET_PROTO_DENIED},
        {"gopher://x:70/_", GF_NET_PROTO_DENIED}, {"javascript:x", GF_NET_BAD_REQUEST},
        {"mailto:me@x", GF_NET_BAD_REQUEST},      {"http:g", GF_NET_BAD_REQUEST},
        {"http://", GF_NET_BAD_REQUEST},          {"//x:99999/", GF_NET_BAD_REQUEST},
        {"//a@b@c/", GF_NET_BAD_REQUEST},         {"/a\tb", GF_NET_BAD_REQUEST},
        {"/a\x01", GF_NET_BAD_REQUEST},           {"/a\x7f", GF_NET_BAD_REQUEST},
    };
    struct gf_url from, to;
    REQUIRE(gf_url_parse(&from, "http://h/a", 10, NULL) == GF_NET_OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_net_why why = {0};
        enum gf_net_error e = gf_url_follow(&to, &from, rows[i].location, &why);
        CHECK_ROW(e == rows[i].want && why.what[0], "%s: %s", rows[i].location,
                  e == GF_NET_OK ? to.text : why.what);
        if (e == GF_NET_OK)
            gf_url_release(&to);
    }
    gf_url_release(&from);
}

/* ---- origins, and text that is no URL -------------------------------------------------------- */

TEST(net_url, origin)
{
    static const struct {
        const char *text, *want; /* NULL: refused */
    } rows[] = {
        {"https://example.com", "https://example.com:443"},
        {"https://example.com/", "https://example.com:443"},
        {"HTTP://Example.COM:8080", "http://example.com:8080"},
        {"http://[::1]:8080", "http://[::1]:8080"},
        {"https://example.com/a", NULL},
        {"https://example.com//", NULL},
        {"https://example.com?", NULL},
        {"https://example.com#", NULL},
        {"https://example.com/#a", NULL},
        {"https://me@example.com", NULL},
        {"https://me:secret@example.com/", NULL},
        {"example.com", NULL},
        {"ftp://example.com", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_url u;
        struct gf_net_why why = {0};
        enum gf_net_error e = gf_url_parse_origin(&u, rows[i].text, &why);
        CHECK_ROW((e == GF_NET_OK) == (rows[i].want != NULL), "'%s'", rows[i].text);
        if (e == GF_NET_OK) {
            CHECK_STR(u.origin, rows[i].want ? rows[i].want : "");
            gf_url_release(&u);
        } else {
            CHECK_ROW(why.what[0] && !u.text, "'%s'", rows[i].text);
        }
    }
}

TEST(net_url, hide)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"", ""},
        {"no URL", "no URL"},
        {"http://h/a", "http://h/a"},
        {"ftp://me:secret@h/a", "ftp://***@h/a"},
        {"http://me:secret@h:x/a b", "http://***@h:x/a b"},
        {"http://me:sec/r@et@h/", "http://***@h/"},
        {"me:secret@h", "***@h"},
        {"http:/me:secret@h", "***@h"},
        {"http://m@h", "http://*@h"}, /* it never grows */
        {"http://@h", "http://@h"},
        {"@", "@"},
        {"a@", "*@"},
        {"me:secret@h/a?http://b@c", "***@c"},
        {"me:secret@h http://b", "***@h http://b"},
        {"http://a:secret@h http://b:secret@h", "http://***@h"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t len = strlen(rows[i].text);
        char *text = strdup(rows[i].text);
        REQUIRE(text);
        size_t left = gf_url_hide(text, len);
        CHECK_ROW(left <= len && left == strlen(rows[i].want) &&
                      memcmp(text, rows[i].want, left) == 0,
                  "'%s': '%.*s'", rows[i].text, (int)left, text);
        free(text);
    }
    char nul[] = "a\0me:secret@h";
    CHECK_INT(gf_url_hide(nul, sizeof nul - 1), 5);
    CHECK(memcmp(nul, "***@h", 5) == 0);
}
