/*
 * options_parts.h - between the files that read the command line: table.c has the options, stages.c
 * reads the words of stages, values.c what values mean, modes.c what goes with the mode of a stage,
 * print.c writes them again.
 */
#ifndef GF_PIPELINE_OPTIONS_PARTS_H
#define GF_PIPELINE_OPTIONS_PARTS_H

#include "options.h"

enum {
    ID_STAGE = 256,
    ID_SEP,
    ID_CHAIN,
    ID_CHECK,
    ID_PRINT,
    ID_MAX_RECORD,
    ID_REPLAY,
    ID_FROM_STAGE,
    ID_NAME,
    ID_MODE,
    ID_WINDOW,
    ID_LATENCY,
    ID_KILL_AFTER,
    ID_RETRIES,
    ID_RETRY_DELAY,
    ID_REJECT_PREFIX,
    ID_REJECT_STATUS,
    ID_ON_ERROR,
    ID_DROP_EMPTY,
    ID_BY,
    ID_TEE,
    ID_TOTAL_TIMEOUT,
    ID_DRAIN,
    ID_UNORDERED,
    ID_CRASH_LOOP,
    ID_DEAD,
    ID_FSYNC,
    ID_COMMIT,
    ID_RESUME,
    ID_SKIP_KNOWN,
    ID_STATS_INTERVAL,
    ID_EVENTS,
    ID_REPORT
};

/* Facts that rules name. */
#define FACT_STAGES "--stage"

/* The options that a stage may have, as a table of their own. */
extern const struct gf_cli gf_pipeline_stage_cli;

/* An option of a stage into its plan: 0, 1 when it is none, -1 after a message. */
int value_of_stage(struct stage_plan *s, const struct gf_optparser *p);

void stage_defaults(struct stage_plan *s);

/* The stages in the words from argv[at] on, each behind its --stage; or those of the chain file.
 * -1, or the exit status after a message. With o->check all stages are looked at. */
int stages_parse(struct options *o, const struct stage_plan *defaults, int argc, char *const *argv);
int stages_parse_file(struct options *o, const struct stage_plan *defaults);

/* Whether the options that the stage was given go with its mode; what was said for all stages gives
 * way. False after messages. */
bool stage_check_mode(struct stage_plan *s, const struct gf_optparser *p);

/* Whether what was said for all stages is for one of them. -1, or a status after a message. */
int stages_check_defaults(const struct options *o, const struct gf_optparser *p);

/* What is wrong with the stages together: names, modes. */
int stages_check(const struct options *o);

/* Whether each command can be found. -1, or 127 or 126 after messages. */
int stages_find_commands(const struct options *o);

/* --print: the stages as a chain file. */
int stages_print(const struct options *o);

#endif
