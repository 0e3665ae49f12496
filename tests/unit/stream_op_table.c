/* Fields of a table: fill-down, transpose, distinct --any-field-order; percentile --nearest. */
#include "stream_rig.h"

#include <stdio.h>

TEST(stream_op_table, fill_down)
{
    static const struct rig_case cases[] = {
        {"fill-down 1", "", ""},
        {"fill-down 1", "a,1\n,2\n,3\nb,4\n,5\n", "a,1\na,2\na,3\nb,4\nb,5\n"},
        {"fill-down 2", "a,1\n,\nb,\n", "a,1\n,1\nb,1\n"},
        {"fill-down 1,2", "a,1\n,\n,2\n,\n", "a,1\na,1\na,2\na,2\n"},
        {"fill-down 2-", ",x,y\n,,\n,z,\n,,w\n", ",x,y\n,x,y\n,z,y\n,z,w\n"},
        {"fill-down 1", ",1\na,2\n,3\n", ",1\na,2\na,3\n"},
        {"fill-down 1", "a\n\nb\n\n", "a\na\nb\nb\n"},
        /* A field that is not there is not added, and what stood there last is kept. */
        {"fill-down 2", "a,1\nb\nc,\n", "a,1\nb\nc,1\n"},
        {"fill-down -1", "a,1\nb,\nc,2,3\nd,\ne,,\n", "a,1\nb,1\nc,2,3\nd,1\ne,,3\n"},
        {"fill-down -9", "a,1\n,\n", "a,1\n,\n"},
        {"fill-down 9", "a,1\n,\n", "a,1\n,\n"},
        {"fill-down -2--1", "a,b,c\n,,\n", "a,b,c\n,b,c\n"},
        {"fill-down 1 fill-down 2", "a,b\n,\n", "a,b\na,b\n"},
        {"fill-down 1", " ,1\n,2\n", " ,1\n ,2\n"},
    };
    struct rig r;
    rig_init(&r);
    rig_separate(&r, ",");
    RIG_CHECK(&r, cases);
    rig_release(&r);
}

TEST(stream_op_table, transpose)
{
    static const struct rig_case cases[] = {
        {"transpose", "", ""},
        {"transpose", "a,b,c\n1,2,3\n", "a,1\nb,2\nc,3\n"},
        {"transpose", "a\nb\nc\n", "a,b,c\n"},
        {"transpose", "a,b,c\n", "a\nb\nc\n"},
        {"transpose", "a,b\nc\nd,e,f\n", "a,c,d\nb,,e\n,,f\n"},
        {"transpose", "\n\n", ",\n"},
        {"transpose transpose", "a,b\n1,2\n,x\n", "a,b\n1,2\n,x\n"},
        {"transpose limit 1", "a,b\n1,2\n", "a,1\n"},
    };
    struct rig r;
    rig_init(&r);
    rig_separate(&r, ",");
    RIG_CHECK(&r, cases);
    rig_release(&r);
}

TEST(stream_op_table, blanks_have_no_empty_fields)
{
    static const struct rig_case cases[] = {
        {"transpose", "a  b\n\n1 2\n", "a  1\nb  2\n"},
        {"transpose", "\n \n", ""},
        {"fill-down 1", "a\n\n b\n", "a\n\n b\n"},
    };
    struct rig r;
    rig_init(&r);
    RIG_CHECK(&r, cases);
    rig_release(&r);
}

TEST(stream_op_table, the_ceilings)
{
    struct rig r;
    char text[2000];
    memset(text, 'x', sizeof text);
    rig_init(&r);
    rig_separate(&r, ",");
    r.set.memory = 10000;
    REQUIRE(rig_read(&r, "transpose") == 0);
    for (int i = 0; i < 2000; i++)
        rig_add(&r, ",", 1);
    CHECK_STR(rig_work(&r, (struct rig_how){0}),
              "!125 transpose: the records to hold are larger than the memory they may use, "
              "9.77KiB");
    rig_reset(&r);
    REQUIRE(rig_read(&r, "fill-down 1-") == 0);
    for (size_t i = 0; i < sizeof text; i += 2)
        text[i] = ',';
    rig_add(&r, text, sizeof text);
    CHECK_STR(rig_work(&r, (struct rig_how){0}),
              "!125 fill-down: the records to hold are larger than the memory they may use, "
              "9.77KiB");
    /* One long value counts as well. */
    static char value[12000];
    memset(value, 'x', sizeof value);
    rig_reset(&r);
    REQUIRE(rig_read(&r, "fill-down 1") == 0);
    rig_add(&r, value, sizeof value);
    CHECK(strncmp(rig_work(&r, (struct rig_how){0}), "!125 fill-down: ", 16) == 0);
    rig_release(&r);
}

