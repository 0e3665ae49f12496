/*
 * budget.c - the limiter in a file: the cases of all limiters on a made-up clock, keys, changes,
 * other boots, damage, and threads that take at once.
 */
#include "limit/budget.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "limit/budgetfile.h"
#include "limiter_cases.h"
#include "test.h"

static const char boot_a[] = "aaaaaaaa-0000-0000-0000-000000000000";
static const char boot_b[] = "bbbbbbbb-0000-0000-0000-000000000000";

static int new_file(char path[32])
{
    snprintf(path, 32, "/tmp/gf-unit-budget-XXXXXX");
    int fd = mkstemp(path);
    CHECK(fd != -1);
    return fd;
}

static struct gf_budget open_at(const char *path, const char *rate, uint64_t burst, uint64_t keys,
                                gf_ns now)
{
    struct gf_budget b;
    struct gf_rate r;
    const char *why = "";
    if (rate)
        r = rate_of(rate);
    struct gf_budget_ask ask = {.boot = boot_a,
                                .now_mono = now,
                                .now_wall = now + 1000000 * GF_S,
                                .rate = rate ? &r : NULL,
                                .burst = burst,
                                .keys = keys,
                                .seed = 42};
    int fd = open(path, O_RDWR | O_CLOEXEC);
    CHECK(fd != -1);
    CHECK_ROW(gf_budget_open(&b, fd, &ask, &why) == 0, "open: %s", why);
    return b;
}

static struct gf_budget fresh(const char *rate, uint64_t burst, uint64_t keys, gf_ns now)
{
    char path[32];
    close(new_file(path));
    struct gf_budget b = open_at(path, rate, burst, keys, now);
    unlink(path);
    return b;
}

/* ---- the cases of all limiters --------------------------------------------------------------- */

struct in_file {
    struct limiter ops;
    struct gf_budget b;
    struct gf_bucket k;
    struct gf_turn turn[8];
};

static struct in_file *file(struct limiter *l)
{
    return (struct in_file *)l;
}

static bool file_allow(struct limiter *l, uint64_t n, gf_ns now)
{
    struct gf_turn t;
    return gf_gcra_fits(&file(l)->b.limit, n) &&
           gf_budget_take(&file(l)->b, &file(l)->k, n, now, now, &t);
}

/* Asked without taking: a time that nothing can meet. */
static gf_ns file_due(struct limiter *l, uint64_t n, gf_ns now)
{
    struct gf_turn t;
    (void)gf_budget_take(&file(l)->b, &file(l)->k, n, now, INT64_MIN, &t);
    return t.ticket.due;
}

static struct gf_ticket file_reserve(struct limiter *l, uint64_t n, gf_ns now, size_t number)
{
    struct gf_turn *t = &file(l)->turn[number % 8];
    CHECK(gf_budget_take(&file(l)->b, &file(l)->k, n, now, GF_NEVER, t));
    return t->ticket;
}

static void file_cancel(struct limiter *l, size_t number, gf_ns now)
{
    if (file(l)->turn[number % 8].bucket.slot)
        (void)gf_budget_cancel(&file(l)->b, &file(l)->turn[number % 8], now);
}

static int64_t file_tokens(struct limiter *l, gf_ns now)
{
    struct gf_budget_state s;
    gf_budget_look(&file(l)->b, &file(l)->k, now, &s);
    return s.tokens;
}

static gf_ns file_tat(struct limiter *l)
{
    return atomic_load(&file(l)->k.slot->tat);
}

/* There is no such call: ones until one is refused. */
static uint64_t file_at_most(struct limiter *l, uint64_t n, gf_ns now)
{
    uint64_t got = 0;
    while (got < n && file_allow(l, 1, now))
        got++;
    return got;
}

static bool file_fits(struct limiter *l, uint64_t n)
{
    return gf_gcra_fits(&file(l)->b.limit, n);
}

/* As the case has it: what was reserved stays reserved. Our own change drops it, and those who
 * wait take again, so here they do. */
static void file_set(struct limiter *l, struct gf_rate rate, gf_ns now)
{
    struct in_file *f = file(l);
    int64_t tokens = file_tokens(l, now);
    CHECK(gf_budget_change(&f->b, &rate, 0, now) == 0);
    struct gf_turn t;
    if (tokens < 0)
        CHECK(gf_budget_take(&f->b, &f->k, (uint64_t)-tokens, now, GF_NEVER, &t));
}

