/*
 * record.h - the job log of a run: opened, a row for each job that is over, brought to the disk.
 *
 * An observer. With --durable nothing starts before the rows of what has ended are on the disk: one
 * wait for all that ended meanwhile, just before a start.
 *
 * A log that is moved aside while jobs run (logrotate) is opened anew under its name; that is
 * looked at before a row, once a second at most, since a worker may answer a million records in
 * one.
 */
#ifndef GF_POOL_RECORD_H
#define GF_POOL_RECORD_H

#include "observer.h"
#include "options.h"
#include "proc/joblog.h"
#include "verdict.h"

struct record {
    const struct options *opt;
    struct verdict *verdict;
    struct gf_joblog log; /* log.fd is -1 where there is none */
    bool ahead;           /* of the disk: --durable waits for it before the next start */
    gf_ns look_mono;      /* when the name of the log is to be looked at again */
};

extern const struct observer_events record_observer;

/* -1 when the log is open or none is asked for, else the exit status after a message. */
int record_open(struct record *r, const struct options *o, struct verdict *v);

/* Says why gf_joblog_open or gf_joblog_open_past refused the log: the exit status. */
int record_refused(const struct gf_joblog *log, const char *name);

/* With --durable: the rows so far are on the disk. -1 after a message. */
int record_sync(struct record *r);

/* -1 after a message. */
int record_close(struct record *r);

#endif
