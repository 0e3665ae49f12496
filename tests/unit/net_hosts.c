/*
 * net_hosts.c - net/hosts on a made-up clock: turns, how many at once, rates, time that a host asks
 * for, and what is forgotten; and random events beside a reference that looks at everything anew.
 */
#include "net/hosts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "test.h"

#define T0 (1000 * GF_S)
#define DAY (86400 * GF_S)

struct named {
    struct gf_host_item item; /* first */
    char name[16];
};

static const char *name_of(struct gf_host_item *item)
{
    return item ? ((struct named *)(void *)item)->name : "-";
}

static struct gf_gcra limit_of(const char *text)
{
    struct gf_rate rate = {0};
    struct gf_gcra limit;
    CHECK(gf_parse_rate(text, strlen(text), &rate, NULL) == 0);
    CHECK(gf_gcra_init(&limit, rate, 1, 0) == 0);
    return limit;
}

static struct gf_host *find(struct gf_hosts *all, const char *origin, gf_ns now)
{
    struct gf_host *h = gf_hosts_find(all, origin, now);
    if (!h) {
        test_failed(__FILE__, __LINE__, "no host %s", origin);
        abort();
    }
    return h;
}

/* `n` items of the host, as `a1`, `a2`, ... */
static void add(struct gf_hosts *all, struct named *items, const char *origin, int n, gf_ns now)
{
    for (int i = 0; i < n; i++) {
        snprintf(items[i].name, sizeof items[i].name, "%s%d", origin, i + 1);
        gf_hosts_add(all, find(all, origin, now), &items[i].item, now);
    }
}

/* The names of what starts now. */
static const char *started(struct gf_hosts *all, gf_ns now)
{
    static char text[2000];
    size_t n = 0;
    struct gf_host_item *item;
    text[0] = '\0';
    for (;;) {
        bool ready = gf_hosts_is_ready(all, now);
        item = gf_hosts_next(all, now);
        CHECK_INT(ready, item != NULL);
        if (!item)
            return text;
        CHECK(item->next == NULL);
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", n ? " " : "", name_of(item));
    }
}

/* ---- turns ----------------------------------------------------------------------------------- */

TEST(net_hosts, turns)
{
    struct gf_hosts all;
    struct named a[4], b[2], c[1];
    gf_hosts_init(&all, 2, NULL);
    CHECK_STR(started(&all, T0), "");
    CHECK_INT(gf_hosts_wake(&all), GF_NEVER);
    add(&all, a, "a", 4, T0);
    add(&all, b, "b", 2, T0);
    add(&all, c, "c", 1, T0);
    CHECK_INT(all.waiting, 7);
    CHECK_STR(started(&all, T0), "a1 b1 c1 a2 b2"); /* two at once at most */
    CHECK_INT(all.waiting, 2);
    CHECK_INT(gf_hosts_wake(&all), GF_NEVER);
    CHECK_STR(started(&all, T0 + 3600 * GF_S), "");
    gf_hosts_done(&all, a[0].item.host, T0);
    CHECK_STR(started(&all, T0), "a3");
    gf_hosts_done(&all, b[0].item.host, T0);
    CHECK_STR(started(&all, T0), "");
    gf_hosts_done(&all, a[0].item.host, T0);
    gf_hosts_done(&all, a[0].item.host, T0);
    CHECK_STR(started(&all, T0), "a4");
    gf_hosts_release(&all);
    gf_hosts_release(&all);
}

/* A retry goes in front of those that wait, with its turn. */
TEST(net_hosts, first)
{
    struct gf_hosts all;
    struct named a[3], b[1], x = {.name = "x"}, y = {.name = "y"};
    gf_hosts_init(&all, 1, NULL);
    gf_hosts_add_first(&all, find(&all, "a", T0), &x.item, T0); /* of an empty queue */
    add(&all, a, "a", 2, T0);
    add(&all, b, "b", 1, T0);
    gf_hosts_add_first(&all, find(&all, "a", T0), &y.item, T0);
    CHECK_STR(started(&all, T0), "y b1");
    gf_hosts_done(&all, y.item.host, T0);
    CHECK_STR(started(&all, T0), "x");
    gf_hosts_done(&all, y.item.host, T0);
    CHECK_STR(started(&all, T0), "a1");
    gf_hosts_done(&all, y.item.host, T0);
    CHECK_STR(started(&all, T0), "a2");
    gf_hosts_done(&all, y.item.host, T0);
    add(&all, a, "a", 1, T0); /* the end of the queue is known */
    CHECK_STR(started(&all, T0), "a1");
    gf_hosts_release(&all);
}

