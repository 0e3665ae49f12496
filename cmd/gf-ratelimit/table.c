/*
 * table.c - the options of gf-ratelimit and the texts of its help, as base/opt.h wants them.
 *
 * The table is data alone, so that the files that read and check options (options.c, amounts.c,
 * settle.c) lean on it and not on one another. The groups and their order are those of the manual
 * page.
 */
#include "options.h"

#include "base/exit.h"
#include "base/stats.h"

static const struct gf_opt options[] = {
    GF_OPT_GROUP("limits"),
    {'r', 'r', "rate", "RATE", "a limit; with several, all of them hold", NULL,
     GF_OPT_MAIN | GF_OPT_AGAIN},
    {'b', 'b', "burst", "N", "pass N at once after idle time (1; bytes: 10 ms)", NULL,
     GF_OPT_MAIN | GF_OPT_AGAIN},
    {OPT_INITIAL, 0, "initial", "N", "part of the burst available at the start (all)", NULL,
     GF_OPT_AGAIN},
    {OPT_SLACK, 0, "slack", "DUR", "make up for lateness of at most DUR (10ms)", NULL, 0},
    {OPT_STRICT, 0, "strict", NULL, "never exceed the rate in any window of its time", NULL, 0},
    {OPT_RAMP, 0, "ramp", "DUR", "start slowly; reach the full rate after DUR", NULL, 0},
    {OPT_JITTER, 0, "jitter", "PCT", "delay each wait by up to PCT % of an interval", NULL, 0},
    {OPT_PAUSE, 0, "pause", "DUR", "no rate: wait DUR, or a random 3m..10m, after each", NULL, 0},
    GF_OPT_GROUP("records"),
    {'c', 'c', "cost", "FIELD", "weight of a record: a number in FIELD, or bytes", "bytes", 0},
    {OPT_MAX_COST_TIME, 0, "max-cost-time", "DUR",
     "refuse a cost that takes longer (1d, 1000 bursts)", NULL, 0},
    {'d', 'd', "delimiter", "C", "fields end at the byte C (default: at blanks)", NULL, 0},
    {'0', '0', "null", NULL, "records end with NUL instead of newline", NULL, 0},
    {'o', 'o', "output", "FILE", "write FILE whole or not at all, or over the input", "@file", 0},
    GF_OPT_GROUP("keys"),
    {'K', 'K', "key", "FIELD", "a limit for each value of FIELD or of /regex/", NULL, GF_OPT_MAIN},
    {OPT_KEY_RATES, 0, "key-rates", "FILE", "rates of single keys: lines of KEY RATE [BURST]",
     "@file", 0},
    {OPT_ORDERED, 0, "ordered", NULL, "keep the order between keys too", NULL, 0},
    {OPT_MAX_KEYS, 0, "max-keys", "N", "know at most N keys (1000000; with -S: 65536)", NULL, 0},
    GF_OPT_GROUP("over the limit"),
    {'w', 'w', "wait", "DUR", "refuse what would wait longer than DUR", NULL, GF_OPT_MAIN},
    {OPT_DROP, 0, "drop", NULL, "drop records over the limit", NULL, GF_OPT_MAIN},
    {OPT_REJECT, 0, "reject", "FILE", "write records over the limit to FILE, or to fd:N", "@file",
     GF_OPT_MAIN},
    {OPT_FAIL, 0, "fail", NULL, "stop with 75 at the first one (default with -w)", NULL, 0},
    {OPT_LEAKY, 0, "leaky", NULL, "only a record that finds the buffer full is over", NULL, 0},
    {OPT_BUFFER, 0, "buffer", "N", "hold at most N records with -K or --leaky (65536)", NULL, 0},
    {OPT_REPORT_DROPS, 0, "report-drops", "DUR", "say every DUR how many were over the limit", NULL,
     0},
    {OPT_DROP_MARKER, 0, "drop-marker", "TEXT", "also write a record: {n} were over, of {key}",
     NULL, 0},
    GF_OPT_GROUP("shared limits"),
    {'S', 'S', "state", "NAME", "share the limit with all users of NAME or a path", "@state.rate",
     GF_OPT_MAIN},
    {OPT_GROUP, 0, "group", "NAME", "share the state, a path, with all users of a group", NULL, 0},
    {OPT_CHECK, 0, "check", NULL, "take one now, or print when to try again; exit", NULL,
     GF_OPT_MAIN},
    {OPT_TAKE, 0, "take", "N", "with --check: take N (1)", NULL, 0},
    {OPT_FOR, 0, "for", "KEY", "with --check, --status: the budget of this key", NULL, 0},
    {OPT_STATUS, 0, "status", NULL, "print the state and exit", NULL, GF_OPT_MAIN},
    {OPT_FORMAT, 0, "format", "FORMAT", "of --status: text (default) or json", "text json", 0},
    {OPT_SET, 0, "set", "RATE", "change the rate for all users and exit", NULL, 0},
    {OPT_SET_BURST, 0, "set-burst", "N", "change the burst for all users and exit", NULL, 0},
    {OPT_RESET, 0, "reset", NULL, "fill all budgets, set the counts to 0, exit", NULL, 0},
    GF_OPT_GROUP("commands"),
    {OPT_LOAD, 0, "load", "N", "start it while under N tasks, or N% of CPUs, run", NULL, 0},
    {OPT_MEMFREE, 0, "memfree", "SIZE", "start it while so much memory is free", NULL, 0},
    GF_OPT_GROUP("feedback"),
    {OPT_FEEDBACK, 0, "feedback", "FILE", "read ok, 429 [TIME], slow, fast; FILE or fd:N", "@file",
     0},
    {OPT_FEEDBACK_FROM_START, 0, "feedback-from-start", NULL,
     "take the lines that are there already", NULL, 0},
    {OPT_MIN, 0, "min", "RATE", "feedback never goes below RATE (a hundredth)", NULL, 0},
    GF_OPT_GROUP("statistics"),
    GF_STATS_OPTIONS,
    {0},
};

