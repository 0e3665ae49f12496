/* redis_permits.c - redis/permits: claims of one semaphore, over links of their own. */
#include "redis/permits.h"

#include <string.h>

#include "redis_start.h"
#include "test.h"

enum {
    MACHINES = 3
};

struct fixture {
    struct redis_start start;
    struct gf_redis_address at;
    struct gf_redis_server servers[MACHINES]; /* one for each machine */
};

static bool open_fixture(struct fixture *f)
{
    struct gf_perr e;
    if (!redis_start(&f->start, "--appendonly", "yes", NULL))
        return false;
    if (gf_redis_address_parse(&f->at, f->start.address, &e) != 0)
        return false;
    for (int i = 0; i < MACHINES; i++) {
        gf_redis_server_init(&f->servers[i], &f->at, NULL, "gf-test", GF_REDIS_MUST_KEEP);
        f->servers[i].patience = 20 * GF_S;
    }
    return true;
}

static void close_fixture(struct fixture *f)
{
    for (int i = 0; i < MACHINES; i++)
        gf_redis_server_release(&f->servers[i]);
    gf_redis_address_release(&f->at);
    redis_stop(&f->start);
}

static struct gf_permits claim(struct fixture *f, int machine, uint32_t weight, gf_ns lease)
{
    struct gf_permits p;
    gf_permits_init(&p, &f->servers[machine], weight, lease);
    p.permits = 3;
    p.pid = 7;
    p.host = "here";
    return p;
}

static struct gf_permits_answer ask(struct gf_permits *p, bool wait)
{
    struct gf_permits_answer a = {.stand = GF_PERMITS_LOST};
    CHECK_INT(gf_permits_ask(p, wait, &a), 0);
    return a;
}

static void release(struct gf_permits *p)
{
    struct gf_permits_answer a;
    CHECK_INT(gf_permits_release(p, &a), 0);
}

static enum gf_permits_stand renew(struct gf_permits *p)
{
    struct gf_permits_answer a = {.stand = GF_PERMITS_IDLE};
    CHECK_INT(gf_permits_renew(p, &a), 0);
    return a.stand;
}

static redisReply *command(struct gf_redis_server *s, const char *words)
{
    struct gf_redis_request q = {0};
    for (size_t n; *words; words += n + (words[n] == ' ')) {
        n = strcspn(words, " ");
        gf_redis_put(&q, words, n);
    }
    redisReply *r = gf_redis_server_call(s, &q);
    gf_redis_request_release(&q);
    return r;
}

#define LONG (600 * GF_S)

TEST(redis_permits, taken_and_given_back)
{
    struct fixture f;
    if (!open_fixture(&f))
        SKIP("no redis-server");
    struct gf_permits a = claim(&f, 0, 2, LONG), b = claim(&f, 1, 2, LONG);
    struct gf_permits_answer r = ask(&a, false);
    CHECK_INT(r.stand, GF_PERMITS_HOLDS);
    CHECK_INT(r.permits, 3);
    CHECK_INT(r.used, 2);
    int64_t fence = r.fence;
    CHECK(fence > 1700000000000000);
    /* The answer was lost: the same claim asks again and has what it has. */
    r = ask(&a, false);
    CHECK_INT(r.stand, GF_PERMITS_HOLDS);
    CHECK_INT(r.used, 2);
    CHECK_INT(r.fence, fence);
    r = ask(&b, false);
    CHECK_INT(r.stand, GF_PERMITS_BUSY);
    CHECK_INT(r.waiters, 0);
    CHECK_INT(renew(&a), GF_PERMITS_HOLDS);
    CHECK_INT(renew(&b), GF_PERMITS_LOST);
    release(&a);
    release(&a);
    r = ask(&b, false);
    CHECK_INT(r.stand, GF_PERMITS_HOLDS);
    CHECK_INT(r.used, 2);
    CHECK(r.fence > fence);
    release(&b);
    CHECK_INT(gf_permits_idle(&b, &r), 0);
    CHECK_INT(r.stand, GF_PERMITS_IDLE);
    close_fixture(&f);
}

