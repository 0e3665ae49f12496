/*
 * source.h - the lines: operands, a file, or standard input.
 *
 *     struct source s = {0};
 *     if (source_open(&s, o) != 0) ... said ...
 *     struct line *line;
 *     int got = source_take(&s, &line);     // 1: yours; 0: source_fill first; GF_READER_END; -1
 * said if (got == 0 && !source_waits(&s)) source_fill(&s); source_close(&s);
 *
 * A blank line and one that begins with # are passed by, and counted. A CR at the end of a line is
 * taken off, and so is a byte order mark in front of the first.
 */
#ifndef GF_FETCH_SOURCE_H
#define GF_FETCH_SOURCE_H

#include "line.h"
#include "options.h"
#include "text/reader.h"

struct source {
    const struct options *opt;
    struct gf_reader reader;
    size_t next_url;
    bool is_open, began;
    uint64_t seq, passed_by;
};

int source_open(struct source *s, const struct options *o);
void source_close(struct source *s);

int source_take(struct source *s, struct line **line);
int source_fill(struct source *s);
bool source_waits(const struct source *s);

#endif
