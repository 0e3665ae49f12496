/*
 * msg.c - builds a message in a buffer of its own, escaped, and writes it whole. What steers the
 * terminal's colour is added around the tool's own words only, so that nothing in the arguments
 * can. When memory is out the message is cut to a room on the stack instead of being lost.
 */
#include "base/msg.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/color.h"
#include "base/escape.h"
#include "base/fd.h"
#include "base/mask.h"
#include "base/utf8.h"

static const char *tool_name = "gf";
static bool is_quiet;
static bool is_verbose;
static void (*around_before)(void);
static void (*around_after)(void);
static bool (*sink)(const char *line, size_t len);

void gf_msg_init(const char *tool)
{
    tool_name = tool;
}

const char *gf_msg_tool(void)
{
    return tool_name;
}

void gf_msg_quiet(bool quiet)
{
    is_quiet = quiet;
}

bool gf_msg_is_quiet(void)
{
    return is_quiet;
}

void gf_msg_verbose(bool verbose)
{
    is_verbose = verbose;
}

bool gf_msg_is_verbose(void)
{
    return is_verbose;
}

void gf_msg_around(void (*before)(void), void (*after)(void))
{
    around_before = before;
    around_after = after;
}

void gf_msg_sink(bool (*take)(const char *line, size_t len))
{
    sink = take;
}

static bool for_runner;

void gf_msg_for_runner(void)
{
    for_runner = true;
}

void gf_msg_disarm(char *text, size_t len)
{
    for (size_t i = 2; for_runner && i < len; i++)
        if (text[i] == '[' && text[i - 1] == '#' && text[i - 2] == '#')
            text[i] = '(';
}

/* Writes one finished text. */
static void put(struct gf_buf *line)
{
    gf_msg_disarm(line->data, line->len);
    int keep = errno;
    if (sink && sink(line->data, line->len)) {
        errno = keep;
        return;
    }
    if (around_before)
        around_before();
    (void)gf_write_buf(STDERR_FILENO, line);
    if (around_after)
        around_after();
    errno = keep;
}

/*
 * The same line in a room of its own, for when memory is out or the text is too long: cut to the
 * room, and every byte that is not plain ASCII a question mark.
 */
__attribute__((format(printf, 4, 0))) static struct gf_buf without_memory(
    char *room, size_t size, const char *prefix, const char *fmt, va_list ap, const char *why)
{
    char text[256];
    vsnprintf(text, sizeof text, fmt, ap);
    gf_mask_words(text, strlen(text));
    int n = snprintf(room, size - 1, "%s: %s%s%s", prefix, text, why ? ": " : "", why ? why : "");
    size_t len = n < 0 ? 0 : (size_t)n < size - 1 ? (size_t)n : size - 2;
    for (size_t i = 0; i < len; i++)
        if (room[i] < ' ' || room[i] > '~')
            room[i] = '?';
    room[len] = '\n';
    return (struct gf_buf){.data = room, .len = len + 1};
}

/* A word of the tool's own, in colour where standard error shows colours. */
static void put_word(struct gf_buf *line, enum gf_color color, const char *word)
{
    bool on = gf_color_on(STDERR_FILENO);
    gf_buf_printf(line, "%s%s%s", on ? gf_color_begin(color) : "", word, on ? GF_COLOR_END : "");
}

__attribute__((format(printf, 3, 0))) static void say(enum gf_color color, const char *prefix,
                                                      const char *fmt, va_list ap, const char *why)
{
    struct gf_buf raw = GF_BUF_INIT(1024 * 1024);
    struct gf_buf line = {0};
    char room[512];
    va_list again;
    va_copy(again, ap);
    gf_buf_vprintf(&raw, fmt, ap);
    char head[64];
    snprintf(head, sizeof head, "%s:", prefix);
    put_word(&line, color, head);
    gf_buf_putc(&line, ' ');
    if (raw.data) {
        gf_mask_words(raw.data, raw.len);
        gf_escape_term(&line, raw.data, raw.len);
    }
    if (why) {
        gf_buf_puts(&line, ": ");
        gf_buf_puts(&line, why);
    }
    gf_buf_putc(&line, '\n');
    bool failed = raw.failed || line.failed;
    gf_buf_release(&raw);
    if (failed) {
        gf_buf_release(&line);
        line = without_memory(room, sizeof room, prefix, fmt, again, why);
    }
    va_end(again);
    put(&line);
    if (!failed)
        gf_buf_release(&line);
}

