/* commit_parts.h - what the two files of the commit share. */
#ifndef GF_PIPELINE_CMD_COMMIT_PARTS_H
#define GF_PIPELINE_CMD_COMMIT_PARTS_H

#include "run.h"

/* The hashes of the input for a commit at this offset. -1: errno, ENODATA when it is shorter. */
int commit_hash(struct commit *c, uint64_t offset, uint64_t *head, uint64_t *tail);

/* Writes c->now as the newer row. -1 after a message. */
int commit_store(struct run *r);

#endif
