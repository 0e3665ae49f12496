/*
 * svg.h - the pieces of an SVG: boxes and texts.
 *
 * Lengths are hundredths of a unit until they are written, so that no number depends on a locale.
 * A class says how a piece looks; the style sheet has the colours, for a light window and a dark
 * one. All functions append to the buffer, which remembers a failure. Pure; one thread a buffer.
 *
 *     svg_open(b, 120000, 40000, "title of the page");
 *     svg_box(b, x, y, w, h, "once", "Mon 23 Mar 03:00");    a tooltip; NULL: none
 *     svg_text(b, x, y, "name", "backup");
 *     svg_close(b);
 */
#ifndef GF_CMD_CRON_SVG_H
#define GF_CMD_CRON_SVG_H

#include <stdint.h>

#include "base/buf.h"

/* Begins the page, which is as wide as its window up to a limit, and keeps width : height. */
void svg_open(struct gf_buf *b, int64_t width, int64_t height, const char *title);
void svg_close(struct gf_buf *b);

/* A text may hold anything: markup in it is escaped. */
void svg_title(struct gf_buf *b, const char *s);
void svg_box(struct gf_buf *b, int64_t x, int64_t y, int64_t w, int64_t h, const char *class,
             const char *title);
void svg_text(struct gf_buf *b, int64_t x, int64_t y, const char *class, const char *s);

#endif
