/*
 * field.h - one field of a record: counted from 1, or from the end with -1. By default fields are
 * runs of anything but blanks and tabs, as in awk; with a separator each separator ends a field.
 */
#ifndef GF_CMD_RATELIMIT_FIELD_H
#define GF_CMD_RATELIMIT_FIELD_H

#include <stdbool.h>
#include <stddef.h>

struct slice {
    const char *data;
    size_t len;
};

enum {
    FIELD_BLANKS = -1 /* the separator that stands for runs of blanks and tabs */
};

/* False when the record has no such field. `field` is not 0; `separator` a byte or FIELD_BLANKS. */
bool field_find(const char *rec, size_t len, int field, int separator, struct slice *out);

#endif