TEST(redis_permits, the_first_says_how_many)
{
    struct fixture f;
    if (!open_fixture(&f))
        SKIP("no redis-server");
    struct gf_permits a = claim(&f, 0, 1, LONG), b = claim(&f, 1, 4, LONG);
    a.permits = 0;
    CHECK_INT(ask(&a, true).stand, GF_PERMITS_ABSENT);
    CHECK_INT(ask(&b, true).stand, GF_PERMITS_EXCESS);
    a.permits = 9;
    struct gf_permits_answer r = ask(&a, true);
    CHECK_INT(r.stand, GF_PERMITS_HOLDS);
    CHECK_INT(r.permits, 3);
    CHECK_INT(r.declared, 3);
    CHECK_INT(gf_permits_set(&b, 4, &r), 0);
    r = ask(&b, true);
    CHECK_INT(r.stand, GF_PERMITS_WAITS);
    CHECK_INT(r.permits, 4);
    CHECK_INT(r.declared, 3);
    CHECK_INT(gf_permits_set(&a, 2, &r), 0);
    CHECK_INT(ask(&b, true).stand, GF_PERMITS_EXCESS);
    CHECK_INT(gf_permits_idle(&a, &r), 0);
    CHECK_INT(r.waiters, 0);
    close_fixture(&f);
}

/* One that wants many is not passed by those that want few. */
TEST(redis_permits, order_and_weights)
{
    struct fixture f;
    if (!open_fixture(&f))
        SKIP("no redis-server");
    struct gf_permits a = claim(&f, 0, 1, LONG), b = claim(&f, 1, 3, LONG),
                      c = claim(&f, 2, 1, LONG), d = claim(&f, 0, 1, LONG);
    CHECK_INT(ask(&a, true).stand, GF_PERMITS_HOLDS);
    CHECK_INT(ask(&b, true).stand, GF_PERMITS_WAITS);
    CHECK_INT(ask(&c, true).stand, GF_PERMITS_WAITS);
    CHECK_INT(ask(&d, false).stand, GF_PERMITS_BUSY); /* two are free, but for b */
    release(&a);
    CHECK_INT(ask(&c, true).stand, GF_PERMITS_WAITS);
    CHECK_INT(ask(&b, true).stand, GF_PERMITS_HOLDS);
    CHECK_INT(ask(&d, true).stand, GF_PERMITS_WAITS);
    release(&b);
    CHECK_INT(ask(&d, true).stand, GF_PERMITS_WAITS);
    CHECK_INT(ask(&c, true).stand, GF_PERMITS_HOLDS);
    CHECK_INT(ask(&d, true).stand, GF_PERMITS_HOLDS);
    close_fixture(&f);
}

/* A message on the channel of the claim has come. */
static bool heard(struct gf_redis_link *ears)
{
    redisReply *r = gf_redis_await(ears, gf_now_mono() + 200 * GF_MS);
    bool is = r && r->type == REDIS_REPLY_ARRAY && r->elements == 3 &&
              strcmp(r->element[0]->str, "message") == 0;
    freeReplyObject(r);
    return is;
}

static void listen_to(struct fixture *f, struct gf_redis_link *ears, const char *channel)
{
    struct gf_redis_request q = {0};
    gf_redis_link_init(ears);
    CHECK_INT(gf_redis_dial(ears, &f->at, &f->servers[0].login, gf_now_mono() + 20 * GF_S), 0);
    gf_redis_put_text(&q, "SUBSCRIBE");
    gf_redis_put_text(&q, channel);
    redisReply *r = gf_redis_call(ears, &q, gf_now_mono() + 20 * GF_S);
    CHECK(r != NULL);
    freeReplyObject(r);
    gf_redis_request_release(&q);
}

TEST(redis_permits, the_first_in_line_is_told)
{
    struct fixture f;
    char channel[GF_PERMITS_CHANNEL];
    if (!open_fixture(&f))
        SKIP("no redis-server");
    struct gf_permits a = claim(&f, 0, 3, LONG), b = claim(&f, 1, 1, LONG),
                      c = claim(&f, 2, 1, LONG);
    struct gf_redis_link of_b, of_c;
    gf_permits_channel(&b, channel);
    listen_to(&f, &of_b, channel);
    gf_permits_channel(&c, channel);
    listen_to(&f, &of_c, channel);
    CHECK_INT(ask(&a, true).stand, GF_PERMITS_HOLDS);
    CHECK_INT(ask(&b, true).stand, GF_PERMITS_WAITS);
    CHECK_INT(ask(&c, true).stand, GF_PERMITS_WAITS);
    release(&a);
    CHECK(heard(&of_b));
    CHECK_INT(ask(&b, true).stand, GF_PERMITS_HOLDS);
    CHECK(heard(&of_c)); /* there is enough for it too */
    CHECK_INT(ask(&c, true).stand, GF_PERMITS_HOLDS);
    gf_redis_hang_up(&of_b);
    gf_redis_hang_up(&of_c);

    gf_permits_channel_idle(&a, channel);
    listen_to(&f, &of_b, channel);
    release(&b);
    release(&c);
    CHECK(heard(&of_b));
    gf_redis_hang_up(&of_b);
    close_fixture(&f);
}

