/*
 * replay.h - --replay: dead letters whose records go through the stages again.
 *
 * A letter of a record that was cut is refused: it stays in its file, and is copied to --dead.
 */
#ifndef GF_PIPELINE_REPLAY_H
#define GF_PIPELINE_REPLAY_H

#include "pipeline/letter.h"
#include "run.h"

struct replay {
    struct gf_letter_read letter;
    uint64_t line;
};

/* The descriptor of the file; -1 after a message. */
int replay_open(const struct run *r);

/* One letter, a whole line without its end, into the flow of its stage. */
void replay_letter(struct replay *p, struct run *r, const char *line, size_t len);
void replay_close(struct replay *p);

#endif
