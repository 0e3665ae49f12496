/* Expressions: what each gives for fields, which errors it has, and where a bad one is bad. */
#include "expr/expr.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

static int64_t find(void *arg, struct gf_slice name)
{
    static const char *const names[] = {"a", "b", "c", "my name", "len"};
    (void)arg;
    for (int i = 0; i < 5; i++)
        if (strlen(names[i]) == name.len && memcmp(names[i], name.data, name.len) == 0)
            return i + 1;
    return 0;
}

static const struct gf_expr_names columns = {find, NULL};

static size_t cut(const char *record, struct gf_slice field[8])
{
    size_t n = 0;
    for (const char *p = record; p && n < 8; n++) {
        const char *bar = strchr(p, '|');
        field[n] = (struct gf_slice){p, bar ? (size_t)(bar - p) : strlen(p)};
        p = bar ? bar + 1 : NULL;
    }
    return n;
}

/* The value for a record whose fields have | between them, or ! and the error. */
static const char *value(const char *expr, const char *record)
{
    static char out[400];
    struct gf_perr e = {0};
    struct gf_slice field[8];
    size_t n = cut(record, field);
    struct gf_expr *x = gf_expr_compile(expr, strlen(expr), &columns, NULL, &e);
    struct gf_expr_run r;
    struct gf_expr_value v;
    if (!x) {
        snprintf(out, sizeof out, "! at %zu: %s", e.col, e.what);
        return out;
    }
    gf_expr_run_init(&r);
    r.now_wall = 1795600800 * GF_S + 250 * GF_MS; /* 2026-11-25T10:00:00.25Z */
    if (gf_expr_eval(x, &r, field, n, &v) != 0) {
        snprintf(out, sizeof out, "! %s, field %" PRId64 " '%.*s'", r.error.what, r.error.field,
                 (int)r.error.text.len, r.error.text.data ? r.error.text.data : "");
    } else {
        struct gf_slice s = gf_expr_value_text(&v, &r);
        snprintf(out, sizeof out, "%.*s", (int)s.len, s.data);
    }
    gf_expr_run_release(&r);
    gf_expr_free(x);
    return out;
}

struct row {
    const char *expr, *record, *want;
};

static void check(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *got = value(rows[i].expr, rows[i].record);
        CHECK_ROW(strcmp(got, rows[i].want) == 0, "%s of %s is '%s', not '%s'", rows[i].expr,
                  rows[i].record, got, rows[i].want);
    }
}

#define CHECK_ROWS(rows) check(rows, sizeof rows / sizeof rows[0])

TEST(expr, operators)
{
    static const struct row rows[] = {
        {"1+2*3", "", "7"},
        {"(1+2)*3", "", "9"},
        {"2-3-4", "", "-5"},
        {"2*3%4", "", "2"},
        {"5+4%3", "", "6"},
        {"12/2/3", "", "2"},
        {"-2**2", "", "-4"},
        {"2**-1", "", "0.5"},
        {"2**3**2", "", "512"},
        {"2*-3", "", "-6"},
        {"- -3", "", "3"},
        {"+'7'", "", "7"},
        {"1 or 0 and 0", "", "1"},
        {"not 1 == 2", "", "1"},
        {"not not 5", "", "1"},
        {"0 or 7", "", "1"},
        {"3 and 'x'", "", "1"},
        {"1 + 1 == 2 and 2 < 3", "", "1"},
        {"a*b+1", "12|30", "361"},
        {"{1}*{2}+1", "12|30", "361"},
        {"{ my name}", "", "! at 0: there is no column ' my name'"},
        {"{my name}+{len}", "1|2|3|4|5", "9"},
        {"len+len(len)", "1|2|3|4|50", "52"}, /* the ( tells a function from a column */
        {"{-1}", "x|y|z", "z"},
        {"{-4}", "x|y|z", ""},
        {"{9}", "x|y|z", ""},
        {"a", "007", "007"},
        {"a+0", "007", "7"},
        {"a+0", " 1.50 ", "1.50"},
        {".5+1.", "", "1.5"},
        {"1e2", "", "100"},
    };
    CHECK_ROWS(rows);
}

