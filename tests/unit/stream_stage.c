/* Stages that pull from one another: how much is asked for and given, faults behind records, runs,
 * time, what faults say; and chains of random operations, which give the same whatever the batches
 * and pull no more than one record at a time would. */
#include "stream_rig.h"

#include <errno.h>
#include <stdio.h>

/* ---- one stage ------------------------------------------------------------------------------- */

/* A stage that does what the test says, call after call. */
struct step {
    int got;
    size_t n;
};

struct script {
    const struct step *step;
    size_t n, at, closed;
    size_t max[8];
    size_t *order; /* counts the closes of all */
};

static int pull_script(struct gf_stage *s, size_t max)
{
    struct script *c = s->state;
    if (c->at == c->n)
        return 0;
    c->max[c->at] = max;
    for (size_t i = 0; i < c->step[c->at].n; i++)
        gf_stage_emit_copy(s, "abc", 3);
    int got = c->step[c->at++].got;
    return got < 0 ? gf_fault_set(&s->stream->fault, GF_EXIT_SOME, "as told") : got;
}

static struct gf_stage *script(struct gf_stream *st, const struct step *step, size_t n)
{
    struct gf_stage *s = gf_stage_new(st, NULL, "script", sizeof(struct script));
    if (!s)
        abort();
    struct script *c = s->state;
    c->step = step;
    c->n = n;
    s->pull = pull_script;
    return s;
}

TEST(stream_stage, a_new_stage_is_empty)
{
    struct gf_stream st = {0};
    struct gf_stage *up = gf_stage_new(&st, NULL, "up", 0);
    REQUIRE(up != NULL);
    struct gf_stage *s = gf_stage_new(&st, up, "new", 64);
    REQUIRE(s != NULL);
    static const char zero[64];
    CHECK(memcmp(s->state, zero, sizeof zero) == 0);
    CHECK(s->up == up && s->stream == &st && up->up == NULL && up->state != NULL);
    CHECK_STR(s->name, "new");
    CHECK(s->n == 0 && s->used == 0 && s->given == 0 && s->taken == 0 && !s->source);
    CHECK(!gf_stage_has(s));
    gf_stage_free_all(s);
    gf_stage_free_all(NULL);
}

TEST(stream_stage, pull_again_while_there_is_nothing_yet)
{
    static const struct step steps[] = {{1, 0}, {1, 0}, {1, 2}, {0, 0}};
    struct gf_stream st = {0};
    struct gf_stage *s = script(&st, steps, 4);
    const struct script *c = s->state;
    CHECK_INT(gf_stage_pull(s, 7), 1);
    CHECK_INT(c->at, 3);
    CHECK(c->max[0] == 7 && c->max[2] == 7);
    CHECK_INT(s->n, 2);
    CHECK_INT(s->given, 2);
    CHECK_INT(gf_stage_pull(s, 7), 0);
    CHECK_INT(s->n, 0);
    CHECK_INT(s->given, 2);
    gf_stage_free_all(s);
}

TEST(stream_stage, never_more_than_a_batch_is_asked_for)
{
    static const struct step steps[] = {{1, GF_BATCH}, {1, 1}};
    struct gf_stream st = {0};
    struct gf_stage *s = script(&st, steps, 2);
    const struct script *c = s->state;
    CHECK_INT(gf_stage_pull(s, SIZE_MAX), 1);
    CHECK_INT(c->max[0], GF_BATCH);
    CHECK_INT(s->n, GF_BATCH);
    CHECK_INT(gf_stage_pull(s, GF_BATCH + 1), 1);
    CHECK_INT(c->max[1], GF_BATCH);
    CHECK_INT(s->given, GF_BATCH + 1);
    gf_stage_free_all(s);
}

TEST(stream_stage, records_with_the_end_come_before_it)
{
    static const struct step steps[] = {{0, 3}, {0, 0}};
    struct gf_stream st = {0};
    struct gf_stage *s = script(&st, steps, 2);
    CHECK_INT(gf_stage_pull(s, 5), 1);
    CHECK_INT(s->n, 3);
    CHECK_INT(gf_stage_pull(s, 5), 0);
    gf_stage_free_all(s);
}

