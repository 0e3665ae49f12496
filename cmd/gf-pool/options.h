/*
 * options.h - what the command line of gf-pool asks for.
 */
#ifndef GF_POOL_OPTIONS_H
#define GF_POOL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clash.h"
#include "base/clock.h"
#include "base/opt.h"
#include "base/progress.h"
#include "base/rate.h"
#include "base/stats.h"
#include "base/backoff.h"
#include "proc/spawn.h"
#include "text/fields.h"
#include "text/framing.h"

enum output_mode {
    OUTPUT_HELD,  /* each job's output whole, when it ended */
    OUTPUT_LINES, /* whole lines as they come */
    OUTPUT_RAW,   /* jobs write to our stdout and stderr themselves */
};

enum halt_on {
    HALT_NEVER,
    HALT_FAIL,
    HALT_SUCCESS,
    HALT_DONE
};

struct halt {
    enum halt_on on;
    bool now;         /* end what runs, too */
    uint64_t number;  /* how many it takes, or */
    unsigned percent; /* of the jobs that ended; 0: number counts */
};

enum resume_what {
    RESUME_NOT,
    RESUME_ALL,   /* what has a row is done */
    RESUME_FAILED /* what has a row and did not fail is done */
};

enum resume_by {
    RESUME_BY_WORDS,
    RESUME_BY_SEQ
};

/* `::: WORD...` or `:::: FILE` behind the command. */
struct list_words {
    char *const *words;
    size_t nwords;
    bool is_file; /* words[0] names it */
    bool linked;  /* with a + */
};

enum {
    LISTS_MAX = 16
};

enum ci {
    CI_NOT,
    CI_GITHUB,
    CI_GITLAB,
    CI_NONE /* none that we know is around: --ci changes nothing */
};

enum {
    MOST_SLOTS = 100000
};

/* More than twenty members: one or two for each option, in the order of the table. */
struct options {
    unsigned slots;
    bool slots_all;         /* -j 0: as many as there are records */
    const char *slots_file; /* -j @FILE, which says it, also while we run; NULL: none */
    bool slots_given;       /* by -j; else make's jobserver may have a say */
    uint64_t load;          /* start nothing while so many tasks run; 0: no limit */
    uint64_t memfree;       /* nor while less than so many bytes are free */
    enum ci ci;
    bool ci_commands; /* those in the output of jobs are obeyed */
    bool keep_order;
    gf_ns timeout;            /* 0: none */
    unsigned timeout_percent; /* of the median so far; 0: not so */
    const char *chdir;        /* where jobs run; NULL: here */
    int nice;
    const char **env; /* --env K=V */
    size_t nenv;
    bool clean_env;
    struct gf_spawn_limit limits[3];
    size_t nlimits;
    bool tag;
    const char *tagstring; /* NULL: the record */
    const char *results;   /* a directory; NULL: none */
    gf_ns kill_after;
    struct halt halt;
    char separator;
    struct gf_framing framing; /* --csv, --recend, --recstart, --paragraph, in place of that byte */
    const char *queue;         /* records come from there; NULL: none */
    bool until_empty;
    uint64_t stop_after; /* records; 0: never */
    gf_ns lease, keep;
    unsigned deliveries;
    bool skip_empty;
    const char *placeholder;
    const char **files; /* -a; NULL: standard input */
    size_t nfiles;
    struct list_words lists[LISTS_MAX];
    size_t nlists;
    bool has_columns;
    struct gf_sep columns; /* -d */
    bool header;           /* the first record names them */
    uint64_t batch;        /* -n: records of a job at most; 0: one */
    bool fill_command;     /* -X: as many as fit */
    bool shuffle;          /* records in random order, */
    bool has_seed;         /* the same for the same seed */
    uint64_t seed;
    bool pipe;          /* records go to the command's input, in blocks of */
    uint64_t block;     /* bytes at most, where -n does not count records; 0: not said */
    bool worker;        /* commands that stay, and answer each record with one */
    uint64_t max_items; /* records of one of them; 0: no limit */
    const char *failed; /* where records that failed go; NULL: nowhere */
    struct gf_rate rate;
    bool has_rate;
    enum output_mode output;
    const char *joblog;   /* NULL: none */
    const char **earlier; /* the --joblog in front of it, which are read alone */
    size_t nearlier;
    bool joblog_append;
    enum resume_what resume;
    enum resume_by resume_by;
    bool rerun;       /* --retry-failed: no records; what failed in the log */
    bool durable;     /* rows are on the disk before the next start */
    unsigned retries; /* tries beyond the first */
    bool retries_given;
    struct gf_backoff backoff;
    bool backoff_given;
    bool retry_some;      /* only what ended so: */
    uint64_t retry_on[4]; /* a bit an exit status */
    const char *events;   /* NULL: none */
    const char *report;   /* a page about the run; NULL: none */
    struct gf_buf asked;  /* the command line, quoted for a shell: for that page */
    bool whole_command;   /* somebody keeps a job's words as text, all of them */
    uint64_t max_output;  /* bytes of a job */
    bool has_max_output;
    const char *tmpdir;
    uint64_t spill_max; /* bytes of held output on disk; 0: half of what is free there */
    uint64_t max_record;
    bool dry_run;
    bool tty;     /* each job has the terminal */
    bool confirm; /* asked for before each start */
    enum gf_progress_mode progress;
    bool progress_given;
    bool stats;
    enum gf_stats_format stats_format;
    const char *stats_file;
    const char *script;    /* -s; NULL: none */
    char *script_words[5]; /* what it becomes, and NULL */
    char **words;          /* the command, in argv or script_words */
    size_t nwords;
};

extern const struct gf_cli gf_pool_cli;

/* Fills *o from the arguments (without the program's name). Returns -1 when all is well; else the
 * exit status: what had to be said was said. */
int options_parse(struct options *o, int argc, char **argv);

/* NAME=VALUE as it stands in our environment; NULL: there is no such variable. */
const char *options_kept_variable(const char *name, size_t len);

/* The files that hold records, and the number of jobs. */
void options_inputs(const struct options *o, struct gf_clash *c);
void options_release(struct options *o);

#endif
