/*
 * block.h - a pattern rewritten so that one match may search many lines.
 *
 * Matching line by line pays for a call a line. A pattern of which no part can match a newline
 * finds in a block of lines exactly what it finds in each of them, when ^ and $ hold at newlines
 * (GF_REGEX_BLOCK): every step it can take inside a line it takes in the block too, and where the
 * line ends a newline stands, at which every step fails as it does at the end of a subject. The
 * rewriting takes newlines out of what holds them: \s becomes [^\S\n], [^x] becomes [^\nx].
 *
 *     struct gf_buf b = {0};
 *     if (gf_regex_for_block("a\\s[^b]", 7, &b) == 1)  ... a[^\S\n][^\nb] ...
 *
 * Patterns whose parts it does not know for sure are refused, among them those with a newline, back
 * references, \A \z \K \R, \Q, options other than i, (?=, and verbs. For bytes only, not for
 * GF_REGEX_UTF or GF_REGEX_EXTENDED. Pure.
 */
#ifndef GF_TEXT_BLOCK_H
#define GF_TEXT_BLOCK_H

#include "base/buf.h"

/* `pattern` is known to compile. 1: *out was appended to; 0: refused; -1: ENOMEM. */
int gf_regex_for_block(const char *pattern, size_t len, struct gf_buf *out);

#endif
