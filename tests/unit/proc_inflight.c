/* The records of a persistent command: what is given, sent, answered and lost, and the window, on a
 * made-up clock; and a long random walk beside a plain list. */
#include "proc/inflight.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"
#include "text/span.h"

static struct gf_inflight new_inflight(void)
{
    return (struct gf_inflight){.separator = '\n', .span = gf_span_records};
}

static int give(struct gf_inflight *f, const char *s, gf_ns now)
{
    return gf_inflight_give(f, s, strlen(s), now);
}

TEST(proc_inflight, the_life_of_records)
{
    struct gf_inflight f = new_inflight();
    const char *data;
    size_t len;
    gf_inflight_begin(&f, 0);
    CHECK(gf_inflight_has_room(&f));
    CHECK_INT(give(&f, "one", 1), 0);
    CHECK(!gf_inflight_has_room(&f)); /* the window begins with one */
    CHECK_INT(give(&f, "two", 1), 0); /* it is the owner who asks first */
    CHECK_INT(gf_inflight_unsent(&f, &data), 8);
    CHECK(memcmp(data, "one\ntwo\n", 8) == 0);
    CHECK_INT(gf_inflight_deadline(&f, GF_S), GF_NEVER); /* the command has got nothing yet */
    gf_inflight_sent(&f, 2, 5);
    CHECK_INT(gf_inflight_deadline(&f, GF_S), 5 + GF_S);
    CHECK_INT(gf_inflight_unsent(&f, &data), 6);
    gf_inflight_sent(&f, 6, 7);
    CHECK_INT(gf_inflight_deadline(&f, GF_S), 5 + GF_S);
    gf_inflight_answered(&f, 1, 9);
    CHECK_INT(f.waiting, 1);
    CHECK_INT(gf_inflight_deadline(&f, GF_S), 9 + GF_S); /* of the next one, from then */
    CHECK(memcmp(gf_inflight_first(&f, &len), "two", 3) == 0);
    CHECK_INT(len, 3);
    gf_inflight_drop_first(&f, 10);
    CHECK_INT(f.waiting, 0);
    CHECK_INT(gf_inflight_deadline(&f, GF_S), GF_NEVER);
    gf_inflight_release(&f);
}

TEST(proc_inflight, a_new_process_is_given_what_was_not_answered)
{
    struct gf_inflight f = new_inflight();
    const char *data;
    gf_inflight_begin(&f, 0);
    give(&f, "a", 0);
    give(&f, "b", 0);
    give(&f, "c", 0);
    gf_inflight_sent(&f, 6, 0);
    gf_inflight_answered(&f, 1, 1);
    f.attempt++; /* b is tried again */
    gf_inflight_begin(&f, 2);
    CHECK_INT(gf_inflight_unsent(&f, &data), 4);
    CHECK(memcmp(data, "b\nc\n", 4) == 0);
    CHECK_INT(f.given, 2);
    CHECK_INT(f.attempt, 2);
    CHECK_INT(gf_inflight_deadline(&f, 1), GF_NEVER);
    gf_inflight_sent(&f, 4, 3);
    gf_inflight_answered(&f, 1, 4);
    CHECK_INT(f.attempt, 1);
    gf_inflight_release(&f);
}

TEST(proc_inflight, the_window_follows_the_speed)
{
    struct gf_inflight f = new_inflight();
    gf_ns now = 0;
    gf_inflight_begin(&f, now);
    for (int round = 0; round < 30; round++) { /* a microsecond each: far faster than the period */
        while (gf_inflight_has_room(&f))
            give(&f, "x", now);
        gf_inflight_sent(&f, f.queue.len - f.sent, now);
        now += (gf_ns)f.waiting * GF_US;
        gf_inflight_answered(&f, f.waiting, now);
    }
    CHECK_ROW(f.window.size >= 32768 && f.window.size <= GF_WINDOW_MOST, "window %zu",
              f.window.size);
    gf_inflight_release(&f);

    f = new_inflight();
    gf_inflight_begin(&f, now);
    for (int round = 0; round < 10; round++) { /* a second each */
        while (gf_inflight_has_room(&f))
            give(&f, "x", now);
        gf_inflight_sent(&f, f.queue.len - f.sent, now);
        now += GF_S;
        gf_inflight_answered(&f, 1, now);
        CHECK(f.window.size <= 1);
    }
    gf_inflight_release(&f);
}

TEST(proc_inflight, the_window_of_a_silent_command_grows_with_time)
{
    struct gf_inflight f = new_inflight();
    gf_ns now = 1000;
    gf_inflight_begin(&f, now);
    CHECK_INT(gf_inflight_grow_at(&f), GF_NEVER); /* there is room */
    give(&f, "x", now);
    CHECK_INT(gf_inflight_grow_at(&f), now + GF_WINDOW_SILENCE);
    gf_inflight_grow(&f, false, now + GF_WINDOW_SILENCE); /* it is still reading */
    CHECK(!gf_inflight_has_room(&f));
    gf_inflight_grow(&f, true, now + 2 * GF_WINDOW_SILENCE);
    CHECK(gf_inflight_has_room(&f));
    CHECK_INT(gf_inflight_grow_at(&f), GF_NEVER);
    give(&f, "x", now);
    gf_inflight_sent(&f, 4, now);
    gf_inflight_answered(&f, 1, now + GF_S); /* one of two: it does not hold back after all */
    CHECK_INT(f.window.size, 1);
    gf_inflight_release(&f);
}

