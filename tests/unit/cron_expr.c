/* cron_expr.c - schedules: what is refused and where, hashes, the proof of never, words. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "cron/next.h"
#include "cron/words.h"
#include "test.h"

static int parse(struct gf_cron *c, const char *text, struct gf_perr *e)
{
    struct gf_cron_context ctx = {.id = "job", .id_len = 3, .now = 1000};
    return gf_cron_parse(c, text, strlen(text), &ctx, e);
}

TEST(cron_expr, places_of_errors)
{
    static const struct {
        const char *text;
        size_t col, len;
        const char *what;
    } rows[] = {
        {"61 * * * *", 0, 2, "minute is 0 to 59"},
        {"* 24 * * *", 2, 2, "hour is 0 to 23"},
        {"* * * * *,", 10, 0, "day of week: a value is missing"},
        {"* * * FOO *", 6, 3, "month: not a value"},
        {"* * * *", 7, 0, "a schedule has five fields or more"},
        {"0 0 3 1 1 2026", 10, 4, "six fields are seconds to weekday, not a year at the end"},
        {"@dialy", 0, 6, "unknown schedule word"},
        {"@every", 6, 0, "a duration is missing"},
        {"@every 5x", 8, 1, "unknown unit 'x'"},
        {"@every 500ms", 7, 5, "a schedule counts in whole seconds, from 1s on"},
        {"@daily x", 7, 1, "nothing may follow here"},
        {"@at 2026-02-30", 4, 0, NULL},
        {"0 0 * * 1#6", 10, 1, "day of week: #n takes n from 1 to 5, or -1 to -5"},
        {"5-1x * * * *", 3, 1, "minute: not understood from here on"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_cron c;
        struct gf_perr e = {0};
        CHECK_ROW(parse(&c, rows[i].text, &e) != 0, "%s is accepted", rows[i].text);
        if (!rows[i].what)
            continue;
        CHECK_STR(e.what, rows[i].what);
        CHECK_ROW(e.col == rows[i].col && e.len == rows[i].len, "%s: %zu+%zu", rows[i].text, e.col,
                  e.len);
    }
}

TEST(cron_expr, the_same_bits)
{
    static const char *const pairs[][2] = {
        {"0 22-2 * * *", "0 0,1,2,22,23 * * *"},
        {"* * * * SAT-TUE", "* * * * 6,0,1,2"},
        {"* * * * 5-7", "* * * * 5,6,0"},
        {"* * * * Monday-friday", "* * * * 1-5"},
        {"5/15 * * * *", "5,20,35,50 * * * *"},
        {"0 22-2/2 * * *", "0 22,0,2 * * *"},
        {"* * * nov-feb *", "* * * 11,12,1,2 *"},
        {"0 0 ? * ?", "0 0 * * *"},
        {"* * * * SUN", "* * * * 7"},
        {"@daily", "0 0 * * *"},
        {"* * * * 7-2", "* * * * 0-2"},
        {"08 09 * * *", "8 9 * * *"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct gf_cron a, b;
        REQUIRE(parse(&a, pairs[i][0], NULL) == 0 && parse(&b, pairs[i][1], NULL) == 0);
        CHECK_ROW(a.min == b.min && a.hour == b.hour && a.dom == b.dom && a.mon == b.mon &&
                      a.dow == b.dow,
                  "%s is not %s", pairs[i][0], pairs[i][1]);
    }
}

TEST(cron_expr, never_is_proved)
{
    static const struct {
        const char *text;
        bool possible;
    } rows[] = {
        {"0 0 30 2 *", false},        {"0 0 31 4,6,9,11 *", false}, {"0 0 29 2 *", true},
        {"0 0 29 2 +MON", true},      {"0 0 31W 2 *", false},       {"0 0 30 2 MON", true},
        {"0 0 L-30 2 *", false},      {"0 0 L-30 * *", true},       {"0 0 * 2 MON#5", true},
        {"0 0 0 29 2 * 2027", false}, {"0 0 0 29 2 * 2028", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_cron c;
        REQUIRE(parse(&c, rows[i].text, NULL) == 0);
        CHECK_ROW(gf_cron_possible(&c) == rows[i].possible, "%s", rows[i].text);
    }
}

TEST(cron_expr, hashes_are_fixed_for_good)
{
    struct gf_cron c;
    REQUIRE(parse(&c, "H H(1-5) * * *", NULL) == 0);
    CHECK_INT(__builtin_popcountll(c.min), 1);
    CHECK_INT(__builtin_ctzll(c.min), 14);
    CHECK(c.hour & 0x3e);
    REQUIRE(parse(&c, "H/15 * * * *", NULL) == 0);
    CHECK_INT(__builtin_popcountll(c.min), 4);
    REQUIRE(parse(&c, "10~12 * * * *", NULL) == 0);
    CHECK(c.min == 1 << 10 || c.min == 1 << 11 || c.min == 1 << 12);
    REQUIRE(parse(&c, "0 0 H * *", NULL) == 0);
    CHECK((c.dom & 0x1ffffffe) == c.dom);
}

TEST(cron_expr, words)
{
    static const char *const rows[][2] = {
        {"30 2 * * *", "at 02:30"},
        {"*/15 9-17 * * MON-FRI", "every 15 minutes of hours 9 to 17, on Monday to Friday"},
        {"* * * * *", "every minute"},
        {"0 0 13 * 5", "at 00:00, on day 13, or on Friday"},
        {"0 0 13 * +5", "at 00:00, on day 13, and only on Friday"},
        {"0 0 LW * *", "at 00:00, on the last working day"},
        {"0 0 * * MON#2", "at 00:00, on the 2nd Monday"},
        {"0 0 * * FRIL", "at 00:00, on the last Friday"},
        {"5 * * * *", "at minute 5 of every hour"},
        {"@every 90m", "every 1h30m, counted from 1970-01-01T00:00:00Z"},
        {"@start", "once, when the scheduler starts"},
        {"0 0 0 1 1 * 2027-2030", "at 00:00, on day 1, in January, in 2027 to 2030"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_cron c;
        struct gf_buf b = {0};
        REQUIRE(parse(&c, rows[i][0], NULL) == 0);
        REQUIRE(gf_cron_words(&b, &c) == 0);
        CHECK_STR(b.data, rows[i][1]);
        gf_buf_release(&b);
    }
}

