/*
 * header.h - what stands in braces and is no place, though it looks like one.
 *
 * All names of --header are known before the first job, so what is nearly one, or that of two
 * columns, is a mistake, and is refused; so is the number of a column that no record can have.
 * Anything else in braces is text, as `awk '{print}'` is; a word that could have been meant as a
 * name is told, once.
 */
#ifndef GF_POOL_HEADER_H
#define GF_POOL_HEADER_H

#include "intake.h"

/* Looks at all texts that are templates, and at those that are none and hold a place. -1, or the
 * exit status after a message. */
int header_check(const struct options *o, const struct intake *in);

#endif
