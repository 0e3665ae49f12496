/* options.c - the option table of gf-pool and what its values mean. See options.h. */
#include "options.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/buf.h"
#include "base/perr.h"
#include "proc/template.h"

enum {
    MOST_SLOTS = 100000,
    MOST_PERCENT = 100000,
    MOST_RETRIES = 1000000,
    MOST_BATCH = 1000000
};

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
};

static const struct gf_opt opts[] = {
    {'j', 'j', "jobs", "N", "run N jobs at once: a number, 200%, +2 or -1 (default: processors)",
     NULL, 0},
    {'j', 'P', NULL, "N", "the same as -j, for users of xargs", NULL, 0},
    {'k', 'k', "keep-order", NULL, "print output in the order of the input", NULL, 0},
    {'t', 't', "timeout", "DUR", "end a job that runs longer than DUR, or 300% of the median", NULL,
     0},
    {ID_KILL_AFTER, 0, "kill-after", "DUR", "SIGKILL comes DUR after SIGTERM (default 5s)", NULL,
     0},
    {ID_RETRIES, 0, "retries", "N", "try a job that failed up to N times more", NULL, 0},
    {ID_RETRY_DELAY, 0, "retry-delay", "DUR", "wait so long before; 1s,x2,max 1m,jitter grows",
     NULL, 0},
    {ID_RETRY_ON, 0, "retry-on", "CODES", "only after these exit statuses, e.g. 7,75,124", NULL, 0},
    {ID_HALT, 0, "halt", "WHEN", "stop early: soon,fail=1  now,success=1  soon,fail=5%  now,done=9",
     NULL, 0},
    {'a', 'a', "arg-file", "FILE", "records of FILE, not of standard input; several follow",
     "@file", 0},
    {'0', '0', "null", NULL, "records end with NUL, not newline", NULL, 0},
    {ID_DELIMITER, 0, "delimiter", "C", "records end with the byte C", NULL, 0},
    {'d', 'd', "colsep", "SEP", "{1} {2} {-1} are a record's columns, parted by SEP", NULL, 0},
    {ID_HEADER, 0, "header", NULL, "the first record names the columns: {name}", NULL, 0},
    {'n', 'n', "max-args", "N", "up to N records a command: {1} {2}, or all of them", NULL, 0},
    {'X', 'X', NULL, NULL, "as many records a command as fit", NULL, 0},
    {'I', 'I', "replace", "STR", "STR stands for the record, instead of {}", NULL, 0},
    {'s', 's', "script", "SCRIPT", "run sh -c SCRIPT with the record as $1; no COMMAND then", NULL,
     0},
    {'r', 'r', "no-run-if-empty", NULL, "skip empty records", NULL, 0},
    {ID_RATE, 0, "rate", "RATE", "start no more jobs than RATE, e.g. 10/s", NULL, 0},
    {'u', 'u', "ungroup", NULL, "let jobs write straight to the output; lines may mix", NULL, 0},
    {ID_LINE_BUFFER, 0, "line-buffer", NULL, "print whole lines as they come; jobs mix", NULL, 0},
    {ID_TAG, 0, "tag", NULL, "put the record and a TAB in front of each line of output", NULL, 0},
    {ID_TAGSTRING, 0, "tagstring", "STR", "the same with STR, in which {} {1} {#} stand as usual",
     NULL, 0},
    {ID_RESULTS, 0, "results", "DIR", "keep DIR/NUMBER/stdout, stderr, command and status as well",
     "@dir", 0},
    {ID_CHDIR, 0, "chdir", "DIR", "run jobs in DIR", "@dir", 0},
    {ID_ENV, 0, "env", "K=V", "set a variable for jobs; K alone passes it on", NULL, 0},
    {ID_CLEAN_ENV, 0, "clean-env", NULL, "give jobs only what --env says, and GF_ variables", NULL,
     0},
    {ID_NICE, 0, "nice", "N", "add N to the niceness of jobs", NULL, 0},
    {ID_LIMIT_MEM, 0, "limit-mem", "SIZE", "address space of a process", NULL, 0},
    {ID_LIMIT_CPU, 0, "limit-cpu", "DUR", "processor time of a process", NULL, 0},
    {ID_LIMIT_FILES, 0, "limit-files", "N", "open files of a process", NULL, 0},
    {ID_JOBLOG, 0, "joblog", "FILE", "log a row for each job; +FILE appends", "@file", 0},
    {ID_RESUME, 0, "resume", "WHAT", "run only what has no row in the joblog; =seq goes by number",
     "words seq", GF_OPT_OPTIONAL},
    {ID_RESUME_FAILED, 0, "resume-failed", NULL, "the same, and once more what failed", NULL, 0},
    {ID_RETRY_FAILED, 0, "retry-failed", NULL, "run what failed in the joblog, by its rows alone",
     NULL, 0},
    {ID_DURABLE, 0, "durable", NULL, "rows are on the disk before the next job starts", NULL, 0},
    {ID_EVENTS, 0, "events", "FILE", "write a JSON line for all that happens to a job; fd:N, too",
     "@file", 0},
    {ID_WORKER, 0, "worker", NULL, "N commands stay, and answer each record they read with one",
     NULL, 0},
    {ID_MAX_ITEMS, 0, "max-items", "N", "with --worker: a new one after N records", NULL, 0},
    {ID_FAILED, 0, "failed", "FILE", "with --worker: write the records without an answer to FILE",
     "@file", 0},
    {ID_DRY_RUN, 0, "dry-run", NULL, "print the commands, run nothing", NULL, 0},
    GF_PROGRESS_OPTION,
    GF_STATS_OPTIONS,
    {'T', 'T', "tmpdir", "DIR", "where output too large for memory waits ($TMPDIR, /tmp)", "@dir",
     0},
    {ID_MAX_RECORD, 0, "max-record", "SIZE", "longest record taken (default 64M)", NULL, 0},
    {'q', 'q', "quiet", NULL, "no warnings, only errors", NULL, 0},
    {0},
};

