/* queue: one table of tests, run against a file and against a server alike. */
#include "queue/queue.h"

#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "queue/file.h"
#include "test.h"
#ifdef GF_REDIS
#include "queue/redis.h"
#include "queue/redis_parts.h"
#include "redis_start.h"
#endif

enum place {
    IN_FILE,
    ON_SERVER,
    PLACES
};

/* A queue, and a clock: made up for a file; a server has its own, and is waited for. */
struct rig {
    enum place place;
    struct gf_queue *q, *other; /* of another worker */
    struct gf_queue_now now;
    struct gf_queue_taken t;
    char dir[64];
#ifdef GF_REDIS
    struct redis_start start;
    struct gf_redis_address at;
    struct gf_redis_server server[2];
#endif
};

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *w)
{
    (void)st;
    (void)type;
    (void)w;
    return remove(path);
}

static bool open_in_file(struct rig *g)
{
    char path[96];
    const char *why;
    snprintf(g->dir, sizeof g->dir, "/tmp/gf-queue-XXXXXX");
    if (!mkdtemp(g->dir))
        return false;
    snprintf(path, sizeof path, "%s/q", g->dir);
    g->now = (struct gf_queue_now){.wall = 1700000000 * GF_S, .boot = 1000 * GF_S};
    return gf_queue_open_file(&g->q, path, GF_DB_CREATE, false, &why) == 0 &&
           gf_queue_open_file(&g->other, path, GF_DB_WRITE, false, &why) == 0;
}

#ifdef GF_REDIS
static bool open_on_server(struct rig *g)
{
    struct gf_perr e;
    if (!redis_start(&g->start, NULL) || gf_redis_address_parse(&g->at, g->start.address, &e) != 0)
        return false;
    for (int i = 0; i < 2; i++) {
        gf_redis_server_init(&g->server[i], &g->at, NULL, "gf-test", GF_REDIS_MUST_KEEP);
        g->server[i].patience = 60 * GF_S;
    }
    return gf_queue_open_redis(&g->q, &g->server[0]) == 0 &&
           gf_queue_open_redis(&g->other, &g->server[1]) == 0;
}
#endif

static bool open_rig(struct rig *g, enum place place)
{
    *g = (struct rig){.place = place};
#ifdef GF_REDIS
    if (place == ON_SERVER)
        return open_on_server(g);
#endif
    return place == IN_FILE && open_in_file(g);
}

static void close_rig(struct rig *g)
{
    gf_queue_taken_release(&g->t);
    gf_queue_close(g->q);
    gf_queue_close(g->other);
#ifdef GF_REDIS
    if (g->place == ON_SERVER) {
        gf_redis_server_release(&g->server[0]);
        gf_redis_server_release(&g->server[1]);
        gf_redis_address_release(&g->at);
        redis_stop(&g->start);
        return;
    }
#endif
    if (nftw(g->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS) != 0)
        abort();
}

/* Times are short, since those of a server pass. */
static void pass(struct rig *g, gf_ns span)
{
    g->now.wall += span;
    g->now.boot += span;
    if (g->place == ON_SERVER)
        gf_sleep_until(gf_now_mono() + span);
}

/* ---- short words ----------------------------------------------------------------------------- */

static uint64_t put_as(struct rig *g, const char *text, const struct gf_queue_how *how)
{
    uint64_t n = 99;
    struct gf_queue_record r = {.data = {text, strlen(text)}, .key = {text, strlen(text)}};
    CHECK_INT(gf_queue_put(g->q, how, &r, 1, &g->now, &n), 0);
    return n;
}

static uint64_t put(struct rig *g, const char *text)
{
    struct gf_queue_how how = {.priority = GF_QUEUE_NORMAL};
    return put_as(g, text, &how);
}

/* On a server time passes by itself too, and more of it on a slow machine. */
static gf_ns ms(const struct rig *g, int n)
{
    return n * GF_MS * (g->place == ON_SERVER ? 6 : 1);
}

static struct gf_queue_step plain(const struct rig *g, unsigned want)
{
    return (struct gf_queue_step){
        .want = want, .lease = ms(g, 300), .worker = "me:1", .deliveries = 3, .keep = 60 * GF_S};
}

static void step(struct rig *g, struct gf_queue *q, struct gf_queue_step *s)
{
    int got = gf_queue_step(q, s, &g->now, &g->t);
    CHECK_INT(got, 0);
    if (got != 0)
        CHECK_STR(gf_queue_trouble(q)->why, "");
}

/* What is taken, as "a b c"; its first token is copied. */
static const char *take(struct rig *g, unsigned want, char *token)
{
    static char text[1024];
    struct gf_queue_step s = plain(g, want);
    text[0] = '\0';
    step(g, g->q, &s);
    for (size_t i = 0; i < g->t.n; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%.*s", i ? " " : "",
                 (int)g->t.jobs[i].record.len, g->t.jobs[i].record.data);
    if (token)
        snprintf(token, GF_QUEUE_TOKEN, "%s", g->t.n ? g->t.jobs[0].token : "");
    return text;
}