/* ---- time ------------------------------------------------------------------------------------ */

TEST(net_hosts, hold)
{
    struct gf_hosts all;
    struct named a[3], b[1];
    gf_hosts_init(&all, 1, NULL);
    add(&all, a, "a", 3, T0);
    add(&all, b, "b", 1, T0);
    struct gf_host *h = a[0].item.host;
    gf_hosts_hold(&all, h, T0 + 5 * GF_S, T0); /* it is ready */
    gf_hosts_hold(&all, h, T0 + 2 * GF_S, T0); /* it keeps the longer one */
    CHECK_STR(started(&all, T0), "b1");
    CHECK_INT(gf_hosts_wake(&all), T0 + 5 * GF_S);
    CHECK_STR(started(&all, T0 + 5 * GF_S - 1), "");
    CHECK_STR(started(&all, T0 + 5 * GF_S), "a1");
    gf_hosts_hold(&all, h, T0 + 9 * GF_S, T0 + 5 * GF_S); /* it is full */
    CHECK_INT(gf_hosts_wake(&all), GF_NEVER);
    CHECK_STR(started(&all, T0 + 10 * GF_S), "");
    gf_hosts_hold(&all, h, T0 + 20 * GF_S, T0 + 10 * GF_S);
    gf_hosts_done(&all, h, T0 + 10 * GF_S);
    CHECK_INT(gf_hosts_wake(&all), T0 + 20 * GF_S);
    gf_hosts_hold(&all, h, T0 + 30 * GF_S, T0 + 10 * GF_S); /* it waits already */
    CHECK_INT(gf_hosts_wake(&all), T0 + 30 * GF_S);
    CHECK_STR(started(&all, T0 + 30 * GF_S), "a2");
    gf_hosts_done(&all, h, T0 + 30 * GF_S);
    CHECK_STR(started(&all, T0 + 30 * GF_S), "a3");
    gf_hosts_done(&all, h, T0 + 30 * GF_S);
    gf_hosts_hold(&all, h, T0 + 40 * GF_S, T0 + 30 * GF_S); /* it is at rest */
    CHECK_INT(gf_hosts_wake(&all), GF_NEVER);
    add(&all, a, "a", 1, T0 + 31 * GF_S);
    CHECK_STR(started(&all, T0 + 39 * GF_S), "");
    CHECK_STR(started(&all, T0 + 40 * GF_S), "a1");
    gf_hosts_release(&all);
}

TEST(net_hosts, rate)
{
    struct gf_hosts all;
    struct gf_gcra limit = limit_of("2/s");
    struct named a[5], b[2];
    gf_hosts_init(&all, 3, &limit);
    add(&all, a, "a", 5, T0);
    add(&all, b, "b", 2, T0 + GF_S / 4);
    CHECK_STR(started(&all, T0 + GF_S / 4), "a1 b1");
    CHECK_INT(gf_hosts_wake(&all), T0 + GF_S * 3 / 4);
    CHECK_STR(started(&all, T0 + GF_S * 3 / 4 - 1), "");
    CHECK_STR(started(&all, T0 + GF_S * 3 / 4), "a2 b2");
    CHECK_STR(started(&all, T0 + 10 * GF_S), "a3"); /* no more for a late one; then it is full */
    CHECK_INT(gf_hosts_wake(&all), GF_NEVER);
    gf_hosts_done(&all, a[0].item.host, T0 + 10 * GF_S);
    CHECK_INT(gf_hosts_wake(&all), T0 + 10 * GF_S + GF_S / 2);
    gf_hosts_hold(&all, a[0].item.host, T0 + 11 * GF_S, T0 + 10 * GF_S); /* the later of the two */
    CHECK_INT(gf_hosts_wake(&all), T0 + 11 * GF_S);
    CHECK_STR(started(&all, T0 + 11 * GF_S), "a4");
    gf_hosts_release(&all);
}

/* ---- a host that refused --------------------------------------------------------------------- */