TEST(expr, whole_numbers_at_the_borders)
{
    static const struct row rows[] = {
        {"a+1", "9223372036854775807", "9223372036854775808"},
        {"a-1", "-9223372036854775808", "-9223372036854775809"},
        {"-a", "-9223372036854775808", "9223372036854775808"},
        {"a*a", "9223372036854775807", "85070591730234615847396907784232501249"},
        {"a/-1", "-9223372036854775808", "9223372036854775808"},
        {"a%-1", "-9223372036854775808", "0"},
        {"abs(a)", "-9223372036854775808", "9223372036854775808"},
        {"a/b", "7|2", "3.5"},
        {"a/b", "-8|2", "-4"},
        {"a-b", "9223372036854775808|1", "9223372036854775807"},
        {"a+b", "170141183460469231731687303715884105726|1",
         "170141183460469231731687303715884105727"},
    };
    CHECK_ROWS(rows);
}

TEST(expr, comparisons)
{
    static const struct row rows[] = {
        {"a == b", "1.0|1", "1"},
        {"a < b", "9|10", "1"},
        {"a < b", "9x|10x", "0"},
        {"a == b", "1e3|1000", "1"},
        {"a == '1.0'", "1", "0"},
        {"a == '01'", "01", "1"},
        {"a == ''", "", "1"},
        {"a == 0", "", "0"},
        {"a < b", "|x", "1"},
        {"a != 5", "x", "1"},
        {"a >= 5 and a <= 5", "5.00", "1"},
        {"a > b", "99999999999999999999|9", "1"},
        {"a > 5", "x", "1"},
        {"'b' > \"a\"", "", "1"},
        {"a == b", "1e9999|1e9999", "! out of range, field 1 '1e9999'"},
    };
    CHECK_ROWS(rows);
}

TEST(expr, truth)
{
    static const struct row rows[] = {
        {"not a", "0", "1"},  {"not a", "0.00", "1"}, {"not a", "", "1"},  {"not a", "x", "0"},
        {"not a", "-1", "0"}, {"not '0'", "", "0"},   {"not ''", "", "1"}, {"not a", " ", "0"},
        {"not 0e5", "", "1"}, {"not a", "0e0", "1"},
    };
    CHECK_ROWS(rows);
}

/* What does not decide is not computed. */
TEST(expr, left_out)
{
    static const struct row rows[] = {
        {"0 and 1/0", "", "0"},
        {"1 or 1/0", "", "1"},
        {"1 and 1/0", "", "! division by zero, field 0 ''"},
        {"if(a == 0, 0, 10/a)", "0", "0"},
        {"if(a == 0, 0, 10/a)", "4", "2.5"},
        {"if(a, if(b, 1, 2), 3) * 2", "1|0", "4"},
        {"coalesce(a, b, 1/0)", "|x", "x"},
        {"coalesce(a, b)", "|", ""},
        {"coalesce(a, 0) + coalesce(b, 5)", "|3", "3"},
        {"coalesce(a, 0) + coalesce(b, 5)", "2|", "7"},
        {"coalesce('', 3)", "", "3"},
        {"(a and b) + (a or b)", "1|0", "1"},
    };
    CHECK_ROWS(rows);
}