static const char *const usage[] = {"[OPTION]... [--] COMMAND [ARG]...",
                                    "[OPTION]... --worker COMMAND [ARG]...",
                                    "[OPTION]... COMMAND [ARG]... ::: ITEM... [::: ITEM...]...",
                                    "[OPTION]... -s SCRIPT [::: ITEM...]",
                                    "[OPTION]... --joblog FILE --retry-failed",
                                    NULL};

static const char *const notes[] = {
    "{} in COMMAND is the record, {.} {/} {//} {/.} parts of it, {#} its number, {%} its slot;",
    "without any the record is appended as the last word. No shell is used, except by -s.",
    "::: A B gives the records; several ::: every combination, :::+ side by side, :::: FILE.",
    NULL,
};

static const char *const examples[] = {
    "printf '%s\\n' a b c | gf-pool echo",
    "seq 8 | gf-pool -j4 -k -t 10s --joblog run.tsv -s 'sleep 0.1; echo \"$1\"'",
    "find . -name '*.c' -print0 | gf-pool -0 gzip -t {} 2>/dev/null || echo some failed",
    NULL,
};

static const int exits[] = {GF_EXIT_OK,     GF_EXIT_USAGE,    GF_EXIT_REFUSED,
                            GF_EXIT_SOME,   GF_EXIT_TIMEOUT,  GF_EXIT_TOOL,
                            GF_EXIT_CANNOT, GF_EXIT_NOTFOUND, -1};

const struct gf_cli gf_pool_cli = {
    .name = "gf-pool",
    .summary = "Run COMMAND once for each record of standard input, several at once; lose nothing.",
    .usage = usage,
    .opts = opts,
    .notes = notes,
    .examples = examples,
    .exits = exits,
    .operands = "@command",
    .stop_at_operand = true,
};

