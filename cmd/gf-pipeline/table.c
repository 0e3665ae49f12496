/* table.c - the options of gf-pipeline, and of a stage. */
#include "base/exit.h"
#include "options_parts.h"

/* The options of a stage: for all when they stand before the first --stage. */
#define STAGE_ROWS                                                                                  \
    {ID_MODE,                                                                                       \
     0,                                                                                             \
     "mode",                                                                                        \
     "MODE",                                                                                        \
     "map (default), filter, each, or batch=N[,DUR]",                                               \
     "map filter each batch=100",                                                                   \
     GF_OPT_MAIN},                                                                                  \
        {'j', 'j', "jobs", "N", "processes at once: 8, 200%, +2 (default 1)", NULL, GF_OPT_MAIN},   \
        {'t', 't', "timeout", "DUR", "end what has a record for longer", NULL, GF_OPT_MAIN},        \
        {ID_KILL_AFTER, 0, "kill-after", "DUR", "SIGKILL follows SIGTERM after DUR (default 5s)",   \
         NULL,          0},                                                                         \
        {ID_RETRIES, 0,          "retries", "N", "try a failed record again, up to N times",        \
         NULL,       GF_OPT_MAIN},                                                                  \
        {ID_RETRY_DELAY, 0, "retry-delay", "DUR", "wait before a retry: 1s or 1s,x2,max 1m,jitter", \
         NULL,           0},                                                                        \
        {ID_ON_ERROR,                                                                               \
         0,                                                                                         \
         "on-error",                                                                                \
         "WHAT",                                                                                    \
         "a record that failed: dead, pass, drop or stop",                                          \
         "dead pass drop stop",                                                                     \
         GF_OPT_MAIN},                                                                              \
        {ID_REJECT_PREFIX,                                                                          \
         0,                                                                                         \
         "reject-prefix",                                                                           \
         "STR",                                                                                     \
         "an answer that begins with STR refuses the record",                                       \
         NULL,                                                                                      \
         0},                                                                                        \
        {ID_REJECT_STATUS,                                                                          \
         0,                                                                                         \
         "reject-status",                                                                           \
         "LIST",                                                                                    \
         "with each: these exit statuses refuse it: 3,10-19",                                       \
         NULL,                                                                                      \
         0},                                                                                        \
        {ID_DROP_EMPTY, 0, "drop-empty", NULL, "drop records whose answer is empty", NULL, 0},      \
        {ID_BY, 0, "by", "FIELD", "records with the same field go to one process", NULL, 0},        \
        {'d', 'd', "delimiter", "SEP", "what is between fields (default: blanks)", NULL, 0},        \
        {ID_WINDOW, 0, "window", "N", "with map: unanswered records of a process, at most",         \
         NULL,      0},                                                                             \
    {                                                                                               \
        ID_LATENCY, 0, "latency", "DUR", "with map: time of a window (default 50ms)", NULL, 0       \
    }

#define STAGE_ONLY_ROWS                                                                            \
    {                                                                                              \
        ID_STAGE, 0,          "stage", "NAME", "a stage: its options, --, its command, :::",       \
        NULL,     GF_OPT_MAIN},                                                                    \
    {                                                                                              \
        ID_TEE, 0, "tee", "FILE", "write what leaves the stage to FILE too", "@file", 0            \
    }

