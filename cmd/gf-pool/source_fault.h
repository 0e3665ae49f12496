/*
 * source_fault.h - what is said of records that cannot be read.
 *
 *     if (gf_reader_take(&reader, &rec) == -1)
 *         source_cannot_read(&reader, "FILE");          // by errno; "-" is standard input
 */
#ifndef GF_POOL_SOURCE_FAULT_H
#define GF_POOL_SOURCE_FAULT_H

#include "text/reader.h"

void source_cannot_read(const struct gf_reader *r, const char *name);

#endif