TEST(expr, functions)
{
    static const struct row rows[] = {
        {"len(a)", "hello", "5"},
        {"len(a)", "", "0"},
        {"len(1.50)", "", "4"},
        {"lower(a)", "HeLLo \xc3\x84", "hello \xc3\x84"},
        {"upper('@az[`{')", "", "@AZ[`{"},
        {"substr(a, 2)", "hello", "ello"},
        {"substr(a, 2, 3)", "hello", "ell"},
        {"substr(a, -3)", "hello", "llo"},
        {"substr(a, -9, 2)", "hello", "he"},
        {"substr(a, 9)", "hello", ""},
        {"substr(a, 0, 2)", "hello", "he"},
        {"substr(a, 2, -1)", "hello", ""},
        {"substr(123.5, 3)", "", "3.5"},
        {"substr(a, 1.5)", "hello", "! is no whole number, field 0 ''"},
        {"concat('it''s ', \"a \"\"b\"\"\", 1.50, a)", "z", "it's a \"b\"1.50z"},
        {"concat(lower('A'), upper('b'), substr('xyz', 2, 1))", "", "aBy"},
        {"abs(-1.5)", "", "1.5"},
        {"int(-1.5)", "", "-1"},
        {"floor(-1.5)", "", "-2"},
        {"ceil(1.2)", "", "2"},
        {"round(2.5)", "", "2"},
        {"round(a, 2)", "2.345", "2.34"},
        {"min(3, a, 2)", "1.0", "1.0"},
        {"max(3, a, 2)", "3.0", "3"},
        {"max(a)", "x", "! is no number, field 1 'x'"},
        {"hex(a)", "0xFf", "255"},
        {"hex(a)", "-0x10", "-16"},
        {"hex(a)", "0x7fffffffffffffffffffffffffffffff", "170141183460469231731687303715884105727"},
        {"hex(a)", "0x80000000000000000000000000000000",
         "! out of range, field 1 "
         "'0x80000000000000000000000000000000'"},
        {"hex(a)", "0x", "! is no hexadecimal number, field 1 '0x'"},
        {"hex(a)", "0xg", "! is no hexadecimal number, field 1 '0xg'"},
        {"hex(a)", "255", "0xff"},
        {"hex(-170141183460469231731687303715884105727)", "",
         "-0x7fffffffffffffffffffffffffffffff"},
        {"hex(0)", "", "0x0"},
        {"hex(a)", "1.5", "! is no whole number, field 1 '1.5'"},
        {"num(a)", "2K", "2048"},
        {"num(a)", "1.5MB", "1500000"},
        {"num(a)", "-1.5s", "-1.5"},
        {"num(a)", "1h30m", "5400"},
        {"num(a)", "250ms", "0.25"},
        {"num(a)", "1.50", "1.50"},
        {"a > 10", "1e-999999", "! out of range, field 1 '1e-999999'"},
        {"a > 'b'", "1e-999999", "0"},
        {"num(a)", "1.7M", "1782579.2"},
        {"num(a)", "0.1K", "102.4"},
        {"num(a)", "1.2345KB", "1234.5"},
        {"num(a)", " +5 KiB ", "5120"},
        {"num(a)", "-8E", "-9223372036854775808"},
        {"num(a)", "16E", "18446744073709551616"},
        {"num(a)", "7B", "7"},
        {"num(a)", "1.0000000001s", "1.0000000001"},
        {"num(a)", "0.1ns", "0.0000000001"},
        {"num(a)", "106752d", "9223372800"},
        {"num(a)", "1d 2h", "93600"},
        {"num(a)", "2h1d", "! is no number, size or duration, field 1 '2h1d'"},
        {"num(a)", "1h30", "! is no number, size or duration, field 1 '1h30'"},
        {"num(a)", "1.2.3K", "! is no number, size or duration, field 1 '1.2.3K'"},
        {"num(a)", "K", "! is no number, size or duration, field 1 'K'"},
        {"num(a)", "5 X", "! is no number, size or duration, field 1 '5 X'"},
        {"num(a)", "x", "! is no number, size or duration, field 1 'x'"},
        {"num(a)", "", "! is empty, field 1 ''"},
    };
    CHECK_ROWS(rows);
}

#define BERLIN "CET-1CEST,M3.5.0,M10.5.0/3"

