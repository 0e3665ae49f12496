/*
 * log.h - what happens to runs, on standard error: as text, or as NDJSON.
 */
#ifndef GF_CMD_CRON_LOG_H
#define GF_CMD_CRON_LOG_H

#include "outlets.h"
#include "run.h"

enum log_form {
    LOG_TROUBLE, /* without --log: only events that are no success */
    LOG_TEXT,
    LOG_JSON,
};

struct log {
    enum log_form form;
    struct outlets *outlets;
    bool lost; /* an event of NDJSON could not be written */
};

/* One event of a run. `run` and `detail` may be NULL. */
void log_event(struct log *l, const char *event, const struct gf_job *job, int64_t due,
               const struct run *run, const char *detail);

/* With -v, for a job whose due time has come: `due` is the next due time; INT64_MAX: there is
 * none. */
void log_next(const struct log *l, const struct gf_job *job, int64_t due);

/* For NDJSON: what a table that was just planned has, and the warnings about it. */
void log_begin(struct log *l, const struct loaded *from);
void log_warnings(struct log *l, const struct gf_table *t);

#endif
