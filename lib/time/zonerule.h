/*
 * zonerule.h - a time zone that is given as a POSIX rule: EST5EDT,M3.2.0,M11.1.0.
 *
 *     if (!gf_zonerule_valid(name)) ... no rule ...
 *     if (gf_zonerule_lacks_changes(name)) ... EST5EDT: summer time, but not when ...
 *
 * The source: POSIX.1-2017, XBD 8.3, TZ. Pure.
 */
#ifndef GF_TIME_ZONERULE_H
#define GF_TIME_ZONERULE_H

#include <stdbool.h>

/* Whether s is "std offset[dst[offset][,start,end]]", whole and within its ranges. libc takes for
 * UTC, without a word, what it cannot read. */
bool gf_zonerule_valid(const char *s);

/* Whether the rule, which is valid, has summer time but does not say when. */
bool gf_zonerule_lacks_changes(const char *rule);

#endif