/* A holder and the first in line die: each is out after its lease, and its permits go on. */
TEST(redis_permits, leases_end)
{
    struct fixture f;
    if (!open_fixture(&f))
        SKIP("no redis-server");
    struct gf_permits a = claim(&f, 0, 3, LONG), b = claim(&f, 1, 3, 50 * GF_MS),
                      c = claim(&f, 2, 3, LONG);
    struct gf_permits_answer r = ask(&a, true);
    int64_t fence = r.fence;
    CHECK_INT(r.stand, GF_PERMITS_HOLDS);
    CHECK_INT(ask(&b, true).stand, GF_PERMITS_WAITS);
    a.lease = 50 * GF_MS;
    CHECK_INT(renew(&a), GF_PERMITS_HOLDS);
    for (int i = 0; i < 2000 && (r = ask(&c, true)).stand == GF_PERMITS_WAITS; i++) {
        CHECK(r.nap <= 60 * GF_MS);
        gf_sleep_until(gf_now_mono() + 10 * GF_MS);
    }
    CHECK_INT(r.stand, GF_PERMITS_HOLDS);
    CHECK_INT(r.used, 3);
    CHECK(r.fence > fence);
    CHECK_INT(renew(&a), GF_PERMITS_LOST);
    release(&a); /* gives nothing back that is not its own */
    CHECK_INT(gf_permits_idle(&a, &r), 0);
    CHECK_INT(r.used, 3);
    CHECK_INT(r.waiters, 0);
    close_fixture(&f);
}

/* A lease that is over is renewed while nobody took the permit. */
TEST(redis_permits, late_and_not_missed)
{
    struct fixture f;
    if (!open_fixture(&f))
        SKIP("no redis-server");
    struct gf_permits a = claim(&f, 0, 3, 20 * GF_MS);
    CHECK_INT(ask(&a, true).stand, GF_PERMITS_HOLDS);
    gf_sleep_until(gf_now_mono() + 40 * GF_MS);
    a.lease = LONG;
    CHECK_INT(renew(&a), GF_PERMITS_HOLDS);
    struct gf_permits_answer r;
    CHECK_INT(gf_permits_idle(&a, &r), 0);
    CHECK_INT(r.used, 3);
    close_fixture(&f);
}

/* Who was taken out while it waited has its old place when it comes back. */
TEST(redis_permits, a_place_in_line_is_kept)
{
    struct fixture f;
    if (!open_fixture(&f))
        SKIP("no redis-server");
    struct gf_permits a = claim(&f, 0, 3, LONG), b = claim(&f, 1, 1, LONG),
                      c = claim(&f, 2, 1, LONG);
    CHECK_INT(ask(&a, true).stand, GF_PERMITS_HOLDS);
    CHECK_INT(ask(&b, true).stand, GF_PERMITS_WAITS);
    CHECK_INT(ask(&c, true).stand, GF_PERMITS_WAITS);
    b.lease = 20 * GF_MS;
    CHECK_INT(ask(&b, true).stand, GF_PERMITS_WAITS);
    gf_sleep_until(gf_now_mono() + 40 * GF_MS);
    CHECK_INT(ask(&c, true).waiters, 1);
    b.lease = LONG;
    CHECK_INT(ask(&b, true).waiters, 2);
    release(&a);
    CHECK_INT(ask(&c, true).stand, GF_PERMITS_WAITS);
    CHECK_INT(ask(&b, true).stand, GF_PERMITS_HOLDS);
    close_fixture(&f);
}