#define RECORD_OPTIONS                                                                             \
    "-c --max-cost-time -d -0 -o -K --ordered --buffer --drop --reject --fail --slack --stats "    \
    "--stats-file"
#define RATE_OPTIONS                                                                               \
    "-r -b --initial --slack --strict --ramp --jitter -c --max-cost-time -K -w --drop --reject "   \
    "--fail --leaky -S --feedback"
#define FILTER_OPTIONS                                                                             \
    RECORD_OPTIONS " --pause --initial --ramp --strict --jitter --leaky --feedback"
#define ACTS "--check --status --set --set-burst --reset"
#define NO_COMMAND "they run no command"
#define OF_RECORDS "it is about records that pass, and none do"

static const struct gf_opt_rule rules[] = {
    {GF_OPT_NEEDS, "--group", "-S", "it says who shares the limit"},
    {GF_OPT_NEEDS, "--check", "-S", "it asks a limit that processes share"},
    {GF_OPT_NEEDS, "--status", "-S", "it shows a limit that processes share"},
    {GF_OPT_NEEDS, "--set", "-S", "it changes a limit that processes share"},
    {GF_OPT_NEEDS, "--set-burst", "-S", "it changes a limit that processes share"},
    {GF_OPT_NEEDS, "--reset", "-S", "it changes a limit that processes share"},
    {GF_OPT_NEEDS, "--take", "--check", "it is how much is asked for"},
    {GF_OPT_NEEDS, "--for", "--check --status", "it names a budget of a shared limit"},
    {GF_OPT_NEEDS, "--load", FACT_COMMAND, "it says when a command may start"},
    {GF_OPT_NEEDS, "--memfree", FACT_COMMAND, "it says when a command may start"},
    {GF_OPT_NEEDS, "--format", "--status", "it is the form of what is shown"},
    {GF_OPT_NEEDS, "-d", "-c -K", "no field is looked at"},
    {GF_OPT_NEEDS, "--key-rates", "-K", "there are no keys"},
    {GF_OPT_NEEDS, "--ordered", "-K", "without keys the order is kept"},
    {GF_OPT_NEEDS, "--max-keys", "-K --for", "there are no keys"},
    {GF_OPT_NEEDS, "--buffer", "-K --leaky", "no records are held"},
    {GF_OPT_NEEDS, "--feedback-from-start", "--feedback", "nothing else has lines"},
    {GF_OPT_NEEDS, "--report-drops", "--drop --reject",
     "else no record that is over the limit is left out"},
    {GF_OPT_NEEDS, "--drop-marker", "--report-drops", "it says when one is written"},
    {GF_OPT_NEEDS, "--min", "--feedback", "nothing else lowers the rate"},
    {GF_OPT_NOT_WITH, "--drop", "--reject --fail", "both say what is over the limit"},
    {GF_OPT_NOT_WITH, "--reject", "--fail", "both say what is over the limit"},
    {GF_OPT_NOT_WITH, "--strict", "-b --initial --ramp -K --leaky",
     "the whole amount of a window may pass at once, for all"},
    {GF_OPT_NOT_WITH, "--strict", "--max-cost-time", "no record weighs more than a window"},
    {GF_OPT_NOT_WITH, "--strict", "--slack", "no window is ever exceeded"},
    {GF_OPT_NOT_WITH, FACT_QUOTA, "--strict --slack --ramp --jitter --leaky --feedback",
     "a window of the calendar is full at its border, and has no pace"},
    {GF_OPT_NOT_WITH, FACT_QUOTA, "--max-cost-time", "no record weighs more than a window"},
    {GF_OPT_NOT_WITH, FACT_QUOTA, "--key-rates --set-burst",
     "the amount of a window is the same for all keys, and its burst"},
    {GF_OPT_NOT_WITH, "--leaky", "--ordered", "it holds records that others overtake"},
    {GF_OPT_NOT_WITH, "-S", "--initial --ramp", "a shared limit does not start with this process"},
    {GF_OPT_NOT_WITH, "-S", "--strict", "the state has no room for the times of a window"},
    {GF_OPT_NOT_WITH, "-S", "--jitter", "processes take turns at different times already"},
    {GF_OPT_NOT_WITH, "-S", "--leaky", "its buffer is that of one process"},
    {GF_OPT_NOT_WITH, "-S", "--feedback",
     "it slows down one process, and the others go on; --set is for all"},
    {GF_OPT_NOT_WITH, "-S", "--key-rates", "the state has one rate for all keys; --set changes it"},
    {GF_OPT_NOT_WITH, "--pause", RATE_OPTIONS,
     "it takes the place of the rate, and all records wait"},
    {GF_OPT_NOT_WITH, "--check", "--status --set --set-burst --reset", "each is all that is done"},
    {GF_OPT_NOT_WITH, "--status", "--set --set-burst --reset", "each is all that is done"},
    {GF_OPT_NOT_WITH, "--reset", "--set --set-burst", "each is all that is done"},
    {GF_OPT_NOT_WITH, "--status", "-r -b --max-keys", "it shows what is there"},
    {GF_OPT_NOT_WITH, "--reset", "-r -b --max-keys", "it keeps the rate"},
    {GF_OPT_NOT_WITH, "--set", "-r -b --max-keys", "it says the new rate; --set-burst the burst"},
    {GF_OPT_NOT_WITH, "--set-burst", "-r -b --max-keys", "--set says the new rate"},
    {GF_OPT_NOT_WITH, "--check", RECORD_OPTIONS " -w", OF_RECORDS},
    {GF_OPT_NOT_WITH, "--status", RECORD_OPTIONS " -w", OF_RECORDS},
    {GF_OPT_NOT_WITH, "--set", RECORD_OPTIONS " -w", OF_RECORDS},
    {GF_OPT_NOT_WITH, "--set-burst", RECORD_OPTIONS " -w", OF_RECORDS},
    {GF_OPT_NOT_WITH, "--reset", RECORD_OPTIONS " -w", OF_RECORDS},
    {GF_OPT_NOT_WITH, FACT_COMMAND, FILTER_OPTIONS, OF_RECORDS},
    {GF_OPT_NOT_WITH, "--load", FILTER_OPTIONS, OF_RECORDS},
    {GF_OPT_NOT_WITH, "--memfree", FILTER_OPTIONS, OF_RECORDS},
    {GF_OPT_NOT_WITH, FACT_ALONE, "-r -b --max-keys", "its calls share no limit"},
    {GF_OPT_NOT_WITH, FACT_COMMAND, ACTS, NO_COMMAND},
    {GF_OPT_NOT_WITH, "--load", ACTS, NO_COMMAND},
    {GF_OPT_NOT_WITH, "--memfree", ACTS, NO_COMMAND},
    {GF_OPT_NOT_WITH, FACT_COMMAND, "--no-sandbox", "a command has no sandbox"},
    {GF_OPT_NOT_WITH, "--load", "--no-sandbox", "a command has no sandbox"},
    {GF_OPT_NOT_WITH, "--memfree", "--no-sandbox", "a command has no sandbox"},
    {GF_OPT_NEEDS, "-d", FACT_FIELD, "bytes and /regex/ look at no field"},
    {0},
};

