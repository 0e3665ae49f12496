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
    if (gf_sem_open(&s, &path, mode, permits, &why) != 0)
        test_failed(__FILE__, __LINE__, "cannot open: %s", why);
    return s;
}

static struct gf_sem user(void)
{
    return open_with(GF_SEM_USE, 3);
}

static struct gf_sem_ask ask_for(uint32_t weight)
{
    static gf_ns now = 1000;
    return (struct gf_sem_ask){
        .weight = weight, .pid = 42, .label = "x", .label_len = 1, .asked_mono = now++};
}

static int try_for(struct gf_sem *s, uint32_t weight)
{
    struct gf_sem_ask ask = ask_for(weight);
    return gf_sem_try(s, &ask) == 0 ? 0 : errno;
}

static int enter_for(struct gf_sem *s, uint32_t weight)
{
    struct gf_sem_ask ask = ask_for(weight);
    return gf_sem_enter(s, &ask) == 0 ? 0 : errno;
}

TEST(sem, permits_are_counted)
{
    REQUIRE(make_state());
    struct gf_sem a = user(), b = user(), c = user(), d = user();
    CHECK_INT(try_for(&a, 1), 0);
    CHECK_INT(try_for(&b, 1), 0);
    CHECK_INT(try_for(&c, 2), EAGAIN);
    CHECK_INT(try_for(&c, 1), 0);
    CHECK_INT(try_for(&d, 1), EAGAIN);
    gf_sem_release(&a);
    CHECK_INT(try_for(&d, 1), 0);
    gf_sem_release(&b);
    gf_sem_release(&c);
    gf_sem_release(&d);
    a = user();
    CHECK_INT(try_for(&a, 3), 0);
    gf_sem_release(&a);
    remove_state();
}

TEST(sem, a_weight_over_all_is_never)
{
    REQUIRE(make_state());
    struct gf_sem a = user();
    CHECK_INT(try_for(&a, 4), ERANGE);
    CHECK_INT(enter_for(&a, 4), 0);
    CHECK_INT(gf_sem_wait(&a, NULL), -1);
    CHECK_INT(errno, ERANGE);
    gf_sem_release(&a);
    remove_state();
}

TEST(sem, what_is_tried_in_vain_leaves_no_trace)
{
    REQUIRE(make_state());
    struct gf_sem a = user(), b = user(), look = open_with(GF_SEM_LOOK, 0);
    CHECK_INT(try_for(&a, 3), 0);
    CHECK_INT(try_for(&b, 1), EAGAIN);
    struct gf_sem_list l;
    CHECK_INT(gf_sem_list(&look, &l), 0);
    CHECK_INT(l.holders, 1);
    CHECK_INT(l.waiters, 0);
    gf_sem_list_release(&l);
    gf_sem_release(&a);
    CHECK(gf_sem_is_idle(&look));
    CHECK_INT(try_for(&b, 3), 0);
    CHECK(!gf_sem_is_idle(&look));
    gf_sem_release(&b);
    gf_sem_release(&look);
    remove_state();
}

TEST(sem, the_head_of_the_queue_is_not_overtaken)
{
    REQUIRE(make_state());
    struct gf_sem a = user(), large = user(), small = user();
    CHECK_INT(try_for(&a, 2), 0);
    CHECK_INT(enter_for(&large, 3), 0); /* at the head, though not yet asleep */
    CHECK_INT(gf_semfile_lock(large.fd, GF_SEMFILE_ASLEEP, 1), 0);
    CHECK_INT(try_for(&small, 1), EAGAIN);
    gf_sem_leave(&large); /* gave up the gate, still in line */
    CHECK_INT(try_for(&small, 1), EAGAIN);
    gf_sem_release(&a);
    CHECK_INT(try_for(&small, 1), EAGAIN);
    CHECK_INT(enter_for(&large, 3), 0);
    CHECK_INT(gf_sem_wait(&large, NULL), 0);
    CHECK_INT(try_for(&small, 1), EAGAIN);
    gf_sem_release(&large);
    CHECK_INT(try_for(&small, 1), 0);
    gf_sem_release(&small);
    remove_state();
}

TEST(sem, enough_for_all_who_queue_lets_others_pass)
{
    REQUIRE(make_state());
    struct gf_sem waiter = user(), other = user();
    CHECK_INT(enter_for(&waiter, 2), 0);
    gf_sem_leave(&waiter);
    CHECK_INT(try_for(&other, 2), EAGAIN);
    CHECK_INT(try_for(&other, 1), 0);
    gf_sem_release(&waiter);
    gf_sem_release(&other);
    remove_state();
}

