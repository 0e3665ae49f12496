/* base/random: bounds are kept, every value comes, and no two numbers are alike. */
#include "base/random.h"

#include "base/clock.h"
#include "test.h"

TEST(random, example)
{
    gf_ns wait = (gf_ns)gf_random_upto(5 * GF_S);
    CHECK(wait >= 0 && wait <= 5 * GF_S);
}

TEST(random, bounds)
{
    static const uint64_t most[] = {0, 1, 2, 9, UINT32_MAX, INT64_MAX, UINT64_MAX - 1, UINT64_MAX};
    for (size_t i = 0; i < sizeof most / sizeof most[0]; i++)
        for (int n = 0; n < 1000; n++) {
            uint64_t x = gf_random_upto(most[i]);
            CHECK_ROW(x <= most[i], "%" PRIu64 " is above %" PRIu64, x, most[i]);
        }
}

/* The chance that one of ten values is missing after 10000 draws is 10 * 0.9^10000: none. */
TEST(random, every_value_comes)
{
    unsigned seen[10] = {0};
    for (int n = 0; n < 10000; n++)
        seen[gf_random_upto(9)]++;
    for (int i = 0; i < 10; i++)
        CHECK_ROW(seen[i] > 500 && seen[i] < 1500, "%d came %u times of 10000", i, seen[i]);
}

TEST(random, upper_half_of_a_large_bound)
{
    int high = 0;
    for (int n = 0; n < 1000; n++)
        high += gf_random_upto(UINT64_MAX - 1) > UINT64_MAX / 2;
    CHECK_ROW(high > 300 && high < 700, "%d of 1000 are in the upper half", high);
}

TEST(random, every_bit)
{
    uint64_t ones = 0, zeros = 0, before = gf_random();
    for (int n = 0; n < 200; n++) {
        uint64_t x = gf_random();
        ones |= x;
        zeros |= ~x;
        CHECK(x != before);
        before = x;
    }
    CHECK(ones == UINT64_MAX && zeros == UINT64_MAX);
}

/* The first numbers of SplitMix64 from 1234567, as its authors' program gives them. */
TEST(random, seeded)
{
    static const uint64_t want[] = {UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
                                    UINT64_C(9817491932198370423), UINT64_C(4593380528125082431),
                                    UINT64_C(16408922859458223821)};
    uint64_t state = 1234567;
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++)
        CHECK(gf_random_seeded(&state, UINT64_MAX) == want[i]);
    for (int i = 0; i < 1000; i++)
        CHECK(gf_random_seeded(&state, 9) <= 9);
}

TEST(random, tokens)
{
    static const struct gf_token none = {""};
    struct gf_token before = none;
    unsigned digits[16] = {0};
    for (int n = 0; n < 1000; n++) {
        struct gf_token t = gf_token_make();
        CHECK_INT(strspn(t.text, "0123456789abcdef"), 32);
        CHECK_INT(strlen(t.text), 32);
        CHECK(gf_token_is(&t, t.text) && !gf_token_is(&t, before.text));
        for (int i = 0; i < 32; i++)
            digits[t.text[i] <= '9' ? t.text[i] - '0' : t.text[i] - 'a' + 10]++;
        before = t;
    }
    for (int i = 0; i < 16; i++)
        CHECK_ROW(digits[i] > 1500 && digits[i] < 2500, "%x came %u times of 32000", i, digits[i]);
    CHECK(!gf_token_is(&none, "") && !gf_token_is(&none, before.text));
}