static const struct limiter file_ops = {file_allow,   file_due,    file_reserve,
                                        file_cancel,  file_tokens, file_tat,
                                        file_at_most, file_fits,   file_set};

static void replay_all(bool by_key)
{
    for (size_t i = 0; i < LIMITER_CASES; i++) {
        const struct limiter_case *c = &limiter_cases[i];
        gf_ns start = 1000 * GF_S;
        struct in_file f = {.ops = file_ops, .b = fresh(c->rate, c->burst, 100, start)};
        f.k = by_key ? gf_budget_key(&f.b, 7, start) : gf_budget_all(&f.b);
        atomic_store(&f.k.slot->tat, gf_gcra_start(&f.b.limit, c->initial, start));
        replay_case(&f.ops, c);
        gf_budget_release(&f.b);
    }
}

TEST(budget, replays_the_cases_of_others)
{
    replay_all(false);
}

TEST(budget, replays_the_cases_of_others_for_a_key)
{
    replay_all(true);
}

/* ---- what lasts ------------------------------------------------------------------------------ */

static bool allow(struct gf_budget *b, struct gf_bucket *k, gf_ns now)
{
    struct gf_turn t;
    return gf_budget_take(b, k, 1, now, now, &t);
}

TEST(budget, two_openings_are_one_budget_and_the_file_remembers)
{
    char path[32];
    close(new_file(path));
    struct gf_budget a = open_at(path, "1/s", 2, 0, 0), b = open_at(path, "9/s", 5, 0, 0);
    struct gf_bucket ka = gf_budget_all(&a), kb = gf_budget_all(&b);
    CHECK_INT(b.limit.burst, 2); /* the first user's word holds */
    CHECK(allow(&a, &ka, 0));
    CHECK(allow(&b, &kb, 0));
    CHECK(!allow(&a, &ka, 0));
    gf_budget_release(&a);
    gf_budget_release(&b);
    a = open_at(path, NULL, 0, 0, GF_S);
    ka = gf_budget_all(&a);
    CHECK(allow(&a, &ka, GF_S));
    CHECK(!allow(&a, &ka, GF_S));
    struct gf_budget_state s;
    gf_budget_look(&a, &ka, GF_S, &s);
    CHECK_INT(s.granted, 3);
    CHECK_INT(s.refused, 2);
    CHECK_INT(s.next, 2 * GF_S);
    gf_budget_release(&a);
    unlink(path);
}

