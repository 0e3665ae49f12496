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

/* A record is cut some pieces at a time: `pieces` of them, `between`, and `behind` the last. */
static void check_many(const char *between, int pieces, const char *behind, bool crlf, int want)
{
    static char text[9000], expected[9000];
    char sep[16];
    struct rig r;
    size_t len = 0, n = 0;
    for (int i = 0; i < pieces; i++)
        len +=
            (size_t)snprintf(text + len, sizeof text - len, "%s%c", i ? between : "", 'a' + i % 26);
    snprintf(text + len, sizeof text - len, "%s\nx", behind);
    for (int i = 0; i < want; i++) {
        if (i < pieces)
            expected[n++] = (char)('a' + i % 26);
        if (crlf)
            expected[n++] = '\r';
        expected[n++] = '\n';
    }
    memcpy(expected + n, "x\n", 3);
    rig_init(&r);
    r.set.crlf = crlf ? GF_CRLF_AUTO : GF_CRLF_KEEP;
    snprintf(sep, sizeof sep, "split '%s'", between);
    for (size_t k = 0; k < RIG_HOWS; k++)
        CHECK_ROW(strcmp(rig_run(&r, sep, text, rig_hows[k]), expected) == 0, "%d by '%s', '%s'",
                  pieces, between, behind);
    rig_release(&r);
}

TEST(stream_op_fields, split_of_very_many_pieces)
{
    for (int n = GF_BATCH - 1; n <= 2 * GF_BATCH; n++) {
        if (n == GF_BATCH + 3)
            n = 2 * GF_BATCH - 1;
        check_many(",", n, "", false, n);
        check_many("::", n, "::", false, n + 1);
        check_many(" ", n, " ", false, n);
        check_many(",", n, "\r", true, n);
        check_many(",", n, ",\r", true, n + 1);
    }
}