/* The stage is not asked again: it may have more to give that nobody must see. */
TEST(stream_stage, a_fault_behind_records_comes_after_them_and_stays)
{
    static const struct step steps[] = {{-1, 2}, {1, 1}, {1, 1}};
    struct gf_stream st = {0};
    struct gf_stage *s = script(&st, steps, 3);
    const struct script *c = s->state;
    CHECK_INT(gf_stage_pull(s, 5), 1);
    CHECK_INT(s->n, 2);
    CHECK_INT(gf_stage_pull(s, 5), -1);
    CHECK_INT(s->n, 0);
    CHECK_INT(gf_stage_pull(s, 5), -1);
    CHECK_INT(c->at, 1);
    CHECK_INT(s->given, 2);
    CHECK_STR(st.fault.text, "as told");
    gf_stage_free_all(s);
    gf_fault_release(&st.fault);
}

TEST(stream_stage, what_is_left_of_a_batch_is_looked_at_first)
{
    static const struct step steps[] = {{1, 3}, {1, 1}};
    struct gf_stream st = {0};
    struct gf_stage *up = script(&st, steps, 2);
    struct gf_stage *s = gf_stage_new(&st, up, "s", 0);
    REQUIRE(s != NULL);
    CHECK_INT(gf_stage_need(s, 9), 1);
    for (int i = 0; i < 3; i++) {
        CHECK(gf_stage_has(s));
        CHECK_INT(gf_stage_need(s, 1), 1);
        CHECK_INT(gf_stage_take(s).len, 3);
    }
    CHECK(!gf_stage_has(s));
    CHECK_INT(((struct script *)up->state)->at, 1);
    CHECK_INT(s->taken, 3);
    CHECK_INT(gf_stage_need(s, 4), 1);
    CHECK_INT(((struct script *)up->state)->max[1], 4);
    gf_stage_take(s);
    CHECK_INT(gf_stage_need(s, 4), 0);
    CHECK_INT(gf_stage_need(s, 4), 0);
    CHECK_INT(s->taken, 4);
    gf_stage_free_all(s);
}

TEST(stream_stage, only_the_source_is_asked_for_more_than_is_needed)
{
    struct gf_stream st = {0};
    struct gf_stage *s = gf_stage_new(&st, gf_stage_new(&st, NULL, "up", 0), "s", 0);
    REQUIRE(s && s->up);
    CHECK_INT(gf_stage_want(s, 3), 3);
    s->up->source = true;
    CHECK_INT(gf_stage_want(s, 3), GF_BATCH);
    gf_stage_free_all(s);
}

/* ---- runs and time --------------------------------------------------------------------------- */

static gf_ns made_up_now;

static gf_ns made_up_clock(void)
{
    return made_up_now += 5;
}

static int run_once(struct gf_stage *s, struct gf_slice *run)
{
    if (s->given)
        return 0;
    *run = (struct gf_slice){"a\nb\n", 4};
    s->given = 2;
    return 1;
}

TEST(stream_stage, runs)
{
    static const struct step steps[] = {{1, 1}};
    struct gf_stream st = {0};
    struct gf_stage *s = script(&st, steps, 1);
    struct gf_slice run = {0};
    CHECK_INT(gf_stage_run(s, &run), 0); /* it gives none */
    s->pull_run = run_once;
    CHECK_INT(gf_stage_pull(s, 1), 1);
    s->given = 0;
    CHECK_INT(gf_stage_run(s, &run), 0); /* a record is left */
    s->used = 1;
    CHECK_INT(gf_stage_run(s, &run), 1);
    CHECK_INT(run.len, 4);
    CHECK_INT(s->given, 2);
    CHECK_INT(gf_stage_run(s, &run), 0);
    gf_stage_free_all(s);
}

