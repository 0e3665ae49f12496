/*
 * reader.h - records out of a descriptor: bytes up to a separator, the last one with or without, or
 * as a framer finds them (text/framing.h).
 *
 * Bytes are bytes: NUL, CR and invalid UTF-8 pass unchanged. The reader never reads ahead of what
 * one read returns, so a caller that flushes before gf_reader_fill is immediate on slow input and
 * buffered on fast input; gf_reader_waits says whether a fill would wait.
 *
 *     struct gf_reader r;
 *     gf_reader_init(&r, 0, '\n', 64 << 20);
 *     for (;;) {
 *         struct gf_record rec;
 *         int got = gf_reader_take(&r, &rec);
 *         if (got == 0)
 *             got = gf_reader_fill(&r);        // may wait
 *         else ... rec.data, rec.len ...
 *         if (got == GF_READER_END) break;
 *         if (got < 0) ... errno ...
 *     }
 *     gf_reader_release(&r);
 *
 * Records of another shape: `r.framer = &framer` behind gf_reader_init; the framer is the caller's,
 * and of this reader alone. Tables: `r.tabular = &in`, likewise; records are of the form of
 * text/tabular.h then, and end with NUL, which has to be the separator.
 *
 * A record is valid until the next call on the reader. The descriptor stays the caller's. One
 * thread a reader.
 */
#ifndef GF_TEXT_READER_H
#define GF_TEXT_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/framing.h"
#include "text/slice.h"
#include "text/tabular.h"

struct gf_record {
    const char *data; /* without what ends the record */
    size_t len;
    size_t whole;    /* with that */
    bool terminated; /* that is there; false only for the last record */
};

struct gf_reader {
    int fd;
    char separator;
    bool eof;
    bool begun;                    /* something was asked of the descriptor */
    struct gf_framer *framer;      /* borrowed; NULL: records end with the separator */
    struct gf_tabular_in *tabular; /* borrowed; NULL: the bytes are as they were read */
    char *raw;                     /* what was read for that, and waits for what follows: */
    size_t raw_len;                /* so many bytes */
    char *buf;
    size_t start, end, cap; /* unread bytes are buf[start..end) */
    size_t searched;        /* no separator before this place */
    size_t max_record;      /* in bytes; 0: no limit */
    size_t block;           /* bytes asked of one read */
    uint64_t taken;         /* records handed out so far */
};

enum {
    GF_READER_END = 2
};

/* Cannot fail; allocates at the first fill. */
void gf_reader_init(struct gf_reader *r, int fd, char separator, size_t max_record);

/* The next record that is complete in the buffer: 1 with *rec filled, 0 when more input is needed
 * first, GF_READER_END when all was handed out. -1 with errno EBADMSG: the input ends in the quotes
 * of record number taken + 1. */
int gf_reader_take(struct gf_reader *r, struct gf_record *rec);

/*
 * Many at once, for those who work in batches: up to `max` complete records into out; the last one
 * of the input counts as complete when the end was found. 0 is as with gf_reader_take: fill, or at
 * the end of input GF_READER_END is what take says. Not with a framer.
 */
size_t gf_reader_take_many(struct gf_reader *r, struct gf_slice *out, size_t max);

/*
 * All complete records that are there as one run of bytes, separators included; out->len is 0 when
 * there are none. The last record without a separator is not among them, nor are those of a framer:
 * gf_reader_take gives them.
 * `taken` does not count these. A following call of the others begins behind the run.
 */
void gf_reader_take_run(struct gf_reader *r, struct gf_slice *out);

/*
 * As gf_reader_take_run, but the bytes stay: the buffer that the run lies in becomes the caller's,
 * and the caller's, *buf of *cap bytes (NULL and 0 at first), becomes the reader's. out->len 0:
 * nothing was exchanged. -1: ENOMEM.
 */
int gf_reader_trade_run(struct gf_reader *r, char **buf, size_t *cap, struct gf_slice *out);

/*
 * One read; the first waits until there is something to read, since a fifo without a writer
 * (gf_open_input) reads as the end. The limit bounds the memory, so a longer record passes when it
 * was complete in the buffer already, by at most one block more than max_record; who needs it to
 * the byte looks at rec.len. 1: something was read or the end was found (call take again); -1:
 * errno, where EINTR means a signal was caught, ENOMEM that memory is out, and EMSGSIZE that record
 * number taken + 1 is longer than max_record.
 */
int gf_reader_fill(struct gf_reader *r);

/* The same, made again after EINTR, for who has nothing to look at when a signal was caught. */
int gf_reader_fill_on(struct gf_reader *r);

/* The line, from 1, in which quotes begin that are open after gf_reader_take said 0 or -1; 0: none
 * are. */
uint64_t gf_reader_open_line(const struct gf_reader *r);

/* Whether a fill would wait for input. */
bool gf_reader_waits(const struct gf_reader *r);

void gf_reader_release(struct gf_reader *r);

#endif
