/* redis/address: what an address says, and which are refused, where. */
#include "redis/address.h"

#include <stdlib.h>
#include <string.h>

#include "test.h"

TEST(redis_address, parts)
{
    static const struct {
        const char *text, *host, *port, *path, *user, *password;
        unsigned db;
        const char *name, *shown;
    } rows[] = {
        {"redis://q1#work", "q1", "6379", NULL, NULL, NULL, 0, "work", "redis://q1:6379#work"},
        {"redis://q1:7000/3#a", "q1", "7000", NULL, NULL, NULL, 3, "a", "redis://q1:7000/3#a"},
        {"redis://q1/#a", "q1", "6379", NULL, NULL, NULL, 0, "a", "redis://q1:6379#a"},
        {"redis://me:pw@q1#a", "q1", "6379", NULL, "me", "pw", 0, "a", "redis://q1:6379#a"},
        {"redis://:p%40w@q1#a", "q1", "6379", NULL, NULL, "p@w", 0, "a", "redis://q1:6379#a"},
        {"redis://:p@w@q1#a", "q1", "6379", NULL, NULL, "p@w", 0, "a", "redis://q1:6379#a"},
        {"redis://:@q1#a", "q1", "6379", NULL, NULL, "", 0, "a", "redis://q1:6379#a"},
        {"redis://[::1]:1#a", "::1", "1", NULL, NULL, NULL, 0, "a", "redis://[::1]:1#a"},
        {"redis+unix:///run/r.sock#a/b", NULL, NULL, "/run/r.sock", NULL, NULL, 0, "a/b",
         "redis+unix:///run/r.sock#a/b"},
        {"redis+unix:///run/%23?db=2#a", NULL, NULL, "/run/#", NULL, NULL, 2, "a",
         "redis+unix:///run/#?db=2#a"},
        {"redis://:p%23w@q1#a", "q1", "6379", NULL, NULL, "p#w", 0, "a", "redis://q1:6379#a"},
        {"redis://q1#a%40b#c", "q1", "6379", NULL, NULL, NULL, 0, "a@b#c",
         "redis://q1:6379#a%40b#c"},
        {"redis://q1#a%20b", "q1", "6379", NULL, NULL, NULL, 0, "a b", "redis://q1:6379#a b"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_redis_address a;
        struct gf_perr e;
        CHECK(gf_redis_is_address(rows[i].text));
        REQUIRE(gf_redis_address_parse(&a, rows[i].text, &e) == 0);
        CHECK_STR(a.host ? a.host : "-", rows[i].host ? rows[i].host : "-");
        CHECK_STR(a.port ? a.port : "-", rows[i].port ? rows[i].port : "-");
        CHECK_STR(a.path ? a.path : "-", rows[i].path ? rows[i].path : "-");
        CHECK_STR(a.user ? a.user : "-", rows[i].user ? rows[i].user : "-");
        CHECK_STR(a.password ? a.password : "-", rows[i].password ? rows[i].password : "-");
        CHECK_INT(a.db, rows[i].db);
        CHECK_STR(a.name, rows[i].name);
        CHECK_STR(a.shown, rows[i].shown);
        gf_redis_address_release(&a);
    }
}

TEST(redis_address, refused)
{
    static const struct {
        const char *text;
        size_t col;
        const char *what;
    } rows[] = {
        {"rediss://q1#a", 0, "TLS is not there: hiredis 0.14 has none"},
        {"redis://q1", 10, "there is no #NAME"},
        {"redis://q1#", 11, "there is no name"},
        {"redis://#a", 8, "there is no host"},
        {"redis://:1#a", 8, "there is no host"},
        {"redis://q1:#a", 11, "a port is a number from 1 to 65535"},
        {"redis://q1:65536#a", 11, "a port is a number from 1 to 65535"},
        {"redis://q1:0#a", 11, "a port is a number from 1 to 65535"},
        {"redis://q1/x#a", 11, "the database is a number"},
        {"redis://q1/99999999#a", 11, "no server has so many databases"},
        {"redis://me@q1#a", 8, "there is no ':' in front of the @"},
        {"redis://[::1#a", 8, "[ is not closed"},
        {"redis://[::1]x#a", 13, "a port follows a ':'"},
        {"redis://q1?db=1#a", 10, "there are no parameters here"},
        {"redis://q%4#a", 9, "% is not followed by two hexadecimal digits"},
        {"redis://q%00#a", 9, "a NUL byte"},
        {"redis://q1#a{b", 11, "a name has no braces and no control bytes"},
        {"redis://q1#a%0a", 11, "a name has no braces and no control bytes"},
        {"redis://:p#w@q1#a", 10, "a # in front of an @"},
        {"redis://me:1#w@q1#a", 12, "a # in front of an @"},
        {"redis://me:1#w@q1", 12, "a # in front of an @"},
        {"redis://:p@w#x@q1#a", 12, "a # in front of an @"},
        {"redis+unix:///x#a@b", 15, "a # in front of an @"},
        {"Redis://q1#a", 0, "an address begins with redis:// or redis+unix://"},
        {"redis:/q1#a", 0, "an address begins with redis:// or redis+unix://"},
        {"redis:pw@q1#a", 0, "an address begins with redis:// or redis+unix://"},
        {"valkey://q1#a", 0, "an address begins with redis:// or redis+unix://"},
        {"redis+unix://x#a", 13, "the path of a socket begins with /"},
        {"redis+unix:///x?d=1#a", 15, "the one parameter is db"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_redis_address a;
        struct gf_perr e;
        CHECK(gf_redis_is_address(rows[i].text));
        CHECK_INT(gf_redis_address_parse(&a, rows[i].text, &e), -1);
        CHECK_STR(e.what, rows[i].what);
        CHECK_INT(e.col, rows[i].col);
        CHECK(!a.name && !a.host);
    }
    CHECK(!gf_redis_is_address("work"));
    CHECK(!gf_redis_is_address("./redis:"));
    CHECK(!gf_redis_is_address("redis:a"));
    CHECK(!gf_redis_is_address("a:/b"));
    CHECK(!gf_redis_is_address("://a"));
}

TEST(redis_address, a_password_is_masked)
{
    static const char *const rows[][2] = {
        {"redis://me:secret@q1#a", "redis://me:******@q1#a"},
        {"redis://:a@b@q1#x@y", "redis://:********@y"},
        {"redis://:a#b@q1#x", "redis://:***@q1#x"},
        {"redis://me:1#b@q1", "redis://me:***@q1"},
        {"Redis://:ab@q1#x", "Redis://:**@q1#x"},
        {"redis:/:ab@q1#x", "redis:/:**@q1#x"},
        {"redis:ab@q1#x", "redis:**@q1#x"},
        {"redis://:ab#x", "redis://:****"},
        {"redis://:12#x", "redis://:****"},
        {"redis://me:ab#x", "redis://me:****"},
        {"redis://[::1]:ab", "redis://[::1]:**"},
        {"redis://[::1]x:7", "redis://[::1]x:7"},
        {"redis://q1:70000#x", "redis://q1:70000#x"},
        {"redis+unix:///a:b", "redis+unix:///a:b"},
        {"rediss://secret@q1", "rediss://******@q1"},
        {"redis://q1#a@b", "redis://****@b"},
        {"work", "work"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *masked = gf_redis_address_mask(rows[i][0]);
        CHECK_STR(masked, rows[i][1]);
        free(masked);
    }
}
