/*
 * sem.c - the semaphore, seen from one process: each struct gf_sem has an open description of its
 * own, so two of them stand for two processes.
 */
#include "limit/sem.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "limit/semfile.h"
#include "test.h"

static struct gf_statepath path;
static char file[PATH_MAX + 16];

static bool make_state(void)
{
    snprintf(path.path, sizeof path.path, "/tmp/gf-unit-sem-XXXXXX");
    snprintf(file, sizeof file, "%s", path.path);
    if (!mkdtemp(path.path))
        return false;
    snprintf(file, sizeof file, "%s/permits", path.path);
    return true;
}

static void remove_state(void)
{
    unlink(file);
    CHECK_INT(rmdir(path.path), 0);
}

static struct gf_sem open_with(enum gf_sem_mode mode, uint32_t permits)
{
    struct gf_sem s;
    const char *why = NULL;
    const struct gf_sem_limits make = {.permits = permits, .declared = permits};
    if (gf_sem_open(&s, &path, mode, permits ? &make : NULL, &why) != 0)
        test_failed(__FILE__, __LINE__, "cannot open: %s", why);
    return s;
}

static struct gf_sem looker(void)
{
    struct gf_sem maker = open_with(GF_SEM_USE, 3);
    gf_sem_release(&maker);
    return open_with(GF_SEM_LOOK, 0);
}

/* One who asks, and the time it goes by. */
struct one {
    struct gf_sem sem;
    struct gf_sem_claim claim;
};

static gf_ns now;

static void arrive_at(struct one *o, uint32_t weight, struct gf_sem sem)
{
    *o = (struct one){.sem = sem, .claim = {.count = 1, .pid = 42, .label = "x", .label_len = 1}};
    o->claim.watch = -1;
    o->claim.sems = &o->sem;
    o->sem.weight = weight;
}

static void arrive(struct one *o, uint32_t weight)
{
    arrive_at(o, weight, open_with(GF_SEM_USE, 3));
}

static int try_once(struct one *o)
{
    return gf_sem_try(&o->claim, now += GF_MS) == 0 ? 0 : errno;
}

static int join(struct one *o)
{
    return gf_sem_join(&o->claim, now += GF_MS) == 0 ? 0 : errno;
}

static int poll_once(struct one *o)
{
    return gf_sem_poll(&o->claim, now += GF_MS) == 0 ? 0 : errno;
}

static void leave(struct one *o)
{
    gf_sem_claim_release(&o->claim);
}

TEST(sem, permits_are_counted)
{
    REQUIRE(make_state());
    struct one a, b, c, d;
    arrive(&a, 1);
    arrive(&b, 1);
    arrive(&c, 2);
    arrive(&d, 1);
    CHECK_INT(try_once(&a), 0);
    CHECK_INT(try_once(&b), 0);
    CHECK_INT(try_once(&c), EAGAIN);
    c.sem.weight = 1;
    CHECK_INT(try_once(&c), 0);
    CHECK_INT(try_once(&d), EAGAIN);
    leave(&a);
    CHECK_INT(try_once(&d), 0);
    leave(&b);
    leave(&c);
    leave(&d);
    arrive(&a, 3);
    CHECK_INT(try_once(&a), 0);
    leave(&a);
    remove_state();
}

TEST(sem, a_weight_over_all_is_never)
{
    REQUIRE(make_state());
    struct one a;
    arrive(&a, 4);
    CHECK_INT(try_once(&a), ERANGE);
    CHECK_INT(join(&a), 0);
    CHECK_INT(poll_once(&a), ERANGE);
    leave(&a);
    remove_state();
}

TEST(sem, what_is_tried_in_vain_leaves_no_trace)
{
    REQUIRE(make_state());
    struct one a, b;
    arrive(&a, 3);
    arrive(&b, 1);
    struct gf_sem look = looker();
    CHECK_INT(try_once(&a), 0);
    CHECK_INT(try_once(&b), EAGAIN);
    struct gf_sem_list l;
    CHECK_INT(gf_sem_list(&look, &l), 0);
    CHECK_INT(l.holders, 1);
    CHECK_INT(l.waiters, 0);
    gf_sem_list_release(&l);
    leave(&a);
    CHECK(gf_sem_is_idle(&look));
    CHECK_INT(try_once(&b), 0);
    CHECK(!gf_sem_is_idle(&look));
    leave(&b);
    gf_sem_release(&look);
    remove_state();
}

