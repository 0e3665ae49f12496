/*
 * fetcher_parts.h - what the files of the fetcher share. fetcher.c (lines wait and start) calls
 * fetcher_send.c (requests and their bytes) and fetcher_answer.c (what an answer leads to); all
 * three call fetcher_parts.c.
 */
#ifndef GF_FETCH_FETCHER_PARTS_H
#define GF_FETCH_FETCHER_PARTS_H

#include "answer.h"
#include "fetcher.h"

/* The line is over; `t` is the last transfer, or NULL. The work is freed. */
void fetcher_end(struct fetcher *f, struct work *w, const struct verdict *v,
                 const struct gf_transfer *t);
void fetcher_end_with(struct fetcher *f, struct work *w, enum gf_net_error e, const char *what);
void fetcher_end_without_memory(struct fetcher *f, struct work *w);

/* Queues it for the host of its URL: 0, or -1: out of memory. */
int fetcher_wait(struct fetcher *f, struct work *w);

struct gf_transfer *fetcher_take_spare(struct fetcher *f);
void fetcher_put_spare(struct fetcher *f, struct gf_transfer *t);

/* One more line of a head. -1: out of memory. */
int fetcher_add_header(struct curl_slist **list, const char *text);

/* The bytes of the part that is there belong to the body. -1: they cannot be read. */
int fetcher_hash_part(struct work *w);

/* Puts the request on the wire: 0, or -1: out of memory. */
int fetcher_send(struct fetcher *f, struct work *w);

/* The bytes of an answer. */
bool fetcher_head(struct gf_transfer *t, long status);
int fetcher_take(struct gf_transfer *t, const char *data, size_t len);

/* The work is on the wire; and is not any more. */
void fetcher_link_in(struct fetcher *f, struct work *w);
void fetcher_link_out(struct fetcher *f, struct work *w);

/* The transfer is over: what follows. */
void fetcher_answered(struct gf_transfer *t);

#endif