/* Processors that this process may use. */
static unsigned processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return (unsigned)CPU_COUNT(&set);
    long n = sysconf(_SC_NPROCESSORS_ONLN); /* over 1024 processors the set is too small */
    return n > 0 ? (unsigned)n : 1;
}

/* N, N%, +N or -N; relative ones are at least 1. */
static int parse_slots(const struct gf_optparser *p, unsigned *out)
{
    const char *s = p->value;
    size_t len = strlen(s);
    uint64_t cpus = processors();
    uint64_t n;
    struct gf_perr e = {0};
    int bad;
    if (*s == '+' || *s == '-') {
        bad = gf_parse_count(s + 1, len - 1, 0, MOST_SLOTS, &n, &e);
        e.col++;
        if (!bad)
            n = *s == '+' ? cpus + n : cpus > n ? cpus - n : 1;
    } else if (len && s[len - 1] == '%') {
        bad = gf_parse_count(s, len - 1, 1, MOST_PERCENT, &n, &e);
        if (!bad)
            n = cpus * n / 100;
    } else {
        bad = gf_parse_count(s, len, 1, MOST_SLOTS, &n, &e);
    }
    if (bad) {
        e.hint = "write 8, 200%, +2 or -1";
        gf_error_parse("number of jobs", s, len, &e);
        return -1;
    }
    *out = n < 1 ? 1 : (unsigned)n;
    return 0;
}

static int parse_timeout(const struct gf_optparser *p, struct options *o)
{
    size_t len = strlen(p->value);
    o->timeout = o->timeout_percent = 0;
    if (len && p->value[len - 1] == '%') {
        struct gf_perr e = {0};
        uint64_t n;
        if (gf_parse_count(p->value, len - 1, 101, MOST_PERCENT, &n, &e) != 0) {
            e.hint = "more than 100%, the median itself";
            gf_error_parse("value of -t", p->value, len, &e);
            return -1;
        }
        o->timeout_percent = (unsigned)n;
        return 0;
    }
    if (gf_cli_duration(p, &o->timeout) != 0)
        return -1;
    if (o->timeout > 0)
        return 0;
    gf_error("a timeout of 0 would end every job at once");
    gf_hint("leave -t out for no limit");
    return -1;
}

static int parse_backoff(const struct gf_optparser *p, struct gf_backoff *out)
{
    struct gf_perr e = {0};
    if (gf_parse_backoff(p->value, strlen(p->value), out, &e) == 0)
        return 0;
    gf_error_parse("value of --retry-delay", p->value, strlen(p->value), &e);
    return -1;
}

/* Exit statuses with commas between; 124 is a time limit, 128 + n the end by signal n. */
static int parse_retry_on(const struct gf_optparser *p, struct options *o)
{
    const char *s = p->value;
    size_t len = strlen(s);
    for (size_t at = 0, n = 0; at <= len; at += n + 1) {
        uint64_t code;
        struct gf_perr e = {0};
        n = strcspn(s + at, ",");
        if (gf_parse_count(s + at, n, 1, 255, &code, &e) != 0) {
            e.col += at;
            gf_error_parse("list of exit statuses", s, len, &e);
            return -1;
        }
        o->retry_on[code / 64] |= UINT64_C(1) << code % 64;
    }
    o->retry_some = true;
    return 0;
}

/* The word at s that one of `words` (NULL-terminated) is; its place, or -1. */
static int one_of(const char *s, size_t len, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (strlen(words[i]) == len && memcmp(words[i], s, len) == 0)
            return i;
    return -1;
}