TEST(sem, the_first_in_line_is_not_overtaken)
{
    REQUIRE(make_state());
    struct one a, large, small, last;
    arrive(&a, 2);
    arrive(&large, 3);
    arrive(&small, 1);
    arrive(&last, 1);
    CHECK_INT(try_once(&a), 0);
    CHECK_INT(join(&large), 0);
    CHECK_INT(try_once(&small), EAGAIN);
    CHECK_INT(join(&small), 0);
    CHECK_INT(poll_once(&small), EAGAIN);
    CHECK_INT(poll_once(&large), EAGAIN);
    leave(&a);
    CHECK_INT(poll_once(&small), EAGAIN);
    CHECK_INT(try_once(&last), EAGAIN);
    CHECK_INT(poll_once(&large), 0);
    CHECK_INT(poll_once(&small), EAGAIN);
    leave(&large);
    CHECK_INT(poll_once(&small), 0);
    CHECK_INT(try_once(&last), 0);
    leave(&small);
    leave(&last);
    remove_state();
}

TEST(sem, enough_for_all_in_line_lets_others_pass)
{
    REQUIRE(make_state());
    struct one waiter, other;
    arrive(&waiter, 2);
    arrive(&other, 2);
    CHECK_INT(join(&waiter), 0);
    CHECK_INT(try_once(&other), EAGAIN);
    other.sem.weight = 1;
    CHECK_INT(try_once(&other), 0);
    CHECK_INT(poll_once(&waiter), 0);
    leave(&waiter);
    leave(&other);
    remove_state();
}

TEST(sem, the_line_is_served_in_order_and_the_dead_are_left_out)
{
    REQUIRE(make_state());
    struct one holder, s[20];
    arrive(&holder, 3);
    CHECK_INT(try_once(&holder), 0);
    for (int i = 0; i < 20; i++) {
        arrive(&s[i], 3);
        CHECK_INT(join(&s[i]), 0);
    }
    for (int i = 19; i >= 0; i--)
        CHECK_INT(poll_once(&s[i]), EAGAIN);
    leave(&holder);
    for (int i = 0; i < 20; i++) {
        if (i % 5 == 4) { /* as a kill does, so its record stays */
            close(s[i].sem.fd);
            s[i].sem.fd = -1;
            continue;
        }
        for (int k = 19; k > i; k--)
            if (s[k].sem.fd >= 0)
                CHECK_INT(poll_once(&s[k]), EAGAIN);
        CHECK_INT(poll_once(&s[i]), 0);
        leave(&s[i]);
    }
    for (int i = 4; i < 20; i += 5)
        free(s[i].sem.seen);
    remove_state();
}

TEST(sem, a_minute_of_waiting_is_worth_a_step_of_priority)
{
    REQUIRE(make_state());
    struct one holder, late, normal, soon;
    arrive(&holder, 3);
    arrive(&late, 3);
    arrive(&normal, 3);
    arrive(&soon, 3);
    late.claim.priority = 2;
    normal.claim.priority = 1;
    CHECK_INT(try_once(&holder), 0);
    CHECK_INT(join(&late), 0);
    CHECK_INT(join(&normal), 0);
    now += 90 * GF_S; /* late is still before one of 0, normal is not behind it */
    CHECK_INT(join(&soon), 0);
    leave(&holder);
    CHECK_INT(poll_once(&late), EAGAIN);
    CHECK_INT(poll_once(&soon), EAGAIN);
    CHECK_INT(poll_once(&normal), 0);
    leave(&normal);
    CHECK_INT(poll_once(&late), EAGAIN);
    CHECK_INT(poll_once(&soon), 0);
    leave(&soon);
    CHECK_INT(poll_once(&late), 0);
    leave(&late);
    remove_state();
}

