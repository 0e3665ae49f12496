/*
 * logdir_state.h - the file `state` of a directory of logs: the last name, and which archives wait.
 *
 *     gf-logs 1
 *     last 20260329T030000Z-0000000042
 *     wait 20260329T010000Z-0000000040 20260329T030000Z-0000000042
 *     sum 0123456789abcdef
 *
 * A row `wait` says that all archives wait from the one name to the other, both included, as far as
 * they are there. The sum (XXH3, 64 bits) is of all bytes before its row, so a file that was
 * written in part, or whose bytes the disk has lost, is known. It is no signature.
 *
 *     struct gf_logdir_stamp last = {0};
 *     switch (gf_logdir_state_read(dir, &last, &list, &why)) ...
 *     if (gf_logdir_state_write(dir, &last, &list) != 0) ... errno; the old one is still there ...
 *
 * One thread.
 */
#ifndef GF_BUFFER_LOGDIR_STATE_H
#define GF_BUFFER_LOGDIR_STATE_H

#include "buffer/logdir_list.h"

enum gf_logdir_state {
    GF_LOGDIR_STATE_GOOD,
    GF_LOGDIR_STATE_NONE,   /* it is missing or damaged: *last and the list are as they were */
    GF_LOGDIR_STATE_REFUSED /* errno and *why: it is not to be trusted, or cannot be read */
};

/* Those of the list wait that the file names; *last is the last name that it knows. */
enum gf_logdir_state gf_logdir_state_read(int dir, struct gf_logdir_stamp *last,
                                          struct gf_logdir_list *list, const char **why);

/*
 * Of archives that the file does not know: each that has no file beside it waits. `last` is the
 * last name of the file, a zeroed one where there is none. Behind the name of a good file there are
 * only archives when it is older than they are.
 */
void gf_logdir_state_guess(struct gf_logdir_list *list, const struct gf_logdir_stamp *last);

/* Replaces the file. Nothing is synced. 0, or -1 with errno. */
int gf_logdir_state_write(int dir, const struct gf_logdir_stamp *last,
                          const struct gf_logdir_list *list);

/* Removes what a killed process has left of a replacement. */
void gf_logdir_state_clean(int dir);

#endif