TEST(expr, times)
{
    static const struct row rows[] = {
        {"now()", "", "1795600800.25"},
        {"now() - num('1h')", "", "1795597200.25"},
        {"time(a) > now() - num('1h')", "2026-11-25T09:30:00Z", "1"},
        {"time(a) > now() - num('1h')", "2026-11-25T08:59:59Z", "0"},
        {"time(a)", "2026-11-25T10:00:00.000000001Z", "1795600800.000000001"},
        {"time(a)", "1969-12-31T23:59:59.75Z", "-0.25"},
        {"time(a)", "[25/Nov/2026:10:00:00 +0000]", "1795600800"},
        {"time(a)", "Nov 25 10:00:00", "1795600800"},
        {"time(a)", "1795600800250", "1795600800.25"},
        {"time(a + 0)", "1795600800250", "! a time is out of range, field 0 ''"},
        {"time(a + 0)", "179560080025", "179560080025"},
        {"time(1.5000000009)", "", "1.5"},
        {"time(-1.5000000009)", "", "-1.500000001"},
        {"time(a, '', '" BERLIN "')", "2026-11-25 11:00:00", "1795600800"},
        {"time(a, '%d.%m.%Y')", "25.11.2026", "1795564800"},
        {"time(a, (  '%d.%m.%Y' ), '" BERLIN "')", "25.11.2026", "1795561200"},
        {"time(b)", "x", "! is empty, field 2 ''"},
        {"time('')", "", "! an empty text is no time, field 0 ''"},
        {"time(a)", "x", "! is no time, field 1 'x'"},
        {"time(a, '%F')", "2026", "! is no time of its format, field 1 '2026'"},
        {"time(1e12)", "", "! a time is out of range, field 0 ''"},
        {"time(-1e12)", "", "! a time is out of range, field 0 ''"},
        {"time(1e-6000)", "", "0"},
        {"date(a)", "1795600800.5", "2026-11-25T10:00:00.5Z"},
        {"date(a, '" BERLIN "')", "2026-11-25T10:00:00Z", "2026-11-25T11:00:00+01:00"},
        {"date(a, '" BERLIN "')", "2026-11-25 10:00:00", "2026-11-25T10:00:00+01:00"},
        {"date(253402300799, '" BERLIN "')", "", "! a time is out of range, field 0 ''"},
        {"strftime(a, '%d.%m. %H:%M')", "2026-11-25T10:00:00Z", "25.11. 10:00"},
        {"len(strftime(a, ''))", "0", "0"},
        {"strftime(now(), '%H.%f %p', '" BERLIN "')", "", "11.250000000 AM"},
        {"bucket(a, 300)", "1795600920", "1795600800"},
        {"bucket(a, 0.1)", "1795600920.25", "1795600920.2"},
        {"bucket(a, '5m')", "2026-11-25T10:04:00Z", "1795600800"},
        {"date(bucket(a, b))", "2026-11-25T10:04:00Z|1h", "2026-11-25T10:00:00Z"},
        {"date(bucket(a, '1d', '" BERLIN "'), '" BERLIN "')", "2026-11-24T23:30:00Z",
         "2026-11-25T00:00:00+01:00"},
        {"date(bucket(a, '1w'))", "2026-11-25T10:00:00Z", "2026-11-23T00:00:00Z"},
        {"bucket(a, 0)", "0", "! a bucket has from 1 ns to 100 years, field 0 ''"},
        {"bucket(a, -1)", "0", "! a bucket has from 1 ns to 100 years, field 0 ''"},
        {"bucket(a, '101w')", "0", "-60739200"},
        {"bucket(a, 1e10)", "0", "! a bucket has from 1 ns to 100 years, field 0 ''"},
        {"bucket(a, b)", "0|x", "! is no duration, field 2 'x'"},
        {"time(a, b)", "0|x", "! at 8: time takes a text in quotes here"},
        {"time(a, concat('%F'))", "0", "! at 8: time takes a text in quotes here"},
        {"time(a, if(1, b, '%F'))", "0", "! at 8: time takes a text in quotes here"},
        {"time(a, 5)", "0", "! at 8: time takes a text in quotes here"},
        {"time(a, '%T')", "0", "! at 8: it has no date"},
        {"strftime(a, '%Q')", "0", "! at 12: no letter of a time"},
        {"date(a, '/etc/localtime')", "0", "! at 8: a time zone has a name here, not a file"},
        {"now(1)", "", "! at 0: now takes 0 arguments"},
    };
    CHECK_ROWS(rows);
}

