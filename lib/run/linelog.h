/*
 * linelog.h - a file that lines are appended to while the loop goes on: events, dead letters.
 *
 *     static const struct gf_linelog_events events = {.lost = on_lost, .refused = on_refused};
 *     struct gf_linelog l = {.on = &events};
 *     if (gf_linelog_open(&l, "events.ndjson", &why) != 0) ... errno, why (base/logfile.h) ...
 *     gf_linelog_begin(&l, loop);
 *     gf_linelog_add(&l, &line);                       // kept
 *     gf_linelog_flush(&l);                            // before the loop waits
 *     if (gf_linelog_end(&l) != 0) ... errno ...       // waits for the reader
 *     gf_linelog_close(&l);
 *
 * A line goes out whole, behind the ones before, or not at all. Nothing here but the end waits for
 * a reader: while more than GF_LINELOG_FULL waits the owner should make no more. A regular file
 * that is moved aside meanwhile is opened anew under its name, between lines; so is one that is
 * removed.
 *
 * The struct is the owner's; one that is zero but for `on` is closed. The thread of the loop.
 */
#ifndef GF_RUN_LINELOG_H
#define GF_RUN_LINELOG_H

#include "base/clock.h"
#include "run/outlet.h"

enum {
    GF_LINELOG_FULL = 1 << 20
};

struct gf_linelog;

struct gf_linelog_events {
    /* There is room again. NULL: nobody is told. */
    void (*room)(struct gf_linelog *l);
    /* Lines cannot be written, errno says why; called once. */
    void (*lost)(struct gf_linelog *l);
    /* The file was moved, and the new one is refused (base/own.h): lines go to the old one. */
    void (*refused)(struct gf_linelog *l, const char *why);
};

struct gf_linelog {
    const struct gf_linelog_events *on;
    void *owner;
    const char *path; /* NULL: it is not open */
    int fd;
    bool is_file;
    gf_ns look_mono; /* when the name of a file is to be looked at again */
    struct gf_outlet outlet;
};

/* Opens the file to append to (base/logfile.h). -1: errno, and *why is a line about it. */
int gf_linelog_open(struct gf_linelog *l, const char *path, const char **why);

void gf_linelog_begin(struct gf_linelog *l, struct ev_loop *loop);

/* Keeps the line. -1: the file is lost, which was told, now or before. */
int gf_linelog_add(struct gf_linelog *l, const struct gf_buf *line);

/* Writes what there is. True when all of it is out. */
bool gf_linelog_flush(struct gf_linelog *l);

/* Whether so much waits that no more should be made. */
bool gf_linelog_is_full(const struct gf_linelog *l);

/* Writes what is left, however long its reader takes. -1: it was lost, which was told. */
int gf_linelog_end(struct gf_linelog *l);

void gf_linelog_close(struct gf_linelog *l);

#endif
