/*
 * check.c - what follows from several options, and what does not fit that depends on a value.
 *
 * Each check looks at the options as a whole, after all are read, and says the first thing that
 * does not fit. What one option implies for another is set before the checks (options_settle).
 */
#include "options_parts.h"

#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/exit.h"
#include "base/msg.h"
#include "proc/template.h"
#include "queue/tool.h"

static bool reads_stdin(const struct options *o)
{
    return !o->nlists && !o->files && !o->rerun && !o->queue;
}

/* Whether a progress line that nobody asked for has a terminal to itself: what jobs print goes
 * elsewhere, and nobody types records there. */
static bool progress_fits(const struct options *o)
{
    return !isatty(STDOUT_FILENO) && o->output != OUTPUT_RAW &&
           !(reads_stdin(o) && isatty(STDIN_FILENO));
}

/* What follows from several options together. */
void options_settle(struct options *o)
{
    if (o->joblog && o->joblog[0] == '+' && o->joblog[1]) {
        o->joblog_append = true;
        o->joblog++;
    }
    o->framing.comma = o->has_columns ? o->columns.bytes[0] : ',';
    o->framing.passes = o->pipe;
    o->stats = o->stats || o->stats_file;
    if (o->queue && !o->backoff_given)
        o->backoff =
            (struct gf_backoff){.first = GF_S, .factor = 2, .max = 60 * GF_S, .jitter = true};
    o->tag = o->tag || o->tagstring;
    o->whole_command = o->ci || o->report || o->joblog || o->results || o->events;
    if (o->tty) {
        o->output = OUTPUT_RAW;
        o->slots = 1;
        o->slots_given = true;
    }
    if (o->confirm || o->tty || (!o->progress_given && !progress_fits(o)))
        o->progress = GF_PROGRESS_NEVER;
}

/* --joblog given again: the last one is written, those in front of it are only read. */
static int check_earlier(const struct options *o)
{
    if (o->nearlier == 0)
        return 0;
    if (o->resume == RESUME_NOT && !o->rerun) {
        gf_error(
            "--joblog is given again: the last is written, and nothing reads the one before, '%s'",
            o->earlier[0]);
        gf_hint("with --resume, --resume-failed or --retry-failed all are read");
        return -1;
    }
    for (size_t i = 0; i < o->nearlier; i++) {
        const char *name = o->earlier[i];
        if ((name[0] != '+' || !name[1]) && strcmp(name, "-") != 0)
            continue;
        gf_error("--joblog '%s' is read, because another --joblog follows, which is written", name);
        gf_hint(name[0] == '+' ? "leave out the +, or write ./+ for a file whose name begins so"
                               : "name a file; ./- is one of that name");
        return -1;
    }
    return 0;
}

/* What depends on the values of options; which options go together is in table.c. */
int options_check(const struct options *o)
{
    if (o->framing.kind == GF_FRAME_CSV && o->has_columns &&
        (o->columns.len != 1 || memchr("\"\r\n", o->columns.bytes[0], 3))) {
        gf_error("with --csv, -d is one byte, and neither a quote nor the end of a line");
        gf_hint("write -d ';', or leave -d out for a comma");
        return GF_EXIT_USAGE;
    }
    if (o->has_rate && o->rate.bytes) {
        gf_error("--rate limits the starts of jobs, which have no size");
        gf_hint("write --rate 10/s; gf-ratelimit paces bytes");
        return GF_EXIT_USAGE;
    }
    if (check_earlier(o) != 0)
        return GF_EXIT_USAGE;
    if ((o->joblog && strcmp(o->joblog, "-") == 0) || (o->report && strcmp(o->report, "-") == 0)) {
        gf_error("--joblog and --report write to a file, and '-' names none");
        gf_hint("write /dev/stderr, or ./- for a file of that name");
        return GF_EXIT_USAGE;
    }
    if (o->pipe && o->resume != RESUME_NOT && o->resume_by == RESUME_BY_WORDS) {
        gf_error("with --pipe all jobs have the same words, so --resume cannot tell them apart");
        gf_hint("with the same input and the same size of blocks, --resume=seq goes by number");
        return GF_EXIT_USAGE;
    }
    if (o->shuffle && !o->has_seed && o->resume != RESUME_NOT && o->resume_by == RESUME_BY_SEQ) {
        gf_error(
            "--shuf numbers the jobs anew in each run, so --resume=seq cannot know them again");
        gf_hint("--shuf=SEED gives the same order each time; --resume goes by the words");
        return GF_EXIT_USAGE;
    }
    if (o->worker && o->slots_all) {
        gf_error("--worker does not go with -j 0: a worker answers many records");
        gf_hint("write -j 4, or -j 100%%, one for each processor");
        return GF_EXIT_USAGE;
    }
    if (o->worker && o->slots_file) {
        gf_error("--worker does not go with -j @FILE: a worker is started once, and stays");
        gf_hint("leave one of them out");
        return GF_EXIT_USAGE;
    }
    return -1;
}

