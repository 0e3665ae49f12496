/* What is kept by what stands before and behind it: between, context, and while -v. */
#include "stream_rig.h"

#include <stdio.h>

TEST(stream_op_place, between)
{
    static const struct rig_case cases[] = {
        {"between a b", "", ""},
        {"between a b", "x\na\n1\nb\ny\na\nb\n", "a\n1\nb\na\nb\n"},
        {"between a b", "x\nb\ny\n", ""},
        {"between a b", "a\n1\nb\nx\na\n2\n", "a\n1\nb\n"},
        {"between --unclosed a b", "a\n1\nb\nx\na\n2\n", "a\n1\nb\na\n2\n"},
        /* A record that matches both begins a block: its END is looked for behind it. */
        {"between a a", "a\n1\na\n2\na\n", "a\n1\na\n"},
        {"between . .", "1\n2\n3\n", "1\n2\n"},
        {"between a b", "ab\n1\nb\n", "ab\n1\nb\n"},
        {"between a b", "a\na\n1\nb\nb\n", "a\na\n1\nb\n"},
        {"between --inner a b", "x\na\n1\na\n2\nb\na\nb\na\n3\n", "1\na\n2\n"},
        {"between --inner --unclosed a b", "a\n1\nb\na\n2\n", "1\n2\n"},
        {"between --first a b", "x\na\n1\nb\na\n2\nb\n", "a\n1\nb\n"},
        {"between --first --inner a b", "x\na\n1\nb\na\n2\nb\n", "1\n"},
        {"between --first a b", "a\n1\n", ""},
        {"between --first --unclosed a b", "a\n1\n", "a\n1\n"},
        {"between --not a b", "x\na\n1\nb\ny\na\n2\n", "x\ny\na\n2\n"},
        {"between --not --unclosed a b", "x\na\n1\nb\ny\na\n2\n", "x\ny\n"},
        {"between --not --inner a b", "x\na\n1\nb\ny\na\n2\n", "x\na\nb\ny\na\n2\n"},
        {"between --not --inner --unclosed a b", "x\na\n1\nb\ny\na\n2\n", "x\na\nb\ny\na\n"},
        {"between --not --first a b", "x\na\n1\nb\ny\na\n2\nb\n", "x\ny\na\n2\nb\n"},
        {"between --not a b", "", ""},
        {"between -F . +", "x\n.\n1\n+\n", ".\n1\n+\n"},
        {"between -i A B", "a\n1\nb\n2\n", "a\n1\nb\n"},
        {"between -w a b", "ab\na c\n1\nbb\nb\n2\n", "a c\n1\nbb\nb\n"},
        {"between -x a b", "aa\na\nbb\nb\n", "a\nbb\nb\n"},
        {"between -f 2 a b", "a x\n1 a\nb b\n2 a\nb x\n", "1 a\nb b\n"},
        {"between -- -a -b", "x\n-a\n-b\n", "-a\n-b\n"},
        {"between '' ''", "1\n2\n3\n4\n", "1\n2\n3\n4\n"},
        {"between a b limit 2", "a\n1\nb\na\n2\nb\n", "a\n1\n"},
    };
    struct rig r;
    rig_init(&r);
    RIG_CHECK(&r, cases);
    rig_release(&r);
}

TEST(stream_op_place, between_reads_no_further_than_it_has_to)
{
    static const struct {
        const char *words;
        size_t reads;
    } rows[] = {
        {"between --first 1 3", 3},
        {"between --first --unclosed 1 3 limit 2", 2},
        {"between 1 3 limit 2", 3}, /* two of a block are known when its END is */
        {"between --unclosed 1 3 limit 2", 2},
        {"between --not 2 3 limit 1", 1},
        {"context -B 2 3 limit 2", 3},
        {"context -A 1 1 limit 2", 2},
        {"context -A 9 1 limit 2", 2},
        {"take-while -v 3", 3},
    };
    struct rig r;
    rig_init(&r);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rig_run(&r, rows[i].words, "1\n2\n3\n4\n5\n6\n7\n", (struct rig_how){.careful = true});
        CHECK_ROW(r.at == rows[i].reads, "%s read %zu records", rows[i].words, r.at);
    }
    rig_release(&r);
}

