/*
 * utf8.h - one step through bytes that may or may not be UTF-8 (RFC 3629: no surrogates, nothing
 * over U+10FFFF, no overlong forms); and a check of bytes that come in pieces, cut anywhere.
 *
 *     struct gf_utf8_check c = {0};
 *     gf_utf8_check_add(&c, data, len);              // for each piece
 *     bool is_text = gf_utf8_check_end(&c);          // all of it, and no character is cut short
 *
 * Pure; any thread.
 */
#ifndef GF_BASE_UTF8_H
#define GF_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes in the code point at s (1 to 4, *cp set), or 0 when they are not valid UTF-8. len >= 1. */
size_t gf_utf8_step(const char *s, size_t len, uint32_t *cp);

/* The bytes of the code point (at most U+10FFFF): how many. */
size_t gf_utf8_put(char out[4], uint32_t cp);

bool gf_utf8_valid(const char *s, size_t len);

/* Zeroed: of no bytes. */
struct gf_utf8_check {
    char part[4]; /* the beginning of a character, at the end of a piece */
    unsigned char part_len;
    bool is_bad; /* for good */
};

void gf_utf8_check_add(struct gf_utf8_check *c, const char *s, size_t len);

/* Whether the pieces are valid UTF-8 in one. It may be asked, and more may be added. */
bool gf_utf8_check_end(const struct gf_utf8_check *c);

#endif