static const struct gf_opt opts[] = {
    GF_OPT_GROUP("stages"),
    STAGE_ONLY_ROWS,
    {ID_CHAIN, 0, "chain", "FILE", "read the stages from FILE, one a line", "@file", GF_OPT_MAIN},
    {ID_SEP, 0, "sep", "TOKEN", "the word behind a command, instead of :::", NULL, 0},
    {ID_CHECK, 0, "check", NULL, "say what is wrong, and run nothing", NULL, GF_OPT_MAIN},
    {ID_PRINT, 0, "print", NULL, "print the stages as a file for --chain", NULL, 0},
    GF_OPT_GROUP("each stage"),
    STAGE_ROWS,
    GF_OPT_GROUP("all stages"),
    {ID_TOTAL_TIMEOUT, 0, "total-timeout", "DUR", "limit of a record in all stages together", NULL,
     0},
    {ID_UNORDERED, 0, "unordered", NULL, "write records as they are done", NULL, GF_OPT_MAIN},
    {ID_CRASH_LOOP, 0, "on-crash-loop", "WHAT", "when processes only die: stop, or dead (letters)",
     "stop dead", 0},
    {ID_DRAIN, 0, "drain", "DUR", "after SIGTERM, time for the rest (default 30s)", NULL, 0},
    {ID_NAME, 0, "name", "NAME", "the pipeline's name in dead letters and events", NULL, 0},
    GF_OPT_GROUP("input"),
    {'0', '0', "null", NULL, "records end with NUL, not newline", NULL, 0},
    {ID_MAX_RECORD, 0, "max-record", "SIZE", "longest record allowed (default 64M)", NULL, 0},
    {ID_REPLAY, 0, "replay", "FILE", "read dead letters, and try their records again", "@file",
     GF_OPT_MAIN},
    {ID_FROM_STAGE, 0, "from-stage", NULL, "with --replay: each enters where it failed", NULL, 0},
    GF_OPT_GROUP("dead letters and commits"),
    {ID_DEAD, 0, "dead", "FILE", "append a JSON line for each dead letter; or fd:N", "@file",
     GF_OPT_MAIN},
    {ID_FSYNC, 0, "fsync", NULL, "bring dead letters and commits to the disk", NULL, 0},
    {ID_COMMIT, 0, "commit", "FILE", "keep in FILE how far the input is done", "@file",
     GF_OPT_MAIN},
    {ID_RESUME, 0, "resume", NULL, "go on behind what --commit says is done", NULL, GF_OPT_MAIN},
    {ID_SKIP_KNOWN, 0, "skip-known", NULL, "with --resume: read the input up to there", NULL, 0},
    GF_OPT_GROUP("progress and statistics"),
    GF_PROGRESS_OPTION,
    GF_STATS_OPTIONS,
    {ID_STATS_INTERVAL, 0, "stats-interval", "DUR", "write --stats-file anew every DUR", NULL, 0},
    {ID_REPORT, 0, "report", "FILE", "write an HTML page about the run", "@file", 0},
    {ID_EVENTS, 0, "events", "FILE", "append a JSON line for each event; fd:N works too", "@file",
     0},
    {0},
};

static const struct gf_opt stage_opts[] = {STAGE_ONLY_ROWS, STAGE_ROWS, {0}};

static const struct gf_opt_rule rules[] = {
    {GF_OPT_NEEDS, "--from-stage", "--replay", "dead letters say where they failed"},
    {GF_OPT_NEEDS, "--resume", "--commit", "it goes by what that file says"},
    {GF_OPT_NEEDS, "--skip-known", "--resume", "it passes by what is done"},
    {GF_OPT_NEEDS, "--fsync", "--dead --commit", "it is about these files"},
    {GF_OPT_NEEDS, "--stats-interval", "--stats-file", "each time the file is replaced"},
    {GF_OPT_NEEDS, "--sep", FACT_STAGES, "it stands between stages"},
    {GF_OPT_NOT_WITH, "--chain", FACT_STAGES, "both give the stages"},
    {GF_OPT_NOT_WITH, "--replay", "--commit", "dead letters are no input to go on in"},
    {GF_OPT_NOT_WITH, "--check", "--print", "--print checks too"},
    {GF_OPT_NOT_WITH, "--window", "--latency", "both say how many records a process may have"},
    {0},
};

static const struct gf_opt_rule stage_rules[] = {
    {GF_OPT_NEEDS, "--retry-delay", "--retries", "nothing is tried again without it"},
    {GF_OPT_NEEDS, "-d", "--by", "it is about that field"},
    {GF_OPT_NOT_WITH, "--window", "--latency", "both say how many records a process may have"},
    {0},
};