TEST(net_hosts, slower_and_back)
{
    static const struct {
        gf_ns at;
        bool slower;
        unsigned allowed;
    } steps[] = {
        {0, false, 8},         {0, true, 4},          {GF_S / 2, true, 4}, /* once in a second */
        {GF_S, true, 2},       {2 * GF_S, true, 1},   {3 * GF_S, true, 1}, /* never less */
        {4 * GF_S, true, 1},   {30 * GF_S, false, 8}, {31 * GF_S, true, 4},
        {32 * GF_S, false, 4}, /* a twentieth each second */
        {33 * GF_S, false, 4}, {34 * GF_S, false, 5}, {36 * GF_S, false, 5},
        {37 * GF_S, false, 6}, {40 * GF_S, false, 7}, {41 * GF_S, false, 7},
        {42 * GF_S, false, 8},
    };
    struct gf_hosts all, one, rated;
    struct gf_gcra limit = limit_of("1/s");
    gf_hosts_init(&all, 8, NULL);
    gf_hosts_init(&one, 1, NULL);
    gf_hosts_init(&rated, 8, &limit);
    struct gf_host *h = find(&all, "a", T0), *i = find(&one, "a", T0), *r = find(&rated, "a", T0);
    for (size_t n = 0; n < sizeof steps / sizeof steps[0]; n++) {
        gf_ns now = T0 + steps[n].at;
        if (steps[n].slower) {
            gf_hosts_slower(h, now);
            gf_hosts_slower(i, now);
            gf_hosts_slower(r, now);
        }
        CHECK_ROW(gf_hosts_allowed(&all, h, now) == steps[n].allowed, "step %zu: %u", n,
                  gf_hosts_allowed(&all, h, now));
        CHECK_INT(gf_hosts_allowed(&one, i, now), 1);
        CHECK_INT(gf_hosts_allowed(&rated, r, now), 8); /* half the rate instead */
    }
    gf_hosts_release(&all);
    gf_hosts_release(&one);
    gf_hosts_release(&rated);
}

TEST(net_hosts, half_the_rate)
{
    struct gf_hosts all;
    struct gf_gcra limit = limit_of("1/s");
    struct named a[4];
    gf_hosts_init(&all, 9, &limit);
    add(&all, a, "a", 4, T0);
    CHECK_STR(started(&all, T0), "a1");
    CHECK_INT(gf_hosts_wake(&all), T0 + GF_S);
    gf_hosts_slower(a[0].item.host, T0);
    CHECK_STR(started(&all, T0 + GF_S), ""); /* what was due then is not */
    gf_ns wake = gf_hosts_wake(&all);
    CHECK_ROW(wake > T0 + GF_S * 18 / 10 && wake <= T0 + 2 * GF_S, "%lld", (long long)(wake - T0));
    CHECK_STR(started(&all, wake - 1), "");
    CHECK_STR(started(&all, wake), "a2");
    gf_hosts_release(&all);
}

/* It is ready, and then may have no more. */
TEST(net_hosts, slower_while_ready)
{
    struct gf_hosts all;
    struct named a[6], b[1];
    gf_hosts_init(&all, 4, NULL);
    add(&all, a, "a", 6, T0);
    CHECK_STR(name_of(gf_hosts_next(&all, T0)), "a1");
    CHECK_STR(name_of(gf_hosts_next(&all, T0)), "a2");
    gf_hosts_slower(a[0].item.host, T0);
    CHECK(!gf_hosts_is_ready(&all, T0));
    CHECK_STR(started(&all, T0), "");
    add(&all, b, "b", 1, T0);
    CHECK_STR(started(&all, T0), "b1");
    gf_hosts_done(&all, a[0].item.host, T0);
    CHECK_STR(started(&all, T0), "a3");
    gf_hosts_release(&all);
}

/* What it gets back it may use before one of its requests has ended. */
TEST(net_hosts, back_while_full)
{
    struct gf_hosts all;
    struct named a[6];
    gf_hosts_init(&all, 4, NULL);
    add(&all, a, "a", 6, T0);
    gf_hosts_slower(a[0].item.host, T0);
    CHECK_STR(started(&all, T0), "a1 a2");
    gf_ns now = T0;
    unsigned more = 0, wakes = 0;
    while ((now = gf_hosts_wake(&all)) != GF_NEVER && wakes++ < 100) {
        CHECK(now <= T0 + 12 * GF_S);
        while (gf_hosts_next(&all, now))
            more++;
        CHECK_INT(2 + more, gf_hosts_allowed(&all, a[0].item.host, now));
    }
    CHECK_INT(more, 2);
    gf_hosts_release(&all);
}

/* ---- memory of hosts ------------------------------------------------------------------------- */

static void visit(struct gf_hosts *all, int number, gf_ns now)
{
    struct named x;
    char origin[32];
    snprintf(origin, sizeof origin, "http://h%d:80", number);
    gf_hosts_add(all, find(all, origin, now), &x.item, now);
    struct gf_host_item *item = gf_hosts_next(all, now);
    CHECK_ROW(item == &x.item, "host %d", number);
    if (item)
        gf_hosts_done(all, item->host, now);
}