TEST(expr, errors)
{
    static const struct row rows[] = {
        {"a+1", "x", "! is no number, field 1 'x'"},
        {"1+b", "1|", "! is empty, field 2 ''"},
        {"1+b", "1", "! is empty, field 2 ''"},
        {"-{-1}", "1|y", "! is no number, field -1 'y'"},
        {"a+1", "1e9999", "! out of range, field 1 '1e9999'"},
        {"lower(a)+1", "X", "! is no number, field 1 'x'"},
        {"1+''", "", "! an empty text is no number, field 0 ''"},
        {"a/b", "1|0", "! division by zero, field 0 ''"},
        {"a%b", "1|0.0", "! division by zero, field 0 ''"},
        {"a**b", "2|0.5", "! the exponent of ** is no whole number, field 0 ''"},
        {"a*a", "1e5000", "! out of range, field 0 ''"},
    };
    CHECK_ROWS(rows);
}

TEST(expr, refused)
{
    static const struct row rows[] = {
        {"", "", "! at 0: a value is missing here"},
        {"1+", "", "! at 2: a value is missing here"},
        {"1 2", "", "! at 2: an operator is missing here"},
        {"(1", "", "! at 0: the ( has no )"},
        {"1)", "", "! at 1: this ) closes nothing"},
        {"()", "", "! at 1: a value is missing here"},
        {"1 < 2 < 3", "", "! at 6: comparisons do not chain"},
        {"1 + not 2", "", "! at 4: 'not' needs parentheses here"},
        {"a = 1", "", "! at 2: there is no operator ="},
        {"a && b", "", "! at 2: there is no operator &&"},
        {"a ; b", "", "! at 2: this character has no meaning here"},
        {"x+1", "", "! at 0: there is no column 'x'"},
        {"{}", "", "! at 0: a field has a number or a name"},
        {"{0}", "", "! at 0: fields are counted from 1"},
        {"{99999999999999999999}", "", "! at 0: there are never so many fields"},
        {"{1", "", "! at 0: the { has no }"},
        {"'a", "", "! at 0: the text has no end"},
        {"1.5s", "", "! at 0: this is no number"},
        {"0x1f", "", "! at 0: this is no number"},
        {"1e9999", "", "! at 0: the number is out of range"},
        {"abs + 1", "", "! at 0: 'abs' is a function"},
        {"rond(1)", "", "! at 0: there is no function 'rond' (did you mean round?)"},
        {"xyzzy(1)", "", "! at 0: there is no function 'xyzzy'"},
        {"len()", "", "! at 0: len takes 1 argument"},
        {"len(1, 2)", "", "! at 0: len takes 1 argument"},
        {"if(1, 2)", "", "! at 0: if takes 3 arguments"},
        {"substr(1)", "", "! at 0: substr takes 2 to 3 arguments"},
        {"(1, 2)", "", "! at 2: a comma stands between the arguments of a function"},
        {"1, 2", "", "! at 1: a comma stands between the arguments of a function"},
        {"len(1,)", "", "! at 0: len takes 1 argument"},
        {"max(1,)", "", "! at 6: a value is missing here"},
    };
    CHECK_ROWS(rows);
    struct gf_perr e;
    CHECK(!gf_expr_compile("a", 1, NULL, NULL, &e) && errno == EINVAL);
    CHECK_STR(e.what, "there are no names of columns, so no 'a'");
}

