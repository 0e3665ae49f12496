/*
 * ordered.h - what many tasks write, on its way to two descriptors: each task's output whole and in
 * its turn, or line by line.
 *
 *     static const struct gf_ordered_events events = {...};
 *     struct gf_ordered o = {.on = &events, .store = {.memory_max = 64 << 20, .each_max = 1 << 20,
 *                                                     .spill.dir = "/tmp"}};
 *     gf_ordered_open(&o, loop);
 *     struct gf_turn t = {0};
 *     gf_ordered_queue(&o, &t);                    // now: turns are in the order of the starts
 *     gf_ordered_take(&o, &t, 0, data, len);       // bytes for standard output
 *     gf_ordered_closed(&o, &t, 0);                // that stream has ended
 *     gf_ordered_finish(&o, &t);                   // the task is over; queued now if it was not
 *     gf_ordered_pump(&o);                         // before the loop waits
 *     gf_ordered_close(&o);
 *
 * What a task writes is held (in memory, then in one temporary file for all) until its turn: when
 * it is finished and every turn in front of it is written. Then its standard output is written,
 * then its standard error, and `written` hands the turn back. A turn that still holds something
 * then (a process in the background wrote on) may be queued again.
 *
 * With `lines`, whole lines go out as they come and only unfinished ones are held; a last line
 * without a newline gets one. With `live` (and without `lines`) so do the lines of the first turn
 * alone, while its task runs; the others are held until theirs, and go on so.
 *
 * A reader of standard output that goes is noticed at once, as a write that failed with EPIPE.
 *
 * Nothing here waits for a reader (run/outlet.h). When there is no room on disk, the bytes at hand
 * stay in memory, `pause` asks not to read that task any more, and its turn moves to the front,
 * where what it writes passes through as its reader takes it: nothing is cut.
 *
 * The structs are the owners'; a turn stays in its place while it is queued, and its memory is
 * freed by gf_turn_release. A zeroed turn is empty, a zeroed gf_ordered is safe to close. The
 * thread of the loop.
 */
#ifndef GF_RUN_ORDERED_H
#define GF_RUN_ORDERED_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>

#include "proc/capture.h"
#include "run/outlet.h"

enum {
    GF_ORDERED_STREAMS = 2 /* 0: to standard output, 1: to standard error */
};

struct gf_ordered;
struct gf_turn;

enum gf_ordered_failure {
    GF_ORDERED_WRITE,     /* to a descriptor; EPIPE when its reader is gone */
    GF_ORDERED_NO_ROOM,   /* for held output; that of the turn is streamed from now on. ENOBUFS: the
                             ceiling of the store is reached (proc/spill.h); else the disk's */
    GF_ORDERED_LOST,      /* bytes of a turn: memory is out, too */
    GF_ORDERED_READ_BACK, /* held output from the disk; the rest of that turn is lost */
};

struct gf_ordered_events {
    /* There is no room for more of this stream for now; and there is again, for both streams. */
    void (*pause)(struct gf_ordered *o, struct gf_turn *t, int stream);
    void (*resume)(struct gf_ordered *o, struct gf_turn *t);
    /* Its turn has come: gf_ordered_say may put something in front. Called at each attempt to
     * write, until it is written. NULL: nothing is in front. */
    void (*begin)(struct gf_ordered *o, struct gf_turn *t);
    /* All that it wrote is out: gf_ordered_say may put something behind. NULL: nothing is
     * behind. */
    void (*end)(struct gf_ordered *o, struct gf_turn *t);
    /* Written, lines included, and not queued any more; but for what is `lost`. */
    void (*written)(struct gf_ordered *o, struct gf_turn *t);
    /* With `lines`: there is room for lines again. Tasks that were paused may be resumed. */
    void (*room)(struct gf_ordered *o);
    /* Something is to be pumped. */
    void (*changed)(struct gf_ordered *o);
    /* errno says why. `t` is the turn, or NULL; `stream` counts for WRITE, `lost` bytes for
     * LOST. */
    void (*failed)(struct gf_ordered *o, enum gf_ordered_failure what, struct gf_turn *t,
                   int stream, size_t lost);
    /* Before something is written to a terminal. NULL: nobody is told. */
    void (*before_terminal)(void);
};

/* One task's output. */
struct gf_turn {
    struct gf_turn *next;
    bool queued, finished;
    bool end_was_told; /* what `end` put behind is on its way */
    bool streaming;    /* written while its task runs, since there was no room to hold it */
    bool lost;         /* some of what it wrote could not be written or held */
    struct gf_capture held[GF_ORDERED_STREAMS];
    uint64_t in_line[GF_ORDERED_STREAMS];  /* bytes behind the last newline that came */
    uint64_t line_end[GF_ORDERED_STREAMS]; /* where its last line is in all lines; 0: it has none */
    struct gf_capture said;                /* what gf_ordered_say put in front or behind */
};

struct gf_ordered {
    const struct gf_ordered_events *on;
    void *owner;
    bool lines, live;
    bool joined; /* what a turn has for standard error follows on standard output */
    struct gf_capture_store store;
    struct gf_turn *first, **last;
    size_t queued;                              /* turns */
    struct gf_capture line[GF_ORDERED_STREAMS]; /* whole lines on their way, */
    uint64_t lines_in[GF_ORDERED_STREAMS];      /* and bytes of all that ever were there */
    struct gf_outlet outlet[GF_ORDERED_STREAMS];
    bool is_tty[GF_ORDERED_STREAMS];
};

/* Writes to descriptors 1 and 2. */
void gf_ordered_open(struct gf_ordered *o, struct ev_loop *loop);
void gf_ordered_close(struct gf_ordered *o);

/* The last turn from now on; one that is queued stays where it is. */
void gf_ordered_queue(struct gf_ordered *o, struct gf_turn *t);

void gf_ordered_take(struct gf_ordered *o, struct gf_turn *t, int stream, const char *data,
                     size_t len);

/* Whole lines that are in nobody's turn: written as they come, with `lines`. */
void gf_ordered_put(struct gf_ordered *o, int stream, const char *data, size_t len);

/* A stream has ended: with `lines` and `live`, its last line goes out. */
void gf_ordered_closed(struct gf_ordered *o, struct gf_turn *t, int stream);

/* The task wrote more than it may, and what follows is not taken: its unfinished lines are dropped.
 * One of which a part is written already ends there. */
void gf_ordered_cut(struct gf_ordered *o, struct gf_turn *t);

/* Its task is over: no more is expected. Queues it. */
void gf_ordered_finish(struct gf_ordered *o, struct gf_turn *t);

/* From begin and end: text for standard output. -1: memory is out, or an append to the buffer
 * failed; nothing is taken then. */
int gf_ordered_say(struct gf_ordered *o, struct gf_turn *t, const struct gf_buf *b);

/* Throws away what is held; the turn keeps its place. */
void gf_ordered_forget(struct gf_ordered *o, struct gf_turn *t);

/* Writes what may be written now. */
void gf_ordered_pump(struct gf_ordered *o);

/* Whether more is on its way than a reader should be left behind by: the lines, or what the head of
 * the turns holds while its task runs. */
bool gf_ordered_is_full(const struct gf_ordered *o);

/* Whether anything is still to be written, or waits for its turn. */
bool gf_ordered_is_pending(const struct gf_ordered *o);

/* Bytes that the turn holds. */
bool gf_turn_holds(const struct gf_turn *t);

/* Of one that is not queued. */
void gf_turn_release(struct gf_ordered *o, struct gf_turn *t);

#endif
