/*
 * crew.h - the first operations of a chain, done for several blocks of the input side by side.
 *
 * Operations that look at each record by itself (filter, map, fields, where ...) need not wait for
 * the record before. When the source gives runs faster than one thread works through them, blocks
 * of records go to a worker in each thread (sidework.h), and what comes out is given in the order
 * of the input. Nobody can tell: a fault is met behind the records before it and names the record
 * it would name in one thread, since the block is done once more with the counts of all before it;
 * only the source is read further than is used, and no more of it than is there already.
 *
 * A block that is small, as all are that come slowly, is done at once in the thread that asks.
 *
 *     size_t n = gf_crew_size(chain->node, chain->n, &folds);
 *     if (n && st->set->threads > 1) last = gf_crew_open(st, source, chain->node, n, NULL);
 *
 * An operation behind them that has a table of keys (group) may have the records prepared as well
 * (prepare.h): then gf_stage.prepared of the crew says what was found in each, where it was.
 *
 * The stages that it stands for are not in the list of stages: their counts are not told.
 */
#ifndef GF_STREAM_CREW_H
#define GF_STREAM_CREW_H

#include "stream/op.h"
#include "stream/prepare.h"

/* How many operations at the front may be done side by side. The last of them may be one whose
 * answer is put together out of parts (*folds): it then has a stage of its own on the crew as well.
 */
size_t gf_crew_size(const struct gf_node *node, size_t n, bool *folds);

/* Whether records that have gone through the first n operations are records of the input, so that
 * they may be prepared. */
bool gf_crew_may_prepare(const struct gf_node *node, size_t n);

/* A stage in the place of the first n operations, which may be none with a preparer; that is copied
 * unless it is NULL. NULL: the fault is set. */
struct gf_stage *gf_crew_open(struct gf_stream *st, struct gf_stage *up, const struct gf_node *node,
                              size_t n, const struct gf_preparer *preparer);

#endif
