/*
 * text.h - bytes of any kind as text of a page.
 *
 *     gf_page_text(&html, "a<b", 3);                       // a&lt;b
 *     gf_page_clip(&name, url, strlen(url), 71);           // at most 71 bytes of it
 *
 * Both append, and the buffer keeps whether that failed. Pure; any thread.
 */
#ifndef GF_PAGE_TEXT_H
#define GF_PAGE_TEXT_H

#include <stddef.h>

#include "base/buf.h"

/* As text, also inside of an attribute in double quotes: nothing is left in it that HTML or a
 * terminal would act on. What is no UTF-8, and control characters but newline and TAB, are U+FFFD;
 * a mark that turns the direction of what stands around, or hides, is its number (\u202e). */
void gf_page_text(struct gf_buf *b, const char *s, size_t len);

/* The text in at most `most` bytes: what is longer loses its middle, where an ellipsis stands, and
 * no character is cut. */
void gf_page_clip(struct gf_buf *out, const char *text, size_t len, size_t most);

#endif