static bool end(struct rig *g, const char *token, enum gf_queue_what what, gf_ns delay)
{
    struct gf_queue_end e = {.token = token,
                             .what = what,
                             .delay = delay,
                             .status = 7,
                             .took = 1500 * GF_MS,
                             .tail = {"oh\n", 3}};
    struct gf_queue_step s = plain(g, 0);
    s.ends = &e;
    s.nends = 1;
    step(g, g->q, &s);
    return e.accepted;
}

static bool renew(struct rig *g, const char *token)
{
    struct gf_queue_lease l = {.token = token};
    struct gf_queue_step s = plain(g, 0);
    s.leases = &l;
    s.nleases = 1;
    step(g, g->q, &s);
    return l.held;
}

static struct gf_queue_status look(struct rig *g)
{
    struct gf_queue_status s;
    CHECK_INT(gf_queue_status(g->q, &g->now, &s), 0);
    return s;
}

#define FOR_EACH_PLACE(body)                                                                       \
    for (int place = 0; place < PLACES; place++) {                                                 \
        struct rig rig, *g = &rig;                                                                 \
        if (!open_rig(g, (enum place)place)) {                                                     \
            if (place == ON_SERVER)                                                                \
                SKIP("no redis-server");                                                           \
            CHECK(!"opened");                                                                      \
            return;                                                                                \
        }                                                                                          \
        body(g);                                                                                   \
        close_rig(g);                                                                              \
    }

/* ---- the table ------------------------------------------------------------------------------- */

static void test_order(struct rig *g)
{
    struct gf_queue_how high = {.priority = GF_QUEUE_HIGH}, low = {.priority = GF_QUEUE_LOW};
    put_as(g, "l1", &low);
    put(g, "n1");
    put(g, "n2");
    put_as(g, "h1", &high);
    put_as(g, "h2", &high);
    struct gf_queue_status s = look(g);
    CHECK_INT(s.waiting[GF_QUEUE_HIGH], 2);
    CHECK_INT(s.waiting[GF_QUEUE_NORMAL], 2);
    CHECK_INT(s.waiting[GF_QUEUE_LOW], 1);
    CHECK(s.oldest_wall > 0);
    CHECK_STR(take(g, 3, NULL), "h1 h2 n1");
    CHECK_INT(g->t.jobs[2].delivery, 1);
    CHECK_INT(g->t.jobs[2].priority, GF_QUEUE_NORMAL);
    CHECK(!g->t.is_empty);
    s = look(g);
    CHECK_INT(s.running, 3);
    CHECK_INT(s.waiting[GF_QUEUE_NORMAL], 1);
    CHECK_STR(take(g, 5, NULL), "n2 l1");
    CHECK_STR(take(g, 5, NULL), "");
    CHECK(!g->t.is_empty); /* they run */
    CHECK(g->t.next > 0 && g->t.next <= ms(g, 300));
    CHECK_INT(look(g).put_minute, 5);
}

TEST(queue, priorities_and_order)
{
    FOR_EACH_PLACE(test_order);
}

static void test_bytes(struct rig *g)
{
    static const char odd[] = "a\0b\nc\xff\r";
    char *big = malloc(3 << 20);
    struct gf_queue_how how = {.priority = GF_QUEUE_NORMAL};
    uint64_t n;
    memset(big, 'x', 3 << 20);
    struct gf_queue_record r[] = {
        {.data = {odd, sizeof odd - 1}}, {.data = {"", 0}}, {.data = {big, 3 << 20}}};
    CHECK_INT(gf_queue_put(g->q, &how, r, 3, &g->now, &n), 0);
    CHECK_INT(n, 3);
    struct gf_queue_step s = plain(g, 3);
    step(g, g->q, &s);
    CHECK_INT(g->t.n, 3);
    for (size_t i = 0; i < 3 && i < g->t.n; i++) {
        CHECK_INT(g->t.jobs[i].record.len, r[i].data.len);
        CHECK(memcmp(g->t.jobs[i].record.data, r[i].data.data, r[i].data.len) == 0);
    }
    /* Large ones come in steps of some bytes, and none is left out. */
    for (int i = 0; i < 24; i++) {
        r[2].data.data = big;
        CHECK_INT(gf_queue_put(g->q, &how, r + 2, 1, &g->now, &n), 0);
    }
    size_t seen = 0;
    for (int i = 0; i < 24 && seen < 24; i++) {
        s = plain(g, 100);
        s.lease = 60 * GF_S;
        step(g, g->q, &s);
        CHECK(g->t.n > 0 && g->t.n < 24);
        seen += g->t.n;
    }
    CHECK_INT(seen, 24);
    free(big);
}

