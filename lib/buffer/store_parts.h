/*
 * store_parts.h - what the files of the store share: store_ring.c and store_marks.c. For them
 * alone.
 *
 * Positions are those of buffer/store.h; a run of them is from `pos` up to `end`.
 */
#ifndef GF_BUFFER_STORE_PARTS_H
#define GF_BUFFER_STORE_PARTS_H

#include "buffer/store.h"

enum {
    GF_STORE_MARKS = 32768
};

/* Where a position lies in s->data. */
size_t gf_store_place(const struct gf_store *s, uint64_t pos);

/* How many of the bytes lie together. */
size_t gf_store_together(const struct gf_store *s, uint64_t pos, uint64_t end);

/* How many records end in the bytes. */
uint64_t gf_store_count(const struct gf_store *s, uint64_t pos, uint64_t end);

/* The position behind the first separator; 0: there is none. */
uint64_t gf_store_behind_first(const struct gf_store *s, uint64_t pos, uint64_t end);

/* The position behind the last separator of bytes that lie together; `pos`: there is none. */
uint64_t gf_store_behind_last(const struct gf_store *s, uint64_t pos, uint64_t end);

/* Bytes move to a lower position. */
void gf_store_move_down(struct gf_store *s, uint64_t to, uint64_t from, uint64_t len);

/* Bytes move to a higher position; `to` and `from` are their ends. */
void gf_store_move_up(struct gf_store *s, uint64_t to, uint64_t from, uint64_t len);

/* Whether the last mark that there is room for is at this place, the end of what is held. */
bool gf_store_is_last_mark(const struct gf_store *s, uint64_t pos);

/* So many records are missing at the end of what is held. */
void gf_store_mark_end(struct gf_store *s, uint64_t pos, uint64_t records);

/* So many records in front of `pos` are gone, with what was said to be missing there. */
void gf_store_mark_front(struct gf_store *s, uint64_t pos, uint64_t records);

/* What is from `pos` on came now. */
void gf_store_note_time(struct gf_store *s, uint64_t pos, gf_ns now);

#endif