TEST(redis_permits, a_server_that_comes_back)
{
    struct fixture f;
    if (!open_fixture(&f))
        SKIP("no redis-server");
    struct gf_permits a = claim(&f, 0, 3, LONG);
    int64_t fence = ask(&a, true).fence;
    redis_kill(&f.start);
    struct gf_permits_answer r;
    CHECK_INT(gf_permits_renew(&a, &r), -1);
    CHECK_INT(f.servers[0].link.trouble.kind, GF_REDIS_AWAY);
    REQUIRE(redis_again(&f.start));
    int done = -1;
    for (int i = 0; i < 200 && (done = gf_permits_renew(&a, &r)) != 0; i++)
        gf_sleep_until(gf_now_mono() + 50 * GF_MS);
    CHECK_INT(done, 0);
    CHECK_INT(r.stand, GF_PERMITS_HOLDS);
    /* All is lost: the claim too, and the fence grows all the same. */
    freeReplyObject(command(&f.servers[0], "FLUSHALL"));
    CHECK_INT(renew(&a), GF_PERMITS_LOST);
    struct gf_permits b = claim(&f, 0, 3, LONG);
    CHECK(ask(&b, true).fence > fence);
    close_fixture(&f);
}

TEST(redis_permits, it_would_wait_for_itself)
{
    struct fixture f;
    if (!open_fixture(&f))
        SKIP("no redis-server");
    struct gf_permits a = claim(&f, 0, 2, LONG), b = claim(&f, 1, 2, LONG);
    CHECK_INT(ask(&a, true).stand, GF_PERMITS_HOLDS);
    char around[100];
    snprintf(around, sizeof around, "0123 %s", a.id.text);
    b.around = around;
    CHECK_INT(ask(&b, true).stand, GF_PERMITS_AROUND);
    b.weight = 1;
    CHECK_INT(ask(&b, true).stand, GF_PERMITS_HOLDS);
    close_fixture(&f);
}

TEST(redis_permits, who_is_there)
{
    struct fixture f;
    if (!open_fixture(&f))
        SKIP("no redis-server");
    struct gf_permits a = claim(&f, 0, 2, LONG), b = claim(&f, 1, 2, LONG),
                      c = claim(&f, 2, 2, 10 * GF_MS);
    struct gf_permits_list l;
    CHECK_INT(gf_permits_look(&a, &l), 0);
    CHECK_INT(l.sum.stand, GF_PERMITS_ABSENT);
    CHECK_INT(l.count, 0);
    gf_permits_list_release(&l);
    a.label = "a label\nof two lines";
    int64_t fence = ask(&a, true).fence;
    CHECK_INT(ask(&b, true).stand, GF_PERMITS_WAITS);
    CHECK_INT(ask(&c, true).stand, GF_PERMITS_WAITS);
    gf_sleep_until(gf_now_mono() + 20 * GF_MS);
    CHECK_INT(gf_permits_look(&c, &l), 0);
    CHECK_INT(l.count, 2);
    CHECK_INT(l.sum.used, 2);
    CHECK_INT(l.sum.waiters, 1);
    REQUIRE(l.count == 2);
    CHECK(!l.users[0].waits);
    CHECK_INT(l.users[0].weight, 2);
    CHECK_INT(l.users[0].pid, 7);
    CHECK_INT(l.users[0].fence, fence);
    CHECK_STR(l.users[0].host, "here");
    CHECK_STR(l.users[0].label, "a label\nof two lines");
    CHECK_INT(l.users[0].label_len, 20);
    CHECK(l.users[0].lease > 0 && l.users[0].lease <= LONG);
    CHECK(l.users[0].since_wall <= l.now_wall);
    CHECK(l.users[1].waits);
    CHECK_STR(l.users[1].label, "");
    gf_permits_list_release(&l);
    close_fixture(&f);
}

TEST(redis_permits, another_layout)
{
    struct fixture f;
    if (!open_fixture(&f))
        SKIP("no redis-server");
    struct gf_permits a = claim(&f, 0, 1, LONG);
    struct gf_permits_answer r;
    freeReplyObject(command(&f.servers[0], "HSET gf:{test}:sem v 2 permits 5"));
    CHECK_INT(gf_permits_ask(&a, true, &r), -1);
    CHECK_INT(f.servers[0].link.trouble.kind, GF_REDIS_REFUSED);
    CHECK(strstr(f.servers[0].link.trouble.why, "layout 2"));
    freeReplyObject(command(&f.servers[0], "SET gf:{test}:sem 1"));
    CHECK_INT(gf_permits_ask(&a, true, &r), -1);
    CHECK_INT(f.servers[0].link.trouble.kind, GF_REDIS_BAD);
    close_fixture(&f);
}