/* now|soon,fail|success|done=N|N% */
static int parse_halt(const struct gf_optparser *p, struct halt *out)
{
    static const char *const whens[] = {"soon", "now", NULL};
    static const char *const whats[] = {"fail", "success", "done", NULL};
    const char *s = p->value;
    size_t len = strlen(s), comma = strcspn(s, ",="), equal = strcspn(s, "=");
    struct gf_perr e = {0};
    uint64_t n = 0;
    int when = one_of(s, comma, whens);
    size_t what_at = comma < equal ? comma + 1 : comma;
    int what = one_of(s + what_at, equal - what_at, whats);
    bool percent = len > equal && s[len - 1] == '%';
    size_t number_at = equal < len ? equal + 1 : len;
    int bad = 0;
    if (when == -1)
        bad = gf_perr_set(&e, 0, comma, NULL, "it starts with now or soon");
    else if (what == -1)
        bad = gf_perr_set(&e, what_at, equal - what_at, NULL, "it waits for fail, success or done");
    else if ((bad = gf_parse_count(s + number_at, len - number_at - percent, 1,
                                   percent ? 100 : INT64_MAX, &n, &e)) != 0)
        e.col += number_at;
    if (bad) {
        e.hint = "write soon,fail=1 or now,success=1 or soon,fail=10%";
        gf_error_parse("value of --halt", s, len, &e);
        return -1;
    }
    *out = (struct halt){.on = (enum halt_on)(what + 1),
                         .now = when == 1,
                         .number = percent ? 0 : n,
                         .percent = percent ? (unsigned)n : 0};
    return 0;
}

/* An option without an argument; false when it is not one. */
static bool take_flag(struct options *o, int id)
{
    switch (id) {
    case 'k':
        o->keep_order = true;
        return true;
    case '0':
        o->separator = '\0';
        return true;
    case 'r':
        o->skip_empty = true;
        return true;
    case 'X':
        o->fill_command = true;
        return true;
    case ID_HEADER:
        o->header = true;
        return true;
    case ID_WORKER:
        o->worker = true;
        return true;
    case ID_CLEAN_ENV:
        o->clean_env = true;
        return true;
    case ID_TAG:
        o->tag = true;
        return true;
    case 'u':
        o->output = OUTPUT_RAW;
        return true;
    case ID_LINE_BUFFER:
        o->output = OUTPUT_LINES;
        return true;
    case ID_DRY_RUN:
        o->dry_run = true;
        return true;
    case ID_RESUME_FAILED:
        o->resume = RESUME_FAILED;
        return true;
    case ID_RETRY_FAILED:
        o->rerun = true;
        return true;
    case ID_DURABLE:
        o->durable = true;
        return true;
    case 'q':
        gf_msg_quiet(true);
        return true;
    default:
        return false;
    }
}

/* The argument as it is, for those that are names. */
static const char **text_of(struct options *o, int id)
{
    switch (id) {
    case 'I':
        return &o->placeholder;
    case 's':
        return &o->script;
    case ID_JOBLOG:
        return &o->joblog;
    case ID_EVENTS:
        return &o->events;
    case ID_FAILED:
        return &o->failed;
    case ID_CHDIR:
        return &o->chdir;
    case ID_TAGSTRING:
        return &o->tagstring;
    case ID_RESULTS:
        return &o->results;
    case GF_OPT_ID_STATS_FILE:
        return &o->stats_file;
    case 'T':
        return &o->tmpdir;
    default:
        return NULL;
    }
}

static int add_file(struct options *o, const char *name)
{
    const char **files = realloc(o->files, (o->nfiles + 1) * sizeof *files);
    if (!files) {
        gf_error_nomem();
        return -1;
    }
    o->files = files;
    o->files[o->nfiles++] = name;
    return 0;
}

