/* Decimals: what is read, what is written, and what operations give. (Against Python:
 * cli/expr.bats.) */
#include "expr/dec.h"

#include <errno.h>
#include <string.h>

#include "expr/wide.h"
#include "test.h"

static struct gf_slice slice(const char *s)
{
    return (struct gf_slice){s, strlen(s)};
}

static const char *text(const struct gf_dec *d)
{
    static char out[GF_DEC_SIZE + 1];
    out[gf_dec_text(d, out)] = '\0';
    return out;
}

TEST(expr_dec, read_and_written)
{
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"0", "0"},
        {"-0", "0"},
        {"+5", "5"},
        {" \t7\n", "7"},
        {"007", "7"},
        {"1.50", "1.50"},
        {"5.", "5"},
        {".5", "0.5"},
        {"-.5", "-0.5"},
        {"0.00", "0.00"},
        {"1e3", "1000"},
        {"1E-3", "0.001"},
        {"1.5e+2", "150"},
        {"0e9", "0"},
        {"1e40", "10000000000000000000000000000000000000000"},
        {"1e41", "1E+41"},
        {"1.5e41", "1.5E+41"},
        {"-12e6000", "-1.2E+6001"},
        {"1e-40", "0.0000000000000000000000000000000000000001"},
        {"1e-41", "1E-41"},
        {"99999999999999999999", "99999999999999999999"},
        {"18446744073709551616", "18446744073709551616"},
        {"10000000000000000000000", "10000000000000000000000"},
        {"170141183460469231731687303715884105727", "170141183460469231731687303715884105727"},
        {"-170141183460469231731687303715884105727", "-170141183460469231731687303715884105727"},
        {"170141183460469231731687303715884105728", "170141183460469231731687303715884100000"},
        /* 35 digits: half to even */
        {"1.0000000000000000000000000000000005", "1.000000000000000000000000000000000"},
        {"1.0000000000000000000000000000000015", "1.000000000000000000000000000000002"},
        {"1.00000000000000000000000000000000050000000000000000000000000000000000000000000000000001",
         "1.000000000000000000000000000000001"},
        {"9.9999999999999999999999999999999999", "10.00000000000000000000000000000000"},
        {"1e6144", "1E+6144"},
        {"1e-6143", "1E-6143"},
        {"0e-9999", "0E-6176"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_dec d;
        CHECK_ROW(gf_dec_read(slice(rows[i].in), &d) == 0, "'%s' is no number", rows[i].in);
        CHECK_ROW(strcmp(text(&d), rows[i].out) == 0, "'%s' is %s, not %s", rows[i].in, text(&d),
                  rows[i].out);
    }
}

TEST(expr_dec, not_read)
{
    static const char *const rows[] = {"",      " ",   "-",   ".",     "+-1",     "1 2",
                                       "1e",    "1e+", "e5",  "0x1",   "inf",     "nan",
                                       "1.2.3", "1,5", "--1", "1e5.0", "12a34567"};
    struct gf_dec d;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        errno = 0;
        CHECK_ROW(gf_dec_read(slice(rows[i]), &d) == -1 && errno == EINVAL, "'%s'", rows[i]);
    }
    static const char *const far[] = {"1e6145", "-10e6144", "1e-6144", "1e99999999999999999999"};
    for (size_t i = 0; i < sizeof far / sizeof far[0]; i++) {
        errno = 0;
        CHECK_ROW(gf_dec_read(slice(far[i]), &d) == -1 && errno == ERANGE, "'%s'", far[i]);
    }
}

/* The longest text has room. */
TEST(expr_dec, longest_text)
{
    static const char *const rows[] = {
        "-1.234567890123456789012345678901234e-40", "-1.234567890123456789012345678901234e-6143",
        "-1.234567890123456789012345678901234e+6144", "-170141183460469231731687303715884105727"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_dec d, again;
        char out[GF_DEC_SIZE];
        REQUIRE(gf_dec_read(slice(rows[i]), &d) == 0);
        size_t n = gf_dec_text(&d, out);
        CHECK(n <= GF_DEC_SIZE && gf_dec_read((struct gf_slice){out, n}, &again) == 0);
        CHECK(again.coef == d.coef && again.exp == d.exp);
    }
}

