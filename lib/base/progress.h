/*
 * progress.h - one line on stderr that shows where long work stands.
 *
 * auto (the default): only without -q, when stderr is a terminal that is not dumb and we are in its
 * foreground, after one second, at most ten times a second, one line, cut to the width, cleared
 * at the end and around messages. always: the same without the delay, and where stderr is no
 * terminal a plain line at most once a second. never: nothing.
 *
 *     gf_progress_init(GF_PROGRESS_AUTO, now_mono);
 *     if (gf_progress_due(now_mono)) { ...build text...; gf_progress_show(text, now_mono); }
 *     gf_progress_end();
 *
 * One a process; main thread.
 */
#ifndef GF_BASE_PROGRESS_H
#define GF_BASE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/opt.h"

enum gf_progress_mode {
    GF_PROGRESS_AUTO,
    GF_PROGRESS_ALWAYS,
    GF_PROGRESS_NEVER
};

/* The words of --progress in the order of the enum, NULL-terminated, for gf_cli_choice. A bare
 * --progress is auto. */
extern const char *const gf_progress_modes[];

enum {
    GF_OPT_ID_PROGRESS = 902
};
#define GF_PROGRESS_OPTION                                                                         \
    {                                                                                              \
        GF_OPT_ID_PROGRESS, 0, "progress", "WHEN",                                                 \
            "progress line: auto (a terminal), always or never", "auto always never",              \
            GF_OPT_OPTIONAL                                                                        \
    }

void gf_progress_init(enum gf_progress_mode mode, gf_ns now_mono);

/* When to look next; GF_NEVER when nothing is ever shown. */
gf_ns gf_progress_next(void);
bool gf_progress_due(gf_ns now_mono);

/* Shows `text`, escaped and cut to the width of the terminal. */
void gf_progress_show(const char *text, gf_ns now_mono);

/* A part of the text; of length 0: none. */
struct gf_progress_part {
    size_t at, len;
};

/* The same, with a part of it in the colour of what failed, where stderr shows colours. */
void gf_progress_show_bad(const char *text, struct gf_progress_part bad, gf_ns now_mono);

/* A line that is built when somebody sees it: its text, and where in it stands what failed. */
struct gf_progress_line {
    void (*build)(void *owner, struct gf_buf *b, struct gf_progress_part *bad);
    void *owner;
};

/* Shows it, when it is due. Without memory for it nothing is shown. */
void gf_progress_show_line(const struct gf_progress_line *l, gf_ns now_mono);

/* Says it as a message, for who asks by SIGUSR1. */
void gf_progress_say_line(const struct gf_progress_line *l);

/* Clears the line until it is shown again: something else is about to be written to the
 * terminal. */
void gf_progress_hide(void);

/* Clears the line for good. */
void gf_progress_end(void);

#endif