TEST(budget, another_boot_carries_over_what_was_spent_and_no_reservation)
{
    char path[32];
    close(new_file(path));
    struct gf_budget b = open_at(path, "1/s", 10, 100, 5000 * GF_S);
    struct gf_bucket k = gf_budget_all(&b), key = gf_budget_key(&b, 3, 5000 * GF_S);
    struct gf_turn t;
    for (int i = 0; i < 8; i++)
        CHECK(allow(&b, &k, 5000 * GF_S));
    for (int i = 0; i < 100; i++) /* ninety of them wait */
        CHECK(gf_budget_take(&b, &key, 1, 5000 * GF_S, GF_NEVER, &t));
    gf_budget_release(&b);

    /* 3 s later by the wall clock, on a clock that has just begun. */
    struct gf_budget_ask ask = {
        .boot = boot_b, .now_mono = 1 * GF_S, .now_wall = 1000000 * GF_S + 5003 * GF_S};
    const char *why = "";
    REQUIRE(gf_budget_open(&b, open(path, O_RDWR), &ask, &why) == 0);
    k = gf_budget_all(&b);
    struct gf_budget_state s;
    gf_budget_look(&b, &k, GF_S, &s);
    CHECK_INT(s.tokens, 2 + 3);
    key = gf_budget_key(&b, 3, GF_S);
    gf_budget_look(&b, &key, GF_S, &s);
    CHECK_INT(s.tokens, 0);
    gf_budget_release(&b);

    /* A wall clock that went back a year lets no more through, and waits for no year either. */
    ask.boot = boot_a;
    ask.now_wall -= (gf_ns)365 * 86400 * GF_S;
    REQUIRE(gf_budget_open(&b, open(path, O_RDWR), &ask, &why) == 0);
    k = gf_budget_all(&b);
    gf_budget_look(&b, &k, GF_S, &s);
    CHECK_INT(s.tokens, 0);
    CHECK_INT(s.next, 2 * GF_S);
    gf_budget_release(&b);
    unlink(path);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static uint64_t spread(uint64_t n)
{
    n = (n ^ (n >> 31)) * 0x7fb5d329728ea185u;
    return (n ^ (n >> 27)) * 0x81dadef4bc2dd44du;
}

TEST(budget, each_key_has_its_own_bucket)
{
    struct gf_budget b = fresh("1/s", 2, 1000, 0);
    for (uint64_t i = 0; i < 1000; i++) {
        struct gf_bucket k = gf_budget_key(&b, spread(i), 0);
        CHECK(allow(&b, &k, 0));
        CHECK(allow(&b, &k, 0));
        CHECK(!allow(&b, &k, 0));
    }
    struct gf_bucket all = gf_budget_all(&b);
    CHECK(allow(&b, &all, 0));
    struct gf_budget_state s;
    gf_budget_look(&b, &all, 0, &s);
    CHECK_INT(s.keys, 1000);
    CHECK_INT(s.evicted, 0);
    gf_budget_release(&b);
}

TEST(budget, idle_keys_make_room_without_loss_and_live_ones_are_counted)
{
    struct gf_budget b = fresh("1/s", 1, 32, 0); /* 64 places */
    for (uint64_t i = 0; i < 5000; i++) {
        gf_ns now = (gf_ns)i * GF_S / 10; /* ten keys live at a time */
        struct gf_bucket k = gf_budget_key(&b, spread(i), now);
        CHECK(allow(&b, &k, now));
        CHECK(!allow(&b, &k, now));
    }
    struct gf_budget_state s;
    struct gf_bucket all = gf_budget_all(&b);
    gf_budget_look(&b, &all, 500 * GF_S, &s);
    CHECK_INT(s.evicted, 0);
    for (uint64_t i = 0; i < 200; i++) { /* 200 live ones in 64 places */
        struct gf_bucket k = gf_budget_key(&b, spread(i + 100000), 600 * GF_S);
        CHECK(allow(&b, &k, 600 * GF_S));
    }
    gf_budget_look(&b, &all, 600 * GF_S, &s);
    CHECK(s.evicted >= 200 - 64);
    gf_budget_release(&b);
}

/* A handle that is older than its key's eviction finds the key again, in a place of its own. */
TEST(budget, a_key_that_was_moved_out_is_found_again)
{
    struct gf_budget b = fresh("1/h", 1, 32, 0);
    struct gf_bucket first = gf_budget_key(&b, spread(1), 0);
    for (uint64_t i = 2; i < 500; i++) {
        struct gf_bucket k = gf_budget_key(&b, spread(i), 0);
        struct gf_turn t;
        CHECK(gf_budget_take(&b, &k, 5, 0, GF_NEVER, &t));
    }
    struct gf_budget_slot *was = first.slot;
    CHECK(atomic_load(&was->hash) != spread(1)); /* somebody else's by now */
    gf_ns other = atomic_load(&was->tat);
    CHECK(allow(&b, &first, 0));
    CHECK_INT(atomic_load(&first.slot->hash), spread(1));
    CHECK(first.slot == was || atomic_load(&was->tat) == other);
    gf_budget_release(&b);
}

/* ---- changes --------------------------------------------------------------------------------- */

TEST(budget, a_lowered_rate_takes_effect_within_one_interval)
{
    struct gf_budget b = fresh("100/s", 1, 10, 0);
    struct gf_rate slow = rate_of("1/s");
    struct gf_bucket k = gf_budget_all(&b);
    struct gf_turn waiting[20];
    for (int i = 0; i < 20; i++)
        CHECK(gf_budget_take(&b, &k, 1, 0, GF_NEVER, &waiting[i]));
    gf_ns now = 55 * GF_MS; /* five have passed, fourteen wait */
    CHECK(gf_budget_change(&b, &slow, 0, now) == 0);
    int passed = 0;
    gf_ns last = now;
    for (int i = 6; i < 20; i++) {
        CHECK(!gf_budget_holds(&b, &waiting[i]));
        CHECK(gf_budget_take(&b, &k, 1, now, GF_NEVER, &waiting[i]));
        CHECK_ROW(waiting[i].ticket.due - last >= GF_S, "%d after %lld ms", i,
                  (long long)((waiting[i].ticket.due - last) / GF_MS));
        last = waiting[i].ticket.due;
        passed += last <= now + 3 * GF_S;
    }
    CHECK_INT(passed, 3);
    CHECK_INT(waiting[6].ticket.due, now + GF_S);
    gf_budget_release(&b);
}

TEST(budget, a_raised_rate_frees_those_who_wait)
{
    struct gf_budget b = fresh("1/h", 1, 10, 0);
    struct gf_bucket k = gf_budget_all(&b);
    struct gf_rate fast = rate_of("10/s");
    struct gf_turn t;
    CHECK(allow(&b, &k, 0));
    for (int i = 0; i < 5; i++)
        CHECK(gf_budget_take(&b, &k, 1, GF_S, GF_NEVER, &t));
    CHECK(gf_budget_change(&b, &fast, 0, GF_S) == 0);
    CHECK(gf_budget_take(&b, &k, 1, GF_S, GF_NEVER, &t));
    CHECK(t.ticket.due <= GF_S + 100 * GF_MS);
    gf_budget_release(&b);
}

TEST(budget, a_change_keeps_units_and_the_other_half_of_the_terms)
{
    struct gf_budget b = fresh("1/s", 10, 10, 0);
    struct gf_bucket k = gf_budget_all(&b);
    struct gf_budget_state s;
    struct gf_rate fast = rate_of("100/s");
    struct gf_turn t;
    CHECK(gf_budget_take(&b, &k, 6, 0, 0, &t));
    CHECK(gf_budget_change(&b, &fast, 0, 0) == 0);
    gf_budget_look(&b, &k, 0, &s);
    CHECK_INT(s.tokens, 4);
    CHECK_INT(s.limit.burst, 10);
    CHECK_INT(s.declared.rate.count, 1);
    CHECK(gf_budget_change(&b, NULL, 3, 0) == 0);
    gf_budget_look(&b, &k, 0, &s);
    CHECK_INT(s.tokens, 3);
    CHECK_INT(s.limit.rate.period, 10 * GF_MS);
    errno = 0;
    CHECK(gf_budget_change(&b, NULL, UINT64_MAX, 0) == -1);
    CHECK_INT(errno, ERANGE);
    gf_budget_look(&b, &k, 0, &s);
    CHECK_INT(s.limit.burst, 3);
    gf_budget_reset(&b, 0);
    CHECK(gf_budget_take(&b, &k, 3, 0, 0, &t));
    CHECK(!gf_budget_holds(&b, &t) || t.terms == b.turn);
    gf_budget_look(&b, &k, 0, &s);
    CHECK_INT(s.granted, 3);
    gf_budget_release(&b);
}

/* However often the rate is said again, what was waited for is not lost. */
TEST(budget, saying_the_same_rate_again_costs_nothing)
{
    struct gf_budget b = fresh("1/h", 1, 0, 0);
    struct gf_bucket k = gf_budget_all(&b);
    struct gf_rate same = rate_of("1/h");
    CHECK(allow(&b, &k, 0));
    for (int i = 1; i < 60; i++)
        CHECK(gf_budget_change(&b, &same, 0, i * 60 * GF_S) == 0);
    CHECK(!allow(&b, &k, 3599 * GF_S));
    CHECK(allow(&b, &k, 3600 * GF_S + GF_US));
    gf_budget_release(&b);
}

/* The writer of a change was killed when the new terms were there and the buckets were not. */
TEST(budget, a_change_that_was_cut_off_is_finished_and_lets_nothing_through)
{
    char path[32];
    close(new_file(path));
    struct gf_budget b = open_at(path, "1000/s", 50, 100, 0);
    struct gf_bucket k = gf_budget_all(&b), key = gf_budget_key(&b, 9, 0);
    atomic_store(&b.page->terms[1].count, 1);
    atomic_store(&b.page->terms[1].period, GF_S);
    atomic_store(&b.page->terms[1].burst, 4);
    atomic_store(&b.page->turn, 1);
    struct gf_turn t;
    CHECK(gf_budget_take(&b, &k, 1, 10 * GF_S, GF_NEVER, &t)); /* finishes it */
    CHECK_INT(t.ticket.due, 11 * GF_S);
    CHECK_INT(t.terms, 2);
    CHECK(gf_budget_take(&b, &key, 1, 10 * GF_S, GF_NEVER, &t));
    CHECK_INT(t.ticket.due, 11 * GF_S);

    atomic_store(&b.page->turn, 3); /* and once more, found when it is opened */
    struct gf_budget other = open_at(path, NULL, 0, 0, 20 * GF_S);
    CHECK_INT(other.turn, 4);
    gf_budget_release(&other);
    gf_budget_release(&b);
    unlink(path);
}

/* ---- damage ---------------------------------------------------------------------------------- */

static int open_code(const char *path, const char **why)
{
    struct gf_budget b;
    struct gf_rate r = rate_of("1/s");
    struct gf_budget_ask ask = {.boot = boot_a, .rate = &r, .burst = 1};
    if (gf_budget_open(&b, open(path, O_RDWR), &ask, why) != 0)
        return errno;
    gf_budget_release(&b);
    return 0;
}

TEST(budget, what_is_no_state_file_is_refused)
{
    char path[32];
    const char *why = NULL;
    int fd = new_file(path);
    static const char zeros[4096];

    struct gf_budget b;
    struct gf_budget_ask ask = {.boot = boot_a};
    CHECK(gf_budget_open(&b, open(path, O_RDWR), &ask, &why) == -1);
    CHECK_INT(errno, ENODATA);

    CHECK(pwrite(fd, "junk\n", 5, 0) == 5);
    CHECK_INT(open_code(path, &why), EBADMSG);
    CHECK(pwrite(fd, zeros, sizeof zeros, 0) == sizeof zeros);
    CHECK_INT(open_code(path, &why), EBADMSG);
    CHECK_STR(why, "it is damaged, or not a state file of this version");
    CHECK(ftruncate(fd, 0) == 0);
    CHECK_INT(open_code(path, &why), 0);

    static const struct {
        off_t at;
        const char *bytes;
        size_t len;
    } rows[] = {
        {6, "1", 1},                                              /* another version */
        {offsetof(struct gf_budget_page, slots), "\x41", 1},      /* 65 places */
        {offsetof(struct gf_budget_page, slots), "\x80", 1},      /* more than there are */
        {offsetof(struct gf_budget_page, terms), "\0\0\0\0", 4},  /* a rate of 0 */
        {offsetof(struct gf_budget_page, terms) + 15, "\xff", 1}, /* a period below 0 */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK(ftruncate(fd, 0) == 0);
        CHECK_INT(open_code(path, &why), 0);
        CHECK(pwrite(fd, rows[i].bytes, rows[i].len, rows[i].at) == (ssize_t)rows[i].len);
        CHECK_ROW(open_code(path, &why) == EBADMSG, "row %zu passes", i);
    }
    for (off_t cut = 1; cut < 4096; cut += 97) {
        CHECK(ftruncate(fd, 0) == 0);
        CHECK_INT(open_code(path, &why), 0);
        CHECK(ftruncate(fd, cut) == 0);
        CHECK_ROW(open_code(path, &why) == EBADMSG, "cut at %lld passes", (long long)cut);
    }
    close(fd);
    unlink(path);
}

/* ---- counts ---------------------------------------------------------------------------------- */

static uint64_t granted(struct gf_budget *b)
{
    return atomic_load(&b->page->granted);
}

TEST(budget, what_was_given_back_is_not_counted)
{
    struct gf_budget b = fresh("1/s", 1, 0, 0);
    struct gf_bucket k = gf_budget_all(&b);
    struct gf_turn t[3];
    for (int i = 0; i < 3; i++)
        CHECK(gf_budget_take(&b, &k, 2, 0, GF_NEVER, &t[i]));
    CHECK_INT(granted(&b), 6);
    CHECK(gf_budget_cancel(&b, &t[2], 0));
    CHECK_INT(granted(&b), 4);
    CHECK(!gf_budget_cancel(&b, &t[0], 0)); /* another one is behind it: its time is lost */
    CHECK_INT(granted(&b), 2);
    gf_budget_reset(&b, 0);
    CHECK(gf_budget_take(&b, &k, 1, 0, GF_NEVER, &t[0]));
    CHECK(!gf_budget_cancel(&b, &t[1], 0)); /* was counted before the reset */
    CHECK_INT(granted(&b), 1);
    gf_budget_release(&b);
}

TEST(budget, counts_stop_at_their_end)
{
    struct gf_budget b = fresh("1/s", 1, 0, 0);
    struct gf_bucket k = gf_budget_all(&b);
    struct gf_turn t;
    atomic_store(&b.page->granted, UINT64_MAX - 1);
    atomic_store(&b.page->refused, UINT64_MAX - 1);
    CHECK(gf_budget_take(&b, &k, 2, 0, GF_NEVER, &t));
    CHECK(!gf_budget_take(&b, &k, 2, 0, 0, &t));
    CHECK(granted(&b) == UINT64_MAX);
    CHECK(atomic_load(&b.page->refused) == UINT64_MAX);
    CHECK(gf_budget_cancel(
        &b, &(struct gf_turn){.ticket = {GF_S, 0, 2 * GF_S}, .bucket = k, .n = 2}, 0));
    CHECK(granted(&b) == UINT64_MAX);
    gf_budget_release(&b);
}

/* ---- a clock that was ahead ------------------------------------------------------------------ */

TEST(budget, a_bucket_that_is_too_far_ahead_is_cut_back)
{
    struct gf_budget b = fresh("1/s", 5, 100, 0);
    struct gf_bucket k = gf_budget_all(&b), key = gf_budget_key(&b, 3, 0);
    const gf_ns year = (gf_ns)365 * 86400 * GF_S;
    struct gf_turn waits, t;
    CHECK(gf_budget_take(&b, &k, 9, 0, GF_NEVER, &waits));
    atomic_store(&k.slot->tat, 100 * year);
    atomic_store(&key.slot->tat, 200 * year);
    CHECK(gf_budget_take(&b, &k, 1, 0, GF_NEVER, &t));
    CHECK_INT(t.ticket.due, GF_S); /* an empty bucket */
    CHECK_INT(b.cuts, 2);
    CHECK(!gf_budget_holds(&b, &waits)); /* who waits takes again */
    CHECK(gf_budget_take(&b, &key, 1, 0, GF_NEVER, &t));
    CHECK_INT(t.ticket.due, GF_S);
    struct gf_budget_state s;
    gf_budget_look(&b, &k, 0, &s);
    CHECK_INT(s.cuts, 2);
    gf_budget_reset(&b, 0);
    gf_budget_look(&b, &k, 0, &s);
    CHECK_INT(s.cuts, 0);
    gf_budget_release(&b);
}

TEST(budget, what_was_reserved_is_not_too_far_ahead)
{
    struct gf_budget b = fresh("1/h", 1, 0, 0);
    struct gf_bucket k = gf_budget_all(&b);
    struct gf_turn t;
    for (int i = 0; i < 5000; i++)
        CHECK(gf_budget_take(&b, &k, 1, 0, GF_NEVER, &t));
    CHECK_INT(t.ticket.due, 4999 * 3600 * GF_S);
    CHECK_INT(b.cuts, 0);
    gf_budget_release(&b);
}

/* ---- looks ----------------------------------------------------------------------------------- */

TEST(budget, a_look_changes_nothing)
{
    char path[32];
    close(new_file(path));
    struct gf_budget b = open_at(path, "1/s", 5, 100, 0), look;
    struct gf_bucket k = gf_budget_all(&b), none;
    struct gf_turn t;
    CHECK(gf_budget_take(&b, &k, 2, 0, GF_NEVER, &t));
    atomic_store(&b.page->turn, 1); /* a change that was cut off, and another boot */
    static const char boot[] = "cccccccc-0000-0000-0000-000000000000";
    struct gf_budget_ask ask = {.boot = boot, .look = true};
    const char *why = "";
    REQUIRE(gf_budget_open(&look, open(path, O_RDONLY), &ask, &why) == 0);
    struct gf_budget_state s;
    CHECK(!gf_budget_find_key(&look, 7, &none));
    gf_budget_look(&look, &none, 0, &s);
    CHECK_INT(s.tokens, 5);
    CHECK_INT(s.keys, 0);
    gf_budget_release(&look);
    CHECK_INT(atomic_load(&b.page->turn), 1);
    CHECK(memcmp(b.page->boot, boot_a, sizeof boot_a - 1) == 0);
    gf_budget_release(&b);
    unlink(path);
}

/* ---- at once --------------------------------------------------------------------------------- */

enum {
    THREADS = 4,
    TAKES = 20000
};

struct crowd {
    const struct gf_budget *b;
    const char *path;
    _Atomic uint64_t passed;
};

/* Each on a budget of its own over the same words, so that a race shows to the thread sanitizer. */
static void *take_many(void *arg)
{
    struct crowd *c = arg;
    struct gf_budget mine = *c->b;
    mine.fd = open(c->path, O_RDWR | O_CLOEXEC);
    uint64_t n = 0;
    for (int i = 0; i < TAKES; i++) {
        struct gf_bucket k =
            i % 2 ? gf_budget_all(&mine) : gf_budget_key(&mine, spread((uint64_t)i % 50), 0);
        n += allow(&mine, &k, 0);
    }
    atomic_fetch_add(&c->passed, n);
    close(mine.fd);
    return NULL;
}

static void run_crowd(struct crowd *c)
{
    pthread_t t[THREADS];
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&t[i], NULL, take_many, c) == 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);
}