TEST(queue, any_bytes)
{
    FOR_EACH_PLACE(test_bytes);
}

static void test_ack(struct rig *g)
{
    char token[GF_QUEUE_TOKEN];
    put(g, "a");
    CHECK_STR(take(g, 1, token), "a");
    CHECK(renew(g, token));
    CHECK(end(g, token, GF_QUEUE_ACK, 0));
    CHECK(!end(g, token, GF_QUEUE_ACK, 0)); /* once */
    CHECK(!renew(g, token));
    CHECK(!end(g, "nonsense", GF_QUEUE_ACK, 0));
    CHECK(!end(g, "", GF_QUEUE_AGAIN, 0));
    CHECK_STR(take(g, 1, NULL), "");
    CHECK(g->t.is_empty);
    CHECK_INT(g->t.next, GF_NEVER);
    struct gf_queue_status s = look(g);
    CHECK_INT(s.done, 1);
    CHECK_INT(s.finished, 1);
    CHECK_INT(s.finished_minute, 1);
    CHECK_INT(s.put, 1);
}

TEST(queue, ack)
{
    FOR_EACH_PLACE(test_ack);
}

/* The lease of a worker who died is over: the job is another's, and the first one's end refused. */
static void test_takeover(struct rig *g)
{
    char first[GF_QUEUE_TOKEN], second[GF_QUEUE_TOKEN];
    put(g, "a");
    put(g, "b");
    CHECK_STR(take(g, 1, first), "a");
    pass(g, ms(g, 150));
    CHECK(renew(g, first));
    pass(g, ms(g, 200));
    CHECK_STR(take(g, 1, NULL), "b"); /* a was renewed */
    pass(g, ms(g, 200));
    struct gf_queue_step s = plain(g, 1);
    s.worker = "other:2";
    step(g, g->other, &s);
    CHECK_INT(g->t.n, 1);
    CHECK(g->t.n == 1 && memcmp(g->t.jobs[0].record.data, "a", 1) == 0);
    CHECK_INT(g->t.jobs[0].delivery, 2);
    snprintf(second, sizeof second, "%s", g->t.jobs[0].token);
    CHECK(strcmp(first, second) != 0);
    CHECK(!renew(g, first));
    CHECK(!end(g, first, GF_QUEUE_ACK, 0));
    CHECK(!end(g, first, GF_QUEUE_BURY, 0));
    CHECK(end(g, second, GF_QUEUE_ACK, 0));
    CHECK_INT(look(g).finished, 1);
}

TEST(queue, another_takes_over)
{
    FOR_EACH_PLACE(test_takeover);
}

/* A job that kills its workers is dead after as many deliveries as the step allows. */
static void test_poison(struct rig *g)
{
    put(g, "poison");
    put(g, "good");
    for (unsigned i = 1; i <= 3; i++) {
        struct gf_queue_step s = plain(g, 1);
        step(g, g->q, &s);
        REQUIRE(g->t.n == 1);
        CHECK(memcmp(g->t.jobs[0].record.data, "poison", 6) == 0);
        CHECK_INT(g->t.jobs[0].delivery, i);
        pass(g, ms(g, 310));
    }
    CHECK_STR(take(g, 2, NULL), "good");
    CHECK_INT(g->t.buried, 1);
    struct gf_queue_status s = look(g);
    CHECK_INT(s.dead, 1);
    CHECK_INT(s.failed, 1);
}

TEST(queue, poison)
{
    FOR_EACH_PLACE(test_poison);
}

/* Those that were with it each time are not with it the last time, and it is not with another that
 * came so: each that a worker has beside it may be delivered again. */
static void test_companions(struct rig *g)
{
    put(g, "poison");
    put(g, "a");
    put(g, "b");
    for (int i = 0; i < 2; i++) {
        CHECK_STR(take(g, 3, NULL), "poison a b");
        CHECK_INT(g->t.jobs[2].over, i);
        pass(g, ms(g, 310));
    }
    put(g, "new");
    CHECK_STR(take(g, 3, NULL), "poison new");
    CHECK(g->t.jobs[0].over && !g->t.jobs[1].over);
    struct gf_queue_step s = plain(g, 3);
    s.has_over = s.has_last = true;
    step(g, g->q, &s);
    CHECK_INT(g->t.n, 0);
    s = plain(g, 3);
    s.has_over = true; /* that may come again: not beside the last time of another */
    step(g, g->q, &s);
    CHECK_INT(g->t.n, 0);
    s = plain(g, 3);
    s.deliveries = 4; /* who gives them more */
    s.has_over = true;
    step(g, g->other, &s);
    CHECK_INT(g->t.n, 2);
    pass(g, ms(g, 310));
    CHECK_STR(take(g, 3, NULL), "new");
    CHECK_INT(g->t.buried, 3);
}

TEST(queue, companions_of_poison)
{
    FOR_EACH_PLACE(test_companions);
}

