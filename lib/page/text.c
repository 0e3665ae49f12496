/*
 * text.c - a code point after the other is shown, spelt out, or replaced.
 */
#include "page/text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/escape.h"
#include "base/utf8.h"

static const char ellipsis[] = "\xe2\x80\xa6";

void gf_page_text(struct gf_buf *b, const char *s, size_t len)
{
    for (size_t at = 0; at < len;) {
        uint32_t cp = 0;
        size_t n = gf_utf8_step(s + at, len - at, &cp);
        bool shown = n && (gf_escape_shows(cp) || cp == '\n' || cp == '\t');
        if (!shown && cp >= 0xa0)
            gf_buf_printf(b, "\\u%04" PRIx32, cp);
        else if (!shown)
            gf_buf_puts(b, "\xef\xbf\xbd");
        else if (cp == '<')
            gf_buf_puts(b, "&lt;");
        else if (cp == '>')
            gf_buf_puts(b, "&gt;");
        else if (cp == '&')
            gf_buf_puts(b, "&amp;");
        else if (cp == '"')
            gf_buf_puts(b, "&quot;");
        else
            gf_buf_add(b, s + at, n);
        at += n ? n : 1;
    }
}

/* The nearest place at or below `at` that is not inside a UTF-8 character. */
static size_t whole_characters(const char *text, size_t at)
{
    size_t from = at;
    while (at > 0 && from - at < 3 && ((unsigned char)text[at] & 0xc0) == 0x80)
        at--;
    return ((unsigned char)text[at] & 0xc0) == 0x80 ? from : at; /* it is no UTF-8 */
}

void gf_page_clip(struct gf_buf *out, const char *text, size_t len, size_t most)
{
    if (len <= most) {
        gf_buf_add(out, text, len);
        return;
    }
    size_t half = (most - (sizeof ellipsis - 1)) / 2;
    size_t head = whole_characters(text, half);
    size_t tail = len - half;
    while (tail < len && ((unsigned char)text[tail] & 0xc0) == 0x80)
        tail++;
    gf_buf_add(out, text, head);
    gf_buf_puts(out, ellipsis);
    gf_buf_add(out, text + tail, len - tail);
}
