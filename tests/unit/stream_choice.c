/* Which of equal records are given: all of the choices against what distinct and uniq promise, the
 * options that do not go together, and distinct and uniq themselves against a naive model, with
 * little memory as well. */
#include "stream/choice.h"

#include <stdio.h>

#include "stream_rig.h"

TEST(stream_choice, of_one_to_five_that_are_equal)
{
    static const struct {
        struct gf_choice c;
        const char *at_once; /* for the 1st to 5th: y or n */
        const char *at_end;  /* of 1 to 5 */
        bool waits;
    } rows[] = {
        {{.max = 1}, "ynnnn", "nnnnn", false},
        {{.max = 3}, "yyynn", "nnnnn", false},
        {{.max = UINT64_MAX}, "yyyyy", "nnnnn", false},
        {{.max = 1, .counts = true}, "nnnnn", "yyyyy", true},
        {{.max = 1, .last = true}, "nnnnn", "yyyyy", true},
        {{.max = 1, .only_dup = true}, "nnnnn", "nyyyy", true},
        {{.max = 1, .only_unique = true}, "nnnnn", "ynnnn", true},
        {{.max = 1, .only_dup = true, .counts = true}, "nnnnn", "nyyyy", true},
        {{.max = 1, .only_unique = true, .counts = true}, "nnnnn", "ynnnn", true},
        {{.max = 1, .last = true, .counts = true}, "nnnnn", "yyyyy", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CHECK_ROW(gf_choice_waits(&rows[i].c) == rows[i].waits, "row %zu", i);
        for (uint64_t n = 1; n <= 5; n++) {
            CHECK_ROW(gf_choice_at_once(&rows[i].c, n) == (rows[i].at_once[n - 1] == 'y'),
                      "row %zu: record %d", i, (int)n);
            CHECK_ROW(gf_choice_at_end(&rows[i].c, n) == (rows[i].at_end[n - 1] == 'y'),
                      "row %zu: end of %d", i, (int)n);
        }
    }
}

TEST(stream_choice, a_count_in_front)
{
    const struct gf_settings set = {.behind_number = {"\t", 1}};
    struct gf_stream st = {.set = &set};
    struct gf_stage *s = gf_stage_new(&st, NULL, "s", 0);
    const struct gf_slice none = {"", 0};
    REQUIRE(s != NULL);
    CHECK_INT(gf_choice_emit_counted(s, 1, (struct gf_slice){"a\0b", 3}, none), 0);
    CHECK_INT(gf_choice_emit_counted(s, UINT64_MAX, (struct gf_slice){NULL, 0}, none), 0);
    CHECK_INT(gf_choice_emit_counted(s, 2, (struct gf_slice){"a", 1}, (struct gf_slice){"\r", 1}),
              0);
    CHECK_INT(s->n, 3);
    CHECK(s->out[0].len == 5 && memcmp(s->out[0].data, "1\ta\0b", 5) == 0);
    CHECK(s->out[1].len == 21 && memcmp(s->out[1].data, "18446744073709551615\t", 21) == 0);
    CHECK(s->out[2].len == 4 && memcmp(s->out[2].data, "2\ta\r", 4) == 0);
    gf_stage_free_all(s);
}

/* A number in front is a field like the others. */
TEST(stream_choice, counts_are_fields)
{
    static const struct rig_case cases[] = {
        {"distinct -c", "a\nb\na\n", "2, a\n1, b\n"},
        {"distinct -c -f 1", "a, 1\nb\na, 2\n", "2, a, 1\n1, b\n"},
        {"uniq -c", "a\na\nb\n", "2, a\n1, b\n"},
        {"distinct -c where 1 -gt 1 fields 2", "a\nb\na\n", "a\n"},
        {"enumerate --start 9 fields 1,2", "a, x\nb\n", "9, a\n10, b\n"},
        {"enumerate group 1 count", "a\n", "1, 1\n"},
    };
    struct rig r;
    rig_init(&r);
    rig_separate(&r, ", ");
    RIG_CHECK(&r, cases);
    r.set.behind_number = (struct gf_slice){NULL, 0};
    CHECK_STR(rig_run(&r, "enumerate", "a\n", (struct rig_how){0}), "1a\n");
    rig_release(&r);
}

TEST(stream_choice, distinct_and_uniq)
{
    static const struct rig_case cases[] = {
        {"distinct", "", ""},
        {"uniq", "", ""},
        {"uniq -c", "", ""},
        {"uniq --group", "", ""},
        {"distinct -c", "", ""},
        {"distinct", "b\na\nb\n\na\n", "b\na\n\n"},
        {"uniq", "b\nb\na\nb\n\n\n", "b\na\nb\n\n"},
        {"uniq -c", "b\nb\na\n\n\nb", "2\tb\n1\ta\n2\t\n1\tb\n"},
        {"uniq --group", "b\nb\na\nb\n", "b\nb\n\na\n\nb\n"},
        {"uniq --group=separate -f 1", "b 1\nb 2\na\n", "b 1\nb 2\n\na\n"},
        {"distinct -c", "b\na\nb\n", "2\tb\n1\ta\n"},
        {"distinct -ci", "b\na\nB\n", "2\tb\n1\ta\n"},
        {"distinct -i", "b\na\nB\nA", "b\na\n"},
        {"distinct --last -f 1", "b 1\na 2\nb 3\nc 4\n", "a 2\nb 3\nc 4\n"},
        {"distinct --last -c -f 1", "b 1\na 2\nb 3\nc 4\n", "1\ta 2\n2\tb 3\n1\tc 4\n"},
        {"distinct -c -f 1", "b 1\na 2\nb 3\n", "2\tb 1\n1\ta 2\n"},
        {"distinct --only-dup", "b\na\nb\nc\nc\nb\n", "b\nc\n"},
        {"distinct --only-unique", "b\na\nb\nd\nc\nc\n", "a\nd\n"},
        {"distinct --only-dup -c", "b\na\nb\nc\nc\nb\n", "3\tb\n2\tc\n"},
        {"distinct --max 2", "b\nb\na\nb\n", "b\nb\na\n"},
        {"uniq --max 2", "b\nb\nb\na\nb\n", "b\nb\na\nb\n"},
        {"uniq --last -f 1", "b 1\nb 2\na 3\n", "b 2\na 3\n"},
        {"uniq --only-dup", "b\nb\na\nb\n", "b\n"},
        {"uniq --only-unique", "b\nb\na\nb\n", "a\nb\n"},
        {"distinct -k 1,1b -c", "  a\na\n", "1\t  a\n1\ta\n"},
        {"distinct -k 1b -c", "  a\na\n", "2\t  a\n"},
        {"distinct -f 2,1", "a b\nb a\na  b\n", "a b\nb a\n"},
        {"distinct -f 2", "x\ny \nz 1\n", "x\nz 1\n"},
    };
    struct rig r;
    rig_init(&r);
    RIG_CHECK(&r, cases);
    rig_release(&r);
}

/* ---- against a model ------------------------------------------------------------------------- */

enum {
    RECORDS = 12000
};

static char record[RECORDS][24];

/* What uniq (neighbours) and distinct (all) give, written down slowly. */
static void model(struct gf_buf *out, size_t n, const struct gf_choice *c, bool neighbours,
                  size_t keys)
{
    static size_t first[RECORDS], count[RECORDS], last[RECORDS], nth[RECORDS], group[RECORDS];
    static size_t seen[RECORDS];
    size_t groups = 0;
    for (size_t k = 0; k < keys; k++)
        seen[k] = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        size_t key = (size_t)strtoul(record[i], NULL, 10);
        bool fresh = seen[key] == SIZE_MAX ||
                     (neighbours && (size_t)strtoul(record[i - 1], NULL, 10) != key);
        if (fresh) {
            seen[key] = groups;
            first[groups] = i;
            count[groups++] = 0;
        }
        group[i] = seen[key];
        last[group[i]] = i;
        nth[i] = ++count[group[i]];
    }
    gf_buf_clear(out);
    gf_buf_puts(out, "");
    for (size_t i = 0; i < n; i++) {
        size_t g = group[i], all = count[g];
        bool given = c->only_dup || c->only_unique || c->last || c->counts
                         ? i == (c->last ? last[g] : first[g])
                         : nth[i] <= c->max;
        given &= !c->only_dup || all > 1;
        given &= !c->only_unique || all == 1;
        if (given && c->counts)
            gf_buf_printf(out, "%zu\t", all);
        if (given)
            gf_buf_printf(out, "%s\n", record[i]);
    }
}

