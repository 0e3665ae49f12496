/*
 * options_parts.h - the files that read the command line: table.c, the options and what goes with
 * what; elsewhere.c, what other tools call them; shell_line.c,
 * commands written for a shell; options.c, where each option goes; values.c, what
 * their values mean; check.c, what follows from several. For those alone.
 *
 * All return 0 (or -1 where it says "exit status") when all is well, and say what is wrong.
 */
#ifndef GF_POOL_OPTIONS_PARTS_H
#define GF_POOL_OPTIONS_PARTS_H

#include "options.h"

/* ---- table.c: the ids of options that have no letter ----------------------------------------- */

enum {
    ID_LINE_BUFFER = 256,
    ID_KILL_AFTER,
    ID_RATE,
    ID_JOBLOG,
    ID_DRY_RUN,
    ID_MAX_RECORD,
    ID_HALT,
    ID_RESUME,
    ID_RETRIES,
    ID_RETRY_DELAY,
    ID_RETRY_ON,
    ID_RESUME_FAILED,
    ID_RETRY_FAILED,
    ID_DURABLE,
    ID_EVENTS,
    ID_DELIMITER,
    ID_RECEND,
    ID_RECSTART,
    ID_PARAGRAPH,
    ID_CSV,
    ID_HEADER,
    ID_WORKER,
    ID_MAX_ITEMS,
    ID_FAILED,
    ID_NICE,
    ID_CHDIR,
    ID_ENV,
    ID_CLEAN_ENV,
    ID_LIMIT_MEM,
    ID_LIMIT_CPU,
    ID_LIMIT_FILES,
    ID_TAG,
    ID_TAGSTRING,
    ID_RESULTS,
    ID_PIPE,
    ID_BLOCK,
    ID_LOAD,
    ID_MEMFREE,
    ID_CI,
    ID_CI_COMMANDS,
    ID_REPORT,
    ID_SPILL_MAX,
    ID_MAX_OUTPUT,
    ID_SHUF,
    ID_CONFIRM,
    ID_TTY,
    ID_QUEUE,
    ID_UNTIL_EMPTY,
    ID_STOP_AFTER,
    ID_LEASE,
    ID_KEEP,
    ID_MAX_DELIVERIES,
};

/* What rules name beside options (gf_opt_fact). */
#define FACT_WORDS ":::"  /* lists whose items are words of the command line */
#define FACT_LISTS "::::" /* a list that is a file */
#define FACT_COMMAND "COMMAND"

/* What other tools call it (elsewhere.c). */
extern const struct gf_opt_elsewhere options_elsewhere[];

/* ---- values.c: 0, or -1 after a message ------------------------------------------------------ */

enum {
    MOST_PERCENT = 100000,
    MOST_RETRIES = 1000000,
    MOST_BATCH = 1000000,
    MOST_BLOCK = 1 << 30
};

int options_parse_slots(const struct gf_optparser *p, struct options *o);
int options_parse_ci(const struct gf_optparser *p, struct options *o);
int options_parse_timeout(const struct gf_optparser *p, struct options *o);
int options_parse_halt(const struct gf_optparser *p, struct halt *out);
int options_add_file(struct options *o, const char *name);
int options_add_joblog(struct options *o, const char *name);
int options_add_env(struct options *o, const char *text);
int options_add_limit(struct options *o, int resource, uint64_t most);
int options_parse_limit_cpu(const struct gf_optparser *p, struct options *o);
int options_parse_nice(const struct gf_optparser *p, struct options *o);
int options_parse_spill_max(const struct gf_optparser *p, struct options *o);
int options_parse_block(const struct gf_optparser *p, struct options *o);
int options_parse_columns(const struct gf_optparser *p, struct options *o);
int options_parse_delimiter(const struct gf_optparser *p, struct options *o);
int options_parse_mark(const struct gf_optparser *p, struct options *o, struct gf_sep *out);
/* The place of the word among `words` (NULL-terminated), or -1. */
int options_one_of(const char *s, size_t len, const char *const *words);

/* ---- check.c: -1, or the exit status after a message ----------------------------------------- */

/* What follows from several options together. */
void options_settle(struct options *o);
int options_check(const struct options *o);
/* shell_line.c: what was written for a shell, or for GNU parallel's Perl. */
int options_check_shell_line(const struct options *o);
int options_check_command(struct options *o, struct gf_optparser *p, char **argv);

#endif