TEST(sem, set_up_and_down)
{
    REQUIRE(make_state());
    struct gf_sem a = user(), b = user(), c = user();
    CHECK_INT(try_for(&a, 1), 0);
    CHECK_INT(try_for(&b, 2), 0);
    CHECK_INT(gf_sem_set(&c, 1), 0);
    CHECK_INT(try_for(&c, 1), EAGAIN);
    gf_sem_release(&a); /* two held of one */
    CHECK_INT(try_for(&c, 1), EAGAIN);
    gf_sem_release(&b);
    CHECK_INT(try_for(&c, 1), 0);
    a = user();
    CHECK_INT(try_for(&a, 1), EAGAIN);
    CHECK_INT(gf_sem_set(&a, GF_SEM_MOST), 0);
    CHECK_INT(try_for(&a, GF_SEM_MOST - 1), 0);
    struct gf_sem_limits l;
    CHECK_INT(gf_sem_limits(&a, &l), 0);
    CHECK_INT(l.permits, GF_SEM_MOST);
    CHECK_INT(l.declared, 3);
    gf_sem_release(&a);
    gf_sem_release(&c);
    remove_state();
}

TEST(sem, a_child_that_inherits_holds_too)
{
    REQUIRE(make_state());
    struct gf_sem a = user(), b = user();
    CHECK_INT(try_for(&a, 3), 0);
    int gate[2];
    REQUIRE(pipe(gate) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        char c;
        close(gate[1]);
        _exit(read(gate[0], &c, 1) != 0);
    }
    close(gate[0]);
    gf_sem_release(&a);
    CHECK_INT(try_for(&b, 1), EAGAIN);
    close(gate[1]);
    int status = 1;
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK_INT(status, 0);
    CHECK_INT(try_for(&b, 1), 0);
    gf_sem_release(&b);
    remove_state();
}

static void *try_in_thread(void *arg)
{
    struct gf_sem *s = arg;
    return try_for(s, 1) == 0 ? s : NULL;
}

TEST(sem, who_passes_the_gate_is_waited_for)
{
    REQUIRE(make_state());
    struct gf_sem a = user(), b = user(), look = open_with(GF_SEM_LOOK, 0);
    CHECK_INT(gf_semfile_lock(a.fd, GF_SEMFILE_GATE, 1), 0);
    pthread_t t;
    REQUIRE(pthread_create(&t, NULL, try_in_thread, &b) == 0);
    gf_sleep_until(gf_now_mono() + 30 * GF_MS);
    CHECK(gf_sem_is_idle(&look));
    gf_sem_leave(&a);
    void *got = NULL;
    pthread_join(t, &got);
    CHECK(got == &b);
    gf_sem_release(&a);
    gf_sem_release(&b);
    gf_sem_release(&look);
    remove_state();
}

static void *wait_in_thread(void *arg)
{
    struct gf_sem *s = arg;
    return gf_sem_wait(s, NULL) == 0 ? s : NULL;
}

TEST(sem, a_release_or_a_change_wakes_the_head)
{
    REQUIRE(make_state());
    for (int by_change = 0; by_change < 2; by_change++) {
        struct gf_sem a = user(), b = user();
        CHECK_INT(try_for(&a, 3), 0);
        CHECK_INT(enter_for(&b, 3), 0);
        pthread_t t;
        REQUIRE(pthread_create(&t, NULL, wait_in_thread, &b) == 0);
        struct gf_sem c = user();
        while (gf_semfile_locked(c.fd, GF_SEMFILE_ASLEEP, 1) == 0)
            ;
        if (by_change)
            CHECK_INT(gf_sem_set(&c, 6), 0);
        else
            gf_sem_release(&a);
        gf_sem_release(&c);
        void *got = NULL;
        pthread_join(t, &got);
        CHECK(got == &b);
        gf_sem_release(&a);
        gf_sem_release(&b);
    }
    remove_state();
}

TEST(sem, wait_idle_waits_for_holders_and_waiters)
{
    REQUIRE(make_state());
    struct gf_sem a = user(), look = open_with(GF_SEM_LOOK, 0);
    CHECK_INT(gf_sem_wait_idle(&look), 0);
    CHECK_INT(try_for(&a, 1), 0);
    pid_t pid = fork();
    if (pid == 0) {
        _exit(gf_sleep_until(gf_now_mono() + 50 * GF_MS) != 0);
    }
    gf_sem_release(&a);
    CHECK(!gf_sem_is_idle(&look));
    CHECK_INT(gf_sem_wait_idle(&look), 0);
    int status = 1;
    CHECK_INT(waitpid(pid, &status, 0), pid);
    gf_sem_release(&look);
    remove_state();
}

TEST(sem, who_came_later_steps_back)
{
    REQUIRE(make_state());
    struct gf_sem first = user(), second = user();
    CHECK_INT(enter_for(&first, 1), 0);
    gf_sem_leave(&first); /* as if it had been woken and were not back yet */
    gf_ns before_mono = gf_now_mono();
    CHECK_INT(enter_for(&second, 1), 0); /* but not for ever */
    CHECK(gf_now_mono() - before_mono >= 10 * GF_MS);
    gf_sem_leave(&second);
    before_mono = gf_now_mono();
    struct gf_sem_ask ask = {.weight = 1, .asked_mono = 1}; /* before all others */
    CHECK_INT(gf_sem_enter(&first, &ask), 0);
    CHECK_INT(gf_sem_wait(&first, NULL), 0);
    ask.asked_mono = INT64_MAX; /* a holder is not waited for; the second one is in line */
    gf_sem_release(&second);
    struct gf_sem third = user();
    CHECK_INT(gf_sem_enter(&third, &ask), 0);
    CHECK(gf_now_mono() - before_mono < GF_S);
    gf_sem_release(&first);
    gf_sem_release(&third);
    remove_state();
}

