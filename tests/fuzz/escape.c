/*
 * escape.c - what is shown on a terminal holds no control byte and is valid UTF-8; a word quoted
 * for sh reads back as it was, also when it was made harmless for a terminal. The reader of quotes
 * is the test's own, and knows only '...', \', $'\n', $'\t' and $'\ooo'.
 */
#include "base/escape.h"

#include "base/utf8.h"
#include "oracle.h"

static void must_be_harmless(const char *s, size_t len)
{
    uint32_t cp;
    for (size_t i = 0, n; i < len; i += n) {
        n = gf_utf8_step(s + i, len - i, &cp);
        MUST(n > 0);
        MUST(cp >= 0x20 && !(cp >= 0x7f && cp < 0xa0));
        MUST(!(cp >= 0x202a && cp <= 0x202e) && !(cp >= 0x2066 && cp <= 0x2069));
    }
}

static void unquote(const char *s, size_t len, struct gf_buf *out)
{
    for (size_t i = 0; i < len;) {
        if (s[i] == '\'') {
            const char *end = memchr(s + i + 1, '\'', len - i - 1);
            MUST(end);
            gf_buf_add(out, s + i + 1, (size_t)(end - (s + i + 1)));
            i = (size_t)(end - s) + 1;
        } else if (len - i >= 2 && memcmp(s + i, "\\'", 2) == 0) {
            gf_buf_putc(out, '\'');
            i += 2;
        } else if (len - i >= 5 && memcmp(s + i, "$'\\n'", 5) == 0) {
            gf_buf_putc(out, '\n');
            i += 5;
        } else if (len - i >= 5 && memcmp(s + i, "$'\\t'", 5) == 0) {
            gf_buf_putc(out, '\t');
            i += 5;
        } else if (len - i >= 2 && memcmp(s + i, "$'", 2) == 0) {
            for (i += 2; len - i >= 4 && s[i] == '\\'; i += 4)
                gf_buf_putc(out,
                            (char)((s[i + 1] - '0') * 64 + (s[i + 2] - '0') * 8 + s[i + 3] - '0'));
            MUST(i < len && s[i++] == '\'');
        } else {
            /* Bare bytes are those that no shell looks at. */
            MUST(s[i] && !strchr(" \t\n|&;<>()$`\\\"*?[]#~!{}^", s[i]));
            gf_buf_putc(out, s[i++]);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *s = (const char *)data;
    struct gf_buf shown = {0}, quoted = {0}, safe = {0}, back = {0};
    MUST(gf_escape_term(&shown, s, size) == 0);
    must_be_harmless(shown.data, shown.len);
    MUST(gf_quote_sh(&quoted, s, size) == 0);
    MUST(quoted.len > 0 && !memchr(quoted.data, '\n', quoted.len) && quoted.data[0] != '=');
    unquote(quoted.data, quoted.len, &back);
    MUST(back.len == size && (size == 0 || memcmp(back.data, s, size) == 0));
    MUST(gf_escape_is_plain(s, size) == (shown.len == size && memcmp(shown.data, s, size) == 0));
    gf_buf_clear(&back);
    MUST(gf_escape_sh(&safe, quoted.data, quoted.len) == 0);
    must_be_harmless(safe.data, safe.len);
    unquote(safe.data, safe.len, &back);
    MUST(back.len == size && (size == 0 || memcmp(back.data, s, size) == 0));
    gf_buf_release(&safe);
    gf_buf_release(&shown);
    gf_buf_release(&quoted);
    gf_buf_release(&back);
    return 0;
}