TEST(sem, the_eager_pass_one_that_wants_more_but_not_too_often)
{
    REQUIRE(make_state());
    struct one holder, large, plain, s[3];
    arrive(&holder, 2);
    arrive(&large, 3);
    arrive(&plain, 1);
    CHECK_INT(try_once(&holder), 0);
    CHECK_INT(join(&large), 0);
    CHECK_INT(join(&plain), 0);
    CHECK_INT(poll_once(&plain), EAGAIN);
    for (int i = 0; i < 3; i++) {
        arrive(&s[i], 1);
        s[i].claim.eager = 2;
        CHECK_INT(join(&s[i]), 0);
        CHECK_INT(poll_once(&s[i]), i < 2 ? 0 : EAGAIN);
        leave(&s[i]);
    }
    leave(&holder);
    CHECK_INT(poll_once(&plain), EAGAIN);
    CHECK_INT(poll_once(&large), 0);
    leave(&large);
    CHECK_INT(poll_once(&plain), 0);
    leave(&plain);
    remove_state();
}

TEST(sem, who_does_not_take_its_turn_is_passed_by_and_keeps_its_place)
{
    REQUIRE(make_state());
    struct one holder, stopped, next, last;
    arrive(&holder, 3);
    arrive(&stopped, 2);
    arrive(&next, 3);
    arrive(&last, 1);
    CHECK_INT(try_once(&holder), 0);
    CHECK_INT(join(&stopped), 0);
    CHECK_INT(join(&next), 0);
    CHECK_INT(join(&last), 0);
    CHECK_INT(poll_once(&stopped), EAGAIN);
    CHECK_INT(poll_once(&next), EAGAIN);
    now += 5 * GF_S;
    CHECK_INT(poll_once(&next), EAGAIN); /* nothing was free */
    leave(&holder);
    CHECK_INT(poll_once(&next), EAGAIN); /* a second from now */
    now += GF_S / 2;
    CHECK_INT(poll_once(&next), EAGAIN);
    now += GF_S / 2;
    CHECK_INT(poll_once(&next), 0);
    struct gf_sem look = looker();
    struct gf_sem_list l;
    CHECK_INT(gf_sem_list(&look, &l), 0);
    CHECK_INT(l.users[1].stand, GF_SEM_STOPPED);
    CHECK_INT(l.users[2].stand, GF_SEM_WAITS);
    gf_sem_list_release(&l);
    gf_sem_release(&look);
    CHECK_INT(poll_once(&stopped), EAGAIN); /* goes on */
    CHECK_INT(stopped.claim.passed, 1);
    leave(&next);
    CHECK_INT(poll_once(&last), 0); /* there is enough for both */
    CHECK_INT(poll_once(&stopped), 0);
    leave(&last);
    leave(&stopped);
    remove_state();
}

TEST(sem, several_stopped_ones_are_passed_by)
{
    REQUIRE(make_state());
    struct one holder, s[4];
    arrive(&holder, 3);
    CHECK_INT(try_once(&holder), 0);
    for (int i = 0; i < 4; i++) {
        arrive(&s[i], 3);
        CHECK_INT(join(&s[i]), 0);
        CHECK_INT(poll_once(&s[i]), EAGAIN);
    }
    leave(&holder);
    int tries = 0;
    while (poll_once(&s[3]) == EAGAIN && ++tries < 20)
        now += GF_S;
    CHECK(tries <= 10);
    for (int i = 0; i < 4; i++)
        leave(&s[i]);
    remove_state();
}

TEST(sem, the_newest_replaces_those_who_wait)
{
    REQUIRE(make_state());
    struct one holder, old, newest;
    arrive(&holder, 3);
    arrive(&old, 1);
    arrive(&newest, 1);
    newest.claim.replace = true;
    CHECK_INT(try_once(&holder), 0);
    CHECK_INT(join(&old), 0);
    CHECK_INT(join(&newest), 0);
    CHECK_INT(poll_once(&old), ECANCELED);
    leave(&holder);
    CHECK_INT(poll_once(&newest), 0);
    leave(&old);
    leave(&newest);
    remove_state();
}

TEST(sem, set_up_and_down)
{
    REQUIRE(make_state());
    struct one a, b, c;
    arrive(&a, 1);
    arrive(&b, 2);
    arrive(&c, 1);
    CHECK_INT(try_once(&a), 0);
    CHECK_INT(try_once(&b), 0);
    CHECK_INT(gf_sem_set(&c.sem, 1), 0);
    CHECK_INT(try_once(&c), EAGAIN);
    leave(&a); /* two held of one */
    CHECK_INT(try_once(&c), EAGAIN);
    leave(&b);
    CHECK_INT(try_once(&c), 0);
    arrive(&a, 1);
    CHECK_INT(try_once(&a), EAGAIN);
    CHECK_INT(gf_sem_set(&a.sem, GF_SEM_MOST), 0);
    a.sem.weight = GF_SEM_MOST - 1;
    CHECK_INT(try_once(&a), 0);
    struct gf_sem_limits l;
    CHECK_INT(gf_sem_limits(&a.sem, &l), 0);
    CHECK_INT(l.permits, GF_SEM_MOST);
    CHECK_INT(l.declared, 3);
    leave(&a);
    leave(&c);
    remove_state();
}

