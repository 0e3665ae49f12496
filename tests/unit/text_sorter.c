/* text_sorter.c - what a sorter takes of its budget; its answers are tested by the tool. */
#include "text/sorter.h"

#include "test.h"

TEST(text_sorter, a_region_holds_no_more_entries_than_are_sorted)
{
    static const uint64_t budgets[] = {0, 1 << 20, (uint64_t)1 << 37, (uint64_t)1 << 42};
    for (size_t i = 0; i < sizeof budgets / sizeof budgets[0]; i++) {
        struct gf_sorter s;
        struct gf_sorter_conf conf = {.budget = (size_t)budgets[i], .threads = 1};
        REQUIRE(gf_sorter_open(&s, &conf) == 0);
        /* An entry needs as much room again to be sorted. */
        CHECK_ROW(s.size / (2 * sizeof(struct gf_entry)) <= GF_ORDER_MOST, "row %zu: %zu bytes", i,
                  s.size);
        gf_sorter_release(&s);
    }
}

/* Runs, records one by one, and both in turn: the same records, in order, of whatever lengths. */
static void check_runs(unsigned threads, size_t longest, bool mixed)
{
    static char rec[70000];
    struct gf_sorter s;
    struct gf_slice run;
    size_t n = longest > 1000 ? 300 : 200000, records, seen = 0, calls = 0;
    REQUIRE(gf_sorter_open(&s, &(struct gf_sorter_conf){.budget = 256 << 20, .threads = threads}) ==
            0);
    for (size_t i = 0; i < n; i++) { /* eight bytes that are the key, and the number behind them */
        uint64_t number = (i * 7919 + 13) % n;
        size_t len = 8 + number * 251 % longest;
        for (int k = 0; k < 8; k++)
            rec[k] = (char)(number >> (56 - 8 * k));
        memset(rec + 8, 'a' + (int)(number % 26), len - 8);
        CHECK_INT(gf_sorter_add(&s, (struct gf_slice){rec, len}), 0);
    }
    CHECK_INT(gf_sorter_end(&s), 0);
    for (bool more = true; more;) {
        bool one = mixed && calls++ % 3 == 2;
        int got = one ? gf_sorter_next(&s, &run) : gf_sorter_run(&s, 8, '\n', &run, &records);
        more = got == 1;
        if (one && more) {
            run = (struct gf_slice){run.data + 8, run.len - 8};
            records = 1;
        }
        for (size_t i = 0, at = 0; more && i < records; i++, seen++) {
            size_t len = seen * 251 % longest;
            bool right = at + len <= run.len;
            for (size_t k = 0; right && k < len; k++)
                right = run.data[at + k] == 'a' + (int)(seen % 26);
            right = right && (one || run.data[at + len] == '\n');
            CHECK_ROW(right, "record %zu of %u threads, %zu bytes at most", seen, threads, longest);
            at += len + 1;
        }
    }
    CHECK_INT(gf_sorter_next(&s, &run) == 1,
              longest > 65000); /* those are given one by one alone */
    if (longest < 65000)
        CHECK_INT(seen, n);
    gf_sorter_release(&s);
}

TEST(text_sorter, runs_are_the_records_in_order)
{
    for (unsigned threads = 1; threads <= 4; threads++)
        for (int mixed = 0; mixed < 2; mixed++) {
            check_runs(threads, 1, mixed);
            check_runs(threads, 40, mixed);
            check_runs(threads, 5000, mixed);
            check_runs(threads, 66000, false);
        }
}
