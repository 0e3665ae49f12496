/*
 * drops.h - --report-drops and --drop-marker: what was dropped, while the run goes on.
 *
 * A report is for a key, or for all records where there are no keys. f->drops is NULL without the
 * option, and then all calls but drops_start and drops_add are empty; those two also keep the keys
 * that --stats shows (topdrops.h).
 */
#ifndef GF_CMD_RATELIMIT_DROPS_H
#define GF_CMD_RATELIMIT_DROPS_H

#include "dropkeys.h"
#include "flow.h"

struct drops {
    struct dropkeys keys;
    struct dropkey others; /* the keys that have no room in the table; records 0: none */
    size_t most;           /* keys in the table */
    gf_ns due_mono;        /* the earliest report; GF_NEVER: none */
    enum io (*flush)(struct flow *);
    bool open; /* the last byte of the output ends no record */
};

/* Sets up f->drops, and the keys for --stats, where the command line asks for reports; `flush`
 * writes what was decided, which goes before a marker. 0, or -1 after a message. */
int drops_start(struct flow *f, enum io (*flush)(struct flow *));

/* The record is over the limit, and the run goes on without it. */
void drops_add(struct flow *f, const char *rec, size_t len);

/* Makes the reports that are due. */
enum io drops_look(struct flow *f);

/* The last reports; `write` says whether the markers may still be written. */
enum io drops_end(struct flow *f, bool write);

void drops_release(struct flow *f);

/* The earliest of the time and the next report. */
static inline gf_ns drops_before(const struct flow *f, gf_ns mono)
{
    return f->drops && f->drops->due_mono < mono ? f->drops->due_mono : mono;
}

/* These bytes were written to standard output. */
static inline void drops_wrote(struct flow *f, const char *p, size_t len)
{
    if (f->drops && len)
        f->drops->open = p[len - 1] != f->config->separator;
}

#endif
