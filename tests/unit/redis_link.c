/* redis/link: replies cut and spoilt at each byte, scripts, a server that goes and comes. */
#include "redis/link.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "redis/server.h"
#include "redis_start.h"
#include "test.h"

/* ---- bytes ----------------------------------------------------------------------------------- */

static const char stream[] =
    "+OK\r\n-ERR "
    "no\r\n:-12\r\n$5\r\nhe\r\nl\r\n$-1\r\n*3\r\n$1\r\na\r\n*1\r\n:7\r\n*0\r\n$0\r\n\r\n";

/* The replies as text, as far as they are there. */
static void tell(const redisReply *r, char *out, size_t size)
{
    size_t used = strlen(out);
    out += used;
    size -= used;
    switch (r->type) {
    case REDIS_REPLY_INTEGER:
        snprintf(out, size, "%lld ", r->integer);
        break;
    case REDIS_REPLY_NIL:
        snprintf(out, size, "nil ");
        break;
    case REDIS_REPLY_ARRAY:
        snprintf(out, size, "[");
        for (size_t i = 0; i < r->elements; i++)
            tell(r->element[i], out, size);
        snprintf(out + strlen(out), size - strlen(out), "] ");
        break;
    default:
        snprintf(out, size, "%.*s/%zu ", (int)r->len, r->str, r->len);
    }
}

static void take_all(struct gf_redis_link *l, char *out, size_t size)
{
    redisReply *r;
    while ((r = gf_redis_next(l))) {
        tell(r, out, size);
        freeReplyObject(r);
    }
}

TEST(redis_link, replies_cut_anywhere)
{
    char whole[512] = "";
    struct gf_redis_link l;
    gf_redis_link_init(&l);
    CHECK_INT(gf_redis_feed(&l, stream, sizeof stream - 1), 0);
    take_all(&l, whole, sizeof whole);
    CHECK_STR(whole, "OK/2 ERR no/6 -12 he\r\nl/5 nil [a/1 [7 ] [] ] /0 ");
    gf_redis_hang_up(&l);
    for (size_t cut = 0; cut < sizeof stream; cut++) {
        char got[512] = "";
        CHECK_INT(gf_redis_feed(&l, stream, cut), 0);
        take_all(&l, got, sizeof got);
        CHECK(strncmp(whole, got, strlen(got)) == 0);
        CHECK_INT(gf_redis_feed(&l, stream + cut, sizeof stream - 1 - cut), 0);
        take_all(&l, got, sizeof got);
        CHECK_STR(got, whole);
        CHECK_INT(l.pending, 0);
        gf_redis_hang_up(&l);
    }
}

/* A flipped byte is another reply, or none, or the end of the link; never more than that. */
TEST(redis_link, replies_with_a_flipped_byte)
{
    size_t odd = 0;
    for (size_t at = 0; at < sizeof stream - 1; at++)
        for (int bit = 0; bit < 8; bit++) {
            char bytes[sizeof stream], got[4096] = "";
            struct gf_redis_link l;
            gf_redis_link_init(&l);
            memcpy(bytes, stream, sizeof stream);
            bytes[at] = (char)(bytes[at] ^ (1 << bit));
            CHECK_INT(gf_redis_feed(&l, bytes, sizeof stream - 1), 0);
            take_all(&l, got, sizeof got);
            if (l.trouble.kind != GF_REDIS_FINE) {
                CHECK_INT(l.trouble.kind, GF_REDIS_ODD);
                odd++;
            }
            gf_redis_hang_up(&l);
        }
    CHECK(odd > 100);
}

TEST(redis_link, not_a_server)
{
    struct gf_redis_link l;
    gf_redis_link_init(&l);
    CHECK_INT(gf_redis_feed(&l, "HTTP/1.1 400 Bad Request\r\n", 26), 0);
    CHECK(!gf_redis_next(&l));
    CHECK_INT(l.trouble.kind, GF_REDIS_ODD);
    CHECK(strstr(l.trouble.why, "no answer of Redis"));
    gf_redis_hang_up(&l);
}