static void test_again(struct rig *g)
{
    char token[GF_QUEUE_TOKEN];
    put(g, "a");
    put(g, "b");
    CHECK_STR(take(g, 1, token), "a");
    CHECK(end(g, token, GF_QUEUE_AGAIN, 0));
    CHECK_STR(take(g, 3, NULL), "b a"); /* behind */
    CHECK_INT(g->t.jobs[1].delivery, 2);
    snprintf(token, sizeof token, "%s", g->t.jobs[1].token);
    CHECK(end(g, token, GF_QUEUE_AGAIN, ms(g, 200)));
    CHECK_INT(look(g).delayed, 1);
    CHECK_STR(take(g, 1, NULL), "");
    CHECK(!g->t.is_empty);
    CHECK(g->t.next > 0 && g->t.next <= ms(g, 200));
    pass(g, ms(g, 210));
    CHECK_STR(take(g, 1, token), "a");
    CHECK_INT(g->t.jobs[0].delivery, 3);
    CHECK(end(g, token, GF_QUEUE_AGAIN, 0)); /* the last one */
    CHECK_INT(look(g).dead, 1);
}

TEST(queue, again)
{
    FOR_EACH_PLACE(test_again);
}

static void test_back(struct rig *g)
{
    char token[GF_QUEUE_TOKEN];
    put(g, "a");
    put(g, "b");
    CHECK_STR(take(g, 1, token), "a");
    CHECK(end(g, token, GF_QUEUE_BACK, 0));
    CHECK(!end(g, token, GF_QUEUE_ACK, 0));
    struct gf_queue_status s = look(g);
    CHECK_INT(s.waiting[GF_QUEUE_NORMAL], 2);
    CHECK_INT(s.running, 0);
    CHECK_STR(take(g, 2, NULL), "a b"); /* in front, and not delivered yet */
    CHECK_INT(g->t.jobs[0].delivery, 1);
    CHECK(strcmp(g->t.jobs[0].token, token) != 0);
}

TEST(queue, given_back)
{
    FOR_EACH_PLACE(test_back);
}

static void test_delay(struct rig *g)
{
    struct gf_queue_how later = {.priority = GF_QUEUE_HIGH, .delay = ms(g, 200)};
    put_as(g, "later", &later);
    put(g, "now");
    CHECK_STR(take(g, 5, NULL), "now");
    CHECK(g->t.next > 0 && g->t.next <= ms(g, 200));
    pass(g, ms(g, 210));
    CHECK_STR(take(g, 5, NULL), "later");
}

TEST(queue, delay)
{
    FOR_EACH_PLACE(test_delay);
}

static void test_ttl(struct rig *g)
{
    struct gf_queue_how brief = {.priority = GF_QUEUE_NORMAL, .ttl = ms(g, 100), .unique = true};
    char token[GF_QUEUE_TOKEN];
    CHECK_INT(put_as(g, "a", &brief), 1);
    CHECK_INT(put_as(g, "b", &brief), 1);
    CHECK_STR(take(g, 1, token), "a");
    pass(g, ms(g, 110));
    CHECK_INT(put_as(g, "b", &brief), 1); /* the first one is forgotten */
    pass(g, ms(g, 110));
    CHECK_STR(take(g, 5, NULL), "");
    CHECK(end(g, token, GF_QUEUE_AGAIN, 0)); /* it was taken in time */
    CHECK_STR(take(g, 5, NULL), "a");
    CHECK_INT(look(g).expired, 2);
}

TEST(queue, ttl)
{
    FOR_EACH_PLACE(test_ttl);
}

static void test_unique(struct rig *g)
{
    struct gf_queue_how unique = {.priority = GF_QUEUE_NORMAL, .unique = true};
    char token[GF_QUEUE_TOKEN];
    CHECK_INT(put_as(g, "a", &unique), 1);
    CHECK_INT(put_as(g, "a", &unique), 0);
    CHECK_STR(take(g, 1, token), "a");
    CHECK_INT(put_as(g, "a", &unique), 0); /* it runs */
    CHECK(end(g, token, GF_QUEUE_AGAIN, ms(g, 10)));
    CHECK_INT(put_as(g, "a", &unique), 0); /* it is delayed */
    pass(g, ms(g, 20));
    CHECK_STR(take(g, 1, token), "a");
    CHECK(end(g, token, GF_QUEUE_ACK, 0));
    CHECK_INT(put_as(g, "a", &unique), 1);
    CHECK_INT(put(g, "a"), 1); /* not asked for */
    CHECK_STR(take(g, 1, token), "a");
    char dead[GF_QUEUE_TOKEN];
    snprintf(dead, sizeof dead, "%s", g->t.jobs[0].id);
    CHECK(end(g, token, GF_QUEUE_BURY, 0));
    CHECK_INT(put_as(g, "a", &unique), 1); /* dead is neither */
    uint64_t n;
    char rival[GF_QUEUE_TOKEN];
    CHECK_INT(gf_queue_retry(g->q, NULL, &g->now, &n, rival), 0);
    CHECK_INT(n, 0); /* another has the key */
    CHECK_STR(rival, "");
    CHECK_INT(gf_queue_retry(g->q, dead, &g->now, &n, rival), 0);
    CHECK_INT(n, 0);
    CHECK_INT(look(g).dead, 1);
    CHECK_STR(take(g, 2, NULL), "a a");
    CHECK_STR(g->t.jobs[1].id, rival); /* the other one has no key */
    struct gf_queue_record r[] = {{.data = {"x", 1}, .key = {"k", 1}},
                                  {.data = {"y", 1}, .key = {"k", 1}}};
    CHECK_INT(gf_queue_put(g->q, &unique, r, 2, &g->now, &n), 0);
    CHECK_INT(n, 1); /* within one call too */
}