/* What waits goes to a temporary file when its part of the memory is used up. */
TEST(stream_op_place, what_waits_may_be_more_than_memory_holds)
{
    enum {
        N = 3000
    };
    static const char *const ops[] = {"between a b", "between --not a c", "context -B 5000 b",
                                      "between --unclosed a c", "between --inner --not a c"};
    static char text[100];
    memset(text, 'x', sizeof text);
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        struct rig r;
        rig_init(&r);
        r.set.memory = 10000;
        REQUIRE(rig_read(&r, ops[i]) == 0);
        rig_add(&r, "a", 1);
        for (int k = 0; k < N; k++)
            rig_add(&r, text, sizeof text);
        rig_add(&r, "b", 1);
        const char *got = rig_work(&r, (struct rig_how){.ask = 7});
        size_t want = (size_t)N * (sizeof text + 1) + 4;
        CHECK_ROW(strlen(got) == want && memcmp(got, "a\nxx", 4) == 0 &&
                      strcmp(got + want - 4, "x\nb\n") == 0,
                  "%s: %zu bytes: %.40s", ops[i], strlen(got), got);
        rig_release(&r);
    }
}

TEST(stream_op_place, a_record_that_waits_and_is_too_large)
{
    struct rig r;
    char text[6000];
    memset(text, 'x', sizeof text);
    rig_init(&r);
    r.set.memory = 10000;
    REQUIRE(rig_read(&r, "between a b") == 0);
    rig_add(&r, "a", 1);
    rig_add(&r, text, sizeof text);
    rig_add(&r, "b", 1);
    CHECK_STR(rig_work(&r, (struct rig_how){0}),
              "!125 between: record 2 is larger than the memory it may use");
    rig_release(&r);
}

TEST(stream_op_place, context)
{
    static const struct rig_case cases[] = {
        {"context -A 1 a", "", ""},
        {"context -A 1 a", "a\n1\n2\na\n", "a\n1\na\n"},
        {"context -B 1 a", "1\n2\na\n3\n", "2\na\n"},
        {"context -B 9 a", "1\n2\na\n3\na\n", "1\n2\na\n3\na\n"},
        {"context -C 1 a", "1\n2\na\n3\n4\n5\na\n", "2\na\n3\n5\na\n"},
        {"context -C 1 a", "1\na\n2\na\n3\n4\n", "1\na\n2\na\n3\n"},
        {"context -C 2 a", "1\na\na\n2\n3\n4\n", "1\na\na\n2\n3\n"},
        {"context -A 2 -B 1 a", "1\n2\na\n3\n4\n5\n6\n", "2\na\n3\n4\n"},
        {"context -A 0 a", "1\na\n2\n", "a\n"},
        {"context -C 0 a", "1\na\n2\n", "a\n"},
        {"context -B 0 -A 1 a", "1\na\n2\n", "a\n2\n"},
        {"context -f 2 -A 1 a", "a b\nb a\nc\n", "b a\nc\n"},
        {"context -iF -B 1 A", "1\na\n", "1\na\n"},
        {"context -A 1 -e 1 -e 3", "1\n2\n3\n4\n5\n", "1\n2\n3\n4\n"},
        {"context -A 9223372036854775807 a", "1\na\n2\n3\n", "a\n2\n3\n"},
        {"context -B 9223372036854775807 a", "1\n2\na\n3\n", "1\n2\na\n"},
    };
    struct rig r;
    rig_init(&r);
    RIG_CHECK(&r, cases);
    rig_release(&r);
}

