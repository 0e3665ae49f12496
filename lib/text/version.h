/*
 * version.h - the order of sort -V, as bytes that compare by memcmp in that order.
 *
 * The order is that of GNU coreutils ("Version sort ordering" in its manual, after Debian Policy
 * 5.6.12): runs of digits compare as numbers, `~` before the end, letters before the rest; the
 * empty text, `.`, `..` and names that begin with a dot come first; a suffix such as `.tar.gz`
 * counts only where all else is equal. Pure; any thread.
 */
#ifndef GF_TEXT_VERSION_H
#define GF_TEXT_VERSION_H

#include "base/buf.h"
#include "text/slice.h"

/* Appends the key of s; no key is the beginning of another's. 0 or -1 (as gf_buf_add). */
int gf_version_key(struct gf_buf *b, struct gf_slice s);

#endif
