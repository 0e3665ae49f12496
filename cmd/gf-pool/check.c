/*
 * check.c - what goes together on the command line, and what follows.
 *
 * Each check looks at the options as a whole, after all are read, and says the first thing that
 * does not fit. What one option implies for another is set before the checks (options_settle).
 */
#include "options_parts.h"

#include <string.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/msg.h"
#include "proc/template.h"

/* Whether a progress line that nobody asked for has a terminal to itself: what jobs print goes
 * elsewhere, and nobody types records there. */
static bool progress_fits(const struct options *o)
{
    bool reads_stdin = !o->nlists && !o->files && !o->rerun;
    return !isatty(STDOUT_FILENO) && o->output != OUTPUT_RAW &&
           !(reads_stdin && isatty(STDIN_FILENO));
}

/* What follows from several options together. */
void options_settle(struct options *o)
{
    if (o->joblog && o->joblog[0] == '+' && o->joblog[1]) {
        o->joblog_append = true;
        o->joblog++;
    }
    o->stats = o->stats || o->stats_file;
    o->tag = o->tag || o->tagstring;
    o->whole_command = o->ci || o->report || o->joblog || o->results || o->events;
    if (!o->progress_given && !progress_fits(o))
        o->progress = GF_PROGRESS_NEVER;
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
int options_check(const struct options *o)
{
    if (o->has_rate && o->rate.bytes) {
        gf_error("--rate limits the starts of jobs, which have no size");
        gf_hint("write --rate 10/s; gf-ratelimit paces bytes");
        return GF_EXIT_USAGE;
    }
    if ((o->joblog && strcmp(o->joblog, "-") == 0) || (o->report && strcmp(o->report, "-") == 0)) {
        gf_error("--joblog and --report write to a file, and '-' names none");
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
    if (o->ci && o->output != OUTPUT_HELD) {
        gf_error("--ci folds what each job printed, -u and --line-buffer mix it");
        gf_hint("leave one of them out");
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

/* How records are given and put into commands. */
static int check_input(const struct options *o)
{
    const char *why = NULL;
    bool several = !o->pipe && (o->batch > 1 || o->fill_command);
    if (o->nlists && o->files)
        why = "-a and ::: are two ways to give the records";
    else if (several && o->nlists > 1)
        why = "-n and -X gather the records of one list";
    else if (several && o->has_columns)
        why = "-n and -X make {1} {2} records of a command, -d columns of one";
    else if (o->header && !o->has_columns && o->nlists == 0 && !o->pipe)
        why = "--header names columns, so it needs -d, lists by :::, or --pipe";
    else if (o->rerun && (o->files || o->nlists || several || o->has_columns))
        why = "--retry-failed reads no records";
    if (!why)
        return -1;
    gf_error("%s", why);
    gf_hint("leave one of them out");
    return GF_EXIT_USAGE;
}

/* Records go to the input of a command, in blocks. */
static int check_pipe(const struct options *o)
{
    const char *why = NULL;
    if (!o->pipe && !o->block)
        return -1;
    if (!o->pipe)
        why = "--block is the size of what --pipe gives a command";
    else if (o->block && o->batch)
        why = "--block and -n are two sizes of a block";
    else if (o->nlists)
        why = "--pipe passes bytes of files or standard input on, ::: gives words";
    else if (o->fill_command || o->has_columns || o->skip_empty)
        why = "-X, -d and -r are about the words of a command, --pipe feeds its input";
    else if (o->rerun)
        why = "--retry-failed reads no records, so --pipe has nothing to feed";
    if (why) {
        gf_error("%s", why);
        gf_hint("leave one of them out");
        return GF_EXIT_USAGE;
    }
    if (o->resume != RESUME_NOT && o->resume_by == RESUME_BY_WORDS) {
        gf_error("with --pipe all jobs have the same words, so --resume cannot tell them apart");
        gf_hint("with the same input and the same size of blocks, --resume=seq goes by number");
        return GF_EXIT_USAGE;
    }
    return -1;
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
    if (o->output == OUTPUT_RAW)
        what = "-u: the answers of a worker have to be read";
    else if (o->output == OUTPUT_LINES || o->ci)
        what = "--line-buffer and --ci: each answer is one record, in one piece";
    else if (o->slots_file || o->load || o->memfree)
        what = "-j @FILE, --load and --memfree: a worker is started once, and stays";
    else if (o->dry_run)
        what = "--dry-run: it would show one command for all records";
    else if (o->rerun)
        what = "--retry-failed: it runs a command for each row of the log";
    else if (o->batch || o->fill_command || o->pipe)
        what = "-n, -X and --pipe: a worker is given as many records as it answers";
    else if (o->has_columns || o->header || o->nlists > 1)
        what = "-d, --header and several lists: a worker reads the record as it is";
    if (!what)
        return -1;
    gf_error("--worker does not go with %s", what);
    gf_hint("leave one of them out");
    return GF_EXIT_USAGE;
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

int options_check_command(struct options *o, const struct gf_optparser *p, char **argv)
{
    o->nwords = (size_t)(p->argc - p->next);
    o->words = argv + p->next;
    int status = take_lists(o);
    if (status == -1)
        status = check_input(o);
    if (status == -1)
        status = check_pipe(o);
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