TEST(budget, together_they_take_the_burst_and_not_one_more)
{
    char path[32];
    close(new_file(path));
    struct gf_budget b = open_at(path, "1/h", 500, 1000, 0);
    struct crowd c = {.b = &b, .path = path};
    run_crowd(&c);
    CHECK_INT(c.passed, 500 + 25 * 500); /* 25 keys: every second number below 50 */
    gf_budget_release(&b);
    unlink(path);
}

static void *change_often(void *arg)
{
    struct crowd *c = arg;
    struct gf_budget mine = *c->b;
    mine.fd = open(c->path, O_RDWR | O_CLOEXEC);
    static const char *const rates[] = {"1/h", "2/h", "100/d"};
    for (int i = 0; i < 300; i++) {
        struct gf_rate r = rate_of(rates[i % 3]);
        CHECK(gf_budget_change(&mine, &r, 0, 0) == 0);
    }
    close(mine.fd);
    return NULL;
}

/* While the terms change three hundred times, tokens are converted and none is made. */
TEST(budget, changes_make_no_tokens)
{
    char path[32];
    close(new_file(path));
    struct gf_budget b = open_at(path, "1/h", 500, 1000, 0);
    struct crowd c = {.b = &b, .path = path};
    pthread_t t;
    CHECK(pthread_create(&t, NULL, change_often, &c) == 0);
    run_crowd(&c);
    pthread_join(t, NULL);
    CHECK_ROW(c.passed <= 26 * 500, "%llu passed of %d", (unsigned long long)c.passed, 26 * 500);
    CHECK(c.passed >= 26 * 400);
    gf_budget_release(&b);
    unlink(path);
}