TEST(cron_expr, several)
{
    static const struct {
        const char *text;
        int n; /* schedules; 0: refused */
        size_t col;
        const char *what;
    } rows[] = {
        {"0 9 * * 1-5 | 0 12 * * 6,0", 2, 0, NULL},
        {" @start |\t@every 2w at Mon 09:00 | 0 3 * * * ", 3, 0, NULL},
        {"0 0 9 * * * | @daily | 0 0 9 * * *", 3, 0, NULL},
        {"0 9 * * 1-5|0 12 * * 6", 0, 11, "a | between schedules has blanks around it"},
        {"@daily| @hourly", 0, 6, "a | between schedules has blanks around it"},
        {"0 9 * * * |", 0, 11, "a schedule is missing"},
        {"| 0 9 * * *", 0, 0, "a schedule is missing"},
        {"0 9 * * * | | 0 8 * * *", 0, 11, "a schedule is missing"},
        {"0 9 * * * | 61 9 * * *", 0, 12, "minute is 0 to 59"},
        {"0 9 * * * | @daily x", 0, 19, "nothing may follow here"},
        {"0 9 * * * | CRON_TZ=UTC 0 8 * * *", 0, 12, "a job has one time zone"},
        {"0 9 * * * | 0 0 9 * * *", 0, 22, "not as many fields as the schedule before has"},
        {"0 0 9 * * * | 0 9 * * *", 0, 23, "not as many fields as the schedule before has"},
        {"@start | @start | @start | @start | @start | @start | @start | @start", 8, 0, NULL},
        {"@start | @start | @start | @start | @start | @start | @start | @start | @start", 0, 70,
         "a job has at most 8 schedules"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_cron c, more[GF_CRON_SCHEDULES - 1];
        struct gf_cron_context ctx = {.id = "", .more = more};
        struct gf_perr e = {0};
        int n = 0;
        int got = gf_cron_parse(&c, rows[i].text, strlen(rows[i].text), &ctx, &e);
        CHECK_ROW((got == 0) == (rows[i].n != 0), "%s: %d", rows[i].text, got);
        for (const struct gf_cron *each = got == 0 ? &c : NULL; each; each = each->also, n++)
            CHECK_ROW(strchr("0@", rows[i].text[each->at]), "%s: %zu", rows[i].text, each->at);
        CHECK_INT(n, rows[i].n);
        if (rows[i].what)
            CHECK_STR(e.what, rows[i].what);
        CHECK_ROW(e.col == rows[i].col, "%s: column %zu", rows[i].text, e.col);
    }
    struct gf_cron c;
    CHECK(parse(&c, "@daily | @hourly", NULL) != 0); /* no room for a second */
}

/* A text ends where its length says; sanitizers see a read behind it. */
TEST(cron_expr, nothing_is_read_behind_the_end)
{
    static const char *const texts[] = {
        "0 1~5 2 4/4 6-7 2027",
        "@every 5",
        "* * * * MON",
        "H(1-5) * * * *",
        "@at 2026-01-01T10",
        "0 0 0 1 1 * 2027-",
        "@in",
        "0 0 L-",
        "@every 2w at Mon 09:00 from 2026-03-02 | @daily | 0 1 * * *"};
    struct gf_cron more[GF_CRON_SCHEDULES - 1];
    struct gf_cron_context ctx = {.id = "", .id_len = 0, .more = more};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        for (size_t len = strlen(texts[i]); len > 0; len--) {
            struct gf_cron c;
            size_t used;
            char *exact = malloc(len);
            REQUIRE(exact != NULL);
            memcpy(exact, texts[i], len);
            gf_cron_parse(&c, exact, len, &ctx, NULL);
            gf_cron_parse_front(&c, exact, len, 5, &ctx, &used, NULL);
            free(exact);
        }
    }
}