TEST(queue, unique)
{
    FOR_EACH_PLACE(test_unique);
}

struct seen {
    char text[2048];
    size_t n, most;
};

static int note(void *arg, const struct gf_queue_row *row)
{
    struct seen *s = arg;
    size_t used = strlen(s->text);
    CHECK(row->put_wall > 0);
    snprintf(s->text + used, sizeof s->text - used, "%.*s:%s:%s:%u:%s:%d:%.*s ",
             (int)row->record.len, row->record.data, gf_queue_state_words[row->state],
             gf_queue_priority_words[row->priority], row->delivery, row->worker, row->status,
             (int)row->tail.len, row->tail.data);
    return ++s->n == s->most ? 5 : 0;
}

static const char *list(struct rig *g, enum gf_queue_state state)
{
    static struct seen s;
    s = (struct seen){0};
    CHECK_INT(gf_queue_list(g->q, state, &g->now, note, &s), 0);
    return s.text;
}

static void test_list(struct rig *g)
{
    char token[GF_QUEUE_TOKEN];
    struct gf_queue_how later = {.priority = GF_QUEUE_LOW, .delay = 60 * GF_S};
    put(g, "done");
    put(g, "dead");
    put(g, "runs");
    put(g, "waits");
    put_as(g, "later", &later);
    CHECK_STR(take(g, 1, token), "done");
    CHECK(end(g, token, GF_QUEUE_ACK, 0));
    CHECK_STR(take(g, 1, token), "dead");
    CHECK(end(g, token, GF_QUEUE_BURY, 0));
    CHECK_STR(take(g, 1, token), "runs");
    CHECK_STR(list(g, GF_QUEUE_WAITING), "waits:waiting:normal:0::-1: ");
    CHECK_STR(list(g, GF_QUEUE_DELAYED), "later:delayed:low:0::-1: ");
    CHECK_STR(list(g, GF_QUEUE_RUNNING), "runs:running:normal:1:me:1:-1: ");
    CHECK_STR(list(g, GF_QUEUE_DEAD), "dead:dead:normal:1:me:1:7:oh\n ");
    CHECK_STR(list(g, GF_QUEUE_DONE), "done:done:normal:1:me:1:7:oh\n ");
    for (int i = 0; i < 600; i++)
        put(g, "x");
    struct seen s = {.most = 10000};
    CHECK_INT(gf_queue_list(g->q, GF_QUEUE_WAITING, &g->now, note, &s), 0);
    CHECK_INT(s.n, 601);
    s = (struct seen){.most = 3};
    CHECK_INT(gf_queue_list(g->q, GF_QUEUE_WAITING, &g->now, note, &s), 5);
}

TEST(queue, list)
{
    FOR_EACH_PLACE(test_list);
}

static void test_change(struct rig *g)
{
    char token[GF_QUEUE_TOKEN], id[GF_QUEUE_TOKEN], rival[GF_QUEUE_TOKEN];
    uint64_t n;
    put(g, "a");
    put(g, "b");
    put(g, "c");
    CHECK_STR(take(g, 1, token), "a");
    snprintf(id, sizeof id, "%s", g->t.jobs[0].id);
    CHECK(end(g, token, GF_QUEUE_BURY, 0));
    CHECK_INT(gf_queue_retry(g->q, "nonsense", &g->now, &n, rival), 0);
    CHECK_INT(n, 0);
    CHECK_INT(gf_queue_retry(g->q, id, &g->now, &n, rival), 0);
    CHECK_INT(n, 1);
    CHECK_INT(look(g).dead, 0);
    CHECK_STR(take(g, 3, NULL), "b c a");
    CHECK_INT(g->t.jobs[2].delivery, 1);
    CHECK_STR(g->t.jobs[2].id, id);
    snprintf(token, sizeof token, "%s", g->t.jobs[2].token);
    CHECK_INT(gf_queue_drop(g->q, id, &g->now, &n), 0); /* it runs */
    CHECK_INT(n, 1);
    CHECK_INT(gf_queue_drop(g->q, id, &g->now, &n), 0);
    CHECK_INT(n, 0);
    CHECK(!renew(g, token));
    CHECK(!end(g, token, GF_QUEUE_ACK, 0));
    CHECK_INT(look(g).running, 2);
    put(g, "d");
    put(g, "e");
    struct gf_queue_how later = {.priority = GF_QUEUE_LOW, .delay = 60 * GF_S};
    put_as(g, "f", &later);
    CHECK_INT(gf_queue_purge(g->q, 1u << GF_QUEUE_WAITING | 1u << GF_QUEUE_RUNNING, &g->now, &n),
              0);
    CHECK_INT(n, 2);
    struct gf_queue_status s = look(g);
    CHECK_INT(s.waiting[GF_QUEUE_NORMAL], 0);
    CHECK_INT(s.running, 2);
    CHECK_INT(s.delayed, 1);
    CHECK_INT(gf_queue_purge(g->q, ~0u, &g->now, &n), 0);
    CHECK_INT(n, 1);
    CHECK_INT(look(g).delayed, 0);
}

