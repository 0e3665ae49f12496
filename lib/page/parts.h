/*
 * parts.h - what the files of a page share: page.c has its frame, and calls lanes.c (bars in lanes)
 * and columns.c (how long they took).
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

#endif