/* Against a model: a record is given when one that matches is near enough. */
TEST(stream_op_place, context_as_a_model)
{
    static char text[60][2];
    uint64_t seed = 271828182845904523u;
    struct gf_buf want = {0};
    struct rig r;
    rig_init(&r);
    for (int round = 0; round < 1500; round++) {
        char words[60];
        size_t n = rig_random(&seed, 60), before = rig_random(&seed, 6);
        size_t after = rig_random(&seed, 6), rare = 2 + rig_random(&seed, 9);
        snprintf(words, sizeof words, "context -B %zu -A %zu a", before, after);
        rig_reset(&r);
        gf_buf_clear(&want);
        gf_buf_puts(&want, "");
        REQUIRE(rig_read(&r, words) == 0);
        for (size_t i = 0; i < n; i++) {
            text[i][0] = rig_random(&seed, rare) ? (char)('b' + i % 20) : 'a';
            rig_add(&r, text[i], 1);
        }
        for (size_t i = 0; i < n; i++) {
            bool near = false;
            for (size_t k = i > after ? i - after : 0; k < n && k <= i + before; k++)
                near |= text[k][0] == 'a';
            if (near)
                gf_buf_printf(&want, "%c\n", text[i][0]);
        }
        const char *got = rig_work(&r, (struct rig_how){.ask = rig_random(&seed, 4),
                                                        .step = rig_random(&seed, 4),
                                                        .careful = rig_random(&seed, 2)});
        CHECK_ROW(strcmp(got, want.data) == 0, "%s: %.200s, not %.200s", words, got, want.data);
    }
    gf_buf_release(&want);
    rig_release(&r);
}

TEST(stream_op_place, a_fault_comes_behind_what_is_known)
{
    struct rig r;
    rig_init(&r);
    CHECK_STR(rig_run(&r, "between a b", "a\n1\nb\na\n2\n", (struct rig_how){.fault_at = 5}),
              "a\n1\nb\n");
    CHECK_STR(rig_run(&r, "between a b", "a\n1\nb\na\n2\n3\n", (struct rig_how){.fault_at = 5}),
              "a\n1\nb\n!125 the source is broken");
    CHECK_STR(rig_run(&r, "between --not a b", "x\na\n2\n3\n", (struct rig_how){.fault_at = 3}),
              "x\n!125 the source is broken");
    CHECK_STR(rig_run(&r, "context -C 1 a", "1\na\n2\n3\n4\n", (struct rig_how){.fault_at = 4}),
              "1\na\n2\n!125 the source is broken");
    rig_release(&r);
}

TEST(stream_op_place, up_to_the_first_that_matches)
{
    static const struct rig_case cases[] = {
        {"take-while -v a", "1\n2\na\n3\n", "1\n2\n"},
        {"take-while -v a", "a\n1\n", ""},
        {"take-while -v a", "1\n2\n", "1\n2\n"},
        {"drop-while -v a", "1\n2\na\n3\n", "a\n3\n"},
        {"drop-while -v a", "a\n1\na\n", "a\n1\na\n"},
        {"drop-while -v a", "1\n2\n", ""},
        {"drop-while -v -f 2 a", "a b\nb a\nc\n", "b a\nc\n"},
    };
    struct rig r;
    rig_init(&r);
    RIG_CHECK(&r, cases);
    rig_release(&r);
}

TEST(stream_op_place, what_is_wrong_with_the_words)
{
    static const struct {
        const char *words, *want;
    } rows[] = {
        {"between '(' b", "!2 pattern 1+0 missing closing parenthesis"},
        {"between a '('", "!2 pattern 1+0 missing closing parenthesis"},
        {"between -f 1,2 a b", "!2 between: -f takes one field, not '1,2'"},
        {"context a", "!2 context: how many records around is not said"},
        {"context -B x a", "!2 value of context -B 0+1 not a whole number"},
    };
    struct rig r;
    rig_init(&r);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_STR(rig_run(&r, rows[i].words, "", (struct rig_how){0}), rows[i].want);
    rig_release(&r);
}
