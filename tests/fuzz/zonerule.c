/*
 * zonerule.c - gf_zonerule_parse: a rule is read whole or not at all, its changes come in order,
 * and its offset is what the last change before an instant says.
 */
#include "time/zonerule.h"

#include "oracle.h"
#include "time/civil.h"

enum {
    OFFSET_MAX = 25 * 3600 /* summer is an hour more than the most of 24 */
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gf_zonerule r, less;
    if (!gf_zonerule_parse(&r, (const char *)data, size))
        return 0;
    MUST(abs(r.std) <= OFFSET_MAX && abs(r.dst) <= OFFSET_MAX);
    MUST(size == 0 || !gf_zonerule_parse(&less, "", 0));
    for (int year = 1999; year < 2030 && r.has_changes; year++) {
        struct gf_zonechange two[2], next[2];
        gf_zonerule_year(&r, year, two);
        gf_zonerule_year(&r, year + 1, next);
        int64_t new_year = gf_civil_days(year, 1, 1) * GF_DAY;
        MUST(two[0].at <= two[1].at);
        MUST(two[0].at > new_year - 9 * GF_DAY && two[1].at < new_year + (366 + 9) * GF_DAY);
        MUST(two[1].at >= next[0].at || gf_zonerule_offset(&r, two[1].at) == two[1].off);
        MUST(two[0].at == two[1].at || two[1].at >= next[0].at ||
             gf_zonerule_offset(&r, two[1].at - 1) == two[0].off);
    }
    for (int64_t t = 1700000000; t < 1800000000 && !r.has_changes; t += 10000000)
        MUST(gf_zonerule_offset(&r, t) == r.std);
    return 0;
}
