/* stamp.c - the clock is read once a call: what one read has brought came at that time. */
#include "stamp.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    TEXT = 40
};

static int write_time(enum stamp form, gf_ns begin_mono, char text[TEXT])
{
    char utc[GF_TIME_UTC_SIZE];
    gf_ns wall = gf_now_wall();
    if (form == STAMP_ELAPSED)
        wall = gf_now_mono() - begin_mono;
    int us = (int)(wall % GF_S / GF_US);
    if (form != STAMP_RFC3339)
        return snprintf(text, TEXT, "%" PRId64 ".%06d ", wall / GF_S, us);
    gf_time_utc(wall, utc); /* with milliseconds, and a Z */
    return snprintf(text, TEXT, "%.19s.%06dZ ", utc, us);
}

void stamp_records(enum stamp form, char separator, bool begins, const char *data, size_t len,
                   gf_ns begin_mono, struct gf_buf *out)
{
    char text[TEXT];
    size_t n = (size_t)write_time(form, begin_mono, text);
    while (len) {
        const char *end = memchr(data, separator, len);
        size_t part = end ? (size_t)(end - data) + 1 : len;
        if (begins)
            gf_buf_add(out, text, n);
        gf_buf_add(out, data, part);
        begins = end != NULL;
        data += part;
        len -= part;
    }
}
