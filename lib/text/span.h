/*
 * span.h - where the n-th record of a run of bytes ends, at memory speed.
 *
 *     size_t count = 1000;
 *     size_t len = gf_span_records(buf, have, '\n', &count);   // write(1, buf, len): count records
 *
 * Pure; any thread.
 */
#ifndef GF_TEXT_SPAN_H
#define GF_TEXT_SPAN_H

#include <stddef.h>

/*
 * The length of the first *count records that are complete (ended by `separator`) in s[0..len), of
 * all of them when they are fewer; *count becomes how many there are.
 */
size_t gf_span_records(const char *s, size_t len, char separator, size_t *count);

/*
 * The length of the complete records at the front of s[0..len), which ends with `separator`, of
 * which none is longer than `max` without its separator: len, when none is.
 */
size_t gf_span_within(const char *s, size_t len, char separator, size_t max);

#endif
