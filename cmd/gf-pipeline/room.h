/*
 * room.h - how much may be inside, and who has to wait.
 *
 * HOW MUCH IS INSIDE. A stage whose successor has as much waiting as FLOW_WAITING is not read, so
 * that a slow stage holds up the ones before it. Where records wait for one that is slow (in order,
 * or for a retry), all together are bounded: at FLOW_RECORDS, or FLOW_BYTES of memory, no more is
 * read. Without order, --commit bounds so what was read since the oldest record that is inside.
 * What is inside may become more, since a stage may make a long answer of a short record: at four
 * times the records, or twice the bytes, it is jammed, and only the stage that the first record is
 * in goes on. It must, for the jam to end.
 */
#ifndef GF_PIPELINE_ROOM_H
#define GF_PIPELINE_ROOM_H

#include "flow.h"

enum {
    FLOW_RECORDS = 65536,
    FLOW_BYTES = 12 << 20,
    FLOW_WAITING = 128 << 10
};

/* Whether more may come. */
bool flow_has_room(const struct flow *f);

/* Whether so much is inside that no more is to be read. */
bool flow_is_full(const struct flow *f);

/* Whether all stages but one have to wait, for so much is inside; and whether this one has to. */
bool flow_is_jammed(const struct flow *f);
bool flow_holds_up(const struct flow *f, const struct stage *s);

/* Whether what leaves the last stage may be written. */
bool flow_sink_has_room(const struct flow *f);

/* Whether no more records will come to it. */
bool stage_is_served(const struct stage *s);

/* Whether what it answers has a place to go. */
bool stage_may_answer(const struct stage *s);

/* Whether records may be given to processes. */
bool stage_may_give(const struct stage *s);

/* Whether fewer than so many bytes wait for it, or less than a batch. */
bool stage_has_room(const struct stage *s, size_t bytes);

#endif
