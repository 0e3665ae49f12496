/*
 * parts.h - what the files of a page share: page.c has its frame, and calls lanes.c (bars in
 * lanes), columns.c (how long they took), stages.c (stages in a row), latencies.c (how long each
 * took) and letters.c (dead letters of each).
 */
#ifndef GF_PAGE_PARTS_H
#define GF_PAGE_PARTS_H

#include <string.h>

#include "base/duration.h"
#include "page/page.h"
#include "page/text.h"

static inline const char *gf_page_time(gf_ns d, char out[GF_DURATION_SIZE])
{
    gf_format_duration(d, out);
    return out;
}

static inline void gf_page_string(struct gf_buf *b, const char *s)
{
    gf_page_text(b, s, strlen(s));
}

/* The class of an outcome in the style sheet. */
const char *gf_page_style_of(enum gf_bar_outcome o);
/* And its name in the key. */
const char *gf_page_word_of(const struct gf_page *p, enum gf_bar_outcome o);

/* What colour is which outcome. */
void gf_page_add_key(struct gf_buf *b, const struct gf_page *p);

void gf_page_add_lanes(struct gf_buf *b, const struct gf_page *p);
void gf_page_add_columns(struct gf_buf *b, const struct gf_page *p);

/* The name of a stage, cut in the middle where it is long; all of it when the pointer is on it. */
void gf_page_add_name(struct gf_buf *b, const char *tag, const char *name);

void gf_page_add_stages(struct gf_buf *b, const struct gf_page *p);
void gf_page_add_latencies(struct gf_buf *b, const struct gf_page_stages *all);
void gf_page_add_letters(struct gf_buf *b, const struct gf_page_stages *all);

#endif
