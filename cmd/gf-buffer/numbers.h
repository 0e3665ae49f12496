/* numbers.h - what --stats writes, and the line of --progress and SIGUSR1. */
#ifndef GF_CMD_BUFFER_NUMBERS_H
#define GF_CMD_BUFFER_NUMBERS_H

#include <stdint.h>

#include "base/outfile.h"
#include "run/progress_timer.h"

struct run;

/* Records (none with --bytes) and bytes that are inside: in memory, on the way, in the spool. */
uint64_t numbers_held(const struct run *r);
uint64_t numbers_held_bytes(const struct run *r);

/* Writes the numbers to what gf_stats_open has opened; -1 after a message. */
int numbers_write(const struct run *r, struct gf_outfile *out);

/* Every record and byte that came in is out, dropped, or still there: 0, else after a message the
 * exit status. */
int numbers_check(const struct run *r);

void progress_begin(struct gf_progress_timer *t, struct run *r);
void progress_say(struct run *r);

#endif