TEST(sem, a_writer_keeps_readers_out_however_many_there_may_be)
{
    REQUIRE(make_state());
    struct one reader, other, writer, late;
    arrive(&reader, 1);
    arrive(&other, 1);
    arrive(&writer, GF_SEM_MOST);
    arrive(&late, 1);
    CHECK_INT(gf_sem_set_kind(&reader.sem, GF_SEM_READERS_WRITERS), 0);
    CHECK_INT(try_once(&reader), 0);
    CHECK_INT(gf_sem_set_kind(&other.sem, GF_SEM_READERS_WRITERS), 0);
    CHECK_INT(gf_sem_set_kind(&other.sem, GF_SEM_COUNTED), -1);
    CHECK_INT(errno, EBUSY);
    CHECK_INT(try_once(&other), 0);
    CHECK_INT(join(&writer), 0);
    CHECK_INT(try_once(&late), EAGAIN); /* the writer would never come */
    leave(&reader);
    CHECK_INT(poll_once(&writer), EAGAIN);
    leave(&other);
    CHECK_INT(poll_once(&writer), 0);
    CHECK_INT(gf_sem_set(&late.sem, 100), 0);
    CHECK_INT(try_once(&late), EAGAIN);
    leave(&writer);
    CHECK_INT(try_once(&late), 0);
    leave(&late);
    remove_state();
}

TEST(sem, one_who_goes_by_the_kind_follows_it_until_it_is_in_line)
{
    REQUIRE(make_state());
    struct one reader, early, late;
    arrive(&early, 1);
    arrive(&late, 1);
    arrive(&reader, 1);
    early.sem.by_kind = late.sem.by_kind = true;
    CHECK_INT(try_once(&early), 0);
    CHECK_INT(early.sem.weight, 1);
    leave(&early);
    CHECK_INT(gf_sem_set_kind(&reader.sem, GF_SEM_READERS_WRITERS), 0);
    CHECK_INT(try_once(&reader), 0);
    CHECK_INT(try_once(&late), EAGAIN); /* it was opened before, and is a writer now */
    CHECK_INT(late.sem.weight, GF_SEM_MOST);
    late.sem.weight = 1;
    CHECK_INT(join(&late), 0);
    CHECK_INT(poll_once(&late), EAGAIN);
    leave(&reader);
    CHECK_INT(poll_once(&late), 0);
    leave(&late);
    remove_state();
}

TEST(sem, a_child_that_inherits_holds_too)
{
    REQUIRE(make_state());
    struct one a, b;
    arrive(&a, 3);
    arrive(&b, 1);
    CHECK_INT(try_once(&a), 0);
    int gate[2];
    REQUIRE(pipe(gate) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        char c;
        close(gate[1]);
        _exit(read(gate[0], &c, 1) != 0);
    }
    close(gate[0]);
    leave(&a);
    CHECK_INT(try_once(&b), EAGAIN);
    close(gate[1]);
    int status = 1;
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK_INT(status, 0);
    CHECK_INT(try_once(&b), 0);
    leave(&b);
    remove_state();
}

static void *wait_in_thread(void *arg)
{
    struct one *o = arg;
    int err;
    while ((err = poll_once(o)) == EAGAIN)
        if (gf_sem_sleep(&o->claim) != 0)
            return NULL;
    return err == 0 ? o : NULL;
}