/* K=V, or K for the value that it has here. */
static int add_env(struct options *o, const char *text)
{
    size_t len = strcspn(text, "=");
    if (len == 0 || (!text[len] && !getenv(text))) {
        gf_error(len ? "--env %s: there is no such variable here" : "--env %s: a name is missing",
                 text);
        gf_hint("write NAME=VALUE");
        return -1;
    }
    const char **env = realloc(o->env, (o->nenv + 1) * sizeof *env);
    if (!env) {
        gf_error_nomem();
        return -1;
    }
    o->env = env;
    o->env[o->nenv++] =
        text[len] ? text : getenv(text) - len - 1; /* NAME=VALUE, as it stands there */
    return 0;
}

/* The last one of a kind counts. Soft and hard alike, so that a job cannot raise it. */
static int add_limit(struct options *o, int resource, uint64_t most)
{
    size_t i = 0;
    while (i < o->nlimits && o->limits[i].resource != resource)
        i++;
    o->limits[i] = (struct gf_spawn_limit){resource, {most, most}};
    o->nlimits += i == o->nlimits;
    return 0;
}

/* In whole seconds; SIGXCPU at that time, SIGKILL a second later. */
static int parse_limit_cpu(const struct gf_optparser *p, struct options *o)
{
    gf_ns d;
    if (gf_cli_duration(p, &d) != 0)
        return -1;
    uint64_t seconds = (uint64_t)(d / GF_S) + (d % GF_S != 0);
    add_limit(o, RLIMIT_CPU, seconds ? seconds : 1);
    for (size_t i = 0; i < o->nlimits; i++)
        if (o->limits[i].resource == RLIMIT_CPU)
            o->limits[i].limit.rlim_max++;
    return 0;
}

static int parse_nice(const struct gf_optparser *p, struct options *o)
{
    struct gf_perr e = {0};
    int64_t n;
    if (gf_parse_int(p->value, strlen(p->value), -40, 40, &n, &e) == 0) {
        o->nice = (int)n;
        return 0;
    }
    gf_error_parse("value of --nice", p->value, strlen(p->value), &e);
    return -1;
}

static int parse_columns(const struct gf_optparser *p, struct options *o)
{
    struct gf_perr e = {0};
    o->has_columns = true;
    if (gf_sep_parse(&o->columns, p->value, strlen(p->value), &e) == 0)
        return 0;
    gf_error_parse("value of -d", p->value, strlen(p->value), &e);
    return -1;
}

/* One byte, as it is or as an escape. */
static int parse_delimiter(const struct gf_optparser *p, struct options *o)
{
    struct gf_buf b = {0};
    struct gf_perr e = {0};
    int r = gf_unescape(&b, p->value, strlen(p->value), &e);
    if (r == 0 && b.len != 1)
        r = gf_perr_set(&e, 0, strlen(p->value), "a byte is C, or an escape: \\t \\0 \\x1e",
                        "it must be one byte");
    if (r == 0)
        o->separator = b.data[0];
    else
        gf_error_parse("value of --delimiter", p->value, strlen(p->value), &e);
    gf_buf_release(&b);
    return r;
}

static const char *const resume_words[] = {"words", "seq", NULL};

