/* fields and split: what is picked, what joins it again, fields that are not there. */
#include "stream_rig.h"

#include <stdio.h>

TEST(stream_op_fields, of_blanks)
{
    static const struct rig_case cases[] = {
        {"fields 1", "", ""},
        {"fields 1", "  a b\n\n \nx", "a\n\n\nx\n"},
        {"fields 2,1", " a  b\tc\nx\n", "b a\n x\n"},
        {"fields 2-", "a b c\nx\n\n", "b c\n\n\n"},
        {"fields -1", "a b c\nx\n\n", "c\nx\n\n"},
        {"fields -2--1", "a b c\nx\n", "b c\nx\n"},
        {"fields 1,1,1", "a b\n", "a a a\n"},
        {"fields 3-1", "a b c\n", "!2 field list 0+3 the range is empty"},
        {"fields 9", "a b\n", "\n"},
        {"fields 1-", " a  b \n", "a b\n"},
    };
    struct rig r;
    rig_init(&r);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool bad = cases[i].want[0] == '!';
        const char *got = rig_run(&r, cases[i].words, cases[i].lines, (struct rig_how){0});
        CHECK_ROW(bad ? *got == '!' && strncmp(got, "!2 field list", 13) == 0
                      : strcmp(got, cases[i].want) == 0,
                  "%s: \"%s\", not \"%s\"", cases[i].words, got, cases[i].want);
        if (!bad)
            rig_check(&r, &cases[i], 1);
    }
    rig_release(&r);
}

TEST(stream_op_fields, of_a_separator)
{
    static const struct rig_case cases[] = {
        {"fields 2,1", "a::b\n::\n\nab", "b::a\n::\n::\n::ab\n"},
        {"fields 1-", "a::b::\n:::\n", "a::b::\n:::\n"},
        {"fields -1", "a::b::\n", "\n"},
        {"split ::", "a::b::\nx\n\n", "a\nb\n\nx\n\n"},
        {"split ' '", " a  b \n\nc\n", "a\nb\nc\n"},
        {"split '\\t'", "a\tb\n", "a\nb\n"},
    };
    struct rig r;
    rig_init(&r);
    rig_separate(&r, "::");
    RIG_CHECK(&r, cases);
    r.set.joiner = (struct gf_slice){"--", 2}; /* -D */
    CHECK_STR(rig_run(&r, "fields 2,1", "a::b\n", (struct rig_how){0}), "b--a\n");
    r.set.joiner = (struct gf_slice){NULL, 0};
    CHECK_STR(rig_run(&r, "fields 2,1", "a::b\n", (struct rig_how){0}), "ba\n");
    rig_release(&r);
}

/* Newlines are blanks where they separate no records. */
TEST(stream_op_fields, split_at_blanks_in_records_that_end_with_nul)
{
    struct rig r;
    rig_init(&r);
    r.set.separator = '\0';
    REQUIRE(rig_read(&r, "split ' '") == 0);
    rig_add(&r, "a\nb c\n", 6);
    CHECK_STR(rig_work(&r, (struct rig_how){0}), "a\nb\nc\n");
    rig_release(&r);
}

TEST(stream_op_fields, more_pieces_than_a_batch)
{
    enum {
        PIECES = 3 * GF_BATCH + 7
    };
    char text[2 * PIECES];
    for (int i = 0; i < PIECES; i++)
        memcpy(text + 2 * (size_t)i, i % 2 ? "a," : "b,", 2);
    text[2 * PIECES - 1] = '\0';
    for (size_t ask = 0; ask < 3; ask++) {
        struct rig r;
        char want[16];
        rig_init(&r);
        snprintf(want, sizeof want, "%d\n", PIECES);
        CHECK_STR(rig_run(&r, "split , count", text, (struct rig_how){.ask = ask}), want);
        snprintf(want, sizeof want, "%d\n", PIECES / 2);
        CHECK_STR(rig_run(&r, "split , filter a count", text, (struct rig_how){.ask = ask}), want);
        rig_release(&r);
    }
}