TEST(sem, a_release_or_a_change_wakes_the_first_and_it_the_next)
{
    REQUIRE(make_state());
    for (int by_change = 0; by_change < 2; by_change++) {
        struct one a, b, c;
        arrive(&a, 3);
        arrive(&b, 3);
        arrive(&c, 3);
        CHECK_INT(try_once(&a), 0);
        CHECK_INT(join(&b), 0);
        CHECK_INT(join(&c), 0);
        pthread_t first, second;
        REQUIRE(pthread_create(&first, NULL, wait_in_thread, &b) == 0);
        REQUIRE(pthread_create(&second, NULL, wait_in_thread, &c) == 0);
        struct gf_sem d = open_with(GF_SEM_USE, 3);
        gf_sleep_until(gf_now_mono() + 30 * GF_MS);
        if (by_change)
            CHECK_INT(gf_sem_set(&d, 6), 0);
        else
            leave(&a);
        gf_sem_release(&d);
        void *got = NULL;
        pthread_join(first, &got);
        CHECK(got == &b);
        leave(&b);
        pthread_join(second, &got);
        CHECK(got == &c);
        leave(&c);
        leave(&a);
        d = open_with(GF_SEM_USE, 3);
        CHECK_INT(gf_sem_set(&d, 3), 0);
        gf_sem_release(&d);
    }
    remove_state();
}

TEST(sem, idle_is_without_holders_and_waiters)
{
    REQUIRE(make_state());
    struct one a, b;
    arrive(&a, 1);
    arrive(&b, 3);
    struct gf_sem look = looker();
    struct gf_sem_claim c = {.sems = &look, .count = 1, .watch = -1};
    CHECK(gf_sem_is_idle(&look));
    CHECK_INT(try_once(&a), 0);
    CHECK_INT(join(&b), 0);
    leave(&a);
    CHECK(!gf_sem_is_idle(&look));
    CHECK_INT(gf_sem_sleep_idle(&c), 0);
    leave(&b);
    CHECK(gf_sem_is_idle(&look));
    gf_sem_claim_release(&c);
    remove_state();
}

TEST(sem, list_in_order)
{
    REQUIRE(make_state());
    struct one s[6];
    struct gf_sem look = looker();
    arrive(&s[0], 1);
    CHECK_INT(try_once(&s[0]), 0);
    /* Places are filled from below; release one so that the order of places is not that of time. */
    for (int i = 1; i < 6; i++) {
        if (i == 4)
            leave(&s[0]);
        arrive(&s[i], (uint32_t)(i < 4 ? i : 1));
        s[i].claim.priority = i == 5 ? 0 : 3;
        CHECK_INT(join(&s[i]), 0);
    }
    CHECK_INT(poll_once(&s[5]), 0);
    CHECK_INT(gf_sem_mark(&s[5].claim, 4711, 77), 0);
    struct gf_sem_list l;
    CHECK_INT(gf_sem_list(&look, &l), 0);
    CHECK_INT(l.holders, 1);
    CHECK_INT(l.waiters, 4);
    CHECK_INT(l.held, 1);
    CHECK_INT(l.wanted, 1 + 2 + 3 + 1);
    static const uint32_t want[] = {1, 1, 2, 3, 1};
    for (size_t i = 0; i < 5; i++)
        CHECK_INT(l.users[i].weight, want[i]);
    CHECK_INT(l.users[0].pid, 4711);
    CHECK_INT(l.users[0].keeper, 42);
    CHECK_INT(l.users[0].since_wall, 77);
    CHECK_INT(l.users[1].pid, 42);
    gf_sem_list_release(&l);
    for (int i = 1; i < 6; i++)
        leave(&s[i]);
    gf_sem_release(&look);
    remove_state();
}

TEST(sem, a_turn_is_later_than_all_before_it_whatever_the_clock_says)
{
    REQUIRE(make_state());
    struct one holder, first, second;
    arrive(&holder, 3);
    arrive(&first, 3);
    arrive(&second, 3);
    now = 1000 * GF_S;
    CHECK_INT(try_once(&holder), 0);
    CHECK_INT(join(&first), 0);
    now = 10 * GF_S; /* a container with a clock of its own */
    CHECK_INT(join(&second), 0);
    leave(&holder);
    CHECK_INT(poll_once(&second), EAGAIN);
    CHECK_INT(poll_once(&first), 0);
    CHECK(second.claim.asked > first.claim.asked);
    leave(&first);
    CHECK_INT(poll_once(&second), 0);
    leave(&second);
    arrive(&first, 1);
    CHECK_INT(try_once(&first), 0); /* nobody is there: the clock counts again */
    CHECK(first.claim.asked < 1000 * GF_S);
    leave(&first);
    remove_state();
}

/* ---- several semaphores ---------------------------------------------------------------------- */