static int take_value(struct options *o, const struct gf_optparser *p)
{
    int choice = 0;
    int bad = 0;
    uint64_t n = 0;
    switch (p->opt->id) {
    case 'j':
        return parse_slots(p, &o->slots);
    case 'a':
        return add_file(o, p->value);
    case 'd':
        return parse_columns(p, o);
    case 'n':
        return gf_cli_count(p, 1, MOST_BATCH, &o->batch);
    case ID_DELIMITER:
        return parse_delimiter(p, o);
    case ID_ENV:
        return add_env(o, p->value);
    case ID_NICE:
        return parse_nice(p, o);
    case ID_LIMIT_MEM:
        return gf_cli_size(p, &n) == 0 ? add_limit(o, RLIMIT_AS, n) : -1;
    case ID_LIMIT_CPU:
        return parse_limit_cpu(p, o);
    case ID_LIMIT_FILES:
        return gf_cli_count(p, 1, INT32_MAX, &n) == 0 ? add_limit(o, RLIMIT_NOFILE, n) : -1;
    case ID_MAX_ITEMS:
        return gf_cli_count(p, 1, INT64_MAX, &o->max_items);
    case 't':
        return parse_timeout(p, o);
    case ID_KILL_AFTER:
        return gf_cli_duration(p, &o->kill_after);
    case ID_RETRIES:
        bad = gf_cli_count(p, 0, MOST_RETRIES, &n);
        o->retries = (unsigned)n;
        return bad;
    case ID_RETRY_DELAY:
        o->backoff_given = true;
        return parse_backoff(p, &o->backoff);
    case ID_RETRY_ON:
        return parse_retry_on(p, o);
    case ID_HALT:
        return parse_halt(p, &o->halt);
    case ID_RATE:
        o->has_rate = true;
        return gf_cli_rate(p, &o->rate);
    case ID_MAX_RECORD:
        return gf_cli_size(p, &o->max_record);
    case ID_RESUME:
        bad = gf_cli_choice(p, resume_words, &choice);
        o->resume = o->resume == RESUME_FAILED ? RESUME_FAILED : RESUME_ALL;
        o->resume_by = (enum resume_by)choice;
        return bad;
    case GF_OPT_ID_PROGRESS:
        bad = gf_cli_choice(p, gf_progress_modes, &choice);
        o->progress = (enum gf_progress_mode)choice;
        return bad;
    case GF_OPT_ID_STATS:
        bad = gf_cli_choice(p, gf_stats_formats, &choice);
        o->stats = true;
        o->stats_format = (enum gf_stats_format)choice;
        return bad;
    default:
        return 0;
    }
}

/* One option; -1 after a message. */
static int take(struct options *o, const struct gf_optparser *p)
{
    if (take_flag(o, p->opt->id))
        return 0;
    const char **text = text_of(o, p->opt->id);
    if (!text)
        return take_value(o, p);
    *text = p->value;
    return 0;
}

/* What follows from several options together. */
static void settle(struct options *o)
{
    if (o->joblog && o->joblog[0] == '+' && o->joblog[1]) {
        o->joblog_append = true;
        o->joblog++;
    }
    o->stats = o->stats || o->stats_file;
    o->tag = o->tag || o->tagstring;
    o->wants_command = o->joblog || o->results || o->events || o->progress != GF_PROGRESS_NEVER;
}

/* What goes by the job log. */
static int check_record(const struct options *o)
{
    const char *by_log = o->resume != RESUME_NOT ? "--resume" : o->rerun ? "--retry-failed" : NULL;
    if (by_log && !o->joblog) {
        gf_error("%s goes by the job log of an earlier run, and none is named", by_log);
        gf_hint("name it: --joblog FILE %s", by_log);
        return GF_EXIT_USAGE;
    }
    if (o->resume != RESUME_NOT && o->rerun) {
        gf_error("--retry-failed runs what failed and reads no input that --resume could go by");
        gf_hint("--resume-failed runs the new jobs of the input, and what failed");
        return GF_EXIT_USAGE;
    }
    if (by_log && o->dry_run) {
        gf_error("--dry-run reads no job log, so it cannot know what %s would run", by_log);
        gf_hint("leave one of them out");
        return GF_EXIT_USAGE;
    }
    if (o->durable && !o->joblog) {
        gf_error("--durable is about the rows of a job log, and none is written");
        gf_hint("name one: --joblog FILE --durable");
        return GF_EXIT_USAGE;
    }
    return -1;
}

