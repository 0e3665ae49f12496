/*
 * page.h - --report: the page about a run: timeline.c gathers what it shows, page.c writes it.
 */
#ifndef GF_POOL_PAGE_H
#define GF_POOL_PAGE_H

#include "pool.h"

/* The page as HTML, appended to `out`. -1: memory is out. */
int page_make(struct pool *p, struct gf_buf *out);

#endif