/* A process that waits an hour is woken by a change. */
TEST(budget, a_change_wakes_a_sleeper)
{
    char path[32];
    close(new_file(path));
    struct gf_budget b = open_at(path, "1/h", 1, 0, gf_now_mono());
    struct gf_bucket k = gf_budget_all(&b);
    CHECK(allow(&b, &k, gf_now_mono()));
    pid_t pid = fork();
    if (pid == 0) {
        struct gf_budget mine = open_at(path, NULL, 0, 0, gf_now_mono());
        struct gf_bucket mk = gf_budget_all(&mine);
        struct gf_turn t;
        (void)gf_budget_take(&mine, &mk, 1, gf_now_mono(), GF_NEVER, &t);
        int r = gf_budget_wait(&mine, &t);
        _exit(r == -1 && errno == ESTALE ? 0 : 1);
    }
    struct gf_budget_state s;
    do {
        gf_sleep_until(gf_now_mono() + 5 * GF_MS);
        gf_budget_look(&b, &k, gf_now_mono(), &s);
    } while (s.tokens >= 0);
    gf_sleep_until(gf_now_mono() + 20 * GF_MS);
    struct gf_rate fast = rate_of("100/s");
    CHECK(gf_budget_change(&b, &fast, 0, gf_now_mono()) == 0);
    int status = -1;
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK_INT(status, 0);
    gf_budget_release(&b);
    unlink(path);
}