static const struct gf_opt_elsewhere elsewhere[] = {
    {"-L", "pv", "is the operand here: gf-ratelimit 1MiB/s"},
    {"--rate-limit", "pv", "is the operand here: gf-ratelimit 1MiB/s"},
    {"-l", "pv", "is what 10/s, without a unit of bytes, means here"},
    {"--line-mode", "pv", "is what 10/s, without a unit of bytes, means here"},
    {"-B", "pv", "is not needed here"},
    {"--limit-rate", "curl", "is the operand here: gf-ratelimit 1MiB/s"},
    {"--bwlimit", "rsync", "is the operand here: gf-ratelimit 1MiB/s"},
    {"--qps", "fortio", "is the operand here: gf-ratelimit 50/s"},
    {"--rps", "k6", "is the operand here: gf-ratelimit 50/s"},
    {"-rate", "vegeta", "is the operand here: gf-ratelimit 50/s"},
    {"--interval", "watch", "is the operand here: 1/5s passes one in five seconds"},
    {"--delay", "GNU parallel", "is the operand here: 2/s passes one every 0.5 s"},
    {0},
};

static const char *const usage[] = {
    "[OPTION...] RATE [FILE...]",
    "[OPTION...] -r RATE [-b N] [-r RATE [-b N]]... [FILE...]",
    "[OPTION...] --pause DUR [FILE...]",
    "[OPTION...] -S NAME RATE -- COMMAND [ARG...]",
    "--load N|--memfree SIZE [-w DUR] -- COMMAND [ARG...]",
    "-S NAME --check|--status|--set RATE|--set-burst N|--reset",
    NULL,
};
static const char *const notes[] = {
    "RATE is 10/s, 600/m, 1000/h, 5/15s, 2.5/s, 1MiB/s (bytes) or unlimited; a bare",
    "number is per second. 1000/d@Europe/Berlin (h@:00, w@UTC, month@UTC) is a quota,",
    "full at its border. A FILE of - is standard input, the default. -b and",
    "--initial belong to the -r before them. A record over the limit waits, unless",
    "-w, --leaky, --drop, --reject or --fail is given.",
    NULL,
};
static const char *const examples[] = {
    "seq 5 | gf-ratelimit 100/s",
    "seq 100 | gf-ratelimit -r 200/s -b 20 -r 1000/h -b 1000 | wc -l",
    "printf 'a 1\\na 2\\nb 1\\n' | gf-ratelimit -K 1 10/s",
    NULL,
};
static const int exits[] = {GF_EXIT_OK,   GF_EXIT_USAGE,  GF_EXIT_REFUSED,  GF_EXIT_SOME,
                            GF_EXIT_TOOL, GF_EXIT_CANNOT, GF_EXIT_NOTFOUND, -1};

const struct gf_cli ratelimit_cli = {
    .name = "gf-ratelimit",
    .summary = "Copy records no faster than RATE and keep their order.",
    .usage = usage,
    .opts = options,
    .notes = notes,
    .examples = examples,
    .exits = exits,
    .rules = rules,
    .elsewhere = elsewhere,
    .operands = "@file",
    .walled = true,
};
