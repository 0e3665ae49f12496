/*
 * output.h - what jobs write, line by line.
 *
 * Whole lines are given to the outlets (outlets.h), so lines of different jobs never mix. A line
 * without an end is kept until its stream closes; one of more than a MiB goes out in pieces of that
 * size.
 */
#ifndef GF_CMD_CRON_OUTPUT_H
#define GF_CMD_CRON_OUTPUT_H

#include "outlets.h"
#include "run.h"

enum output_form {
    OUTPUT_PREFIX,
    OUTPUT_UNCHANGED,
    OUTPUT_JSON,
};

struct output {
    enum output_form form;
    struct outlets *outlets;
    bool lost; /* some output could not be kept or written */
};

/* Takes bytes that the run wrote to a stream. */
void output_take(struct output *o, struct run *run, int stream, const char *data, size_t len);

/* The stream has ended: its last line goes out, also without a newline. */
void output_end(struct output *o, struct run *run, int stream);

/* Whether the stream should not be read for now. */
bool output_is_full(const struct output *o, int stream);

#endif
