/* The planner: which chains are rewritten and how the plan reads; and that a chain gives the same
 * with it and without, on random chains and input. */
#include "stream_rig.h"

#include <stdio.h>

/* The plan of the words, in one line. */
static const char *plan(struct rig *r, const char *words)
{
    rig_reset(r);
    gf_buf_clear(&r->out);
    if (rig_read(r, words) != 0)
        return "not read";
    gf_chain_fuse(&r->chain);
    if (gf_chain_explain(&r->chain, &r->set, &r->out) != 0)
        return "no plan";
    for (size_t i = 0; i < r->out.len; i++)
        if (r->out.data[i] == '\n')
            r->out.data[i] = ';';
    return r->out.data;
}

TEST(stream_plan, rewrites)
{
    static const char *const rows[][2] = {
        {"upper", "1 upper;"},
        {"sort limit 3", "1 sort (keeps 3) (holds data) - with limit: only so many are kept;"},
        {"sort -u limit 3", "1 sort (keeps 3) (holds data) - with limit: only so many are kept;"},
        {"sort limit 5 limit 3",
         "1 sort (keeps 5) (holds data) - with limit: only so many are kept;2 limit 3;"},
        {"sort limit 0", "1 sort (holds data);2 limit 0;"},
        {"sort --merge limit 3", "1 sort (holds data);2 limit 3;"},
        {"sort upper limit 3", "1 sort (holds data);2 upper;3 limit 3;"},
        {"shuffle limit 3", "1 shuffle (holds data);2 limit 3;"},
        {"sort first", "1 sort (keeps 1) (holds data) - only the first is kept;2 first;"},
        {"sort -u first", "1 sort (holds data);2 first;"},
        {"sort limit 5 first",
         "1 sort (keeps 5) (holds data) - with limit: only so many are kept;2 first;"},
        {"sort distinct", "1 distinct (holds data) - moved before sort;2 sort (holds data);"},
        {"sort distinct limit 2", "1 distinct (holds data) - moved before sort;"
                                  "2 sort (keeps 2) (holds data) - with limit: only so many are "
                                  "kept;"},
        {"sort distinct count", "1 distinct (holds data) - moved before sort;"
                                "2 count - the order before it is not made;"},
        {"sort distinct -f 1", "1 sort (holds data);2 distinct (holds data);"},
        {"sort distinct -c", "1 sort (holds data);2 distinct (holds data);"},
        {"sort distinct -i", "1 sort (holds data);2 distinct (holds data);"},
        {"sort distinct --max 2", "1 sort (holds data);2 distinct (holds data);"},
        {"sort distinct --last", "1 sort (holds data);2 distinct (holds data);"},
        {"sort -u distinct", "1 sort (holds data);2 distinct (holds data);"},
        {"reverse distinct", "1 reverse (holds data);2 distinct (holds data);"},
        {"sort count", "1 count - the order before it is not made;"},
        {"sort -n count", "1 count - the order before it is not made;"},
        {"shuffle any x", "1 any x (plain text 'x') - the order before it is not made;"},
        {"reverse sum", "1 sum - the order before it is not made;"},
        {"reverse shuffle sort median", "1 median (holds data) - the order before it is not made;"},
        {"sort min", "1 sort (holds data);2 min;"},
        {"sort max", "1 sort (holds data);2 max;"},
        {"sort mean", "1 sort (holds data);2 mean;"},
        {"sort join ,", "1 sort (holds data);2 join , (holds data);"},
        {"sort -u count", "1 sort (holds data);2 count;"},
        {"sort limit 2 count",
         "1 sort (keeps 2) (holds data) - with limit: only so many are kept;2 count;"},
        {"reverse limit 2", "1 reverse (holds data);2 limit 2;"},
        {"filter a.c sort upper count",
         "1 filter a.c (looks for 'a');2 sort (holds data);3 upper;4 count;"},
        {"upper sort sort count", "1 upper;2 count - the order before it is not made;"},
        {"where 1 eq x", "1 where 1 eq x;"},
        {"filter -e ab count", "1 filter (plain text 'ab');2 count;"},
        {"filter -e ab -e c count", "1 filter (any of 2 patterns);2 count;"},
    };
    struct rig r;
    rig_init(&r);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *got = plan(&r, rows[i][0]);
        CHECK_ROW(strcmp(got, rows[i][1]) == 0, "%s: %s, not %s", rows[i][0], got, rows[i][1]);
    }
    rig_release(&r);
}