static const struct {
    const char *options;
    struct gf_choice c;
} choices[] = {
    {"", {.max = 1}},
    {"--max 2", {.max = 2}},
    {"-c", {.max = 1, .counts = true}},
    {"--last", {.max = 1, .last = true}},
    {"--last -c", {.max = 1, .last = true, .counts = true}},
    {"--only-dup", {.max = 1, .only_dup = true}},
    {"--only-unique", {.max = 1, .only_unique = true}},
    {"--only-dup -c", {.max = 1, .only_dup = true, .counts = true}},
};

enum {
    CHOICES = sizeof choices / sizeof *choices
};

static void check_model(uint64_t *seed, struct rig *r, bool neighbours, size_t which, size_t n,
                        size_t keys)
{
    static struct gf_buf want;
    bool whole = rig_random(seed, 2);
    char words[64];
    snprintf(words, sizeof words, "%s %s%s", neighbours ? "uniq" : "distinct",
             choices[which].options, whole ? "" : " -f 1");
    rig_reset(r);
    REQUIRE(rig_read(r, words) == 0);
    for (size_t i = 0; i < n; i++) {
        int len = snprintf(record[i], sizeof record[i], "%d", (int)rig_random(seed, keys));
        if (!whole)
            snprintf(record[i] + len, sizeof record[i] - (size_t)len, " %zu", i);
        rig_add(r, record[i], strlen(record[i]));
    }
    model(&want, n, &choices[which].c, neighbours, keys);
    struct rig_how how = {.ask = rig_random(seed, 4), .step = rig_random(seed, 4)};
    rig_work(r, n > 1000 ? (struct rig_how){0} : how);
    CHECK_ROW(strcmp(r->out.data, want.data) == 0,
              "%s: %zu records of %zu keys: %.200s ..., not %.200s ...", words, n, keys,
              r->out.data, want.data);
    gf_buf_release(&want);
}

TEST(stream_choice, as_a_model)
{
    uint64_t seed = 31415926535897932u;
    struct rig r;
    rig_init(&r);
    for (int round = 0; round < 1500; round++)
        check_model(&seed, &r, round % 2, (size_t)round / 2 % CHOICES, rig_random(&seed, 40),
                    1 + rig_random(&seed, 12));
    rig_release(&r);
}

/* The table is full before the end, with some keys in it: what is not in it is put aside and comes
 * in its place. */
TEST(stream_choice, as_a_model_with_little_memory)
{
    uint64_t seed = 27182818284590452u;
    struct rig r;
    rig_init(&r);
    r.set.memory = 256 << 10;
    for (int round = 0; round < 24; round++)
        check_model(&seed, &r, false, (size_t)round / 3, RECORDS,
                    round % 3 ? RECORDS / 3 : RECORDS);
    rig_release(&r);
}
