/* slots.c - a number, or one that is counted from the processors. */
#include "base/slots.h"

#include "base/machine.h"
#include "base/num.h"

enum {
    MOST_PERCENT = 100000
};

int gf_parse_slots(const char *s, size_t len, uint64_t most, uint64_t *out, struct gf_perr *e)
{
    uint64_t cpus = gf_machine_processors();
    uint64_t n;
    int bad;
    if (len && (*s == '+' || *s == '-')) {
        bad = gf_parse_count(s + 1, len - 1, 0, most, &n, e);
        e->col++;
        if (!bad)
            n = *s == '+' ? cpus + n : cpus > n ? cpus - n : 1;
    } else if (len && s[len - 1] == '%') {
        bad = gf_parse_count(s, len - 1, 1, MOST_PERCENT, &n, e);
        if (!bad)
            n = cpus * n / 100;
    } else {
        bad = gf_parse_count(s, len, 1, most, &n, e);
    }
    if (bad) {
        e->hint = "write 8, 200%, +2 or -1";
        return -1;
    }
    n = n < most ? n : most;
    *out = n < 1 ? 1 : n;
    return 0;
}