TEST(expr, need)
{
    static const struct {
        const char *expr;
        size_t need;
    } rows[] = {{"1", 0}, {"{2}+{7}", 7}, {"c", 3}, {"{1}+{-1}", SIZE_MAX}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_expr *x =
            gf_expr_compile(rows[i].expr, strlen(rows[i].expr), &columns, NULL, NULL);
        REQUIRE(x);
        CHECK_ROW(gf_expr_need(x) == rows[i].need, "%s", rows[i].expr);
        gf_expr_free(x);
    }
}

/* `times` copies of a text between two others. */
static char *repeated(const char *head, const char *text, size_t times, const char *tail)
{
    size_t n = strlen(text), at = strlen(head);
    char *all = malloc(at + n * times + strlen(tail) + 1), *p = all + at;
    if (!all)
        abort();
    memcpy(all, head, at);
    for (size_t i = 0; i < times; i++, p += n)
        memcpy(p, text, n);
    memcpy(p, tail, strlen(tail) + 1);
    return all;
}

TEST(expr, limits)
{
    static const struct {
        const char *head, *text;
        size_t times;
        const char *tail, *error; /* NULL: it is one */
    } rows[] = {
        {"", "(", GF_EXPR_OPEN + 1, "1", "over 200 are open here"},
        {"", "-", GF_EXPR_OPEN, "1", NULL},
        {"", "-", GF_EXPR_OPEN + 1, "1", "over 200 are open here"},
        {"1", "+1", 32767, "", NULL},
        {"1", "+1", 32768, "", "over 65536 steps"},
        {"max(1", ",1", 999, ")", NULL},
        {"max(1", ",1", 1000, ")", "max takes 1 to 1000 arguments"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *s = repeated(rows[i].head, rows[i].text, rows[i].times, rows[i].tail);
        struct gf_perr e = {0};
        struct gf_expr *x = gf_expr_compile(s, strlen(s), NULL, NULL, &e);
        CHECK_ROW((x == NULL) == (rows[i].error != NULL), "row %zu: %s", i, e.what);
        if (rows[i].error)
            CHECK_STR(e.what, rows[i].error);
        if (x) {
            struct gf_expr_run r;
            struct gf_expr_value v;
            gf_expr_run_init(&r);
            CHECK_ROW(gf_expr_eval(x, &r, NULL, 0, &v) == 0, "row %zu", i);
            gf_expr_run_release(&r);
        }
        gf_expr_free(x);
        free(s);
    }
}

/* One run for several expressions and records: texts of the last evaluation are gone, not in the
 * way; and what one evaluation may make of texts has an end. */
TEST(expr, run_is_used_again)
{
    struct gf_expr *some = gf_expr_compile("concat({1}, '-', {1})", 21, NULL, NULL, NULL);
    struct gf_expr *deep = gf_expr_compile("concat(1,2,3,4,5,6,7,8,9,{1})", 29, NULL, NULL, NULL);
    struct gf_expr_run r;
    struct gf_expr_value v;
    REQUIRE(some && deep);
    gf_expr_run_init(&r);
    char *large = calloc(1, 3 << 20);
    REQUIRE(large);
    for (int i = 0; i < 200; i++) {
        struct gf_slice field = {large, (size_t)(i % 48) << 16};
        REQUIRE(gf_expr_eval(some, &r, &field, 1, &v) == 0);
        CHECK_INT(gf_expr_value_text(&v, &r).len, 2 * field.len + 1);
        REQUIRE(gf_expr_eval(deep, &r, &field, 1, &v) == 0);
        CHECK_INT(gf_expr_value_text(&v, &r).len, 9 + field.len);
    }
    CHECK(r.text_bytes < 4 << 20);
    struct gf_slice over = {large, GF_EXPR_TEXTS / 2};
    CHECK(gf_expr_eval(some, &r, &over, 1, &v) == -1 && errno == ERANGE);
    CHECK_STR(r.error.what, "its texts are too long");
    free(large);
    gf_expr_run_release(&r);
    gf_expr_free(some);
    gf_expr_free(deep);
}