TEST(expr_dec, operations)
{
    static const struct {
        const char *a;
        char op;
        const char *b, *want; /* NULL: no number, out of range, division by zero */
    } rows[] = {
        {"1.10", '+', "1.10", "2.20"},
        {"1", '+', "1e-50", "1.000000000000000000000000000000000"},
        {"-1e50", '+', "1", "-1.000000000000000000000000000000000E+50"},
        {"9223372036854775807", '+', "1", "9223372036854775808"},
        {"170141183460469231731687303715884105726", '+', "1",
         "170141183460469231731687303715884105727"},
        {"170141183460469231731687303715884105727", '+', "1",
         "170141183460469231731687303715884100000"},
        {"1.10", '-', "1.1", "0.00"},
        {"5", '-', "5.000000000000000000000000000000001", "-0.000000000000000000000000000000001"},
        {"1.2", '*', "1.20", "1.440"},
        {"12345678901234567890", '*', "9876543210987654321",
         "121932631137021795223746380111126352690"},
        {"-3", '*', "0", "0"},
        {"1e6000", '*', "1e6000", NULL},
        {"1e-6000", '*', "1e-6000", NULL},
        {"6", '/', "2", "3"},
        {"2.40", '/', "2", "1.20"},
        {"1", '/', "3", "0.3333333333333333333333333333333333"},
        {"2", '/', "3", "0.6666666666666666666666666666666667"},
        {"1", '/', "8", "0.125"},
        {"1", '/', "32768", "0.000030517578125"},
        {"100", '/', "1e2", "1.00"},
        {"170141183460469231731687303715884105727", '/', "1",
         "170141183460469231731687303715884105727"},
        {"85070591730234615865843651857942052863", '/', "0.5",
         "170141183460469231731687303715884105726"},
        {"1", '/', "0.00", NULL},
        {"0", '/', "0", NULL},
        {"7", '%', "3", "1"},
        {"-7", '%', "3", "-1"},
        {"7", '%', "-3", "1"},
        {"7.5", '%', "2", "1.5"},
        {"5", '%', "100.00", "5.00"},
        {"1e6000", '%', "7", "1"},
        {"1", '%', "0", NULL},
        {"2", '^', "10", "1024"},
        {"2", '^', "-2", "0.25"},
        {"1.10", '^', "2", "1.2100"},
        {"-2", '^', "3", "-8"},
        {"0", '^', "0", "1"},
        {"7", '^', "0", "1"},
        {"2", '^', "126", "85070591730234615865843651857942052864"},
        {"2", '^', "1.0", "2"},
        {"10000000000000000000000000000000001", '^', "5",
         "1.000000000000000000000000000000001E+170"},
        {"1.0000000001", '^', "999999999", "1.105170917959604678425751325466085"},
        {"0", '^', "-1", NULL},
        {"2", '^', "0.5", NULL},
        {"2", '^', "1000000", NULL},
        {"2", '^', "1000000000", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_dec a, b, c = {0};
        REQUIRE(gf_dec_read(slice(rows[i].a), &a) == 0 && gf_dec_read(slice(rows[i].b), &b) == 0);
        int r = rows[i].op == '+'   ? gf_dec_add(&a, &b, &c)
                : rows[i].op == '-' ? gf_dec_subtract(&a, &b, &c)
                : rows[i].op == '*' ? gf_dec_multiply(&a, &b, &c)
                : rows[i].op == '/' ? gf_dec_divide(&a, &b, &c)
                : rows[i].op == '%' ? gf_dec_remainder(&a, &b, &c)
                                    : gf_dec_power(&a, &b, &c);
        CHECK_ROW((r == 0) == (rows[i].want != NULL), "%s %c %s", rows[i].a, rows[i].op, rows[i].b);
        if (r == 0 && rows[i].want)
            CHECK_ROW(strcmp(text(&c), rows[i].want) == 0, "%s %c %s is %s, not %s", rows[i].a,
                      rows[i].op, rows[i].b, text(&c), rows[i].want);
    }
}

TEST(expr_dec, order)
{
    static const struct {
        const char *a, *b;
        int want;
    } rows[] = {
        {"1.0", "1", 0},
        {"-0", "0", 0},
        {"0e5", "0.00", 0},
        {"-1", "0.1", -1},
        {"1e50", "1e-50", 1},
        {"-1e50", "-1e-50", -1},
        {"1e3", "1000", 0},
        {"1e3", "1000.1", -1},
        {"0.1", "0.09999999999999999999", 1},
        {"1e38", "99999999999999999999999999999999999999", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_dec a, b;
        REQUIRE(gf_dec_read(slice(rows[i].a), &a) == 0 && gf_dec_read(slice(rows[i].b), &b) == 0);
        CHECK_ROW(gf_dec_compare(&a, &b) == rows[i].want, "%s %s", rows[i].a, rows[i].b);
        CHECK_ROW(gf_dec_compare(&b, &a) == -rows[i].want, "%s %s", rows[i].b, rows[i].a);
    }
}

TEST(expr_dec, rounded)
{
    static const struct {
        const char *a;
        int64_t places;
        enum gf_dec_way way;
        const char *want;
    } rows[] = {
        {"2.5", 0, GF_DEC_NEAREST, "2"},
        {"3.5", 0, GF_DEC_NEAREST, "4"},
        {"-2.51", 0, GF_DEC_NEAREST, "-3"},
        {"2.345", 2, GF_DEC_NEAREST, "2.34"},
        {"2.355", 2, GF_DEC_NEAREST, "2.36"},
        {"1.5", 3, GF_DEC_NEAREST, "1.500"},
        {"1250", -2, GF_DEC_NEAREST, "1200"},
        {"0", 2, GF_DEC_NEAREST, "0.00"},
        {"49", -2, GF_DEC_NEAREST, "0"},
        {"5e37", -38, GF_DEC_NEAREST, "0"},
        {"1e38", -39, GF_DEC_NEAREST, "0"},
        {"1", 40, GF_DEC_NEAREST, "1"},
        {"1", INT64_MAX, GF_DEC_NEAREST, "1"},
        {"1", INT64_MIN, GF_DEC_NEAREST, "0"},
        {"170141183460469231731687303715884105727", -1, GF_DEC_NEAREST,
         "170141183460469231731687303715884100000"},
        {"-1.5", 0, GF_DEC_DOWN, "-2"},
        {"1.5", 0, GF_DEC_DOWN, "1"},
        {"-1.5", 0, GF_DEC_UP, "-1"},
        {"1.000000001", 0, GF_DEC_UP, "2"},
        {"1e-100", 0, GF_DEC_UP, "1"},
        {"-1e-100", 0, GF_DEC_DOWN, "-1"},
        {"-1.9", 0, GF_DEC_TO_ZERO, "-1"},
        {"1e3", 0, GF_DEC_TO_ZERO, "1000"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_dec d;
        REQUIRE(gf_dec_read(slice(rows[i].a), &d) == 0);
        gf_dec_round(&d, rows[i].places, rows[i].way, &d);
        CHECK_ROW(strcmp(text(&d), rows[i].want) == 0, "%s to %" PRId64 " is %s, not %s", rows[i].a,
                  rows[i].places, text(&d), rows[i].want);
    }
}

TEST(expr_dec, whole)
{
    static const struct {
        const char *a;
        bool is;
        int64_t want;
    } rows[] = {
        {"7", true, 7},
        {"-7.00", true, -7},
        {"1e3", true, 1000},
        {"7.1", false, 0},
        {"1e30", false, 0},
        {"-9223372036854775808", true, INT64_MIN},
        {"9223372036854775808", false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_dec d;
        int64_t v = 0;
        REQUIRE(gf_dec_read(slice(rows[i].a), &d) == 0);
        CHECK_ROW(gf_dec_whole(&d, &v) == rows[i].is && v == rows[i].want, "%s", rows[i].a);
    }
}

/* (q * d + r) / d gives q and r back, for digits that make the guessed ones wrong. */
TEST(expr_dec, wide_quotients)
{
    static const uint32_t limbs[] = {0,          1,          2,          0x7fffffff,
                                     0x80000000, 0x80000001, 0xfffffffe, 0xffffffff};
    uint32_t seed = 1;
    for (int round = 0; round < 20000; round++) {
        struct gf_wide q = {0}, d = {0}, r = {0}, all, rest;
        struct gf_wide *const three[] = {&q, &d, &r};
        for (int k = 0; k < 3; k++) {
            three[k]->n = k == 2 ? d.n : 1 + (int)((seed >> 20) % 7);
            for (int i = 0; i < three[k]->n; i++) {
                seed = seed * 1664525 + 1013904223;
                three[k]->limb[i] = limbs[seed >> 29];
            }
            while (three[k]->n && !three[k]->limb[three[k]->n - 1])
                three[k]->n--;
        }
        if (!d.n || gf_wide_compare(&r, &d) >= 0)
            continue;
        gf_wide_multiply(&q, &d, &all);
        gf_wide_add(&all, &r);
        gf_wide_divide(&all, &d, &rest);
        CHECK_ROW(gf_wide_compare(&all, &q) == 0 && gf_wide_compare(&rest, &r) == 0, "round %d",
                  round);
    }
}
