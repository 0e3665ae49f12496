/* One answer about the whole stream: sum, min, max, mean, median, percentile, join, reduce; nothing
 * at all, values that are no number, the ceiling. */
#include "stream_rig.h"

#include <stdio.h>

TEST(stream_op_answer, of_some_records)
{
    static const struct rig_case cases[] = {
        {"sum", "1\n2.5\n", "3.5\n"},
        {"sum -f 2", "x 1\ny 2\n", "3\n"},
        {"min", "2\n1.0\n1\n", "1.0\n"},
        {"max", "2\n2.0\n1\n", "2\n"},
        {"mean", "1\n2\n", "1.5\n"},
        {"median", "3\n1\n2\n", "2\n"},
        {"median", "4\n1\n2\n3", "2.5\n"},
        {"median -f -1", "x 1\ny 10\n", "5.5\n"},
        {"percentile 0,50,100", "3\n1\n2\n", "1\n2\n3\n"},
        {"percentile 100,0", "3\n1\n2\n", "3\n1\n"},
        {"percentile 25,25", "1\n2\n", "1.25\n1.25\n"},
        {"percentile 50", "7\n", "7\n"},
        {"join ,", "a\n\nb", "a,,b\n"},
        {"join ''", "a\nb\n", "ab\n"},
        {"join '\\t'", "a\nb\n", "a\tb\n"},
        {"join -f 2 +", "a b\nc\nd e\n", "b++e\n"},
        {"join ,", "\n", "\n"},
        {"reduce sum", "1\n2\n", "3\n"},
        {"reduce min", "2\n1\n", "1\n"},
        {"reduce max", "2\n1\n", "2\n"},
        {"reduce concat", "a\nb\n", "ab\n"},
        {"sum", "1\nx\n2\n", "!123 sum: record 2 is no number: 'x'"},
        {"median", "x\n", "!123 median: record 1 is no number: 'x'"},
        {"median", "nan\n", "!123 median: record 1 is no number: 'nan'"},
        {"sum --skip-bad", "1\nx\n2\n", "3\n"},
        {"median --skip-bad", "1\nx\n2\n\n", "1.5\n"},
        {"percentile --skip-bad 50", "x\n2\n", "2\n"},
        {"sum", "1\n\n", "!123 sum: record 2 is no number: ''"},
    };
    struct rig r;
    rig_init(&r);
    RIG_CHECK(&r, cases);
    rig_release(&r);
}

TEST(stream_op_answer, of_none_the_answer_is_no)
{
    static const struct {
        const char *words, *lines, *want;
        int answer;
    } rows[] = {
        {"sum", "", "0\n", 0},
        {"reduce sum", "", "0\n", 0},
        {"min", "", "", 1},
        {"max", "", "", 1},
        {"mean", "", "", 1},
        {"median", "", "", 1},
        {"percentile 50,90", "", "", 1},
        {"join ,", "", "", 1},
        {"reduce concat", "", "", 1},
        {"sum --skip-bad", "x\n", "0\n", 0},
        {"min --skip-bad", "x\n", "", 1},
        {"median --skip-bad", "x\n", "", 1},
        {"min", "1\n", "1\n", 0},
    };
    struct rig r;
    rig_init(&r);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CHECK_STR(rig_run(&r, rows[i].words, rows[i].lines, (struct rig_how){0}), rows[i].want);
        CHECK_ROW(r.st.answer == rows[i].answer, "%s: %d", rows[i].words, r.st.answer);
    }
    rig_release(&r);
}

TEST(stream_op_answer, so_many_percentiles_and_no_more)
{
    char words[300] = "percentile 0";
    struct rig r;
    size_t len = strlen(words);
    for (int i = 1; i < 64; i++)
        len += (size_t)snprintf(words + len, sizeof words - len, ",%d", i);
    rig_init(&r);
    const char *got = rig_run(&r, words, "0\n100\n", (struct rig_how){0});
    size_t lines = 0;
    for (const char *p = got; *p; p++)
        lines += *p == '\n';
    CHECK_INT(lines, 64);
    snprintf(words + len, sizeof words - len, ",64");
    got = rig_run(&r, words, "", (struct rig_how){0});
    CHECK_ROW(strncmp(got, "!2 percentiles ", 15) == 0 && strstr(got, "too many percentiles"), "%s",
              got);
    CHECK_INT(r.fault.where.col, len + 1 - strlen("percentile "));
    rig_release(&r);
}

TEST(stream_op_answer, the_ceiling_of_join)
{
    struct rig r;
    rig_init(&r);
    r.set.memory = 999; /* of 100 records of 9 bytes with 99 commas between */
    REQUIRE(rig_read(&r, "join ,") == 0);
    for (int i = 0; i < 101; i++)
        rig_add(&r, "012345678", 9);
    r.n = 100;
    CHECK_INT(strlen(rig_work(&r, (struct rig_how){0})), 1000);
    r.n = 101;
    CHECK_STR(rig_work(&r, (struct rig_how){0}),
              "!125 join: the records to hold are larger than the memory they may use, 999B");
    rig_release(&r);
}

/* The ranks of values of which many are equal, with little memory. */
TEST(stream_op_answer, percentiles_as_in_a_sorted_array)
{
    enum {
        N = 8001
    };
    static char text[N][8];
    static int count[100];
    uint64_t seed = 271828182845904523u;
    struct rig r;
    struct gf_buf want = {0};
    rig_init(&r);
    r.set.memory = 256 << 10;
    REQUIRE(rig_read(&r, "percentile 0,12.5,50,99.9,100") == 0);
    for (size_t i = 0; i < N; i++) {
        int v = (int)rig_random(&seed, 100);
        count[v]++;
        int len = snprintf(text[i], sizeof text[i], "%d", v);
        rig_add(&r, text[i], (size_t)len);
    }
    static const int ranks[] = {0, 1000, 4000, 7992, 8000};
    for (int i = 0; i < 5; i++) {
        int v = 0;
        for (int below = count[0]; below <= ranks[i]; below += count[++v])
            ;
        gf_buf_printf(&want, "%d\n", v);
    }
    CHECK_STR(rig_work(&r, (struct rig_how){0}), want.data);
    gf_buf_release(&want);
    rig_release(&r);
}
