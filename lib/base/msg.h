/*
 * msg.h - the tool's voice on stderr.
 *
 * One message is one line and one write: `gf-pool: cannot open joblog 'run.tsv': Permission
 * denied`. Lower case, what, the object in quotes, why. Whatever the arguments hold is escaped as
 * gf_escape_term does (the format's own bytes too, so a message cannot hold a newline), and a
 * password in an address of a Redis server is masked (base/mask.h). These are for tools; of the
 * library only base/cli.h speaks through them. A message that cannot be written is lost. Any
 * thread.
 */
#ifndef GF_BASE_MSG_H
#define GF_BASE_MSG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/perr.h"

/* The name in front of every message; `tool` must stay valid. gf_tool_start calls it. */
void gf_msg_init(const char *tool);
const char *gf_msg_tool(void);

/* -q: keeps gf_note and gf_note_hint silent. Errors and their hints are always shown. */
void gf_msg_quiet(bool quiet);
bool gf_msg_is_quiet(void);

/* -v: gf_detail speaks. */
void gf_msg_verbose(bool verbose);
bool gf_msg_is_verbose(void);

void gf_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Something worth saying that is no failure. */
void gf_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* What -v asks for: a step that is done as it should be. */
void gf_detail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* `hint: ...`, the line under an error that says a way out; the second under a gf_note. */
void gf_hint(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void gf_note_hint(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* An error, then `: ` and what errno says. */
void gf_error_errno(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* `bad KIND 'TEXT': what`, the text with a caret under the place, and the hint. An `e` without a
 * text is of a parser that had no memory: gf_error_nomem. */
void gf_error_parse(const char *kind, const char *bytes, size_t len, const struct gf_perr *e);

/* "out of memory", for the places where no more can be said. */
void gf_error_nomem(void);

/* Whether that was ever said: what looks like a mistake of the user was none then. */
bool gf_error_was_nomem(void);

/* Something to call before and after a line is written (the progress line clears itself). */
void gf_msg_around(void (*before)(void), void (*after)(void));

/*
 * For a log that GitHub's runner reads, which takes `##[` anywhere in a line for the beginning of a
 * command: it becomes `##(` in all lines from now on, and in what gf_msg_disarm is given.
 */
void gf_msg_for_runner(void);
void gf_msg_disarm(char *text, size_t len);

/* Takes each line in place of the write, for a tool that must not wait for the reader of stderr;
 * false: it could not, the line is written. NULL: none. */
void gf_msg_sink(bool (*take)(const char *line, size_t len));

#endif
