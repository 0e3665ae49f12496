/*
 * line.h - a line of input on its way: what is kept of it from the reading to the record.
 *
 * Lines wait by the thousand, so a line is small: its text, its number, and its place in the queue
 * of its host. While a request of it is under way, or waits for another try, there is a struct work
 * (work.h) beside it; from its end until its turn in the output its record (output.h).
 */
#ifndef GF_FETCH_LINE_H
#define GF_FETCH_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "net/hosts.h"
#include "proc/capture.h"

struct work;

/* What the record has of a body that is too large to be held in memory as text. */
struct long_body {
    struct gf_capture held;
    enum {
        LONG_RAW, /* as it is */
        LONG_TEXT,
        LONG_BASE64
    } how;
    char left[2]; /* base64: bytes that make no group of three yet */
    size_t nleft;
};

struct line {
    struct gf_host_item item; /* first: the queue of the host gives it back */
    struct line *next;        /* in the order of the output */
    uint64_t seq;             /* from 1, of those that are requests */
    uint64_t number;          /* in the input, with those that are passed by: for messages */
    gf_ns read_mono;
    struct work *work; /* or NULL */
    /* the record */
    bool finished;
    bool spooled;      /* it lies in a file */
    uint64_t at;       /* there, */
    size_t record_len; /* of so many bytes */
    struct gf_buf record;
    struct long_body *body; /* behind the record, and then `tail` */
    const char *tail;       /* or NULL */
    bool ends_with_nul;     /* --format body -0 */
    char *etag; /* URL, NUL, ETag, NUL, name of the file or none, NUL: to be kept when the
                    record is out; or NULL */
    /* the text as it came */
    bool ended_crlf; /* a CR that stood at its end was taken off */
    size_t len;
    char text[];
};

#endif
