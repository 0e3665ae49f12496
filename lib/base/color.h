/*
 * color.h - whether a stream shows colours, and the sequences for the few that the tools use.
 *
 * auto (the default): when the stream is a terminal, NO_COLOR is unset or empty, and TERM is set
 * and not `dumb` (https://no-color.org). --color=always and --color=never decide for all streams.
 *
 *     if (gf_color_on(STDERR_FILENO))
 *         gf_buf_puts(&b, gf_color_begin(GF_COLOR_ERROR));
 *     gf_buf_puts(&b, "gf-pool:");
 *     if (gf_color_on(STDERR_FILENO))
 *         gf_buf_puts(&b, GF_COLOR_END);
 *
 * The sequences are static text. The first call for a stream asks the environment and the
 * descriptor, later ones remember; errno is
 * kept. Main thread.
 */
#ifndef GF_BASE_COLOR_H
#define GF_BASE_COLOR_H

#include <stdbool.h>

enum gf_color_when {
    GF_COLOR_AUTO,
    GF_COLOR_ALWAYS,
    GF_COLOR_NEVER
};

/* The words of --color in the order of the enum, NULL-terminated. A bare --color is auto. */
extern const char *const gf_color_words[];

enum gf_color {
    GF_COLOR_ERROR, /* bold red */
    GF_COLOR_NOTE,  /* bold */
    GF_COLOR_HINT,  /* bold cyan */
    GF_COLOR_GOOD,  /* green */
    GF_COLOR_BAD,   /* red */
    GF_COLOR_FAINT, /* faint */
};

#define GF_COLOR_END "\033[0m"

void gf_color_set(enum gf_color_when when);

/* fd is 1 or 2. */
bool gf_color_on(int fd);

const char *gf_color_begin(enum gf_color color);

#endif