/* Options that say different things about the same. */
static int check(const struct options *o)
{
    if (o->has_rate && o->rate.bytes) {
        gf_error("--rate limits the starts of jobs, which have no size");
        gf_hint("write --rate 10/s; gf-ratelimit paces bytes");
        return GF_EXIT_USAGE;
    }
    if (o->joblog && strcmp(o->joblog, "-") == 0) {
        gf_error("--joblog writes to a file, and '-' names none");
        gf_hint("write /dev/stderr, or ./- for a file of that name");
        return GF_EXIT_USAGE;
    }
    int status = check_record(o);
    if (status != -1)
        return status;
    if (o->output == OUTPUT_RAW && (o->tag || o->results)) {
        gf_error("with -u jobs write to our output themselves, so --tag and --results see nothing");
        gf_hint("--line-buffer passes lines on as they come");
        return GF_EXIT_USAGE;
    }
    if (o->keep_order && o->output != OUTPUT_HELD) {
        gf_error("-k holds output until its turn, -u and --line-buffer let it through at once");
        gf_hint("leave one of them out");
        return GF_EXIT_USAGE;
    }
    return -1;
}

/* What begins a list of records: its name, or NULL for any other word. */
static bool begins_list(const char *word, struct list_words *l)
{
    static const char *const marks[] = {":::", ":::+", "::::", "::::+", NULL};
    int i = one_of(word, strlen(word), marks);
    *l = (struct list_words){.is_file = i >= 2, .linked = i == 1 || i == 3};
    return i >= 0;
}

/* Takes the lists off the end of the words. -1, or the exit status after a message. */
static int take_lists(struct options *o)
{
    size_t n = o->nwords;
    struct list_words l;
    o->nwords = 0;
    while (o->nwords < n && !begins_list(o->words[o->nwords], &l))
        o->nwords++;
    for (size_t i = o->nwords; i < n;) {
        (void)begins_list(o->words[i], &l);
        if (o->nlists == LISTS_MAX || (l.linked && o->nlists == 0)) {
            gf_error(l.linked ? "'%s' links a list to the one before it, and there is none"
                              : "'%s': so many lists are not possible",
                     o->words[i]);
            return GF_EXIT_USAGE;
        }
        struct list_words next;
        l.words = o->words + ++i;
        while (i < n && !begins_list(o->words[i], &next)) {
            l.nwords++;
            i++;
        }
        if (l.is_file && l.nwords != 1) {
            gf_error(":::: is followed by the name of one file");
            gf_hint("several files are several lists: :::: FILE :::: FILE");
            return GF_EXIT_USAGE;
        }
        o->lists[o->nlists++] = l;
    }
    if (o->nlists)
        o->words[o->nwords] = NULL; /* the words of the command end here, as argv's do */
    return -1;
}

/* How records are given and put into commands. */
static int check_input(const struct options *o)
{
    const char *why = NULL;
    bool several = o->batch > 1 || o->fill_command;
    if (o->nlists && o->files)
        why = "-a and ::: are two ways to give the records";
    else if (several && o->nlists > 1)
        why = "-n and -X gather the records of one list";
    else if (several && o->has_columns)
        why = "-n and -X make {1} {2} records of a command, -d columns of one";
    else if (o->header && !o->has_columns && o->nlists == 0)
        why = "--header names columns, so it needs -d, or lists by :::";
    else if (o->rerun && (o->files || o->nlists || several || o->has_columns))
        why = "--retry-failed reads no records";
    if (!why)
        return -1;
    gf_error("%s", why);
    gf_hint("leave one of them out");
    return GF_EXIT_USAGE;
}

/* Workers read records; there is no job for each. */
static int check_worker(const struct options *o)
{
    const char *what = NULL;
    if (!o->worker) {
        if (!o->max_items && !o->failed)
            return -1;
        gf_error("--max-items and --failed belong to --worker");
        gf_hint("a job log and --retry-failed are for one command a record");
        return GF_EXIT_USAGE;
    }
    if (o->joblog || o->events)
        what = "--joblog and --events";
    else if (o->halt.on != HALT_NEVER || o->has_rate)
        what = "--halt and --rate";
    else if (o->output != OUTPUT_HELD || o->tag || o->results)
        what = "-u, --line-buffer, --tag and --results";
    else if (o->timeout_percent)
        what = "-t of the median";
    else if (o->dry_run || o->progress == GF_PROGRESS_ALWAYS)
        what = "--dry-run and --progress";
    else if (o->batch || o->fill_command || o->has_columns || o->header || o->nlists > 1)
        what = "-n, -X, -d, --header and several lists";
    else if (o->retry_some || o->backoff_given)
        what = "--retry-on and --retry-delay";
    if (!what)
        return -1;
    gf_error("%s are about one command a record, --worker has commands that stay", what);
    gf_hint("leave one of them out");
    return GF_EXIT_USAGE;
}

