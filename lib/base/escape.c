/*
 * escape.c - what is harmless is copied in runs, what is not is spelt out.
 *
 * For a terminal the text is walked by code points (base/utf8.h). Controls, direction marks and
 * bytes that are no UTF-8 become escapes, byte by byte; what lies between two of them is added at
 * once. For a shell the whole word goes into single quotes, which are left only for a quote, a
 * newline or a TAB. A word of harmless bytes stays as it is.
 */
#include "base/escape.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

static bool is_shown(uint32_t cp)
{
    if (cp < 0x20 || (cp >= 0x7f && cp <= 0x9f))
        return false;
    /* Line and paragraph separators, direction marks, embeddings, overrides and isolates. */
    return !(cp == 0x200e || cp == 0x200f || (cp >= 0x2028 && cp <= 0x202e) ||
             (cp >= 0x2066 && cp <= 0x2069) || cp == 0x061c || cp == 0xfeff);
}

int gf_escape_term(struct gf_buf *b, const char *s, size_t len)
{
    size_t start = 0;
    for (size_t i = 0; i < len;) {
        uint32_t cp = 0;
        size_t n = gf_utf8_step(s + i, len - i, &cp);
        if (n && is_shown(cp)) {
            i += n;
            continue;
        }
        gf_buf_add(b, s + start, i - start);
        if (n == 0)
            n = 1;
        for (size_t k = 0; k < n; k++) {
            char c = s[i + k];
            if (c == '\n' || c == '\t' || c == '\r')
                gf_buf_puts(b, c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\r");
            else
                gf_buf_printf(b, "\\x%02x", (unsigned)(unsigned char)c);
        }
        i += n;
        start = i;
    }
    return gf_buf_add(b, s + start, len - start);
}

static bool is_harmless(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("_-./:=@%+,", c));
}

int gf_quote_sh(struct gf_buf *b, const char *s, size_t len)
{
    size_t i = 0;
    while (i < len && is_harmless(s[i]))
        i++;
    /* A word that starts with = is expanded by zsh, so it is quoted too. */
    if (len && i == len && s[0] != '=')
        return gf_buf_add(b, s, len);
    gf_buf_putc(b, '\'');
    for (i = 0; i < len; i++) {
        if (s[i] == '\'')
            gf_buf_puts(b, "'\\''");
        else if (s[i] == '\n')
            gf_buf_puts(b, "'$'\\n''");
        else if (s[i] == '\t')
            gf_buf_puts(b, "'$'\\t''");
        else
            gf_buf_putc(b, s[i]);
    }
    return gf_buf_putc(b, '\'');
}
