/* net_request.c - net/request: lines that are a URL, lines that are an object, words of a head. */
#include "net/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

/* What was read, in one text: `url|id|method|headers|body|out|max_time|sha256`, each as far as it
 * is there. */
static void describe(const struct gf_request *r, char *out, size_t size)
{
    size_t n = 0;
    n += (size_t)snprintf(out, size, "%s", r->url.text);
    if (r->id)
        n +=
            (size_t)snprintf(out + n, size - n, "|%s=%s", r->id_is_number ? "number" : "id", r->id);
    if (r->method)
        n += (size_t)snprintf(out + n, size - n, "|method=%s", r->method);
    for (char **h = r->headers; h && *h; h++)
        n += (size_t)snprintf(out + n, size - n, "|<%s>", *h);
    if (r->body)
        n += (size_t)snprintf(out + n, size - n, "|body(%zu)=%.*s", r->body_len, (int)r->body_len,
                              r->body);
    if (r->out)
        n += (size_t)snprintf(out + n, size - n, "|out=%s", r->out);
    if (r->max_time)
        n += (size_t)snprintf(out + n, size - n, "|max=%lld", (long long)r->max_time);
    if (r->has_sha256)
        snprintf(out + n, size - n, "|sha=%02x%02x..%02x", r->sha256[0], r->sha256[1],
                 r->sha256[31]);
}

#define DIGITS "0123456789abcdefABCDEF0123456789abcdefABCDEF01234567890123456789"

