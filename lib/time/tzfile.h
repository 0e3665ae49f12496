/*
 * tzfile.h - where the list of changes in a zone file ends.
 *
 * A TZif file (RFC 9636) lists changes one by one up to some instant, and ends with a rule that
 * holds after it. libc reads both; this tells only where the list ends, so that a search through
 * centuries may go by larger steps from there.
 */
#ifndef GF_TIME_TZFILE_H
#define GF_TIME_TZFILE_H

#include <stdbool.h>
#include <stdint.h>

/* Whether there is such a file. *last is the last change it lists; INT64_MIN: it lists none;
 * INT64_MAX: it cannot be told. */
bool gf_tzfile_look(const char *path, int64_t *last);

#endif
