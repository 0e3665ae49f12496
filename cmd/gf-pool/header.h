/*
 * header.h - --header: words in braces that are no name of the header.
 *
 * All names are known before the first job, so what is nearly one is a mistake, and is refused.
 * Anything else in braces is text, as `awk '{print}'` is; a word that could have been meant as a
 * name is told, once.
 */
#ifndef GF_POOL_HEADER_H
#define GF_POOL_HEADER_H

#include "options.h"
#include "proc/template.h"

/* Looks at the words of the command and the text of --tagstring. -1, or the exit status after a
 * message. Nothing without names. */
int header_check(const struct options *o, const struct gf_value *names, size_t nnames);

#endif
