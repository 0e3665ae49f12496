/*
 * tag.h - --tag: what stands in front of each line of a job's output.
 *
 *     struct tags t = {.opt = o};
 *     tags_init(&t, names, nnames);
 *     tag_set(&t, &job->tag, &work, seq, slot);
 *     tag_lines(&t, &job->tag, stream, &data, &len);
 *
 * -1 is always: memory is out. Without --tag nothing is done. Whether the record may have a place
 * in
 * --tagstring is for launch.c to say.
 */
#ifndef GF_POOL_TAG_H
#define GF_POOL_TAG_H

#include <stdbool.h>

#include "base/buf.h"
#include "options.h"
#include "proc/template.h"
#include "work.h"

struct tags {
    const struct options *opt;
    struct gf_template string; /* --tagstring */
    struct gf_buf tagged;      /* the bytes of one read, with tags */
};

/* Of one job. */
struct tag {
    struct gf_buf text;
    bool in_line[2]; /* of each stream: the last byte was no newline */
};

/* The names of the values, borrowed. */
void tags_init(struct tags *t, const struct gf_value *names, size_t nnames);
void tags_release(struct tags *t);

int tag_set(struct tags *t, struct tag *tag, const struct work *w, uint64_t seq, unsigned slot);

/* The bytes with the tag in front of each line, valid until the next call. */
int tag_lines(struct tags *t, struct tag *tag, int stream, const char **data, size_t *len);

#endif