/* A record cannot be both in the words and on the input of a worker. */
static int check_worker_words(const struct options *o)
{
    struct gf_template t;
    struct gf_places places = {.mark = o->placeholder};
    size_t where;
    if (!o->worker || o->script)
        return -1;
    (void)gf_template_init(&t, o->words, o->nwords, &places, &where);
    bool bare = t.appends;
    gf_template_release(&t);
    if (bare)
        return -1;
    gf_error("a placeholder in the command of --worker, which reads records from its input");
    gf_hint("without --worker there is one command a record; {{} is a literal {");
    return GF_EXIT_USAGE;
}

static int check_command(struct options *o, const struct gf_optparser *p, char **argv)
{
    o->nwords = (size_t)(p->argc - p->next);
    o->words = argv + p->next;
    int status = take_lists(o);
    if (status == -1)
        status = check_input(o);
    if (status == -1)
        status = check_worker(o);
    if (status != -1)
        return status;
    if (o->script && o->nwords) {
        gf_error("-s takes the place of a command, but there is '%s'", o->words[0]);
        gf_hint("the record is $1 of the script; quote the script as one word");
        return GF_EXIT_USAGE;
    }
    if (o->script) {
        static char sh[] = "sh", dash_c[] = "-c";
        char *const words[] = {sh, dash_c, (char *)(size_t)o->script, sh, NULL};
        o->nwords = sizeof words / sizeof words[0] - 1;
        memcpy(o->script_words, words, sizeof words);
        o->words = o->script_words;
    }
    if (o->rerun && o->nwords) {
        gf_error("--retry-failed runs the commands that the job log shows, but there is '%s'",
                 o->words[0]);
        gf_hint("leave it out; --resume-failed runs it for an input, and once more what failed");
        return GF_EXIT_USAGE;
    }
    if (o->rerun)
        return -1;
    if (o->nwords == 0) {
        gf_error("no command was given");
        gf_hint("gf-pool echo prints each record; gf-pool --help shows more");
        return GF_EXIT_USAGE;
    }
    if (!*o->words[0]) {
        gf_error("the command is an empty word");
        gf_hint("is a variable in it unset?");
        return GF_EXIT_USAGE;
    }
    return check_worker_words(o);
}

int options_parse(struct options *o, int argc, char **argv)
{
    const char *tmpdir = getenv("TMPDIR");
    *o = (struct options){
        .slots = processors(),
        .kill_after = 5 * GF_S,
        .separator = '\n',
        .placeholder = "{}",
        .tmpdir = tmpdir && *tmpdir ? tmpdir : "/tmp",
        .max_record = (uint64_t)64 << 20,
        .progress = GF_PROGRESS_NEVER,
    };
    struct gf_optparser p = gf_optparser(&gf_pool_cli, argc, argv);
    enum gf_opt_event ev;
    while ((ev = gf_cli_next(&p)) != GF_OPT_END) {
        if (ev == GF_OPT_DONE)
            return p.status;
        if (take(o, &p) != 0)
            return GF_EXIT_USAGE;
    }
    settle(o);
    int status = check(o);
    return status != -1 ? status : check_command(o, &p, argv);
}

void options_release(struct options *o)
{
    free(o->env);
    o->env = NULL;
    free(o->files);
    o->files = NULL;
}
