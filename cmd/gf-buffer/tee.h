/*
 * tee.h - copies of the output (--tee): each gets what the output got, after it.
 *
 * A copy whose reader is slow holds the output up; one that fails is told of and given up, and the
 * others go on.
 */
#ifndef GF_CMD_BUFFER_TEE_H
#define GF_CMD_BUFFER_TEE_H

#include <stdbool.h>
#include <stddef.h>

#include "run/outlet.h"

struct run;

struct tee {
    struct run *run;
    const char *name;
    int fd;
    struct gf_outlet outlet;
};

struct tees {
    struct tee *tee;
    size_t n;
};

/* Opens the files; -1 after a message. */
int tee_open(struct run *r);
void tee_begin(struct run *r);

/* These bytes are out. */
void tee_write(struct run *r, const char *data, size_t len);

/* Whether one of them has no room. */
bool tee_is_full(const struct run *r);

/* Whether all have written what they got. */
bool tee_is_done(const struct run *r);

/* Closes them: -1 after a message when one could not be written to its end. */
int tee_end(struct run *r);
void tee_close(struct run *r);

#endif
