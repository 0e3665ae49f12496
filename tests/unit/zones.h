/* zones.h - for tests that go through every zone of tzdata.zi: the names, and libc's answers. libc
 * knows one zone at a time, by the variable TZ. */
#ifndef GF_TESTS_UNIT_ZONES_H
#define GF_TESTS_UNIT_ZONES_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "time/civil.h"

static inline int32_t libc_offset(int64_t t)
{
    time_t tt = (time_t)t;
    struct tm tm = {0};
    localtime_r(&tt, &tm);
    return (int32_t)tm.tm_gmtoff;
}

/* The minute that libc's clock shows at t. */
static inline int64_t local_minute(int64_t t)
{
    return (t + libc_offset(t)) / 60;
}

/* 31 bits or less, the same ones in each run. */
static inline unsigned next_random(unsigned *seed)
{
    *seed = *seed * 1103515245 + 12345;
    return *seed >> 8;
}

/* libc under another value of TZ; the test's own zone is UTC, that of no TZ in a bare root. */
static inline void libc_enter(const char *value)
{
    setenv("TZ", value, 1);
    tzset();
}

static inline void libc_leave(void)
{
    unsetenv("TZ");
    tzset();
}

/* libc under the zone file of that name: without the colon musl takes EST5EDT for a rule. */
static inline void libc_enter_file(const char *name)
{
    char value[256];
    snprintf(value, sizeof value, ":%s", name);
    libc_enter(value);
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