static bool is_known(const struct gf_hosts *all, const char *origin)
{
    for (size_t i = 0; i < all->buckets; i++)
        for (const struct gf_host *h = all->bucket[i]; h; h = h->same_bucket)
            if (strcmp(h->origin, origin) == 0)
                return true;
    return false;
}

TEST(net_hosts, forgotten)
{
    struct gf_hosts all;
    struct named waits[2], *old = waits;
    gf_hosts_init(&all, 6, NULL);
    add(&all, old, "active", 1, T0);
    CHECK_STR(started(&all, T0), "active1");
    gf_hosts_hold(&all, find(&all, "held", T0), T0 + 100 * GF_S, T0);
    add(&all, waits + 1, "held", 1, T0);
    gf_hosts_slower(find(&all, "slow", T0), T0);
    for (int i = 0; i < 30000; i++)
        visit(&all, i, T0);
    CHECK_ROW(all.n <= GF_HOSTS_KEPT, "%zu hosts", all.n);
    CHECK(is_known(&all, "active") && is_known(&all, "held") && is_known(&all, "slow"));
    CHECK(!is_known(&all, "http://h0:80") && is_known(&all, "http://h29999:80"));
    CHECK_STR(started(&all, T0 + 100 * GF_S), "held1");
    gf_hosts_release(&all);
}

/* A host that is at rest and held is remembered, and those behind it are forgotten all the same. */
TEST(net_hosts, forgotten_behind_one_that_is_not)
{
    struct gf_hosts all;
    gf_hosts_init(&all, 6, NULL);
    for (int i = 0; i < 100; i++) {
        visit(&all, i, T0);
        char origin[32];
        snprintf(origin, sizeof origin, "http://h%d:80", i);
        gf_hosts_hold(&all, find(&all, origin, T0), T0 + DAY, T0);
    }
    for (int i = 100; i < 30000; i++)
        visit(&all, i, T0);
    CHECK_ROW(all.n <= GF_HOSTS_KEPT + 100, "%zu hosts", all.n);
    CHECK(is_known(&all, "http://h0:80") && is_known(&all, "http://h99:80"));
    CHECK(!is_known(&all, "http://h100:80"));
    gf_hosts_release(&all);
}

/* Under a rate a host is remembered until its next one is due. */
TEST(net_hosts, forgotten_rates)
{
    struct gf_hosts all;
    struct gf_gcra limit = limit_of("1/m");
    gf_hosts_init(&all, 6, &limit);
    for (int i = 0; i < 12000; i++)
        visit(&all, i, T0);
    CHECK_INT(all.n, 12000);
    for (int i = 12000; i < 24000; i++)
        visit(&all, i, T0 + 60 * GF_S);
    CHECK_ROW(all.n <= 12000, "%zu hosts", all.n);
    CHECK(!is_known(&all, "http://h0:80") && is_known(&all, "http://h12000:80"));
    gf_hosts_release(&all);
}

/* ---- the end --------------------------------------------------------------------------------- */

TEST(net_hosts, drain)
{
    struct gf_hosts all;
    struct named a[4], b[3], c[2];
    gf_hosts_init(&all, 1, NULL);
    CHECK(gf_hosts_drain(&all) == NULL);
    add(&all, a, "a", 4, T0);
    CHECK_STR(started(&all, T0), "a1");
    add(&all, b, "b", 3, T0);
    add(&all, c, "c", 2, T0);
    gf_hosts_hold(&all, c[0].item.host, T0 + GF_S, T0);
    char seen[100] = "";
    size_t n = 0;
    for (struct gf_host_item *i = gf_hosts_drain(&all); i; i = i->next)
        n += (size_t)snprintf(seen + n, sizeof seen - n, "%s ", name_of(i));
    CHECK(strstr(seen, "a2 a3 a4 ") && strstr(seen, "b1 b2 b3 ") && strstr(seen, "c1 c2 "));
    CHECK_INT(n, 8 * 3);
    CHECK_INT(all.waiting, 0);
    CHECK_INT(gf_hosts_wake(&all), GF_NEVER);
    CHECK_STR(started(&all, T0 + GF_S), "");
    CHECK_INT(a[0].item.host->active, 1); /* not counted */
    CHECK_INT(b[0].item.host->place, GF_HOST_AT_REST);
    CHECK(gf_hosts_drain(&all) == NULL);
    struct named more[2]; /* it may go on */
    add(&all, more, "b", 2, T0 + GF_S);
    CHECK_STR(started(&all, T0 + GF_S), "b1");
    gf_hosts_done(&all, a[0].item.host, T0 + GF_S);
    gf_hosts_release(&all);
}

