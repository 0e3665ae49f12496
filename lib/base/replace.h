/*
 * replace.h - writes a file whole, so that a reader sees the old one or the new one.
 *
 *     if (gf_replace_file("x.prom", b.data, b.len) != 0) ... errno ...
 *
 * As base/outfile does: through a temporary file that is synced and renamed, and what is no regular
 * file (a pipe, /dev/stdout) is written to. Any thread.
 */
#ifndef GF_BASE_REPLACE_H
#define GF_BASE_REPLACE_H

#include <stddef.h>

/* 0, or -1 with errno; the old file is then as it was. */
int gf_replace_file(const char *file, const void *data, size_t len);

#endif