TEST(stream_stage, time_is_measured_when_it_is_asked_for)
{
    static const struct step steps[] = {{1, 0}, {1, 1}, {1, 1}};
    struct gf_stream st = {.clock = made_up_clock};
    struct gf_stage *s = script(&st, steps, 3);
    struct gf_slice run;
    s->pull_run = run_once;
    CHECK_INT(gf_stage_pull(s, 1), 1);
    CHECK_INT(s->spent, 0);
    CHECK_INT(made_up_now, 0);
    st.timed = true;
    CHECK_INT(gf_stage_pull(s, 1), 1);
    CHECK_INT(s->spent, 5);
    s->used = s->n;
    s->given = 0;
    CHECK_INT(gf_stage_run(s, &run), 1);
    CHECK_INT(s->spent, 10);
    gf_stage_free_all(s);
}

/* ---- making records -------------------------------------------------------------------------- */

TEST(stream_stage, copies_lie_still_until_the_next_pull)
{
    struct gf_stream st = {0};
    struct gf_stage *s = gf_stage_new(&st, NULL, "s", 0);
    REQUIRE(s != NULL);
    char text[64];
    for (int i = 0; i < GF_BATCH; i++) {
        int len = snprintf(text, sizeof text, "record %d, with some more text", i);
        CHECK_INT(gf_stage_emit_copy(s, text, (size_t)len), 0);
    }
    CHECK_INT(s->n, GF_BATCH);
    for (int i = 0; i < GF_BATCH; i++) {
        int len = snprintf(text, sizeof text, "record %d, with some more text", i);
        CHECK_ROW(s->out[i].len == (size_t)len && memcmp(s->out[i].data, text, (size_t)len) == 0,
                  "record %d", i);
    }
    CHECK_INT(gf_stage_emit_copy(s, "", 0), 0);
    CHECK_INT(s->out[GF_BATCH].len, 0);
    gf_stage_free_all(s);
}

/* ---- faults ---------------------------------------------------------------------------------- */

static struct gf_stage *of_fault(struct gf_stream *st)
{
    struct gf_stage *s = gf_stage_new(st, NULL, "op", 0);
    if (!s)
        abort();
    s->taken = 7;
    return s;
}