TEST(net_hosts, top)
{
    struct gf_hosts all;
    const struct gf_host *out[5];
    gf_hosts_init(&all, 6, NULL);
    CHECK_INT(gf_hosts_top(&all, out, 5), 0);
    for (int i = 0; i < 100; i++) {
        char origin[16];
        snprintf(origin, sizeof origin, "%d", i);
        find(&all, origin, T0)->counts.requests = (uint64_t)(i * 37 % 100);
        size_t n = gf_hosts_top(&all, out, 5);
        CHECK_INT(n, i < 5 ? i + 1 : 5);
        for (size_t k = 1; k < n; k++)
            CHECK(out[k - 1]->counts.requests >= out[k]->counts.requests);
    }
    for (uint64_t k = 0; k < 5; k++)
        CHECK_INT(out[k]->counts.requests, 99 - k);
    CHECK_INT(gf_hosts_top(&all, out, 0), 0);
    CHECK_INT(gf_hosts_top(&all, out, 1), 1);
    CHECK_INT(out[0]->counts.requests, 99);
    gf_hosts_release(&all);
}

/* ---- beside a reference ---------------------------------------------------------------------- */

enum {
    HOSTS = 7,
    ITEMS = 400
};

/* What the reference knows of a host. Whether it may go on is asked anew each time. */
struct model {
    struct gf_host_item *queue[ITEMS];
    size_t waiting;
    unsigned active;
    gf_ns held, tat;
    struct gf_aimd aimd;
    unsigned passed_by[HOSTS]; /* starts of the others since it may go on */
};

struct world {
    struct gf_hosts all;
    struct gf_gcra limit;
    bool rated;
    unsigned most;
    struct gf_host *host[HOSTS];
    struct model model[HOSTS];
    struct named items[ITEMS];
    bool used[ITEMS];
    gf_ns now;
    uint64_t seed, starts;
};

static unsigned model_allowed(const struct world *w, const struct model *m, gf_ns at)
{
    uint64_t part = (uint64_t)w->most * gf_aimd_speed(&m->aimd, at) / GF_AIMD_FULL;
    return w->rated ? w->most : part ? (unsigned)part : 1;
}

static bool may(const struct world *w, const struct model *m, gf_ns at)
{
    return m->waiting && m->active < model_allowed(w, m, at) && at >= m->held &&
           (!w->rated || gf_gcra_tokens(&w->limit, m->tat, gf_aimd_at(&m->aimd, at)) >= 1);
}

static bool any_may(const struct world *w, gf_ns at)
{
    for (size_t i = 0; i < HOSTS; i++)
        if (may(w, &w->model[i], at))
            return true;
    return false;
}

static void one_item(struct world *w, size_t i, bool first)
{
    size_t k = 0;
    while (k < ITEMS && w->used[k])
        k++;
    struct model *m = &w->model[i];
    if (k == ITEMS)
        return;
    w->used[k] = true;
    if (first) {
        memmove(m->queue + 1, m->queue, m->waiting * sizeof m->queue[0]);
        m->queue[0] = &w->items[k].item;
        gf_hosts_add_first(&w->all, w->host[i], &w->items[k].item, w->now);
    } else {
        m->queue[m->waiting] = &w->items[k].item;
        gf_hosts_add(&w->all, w->host[i], &w->items[k].item, w->now);
    }
    m->waiting++;
}

