/*
 * escape.c - what is harmless is copied in runs, what is not is spelt out.
 *
 * For a terminal the text is walked by code points (base/utf8.h). Controls, direction marks and
 * bytes that are no UTF-8 become escapes, byte by byte; what lies between two of them is added at
 * once. A shell reads such bytes back from $'\\ooo'; in octal, where a digit behind is no part of
 * the number. For a shell the whole word goes into single quotes, which are left only for a quote,
 * a newline or a TAB. A word of harmless bytes stays as it is.
 */
#include "base/escape.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

bool gf_escape_shows(uint32_t cp)
{
    if (cp < 0x20 || (cp >= 0x7f && cp <= 0x9f))
        return false;
    /* Line and paragraph separators, direction marks, embeddings, overrides and isolates. */
    return !(cp == 0x200e || cp == 0x200f || (cp >= 0x2028 && cp <= 0x202e) ||
             (cp >= 0x2066 && cp <= 0x2069) || cp == 0x061c || cp == 0xfeff);
}

/* How many of the bytes at the front are shown as they are. *n: how many bytes the character behind
 * them has, which is not; 0: there is none. */
static size_t shown(const char *s, size_t len, size_t *n)
{
    for (size_t i = 0; i < len;) {
        uint32_t cp = 0;
        size_t step = gf_utf8_step(s + i, len - i, &cp);
        if (!step || !gf_escape_shows(cp)) {
            *n = step ? step : 1;
            return i;
        }
        i += step;
    }
    *n = 0;
    return len;
}

bool gf_escape_is_plain(const char *s, size_t len)
{
    size_t n;
    return shown(s, len, &n) == len;
}

int gf_escape_term(struct gf_buf *b, const char *s, size_t len)
{
    size_t start = 0;
    for (size_t n; start < len; start += n) {
        size_t i = start + shown(s + start, len - start, &n);
        gf_buf_add(b, s + start, i - start);
        for (size_t k = 0; k < n; k++) {
            char c = s[i + k];
            if (c == '\n' || c == '\t' || c == '\r')
                gf_buf_puts(b, c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\r");
            else
                gf_buf_printf(b, "\\x%02x", (unsigned)(unsigned char)c);
        }
        start = i;
    }
    return gf_buf_add(b, "", 0);
}

int gf_escape_column(struct gf_buf *b, const char *s, size_t len)
{
    for (size_t n; len; s += n, len -= n) {
        n = 0;
        while (n < len && s[n] != '\n' && s[n] != '\t')
            n++;
        gf_escape_term(b, s, n);
        if (n < len) {
            gf_buf_putc(b, ' ');
            n++;
        }
    }
    return gf_buf_add(b, "", 0);
}

/* What is to be spelt out stands in single quotes: they end there, and begin anew behind. */
int gf_escape_sh(struct gf_buf *b, const char *quoted, size_t len)
{
    bool spells = false;
    for (size_t n, plain; len; quoted += plain + n, len -= plain + n) {
        plain = shown(quoted, len, &n);
        if (plain && spells)
            gf_buf_puts(b, "''");
        spells = spells && !plain;
        gf_buf_add(b, quoted, plain);
        if (n && !spells)
            gf_buf_puts(b, "'$'");
        spells = n;
        for (size_t k = 0; k < n; k++)
            gf_buf_printf(b, "\\%03o", (unsigned)(unsigned char)quoted[plain + k]);
    }
    return gf_buf_add(b, "", 0);
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

int gf_quote_sh_words(struct gf_buf *b, char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i)
            gf_buf_putc(b, ' ');
        gf_quote_sh(b, words[i], strlen(words[i]));
    }
    return b->failed ? -1 : 0;
}
