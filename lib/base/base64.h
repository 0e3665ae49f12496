/*
 * base64.h - bytes as text of 64 characters and back (RFC 4648, section 4).
 *
 *     char out[...];                                     // room for len / 4 * 3 + 3 bytes
 *     if (gf_base64_decode("aGk=", 4, out, &n) != 0) ... errno EINVAL ...
 *
 * Padding may be left out; blanks and other characters are refused. Pure; any thread.
 */
#ifndef GF_BASE_BASE64_H
#define GF_BASE_BASE64_H

#include <stddef.h>

/* `out` has room for len / 4 * 3 + 3 bytes. -1 with EINVAL. */
int gf_base64_decode(const char *text, size_t len, char *out, size_t *n);

#endif