TEST(redis_link, kinds_of_errors)
{
    static const struct {
        const char *error;
        enum gf_redis_kind kind;
    } rows[] = {
        {"LOADING Redis is loading the dataset in memory", GF_REDIS_AWAY},
        {"BUSY Redis is busy running a script.", GF_REDIS_AWAY},
        {"MASTERDOWN Link with MASTER is down", GF_REDIS_AWAY},
        {"OOM command not allowed when used memory > 'maxmemory'.", GF_REDIS_FULL},
        {"MISCONF Redis is configured to save RDB snapshots", GF_REDIS_FULL},
        {"READONLY You can't write against a read only replica.", GF_REDIS_REFUSED},
        {"MOVED 3999 127.0.0.1:6381", GF_REDIS_REFUSED},
        {"NOAUTH Authentication required.", GF_REDIS_REFUSED},
        {"WRONGPASS invalid username-password pair", GF_REDIS_REFUSED},
        {"NOPERM this user has no permissions", GF_REDIS_REFUSED},
        {"ERR unknown command 'EVAL', with args", GF_REDIS_REFUSED},
        {"ERR wrong number of arguments", GF_REDIS_BAD},
        {"LOAD what", GF_REDIS_BAD},
        {"", GF_REDIS_BAD},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_redis_trouble t;
        gf_redis_trouble_of_error(&t, rows[i].error);
        CHECK_INT(t.kind, rows[i].kind);
    }
}

TEST(redis_link, versions)
{
    CHECK_INT(gf_redis_version("# Server\r\nredis_version:7.0.15\r\nredis_git"), 70015);
    CHECK_INT(gf_redis_version("redis_version:6.2.0"), 60200);
    CHECK_INT(gf_redis_version("redis_version:8.0"), 80000);
    CHECK_INT(gf_redis_version("redis_version:255.255.255"), 999999);
    CHECK_INT(gf_redis_version("nothing"), 0);
}

/* ---- a server -------------------------------------------------------------------------------- */

static redisReply *words(struct gf_redis_link *l, const char *a, const char *b, const char *c)
{
    struct gf_redis_request q = {0};
    const char *all[] = {a, b, c};
    for (int i = 0; i < 3 && all[i]; i++)
        gf_redis_put_text(&q, all[i]);
    redisReply *r = gf_redis_call(l, &q, gf_now_mono() + 10 * GF_S);
    gf_redis_request_release(&q);
    return r;
}

struct fixture {
    struct redis_start start;
    struct gf_redis_address at;
    struct gf_redis_server server;
};

static bool open_fixture(struct fixture *f, enum gf_redis_use use, const char *a, const char *b)
{
    struct gf_perr e;
    if (!redis_start(&f->start, a, b, NULL))
        return false;
    if (gf_redis_address_parse(&f->at, f->start.address, &e) != 0)
        return false;
    gf_redis_server_init(&f->server, &f->at, NULL, "gf-test", use);
    f->server.patience = 20 * GF_S;
    return true;
}

static void close_fixture(struct fixture *f)
{
    gf_redis_server_release(&f->server);
    gf_redis_address_release(&f->at);
    redis_stop(&f->start);
}

TEST(redis_link, scripts)
{
    static const struct gf_redis_script script = {"return {ARGV[1], KEYS[1]}"};
    struct fixture f;
    if (!open_fixture(&f, GF_REDIS_MUST_KEEP, NULL, NULL))
        SKIP("no redis-server");
    struct gf_redis_request q = {0};
    gf_redis_put_int(&q, 1);
    gf_redis_put_key(&q, &f.server, "x");
    gf_redis_put(&q, "a\0\r\nb", 5);
    for (int i = 0; i < 4; i++) {
        redisReply *r = gf_redis_server_run(&f.server, &script, &q);
        REQUIRE(r && r->type == REDIS_REPLY_ARRAY && r->elements == 2);
        CHECK_INT(r->element[0]->len, 5);
        CHECK(memcmp(r->element[0]->str, "a\0\r\nb", 5) == 0);
        CHECK_STR(r->element[1]->str, "gf:{test}:x");
        freeReplyObject(r);
        CHECK_INT(strlen(f.server.link.known[0].sha), 40);
        if (i == 1) /* it forgets the script */
            freeReplyObject(words(&f.server.link, "SCRIPT", "FLUSH", NULL));
    }
    CHECK_INT(f.server.facts.version >= 60200, 1);
    CHECK_STR(f.server.facts.policy, "noeviction");
    CHECK_STR(f.server.note, "");
    gf_redis_request_release(&q);
    close_fixture(&f);
}

