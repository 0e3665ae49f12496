/*
 * on_rotate.h - the command of --on-rotate, for the archives of rotate.h that wait for it.
 *
 *     on_rotate_next(r, done);     // before the loop waits
 *     on_rotate_tell(r);           // when the run ends
 *
 * All is kept in the run's struct rotate. One thread.
 */
#ifndef GF_CMD_BUFFER_ON_ROTATE_H
#define GF_CMD_BUFFER_ON_ROTATE_H

#include <stdbool.h>

struct run;

/* Starts the command for the oldest archive that waits, unless it is at work or waits for its next
 * try. `done`: what has failed is not tried again. */
void on_rotate_next(struct run *r, bool done);

/* Says what it has not succeeded for, which makes the exit status 123. */
void on_rotate_tell(struct run *r);

#endif
