/*
 * source.h - where records come from: standard input, or the dead letters of --replay.
 */
#ifndef GF_PIPELINE_SOURCE_H
#define GF_PIPELINE_SOURCE_H

#include <ev.h>

#include "replay.h"
#include "run.h"
#include "text/reader.h"

struct source {
    struct run *run;
    struct gf_reader reader;
    struct replay replay;
    int fd; /* of --replay; -1: none */
    ev_io io;
    uint64_t offset; /* of what comes next, in the input */
    uint64_t known;  /* --skip-known: what is in front of it is passed by */
    bool skipping;   /* the rest of a record that is too long */
};

/* -1 after a message. */
int source_open(struct source *s, struct run *r);
void source_begin(struct source *s);

/* Reads what there is, as far as the first flow has room; whether records came. What is to come is
 * watched for. */
bool source_pump(struct source *s);
void source_close(struct source *s);

#endif