static void one_start(struct world *w)
{
    bool expected = any_may(w, w->now);
    if (gf_random_seeded(&w->seed, 1))
        CHECK_INT(gf_hosts_is_ready(&w->all, w->now), expected);
    struct gf_host_item *item = gf_hosts_next(&w->all, w->now);
    CHECK_INT(item != NULL, expected);
    if (!item) {
        gf_ns wake = gf_hosts_wake(&w->all), late = wake == GF_NEVER ? w->now + DAY : wake;
        CHECK_ROW(wake > w->now, "a wake that has passed");
        CHECK_ROW(!any_may(w, late - 1), "one may go on before it wakes");
        CHECK(
            !any_may(w, w->now + (gf_ns)gf_random_seeded(&w->seed, (uint64_t)(late - w->now - 1))));
        return;
    }
    size_t i = 0;
    while (i < HOSTS && w->host[i] != item->host)
        i++;
    REQUIRE(i < HOSTS);
    struct model *m = &w->model[i];
    CHECK_ROW(may(w, m, w->now), "host %zu may not", i);
    CHECK_ROW(m->waiting && m->queue[0] == item, "not the first of host %zu", i);
    m->waiting--;
    memmove(m->queue, m->queue + 1, m->waiting * sizeof m->queue[0]);
    m->active++;
    w->used[(struct named *)(void *)item - w->items] = false;
    if (w->rated)
        CHECK(gf_gcra_allow(&w->limit, &m->tat, 1, gf_aimd_at(&m->aimd, w->now)));
    CHECK(m->active <= w->most);
    memset(m->passed_by, 0, sizeof m->passed_by);
    for (size_t k = 0; k < HOSTS; k++)
        if (k != i && may(w, &w->model[k], w->now))
            CHECK_ROW(++w->model[k].passed_by[i] <= 1, "host %zu was before %zu twice", i, k);
    w->starts++;
}

static void one_event(struct world *w)
{
    size_t i = gf_random_seeded(&w->seed, HOSTS - 1);
    struct model *m = &w->model[i];
    uint64_t what = gf_random_seeded(&w->seed, 99);
    if (what < 30) {
        one_item(w, i, what < 5);
    } else if (what < 60) {
        one_start(w);
    } else if (what < 85) {
        if (m->active == 0)
            return;
        m->active--;
        gf_hosts_done(&w->all, w->host[i], w->now);
    } else if (what < 88) {
        gf_ns until = w->now + (gf_ns)gf_random_seeded(&w->seed, 3 * (uint64_t)GF_S);
        m->held = until > m->held ? until : m->held;
        gf_hosts_hold(&w->all, w->host[i], until, w->now);
    } else if (what < 90) {
        gf_aimd_slower(&m->aimd, w->now);
        gf_hosts_slower(w->host[i], w->now);
    } else {
        gf_ns wake = gf_hosts_wake(&w->all), most = what < 98 ? GF_S / 10 : 5 * GF_S;
        w->now += (gf_ns)gf_random_seeded(&w->seed, (uint64_t)most);
        if (what == 90 && wake != GF_NEVER && wake > w->now)
            w->now = wake;
    }
    for (size_t k = 0; k < HOSTS; k++)
        if (!may(w, &w->model[k], w->now))
            memset(w->model[k].passed_by, 0, sizeof w->model[k].passed_by);
}

static void run_beside(uint64_t seed, unsigned most, const char *rate)
{
    static struct world w;
    memset(&w, 0, sizeof w);
    w.seed = seed;
    w.most = most;
    w.rated = rate != NULL;
    w.now = T0;
    if (rate)
        w.limit = limit_of(rate);
    gf_hosts_init(&w.all, most, rate ? &w.limit : NULL);
    for (size_t i = 0; i < HOSTS; i++) {
        char origin[16];
        snprintf(origin, sizeof origin, "host%zu", i);
        w.host[i] = find(&w.all, origin, w.now);
        gf_aimd_init(&w.model[i].aimd, w.now);
        w.model[i].tat = rate ? gf_gcra_start(&w.limit, 1, w.now) : 0;
    }
    for (int n = 0; n < 20000; n++)
        one_event(&w);
    size_t waiting = 0, drained = 0;
    for (size_t i = 0; i < HOSTS; i++) {
        waiting += w.model[i].waiting;
        CHECK_INT(w.host[i]->waiting, w.model[i].waiting);
        CHECK_INT(w.host[i]->active, w.model[i].active);
    }
    CHECK_INT(w.all.waiting, waiting);
    for (struct gf_host_item *item = gf_hosts_drain(&w.all); item; item = item->next)
        drained++;
    CHECK_INT(drained, waiting);
    CHECK_ROW(w.starts > 500, "only %llu starts", (unsigned long long)w.starts);
    gf_hosts_release(&w.all);
}

TEST(net_hosts, random_events)
{
    for (uint64_t seed = 1; seed <= 5; seed++)
        for (unsigned most = 1; most <= 9; most += 4)
            run_beside(seed * 100 + most, most, NULL);
}

TEST(net_hosts, random_events_under_a_rate)
{
    for (uint64_t seed = 1; seed <= 5; seed++) {
        run_beside(seed, 2, "5/s");
        run_beside(seed, 6, "3/s");
        run_beside(seed, 9, "100/s");
    }
}
