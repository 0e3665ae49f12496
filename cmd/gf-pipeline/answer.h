/*
 * answer.h - what the answer may be of a process that is started for its records: each, batch.
 *
 * To one record it may be as long as a record is, all its lines together. To a batch it may be that
 * long for each record that was given, so that no record fails for the sake of those it was put
 * together with; but no line of it may be longer than a record, and all of it no longer than the
 * MAX_RECORD of options.h, or than one record where that is more.
 *
 *     answer_begin(&u->answer, records, max_record);      // then what is read is appended
 *     if (!answer_end(&u->answer, '\n', max_record)) ...  // too long
 */
#ifndef GF_PIPELINE_ANSWER_H
#define GF_PIPELINE_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "options.h"
#include "proc/ending.h"

/* The buffer, which is empty, gets its ceiling: an append that fails with EOVERFLOW is too long.
 * `max_record` is in bytes, without the separator. */
void answer_begin(struct gf_buf *a, uint64_t records, uint64_t max_record);

/* All has been read: the last line gets its separator where it has none. False: too long. Without
 * memory the buffer has failed, and true is returned. */
bool answer_end(struct gf_buf *a, char separator, uint64_t max_record);

/* Whether the command refuses its records by this answer, or by its exit status. */
bool answer_refuses(const struct gf_buf *a, const struct stage_plan *plan,
                    const struct gf_ending *e);

#endif
