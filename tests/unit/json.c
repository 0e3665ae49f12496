/* json.c - base/json: objects a line, exact numbers, bytes that are not text. */
#include "base/json.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "strict_json.h"
#include "test.h"

TEST(json, an_object)
{
    struct gf_buf b = {0};
    struct gf_json j;
    gf_json_open(&j, &b);
    gf_json_str(&j, "command", "ls", 2);
    gf_json_int(&j, "exit", -3);
    gf_json_uint(&j, "bytes", UINT64_MAX);
    gf_json_double(&j, "rate", 0.1);
    gf_json_seconds(&j, "time", 1250 * GF_MS);
    gf_json_bool(&j, "yes", true);
    gf_json_bool(&j, "no", false);
    gf_json_null(&j, "none");
    gf_json_begin_object(&j, "in");
    gf_json_end_object(&j);
    gf_json_begin_array(&j, "list");
    gf_json_int(&j, NULL, 1);
    gf_json_begin_object(&j, NULL);
    gf_json_int(&j, "a", 2);
    gf_json_end_object(&j);
    gf_json_str(&j, NULL, "\xff", 1);
    gf_json_end_array(&j);
    gf_json_str(&j, "last", "", 0);
    gf_json_close(&j);
    CHECK_STR(b.data,
              "{\"v\":1,\"command\":\"ls\",\"exit\":-3,\"bytes\":18446744073709551615,\"rate\":0.1,"
              "\"time\":1.25,\"yes\":true,\"no\":false,\"none\":null,\"in\":{},"
              "\"list\":[1,{\"a\":2},{\"b64\":\"/w==\"}],\"last\":\"\"}\n");
    CHECK(strict_json(b.data, b.len));
    gf_buf_release(&b);
}

static void string(const char *s, size_t len, const char *want)
{
    struct gf_buf b = {0};
    struct gf_json j;
    gf_json_open(&j, &b);
    gf_json_str(&j, "s", s, len);
    CHECK_STR(b.data + 7, want);
    gf_json_close(&j);
    CHECK(strict_json(b.data, b.len));
    gf_buf_release(&b);
}

TEST(json, strings)
{
    string("a\"b\\c/d", 7, "\"s\":\"a\\\"b\\\\c/d\"");
    string("\n\t\r\b\0\x1f\x7f", 7, "\"s\":\"\\n\\t\\r\\u0008\\u0000\\u001f\\u007f\"");
    string("\xc3\xbc\xe2\x82\xac", 5, "\"s\":\"\xc3\xbc\xe2\x82\xac\"");
    string("\xff", 1, "\"s_b64\":\"/w==\"");
    string("\xff\xfe", 2, "\"s_b64\":\"//4=\"");
    string("\xff\xfe\xfd", 3, "\"s_b64\":\"//79\"");
    string("a\xed\xa0\x80", 4, "\"s_b64\":\"Ye2ggA==\"");
}

TEST(json, what_json_cannot_hold_is_null)
{
    struct gf_buf b = {0};
    struct gf_json j;
    gf_json_open(&j, &b);
    gf_json_double(&j, "i", (double)INFINITY);
    gf_json_double(&j, "n", (double)NAN);
    CHECK_STR(b.data, "{\"v\":1,\"i\":null,\"n\":null");
    gf_buf_release(&b);
}

TEST(json, doubles_are_shortest_and_read_back)
{
    static const struct {
        double v;
        const char *want;
    } rows[] = {
        {0, "0"},
        {5, "5"},
        {-2.5, "-2.5"},
        {0.1, "0.1"},
        {1.0 / 3, "0.3333333333333333"},
        {1e300, "1e+300"},
        {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {123456789, "123456789"},
    };
    /* A library may have set a locale with a comma; where there is none this is one more pass. */
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            char out[GF_DOUBLE_SIZE];
            gf_format_double(rows[i].v, out);
            CHECK_STR(out, rows[i].want);
        }
        setlocale(LC_ALL, "de_DE.UTF-8");
    }
}

TEST(json, seconds_are_exact)
{
    static const struct {
        gf_ns v;
        const char *want;
    } rows[] = {
        {0, "0"},
        {GF_S, "1"},
        {1250 * GF_MS, "1.25"},
        {1, "0.000000001"},
        {-500 * GF_MS, "-0.5"},
        {100 * GF_S, "100"},
        {INT64_MAX, "9223372036.854775807"},
        {INT64_MIN, "-9223372036.854775808"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char out[GF_DOUBLE_SIZE];
        gf_format_seconds(rows[i].v, out);
        CHECK_STR(out, rows[i].want);
    }
}

TEST(json, the_tests_own_parser_is_strict)
{
    static const char *const good[] = {"{}",      "[]",          "[1,2]",  "{\"a\":[{}]}",
                                       "-0.5e+3", "\"\\u00e4\"", " true ", "null"};
    static const char *const bad[] = {
        "",  "{",      "[1,]",    "{\"a\"}",   "{a:1}",    "01",  "1.",    ".5", "+1",
        "-", "\"\n\"", "\"\\x\"", "\"\\u12\"", "\"\xff\"", "nul", "{} {}", "1e"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        CHECK_ROW(strict_json(good[i], strlen(good[i])), "refused: %s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK_ROW(!strict_json(bad[i], strlen(bad[i])), "accepted: %s", bad[i]);
}
