/*
 * escape.h - untrusted bytes made safe to show, and words made safe for a shell.
 *
 * All append to a gf_buf and return 0, or -1 as gf_buf_add does. Pure; any thread.
 */
#ifndef GF_BASE_ESCAPE_H
#define GF_BASE_ESCAPE_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * For people and terminals: printable text as it is; control bytes, DEL, C1 controls, invisible
 * direction marks (bidi) and bytes that are not UTF-8 as \n \t \r \xHH. The result is one line of
 * valid UTF-8 that cannot move a cursor or colour a screen. A backslash stays as it is: this is to
 * be read, not to be parsed.
 */
int gf_escape_term(struct gf_buf *b, const char *s, size_t len);

/*
 * One word for sh: as it is when it is made of harmless bytes, else in single quotes. A newline
 * becomes $'\n' and a TAB $'\t', so that the result is one line and one column; bash, zsh, ksh and
 * POSIX.1-2024 shells read that back (dash does not yet).
 */
int gf_quote_sh(struct gf_buf *b, const char *s, size_t len);

#endif