#define ELSEWHERE_ROWS                                                                             \
    {"-k", "GNU parallel", "is not needed: the order of the input is kept (--unordered)"},         \
        {"--keep-order", "GNU parallel",                                                           \
         "is not needed: the order of the input is kept (--unordered)"},                           \
        {"--pipe", "GNU parallel", "is --mode batch=N here, or --mode each"},                      \
        {"-n", "xargs", "is --mode batch=N here"},                                                 \
        {"--max-args", "xargs", "is --mode batch=N here"}, {"-P", "xargs", "is -j here"},          \
        {"--tmux", "GNU parallel", "is not here; --progress shows where a run stands"},            \
        {"--joblog", "GNU parallel", "is --events here"},                                          \
        {"--halt", "GNU parallel", "is --on-error stop here"},                                     \
    {                                                                                              \
        "--config", "vector", "is --chain here"                                                    \
    }

static const struct gf_opt_elsewhere elsewhere[] = {ELSEWHERE_ROWS, {0}};

/* What is of the whole, where a stage's options are read. */
#define OF_ALL(word)                                                                               \
    {                                                                                              \
        word, "the whole", "stands before the first --stage"                                       \
    }

static const struct gf_opt_elsewhere stage_elsewhere[] = {
    OF_ALL("--chain"),
    OF_ALL("--sep"),
    OF_ALL("--check"),
    OF_ALL("--print"),
    OF_ALL("--unordered"),
    OF_ALL("--total-timeout"),
    OF_ALL("--on-crash-loop"),
    OF_ALL("--drain"),
    OF_ALL("--name"),
    OF_ALL("-0"),
    OF_ALL("--null"),
    OF_ALL("--max-record"),
    OF_ALL("--replay"),
    OF_ALL("--from-stage"),
    OF_ALL("--dead"),
    OF_ALL("--fsync"),
    OF_ALL("--commit"),
    OF_ALL("--resume"),
    OF_ALL("--skip-known"),
    OF_ALL("--progress"),
    OF_ALL("--stats"),
    OF_ALL("--stats-file"),
    OF_ALL("--report"),
    OF_ALL("--stats-interval"),
    OF_ALL("--events"),
    OF_ALL("-q"),
    OF_ALL("--quiet"),
    OF_ALL("-v"),
    OF_ALL("--verbose"),
    OF_ALL("--color"),
    ELSEWHERE_ROWS,
    {0},
};

static const char *const usage[] = {"[OPTION]... --stage NAME [OPTION]... -- COMMAND [::: ...]",
                                    "[OPTION]... --chain FILE", NULL};

static const char *const stage_usage[] = {"NAME [OPTION]... -- COMMAND [ARG]...", NULL};

static const char *const notes[] = {
    "Each record (line) of standard input goes through all stages, in order. With map",
    "and filter the command stays, and reads many records; with each and batch it is",
    "started for its records, which it reads on standard input. No shell is run.",
    "Options of a stage stand before its --; before the first --stage, for all.",
    NULL,
};

static const char *const examples[] = {
    "gf-pipeline --stage up -- tr a-z A-Z ::: --stage mark -- sed 's/^/> /' <urls",
    "gf-pipeline --dead dead.ndjson --stage n --mode batch=100 -- wc -l <access.log",
    "seq 9 | gf-pipeline --stage square --mode each -j4 -- awk '{ print $1 * $1 }'",
    NULL,
};

static const char *const stage_examples[] = {NULL};

static const int exits[] = {
    GF_EXIT_OK, GF_EXIT_USAGE, GF_EXIT_SOME, GF_EXIT_TOOL, GF_EXIT_CANNOT, GF_EXIT_NOTFOUND, -1};

const struct gf_cli gf_pipeline_cli = {
    .name = "gf-pipeline",
    .summary = "Pass each record through named stages, and lose none.",
    .usage = usage,
    .opts = opts,
    .notes = notes,
    .examples = examples,
    .exits = exits,
    .rules = rules,
    .elsewhere = elsewhere,
    .operands = "@command",
    .stop_at_operand = true,
};

const struct gf_cli gf_pipeline_stage_cli = {
    .name = "--stage",
    .summary = "A stage of gf-pipeline.",
    .usage = stage_usage,
    .opts = stage_opts,
    .examples = stage_examples,
    .exits = exits,
    .rules = stage_rules,
    .elsewhere = stage_elsewhere,
    .parent = &gf_pipeline_cli,
    .operands = "@command",
    .stop_at_operand = true,
    .only_help = true,
};
