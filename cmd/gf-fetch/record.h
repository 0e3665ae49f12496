/*
 * record.h - what became of a line, as one object of JSON, or as the bytes of its body.
 *
 *     record_make(line, &outcome, o, &downloads_dir);      // line->record, line->body, line->tail
 *
 * A record has all its keys, in the same order, whatever became of the line; what there is none of
 * is null. gf-fetch(1) has the list.
 */
#ifndef GF_FETCH_RECORD_H
#define GF_FETCH_RECORD_H

#include "fetcher.h"

/* Takes the held body over from outcome->work where it is too large to be copied. 0, or -1: out of
 * memory. */
int record_make(struct line *line, const struct outcome *out, struct gf_capture_store *store,
                const struct options *o);

/* The URL of a line as it may be shown, for free(3); of a line that is none the line, with what may
 * be a password cut out. NULL: it is an object without a URL, or memory is out. `*len` bytes, among
 * which may be a NUL, and a NUL behind. */
char *record_url(const struct line *line, const struct gf_request *r, size_t *len);

#endif