TEST(net_request, taken)
{
    static const struct {
        const char *line, *want;
    } rows[] = {
        {"https://example.com/a", "https://example.com/a"},
        {"{\"url\":\"http://h/\"}", "http://h/"},
        {"{ \"url\" : \"http://h/\" }  ", "http://h/"},
        {"{\"\\u0075rl\":\"http:\\/\\/h\\/\"}", "http://h/"},
        {"{\"id\":\"a b\",\"url\":\"http://h/\"}", "http://h/|id=a b"},
        {"{\"id\":\"\",\"url\":\"http://h/\"}", "http://h/|id="},
        {"{\"url\":\"http://h/\",\"id\":7}", "http://h/|number=7"},
        {"{\"url\":\"http://h/\",\"id\":-9223372036854775808}",
         "http://h/|number=-9223372036854775808"},
        {"{\"url\":\"http://h/\",\"method\":\"patch\"}", "http://h/|method=patch"},
        /* headers in both ways */
        {"{\"url\":\"http://h/\",\"headers\":{\"X-A\":\"1\",\"x-b\":\"\",\"C\":\" y:z; \"}}",
         "http://h/|<X-A: 1>|<x-b;>|<C:  y:z; >"},
        {"{\"url\":\"http://h/\",\"headers\":[\"X-A: 1\",\"X-A: 2\",\"x-b;\",\"C:\"]}",
         "http://h/|<X-A: 1>|<X-A: 2>|<x-b;>|<C:>"},
        {"{\"url\":\"http://h/\",\"headers\":{}}", "http://h/"},
        {"{\"url\":\"http://h/\",\"headers\":[]}", "http://h/"},
        {"{\"url\":\"http://h/\",\"headers\":{\"A\":\"\xc3\xa4\\t\"}}",
         "http://h/|<A: \xc3\xa4\t>"},
        /* bodies */
        {"{\"url\":\"http://h/\",\"body\":\"x\\r\\ny\"}", "http://h/|body(4)=x\r\ny"},
        {"{\"url\":\"http://h/\",\"body\":\"\"}", "http://h/|body(0)="},
        {"{\"url\":\"http://h/\",\"body_base64\":\"aGk=\"}", "http://h/|body(2)=hi"},
        {"{\"url\":\"http://h/\",\"body_base64\":\"aGk\"}", "http://h/|body(2)=hi"},
        {"{\"url\":\"http://h/\",\"body_base64\":\"\"}", "http://h/|body(0)="},
        /* the others */
        {"{\"url\":\"http://h/\",\"out\":\"a/b\"}", "http://h/|out=a/b"},
        {"{\"url\":\"http://h/\",\"sha256\":\"" DIGITS "\"}", "http://h/|sha=0123..89"},
        {"{\"url\":\"http://h/\",\"max_time\":2}", "http://h/|max=2000000000"},
        {"{\"url\":\"http://h/\",\"max_time\":0.5}", "http://h/|max=500000000"},
        {"{\"url\":\"http://h/\",\"max_time\":1e-12}", "http://h/|max=1"},
        {"{\"url\":\"http://h/\",\"max_time\":1e9}", "http://h/|max=1000000000000000000"},
        {"{\"url\":\"http://h/\",\"max_time\":\"1m\"}", "http://h/|max=60000000000"},
        {"{\"url\":\"http://h/\",\"max_time\":\"250ms\"}", "http://h/|max=250000000"},
        {"{\"max_time\":\"1s\",\"sha256\":\"" DIGITS "\",\"out\":\"o\",\"body\":\"b\",\"headers\":"
         "[\"A: 1\"],\"method\":\"PUT\",\"id\":\"i\",\"url\":\"http://h/\"}",
         "http://h/|id=i|method=PUT|<A: 1>|body(1)=b|out=o|max=1000000000|sha=0123..89"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_request r;
        struct gf_net_why why = {0};
        char got[600];
        enum gf_net_error e = gf_request_parse(&r, rows[i].line, strlen(rows[i].line), &why);
        CHECK_ROW(e == GF_NET_OK, "%s: %s", rows[i].line, why.what);
        if (e == GF_NET_OK) {
            describe(&r, got, sizeof got);
            CHECK_STR(got, rows[i].want);
        }
        gf_request_release(&r);
        gf_request_release(&r);
    }
}

/* A body may hold NUL; nothing else may. */
TEST(net_request, nul_in_a_body)
{
    static const char line[] = "{\"url\":\"http://h/\",\"body\":\"a\\u0000b\"}";
    static const char coded[] = "{\"url\":\"http://h/\",\"body_base64\":\"AP8A\"}";
    struct gf_request r;
    REQUIRE(gf_request_parse(&r, line, sizeof line - 1, NULL) == GF_NET_OK);
    CHECK_INT(r.body_len, 3);
    CHECK(memcmp(r.body, "a\0b", 3) == 0);
    gf_request_release(&r);
    REQUIRE(gf_request_parse(&r, coded, sizeof coded - 1, NULL) == GF_NET_OK);
    CHECK_INT(r.body_len, 3);
    CHECK(memcmp(r.body, "\0\xff\0", 3) == 0);
    gf_request_release(&r);
}

#define U "{\"url\":\"http://h/\","

TEST(net_request, refused)
{
    static const struct {
        const char *line;
        enum gf_net_error want;
        const char *what; /* a part of it */
        const char *hint; /* NULL: any */
    } rows[] = {
        {"", GF_NET_BAD_REQUEST, "scheme", NULL},
        {"example.com", GF_NET_BAD_REQUEST, "scheme", NULL},
        {"ftp://h/", GF_NET_PROTO_DENIED, "ftp", NULL},
        {"[\"http://h/\"]", GF_NET_BAD_REQUEST, "scheme", NULL},
        {"{", GF_NET_BAD_REQUEST, "no JSON", NULL},
        {"{}", GF_NET_BAD_REQUEST, "no key \"url\"", NULL},
        {"{} x", GF_NET_BAD_REQUEST, "no JSON", NULL},
        {"{\"id\":\"a\"}", GF_NET_BAD_REQUEST, "no key \"url\"", NULL},
        {"{\"url\":\"http://h/\",}", GF_NET_BAD_REQUEST, "no JSON", NULL},
        {U "\"x\":\"\xff\"}", GF_NET_BAD_REQUEST, "no JSON", NULL},
        {"{\"url\":null}", GF_NET_BAD_REQUEST, "url", NULL},
        {"{\"url\":7}", GF_NET_BAD_REQUEST, "url", NULL},
        {"{\"url\":\"h\"}", GF_NET_BAD_REQUEST, "scheme", NULL},
        {"{\"url\":\"file:///x\"}", GF_NET_PROTO_DENIED, "file", NULL},
        {"{\"url\":\"http://h/\\u0000x\"}", GF_NET_BAD_REQUEST, "0x00", NULL},
        {"{\"url\":\"http://h/\\r\\nX: y\"}", GF_NET_BAD_REQUEST, "0x0d", NULL},
        {"{\"url\":\"http://h/\",\"url\":\"http://i/\"}", GF_NET_BAD_REQUEST, "duplicate", NULL},
        /* keys that would be passed over in silence */
        {U "\"header\":{}}", GF_NET_BAD_REQUEST, "unknown key \"header\"", "\"headers\""},
        {U "\"Url\":\"\"}", GF_NET_BAD_REQUEST, "unknown key \"Url\"", "\"url\""},
        {U "\"qqqqqqqq\":1}", GF_NET_BAD_REQUEST, "unknown key \"qqqqqqqq\"", "body_base64"},
        {U "\"\":1}", GF_NET_BAD_REQUEST, "unknown key \"\"", NULL},
        /* each key with what it is not */
        {U "\"id\":1.5}", GF_NET_BAD_REQUEST, "id", NULL},
        {U "\"id\":null}", GF_NET_BAD_REQUEST, "id", NULL},
        {U "\"id\":\"a\\u0000\"}", GF_NET_BAD_REQUEST, "id: a NUL", NULL},
        {U "\"method\":1}", GF_NET_BAD_REQUEST, "method", NULL},
        {U "\"method\":\"\"}", GF_NET_BAD_REQUEST, "method", NULL},
        {U "\"method\":\"A B\"}", GF_NET_BAD_REQUEST, "method", NULL},
        {U "\"method\":\"GET\\r\\n\"}", GF_NET_BAD_REQUEST, "method", NULL},
        {U "\"method\":\"GET\\u0000\"}", GF_NET_BAD_REQUEST, "method", NULL},
        {U "\"headers\":\"A: 1\"}", GF_NET_BAD_REQUEST, "headers", NULL},
        {U "\"headers\":null}", GF_NET_BAD_REQUEST, "headers", NULL},
        {U "\"headers\":{\"A\":1}}", GF_NET_BAD_REQUEST, "headers", NULL},
        {U "\"headers\":{\"A\":null}}", GF_NET_BAD_REQUEST, "headers", NULL},
        {U "\"headers\":{\"A\":\"1\",\"B\":1,\"C\":\"1\"}}", GF_NET_BAD_REQUEST, "headers", NULL},
        {U "\"headers\":{\"\":\"1\"}}", GF_NET_BAD_REQUEST, "headers", NULL},
        {U "\"headers\":{\"A:\":\"1\"}}", GF_NET_BAD_REQUEST, "headers", NULL},
        {U "\"headers\":{\"A: b\":\"\"}}", GF_NET_BAD_REQUEST, "headers", NULL},
        {U "\"headers\":{\"A;\":\"\"}}", GF_NET_BAD_REQUEST, "headers", NULL},
        {U "\"headers\":{\"A B\":\"1\"}}", GF_NET_BAD_REQUEST, "headers", NULL},
        {U "\"headers\":{\"A\":\"1\\r\\nB: 2\"}}", GF_NET_BAD_REQUEST, "headers", NULL},
        {U "\"headers\":{\"A\":\"1\\n\"}}", GF_NET_BAD_REQUEST, "headers", NULL},
        {U "\"headers\":{\"A\":\"\\r\"}}", GF_NET_BAD_REQUEST, "headers", NULL},
        {U "\"headers\":{\"A\":\"1\\u0000\"}}", GF_NET_BAD_REQUEST, "headers", NULL},
        {U "\"headers\":{\"A\\r\\nB\":\"1\"}}", GF_NET_BAD_REQUEST, "headers", NULL},
        {U "\"headers\":[1]}", GF_NET_BAD_REQUEST, "headers", NULL},
        {U "\"headers\":[\"A: 1\",null]}", GF_NET_BAD_REQUEST, "headers", NULL},
        {U "\"headers\":[\"A\"]}", GF_NET_BAD_REQUEST, "headers", NULL},
        {U "\"headers\":[\"\"]}", GF_NET_BAD_REQUEST, "headers", NULL},
        {U "\"headers\":[\": 1\"]}", GF_NET_BAD_REQUEST, "headers", NULL},
        {U "\"headers\":[\"A: 1\\r\\nB: 2\"]}", GF_NET_BAD_REQUEST, "headers", NULL},
        {U "\"headers\":[\"A: 1\\u0000\"]}", GF_NET_BAD_REQUEST, "headers", NULL},
        {U "\"headers\":{\"content-length\":\"1\"}}", GF_NET_BAD_REQUEST, "follow", NULL},
        {U "\"headers\":{\"Content-Length\":\"\"}}", GF_NET_BAD_REQUEST, "follow", NULL},
        {U "\"headers\":[\"Transfer-Encoding: chunked\"]}", GF_NET_BAD_REQUEST, "follow", NULL},
        {U "\"headers\":[\"transfer-encoding;\"]}", GF_NET_BAD_REQUEST, "follow", NULL},
        {U "\"body\":1}", GF_NET_BAD_REQUEST, "body", NULL},
        {U "\"body\":{}}", GF_NET_BAD_REQUEST, "body", NULL},
        {U "\"body_base64\":1}", GF_NET_BAD_REQUEST, "body_base64", NULL},
        {U "\"body_base64\":\"a\"}", GF_NET_BAD_REQUEST, "body_base64: no base64", NULL},
        {U "\"body_base64\":\"aG k\"}", GF_NET_BAD_REQUEST, "body_base64: no base64", NULL},
        {U "\"body\":\"\",\"body_base64\":\"\"}", GF_NET_BAD_REQUEST, "both", NULL},
        {U "\"out\":1}", GF_NET_BAD_REQUEST, "out", NULL},
        {U "\"out\":\"a\\u0000\"}", GF_NET_BAD_REQUEST, "out: a NUL", NULL},
        {U "\"sha256\":1}", GF_NET_BAD_REQUEST, "sha256", NULL},
        {U "\"sha256\":\"\"}", GF_NET_BAD_REQUEST, "sha256", NULL},
        {U "\"sha256\":\"" DIGITS "0\"}", GF_NET_BAD_REQUEST, "sha256", NULL},
        {U "\"sha256\":\"x123456789abcdefABCDEF0123456789abcdefABCDEF01234567890123456789\"}",
         GF_NET_BAD_REQUEST, "sha256", NULL},
        {U "\"max_time\":0}", GF_NET_BAD_REQUEST, "max_time", NULL},
        {U "\"max_time\":-1}", GF_NET_BAD_REQUEST, "max_time", NULL},
        {U "\"max_time\":1.1e9}", GF_NET_BAD_REQUEST, "max_time", NULL},
        {U "\"max_time\":\"\"}", GF_NET_BAD_REQUEST, "max_time", NULL},
        {U "\"max_time\":\"0s\"}", GF_NET_BAD_REQUEST, "max_time", NULL},
        {U "\"max_time\":\"soon\"}", GF_NET_BAD_REQUEST, "max_time", NULL},
        {U "\"max_time\":null}", GF_NET_BAD_REQUEST, "max_time", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_request r;
        struct gf_net_why why = {0};
        size_t len = strlen(rows[i].line);
        enum gf_net_error e = gf_request_parse(&r, rows[i].line, len, &why);
        CHECK_ROW(e == rows[i].want && strstr(why.what, rows[i].what), "%s: %s", rows[i].line,
                  e == GF_NET_OK ? "taken" : why.what);
        CHECK_ROW(!rows[i].hint || strstr(why.hint, rows[i].hint), "%s: %s", rows[i].line,
                  why.hint);
        gf_request_release(&r);
        CHECK_INT(gf_request_parse(&r, rows[i].line, len, NULL), e);
        gf_request_release(&r);
    }
    struct gf_request r;
    CHECK_INT(gf_request_parse(&r, "http://h/\0", 10, NULL), GF_NET_BAD_REQUEST);
}

/* Of a request that is refused: the record names it. */
TEST(net_request, id_of_what_is_refused)
{
    static const struct {
        const char *line, *id;
        bool number;
    } rows[] = {
        {"{\"url\":\"h\",\"id\":\"a\"}", "a", false},
        {"{\"x\":1,\"id\":7}", "7", true},
        {"{\"id\":\"a\"}", "a", false},
        {U "\"body\":\"\",\"body_base64\":\"\",\"id\":\"a\"}", "a", false},
        {U "\"headers\":[1],\"id\":\"a\"}", "a", false},
        {U "\"id\":[1]}", NULL, false},
        {"http://", NULL, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_request r;
        CHECK(gf_request_parse(&r, rows[i].line, strlen(rows[i].line), NULL) != GF_NET_OK);
        CHECK_ROW((r.id != NULL) == (rows[i].id != NULL), "%s", rows[i].line);
        if (rows[i].id && r.id) {
            CHECK_STR(r.id, rows[i].id);
            CHECK_INT(r.id_is_number, rows[i].number);
        }
        gf_request_release(&r);
    }
}

/* The words of an error have no byte of a URL or a header, which may be a password. */
TEST(net_request, secrets_of_what_is_refused)
{
    static const char *const rows[] = {
        "{\"url\" \"http://me:secret@h/\"}",
        "{\"url\":\"http://me:secret@h/\" \"id\":1}",
        "{\"url\":\"http://me:secret@h/",
        "{\"url\":\"http://me:secret\x01@h/\"}",
        "{\"url\":\"http://me:secret\\q@h/\"}",
        "{\"headers\":[\"Authorization: secret\" \"B: c\"]}",
        "{\"headers\":[\"Authorization: secret\\n\"]}",
        "{\"secret\":1,\"secret\":2}",
        "{\"url\":\"http://me:secret@h:x/\"}",
        "http://me:secret@h:x/",
        "http://me:sec ret@h/",
        "me:secret@h/",
        "{\"url\":\"http://h/\",\"sha256\":\"secret\"}",
        "{\"url\":\"http://h/\",\"method\":\"se cret\"}",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_request r;
        struct gf_net_why why = {0};
        gf_request_parse(&r, rows[i], strlen(rows[i]), &why);
        CHECK_ROW(why.what[0] && !strstr(why.what, "cret") && !strstr(why.hint, "cret"), "%s: %s",
                  rows[i], why.what);
        gf_request_release(&r);
    }
}

/* ---- words of a head ------------------------------------------------------------------------- */

TEST(net_request, methods)
{
    static const char token[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~";
    for (int c = 1; c < 256; c++) {
        char method[3] = {(char)c, 'x', '\0'}, header[4] = {'x', (char)c, ':', '\0'};
        CHECK_ROW(gf_request_is_method(method) == (strchr(token, c) != NULL), "0x%02x", c);
        if (c != ':') /* ends the name */
            CHECK_ROW(gf_request_is_header(header, 3) == (strchr(token, c) != NULL), "0x%02x", c);
    }
    char most[34] = "";
    memset(most, 'A', 32);
    CHECK(gf_request_is_method(most));
    most[32] = 'A';
    CHECK(!gf_request_is_method(most));
    CHECK(!gf_request_is_method(""));
}

TEST(net_request, headers)
{
    static const struct {
        const char *text;
        size_t len; /* 0: that of the text */
        bool want, secret, framing;
    } rows[] = {
        {"A: b", 0, true, false, false},
        {"A:b", 0, true, false, false},
        {"A:", 0, true, false, false},
        {"A;", 0, true, false, false},
        {"A: b: c; d", 0, true, false, false},
        {"A: \x01\xff\t", 0, true, false, false},
        {"A;b", 0, false, false, false},
        {"A; b", 0, false, false, false},
        {"A", 0, false, false, false},
        {"", 0, false, false, false},
        {":", 0, false, false, false},
        {";", 0, false, false, false},
        {": b", 0, false, false, false},
        {"A : b", 0, false, false, false},
        {" A: b", 0, false, false, false},
        {"\xc3\xa4: b", 0, false, false, false},
        {"A: b\r", 0, false, false, false},
        {"A: b\nB: c", 0, false, false, false},
        {"A: b\0", 5, false, false, false},
        {"A\0: b", 5, false, false, false},
        {"Authorization: x", 0, true, true, false},
        {"authorization:x", 0, true, true, false},
        {"COOKIE: a=b", 0, true, true, false},
        {"Cookie;", 0, true, true, false},
        {"proxy-authorization: x", 0, true, true, false},
        {"Set-Cookie: x", 0, true, false, false},
        {"Cookies: x", 0, true, false, false},
        {"Cooki: x", 0, true, false, false},
        {"X-Authorization: x", 0, true, false, false},
        {"Content-Length: 1", 0, true, false, true},
        {"content-length;", 0, true, false, true},
        {"TRANSFER-ENCODING: chunked", 0, true, false, true},
        {"Content-Lengths: 1", 0, true, false, false},
        {"TE: trailers", 0, true, false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *text = rows[i].text;
        size_t len = rows[i].len ? rows[i].len : strlen(text);
        CHECK_ROW(gf_request_is_header(text, len) == rows[i].want, "'%s'", text);
        CHECK_ROW(gf_request_is_secret(text) == rows[i].secret, "'%s'", text);
        CHECK_ROW(gf_request_is_framing(text) == rows[i].framing, "'%s'", text);
    }
}