static struct gf_statepath other_path;

static struct gf_sem open_other(void)
{
    struct gf_sem s;
    const char *why = NULL;
    const struct gf_sem_limits make = {.permits = 1, .declared = 1};
    snprintf(other_path.path, sizeof other_path.path, "%.200s-other", path.path);
    if (gf_sem_open(&s, &other_path, GF_SEM_USE, &make, &why) != 0)
        test_failed(__FILE__, __LINE__, "cannot open: %s", why);
    return s;
}

static void remove_other(void)
{
    char name[PATH_MAX + 16];
    snprintf(name, sizeof name, "%s/permits", other_path.path);
    unlink(name);
    rmdir(other_path.path);
}

TEST(sem, several_are_taken_together_or_not_at_all)
{
    REQUIRE(make_state());
    struct one here, there, late;
    struct gf_sem both[2] = {open_with(GF_SEM_USE, 3), open_other()};
    both[0].weight = 3;
    both[1].weight = 1;
    struct gf_sem_claim c = {.sems = both, .count = 2, .pid = 42, .watch = -1};
    CHECK_INT(gf_sem_claim_order(&c), 0);
    arrive(&here, 1);
    arrive(&late, 1);
    arrive_at(&there, 1, open_other());
    CHECK_INT(try_once(&here), 0);
    CHECK_INT(try_once(&there), 0);
    CHECK_INT(gf_sem_try(&c, now += GF_MS), -1);
    CHECK_INT(errno, EAGAIN);
    CHECK_INT(gf_sem_join(&c, now += GF_MS), 0);
    CHECK_INT(join(&late), 0);
    leave(&here);
    CHECK_INT(gf_sem_poll(&c, now += GF_MS), -1); /* first here, but not yet there */
    for (int i = 0; i < 5; i++) {
        CHECK_INT(poll_once(&late), EAGAIN); /* it lives, so it is not passed by */
        now += GF_S;
        CHECK_INT(gf_sem_poll(&c, now), -1);
    }
    leave(&there);
    CHECK_INT(gf_sem_poll(&c, now += GF_MS), 0);
    CHECK_INT(poll_once(&late), EAGAIN);
    gf_sem_claim_release(&c);
    CHECK_INT(poll_once(&late), 0);
    leave(&late);
    remove_other();
    remove_state();
}

TEST(sem, one_semaphore_twice_is_refused)
{
    REQUIRE(make_state());
    struct gf_sem same[2] = {open_with(GF_SEM_USE, 3), open_with(GF_SEM_USE, 3)};
    struct gf_sem_claim c = {.sems = same, .count = 2, .watch = -1};
    CHECK_INT(gf_sem_claim_order(&c), -1);
    CHECK_INT(errno, EEXIST);
    gf_sem_claim_release(&c);
    remove_state();
}

/* ---- a file that carries locks alone --------------------------------------------------------- */

/* How many permits its description has; -1: not known. */
static int64_t bare_held(struct one *s)
{
    uint64_t held;
    return gf_sem_bare_held(&s->sem, &held) == 0 ? (int64_t)held : -1;
}

TEST(sem, a_bare_file_is_a_line_too)
{
    char name[] = "/tmp/gf-unit-sem-bare-XXXXXX";
    int fds[4];
    struct one s[4];
    fds[0] = mkostemp(name, O_CLOEXEC);
    REQUIRE(fds[0] >= 0);
    for (int i = 1; i < 4; i++)
        fds[i] = open(name, O_RDWR | O_CLOEXEC);
    for (int i = 0; i < 4; i++) {
        struct gf_sem bare;
        CHECK_INT(gf_sem_open_bare(&bare, fds[i], 1), 0);
        arrive_at(&s[i], 1, bare);
    }
    CHECK_INT(try_once(&s[0]), 0);
    for (int i = 1; i < 4; i++)
        CHECK_INT(join(&s[i]), 0);
    CHECK_INT(poll_once(&s[2]), EAGAIN);
    CHECK_INT(bare_held(&s[0]), 1);
    CHECK_INT(bare_held(&s[1]), 0);
    leave(&s[0]); /* gf-sem ends, the caller's descriptor is still there */
    CHECK_INT(poll_once(&s[1]), EAGAIN);
    close(fds[0]);
    CHECK_INT(poll_once(&s[2]), EAGAIN);
    CHECK_INT(poll_once(&s[1]), 0);
    leave(&s[1]);
    CHECK_INT(poll_once(&s[2]), EAGAIN);
    close(fds[1]);
    CHECK_INT(poll_once(&s[3]), EAGAIN);
    for (int i = 0; i < 30 && poll_once(&s[3]) == EAGAIN; i++)
        now += GF_S; /* the one before it does not look */
    CHECK_INT(bare_held(&s[3]), 1);
    leave(&s[2]);
    leave(&s[3]);
    close(fds[2]);
    close(fds[3]);
    struct stat st;
    CHECK_INT(stat(name, &st), 0);
    CHECK_INT(st.st_size, 0);
    unlink(name);
}