TEST(sem, list_in_order)
{
    REQUIRE(make_state());
    struct gf_sem s[6], look = user();
    for (int i = 0; i < 6; i++)
        s[i] = user();
    /* Places are filled from below; release one so that the order of places is not that of time. */
    CHECK_INT(try_for(&s[0], 1), 0);
    for (int i = 1; i < 6; i++) {
        if (i == 4)
            gf_sem_release(&s[0]);
        CHECK_INT(enter_for(&s[i], (uint32_t)i), 0);
        gf_sem_leave(&s[i]);
    }
    CHECK_INT(enter_for(&s[2], 2), 0);
    CHECK_INT(gf_sem_wait(&s[2], NULL), 0);
    struct gf_sem_ask ask = ask_for(2);
    CHECK_INT(gf_sem_mark(&s[2], &ask, 4711, 77), 0);
    struct gf_sem_list l;
    CHECK_INT(gf_sem_list(&look, &l), 0);
    CHECK_INT(l.holders, 1);
    CHECK_INT(l.waiters, 4);
    CHECK_INT(l.held, 2);
    CHECK_INT(l.wanted, 1 + 3 + 4 + 5);
    static const uint32_t want[] = {2, 1, 3, 4, 5};
    for (size_t i = 0; i < 5; i++)
        CHECK_INT(l.users[i].weight, want[i]);
    CHECK_INT(l.users[0].pid, 4711);
    CHECK_INT(l.users[0].keeper, 42);
    CHECK_INT(l.users[0].since_wall, 77);
    CHECK_INT(l.users[1].pid, 42);
    gf_sem_list_release(&l);
    for (int i = 1; i < 6; i++)
        gf_sem_release(&s[i]);
    gf_sem_release(&look);
    remove_state();
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
    struct gf_sem s = user();
    char good[24];
    CHECK_INT(pread(s.fd, good, sizeof good, 0), sizeof good);
    gf_sem_release(&s);
    for (size_t i = 0; i < sizeof good; i++) {
        char bad[sizeof good];
        memcpy(bad, good, sizeof good);
        bad[i] ^= 0x40;
        const char *why = NULL;
        put_in_file(bad, i ? i : 1); /* cut short */
        CHECK_INT(gf_sem_open(&s, &path, GF_SEM_USE, 3, &why), -1);
        CHECK_STR(why, "is not a semaphore of gf-sem");
        CHECK_INT(s.fd, -1);
        put_in_file(bad, sizeof bad);
        int r = gf_sem_open(&s, &path, GF_SEM_USE, 3, &why);
        /* A changed number that is in range cannot be told from a true one. */
        CHECK_ROW(r == (i == 16 || i == 17 || i >= 20 ? 0 : -1), "byte %zu gives %d", i, r);
        gf_sem_release(&s);
    }
    put_in_file("", 0);
    const char *why = NULL;
    CHECK_INT(gf_sem_open(&s, &path, GF_SEM_USE, 0, &why), -1);
    CHECK_INT(errno, ENOENT);
    remove_state();
}

TEST(sem, records_are_not_believed)
{
    REQUIRE(make_state());
    struct gf_sem a = user(), look = open_with(GF_SEM_LOOK, 0);
    CHECK_INT(try_for(&a, 2), 0);
    struct gf_semfile_record r;
    memset(&r, 0xff, sizeof r);
    CHECK_INT(gf_semfile_write_record(a.fd, a.place, &r), 0);
    struct gf_sem_list l;
    CHECK_INT(gf_sem_list(&look, &l), 0);
    CHECK_INT(l.holders, 1);
    CHECK_INT(l.users[0].weight, 2);
    CHECK_INT(l.users[0].pid, 0);
    CHECK_INT(l.users[0].label_len, GF_SEM_LABEL_MAX);
    gf_sem_list_release(&l);
    CHECK_INT(truncate(file, 100), 0);
    CHECK_INT(gf_sem_list(&look, &l), 0);
    CHECK_INT(l.held, 2);
    CHECK_INT(l.users[0].label_len, 0);
    gf_sem_list_release(&l);
    gf_sem_release(&a);
    gf_sem_release(&look);
    remove_state();
}

TEST(sem, a_removed_file_is_told)
{
    REQUIRE(make_state());
    struct gf_sem a = user();
    CHECK_INT(unlink(file), 0);
    CHECK_INT(try_for(&a, 1), ESTALE);
    gf_sem_release(&a);
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

TEST(semfile, each_finds_every_lock_once)
{
    REQUIRE(make_state());
    struct gf_sem s[40], look = user();
    struct seen want = {0};
    for (int i = 0; i < 40; i++) {
        s[i] = user();
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