TEST(queue, retry_drop_and_purge)
{
    FOR_EACH_PLACE(test_change);
}

/* Results are kept for as long as was said. */
static void test_keep(struct rig *g)
{
    char token[GF_QUEUE_TOKEN];
    for (int i = 0; i < 2; i++) {
        put(g, "a");
        CHECK_STR(take(g, 1, token), "a");
        struct gf_queue_end e = {.token = token, .what = GF_QUEUE_ACK, .status = -1};
        struct gf_queue_step s = plain(g, 0);
        s.keep = i ? ms(g, 100) : 0;
        s.ends = &e;
        s.nends = 1;
        step(g, g->q, &s);
        CHECK(e.accepted);
        CHECK_INT(look(g).done, i);
    }
    pass(g, ms(g, 110));
    put(g, "b");
    CHECK_STR(take(g, 1, NULL), "b");
    CHECK_INT(look(g).done, 0);
}

TEST(queue, results_are_kept)
{
    FOR_EACH_PLACE(test_keep);
}

/* What is over is not there, before a step has looked too. */
static void test_over(struct rig *g)
{
    char token[GF_QUEUE_TOKEN], id[GF_QUEUE_TOKEN];
    uint64_t n;
    struct gf_queue_how brief = {.priority = GF_QUEUE_HIGH, .ttl = ms(g, 100)};
    struct gf_queue_how later = {.priority = GF_QUEUE_LOW, .ttl = ms(g, 100), .delay = 60 * GF_S};
    struct gf_queue_how shortly = {.priority = GF_QUEUE_LOW, .ttl = 60 * GF_S, .delay = ms(g, 20)};
    put_as(g, "taken", &brief);
    put(g, "done");
    CHECK_STR(take(g, 1, NULL), "taken");
    CHECK_STR(take(g, 1, token), "done");
    snprintf(id, sizeof id, "%s", g->t.jobs[0].id);
    struct gf_queue_end e = {.token = token, .what = GF_QUEUE_ACK, .status = 0};
    struct gf_queue_step s = plain(g, 0);
    s.keep = ms(g, 100);
    s.ends = &e;
    s.nends = 1;
    step(g, g->q, &s);
    put_as(g, "brief", &brief);
    put_as(g, "later", &later);
    CHECK_STR(list(g, GF_QUEUE_DELAYED), "later:delayed:low:0::-1: ");
    put_as(g, "shortly", &shortly);
    CHECK_INT(look(g).delayed, 2);
    CHECK_INT(look(g).waiting[GF_QUEUE_HIGH], 1);
    CHECK_INT(look(g).done, 1);
    pass(g, ms(g, 110));
    struct gf_queue_status st = look(g);
    CHECK_INT(st.delayed, 1);
    CHECK_INT(st.waiting[GF_QUEUE_HIGH], 0);
    CHECK_INT(st.oldest_wall, 0);
    CHECK_INT(st.done, 0);
    CHECK_INT(st.running, 1);
    CHECK_STR(list(g, GF_QUEUE_WAITING), "");
    CHECK_STR(list(g, GF_QUEUE_DELAYED), "shortly:delayed:low:0::-1: ");
    CHECK_STR(list(g, GF_QUEUE_DONE), "");
    gf_ns put_wall = g->now.wall;
    put_as(g, "new", &(struct gf_queue_how){.priority = GF_QUEUE_HIGH});
    CHECK_STR(list(g, GF_QUEUE_WAITING), "new:waiting:high:0::-1: ");
    CHECK(g->place == ON_SERVER || look(g).oldest_wall == put_wall);
    CHECK(look(g).oldest_wall != 0);
    CHECK_INT(gf_queue_drop(g->q, id, &g->now, &n), 0);
    CHECK_INT(n, 0);
    CHECK_INT(gf_queue_purge(g->q, ~0u, &g->now, &n), 0);
    CHECK_INT(n, 2); /* new, shortly */
    st = look(g);
    CHECK_INT(st.delayed + st.waiting[GF_QUEUE_HIGH] + st.done, 0);
    CHECK_INT(st.expired, 2);
}

