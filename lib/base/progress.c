/*
 * progress.c - one static state, a line kept as it was written, and hooks around messages.
 *
 * A message wipes the line and redraws it behind itself (gf_msg_around), from the bytes that were
 * kept. Whether we are in the foreground is asked each time: the user may have sent us to the
 * background meanwhile. The line is cut between two words, with a mark, after it was escaped,
 * because escapes make it longer.
 */
#include "base/progress.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/color.h"
#include "base/escape.h"
#include "base/fd.h"
#include "base/msg.h"

enum {
    LINE_MOST = 480 /* bytes of text; the rest of the room is for what steers the terminal */
};

const char *const gf_progress_modes[] = {"auto", "always", "never", NULL};

static struct {
    bool on;
    bool tty;
    gf_ns next_mono;
    gf_ns period;
    bool shown; /* a line stands on the terminal now */
    char line[512];
    size_t len;
} state;

static bool terminal_can(void)
{
    const char *term = getenv("TERM");
    return isatty(STDERR_FILENO) && term && *term && strcmp(term, "dumb") != 0;
}

static bool in_foreground(void)
{
    return tcgetpgrp(STDERR_FILENO) == getpgrp();
}

static void wipe(void)
{
    if (state.shown)
        (void)gf_write_all(STDERR_FILENO, "\r\033[K", 4);
}

static void redraw(void)
{
    if (state.shown && in_foreground())
        (void)gf_write_all(STDERR_FILENO, state.line, state.len);
}

void gf_progress_init(enum gf_progress_mode mode, gf_ns now_mono)
{
    memset(&state, 0, sizeof state);
    state.tty = terminal_can();
    state.on =
        mode == GF_PROGRESS_ALWAYS || (mode == GF_PROGRESS_AUTO && state.tty && !gf_msg_is_quiet());
    state.period = state.tty ? 100 * GF_MS : GF_S;
    state.next_mono = mode == GF_PROGRESS_ALWAYS && state.tty ? now_mono : now_mono + GF_S;
    if (state.on && state.tty)
        gf_msg_around(wipe, redraw);
}

gf_ns gf_progress_next(void)
{
    return state.on ? state.next_mono : GF_NEVER;
}

bool gf_progress_due(gf_ns now_mono)
{
    return state.on && now_mono >= state.next_mono;
}

static size_t width(void)
{
    struct winsize w;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &w) != 0 || w.ws_col == 0)
        return 80;
    return w.ws_col;
}

static const char cut_mark[] = " ...";

/* Bytes of the first `columns` code points. */
static size_t bytes_of(const char *s, size_t len, size_t columns)
{
    size_t i = 0;
    for (; i < len; i++)
        if ((s[i] & 0xc0) != 0x80 && columns-- == 0)
            break;
    return i;
}

/*
 * How much of the text `columns` hold. What does not fit is cut between two words, with room for a
 * mark: a number that lost its end would be read as another number. A first word that is longer
 * is cut all the same. Wide characters may still wrap, which only looks bad.
 */
static size_t cut(const char *s, size_t len, size_t columns)
{
    size_t mark = sizeof cut_mark - 1;
    size_t i = bytes_of(s, len, columns);
    if (i == len)
        return i;
    i = bytes_of(s, len, columns > mark ? columns - mark : columns);
    size_t words = i;
    while (words > 0 && s[words] != ' ')
        words--;
    if (words == 0)
        return i;
    return s[words - 1] == ',' ? words - 1 : words;
}

/* The text, escaped; where the part stands in it then. */
static struct gf_progress_part escape(struct gf_buf *b, const char *text,
                                      struct gf_progress_part part)
{
    struct gf_progress_part moved;
    gf_escape_term(b, text, part.at);
    moved.at = b->len;
    gf_escape_term(b, text + part.at, part.len);
    moved.len = b->len - moved.at;
    gf_escape_term(b, text + part.at + part.len, strlen(text + part.at + part.len));
    gf_msg_disarm(b->data, b->len);
    return moved;
}

/* The first `keep` bytes of what was escaped, the part in its colour if all of it is among them. */
static void add_coloured(struct gf_buf *out, const struct gf_buf *b, size_t keep,
                         struct gf_progress_part bad)
{
    size_t end = bad.at + bad.len;
    if (!bad.len || end > keep || !gf_color_on(STDERR_FILENO)) {
        gf_buf_add(out, b->data, keep);
        return;
    }
    gf_buf_add(out, b->data, bad.at);
    gf_buf_puts(out, gf_color_begin(GF_COLOR_BAD));
    gf_buf_add(out, b->data + bad.at, bad.len);
    gf_buf_puts(out, GF_COLOR_END);
    gf_buf_add(out, b->data + end, keep - end);
}

static void put(const struct gf_buf *out)
{
    if (out->failed)
        return;
    (void)gf_write_buf(STDERR_FILENO, out);
    if (state.tty && out->len <= sizeof state.line) {
        memcpy(state.line, out->data, out->len);
        state.len = out->len;
        state.shown = true;
    }
}

void gf_progress_show_bad(const char *text, struct gf_progress_part bad, gf_ns now_mono)
{
    if (!state.on)
        return;
    state.next_mono = now_mono + state.period;
    if (state.tty && !in_foreground())
        return;
    struct gf_buf b = {0}, out = {0};
    bad = escape(&b, text, bad);
    if (!b.failed && state.tty) {
        size_t columns = width();
        size_t keep = cut(b.data, b.len, columns > 1 ? columns - 1 : 1);
        gf_buf_puts(&out, "\r");
        add_coloured(&out, &b, keep < LINE_MOST ? keep : LINE_MOST, bad);
        gf_buf_puts(&out, keep < b.len ? cut_mark : "");
        gf_buf_puts(&out, "\033[K");
    } else if (!b.failed) {
        gf_buf_printf(&out, "%s: ", gf_msg_tool());
        add_coloured(&out, &b, b.len, bad);
        gf_buf_putc(&out, '\n');
    }
    if (!b.failed)
        put(&out);
    gf_buf_release(&out);
    gf_buf_release(&b);
}

void gf_progress_show(const char *text, gf_ns now_mono)
{
    gf_progress_show_bad(text, (struct gf_progress_part){0}, now_mono);
}

void gf_progress_hide(void)
{
    wipe();
    state.shown = false;
}

void gf_progress_end(void)
{
    gf_progress_hide();
    state.on = false;
    gf_msg_around(NULL, NULL);
}

/* ---- a line that is built -------------------------------------------------------------------- */

void gf_progress_show_line(const struct gf_progress_line *l, gf_ns now_mono)
{
    struct gf_buf b = {0};
    struct gf_progress_part bad = {0};
    if (!gf_progress_due(now_mono))
        return;
    l->build(l->owner, &b, &bad);
    if (!b.failed)
        gf_progress_show_bad(b.data, bad, now_mono);
    gf_buf_release(&b);
}

void gf_progress_say_line(const struct gf_progress_line *l)
{
    struct gf_buf b = {0};
    struct gf_progress_part bad = {0};
    l->build(l->owner, &b, &bad);
    if (!b.failed)
        gf_error("%s", b.data);
    gf_buf_release(&b);
}
