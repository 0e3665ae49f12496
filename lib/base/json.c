/*
 * json.c - text appended to the buffer as it comes; a flag says whether a comma is due.
 *
 * There is no tree and no stack: the caller closes what it opened. The beginning of an object or an
 * array clears the flag; a key and an end set it. A number is printed with as few digits as read
 * back the same value, found by trying 1 to 17 of them.
 */
#include "base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/utf8.h"

void gf_format_double(double v, char out[GF_DOUBLE_SIZE])
{
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(out, GF_DOUBLE_SIZE, "%.*g", digits, v);
        if (strtod(out, NULL) == v)
            break;
    }
    /* Both calls follow the locale's decimal point; ours never does. No tool calls setlocale, but
     * a library it links might. */
    for (char *p = out; *p; p++)
        if (*p == ',')
            *p = '.';
}

void gf_format_seconds(gf_ns v, char out[GF_DOUBLE_SIZE])
{
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    uint64_t part = u % 1000000000u;
    char *p = out;
    if (v < 0)
        *p++ = '-';
    p += gf_format_uint(u / 1000000000u, p);
    if (part) {
        *p++ = '.';
        for (uint64_t unit = 100000000; part; unit /= 10) {
            *p++ = (char)('0' + part / unit);
            part %= unit;
        }
    }
    *p = '\0';
}

static void put_key(struct gf_json *j, const char *key, const char *suffix)
{
    if (j->comma)
        gf_buf_putc(j->b, ',');
    j->comma = true;
    if (!key)
        return;
    gf_buf_putc(j->b, '"');
    gf_buf_puts(j->b, key);
    gf_buf_puts(j->b, suffix);
    gf_buf_add(j->b, "\":", 2);
}

void gf_json_add_text(struct gf_buf *b, const char *s, size_t len)
{
    size_t start = 0;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
            continue;
        gf_buf_add(b, s + start, i - start);
        start = i + 1;
        if (c == '"' || c == '\\')
            gf_buf_printf(b, "\\%c", c);
        else if (c == '\n' || c == '\t' || c == '\r')
            gf_buf_puts(b, c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\r");
        else
            gf_buf_printf(b, "\\u%04x", (unsigned)c);
    }
    gf_buf_add(b, s + start, len - start);
}

void gf_json_add_base64(struct gf_buf *b, const char *s, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *p = (const unsigned char *)s;
    for (size_t i = 0; i < len; i += 3) {
        size_t n = len - i < 3 ? len - i : 3;
        uint32_t v = (uint32_t)p[i] << 16 | (n > 1 ? (uint32_t)p[i + 1] << 8 : 0) |
                     (n > 2 ? (uint32_t)p[i + 2] : 0);
        char out[4] = {digits[v >> 18], digits[v >> 12 & 63], n > 1 ? digits[v >> 6 & 63] : '=',
                       n > 2 ? digits[v & 63] : '='};
        gf_buf_add(b, out, sizeof out);
    }
}

static void put_quoted(struct gf_buf *b, void (*add)(struct gf_buf *, const char *, size_t),
                       const char *s, size_t len)
{
    gf_buf_putc(b, '"');
    add(b, s, len);
    gf_buf_putc(b, '"');
}

void gf_json_open(struct gf_json *j, struct gf_buf *b)
{
    *j = (struct gf_json){.b = b, .comma = true};
    gf_buf_puts(b, "{\"v\":1");
}

void gf_json_close(struct gf_json *j)
{
    gf_buf_puts(j->b, "}\n");
}

void gf_json_str(struct gf_json *j, const char *key, const char *s, size_t len)
{
    bool text = gf_utf8_valid(s, len);
    put_key(j, key, text ? "" : "_b64");
    if (text) {
        put_quoted(j->b, gf_json_add_text, s, len);
    } else if (key) {
        put_quoted(j->b, gf_json_add_base64, s, len);
    } else {
        gf_buf_puts(j->b, "{\"b64\":");
        put_quoted(j->b, gf_json_add_base64, s, len);
        gf_buf_putc(j->b, '}');
    }
}

void gf_json_raw(struct gf_json *j, const char *key, const char *json, size_t len)
{
    put_key(j, key, "");
    gf_buf_add(j->b, json, len);
}

static void put_uint(struct gf_buf *b, uint64_t v)
{
    char digits[GF_UINT_SIZE];
    gf_buf_add(b, digits, gf_format_uint(v, digits));
}

void gf_json_int(struct gf_json *j, const char *key, int64_t v)
{
    put_key(j, key, "");
    if (v < 0)
        gf_buf_putc(j->b, '-');
    put_uint(j->b, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

void gf_json_uint(struct gf_json *j, const char *key, uint64_t v)
{
    put_key(j, key, "");
    put_uint(j->b, v);
}

void gf_json_double(struct gf_json *j, const char *key, double v)
{
    if (!isfinite(v)) {
        gf_json_null(j, key);
        return;
    }
    char text[GF_DOUBLE_SIZE];
    gf_format_double(v, text);
    put_key(j, key, "");
    gf_buf_puts(j->b, text);
}

void gf_json_seconds(struct gf_json *j, const char *key, gf_ns v)
{
    char text[GF_DOUBLE_SIZE];
    gf_format_seconds(v, text);
    put_key(j, key, "");
    gf_buf_puts(j->b, text);
}

void gf_json_bool(struct gf_json *j, const char *key, bool v)
{
    put_key(j, key, "");
    gf_buf_puts(j->b, v ? "true" : "false");
}

void gf_json_null(struct gf_json *j, const char *key)
{
    put_key(j, key, "");
    gf_buf_puts(j->b, "null");
}

void gf_json_begin_object(struct gf_json *j, const char *key)
{
    put_key(j, key, "");
    gf_buf_putc(j->b, '{');
    j->comma = false;
}

void gf_json_end_object(struct gf_json *j)
{
    gf_buf_putc(j->b, '}');
    j->comma = true;
}

void gf_json_begin_array(struct gf_json *j, const char *key)
{
    put_key(j, key, "");
    gf_buf_putc(j->b, '[');
    j->comma = false;
}

void gf_json_end_array(struct gf_json *j)
{
    gf_buf_putc(j->b, ']');
    j->comma = true;
}
