/*
 * oracle.h - what the fuzzers of the parsers share: MUST, and the shape of every error.
 */
#ifndef GF_TESTS_FUZZ_ORACLE_H
#define GF_TESTS_FUZZ_ORACLE_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/perr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(cond)                                                                                 \
    do {                                                                                           \
        if (!(cond))                                                                               \
            abort();                                                                               \
    } while (0)

/* An error points into the text that was given, and says something. */
static inline void must_be_error(const struct gf_perr *e, size_t size)
{
    MUST(e->col <= size && e->len <= size - e->col);
    MUST(e->what[0] && memchr(e->what, '\0', sizeof e->what));
}

#endif