/* What begins a list of records: its name, or NULL for any other word. */
static bool begins_list(const char *word, struct list_words *l)
{
    static const char *const marks[] = {":::", ":::+", "::::", "::::+", NULL};
    int i = options_one_of(word, strlen(word), marks);
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

/* Options and several lists. */
static int check_lists(const struct options *o)
{
    const char *why = NULL;
    if (o->nlists > 1 && (o->batch > 1 || o->fill_command))
        why = "-n and -X gather the records of one list";
    else if (o->nlists > 1 && o->worker)
        why = "a worker reads the records of one list";
    else if (o->nlists > 1 && o->failed)
        why = "--failed keeps the records of one list";
    if (!why)
        return -1;
    gf_error("%s", why);
    gf_hint("leave one of them out");
    return GF_EXIT_USAGE;
}

/* What stands behind the options is added to what the rules of the table look at. */
static int check_rules_of_words(const struct options *o, struct gf_optparser *p)
{
    bool any_file = false;
    for (size_t i = 0; i < o->nlists; i++)
        any_file = any_file || o->lists[i].is_file;
    if (o->nlists)
        gf_opt_fact(p, any_file ? FACT_LISTS : FACT_WORDS, NULL);
    if (o->nwords)
        gf_opt_fact(p, FACT_COMMAND, o->words[0]);
    return gf_cli_check_rules(p, true) == 0 ? -1 : GF_EXIT_USAGE;
}

/* A record cannot be both in the words and on the input of a worker. */
static int check_worker_words(const struct options *o)
{
    struct gf_template t;
    struct gf_places places = {.mark = o->placeholder, .no_record = true};
    size_t where;
    if (!o->worker || o->script)
        return -1;
    (void)gf_template_init(&t, o->words, o->nwords, &places, &where);
    bool holds = t.holds_record;
    gf_template_release(&t);
    for (size_t i = 0; i < o->nwords; i++)
        holds = holds || strstr(o->words[i], "{#}");
    if (!holds)
        return -1;
    gf_error("a placeholder in the command of --worker, which reads records from its input");
    gf_hint("{%%} is the number of the worker; without --worker there is one command a record; "
            "{{} is a literal {");
    return GF_EXIT_USAGE;
}

void options_inputs(const struct options *o, struct gf_clash *c)
{
    for (size_t i = 0; i < o->nfiles; i++)
        gf_clash_reads(c, o->files[i]);
    for (size_t i = 0; i < o->nlists; i++)
        if (o->lists[i].is_file)
            gf_clash_reads(c, o->lists[i].words[0]);
    if (reads_stdin(o))
        gf_clash_reads(c, "-");
    gf_queue_tool_reads(c, o->queue);
    gf_clash_reads(c, o->slots_file);
    for (size_t i = 0; i < o->nearlier; i++)
        gf_clash_reads(c, o->earlier[i]);
}

/* No output is an input, or another output; asked before any is opened. */
static int check_outputs(const struct options *o)
{
    struct gf_clash c = {0};
    options_inputs(o, &c);
    int bad = gf_clash_writes_fd(&c, STDOUT_FILENO, "standard output");
    bad = bad ? bad : gf_clash_writes_fd(&c, STDERR_FILENO, "standard error");
    bad = bad ? bad : gf_clash_writes(&c, o->joblog, "--joblog");
    if (o->resume != RESUME_NOT || o->rerun)
        gf_clash_reads(&c, o->joblog);
    const struct {
        const char *name, *option;
    } out[] = {{o->joblog, "--joblog"},
               {o->events, "--events"},
               {o->report, "--report"},
               {o->failed, "--failed"},
               {o->stats_file, "--stats-file"}};
    struct gf_clash outs = {.role = "output"};
    for (size_t i = 0; i < sizeof out / sizeof *out && !bad; i++) {
        bad = i ? gf_clash_writes(&c, out[i].name, out[i].option) : 0;
        bad = bad ? bad : gf_clash_writes(&outs, out[i].name, out[i].option);
        for (size_t k = 0; k < i && !bad; k++)
            bad = gf_clash_names(out[k].name, out[i].name, out[i].option);
        bool appends = out[i].name == o->joblog || out[i].name == o->events;
        bad = bad ? bad : gf_clash_standard(out[i].name, out[i].option, appends);
        gf_clash_reads(&outs, out[i].name);
    }
    gf_clash_release(&outs);
    gf_clash_release(&c);
    return bad ? GF_EXIT_USAGE : -1;
}

int options_check_command(struct options *o, struct gf_optparser *p, char **argv)
{
    o->nwords = (size_t)(p->argc - p->next);
    o->words = argv + p->next;
    int status = take_lists(o);
    if (status == -1)
        status = check_rules_of_words(o, p);
    if (status == -1)
        status = check_lists(o);
    if (status == -1)
        status = check_outputs(o);
    if (status != -1)
        return status;
    if (o->script) {
        static char sh[] = "sh", dash_c[] = "-c";
        char *const words[] = {sh, dash_c, (char *)(size_t)o->script, sh, NULL};
        o->nwords = sizeof words / sizeof words[0] - 1;
        memcpy(o->script_words, words, sizeof words);
        o->words = o->script_words;
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
    if ((o->confirm || o->tty) && reads_stdin(o) && isatty(STDIN_FILENO)) {
        gf_error(o->tty ? "records and what jobs read by --tty would both be typed"
                        : "records and the answers of --confirm would both be typed");
        gf_hint("give the records after :::, or by -a FILE");
        return GF_EXIT_USAGE;
    }
    status = options_check_shell_line(o);
    return status != -1 ? status : check_worker_words(o);
}
