/* msg.c - see msg.h. */
#include "base/msg.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/escape.h"
#include "base/fd.h"
#include "base/utf8.h"

static const char *tool_name = "gf";
static bool is_quiet;
static void (*around_before)(void);
static void (*around_after)(void);

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

void gf_msg_around(void (*before)(void), void (*after)(void))
{
    around_before = before;
    around_after = after;
}

/* Writes one finished text; when memory ran out on the way, what there is of it. */
static void put(struct gf_buf *line)
{
    int keep = errno;
    if (around_before)
        around_before();
    if (line->len)
        (void)gf_write_all(STDERR_FILENO, line->data, line->len);
    else
        (void)gf_write_all(STDERR_FILENO, "gf: out of memory\n", 18);
    if (around_after)
        around_after();
    gf_buf_release(line);
    errno = keep;
}

__attribute__((format(printf, 2, 0))) static void say(const char *prefix, const char *fmt,
                                                      va_list ap, const char *why)
{
    struct gf_buf raw = GF_BUF_INIT(64 * 1024);
    struct gf_buf line = {0};
    gf_buf_vprintf(&raw, fmt, ap);
    gf_buf_puts(&line, prefix);
    gf_buf_puts(&line, ": ");
    if (raw.data)
        gf_escape_term(&line, raw.data, raw.len);
    if (why) {
        gf_buf_puts(&line, ": ");
        gf_buf_puts(&line, why);
    }
    gf_buf_putc(&line, '\n');
    gf_buf_release(&raw);
    put(&line);
}

void gf_error(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say(tool_name, fmt, ap, NULL);
    va_end(ap);
}

void gf_error_errno(const char *fmt, ...)
{
    const char *why = strerror(errno);
    va_list ap;
    va_start(ap, fmt);
    say(tool_name, fmt, ap, why);
    va_end(ap);
}

void gf_warn(const char *fmt, ...)
{
    if (is_quiet)
        return;
    va_list ap;
    va_start(ap, fmt);
    say(tool_name, fmt, ap, NULL);
    va_end(ap);
}

void gf_note(const char *fmt, ...)
{
    if (is_quiet)
        return;
    va_list ap;
    va_start(ap, fmt);
    say(tool_name, fmt, ap, NULL);
    va_end(ap);
}

void gf_hint(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say("hint", fmt, ap, NULL);
    va_end(ap);
}

void gf_error_nomem(void)
{
    gf_error("out of memory");
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
    gf_buf_putc(line, '^');
    size_t width = columns(text + col, span);
    pad(line, '~', width > 1 ? width - 1 : 0);
    gf_buf_putc(line, '\n');
}

void gf_error_parse(const char *kind, const char *text, size_t len, const struct gf_perr *e)
{
    struct gf_buf line = {0};
    gf_buf_printf(&line, "%s: bad %s '", tool_name, kind);
    gf_escape_term(&line, text, len < 200 ? len : 200);
    gf_buf_puts(&line, len < 200 ? "': " : "...': ");
    gf_escape_term(&line, e->what, strlen(e->what));
    gf_buf_putc(&line, '\n');
    if (len)
        put_caret(&line, text, len, e);
    if (e->hint)
        gf_buf_printf(&line, "hint: %s\n", e->hint);
    put(&line);
}
