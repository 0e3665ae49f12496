/* filter.h - a stage that reads a stream of records and writes another: its begin and its end. */
#ifndef GF_PIPELINE_FILTER_H
#define GF_PIPELINE_FILTER_H

#include "stage.h"

/* No more will come. */
void filter_end(struct stage *s);

/* Joins neighbours by pipes of their own where nobody counts what passes; before they start. */
int filter_join(struct run *r);

/* Whether its process has ended, or was never needed. */
bool filter_is_over(const struct stage *s);

#endif