void gf_error(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say(GF_COLOR_ERROR, tool_name, fmt, ap, NULL);
    va_end(ap);
}

void gf_error_errno(const char *fmt, ...)
{
    const char *why = strerror(errno);
    va_list ap;
    va_start(ap, fmt);
    say(GF_COLOR_ERROR, tool_name, fmt, ap, why);
    va_end(ap);
}

void gf_note(const char *fmt, ...)
{
    if (is_quiet)
        return;
    va_list ap;
    va_start(ap, fmt);
    say(GF_COLOR_NOTE, tool_name, fmt, ap, NULL);
    va_end(ap);
}

void gf_detail(const char *fmt, ...)
{
    if (!is_verbose)
        return;
    va_list ap;
    va_start(ap, fmt);
    say(GF_COLOR_NOTE, tool_name, fmt, ap, NULL);
    va_end(ap);
}

void gf_hint(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say(GF_COLOR_HINT, "hint", fmt, ap, NULL);
    va_end(ap);
}

void gf_note_hint(const char *fmt, ...)
{
    if (is_quiet)
        return;
    va_list ap;
    va_start(ap, fmt);
    say(GF_COLOR_HINT, "hint", fmt, ap, NULL);
    va_end(ap);
}

static bool ran_out;

void gf_error_nomem(void)
{
    ran_out = true;
    gf_error("out of memory");
}

bool gf_error_was_nomem(void)
{
    return ran_out;
}

/* Columns that a terminal gives to s[0..len) once escaped; wide characters are taken as one. */
static size_t columns(const char *s, size_t len)
{
    struct gf_buf b = {0};
    size_t n = 0;
    gf_escape_term(&b, s, len);
    for (size_t i = 0; i < b.len; i++)
        n += (b.data[i] & 0xc0) != 0x80;
    gf_buf_release(&b);
    return n;
}

static void pad(struct gf_buf *b, char c, size_t n)
{
    while (n--)
        gf_buf_putc(b, c);
}

/* The text in the window of at most 60 bytes around the place, and the caret under it. */
static void put_caret(struct gf_buf *line, const char *text, size_t len, const struct gf_perr *e)
{
    size_t col = e->col < len ? e->col : len;
    size_t span = e->len < len - col ? e->len : len - col;
    size_t from = col > 40 ? col - 40 : 0;
    size_t to = len - from > 60 ? from + 60 : len;
    if (span > to - col)
        span = to - col;
    gf_buf_puts(line, "  ");
    gf_escape_term(line, text + from, to - from);
    gf_buf_puts(line, "\n  ");
    pad(line, ' ', columns(text + from, col - from));
    bool on = gf_color_on(STDERR_FILENO);
    gf_buf_puts(line, on ? gf_color_begin(GF_COLOR_GOOD) : "");
    gf_buf_putc(line, '^');
    size_t width = columns(text + col, span);
    pad(line, '~', width > 1 ? width - 1 : 0);
    gf_buf_printf(line, "%s\n", on ? GF_COLOR_END : "");
}

void gf_error_parse(const char *kind, const char *bytes, size_t len, const struct gf_perr *e)
{
    struct gf_buf line = {0};
    char head[64];
    /* Without a message the parser had no memory to find out. */
    char *text = e->what[0] ? malloc(len + 1) : NULL;
    if (!text) {
        gf_error_nomem();
        return;
    }
    memcpy(text, len ? bytes : "", len);
    gf_mask_words(text, len);
    snprintf(head, sizeof head, "%s:", tool_name);
    put_word(&line, GF_COLOR_ERROR, head);
    gf_buf_printf(&line, " bad %s '", kind);
    gf_escape_term(&line, text, len <= 200 ? len : 200);
    gf_buf_puts(&line, len <= 200 ? "': " : "...': ");
    gf_escape_term(&line, e->what, strlen(e->what));
    gf_buf_putc(&line, '\n');
    if (len)
        put_caret(&line, text, len, e);
    if (e->hint) {
        put_word(&line, GF_COLOR_HINT, "hint:");
        gf_buf_printf(&line, " %s\n", e->hint);
    }
    if (line.failed)
        gf_error_nomem();
    else
        put(&line);
    gf_buf_release(&line);
    free(text);
}