TEST(redis_link, it_goes_and_comes)
{
    struct fixture f;
    if (!open_fixture(&f, GF_REDIS_MUST_KEEP, NULL, NULL))
        SKIP("no redis-server");
    struct gf_redis_request q = {0};
    gf_redis_put_text(&q, "PING");
    redisReply *r = gf_redis_server_call(&f.server, &q);
    CHECK(r != NULL);
    freeReplyObject(r);
    redis_kill(&f.start);
    CHECK(!gf_redis_server_call(&f.server, &q));
    CHECK_INT(f.server.link.trouble.kind, GF_REDIS_AWAY);
    CHECK(!gf_redis_is_up(&f.server.link));
    CHECK(!gf_redis_server_call(&f.server, &q));
    CHECK_INT(f.server.failures, 1);
    CHECK(f.server.again_mono > 0);
    REQUIRE(redis_again(&f.start));
    for (int i = 0; i < 100 && !(r = gf_redis_server_call(&f.server, &q)); i++)
        gf_sleep_until(gf_now_mono() + 50 * GF_MS);
    CHECK(r != NULL);
    CHECK_INT(f.server.failures, 0);
    freeReplyObject(r);
    gf_redis_request_release(&q);
    close_fixture(&f);
}

TEST(redis_link, a_server_that_forgets)
{
    for (int use = GF_REDIS_MAY_FORGET; use <= GF_REDIS_MUST_KEEP; use++) {
        struct fixture f;
        if (!open_fixture(&f, (enum gf_redis_use)use, "--maxmemory-policy", "allkeys-lru"))
            SKIP("no redis-server");
        CHECK_INT(gf_redis_server_up(&f.server), use == GF_REDIS_MUST_KEEP ? -1 : 0);
        if (use == GF_REDIS_MUST_KEEP) {
            CHECK_INT(f.server.link.trouble.kind, GF_REDIS_REFUSED);
            CHECK(strstr(f.server.link.trouble.why, "allkeys-lru"));
            CHECK(strstr(f.server.link.trouble.cure, "noeviction"));
        } else
            CHECK(strstr(f.server.note, "allkeys-lru"));
        close_fixture(&f);
    }
}

TEST(redis_link, config_is_forbidden)
{
    struct fixture f;
    if (!open_fixture(&f, GF_REDIS_MUST_KEEP, "--rename-command CONFIG", ""))
        SKIP("no redis-server");
    CHECK_INT(gf_redis_server_up(&f.server), 0);
    CHECK(strstr(f.server.note, "CONFIG is forbidden"));
    close_fixture(&f);
}

TEST(redis_link, passwords)
{
    struct fixture f;
    if (!open_fixture(&f, GF_REDIS_MUST_KEEP, "--requirepass", "s e#c"))
        SKIP("no redis-server");
    CHECK_INT(gf_redis_server_up(&f.server), -1);
    CHECK_INT(f.server.link.trouble.kind, GF_REDIS_REFUSED);
    CHECK(strstr(f.server.link.trouble.cure, "GF_REDIS_PASSWORD_FILE"));
    f.server.login.password = "wrong";
    CHECK_INT(gf_redis_server_up(&f.server), -1);
    CHECK_INT(f.server.link.trouble.kind, GF_REDIS_REFUSED);
    f.server.login.password = "s e#c";
    CHECK_INT(gf_redis_server_up(&f.server), 0);
    f.server.login.user = "default";
    gf_redis_hang_up(&f.server.link);
    CHECK_INT(gf_redis_server_up(&f.server), 0);
    close_fixture(&f);
}
