/*
 * page.h - --report: the page about a run: timeline.c gathers what it shows, page.c writes it.
 */
#ifndef GF_POOL_PAGE_H
#define GF_POOL_PAGE_H

#include "pool.h"

/* The page as HTML, appended to `out`. -1: memory is out. */
int page_make(struct pool *p, struct gf_buf *out);

/* The shortest time that bucket `i` counts: 0, 1 ms, 2 ms, 5 ms, 10 ms and so on. */
gf_ns timeline_bucket_from(unsigned i);

/* The text in at most `most` bytes: what is longer loses its middle, where an ellipsis stands, and
 * no character is cut. */
void timeline_clip(struct gf_buf *out, const char *text, size_t len, size_t most);

#endif