TEST(sem, a_bare_file_is_open_for_both)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    struct gf_sem s;
    CHECK_INT(gf_sem_open_bare(&s, fd, 1), -1);
    CHECK_INT(errno, EBADF);
    close(fd);
    CHECK_INT(gf_sem_open_bare(&s, fd, 1), -1);
    CHECK_INT(errno, EBADF);
}

/* ---- what may be in the file ----------------------------------------------------------------- */

static void put_in_file(const void *p, size_t len)
{
    int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    CHECK(fd >= 0);
    CHECK_INT(write(fd, p, len), len);
    close(fd);
}

TEST(sem, a_strange_file_is_refused)
{
    REQUIRE(make_state());
    struct gf_sem s = open_with(GF_SEM_USE, 3);
    const struct gf_sem_limits make = {.permits = 3, .declared = 3};
    char good[40];
    CHECK_INT(pread(s.fd, good, sizeof good, 0), sizeof good);
    gf_sem_release(&s);
    for (size_t i = 0; i < sizeof good; i++) {
        char bad[sizeof good];
        memcpy(bad, good, sizeof good);
        bad[i] ^= 0x40;
        const char *why = NULL;
        put_in_file(bad, i ? i : 1); /* cut short */
        CHECK_INT(gf_sem_open(&s, &path, GF_SEM_USE, &make, &why), -1);
        CHECK_STR(why, "is not a semaphore of gf-sem");
        CHECK_INT(s.fd, -1);
        put_in_file(bad, sizeof bad);
        int r = gf_sem_open(&s, &path, GF_SEM_USE, &make, &why);
        /* A changed number that is in range cannot be told from a true one. */
        bool in_range = i == 16 || i == 17 || (i >= 20 && i < 32) || i >= 36;
        CHECK_ROW(r == (in_range ? 0 : -1), "byte %zu gives %d", i, r);
        gf_sem_release(&s);
    }
    put_in_file("", 0);
    const char *why = NULL;
    CHECK_INT(gf_sem_open(&s, &path, GF_SEM_USE, NULL, &why), -1);
    CHECK_INT(errno, ENOENT);
    remove_state();
}

TEST(sem, a_file_of_the_version_before_is_taken_over_when_it_is_not_in_use)
{
    static const char before[24] = "gf-sem state 1\n\0\4\0\0\0\3\0\0";
    REQUIRE(make_state());
    put_in_file(before, sizeof before);
    int fd = open(file, O_RDWR | O_CLOEXEC);
    struct gf_sem s;
    const char *why = NULL;
    CHECK_INT(gf_semfile_lock(fd, gf_semfile_place(0), 1), 0);
    CHECK_INT(gf_sem_open(&s, &path, GF_SEM_USE, NULL, &why), -1);
    CHECK_STR(why, "is in use by an older version of gf-sem");
    close(fd);
    struct one a;
    arrive_at(&a, 4, open_with(GF_SEM_USE, 0));
    struct gf_sem_limits l;
    CHECK_INT(gf_sem_limits(&a.sem, &l), 0);
    CHECK_INT(l.permits, 4);
    CHECK_INT(l.declared, 3);
    CHECK_INT(try_once(&a), 0);
    leave(&a);
    remove_state();
}

