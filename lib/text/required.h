/*
 * required.h - the longest text that every match of a pattern holds, by a cautious reading.
 *
 * A record without that text need not be shown to PCRE2. The reading may miss texts; it never
 * invents one.
 *
 *     struct gf_buf b = {0};
 *     gf_required("id=[0-9]+ DELETE", 16, 0, &b);      b is " DELETE"
 *     gf_buf_release(&b);
 *
 * Pure; any thread.
 */
#ifndef GF_TEXT_REQUIRED_H
#define GF_TEXT_REQUIRED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * `flags` are those of regex.h. *out becomes the text, empty when none is known. With
 * GF_REGEX_ICASE the case of its ASCII letters does not count; with GF_REGEX_UTF as well, it has no
 * letter whose other case is outside of ASCII (k and the Kelvin sign). -1: ENOMEM.
 */
int gf_required(const char *pattern, size_t len, unsigned flags, struct gf_buf *out);

/* Whether the pattern stands for itself alone: no byte of it has a meaning. */
bool gf_required_plain(const char *pattern, size_t len, unsigned flags);

#endif