TEST(stream_op_table, any_field_order)
{
    static const struct rig_case cases[] = {
        {"distinct --any-field-order", "", ""},
        {"distinct --any-field-order", "a b\nb a\nb  a\na\na b b\nb a b\n", "a b\na\na b b\n"},
        {"distinct --any-field-order", "a a b\na b b\n", "a a b\na b b\n"},
        {"distinct --any-field-order", "ab c\na bc\nc ab\n", "ab c\na bc\n"},
        {"distinct --any-field-order", "\n \na\n", "\na\n"},
        {"distinct --any-field-order -i", "A b\nB a\nc\n", "A b\nc\n"},
        {"distinct --any-field-order -f 1,2", "a b 1\nb a 2\nb 1\n", "a b 1\nb 1\n"},
        {"distinct --any-field-order -f 2-", "1 a b\n2 b a\n3 a\n", "1 a b\n3 a\n"},
        {"distinct --any-field-order -f -1,1", "a x b\nb y a\na\n", "a x b\na\n"},
        {"distinct --any-field-order -c", "a b\nc\nb a\n", "2\ta b\n1\tc\n"},
        {"distinct --any-field-order --last", "a b\nc\nb a\n", "c\nb a\n"},
        {"distinct --any-field-order --only-dup", "a b\nc\nb a\n", "a b\n"},
        {"distinct --any-field-order --max 2", "a b\nb a\na b\n", "a b\nb a\n"},
        {"sort distinct --any-field-order", "b a\na b\n", "a b\n"},
    };
    struct rig r;
    rig_init(&r);
    RIG_CHECK(&r, cases);
    rig_release(&r);
}

/* Bytes of zero do not take the place of a border between fields. */
TEST(stream_op_table, any_field_order_keeps_fields_apart)
{
    static const char *const lines[] = {"a,\0b", "a\0,b", "\0b,a", "a\0b,", ",a\0b", "a,,\0b"};
    static const size_t sizes[] = {4, 4, 4, 4, 4, 5};
    struct rig r;
    rig_init(&r);
    rig_separate(&r, ",");
    REQUIRE(rig_read(&r, "distinct --any-field-order count") == 0);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        rig_add(&r, lines[i], sizes[i]);
    CHECK_STR(rig_work(&r, (struct rig_how){0}), "4\n");
    rig_release(&r);
}

TEST(stream_op_table, percentile_nearest)
{
    static const struct rig_case cases[] = {
        {"percentile --nearest 0,25,25.0001,50,75,100", "4\n3\n2.0\n1\n", "1\n1\n2.0\n2.0\n3\n4\n"},
        {"percentile --nearest 50", "7\n", "7\n"},
        {"percentile --nearest 50", "2\n1\n", "1\n"},
        {"percentile --nearest 50", "+1.50\n007\n9e0\n", "007\n"},
        /* Of equal numbers in the order of the input, also behind sort. */
        {"percentile --nearest 50,100", "1.0\n1\n", "1.0\n1\n"},
        {"sort percentile --nearest 50,100", "1.0\n1\n", "1\n1.0\n"},
        {"percentile --nearest -f 2 99", "a 5\nb 6.0\n", "6.0\n"},
        {"percentile --nearest --skip-bad 100", "x\n1\n", "1\n"},
        {"percentile --nearest 5", "", ""},
    };
    struct rig r;
    rig_init(&r);
    RIG_CHECK(&r, cases);
    rig_release(&r);
}

/* The definition: the first value of which no fewer than P percent are at or below it. */
TEST(stream_op_table, nearest_is_the_smallest_that_is_enough)
{
    struct rig r;
    rig_init(&r);
    for (unsigned n = 1; n < 40; n++)
        for (unsigned p = 0; p <= 100; p++) {
            char words[60], want[20], number[40][8];
            unsigned rank = 1;
            while (rank * 100 < p * n)
                rank++;
            snprintf(words, sizeof words, "percentile --nearest %u", p);
            snprintf(want, sizeof want, "%u\n", rank);
            rig_reset(&r);
            REQUIRE(rig_read(&r, words) == 0);
            for (unsigned i = 0; i < n; i++)
                rig_add(&r, number[i], (size_t)snprintf(number[i], 8, "%u", i + 1));
            const char *got = rig_work(&r, (struct rig_how){0});
            CHECK_ROW(strcmp(got, want) == 0, "%s of %u: %s, not %s", words, n, got, want);
        }
    rig_release(&r);
}