/* mawk answers what is in the 4 KiB that it read, and then waits for as much again. */
TEST(proc_inflight, the_window_of_one_that_has_answered_grows_when_it_is_silent_for_long)
{
    struct gf_inflight f = new_inflight();
    gf_ns now = 1000;
    gf_inflight_begin(&f, now);
    give(&f, "x", now);
    gf_inflight_sent(&f, 2, now);
    gf_inflight_answered(&f, 1, now += GF_MS); /* quick */
    while (gf_inflight_has_room(&f))
        give(&f, "x", now);
    size_t window = f.waiting;
    CHECK_INT(gf_inflight_grow_at(&f), now + GF_WINDOW_SILENCE);
    gf_inflight_grow(&f, true, now += GF_WINDOW_SILENCE);
    CHECK(gf_inflight_has_room(&f));
    while (gf_inflight_has_room(&f))
        give(&f, "x", now);
    CHECK_INT(f.waiting, window * 2);
    CHECK_INT(gf_inflight_grow_at(&f), now + GF_WINDOW_SILENCE);
    /* The wait for more records is no sign of a slow command. */
    gf_inflight_answered(&f, 1, now += GF_MS);
    give(&f, "x", now);
    while (gf_inflight_has_room(&f))
        give(&f, "x", now);
    CHECK_INT(gf_inflight_grow_at(&f), now + GF_WINDOW_SILENCE);
    gf_inflight_release(&f);
}

/* A command of a second a record is not given the records of others while it works. */
TEST(proc_inflight, the_window_of_a_slow_command_stays)
{
    struct gf_inflight f = new_inflight();
    gf_ns now = 1000;
    gf_inflight_begin(&f, now);
    give(&f, "x", now);
    gf_inflight_sent(&f, 2, now);
    gf_inflight_answered(&f, 1, now += GF_S);
    give(&f, "x", now);
    CHECK_INT(gf_inflight_grow_at(&f), now + GF_WINDOW_PATIENCE * GF_S);
    gf_inflight_answered(&f, 1, now += 10 * GF_MS); /* one was quick, which it forgets slowly */
    while (gf_inflight_has_room(&f))
        give(&f, "x", now);
    CHECK_INT(gf_inflight_grow_at(&f), now + GF_WINDOW_PATIENCE * 3 * GF_S / 4);
    gf_inflight_release(&f);
}

TEST(proc_inflight, an_excuse_moves_the_deadline)
{
    struct gf_inflight f = new_inflight();
    gf_inflight_begin(&f, 0);
    gf_inflight_excuse(&f, 5);
    CHECK_INT(gf_inflight_deadline(&f, 10), GF_NEVER);
    give(&f, "x", 5);
    gf_inflight_sent(&f, 2, 6);
    gf_inflight_excuse(&f, 50);
    CHECK_INT(gf_inflight_deadline(&f, 10), 60);
    gf_inflight_release(&f);
}

TEST(proc_inflight, a_record_that_does_not_fit_leaves_nothing)
{
    struct gf_inflight f = new_inflight();
    const char *data;
    f.queue.max = 8;
    gf_inflight_begin(&f, 0);
    CHECK_INT(give(&f, "abc", 0), 0);
    CHECK_INT(give(&f, "defgh", 0), -1);
    CHECK_INT(gf_inflight_reserve(&f, 4), -1);
    CHECK_INT(gf_inflight_reserve(&f, 3), 0);
    CHECK_INT(give(&f, "def", 0), 0);
    CHECK_INT(f.waiting, 2);
    CHECK_INT(gf_inflight_unsent(&f, &data), 8);
    CHECK(memcmp(data, "abc\ndef\n", 8) == 0);
    gf_inflight_release(&f);
}

/* Whatever happens, what is unanswered is there in its order, and what a process gets is that. */
TEST(proc_inflight, a_random_walk)
{
    struct gf_inflight f = new_inflight();
    unsigned long first = 0, next = 0; /* numbers of the records that are unanswered */
    srand(7);
    gf_inflight_begin(&f, 0);
    for (gf_ns now = 0; now < 200000; now++) {
        char text[32];
        const char *data;
        size_t len;
        switch (rand() % 6) {
        case 0:
        case 1:
            snprintf(text, sizeof text, "%lu", next);
            REQUIRE(give(&f, text, now) == 0);
            next++;
            break;
        case 2:
            len = gf_inflight_unsent(&f, &data);
            len = len ? (size_t)rand() % len + 1 : 0;
            gf_inflight_sent(&f, len, now);
            break;
        case 3:
            if (f.waiting) {
                size_t n = (size_t)rand() % f.waiting + 1;
                gf_inflight_answered(&f, n, now);
                first += n;
            }
            break;
        case 4:
            if (f.waiting && rand() % 50 == 0) {
                gf_inflight_drop_first(&f, now);
                first++;
            }
            break;
        default:
            if (rand() % 500 == 0)
                gf_inflight_begin(&f, now);
        }
        REQUIRE(f.waiting == next - first);
        if (f.waiting) {
            data = gf_inflight_first(&f, &len);
            snprintf(text, sizeof text, "%lu", first);
            REQUIRE(len == strlen(text) && memcmp(data, text, len) == 0);
        }
    }
    CHECK(first > 1000);
    gf_inflight_release(&f);
}

TEST(proc_inflight, a_zeroed_struct_is_safe_to_release)
{
    struct gf_inflight f = {0};
    gf_inflight_release(&f);
    CHECK_INT(f.waiting, 0);
}
