/*
 * tap.h - --tee: what leaves a stage, to a file too.
 *
 * Nothing here waits for a reader: the stage is held up while its tap is full.
 */
#ifndef GF_PIPELINE_TAP_H
#define GF_PIPELINE_TAP_H

#include "run/outlet.h"

struct stage;

struct tap {
    int fd; /* -1: none */
    struct gf_outlet outlet;
};

/* -1 after a message. */
int tap_open(struct stage *s);
void tap_begin(struct stage *s);
void tap_put(struct stage *s, const char *data, size_t len);
bool tap_is_full(const struct stage *s);

/* Whether all of it is out, as far as anybody reads it. */
bool tap_is_done(const struct stage *s);

/* Nothing more of it will be read: what waits is dropped. */
void tap_give_up(struct stage *s);
void tap_close(struct stage *s);

#endif
