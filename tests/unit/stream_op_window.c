/* Records by their place: batch, window, skip, tail, every, limit, first; against a naive model. */
#include "stream_rig.h"

#include <stdio.h>

TEST(stream_op_window, batch_and_window)
{
    static const struct rig_case cases[] = {
        {"batch 2", "", ""},
        {"batch 2", "a\nb\nc\nd\n", "a\tb\nc\td\n"},
        {"batch 2", "a\nb\nc", "a\tb\nc\n"},
        {"batch 1", "a\n\nc\n", "a\n\nc\n"},
        {"batch 9", "a\nb\n", "a\tb\n"},
        {"batch --join '' 2", "a\nb\nc\n", "ab\nc\n"},
        {"batch --join ', ' 3", "a\n\nc\n", "a, , c\n"},
        {"batch --join '\\x2b' 2", "\n\n", "+\n"},
        {"batch 2 batch --join / 2", "a\nb\nc\nd\ne\n", "a\tb/c\td\ne\n"},
        {"window 2", "", ""},
        {"window 2", "a\n", ""},
        {"window 2", "a\nb\nc\n", "a\tb\nb\tc\n"},
        {"window 1", "a\n\nc", "a\n\nc\n"},
        {"window --join - 3", "a\nb\nc\nd\n", "a-b-c\nb-c-d\n"},
        {"window 3", "a\nb\n", ""},
    };
    struct rig r;
    rig_init(&r);
    RIG_CHECK(&r, cases);
    rig_release(&r);
}

TEST(stream_op_window, skip_tail_every_limit)
{
    static const struct rig_case cases[] = {
        {"skip 0", "a\nb\n", "a\nb\n"},
        {"skip 2", "a\nb\n", ""},
        {"skip 3", "a\nb\n", ""},
        {"skip 1", "a\nb\nc", "b\nc\n"},
        {"skip -0", "a\nb\n", "a\nb\n"},
        {"skip -1", "a\nb\n", "a\n"},
        {"skip -2", "a\nb\n", ""},
        {"skip -9", "a\nb\n", ""},
        {"skip -1", "", ""},
        {"tail 0", "a\nb\n", ""},
        {"tail 1", "a\nb", "b\n"},
        {"tail 9", "a\nb\n", "a\nb\n"},
        {"tail 9", "", ""},
        {"every 1", "a\nb\n", "a\nb\n"},
        {"every 2", "a\nb\nc\nd\ne\n", "b\nd\n"},
        {"every 9", "a\nb\n", ""},
        {"limit 0", "a\nb\n", ""},
        {"limit 1", "a\nb\n", "a\n"},
        {"limit 9223372036854775807", "a\nb\n", "a\nb\n"},
        {"first", "\nb\n", "\n"},
        {"collect", "a\nb", "a\nb\n"},
        {"skip 1 skip -1", "a\nb\nc\nd\n", "b\nc\n"},
        {"tail 3 limit 2", "a\nb\nc\nd\n", "b\nc\n"},
    };
    struct rig r;
    rig_init(&r);
    RIG_CHECK(&r, cases);
    rig_release(&r);
}

TEST(stream_op_window, first_of_none_is_the_answer_no)
{
    struct rig r;
    rig_init(&r);
    rig_run(&r, "first", "a\n", (struct rig_how){0});
    CHECK_INT(r.st.answer, GF_EXIT_OK);
    rig_run(&r, "first", "", (struct rig_how){0});
    CHECK_INT(r.st.answer, GF_EXIT_NO);
    rig_run(&r, "limit 1", "", (struct rig_how){0});
    CHECK_INT(r.st.answer, GF_EXIT_OK);
    rig_release(&r);
}

TEST(stream_op_window, ceilings)
{
    static const char *const ops[] = {"sample 1000", "batch 1000", "window 1000"};
    char text[100], want[100];
    memset(text, 'x', sizeof text);
    for (size_t i = 0; i < 3; i++) {
        struct rig r;
        rig_init(&r);
        r.set.memory = 10000;
        REQUIRE(rig_read(&r, ops[i]) == 0);
        for (int k = 0; k < 200; k++)
            rig_add(&r, text, sizeof text);
        snprintf(want, sizeof want,
                 "!125 %.*s: the records to hold are larger than the memory they may use, 9.77KiB",
                 (int)strcspn(ops[i], " "), ops[i]);
        CHECK_STR(rig_work(&r, (struct rig_how){0}), want);
        rig_release(&r);
    }
}

/* ---- against a model ------------------------------------------------------------------------- */

static void put(struct gf_buf *b, const char *join, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        gf_buf_printf(b, "%s%zu", i > from ? join : "", i);
    gf_buf_putc(b, '\n');
}

static void model(struct gf_buf *b, int op, size_t k, size_t n)
{
    gf_buf_clear(b);
    gf_buf_puts(b, "");
    for (size_t i = 0; i < n; i++) {
        if (op == 0 && (i % k == k - 1 || i == n - 1))
            put(b, "+", i / k * k, i + 1);
        if (op == 1 && i + 1 >= k)
            put(b, "+", i + 1 - k, i + 1);
        if ((op == 2 && i >= k) || (op == 3 && i + k < n) || (op == 4 && i + k >= n) ||
            (op == 5 && i % k == k - 1) || (op == 6 && i < k))
            put(b, "", i, i + 1);
    }
}

TEST(stream_op_window, as_a_model)
{
    static const char *const ops[] = {"batch --join + ", "window --join + ", "skip ", "skip -",
                                      "tail ",           "every ",           "limit "};
    static char number[1600][8];
    uint64_t seed = 693147180559945309u;
    struct gf_buf want = {0};
    struct rig r;
    rig_init(&r);
    for (int round = 0; round < 1500; round++) {
        char words[40];
        bool big = round % 50 == 0;
        size_t op = rig_random(&seed, 7), k = 1 + rig_random(&seed, big ? 1200 : 9);
        size_t n = rig_random(&seed, big ? 1600 : 30);
        if (big && op == 1)
            k = 1 + k % 9;
        snprintf(words, sizeof words, "%s%zu", ops[op], k);
        rig_reset(&r);
        REQUIRE(rig_read(&r, words) == 0);
        for (size_t i = 0; i < n; i++) {
            int len = snprintf(number[i], sizeof number[i], "%zu", i);
            rig_add(&r, number[i], (size_t)len);
        }
        model(&want, (int)op, k, n);
        const char *got = rig_work(&r, (struct rig_how){.ask = rig_random(&seed, 4),
                                                        .step = rig_random(&seed, 4),
                                                        .careful = rig_random(&seed, 2)});
        CHECK_ROW(strcmp(got, want.data) == 0, "%s of %zu: %.200s, not %.200s", words, n, got,
                  want.data);
    }
    gf_buf_release(&want);
    rig_release(&r);
}
