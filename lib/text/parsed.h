/*
 * parsed.h - a line of JSON as jansson's tree, in memory that jansson cannot go wrong without.
 *
 * jansson 2.14 does not look whether the buffer that it reads a text into has grown: a byte of a
 * URL is lost then, and another host is asked, or memory behind the buffer is read. So what it
 * allocates comes from chunks of the parse, all freed at its end, and where there is no chunk more
 * the parse is left from within, by longjmp.
 *
 *     struct gf_parsed p;
 *     json_t *root = gf_parsed_open(&p, line, len, &where);
 *     if (!root) ... p.no_memory, or what `where` says ...
 *     ... root ...
 *     gf_parsed_close(&p);
 *
 * Nothing of the tree outlives the close, and no other calls of jansson that allocate are made: it
 * has one allocator for the process. Any thread, one parse at a time in each.
 */
#ifndef GF_TEXT_PARSED_H
#define GF_TEXT_PARSED_H

#include <jansson.h>
#include <stdbool.h>

struct gf_parsed {
    struct gf_parsed_chunk *chunk; /* the newest first */
    char *free;                    /* in it */
    size_t left;
    bool no_memory;
};

/* The tree of one text; a key that is there twice is refused. NULL: out of memory, or no JSON. To
 * be closed in any case. */
json_t *gf_parsed_open(struct gf_parsed *p, const char *text, size_t len, json_error_t *where);

void gf_parsed_close(struct gf_parsed *p);

#endif
