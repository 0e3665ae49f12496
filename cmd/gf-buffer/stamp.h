/*
 * stamp.h - the time in front of a record (--timestamp).
 */
#ifndef GF_CMD_BUFFER_STAMP_H
#define GF_CMD_BUFFER_STAMP_H

#include "base/buf.h"
#include "base/clock.h"
#include "options.h"

/*
 * Appends `data` to `out` with a time and a blank in front of each record that begins in it.
 * `begins`: whether its first byte begins one. rfc3339 is UTC with microseconds, epoch the seconds
 * since 1970 with them, elapsed the seconds since `begin_mono`.
 */
void stamp_records(enum stamp form, char separator, bool begins, const char *data, size_t len,
                   gf_ns begin_mono, struct gf_buf *out);

#endif
