/*
 * table.h - a crontab: variables and jobs, one a line, as Vixie cron reads them.
 *
 *     # comment
 *     SHELL=/bin/bash                      a variable of the jobs below
 *     CRON_TZ=Europe/Berlin                the zone of the lines below
 *     GF_FIELDS=6                          lines below carry seconds (7: and a year)
 *     GF_EXPAND=1                          $NAME and ${NAME} in the variables below are expanded
 *     0 3 * * *  GF_ID=backup GF_TIMEOUT=10m  /usr/local/bin/backup
 *     CRON_TZ=UTC 0 3 * * * in-one-line
 *
 * Options of a job are leading assignments; the command that is run is what follows them. The same
 * names on a line of their own are the defaults of the lines below (not GF_ID). A job without
 * GF_ID gets one made of its command's name and a hash of its line, so an unchanged line keeps its
 * id when others move.
 *
 * The whole text is read and every fault is noted; a table with a fault in it is not to be used.
 *
 *     struct gf_table t;
 *     struct gf_table_context ctx = {.zones = &zones, .zone = zone, .now = now};
 *     gf_table_init(&t);
 *     int r = gf_table_parse(&t, text, len, &ctx);
 *     for (i < t.n_notes) ... t.notes[i].line, .e.col, .weight ...
 *     if (r == 0) for (i < t.n_jobs) ... t.jobs[i].id, .command ...
 *     gf_table_release(&t);
 *
 * Strings belong to the table, zones to the caller's gf_zones. One thread at a time.
 */
#ifndef GF_CRON_TABLE_H
#define GF_CRON_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "cron/expr.h"
#include "cron/next.h"
#include "time/zone.h"

enum {
    GF_TABLE_JOBS_MAX = 10000,
    GF_TABLE_VARS_MAX = 1000,
    GF_TABLE_LINE_MAX = 64 * 1024,
    GF_TABLE_NOTES_MAX = 1000, /* what a hopeless file may have to say */
};

enum gf_overlap {
    GF_OVERLAP_SKIP,    /* a run still going: the new one is skipped */
    GF_OVERLAP_ALLOW,   /* both run */
    GF_OVERLAP_QUEUE,   /* up to `queue` due runs wait */
    GF_OVERLAP_REPLACE, /* the one going is ended, then the new one runs */
};

/* How a job is run. Spans are ns, 0: none. */
struct gf_job_options {
    enum gf_overlap overlap;
    unsigned queue;
    gf_ns timeout;
    gf_ns kill_after; /* between TERM and KILL */
    unsigned retries;
    uint64_t times;           /* so many runs may start; 0: no limit */
    gf_ns retry_delay;        /* before the first retry; doubles */
    gf_ns jitter;             /* a start is put off by up to this */
    bool jitter_fixed;        /* by the same span each time */
    gf_ns catchup;            /* how far back a missed run is made up for */
    bool catchup_interrupted; /* a run that was interrupted too, once */
    gf_ns skew;               /* a gap of the clock up to this loses no run */
    bool env_clean;
    bool each_host; /* where hosts share a state, the job is one of each host */
    bool has_from, has_until;
    struct gf_stamp from,
        until;              /* no run before, none after; the bounds of `when` have the instants */
    const char *lock;       /* NAME of a semaphore; NULL: none */
    const char *log;        /* file for the output; NULL: none */
    const char *on_failure; /* command after a run that failed for good; NULL: none */
};

struct gf_job {
    const char *id;
    const char *state_id; /* as a state knows it, set by who has one; NULL: it is the id */
    const char *schedule; /* as it is written */
    const char *command;
    const char *input; /* standard input, from % in the line; NULL: /dev/null */
    struct gf_cron when;
    struct gf_cron *more; /* what when.also begins with: its schedules behind the first, the table's
                           * own; NULL: there are none */
    struct gf_zone *zone;
    struct gf_job *after;    /* the job that this one follows; NULL: none */
    struct gf_job *follower; /* the first job that follows this one, in the order of the table */
    struct gf_job *next_follower; /* of the same job as this one */
    size_t n_vars;                /* vars[0..n_vars) of the table are the job's */
    size_t line;
    unsigned twins; /* lines below that are the same, and have no id of their own */
    struct gf_job_options opt;
};

struct gf_table_var {
    const char *name, *value;
};

enum gf_table_weight {
    GF_TABLE_ERROR,
    GF_TABLE_WARNING, /* something has no effect, or may be meant otherwise: for whoever runs it */
    GF_TABLE_ADVICE,  /* legal, and a frequent slip: for whoever checks it */
};

struct gf_table_note {
    size_t line; /* from 1 */
    enum gf_table_weight weight;
    const char *text; /* the line, NUL-terminated */
    size_t len;
    struct gf_perr e;
};

struct gf_table_context {
    struct gf_zones *zones;
    struct gf_zone *zone; /* of lines that no CRON_TZ stands above */
    int64_t now;          /* seconds */
    bool vixie_percent;
    enum gf_dst dst;
    /* Whether a user account has this name; it is asked only where a command stands behind the
     * word. NULL: none has. */
    bool (*is_user)(const char *word, size_t len);
    /* Whether the word can be run; it is asked only when there is is_user. `path` is the PATH that
     * the table sets; NULL: it sets none. NULL: no word can. */
    bool (*is_command)(const char *word, size_t len, const char *path);
    /* Why SHELL cannot be run, and why GF_LOG cannot be opened: an errno, 0 when they can. NULL:
     * they are not looked at. */
    int (*why_no_shell)(const char *file);
    int (*why_no_log)(const char *file);
    /* Why GF_LOCK cannot be used; NULL: it can. The text may be that of strerror(3). NULL: it is
     * not looked at. */
    const char *(*why_no_lock)(const char *value);
    /* What a name stands for below GF_EXPAND=1 that the table does not set; NULL: nothing. It is
     * getenv(3), or like it. NULL: no name stands for anything. */
    char *(*get_env)(const char *name);
};

struct gf_table {
    struct gf_job *jobs;
    size_t n_jobs;
    struct gf_table_var *vars;
    size_t n_vars, cap_vars;
    struct gf_table_note *notes;
    size_t n_notes, cap_notes;
    struct gf_job **ids; /* hash table over the ids */
    size_t n_errors,
        n_warnings; /* of all, also those beyond GF_TABLE_NOTES_MAX; advice is a warning */
    struct gf_text_block *texts; /* storage of all strings */
};

void gf_table_init(struct gf_table *t);

enum {
    GF_TABLE_FAULTY = 1,     /* at least one note is an error */
    GF_TABLE_UNREADABLE = 2, /* the same, and one is that a zone is there and cannot be read */
};

/* 0: good; else one of these, or -1: ENOMEM. */
int gf_table_parse(struct gf_table *t, const char *s, size_t len,
                   const struct gf_table_context *ctx);

/* The job of this id; NULL: there is none. */
struct gf_job *gf_table_find(const struct gf_table *t, const char *id);

void gf_table_release(struct gf_table *t);

#endif
