/* sample and shuffle: how many, in which order, repeatable by a seed, none preferred, the
 * ceiling. */
#include "stream_rig.h"

#include <stdio.h>

/* The numbers 0 .. n-1 as records. */
static char number[4000][8];

static void add_numbers(struct rig *r, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int len = snprintf(number[i], sizeof number[i], "%zu", i);
        rig_add(r, number[i], (size_t)len);
    }
}

static size_t read_numbers(const char *text, unsigned long *got)
{
    size_t n = 0;
    for (char *end; *text; text = end + 1)
        got[n++] = strtoul(text, &end, 10);
    return n;
}

TEST(stream_op_sample, so_many_in_the_order_of_the_input)
{
    static const size_t sizes[] = {0, 1, 2, 63, 64, 65, 200, 2000};
    static unsigned long got[4000];
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t want = 0; want < 140; want += 1 + want / 3) {
            struct rig r;
            char words[40];
            rig_init(&r);
            snprintf(words, sizeof words, "sample --seed %zu %zu", i, want);
            REQUIRE(rig_read(&r, words) == 0);
            add_numbers(&r, sizes[i]);
            size_t n = read_numbers(rig_work(&r, (struct rig_how){.step = i, .ask = i / 2}), got);
            CHECK_ROW(n == (want < sizes[i] ? want : sizes[i]), "%s of %zu gives %zu", words,
                      sizes[i], n);
            for (size_t k = 1; k < n; k++)
                CHECK_ROW(got[k - 1] < got[k], "%s of %zu: %lu before %lu", words, sizes[i],
                          got[k - 1], got[k]);
            rig_release(&r);
        }
}

TEST(stream_op_sample, a_seed_repeats_it)
{
    static const char *const ops[][2] = {{"sample", "20"}, {"shuffle", ""}};
    for (int op = 0; op < 2; op++) {
        struct rig r;
        char words[40], first[2000];
        bool differs = false;
        rig_init(&r);
        for (int round = 0; round < 6; round++) {
            /* --seed 9 over two seeds of the settings, then none over the same two */
            r.set.seed = round % 2 ? 9 : 10;
            snprintf(words, sizeof words, "%s %s %s", ops[op][0], round < 3 ? "--seed 9" : "",
                     ops[op][1]);
            rig_reset(&r);
            REQUIRE(rig_read(&r, words) == 0);
            add_numbers(&r, 300);
            rig_work(&r, (struct rig_how){0});
            if (round == 0)
                snprintf(first, sizeof first, "%s", r.out.data);
            else if (round < 3 || round % 2)
                CHECK_ROW(strcmp(first, r.out.data) == 0, "%s: round %d", words, round);
            else
                differs |= strcmp(first, r.out.data) != 0;
        }
        CHECK(differs);
        rig_release(&r);
    }
}

/* Over many seeds each record is as likely as any other, to be kept and to stand in any place. */
TEST(stream_op_sample, none_is_preferred)
{
    enum {
        N = 10,
        KEEP = 3,
        SEEDS = 3000
    };
    static unsigned kept[N], at[N][N];
    for (int seed = 0; seed < SEEDS; seed++) {
        struct rig r;
        char words[40];
        unsigned long got[N];
        rig_init(&r);
        snprintf(words, sizeof words, "sample --seed %d %d", seed, KEEP);
        REQUIRE(rig_read(&r, words) == 0);
        add_numbers(&r, N);
        size_t n = read_numbers(rig_work(&r, (struct rig_how){0}), got);
        REQUIRE(n == KEEP);
        for (size_t i = 0; i < n; i++)
            kept[got[i]]++;
        rig_reset(&r);
        snprintf(words, sizeof words, "shuffle --seed %d", seed);
        REQUIRE(rig_read(&r, words) == 0);
        add_numbers(&r, N);
        n = read_numbers(rig_work(&r, (struct rig_how){0}), got);
        REQUIRE(n == N);
        for (size_t i = 0; i < n; i++)
            at[i][got[i]]++;
        rig_release(&r);
    }
    /* six standard deviations: 900 +- 25, 300 +- 16.4 */
    for (size_t i = 0; i < N; i++) {
        CHECK_ROW(kept[i] > 750 && kept[i] < 1050, "record %zu was kept %u times", i, kept[i]);
        for (size_t k = 0; k < N; k++)
            CHECK_ROW(at[i][k] > 200 && at[i][k] < 400, "record %zu stood %u times at %zu", k,
                      at[i][k], i);
    }
}

TEST(stream_op_sample, the_ceiling)
{
    struct rig r;
    char text[1000];
    memset(text, 'x', sizeof text);
    rig_init(&r);
    r.set.memory = 16 << 10;
    REQUIRE(rig_read(&r, "sample 100") == 0);
    for (int i = 0; i < 100; i++)
        rig_add(&r, text, sizeof text);
    CHECK_STR(rig_work(&r, (struct rig_how){0}),
              "!125 sample: the records to hold are larger than the memory they may use, 16.0KiB");
    rig_reset(&r);
    REQUIRE(rig_read(&r, "sample 4") == 0);
    for (int i = 0; i < 1000; i++)
        rig_add(&r, text, sizeof text);
    CHECK_INT(strlen(rig_work(&r, (struct rig_how){0})), 4 * (sizeof text + 1));
    rig_release(&r);
}
