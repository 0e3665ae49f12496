/*
 * crlf.h - CR LF made LF, in place.
 *
 *     len = gf_crlf_strip(block, len, '\n');       "a\r\nb\n" is now "a\nb\n"
 *
 * Pure.
 */
#ifndef GF_TEXT_CRLF_H
#define GF_TEXT_CRLF_H

#include <stddef.h>

/* Takes the CR in front of each `sep` out of data[0..len); the bytes behind move up. Of several CR
 * in front of one it is the last. The new length. */
size_t gf_crlf_strip(char *data, size_t len, char sep);

#endif
