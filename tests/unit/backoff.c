/* How long to wait before a retry. */
#include "base/backoff.h"

#include <string.h>

#include "test.h"

TEST(backoff, read)
{
    static const struct {
        const char *text;
        int col; /* of the error; -1: none */
        struct gf_backoff want;
    } rows[] = {
        {"1s", -1, {.first = GF_S}},
        {"0", -1, {0}},
        {"1s,x2", -1, {.first = GF_S, .factor = 2}},
        {"1s,x2,max 1m,jitter", -1, {GF_S, 2, 60 * GF_S, true}},
        {"100ms,jitter,max=2s,x3", -1, {100 * GF_MS, 3, 2 * GF_S, true}},
        {"", 0, {0}},
        {"x2", 0, {0}},
        {"1s,", 3, {0}},
        {"1s,x0", 4, {0}},
        {"1s,x", 4, {0}},
        {"1s,max", 3, {0}},
        {"1s,max 5q", 8, {0}},
        {"1s,jitters", 3, {0}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_backoff b;
        struct gf_perr e = {0};
        int bad = gf_parse_backoff(rows[i].text, strlen(rows[i].text), &b, &e);
        CHECK_ROW((bad != 0) == (rows[i].col >= 0), "%s", rows[i].text);
        if (bad)
            CHECK_ROW((int)e.col == rows[i].col, "%s: column %d", rows[i].text, (int)e.col);
        else
            CHECK_ROW(b.first == rows[i].want.first && b.factor == rows[i].want.factor &&
                          b.max == rows[i].want.max && b.jitter == rows[i].want.jitter,
                      "%s", rows[i].text);
    }
}

TEST(backoff, waits)
{
    struct gf_backoff even = {.first = GF_S};
    CHECK_INT(gf_backoff_wait(&even, 1, 0), GF_S);
    CHECK_INT(gf_backoff_wait(&even, 9, 0), GF_S);
    struct gf_backoff b = {.first = GF_S, .factor = 2, .max = 10 * GF_S};
    static const gf_ns want[] = {1, 2, 4, 8, 10, 10};
    for (unsigned i = 0; i < 6; i++)
        CHECK_INT(gf_backoff_wait(&b, i + 1, 0), want[i] * GF_S);
    b.jitter = true;
    CHECK_INT(gf_backoff_wait(&b, 3, 0), 0);
    CHECK_INT(gf_backoff_wait(&b, 3, UINT64_MAX), 4 * GF_S);
    CHECK_INT(gf_backoff_wait(&b, 3, UINT64_MAX / 2), 2 * GF_S);
    struct gf_backoff far = {.first = GF_S, .factor = 1000};
    CHECK(gf_backoff_wait(&far, UINT32_MAX, 0) > 0);
}
