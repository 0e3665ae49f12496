/*
 * asked.h - the command line as a page may show it: as a shell would take it, but for what proves
 * who we are. The value of -u and -d, and that of a header behind its name, are cut out; a URL is
 * shown without user and password, an object of JSON not at all.
 */
#ifndef GF_FETCH_ASKED_H
#define GF_FETCH_ASKED_H

#include "base/buf.h"

/* Appends it. `argv` are the arguments alone, which options_parse has found good. -1 after a
 * message. */
int asked_make(struct gf_buf *out, int argc, char *const *argv);

#endif