TEST(sem, records_are_not_believed)
{
    REQUIRE(make_state());
    struct one a;
    arrive(&a, 2);
    struct gf_sem look = looker();
    CHECK_INT(try_once(&a), 0);
    struct gf_semfile_record r;
    memset(&r, 0xff, sizeof r);
    CHECK_INT(gf_semfile_write_record(a.sem.fd, a.sem.place, &r), 0);
    struct gf_sem_list l;
    CHECK_INT(gf_sem_list(&look, &l), 0);
    CHECK_INT(l.holders, 1);
    CHECK_INT(l.users[0].weight, 2);
    CHECK_INT(l.users[0].pid, 0);
    CHECK_INT(l.users[0].priority, GF_SEM_PRIORITY_LAST);
    CHECK_INT(l.users[0].since_wall, 0); /* a span from there to now does not overflow */
    CHECK_INT(l.users[0].label_len, GF_SEM_LABEL_MAX);
    gf_sem_list_release(&l);
    CHECK_INT(truncate(file, 100), 0);
    CHECK_INT(gf_sem_list(&look, &l), 0);
    CHECK_INT(l.held, 2);
    CHECK_INT(l.users[0].label_len, 0);
    gf_sem_list_release(&l);
    leave(&a);
    gf_sem_release(&look);
    remove_state();
}

TEST(sem, a_removed_file_is_told)
{
    REQUIRE(make_state());
    struct one a;
    arrive(&a, 1);
    CHECK_INT(unlink(file), 0);
    CHECK_INT(try_once(&a), ESTALE);
    leave(&a);
    remove_state();
}

/* ---- locks ----------------------------------------------------------------------------------- */

struct seen {
    unsigned count;
    uint64_t starts, lengths;
};

static int see(void *arg, off_t start, off_t len)
{
    struct seen *s = arg;
    s->count++;
    s->starts += (uint64_t)(start - GF_SEMFILE_HOLDS);
    s->lengths += (uint64_t)len;
    return 0;
}

static int count_lock(void *arg, off_t start, off_t len)
{
    (void)start;
    (void)len;
    ++*(int *)arg;
    return 0;
}

/* Each lock is of another owner and in front of those before: the last is the first that is found
 * when everything is looked at, and what lies behind has to be kept in mind. */
TEST(semfile, each_takes_no_stack_for_many_locks)
{
    enum {
        MOST = 4000
    };
    REQUIRE(make_state());
    struct gf_sem look = looker();
    struct rlimit r;
    int fd[MOST], n = 0, found = 0;
    REQUIRE(getrlimit(RLIMIT_NOFILE, &r) == 0);
    r.rlim_cur = r.rlim_max;
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &r), 0);
    for (; n < MOST && (fd[n] = open(file, O_RDWR | O_CLOEXEC)) != -1; n++) {
        off_t start = GF_SEMFILE_HOLDS + (MOST - n) * GF_SEMFILE_STRIDE;
        REQUIRE(gf_semfile_lock(fd[n], start, 1) == 0);
    }
    REQUIRE(n > 200);
    r = (struct rlimit){.rlim_cur = 128 * 1024, .rlim_max = RLIM_INFINITY};
    CHECK_INT(setrlimit(RLIMIT_STACK, &r), 0);
    CHECK_INT(gf_semfile_each(look.fd, GF_SEMFILE_HOLDS, count_lock, &found), 0);
    CHECK_INT(found, n);
    while (n)
        close(fd[--n]);
    gf_sem_release(&look);
    remove_state();
}

TEST(semfile, each_finds_every_lock_once)
{
    REQUIRE(make_state());
    struct gf_sem s[40], look = looker();
    struct seen want = {0};
    for (int i = 0; i < 40; i++) {
        s[i] = open_with(GF_SEM_USE, 3);
        int place = i * 7919 % 40; /* neither up nor down */
        off_t start = GF_SEMFILE_HOLDS + place * GF_SEMFILE_STRIDE;
        CHECK_INT(gf_semfile_lock(s[i].fd, start, place + 1), 0);
        see(&want, start, place + 1);
        struct seen got = {0};
        CHECK_INT(gf_semfile_each(look.fd, GF_SEMFILE_HOLDS, see, &got), 0);
        CHECK_INT(got.count, want.count);
        CHECK_INT(got.starts, want.starts);
        CHECK_INT(got.lengths, want.lengths);
    }
    uint64_t sum;
    CHECK_INT(gf_semfile_sum(look.fd, GF_SEMFILE_PLACES, &sum), 0);
    CHECK_INT(sum, 0);
    for (int i = 0; i < 40; i++)
        gf_sem_release(&s[i]);
    gf_sem_release(&look);
    remove_state();
}
