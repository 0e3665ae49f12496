/*
 * field.c - finds one field of a record.
 *
 * The record is walked field by field from its start. A field that is counted from the end takes
 * two walks: the first counts the fields, which makes the number one from the start; the second
 * stops at that field. So nothing is stored, whatever the number of fields.
 */
#include "field.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The next field at or behind *at; moves *at behind it and its separator. */
static bool next_field(const char *rec, size_t len, int separator, size_t *at, struct slice *out)
{
    if (separator == FIELD_BLANKS) {
        while (*at < len && is_blank(rec[*at]))
            ++*at;
        size_t from = *at;
        while (*at < len && !is_blank(rec[*at]))
            ++*at;
        *out = (struct slice){rec + from, *at - from};
        return out->len > 0;
    }
    if (*at > len)
        return false;
    const char *sep = memchr(rec + *at, separator, len - *at);
    size_t to = sep ? (size_t)(sep - rec) : len;
    *out = (struct slice){rec + *at, to - *at};
    *at = to + 1;
    return true;
}

bool field_find(const char *rec, size_t len, int field, int separator, struct slice *out)
{
    if (field < 0) {
        int n = 0;
        size_t at = 0;
        while (next_field(rec, len, separator, &at, out))
            n++;
        field += n + 1;
    }
    size_t at = 0;
    for (int i = 1; field > 0 && next_field(rec, len, separator, &at, out); i++)
        if (i == field)
            return true;
    return false;
}
