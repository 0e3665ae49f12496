/*
 * escape.h - untrusted bytes made safe to show, and words made safe for a shell.
 *
 * All append to a gf_buf and return 0, or -1 as gf_buf_add does. Pure; any thread.
 */
#ifndef GF_BASE_ESCAPE_H
#define GF_BASE_ESCAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* Whether a code point is shown as it is: no control, no invisible mark of direction. */
bool gf_escape_shows(uint32_t cp);

/*
 * For people and terminals: printable text as it is; control bytes, DEL, C1 controls, invisible
 * direction marks (bidi) and bytes that are not UTF-8 as \n \t \r \xHH. The result is one line of
 * valid UTF-8 that cannot move a cursor or colour a screen. A backslash stays as it is: this is to
 * be read, not to be parsed.
 */
int gf_escape_term(struct gf_buf *b, const char *s, size_t len);

/* The same, but a newline or a TAB is a blank: a column in front of other text. */
int gf_escape_column(struct gf_buf *b, const char *s, size_t len);

/* Whether gf_escape_term leaves the text as it is. */
bool gf_escape_is_plain(const char *s, size_t len);

/*
 * One word for sh: as it is when it is made of harmless bytes, else in single quotes. A newline
 * becomes $'\n' and a TAB $'\t', so that the result is one line and one column; bash, zsh, ksh and
 * POSIX.1-2024 shells read that back (dash does not yet).
 */
int gf_quote_sh(struct gf_buf *b, const char *s, size_t len);

/* So many words, with blanks between them. */
int gf_quote_sh_words(struct gf_buf *b, char *const *words, size_t n);

/* Words that gf_quote_sh made, with blanks between them, for a terminal: what gf_escape_term spells
 * out becomes $'\ooo', byte by byte in octal, so that a shell reads the same words. */
int gf_escape_sh(struct gf_buf *b, const char *quoted, size_t len);

#endif
