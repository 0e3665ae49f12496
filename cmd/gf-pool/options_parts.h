/*
 * options_parts.h - the three files that read the command line: options.c, the table and where each
 * option goes; values.c, what their values mean; check.c, what goes together. For those alone.
 *
 * All return 0 (or -1 where it says "exit status") when all is well, and say what is wrong.
 */
#ifndef GF_POOL_OPTIONS_PARTS_H
#define GF_POOL_OPTIONS_PARTS_H

#include "options.h"

/* ---- values.c: 0, or -1 after a message ------------------------------------------------------ */

enum {
    MOST_SLOTS = 100000,
    MOST_PERCENT = 100000,
    MOST_RETRIES = 1000000,
    MOST_BATCH = 1000000,
    MOST_BLOCK = 1 << 30
};

/* Processors that this process may use. */
unsigned options_processors(void);
int options_parse_slots(const struct gf_optparser *p, struct options *o);
int options_parse_load(const struct gf_optparser *p, struct options *o);
int options_parse_ci(const struct gf_optparser *p, struct options *o);
int options_parse_timeout(const struct gf_optparser *p, struct options *o);
int options_parse_backoff(const struct gf_optparser *p, struct gf_backoff *out);
int options_parse_retry_on(const struct gf_optparser *p, struct options *o);
int options_parse_halt(const struct gf_optparser *p, struct halt *out);
int options_add_file(struct options *o, const char *name);
int options_add_env(struct options *o, const char *text);
int options_add_limit(struct options *o, int resource, uint64_t most);
int options_parse_limit_cpu(const struct gf_optparser *p, struct options *o);
int options_parse_nice(const struct gf_optparser *p, struct options *o);
int options_parse_block(const struct gf_optparser *p, struct options *o);
int options_parse_columns(const struct gf_optparser *p, struct options *o);
int options_parse_delimiter(const struct gf_optparser *p, struct options *o);
/* The place of the word among `words` (NULL-terminated), or -1. */
int options_one_of(const char *s, size_t len, const char *const *words);

/* ---- check.c: -1, or the exit status after a message ----------------------------------------- */

/* What follows from several options together. */
void options_settle(struct options *o);
int options_check(const struct options *o);
int options_check_command(struct options *o, const struct gf_optparser *p, char **argv);

#endif
