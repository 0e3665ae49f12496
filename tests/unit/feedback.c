/* feedback.c - what the other side says, and rates by key: one line each. */
#include "limit/feedback.h"

#include <string.h>

#include "limit/keyrate.h"
#include "test.h"

/* 2026-10-21 07:27:00 UTC */
#define NOW_WALL (1792567620 * GF_S)

enum {
    BAD = -2 /* a time that is not understood */
};

TEST(feedback, lines)
{
    static const struct {
        const char *line;
        int kind; /* -1: refused */
        int64_t after_ms;
        const char *key;
    } rows[] = {
        {"ok", GF_FEEDBACK_OK, -1, NULL},
        {"ok\thost", GF_FEEDBACK_OK, -1, "host"},
        {"ok\r", GF_FEEDBACK_OK, -1, NULL},
        {"slow", GF_FEEDBACK_SLOW, -1, NULL},
        {"fast ", GF_FEEDBACK_FAST, -1, NULL},
        {"429", GF_FEEDBACK_REFUSED, -1, NULL},
        {"429 ", GF_FEEDBACK_REFUSED, -1, NULL},
        {"429 0", GF_FEEDBACK_REFUSED, 0, NULL},
        {"429 120", GF_FEEDBACK_REFUSED, 120000, NULL},
        {"429 1.5", GF_FEEDBACK_REFUSED, 1500, NULL},
        {"429   30\ta b", GF_FEEDBACK_REFUSED, 30000, "a b"},
        {"429\tk", GF_FEEDBACK_REFUSED, -1, "k"},
        {"429 1\t", GF_FEEDBACK_REFUSED, 1000, ""},
        {"429 99999999999999999999", GF_FEEDBACK_REFUSED, 86400000, NULL},
        {"429 Wed, 21 Oct 2026 07:28:00 GMT", GF_FEEDBACK_REFUSED, 60000, NULL},
        {"429 Wednesday, 21-Oct-26 07:28:00 GMT\tk", GF_FEEDBACK_REFUSED, 60000, "k"},
        {"429 Wed Oct 21 07:28:00 2026", GF_FEEDBACK_REFUSED, 60000, NULL},
        {"429 Wed, 21 Oct 2020 07:28:00 GMT", GF_FEEDBACK_REFUSED, 0, NULL},
        {"429 Wed, 21 Oct 2099 07:28:00 GMT", GF_FEEDBACK_REFUSED, 86400000, NULL},
        {"429 Wed, 21 Oct 2299 07:28:00 GMT", GF_FEEDBACK_REFUSED, 86400000, NULL},
        {"429 Wed, 21 Oct 1600 07:28:00 GMT", GF_FEEDBACK_REFUSED, 0, NULL},
        {"429 5s", GF_FEEDBACK_REFUSED, 5000, NULL},
        {"429 1m30s\tk", GF_FEEDBACK_REFUSED, 90000, "k"},
        {"429 3w", GF_FEEDBACK_REFUSED, 86400000, NULL},
        {"429 2026-10-21T07:28:00Z", GF_FEEDBACK_REFUSED, 60000, NULL},
        {"429 2026-10-21T07:28:00.25z", GF_FEEDBACK_REFUSED, 61000, NULL},
        {"429 2026-10-21T09:28:00+02:00", GF_FEEDBACK_REFUSED, 60000, NULL},
        {"429 2026-10-21T02:58:00-04:30\tk", GF_FEEDBACK_REFUSED, 60000, "k"},
        {"429 2999-01-01T00:00:00Z", GF_FEEDBACK_REFUSED, 86400000, NULL},
        {"429: 5", GF_FEEDBACK_REFUSED, 5000, NULL},
        {"429:5", GF_FEEDBACK_REFUSED, 5000, NULL},
        {"429:", GF_FEEDBACK_REFUSED, -1, NULL},
        {"503", GF_FEEDBACK_REFUSED, -1, NULL},
        {"503 5", GF_FEEDBACK_REFUSED, 5000, NULL},
        {"429 soon", GF_FEEDBACK_REFUSED, BAD, NULL},
        {"429 soon\tk", GF_FEEDBACK_REFUSED, BAD, "k"},
        {"429 -1", GF_FEEDBACK_REFUSED, BAD, NULL},
        {"429 Wed, 21 Oct 2026 07:28:00 CET", GF_FEEDBACK_REFUSED, BAD, NULL},
        {"429 2026-10-21T07:28:00", GF_FEEDBACK_REFUSED, BAD, NULL},
        {"429 2026-10-21T07:28:00.Z", GF_FEEDBACK_REFUSED, BAD, NULL},
        {"429 2026-10-21T07:28:00+2:00", GF_FEEDBACK_REFUSED, BAD, NULL},
        {"429 2026-10-21T07:28:00Zulu", GF_FEEDBACK_REFUSED, BAD, NULL},
        {"", -1, 0, NULL},
        {"429x", -1, 0, NULL},
        {"502 5", -1, 0, NULL},
        {"OK", -1, 0, NULL},
        {"okay", -1, 0, NULL},
        {"4290", -1, 0, NULL},
        {"\tk", -1, 0, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_feedback f = {.kind = GF_FEEDBACK_FAST};
        int r = gf_feedback_parse(rows[i].line, strlen(rows[i].line), NOW_WALL, &f);
        CHECK_ROW((r == 0) == (rows[i].kind >= 0), "'%s' gave %d", rows[i].line, r);
        if (r != 0 || rows[i].kind < 0)
            continue;
        CHECK_ROW((int)f.kind == rows[i].kind, "'%s' is kind %d", rows[i].line, (int)f.kind);
        int64_t after = f.bad_after ? BAD : f.has_after ? f.after / GF_MS : -1;
        CHECK_ROW(after == rows[i].after_ms, "'%s' is after %lld", rows[i].line, (long long)after);
        const char *key = rows[i].key ? rows[i].key : "";
        CHECK_ROW(f.has_key == (rows[i].key != NULL) && f.key_len == strlen(key) &&
                      (f.key_len == 0 || memcmp(f.key, key, f.key_len) == 0),
                  "'%s' has another key", rows[i].line);
    }
}

TEST(keyrate, lines)
{
    static const struct {
        const char *line;
        int result;
        const char *key, *rate;
        uint64_t burst;
        size_t col;
    } rows[] = {
        {"", 0, NULL, NULL, 0, 0},
        {"   ", 0, NULL, NULL, 0, 0},
        {"# a 1/s", 0, NULL, NULL, 0, 0},
        {"a 1/s", 1, "a", "1/s", 1, 0},
        {"  a   1/s   5 ", 1, "a", "1/s", 5, 0},
        {"a\t1/s", 1, "a", "1/s", 1, 0},
        {"a b\t1/s\t7", 1, "a b", "1/s", 7, 0},
        {"* unlimited\r", 1, "*", "unlimited", 1, 0},
        {"a 1MiB/s", 1, "a", "1MiB/s", 10485, 0},
        {"a 1MiB/s 2M", 1, "a", "1MiB/s", 2097152, 0},
        {"a", -1, NULL, NULL, 0, 1},
        {"\t1/s", -1, NULL, NULL, 0, 0},
        {"a 1/parsec", -1, NULL, NULL, 0, 4},
        {"a 1/s 0", -1, NULL, NULL, 0, 6},
        {"a 1/s x", -1, NULL, NULL, 0, 6},
        {"a 1/s 1 2", -1, NULL, NULL, 0, 8},
        {"a 1/h 999999999", -1, NULL, NULL, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_keyrate k;
        struct gf_perr e = {0};
        char rate[GF_RATE_SIZE];
        int r = gf_keyrate_parse(rows[i].line, strlen(rows[i].line), &k, &e);
        CHECK_ROW(r == rows[i].result, "'%s' gave %d", rows[i].line, r);
        if (r == -1)
            CHECK_ROW(e.col == rows[i].col, "'%s': column %zu", rows[i].line, e.col);
        if (r != 1 || rows[i].result != 1)
            continue;
        gf_format_rate(&k.limit.rate, rate);
        CHECK_STR(rate, rows[i].rate);
        CHECK_ROW(k.key_len == strlen(rows[i].key) && memcmp(k.key, rows[i].key, k.key_len) == 0,
                  "'%s' has another key", rows[i].line);
        CHECK_ROW(k.limit.burst == rows[i].burst, "'%s': burst %llu", rows[i].line,
                  (unsigned long long)k.limit.burst);
    }
}
