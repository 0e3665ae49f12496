/* zones.h - for tests that go through every zone of tzdata.zi: the names, and libc's answers. */
#ifndef GF_TESTS_UNIT_ZONES_H
#define GF_TESTS_UNIT_ZONES_H

#include <stdio.h>
#include <time.h>

#include "base/tz.h"
#include "time/civil.h"

/* The minute that libc's clock shows at t. */
static inline int64_t local_minute(int64_t t)
{
    time_t tt = (time_t)t;
    struct tm tm;
    localtime_r(&tt, &tm);
    return (t + tm.tm_gmtoff) / 60;
}

/* libc under the zone file of that name: without the colon musl takes EST5EDT for a rule. */
static inline bool enter_file(struct gf_tz *tz, const char *name)
{
    char value[128];
    snprintf(value, sizeof value, ":%s", name);
    return gf_tz_enter(tz, value) == 0;
}

/* Calls check for each zone there is; the answer is how many. */
static inline int each_zone(void (*check)(const char *name, unsigned *seed))
{
    FILE *f = fopen("/usr/share/zoneinfo/tzdata.zi", "re");
    char line[512];
    unsigned seed = 1;
    int zones = 0;
    if (!f)
        return 0;
    while (fgets(line, sizeof line, f)) {
        char kind, name[256];
        if (sscanf(line, "%c %255s", &kind, name) != 2 || kind != 'Z')
            continue;
        check(name, &seed);
        zones++;
    }
    fclose(f);
    return zones;
}

#endif
