/* filter.h - a stage that reads the stream of records and writes another: what its flow gives it.
 */
#ifndef GF_PIPELINE_FILTER_H
#define GF_PIPELINE_FILTER_H

#include "stage.h"

/* Whether it takes more. */
bool filter_has_room(const struct stage *s);

/* Whole records for it. */
void filter_put(struct stage *s, const char *data, size_t len, uint64_t n);

/* No more will come. */
void filter_end(struct stage *s);

/* Joins neighbours by pipes of their own where nobody counts what passes; before they start. */
int filter_join(struct run *r);

/* Whether its process has ended, or was never needed. */
bool filter_is_over(const struct stage *s);

#endif
