/*
 * utf8.h - one step through bytes that may or may not be UTF-8 (RFC 3629: no surrogates, nothing
 * over U+10FFFF, no overlong forms). Pure; any thread.
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

#endif
