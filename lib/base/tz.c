/*
 * tz.c - sets TZ, calls tzset, and undoes both from a copy of the old value.
 *
 * The copy is made first, since setenv may free or overwrite the old text. The empty name is
 * written UTC0, which every libc reads as UTC.
 */
#include "base/tz.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

int gf_tz_enter(struct gf_tz *tz, const char *name)
{
    const char *old = getenv("TZ");
    tz->before = old ? strdup(old) : NULL;
    if (old && !tz->before)
        return -1;
    if (name ? setenv("TZ", *name ? name : "UTC0", 1) : unsetenv("TZ")) {
        free(tz->before);
        return -1;
    }
    tzset();
    return 0;
}

void gf_tz_leave(struct gf_tz *tz)
{
    if (tz->before)
        setenv("TZ", tz->before, 1);
    else
        unsetenv("TZ");
    tzset();
    free(tz->before);
    tz->before = NULL;
}
