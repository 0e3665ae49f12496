/*
 * options.h - what the command line of gf-pipeline says.
 *
 *     struct options o;
 *     int status = options_parse(&o, argc - 1, argv + 1);      // -1, or the exit status
 *     options_release(&o);
 *
 * Texts are borrowed from argv, or from the chain file, which struct options holds.
 */
#ifndef GF_PIPELINE_OPTIONS_H
#define GF_PIPELINE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/backoff.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/opt.h"
#include "base/progress.h"
#include "base/stats.h"
#include "text/fields.h"
#include "text/linewords.h"

enum {
    MAX_RECORD = 64 << 20 /* without --max-record */
};

enum mode {
    MODE_MAP,    /* a process that stays, and answers each record with one */
    MODE_FILTER, /* a process that reads the stream and writes another */
    MODE_EACH,   /* a process for each record */
    MODE_BATCH   /* a process for several */
};

/* What becomes of a record that a stage failed with. */
enum on_error {
    ON_ERROR_DEAD,
    ON_ERROR_PASS,
    ON_ERROR_DROP,
    ON_ERROR_STOP
};

/* One stage, as its words say. The struct has a member for each option. */
struct stage_plan {
    const char *name;
    enum mode mode;
    uint64_t batch;   /* records */
    gf_ns batch_wait; /* 0: until there are so many */
    uint64_t jobs;
    uint64_t window; /* records; 0: as many as the latency allows */
    gf_ns latency;
    gf_ns timeout; /* 0: none */
    gf_ns kill_after;
    uint64_t retries;
    struct gf_backoff backoff;
    const char *reject_prefix; /* NULL: no answer refuses */
    uint64_t reject_status[4]; /* a bit for each exit status */
    bool rejects_status;
    enum on_error on_error;
    bool drop_empty;
    uint64_t by; /* field, from 1; 0: any process takes any record */
    struct gf_sep separator;
    const char *tee;
    char *const *command; /* its words */
    size_t nwords;
    size_t line; /* in the chain file; 0: it is of the command line */
};

struct options {
    struct stage_plan *stage;
    size_t nstages;
    /* input */
    char record_end; /* newline, or NUL */
    uint64_t max_record;
    const char *replay;
    bool from_stage;
    /* the whole */
    const char *name;
    gf_ns total_timeout, drain;
    bool unordered, crash_loop_dead;
    /* dead letters and commits */
    const char *dead, *commit;
    bool fsync, resume, skip_known;
    /* numbers */
    bool stats;
    enum gf_stats_format stats_format;
    const char *stats_file, *report, *events;
    gf_ns stats_interval;
    enum gf_progress_mode progress;
    /* of the parsing */
    bool check, print;
    struct gf_buf asked; /* the command line as a shell would take it, with --report */
    const char *separator, *chain;
    struct gf_linewords words; /* of the chain file */
    char **argv;               /* the commands, each ended by NULL */
};

int options_parse(struct options *o, int argc, char *const *argv);
void options_release(struct options *o);

/* Whether the way from one stage's output to the next one's input leads through us. */
bool options_see_stages(const struct options *o);

extern const struct gf_cli gf_pipeline_cli;

#endif