TEST(stream_stage, a_long_value_is_cut_in_a_fault)
{
    static const char text[] =
        "0123456789012345678901234567890123456789012345678901234567890123456789";
    static const struct {
        size_t len;
        const char *want;
    } rows[] = {
        {0, "op: record 7 is no number: ''"},
        {3, "op: record 7 is no number: '012'"},
        {60, "op: record 7 is no number: "
             "'012345678901234567890123456789012345678901234567890123456789'"},
        {61, "op: record 7 is no number: "
             "'012345678901234567890123456789012345678901234567890123456789'..."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_stream st = {0};
        struct gf_stage *s = of_fault(&st);
        CHECK_INT(
            gf_stage_bad_number(s, (struct gf_slice){rows[i].len ? text : NULL, rows[i].len}, ""),
            -1);
        CHECK_INT(st.fault.status, GF_EXIT_SOME);
        CHECK_STR(st.fault.text, rows[i].want);
        CHECK_STR(st.fault.hint, "");
        gf_stage_free_all(s);
        gf_fault_release(&st.fault);
    }
    struct gf_stream st = {0};
    struct gf_stage *s = of_fault(&st);
    CHECK_INT(gf_stage_bound(s, (struct gf_slice){text, 61}), -1);
    CHECK_INT(st.fault.status, GF_EXIT_TOOL);
    CHECK_STR(st.fault.text, "op: record 7 is too hard for the pattern: "
                             "'012345678901234567890123456789012345678901234567890123456789'...");
    gf_stage_free_all(s);
}

TEST(stream_stage, bad_or_skipped)
{
    struct gf_stream st = {0};
    struct gf_stage *s = of_fault(&st);
    CHECK_INT(gf_stage_bad_or_skipped(s, (struct gf_slice){"x", 1}, "", true), 0);
    s->taken++;
    CHECK_INT(gf_stage_bad_or_skipped(s, (struct gf_slice){"y", 1}, "", true), 0);
    CHECK_INT(st.fault.status, 0);
    CHECK_INT(s->skipped.failed, 2);
    CHECK_STR(s->skipped.first, "record 7 is no number: 'x'");
    CHECK_INT(gf_stage_bad_or_skipped(s, (struct gf_slice){"z", 1}, "", false), -1);
    CHECK_INT(st.fault.status, GF_EXIT_SOME);
    CHECK_STR(st.fault.text, "op: record 8 is no number: 'z'");
    CHECK_STR(st.fault.hint, "--skip-bad skips such records");
    CHECK_INT(s->skipped.failed, 2);
    gf_stage_free_all(s);
}

TEST(stream_stage, what_errno_of_the_storage_means)
{
    static const struct {
        int err;
        const char *dir, *text, *hint;
    } rows[] = {
        {ENOMEM, NULL, "out of memory", ""},
        {ENOMEM, "/d", "out of memory", ""},
        {EMSGSIZE, NULL, "op: record 7 is larger than the memory it may use", "--memory"},
        {EIO, NULL, "op: cannot read a temporary file: ", ""},
        {ENOSPC, "/d", "op: cannot write a temporary file in '/d': ", "-T sets another"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_stream st = {.spill = {.failed_dir = rows[i].dir, .written = 2048}};
        struct gf_stage *s = of_fault(&st);
        errno = rows[i].err;
        CHECK_INT(gf_stage_storage(s), -1);
        CHECK_INT(st.fault.status, GF_EXIT_TOOL);
        CHECK_ROW(strncmp(st.fault.text, rows[i].text, strlen(rows[i].text)) == 0, "row %zu: %s", i,
                  st.fault.text);
        CHECK_ROW(strstr(st.fault.hint, rows[i].hint) && !*rows[i].hint == !*st.fault.hint,
                  "row %zu: the hint is \"%s\"", i, st.fault.hint);
        gf_stage_free_all(s);
    }
}

/* ---- the end of stages ----------------------------------------------------------------------- */

static char closed[8];

static void note_close(struct gf_stage *s)
{
    size_t len = strlen(closed);
    closed[len] = s->name[0];
    closed[len + 1] = '\0';
}

TEST(stream_stage, closed_from_the_last_to_the_source)
{
    struct gf_stream st = {0};
    struct gf_stage *s = NULL;
    static const char *const names[] = {"a", "b", "c", "d"};
    for (int i = 0; i < 3; i++) {
        s = gf_stage_new(&st, s, names[i], 1);
        REQUIRE(s != NULL);
        s->close = i == 1 ? NULL : note_close;
    }
    struct gf_stage *over = gf_stage_new(&st, s, "d", 1);
    REQUIRE(over != NULL);
    over->close = note_close;
    CHECK(gf_stage_drop(over) == NULL);
    CHECK_STR(closed, "d");
    CHECK_INT(st.fault.status, 0);
    over = gf_stage_new(&st, s, "e", 1);
    REQUIRE(over != NULL);
    CHECK(gf_stage_nomem(over) == NULL);
    CHECK_STR(st.fault.text, "out of memory");
    gf_stage_free_all(s);
    CHECK_STR(closed, "dca");
}

/* ---- chains ---------------------------------------------------------------------------------- */

TEST(stream_stage, nothing_comes_behind_a_fault)
{
    static const struct rig_case cases[] = {
        {"where --strict 1 -gt 0", "1\n2\nx\n4\n", "1\n2\n!123 where: record 3 is no number: 'x'"},
        {"where --strict 1 -gt 0", "x\n4\n", "!123 where: record 1 is no number: 'x'"},
        {"where --strict 1 -gt 0 upper", "1\nx\n4\n", "1\n!123 where: record 2 is no number: 'x'"},
        {"where --strict 1 -gt 0 split ,", "1\nx\n4\n",
         "1\n!123 where: record 2 is no number: 'x'"},
        {"where --strict 1 -gt 0 limit 2", "1\n2\nx\n4\n", "1\n2\n"},
        {"where --strict 1 -gt 0 count", "1\n2\nx\n4\n", "!123 where: record 3 is no number: 'x'"},
        {"where --strict 1 -gt 0 reverse", "1\nx\n4\n", "!123 where: record 2 is no number: 'x'"},
        {"where --strict 1 -gt 0 batch 2", "1\n2\n3\nx\n4\n",
         "1\t2\n!123 where: record 4 is no number: 'x'"},
        {"where --strict 1 -gt 0 uniq -c", "1\n1\n3\nx\n3\n",
         "2\t1\n!123 where: record 4 is no number: 'x'"},
    };
    struct rig r;
    rig_init(&r);
    RIG_CHECK(&r, cases);
    rig_release(&r);
}

TEST(stream_stage, a_fault_of_the_source_comes_behind_its_records)
{
    static const char *const chains[] = {"upper",     "filter .",     "fields 1", "split ,",
                                         "enumerate", "distinct",     "limit 9",  "map s/q/r/",
                                         "matches .", "take-while .", "collect",  "skip 0"};
    for (size_t i = 0; i < sizeof chains / sizeof *chains; i++)
        for (size_t ask = 0; ask < 4; ask++) {
            struct rig r;
            rig_init(&r);
            rig_run(&r, chains[i], "a\nb\nc\nd\n",
                    (struct rig_how){.fault_at = 2, .ask = ask, .step = ask / 2});
            CHECK_ROW(strstr(r.out.data, "!125 the source is broken") != NULL, "%s: %s", chains[i],
                      r.out.data);
            size_t lines = 0;
            for (const char *p = r.out.data; *p; p++)
                lines += *p == '\n';
            CHECK_ROW(lines == 2, "%s: %s", chains[i], r.out.data);
            rig_release(&r);
        }
}

/* How many records a chain pulls of a source that nobody may ask for more than is needed. */
TEST(stream_stage, as_many_are_pulled_as_one_at_a_time_would)
{
    static const struct {
        const char *words;
        size_t pulled;
    } rows[] = {
        {"limit 0", 0},
        {"limit 3", 3},
        {"first", 1},
        {"top 0", 0},
        {"sample 0", 0},
        {"limit 3 reverse", 3},
        {"skip 2 limit 3", 5},
        {"skip -2 limit 3", 5},
        {"every 3 limit 2", 6},
        {"batch 2 limit 2", 4},
        {"window 3 limit 2", 4},
        {"upper limit 4", 4},
        {"peek /dev/null limit 3", 3},
        {"filter '[26]' limit 2", 6},
        {"reject '[126]' limit 2", 4},
        {"drop-while '[12]' limit 2", 4},
        {"where 1 -ge 5 first", 5},
        {"take-while '[123]'", 4},
        {"take-while '[123]' limit 2", 2},
        {"take-while '[123]' count", 4},
        {"any 4", 4},
        {"all '[123]'", 4},
        {"none 2", 2},
        {"split , limit 4", 2},
        {"split , limit 5", 3},
        {"matches '[0-9]' limit 3", 2},
        {"matches '[0-9]' limit 4", 2},
        {"matches '[0-9]' first", 1},
        {"uniq limit 3", 3},
        {"uniq --group limit 1", 1},
        {"uniq --group limit 2", 2},
        {"uniq --group limit 3", 2},
        {"uniq --group limit 4", 3},
        {"uniq -c limit 2", 3},
        {"distinct limit 2", 2},
        {"distinct --max 2 limit 3", 3},
        {"template '{1}' enumerate limit 2", 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t ask = 0; ask < 4; ask++) {
            struct rig r;
            rig_init(&r);
            rig_run(&r, rows[i].words, "1,0\n2,0\n3,0\n4,0\n5,0\n6,0\n7,0\n8,0\n",
                    (struct rig_how){.careful = true, .ask = ask});
            /* a comparison of numbers wants a number: the first field */
            if (strncmp(rows[i].words, "where", 5) == 0) {
                rig_separate(&r, ",");
                rig_run(&r, rows[i].words, "1,0\n2,0\n3,0\n4,0\n5,0\n6,0\n7,0\n8,0\n",
                        (struct rig_how){.careful = true, .ask = ask});
            }
            CHECK_ROW(r.at == rows[i].pulled, "%s: %zu records pulled, not %zu", rows[i].words,
                      r.at, rows[i].pulled);
            rig_release(&r);
        }
}

static const char *const any_ops[] = {
    "upper",
    "trim",
    "enumerate",
    "filter '[a-c]'",
    "reject '[ab]$'",
    "take-while .",
    "drop-while '^a'",
    "skip 2",
    "skip -3",
    "limit 5",
    "limit 1",
    "tail 4",
    "every 2",
    "sample --seed 3 4",
    "map s/a/aa/g",
    "fields 2,1",
    "template '{2}<{1}>'",
    "split ' '",
    "split a",
    "matches '[a-d]'",
    "matches '(.) '",
    "batch 3",
    "window 2",
    "distinct",
    "distinct --max 2",
    "distinct --only-dup",
    "distinct -c",
    "distinct --last -f 1",
    "uniq",
    "uniq -c",
    "uniq --group",
    "uniq --last -f 1",
    "sort",
    "sort -u",
    "sort -f 2,1r",
    "top 3",
    "bottom -f 2 2",
    "shuffle --seed 5",
    "reverse",
    "where 1 eq a",
    "where 2 -lt 0",
    "group 1 count,first:2,join:2,distinct:2",
};

static const char *const any_ends[] = {"",      "first",  "count",  "any b",
                                       "all .", "none z", "join +", "collect"};

static void random_lines(uint64_t *seed, char *text, size_t lines)
{
    static const char letters[] = "aabbcd ";
    for (; lines; lines--) {
        for (size_t n = rig_random(seed, 5); n; n--)
            *text++ = letters[rig_random(seed, sizeof letters - 1)];
        *text++ = '\n';
    }
    *text = '\0';
}

TEST(stream_stage, random_chains_do_not_depend_on_the_batches)
{
    uint64_t seed = 1234567891234567u;
    struct rig r;
    rig_init(&r);
    for (int round = 0; round < 1500; round++) {
        char words[300], lines[400], want[8192];
        int want_answer = 0, len = 0;
        size_t ops = 1 + rig_random(&seed, 4);
        for (; ops; ops--)
            len += snprintf(words + len, sizeof words - (size_t)len, "%s ",
                            any_ops[rig_random(&seed, sizeof any_ops / sizeof *any_ops)]);
        snprintf(words + len, sizeof words - (size_t)len, "%s",
                 any_ends[rig_random(&seed, sizeof any_ends / sizeof *any_ends)]);
        random_lines(&seed, lines, rig_random(&seed, 25));
        for (size_t k = 0; k < RIG_HOWS; k++) {
            const char *got = rig_run(&r, words, lines, rig_hows[k]);
            if (k == 0) {
                snprintf(want, sizeof want, "%s", got);
                want_answer = r.st.answer;
            }
            CHECK_ROW(strcmp(got, want) == 0 || strlen(got) >= sizeof want,
                      "%s on \"%s\": way %zu gives \"%s\", not \"%s\"", words, lines, k, got, want);
            CHECK_ROW(r.st.answer == want_answer, "%s on \"%s\": way %zu answers %d", words, lines,
                      k, r.st.answer);
        }
    }
    rig_release(&r);
}

TEST(stream_stage, random_chains_pull_no_more_than_one_at_a_time)
{
    uint64_t seed = 76543219876543u;
    struct rig r;
    rig_init(&r);
    for (int round = 0; round < 1500; round++) {
        char words[300], lines[400];
        int len = 0;
        size_t pulled = 0, ops = 1 + rig_random(&seed, 3);
        for (; ops; ops--)
            len += snprintf(words + len, sizeof words - (size_t)len, "%s ",
                            any_ops[rig_random(&seed, sizeof any_ops / sizeof *any_ops)]);
        snprintf(words + len, sizeof words - (size_t)len, "limit %d", (int)rig_random(&seed, 8));
        random_lines(&seed, lines, 25);
        for (size_t step = 1; step < 5; step++) {
            rig_run(
                &r, words, lines,
                (struct rig_how){.careful = true, .ask = step == 1, .step = step / 4 ? 0 : step});
            if (step == 1)
                pulled = r.at;
            CHECK_ROW(r.at == pulled, "%s on \"%s\": %zu records pulled, not %zu", words, lines,
                      r.at, pulled);
        }
    }
    rig_release(&r);
}
