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
