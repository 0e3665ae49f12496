/* slots.c - how many at once, as it is written. */
#include "base/slots.h"

#include <string.h>

#include "base/machine.h"
#include "test.h"

TEST(slots, relative_ones)
{
    uint64_t cpus = gf_machine_processors();
    const struct {
        const char *text;
        uint64_t n; /* 0: is no number */
    } rows[] = {
        {"1", 1},
        {"8", 8},
        {"1000", 1000},
        {"+0", cpus},
        {"+2", cpus + 2},
        {"-0", cpus},
        {"-999", 1},
        {"100%", cpus},
        {"300%", 3 * cpus},
        {"1%", cpus / 100 > 1 ? cpus / 100 : 1},
        {"100000%", 1000 * cpus < 1000 ? 1000 * cpus : 1000},
        {"+1000", 1000},
        {"0", 0},
        {"0%", 0},
        {"1001", 0},
        {"+1001", 0},
        {"", 0},
        {"+", 0},
        {"-", 0},
        {"%", 0},
        {"1.5", 0},
        {"x", 0},
        {"100001%", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_perr e = {0};
        uint64_t n = 0;
        int r = gf_parse_slots(rows[i].text, strlen(rows[i].text), 1000, &n, &e);
        CHECK_ROW(r == (rows[i].n ? 0 : -1), "%s", rows[i].text);
        CHECK_ROW(r != 0 || n == rows[i].n, "%s: %llu", rows[i].text, (unsigned long long)n);
        CHECK_ROW(r == 0 || (e.hint && e.what[0]), "%s", rows[i].text);
    }
}