TEST(queue, what_is_over_is_not_there)
{
    FOR_EACH_PLACE(test_over);
}

/* One that expires before its delay is over is forgotten then, and nobody waits for it. */
static void test_delay_and_ttl(struct rig *g)
{
    struct gf_queue_how never = {
        .priority = GF_QUEUE_NORMAL, .ttl = ms(g, 50), .delay = 60 * GF_S, .unique = true};
    struct gf_queue_how both = {
        .priority = GF_QUEUE_NORMAL, .ttl = 60 * GF_S, .delay = ms(g, 20), .unique = true};
    put_as(g, "a", &never);
    put_as(g, "b", &both);
    CHECK_STR(take(g, 5, NULL), "");
    pass(g, ms(g, 60));
    CHECK_STR(take(g, 1, NULL), "b");
    CHECK_STR(take(g, 5, NULL), "");
    CHECK_INT(look(g).delayed, 0);
    CHECK_INT(look(g).expired, 1);
    CHECK(g->t.next <= ms(g, 300)); /* the lease of b */
    CHECK_INT(put_as(g, "a", &both), 1);
}

TEST(queue, delay_beyond_ttl)
{
    FOR_EACH_PLACE(test_delay_and_ttl);
}

/* One that waits again is nobody's; one that was given back is not forgotten. */
static void test_nobodys(struct rig *g)
{
    char token[GF_QUEUE_TOKEN], rival[GF_QUEUE_TOKEN];
    uint64_t n;
    struct gf_queue_how brief = {.priority = GF_QUEUE_NORMAL, .ttl = ms(g, 50)};
    put_as(g, "a", &brief);
    CHECK_STR(take(g, 1, token), "a");
    CHECK(end(g, token, GF_QUEUE_BACK, 0));
    pass(g, ms(g, 60));
    CHECK_STR(list(g, GF_QUEUE_WAITING), "a:waiting:normal:0::-1: ");
    CHECK_INT(look(g).waiting[GF_QUEUE_NORMAL], 1);
    CHECK_STR(take(g, 1, token), "a");
    CHECK(end(g, token, GF_QUEUE_AGAIN, 0));
    CHECK_STR(list(g, GF_QUEUE_WAITING), "a:waiting:normal:1::-1: ");
    CHECK_STR(take(g, 1, token), "a");
    CHECK(end(g, token, GF_QUEUE_BACK, 0));
    CHECK_STR(list(g, GF_QUEUE_WAITING), "a:waiting:normal:1::-1: ");
    CHECK_STR(take(g, 1, token), "a");
    CHECK(end(g, token, GF_QUEUE_AGAIN, 60 * GF_S));
    CHECK_STR(list(g, GF_QUEUE_DELAYED), "a:delayed:normal:2::-1: ");
    put(g, "b");
    CHECK_STR(take(g, 1, token), "b");
    CHECK(end(g, token, GF_QUEUE_BURY, 0));
    CHECK_INT(gf_queue_retry(g->q, NULL, &g->now, &n, rival), 0);
    CHECK_STR(list(g, GF_QUEUE_WAITING), "b:waiting:normal:0::-1: ");
}

TEST(queue, what_waits_again_is_nobodys)
{
    FOR_EACH_PLACE(test_nobodys);
}

/* Who listens is woken by what another puts. */
static void test_bell(struct rig *g)
{
    char token[GF_QUEUE_TOKEN];
    for (int i = 0; i < 3; i++) {
        CHECK_STR(take(g, 1, NULL), "");
        int fd = gf_queue_listen(g->q);
        REQUIRE(fd != -1);
        struct pollfd p = {.fd = fd, .events = POLLIN};
        CHECK_INT(poll(&p, 1, 50), 0);
        uint64_t n;
        struct gf_queue_how how = {.priority = (enum gf_queue_priority)i};
        struct gf_queue_record r = {.data = {"a", 1}};
        CHECK_INT(gf_queue_put(g->other, &how, &r, 1, &g->now, &n), 0);
        CHECK_INT(poll(&p, 1, 20000), 1);
        gf_queue_heard(g->q);
        CHECK_STR(take(g, 1, token), "a");
        CHECK(end(g, token, GF_QUEUE_ACK, 0));
        gf_queue_heard(g->q);
    }
}

TEST(queue, bell)
{
    FOR_EACH_PLACE(test_bell);
}

static bool rings(struct rig *g, int timeout_ms)
{
    struct pollfd p = {.fd = gf_queue_listen(g->q), .events = POLLIN};
    CHECK(p.fd != -1);
    bool yes = poll(&p, 1, timeout_ms) == 1;
    gf_queue_heard(g->q);
    return yes;
}