TEST(stream_plan, what_is_dropped_is_released_with_the_rest)
{
    struct rig r;
    rig_init(&r);
    REQUIRE(rig_read(&r, "filter x sort -f 2n sort -k 1.2 shuffle limit 3 sort limit 4") == 0);
    gf_chain_fuse(&r.chain);
    CHECK_INT(r.chain.n + r.chain.dropped, 7);
    CHECK_INT(r.chain.dropped, 1);
    gf_chain_fuse(&r.chain); /* there is nothing left to do */
    CHECK_INT(r.chain.dropped, 1);
    rig_release(&r);
}

TEST(stream_plan, one_line_has_no_end)
{
    struct rig r;
    rig_init(&r);
    REQUIRE(rig_read(&r, "upper fields 2,1") == 0);
    CHECK_INT(gf_chain_explain_one(&r.chain, 1, &r.out), 0);
    CHECK_STR(r.out.data, "2 fields 2,1");
    struct gf_buf small = GF_BUF_INIT(4);
    CHECK_INT(gf_chain_explain_one(&r.chain, 1, &small), -1);
    gf_buf_clear(&small);
    CHECK_INT(gf_chain_explain(&r.chain, &r.set, &small), -1);
    gf_buf_release(&small);
    rig_release(&r);
}

TEST(stream_plan, the_same_answer_for_less_work)
{
    static const char *const ops[] = {"sort",          "sort -n",          "sort -r", "sort -u",
                                      "sort -f 2n,1r", "shuffle --seed 4", "reverse", "distinct",
                                      "distinct -f 1", "limit 3",          "limit 0", "tail 4",
                                      "sort -k 1.2",   "distinct -c",      "uniq -c", "sort -R"};
    static const char *const ends[] = {"",
                                       "first",
                                       "count",
                                       "any 1",
                                       "all 1",
                                       "none 1",
                                       "min",
                                       "max",
                                       "join +",
                                       "sum -f 1",
                                       "mean -f 1",
                                       "median -f 1",
                                       "percentile -f 1 10,90"};
    uint64_t seed = 161803398874989484u;
    struct rig r;
    rig_init(&r);
    for (int round = 0; round < 2000; round++) {
        char words[200], lines[300], want[1000], *at = lines;
        int len = 0, answer;
        for (size_t n = 1 + rig_random(&seed, 3); n; n--)
            len += snprintf(words + len, sizeof words - (size_t)len, "%s ",
                            ops[rig_random(&seed, sizeof ops / sizeof *ops)]);
        snprintf(words + len, sizeof words - (size_t)len, "%s",
                 ends[rig_random(&seed, sizeof ends / sizeof *ends)]);
        *at = '\0';
        for (size_t n = rig_random(&seed, 20); n; n--)
            at += snprintf(at, 12, "%d %d\n", (int)rig_random(&seed, 5),
                           (int)rig_random(&seed, 3) - 1);
        snprintf(want, sizeof want, "%s", rig_run(&r, words, lines, (struct rig_how){0}));
        answer = r.st.answer;
        const char *got = rig_run(&r, words, lines, (struct rig_how){.fuse = true});
        /* which record an error names, and the sums in front of it, may differ */
        if (strchr(want, '!') || strchr(got, '!'))
            CHECK_ROW(strchr(want, '!') && strchr(got, '!'), "%s on %s: %s, not %s", words, lines,
                      got, want);
        else
            CHECK_ROW(strcmp(got, want) == 0 && r.st.answer == answer,
                      "%s on %s: \"%s\" (%d), not \"%s\" (%d)", words, lines, got, r.st.answer,
                      want, answer);
    }
    rig_release(&r);
}
