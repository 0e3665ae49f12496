/*
 * zonenear.h - the zone that was meant by a name that is none.
 *
 *     char near[GF_ZONENEAR_SIZE];
 *     if (gf_zonenear("Europe/Berlni", "/usr/share/zoneinfo", near)) ... near is "Europe/Berlin"
 * ...
 */
#ifndef GF_TIME_ZONENEAR_H
#define GF_TIME_ZONENEAR_H

#include <stdbool.h>

enum {
    GF_ZONENEAR_SIZE = 49 /* base/suggest.h compares no longer names */
};

/*
 * The name under `dir` that is nearest to `name` (base/suggest.h), capital letters or not; also one
 * whose city alone was given. Of equally near ones the first by name. False: none is near. Any
 * thread.
 */
bool gf_zonenear(const char *name, const char *dir, char near[GF_ZONENEAR_SIZE]);

#endif