/* Who sleeps until something is due is woken by what is due before that. */
static void test_bell_first(struct rig *g)
{
    char token[GF_QUEUE_TOKEN];
    uint64_t n;
    struct gf_queue_how later = {.priority = GF_QUEUE_NORMAL, .delay = 60 * GF_S};
    struct gf_queue_record r = {.data = {"a", 1}};
    CHECK_STR(take(g, 1, NULL), "");
    CHECK_INT(g->t.next, GF_NEVER);
    CHECK(!rings(g, 50));
    CHECK_INT(gf_queue_put(g->other, &later, &r, 1, &g->now, &n), 0);
    CHECK(rings(g, 20000));
    struct gf_queue_step s = plain(g, 1);
    s.lease = 3600 * GF_S;
    put(g, "b");
    step(g, g->other, &s);
    REQUIRE(g->t.n == 1);
    snprintf(token, sizeof token, "%s", g->t.jobs[0].token);
    CHECK_STR(take(g, 1, NULL), "");
    CHECK(g->t.next > 30 * GF_S);
    while (rings(g, 50))
        continue; /* of what was before */
    struct gf_queue_lease l = {.token = token};
    s = plain(g, 0);
    s.leases = &l;
    s.nleases = 1;
    s.lease = 20 * GF_S;
    step(g, g->other, &s); /* it is shorter */
    CHECK(l.held);
    CHECK(rings(g, 20000));
    CHECK_STR(take(g, 1, NULL), "");
    CHECK(g->t.next <= 20 * GF_S);
    while (rings(g, 50))
        continue;
    struct gf_queue_end e = {.token = token, .what = GF_QUEUE_AGAIN, .delay = 5 * GF_S};
    s = plain(g, 0);
    s.ends = &e;
    s.nends = 1;
    step(g, g->other, &s);
    CHECK(e.accepted);
    CHECK(rings(g, 20000));
    CHECK_STR(take(g, 1, NULL), "");
    CHECK(g->t.next <= 5 * GF_S);
}

TEST(queue, bell_for_what_is_due_first)
{
    FOR_EACH_PLACE(test_bell_first);
}

/* Several in one step: ends, leases and new ones. */
static void test_many(struct rig *g)
{
    enum {
        N = 300
    };
    static char tokens[N][GF_QUEUE_TOKEN];
    static struct gf_queue_end ends[N];
    for (int i = 0; i < 2 * N; i++)
        put(g, "job");
    struct gf_queue_step s = plain(g, N);
    step(g, g->q, &s);
    REQUIRE(g->t.n == N);
    for (int i = 0; i < N; i++) {
        memcpy(tokens[i], g->t.jobs[i].token, GF_QUEUE_TOKEN);
        ends[i] = (struct gf_queue_end){.token = tokens[i], .what = GF_QUEUE_ACK, .status = 0};
    }
    s = plain(g, N);
    s.ends = ends;
    s.nends = N;
    step(g, g->q, &s);
    CHECK_INT(g->t.n, N);
    for (int i = 0; i < N; i++)
        CHECK(ends[i].accepted);
    struct gf_queue_status st = look(g);
    CHECK_INT(st.finished, N);
    CHECK_INT(st.running, N);
}

TEST(queue, many_in_one_step)
{
    FOR_EACH_PLACE(test_many);
}

#ifdef GF_REDIS
/* As if the connection had been lost before the answer came. */
static void lose_answer(struct rig *g)
{
    ((struct gf_queue_redis *)g->q)->q.trouble.unsure = true;
}

/* A call that is made again since nobody knows whether it was done is not done twice, whatever
 * others do in between; the next one is another call. */
static void test_repeated(struct rig *g)
{
    char token[GF_QUEUE_TOKEN];
    uint64_t n;
    struct gf_queue_how how = {.priority = GF_QUEUE_NORMAL};
    struct gf_queue_record r = {.data = {"x", 1}};
    if (g->place != ON_SERVER)
        return;
    put(g, "a");
    CHECK_INT(gf_queue_put(g->other, &how, &r, 1, &g->now, &n), 0);
    lose_answer(g);
    CHECK_INT(put(g, "a"), 1);
    CHECK_INT(look(g).put, 2);
    CHECK_INT(put(g, "a"), 1);
    CHECK_INT(look(g).put, 3);
    CHECK_STR(take(g, 1, token), "a");
    CHECK(end(g, token, GF_QUEUE_ACK, 0));
    lose_answer(g);
    CHECK(end(g, token, GF_QUEUE_ACK, 0));
    CHECK(!end(g, token, GF_QUEUE_ACK, 0));
    CHECK_INT(look(g).finished, 1);
}

TEST(queue, a_call_that_is_repeated)
{
    FOR_EACH_PLACE(test_repeated);
}
#endif
