/* The values of all groups for one aggregate, in memory and in temporary files: against a naive
 * model; limits; what a zeroed struct allows. */
#include "stream/held.h"

#include <errno.h>
#include <stdio.h>

#include "stream_rig.h"

TEST(stream_held, a_zeroed_struct_is_empty)
{
    struct gf_held h = {0};
    CHECK_INT(gf_held_end(&h), 0);
    gf_held_release(&h);
}

TEST(stream_held, one_value_a_group)
{
    static const struct {
        struct gf_agg agg;
        const char *want;
    } rows[] = {
        {{GF_AGG_MEDIAN, 1, 50 * GF_PERCENT, ""}, "7"},
        {{GF_AGG_PERCENTILE, 1, 99 * GF_PERCENT, ""}, "7"},
        {{GF_AGG_DISTINCT, 1, 50 * GF_PERCENT, ""}, "1"},
        {{GF_AGG_JOIN, 1, 50 * GF_PERCENT, ""}, "7"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_sep sep;
        struct gf_held h = {0};
        struct gf_buf out = {0};
        struct gf_runfile spill = {.dirs = rig_dirs, .ndirs = 1};
        struct gf_slice comma = {",", 1};
        gf_sep_blanks(&sep, false);
        REQUIRE(gf_held_open(&h, rows[i].agg.kind, &sep, 1 << 16, &spill) == 0);
        CHECK_INT(gf_held_add(&h, UINT64_MAX, (struct gf_slice){"7", 1}), 0);
        CHECK_INT(gf_held_end(&h), 0);
        gf_buf_puts(&out, "=");
        CHECK_INT(gf_held_result(&h, &rows[i].agg, 0, comma, &out), 0); /* no values: nothing */
        CHECK_STR(out.data, rows[i].agg.kind == GF_AGG_DISTINCT ? "=0" : "=");
        gf_buf_clear(&out);
        CHECK_INT(gf_held_result(&h, &rows[i].agg, 1, comma, &out), 0);
        CHECK_STR(out.data, rows[i].want);
        CHECK_INT(gf_held_result(&h, &rows[i].agg, 1, comma, &out), -1); /* there are no more */
        gf_held_release(&h);
        gf_buf_release(&out);
        gf_runfile_release(&spill);
    }
}

TEST(stream_held, a_value_over_the_budget)
{
    enum {
        BUDGET = 256 << 10 /* a sorter takes at least as much */
    };
    struct gf_sep sep;
    struct gf_held h = {0};
    struct gf_runfile spill = {.dirs = rig_dirs, .ndirs = 1};
    char *big = calloc(1, 2 * BUDGET);
    REQUIRE(big != NULL);
    gf_sep_blanks(&sep, false);
    REQUIRE(gf_held_open(&h, GF_AGG_JOIN, &sep, BUDGET, &spill) == 0);
    errno = 0;
    CHECK_INT(gf_held_add(&h, 1, (struct gf_slice){big, 2 * BUDGET}), -1);
    CHECK_INT(errno, EMSGSIZE);
    gf_held_release(&h);
    gf_runfile_release(&spill);
    free(big);
}

TEST(stream_held, no_directory_for_what_does_not_fit)
{
    static const char *const nowhere[] = {"/nowhere/at-all"};
    struct gf_sep sep;
    struct gf_held h = {0};
    struct gf_runfile spill = {.dirs = nowhere, .ndirs = 1};
    gf_sep_blanks(&sep, false);
    REQUIRE(gf_held_open(&h, GF_AGG_JOIN, &sep, 64 << 10, &spill) == 0);
    int r = 0;
    for (int i = 0; i < 100000 && r == 0; i++)
        r = gf_held_add(&h, 1, (struct gf_slice){"some value", 10});
    CHECK_INT(r, -1);
    CHECK_INT(errno, ENOENT);
    CHECK_STR(spill.failed_dir, nowhere[0]);
    gf_held_release(&h);
    gf_runfile_release(&spill);
}

/* ---- against a model ------------------------------------------------------------------------- */

enum {
    VALUES = 8000,
    GROUPS = 40
};

struct model {
    struct {
        size_t group;
        char text[16];
    } value[VALUES];
    size_t n;
};

static int by_number(const void *a, const void *b)
{
    double x = strtod(*(const char *const *)a, NULL), y = strtod(*(const char *const *)b, NULL);
    return (x > y) - (x < y);
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* What the values of one group come to; how many it has. */
static size_t model_result(const struct model *m, size_t group, const struct gf_agg *a, char *want,
                           size_t size)
{
    static const char *mine[VALUES];
    size_t n = 0, len = 0, different = 0;
    for (size_t i = 0; i < m->n; i++)
        if (m->value[i].group == group)
            mine[n++] = m->value[i].text;
    *want = '\0';
    if (a->kind == GF_AGG_JOIN) {
        for (size_t i = 0; i < n; i++)
            len += (size_t)snprintf(want + len, size - len, "%s%s", i ? "<>" : "", mine[i]);
    } else if (a->kind == GF_AGG_DISTINCT) {
        qsort(mine, n, sizeof *mine, by_bytes);
        for (size_t i = 0; i < n; i++)
            different += !i || strcmp(mine[i], mine[i - 1]) != 0;
        snprintf(want, size, "%zu", different);
    } else if (n) { /* whole numbers, and quarters of the way between them */
        qsort(mine, n, sizeof *mine, by_number);
        size_t quarters = (n - 1) * (size_t)(a->percent / (25 * GF_PERCENT)), at = quarters / 4;
        double lo = strtod(mine[at], NULL), hi = at + 1 < n ? strtod(mine[at + 1], NULL) : lo;
        snprintf(want, size, "%.17g", lo + (hi - lo) * (double)(quarters % 4) / 4);
    }
    return n;
}

static void check_held(uint64_t *seed, const char *sep_text, size_t budget, size_t values)
{
    static struct model m;
    static char want[1 << 17];
    static const struct gf_agg aggs[] = {{GF_AGG_MEDIAN, 1, 50 * GF_PERCENT, ""},
                                         {GF_AGG_PERCENTILE, 1, 75 * GF_PERCENT, ""},
                                         {GF_AGG_PERCENTILE, 1, 0, ""},
                                         {GF_AGG_PERCENTILE, 1, 100 * GF_PERCENT, ""},
                                         {GF_AGG_DISTINCT, 1, 0, ""},
                                         {GF_AGG_JOIN, 1, 0, ""}};
    static const char letters[] = "0aA,x ";
    const struct gf_agg *a = &aggs[rig_random(seed, sizeof aggs / sizeof *aggs)];
    struct gf_sep sep;
    struct gf_held h = {0};
    struct gf_buf out = {0};
    struct gf_runfile spill = {.dirs = rig_dirs, .ndirs = 1};
    gf_sep_blanks(&sep, false);
    if (*sep_text)
        REQUIRE(gf_sep_parse(&sep, sep_text, strlen(sep_text), NULL) == 0);
    REQUIRE(gf_held_open(&h, a->kind, &sep, budget, &spill) == 0);
    m.n = values;
    for (size_t i = 0; i < m.n; i++) {
        char *t = m.value[i].text;
        m.value[i].group = rig_random(seed, GROUPS);
        if (gf_aggregate_counts(a->kind)) {
            snprintf(t, sizeof m.value[i].text, "%d", (int)rig_random(seed, 2001) - 1000);
        } else {
            size_t len = rig_random(seed, 4);
            for (size_t k = 0; k < len; k++)
                t[k] = letters[rig_random(seed, sizeof letters - 1)];
            t[len] = '\0';
        }
        /* numbers of groups that differ in many digits */
        CHECK_INT(gf_held_add(&h, m.value[i].group * UINT64_C(0x0123456789abcd),
                              (struct gf_slice){t, strlen(t)}),
                  0);
    }
    CHECK_INT(gf_held_end(&h), 0);
    for (size_t g = 0; g < GROUPS; g++) {
        size_t n = model_result(&m, g, a, want, sizeof want);
        gf_buf_clear(&out);
        gf_buf_puts(&out, "");
        CHECK_INT(gf_held_result(&h, a, n, (struct gf_slice){"<>", 2}, &out), 0);
        CHECK_ROW(strcmp(out.data, want) == 0,
                  "separator '%s', kind %d, %llu: group %zu is %.300s, not %.300s", sep_text,
                  (int)a->kind, (unsigned long long)(a->percent / GF_PERCENT), g, out.data, want);
    }
    if (values == VALUES)
        CHECK(spill.written > 0);
    gf_held_release(&h);
    gf_buf_release(&out);
    gf_runfile_release(&spill);
}

/* The separator of fields has no say in it: neither the digits of a group nor the bytes of a value
 * are cut by it. */
TEST(stream_held, as_a_model_in_memory)
{
    static const char *const seps[] = {"", ",", "0", "a", "00", "x", "1"};
    uint64_t seed = 987654321987654321u;
    for (int round = 0; round < 300; round++)
        check_held(&seed, seps[round % 7], 256 << 10, rig_random(&seed, 200));
}

TEST(stream_held, as_a_model_in_temporary_files)
{
    static const char *const seps[] = {"", "0", "a", ","};
    uint64_t seed = 123454321234543u;
    for (int round = 0; round < 12; round++)
        check_held(&seed, seps[round % 4], 256 << 10, VALUES);
}
