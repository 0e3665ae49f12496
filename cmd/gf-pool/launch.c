/*
 * launch.c - what a job is started with.
 *
 * The environment is built once; its numbers and its token are rewritten in place before each
 * start, which is safe because the child has called exec when the start returns (proc/spawn.h).
 */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/exit.h"
#include "base/file.h"
#include "base/msg.h"
#include "blocks.h"
#include "environment.h"
#include "hint.h"
#include "run/orphans.h"

enum {
    COMMAND_SHOWN = 256 /* bytes of a command that messages show */
};

/* ---- the command ----------------------------------------------------------------------------- */

static int say_fault(const struct options *o, enum gf_template_fault fault, size_t where)
{
    switch (fault) {
    case GF_TEMPLATE_OK:
        return -1;
    case GF_TEMPLATE_NOMEM:
        gf_error_nomem();
        return GF_EXIT_TOOL;
    case GF_TEMPLATE_IN_SCRIPT:
        gf_error("a placeholder inside the script '%s' would run whatever a record says",
                 o->words[where]);
        gf_hint("pass it as a parameter: sh -c '... \"$1\" ...' sh %s", o->placeholder);
        break;
    case GF_TEMPLATE_AS_SCRIPT:
        gf_error("the record would become the script of '%s -c'", o->words[0]);
        gf_hint("give a script that takes it as a parameter: sh -c '... \"$1\" ...' sh");
        break;
    case GF_TEMPLATE_EMPTY_MARK:
        gf_error("the placeholder of -I is empty");
        break;
    }
    return GF_EXIT_USAGE;
}

/* With --pipe there is no record that could fill a place. */
static int check_record(const struct options *o, const struct gf_template *t, const char *what)
{
    if (!o->pipe || !t->holds_record)
        return -1;
    gf_error("a place for the record in %s, but with --pipe a job reads it from its input", what);
    gf_hint("{#} and {%%} stand for the number of the block and the slot; {{} is a literal {");
    return GF_EXIT_USAGE;
}

int launch_check_tag(struct launch *l, const struct options *o, const struct gf_value *names,
                     size_t nnames)
{
    l->tags.opt = o;
    tags_init(&l->tags, names, nnames);
    return check_record(o, &l->tags.string, "--tagstring");
}

int launch_check_command(struct launch *l, const struct options *o, const struct gf_value *names,
                         size_t nnames)
{
    size_t where = 0;
    l->opt = o;
    if (o->rerun) {
        l->command.names_command = true; /* each row its own */
        return -1;
    }
    struct gf_places places = {
        .mark = o->placeholder, .name = names, .names = nnames, .no_record = o->pipe};
    int status =
        say_fault(o, gf_template_init(&l->command, o->words, o->nwords, &places, &where), where);
    if (status != -1)
        return status;
    status = check_record(o, &l->command, "the command");
    if (status != -1)
        return status;
    if (o->resume != RESUME_NOT && o->resume_by == RESUME_BY_WORDS && l->command.numbered) {
        gf_error("{#} and {%%} make other words of the same job in each run, so --resume cannot "
                 "know it again");
        gf_hint("the job finds its number in GF_SEQ, its slot in GF_SLOT");
        return GF_EXIT_USAGE;
    }
    return -1;
}

/* ---- open, release --------------------------------------------------------------------------- */

/* What both kinds of command find. -1: memory is out. */
static int end_environment(struct launch *l, const char *log_mark)
{
    struct gf_environ *e = &l->env;
    snprintf(l->run, sizeof l->run, "%ld", (long)getpid());
    l->slot = gf_environ_number(e, "GF_SLOT");
    gf_environ_set(e, "GF_POOL", l->run);
    l->token = gf_environ_set(e, GF_ORPHANS_TOKEN, gf_token_make().text);
    if (log_mark)
        gf_environ_set(e, "GF_JOBLOG", log_mark);
    if (!e->failed)
        return 0;
    gf_error_nomem();
    return -1;
}

int launch_environment(struct launch *l, const char *log_mark)
{
    environment_begin(&l->env, l->opt);
    l->seq = gf_environ_number(&l->env, "GF_SEQ");
    l->attempt = gf_environ_number(&l->env, "GF_ATTEMPT");
    return end_environment(l, log_mark);
}

char *launch_worker_environment(struct launch *l, const char *log_mark)
{
    environment_begin(&l->env, l->opt);
    char *number = gf_environ_number(&l->env, "GF_WORKER");
    return end_environment(l, log_mark) == 0 ? number : NULL;
}

int launch_open(struct launch *l)
{
    const struct options *o = l->opt;
    l->limits = (struct gf_child_limits){
        .timeout = o->timeout, .kill_after = o->kill_after, .linger = GF_S};
    l->file.search = getenv("PATH");
    const char *input = o->tty ? "/dev/tty" : "/dev/null";
    l->null_fd = gf_open(input, o->tty ? O_RDWR | O_NOCTTY : O_RDONLY, 0);
    if (l->null_fd != -1)
        return 0;
    gf_error_errno("cannot open %s", input);
    return -1;
}

void launch_release(struct launch *l)
{
    if (l->null_fd != -1)
        close(l->null_fd);
    gf_environ_release(&l->env);
    gf_template_release(&l->command);
    gf_command_release(&l->file);
    tags_release(&l->tags);
}

/* ---- one start ------------------------------------------------------------------------------- */

/* The words of -X may be megabytes, and a job that waits for its turn keeps its command. */
static void quote_beginning(char **argv, struct gf_buf *out)
{
    bool cut = false;
    for (char **w = argv; *w && !cut; w++) {
        size_t len = strlen(*w), most = COMMAND_SHOWN - out->len;
        cut = len > most;
        gf_buf_puts(out, w > argv ? " " : "");
        gf_quote_sh(out, *w, cut ? most : len);
        cut = cut || (out->len >= COMMAND_SHOWN && w[1]);
    }
    gf_buf_puts(out, cut ? " ..." : "");
}

static char **expand(struct launch *l, struct job *j, const struct work *w, unsigned slot)
{
    struct gf_buf *shown = &j->command;
    gf_buf_clear(shown);
    if (l->opt->rerun) {
        gf_buf_add(shown, w->item[0].text, w->item[0].len);
        return history_words(l->history, &w->item[0]);
    }
    struct gf_fill fill = work_fill(w, j->seq, slot + 1);
    char **argv = gf_template_expand(&l->command, &fill);
    if (argv && l->opt->whole_command)
        gf_template_quote(&l->command, shown);
    else if (argv)
        quote_beginning(argv, shown);
    if (argv && l->opt->pipe) /* --retry-failed, which has no block, refuses to run it */
        gf_buf_puts(shown, " < block");
    return argv;
}

int launch_words(struct launch *l, struct job *j, const struct work *w, unsigned slot)
{
    l->argv = expand(l, j, w, slot);
    int err = l->argv ? 0 : errno;
    j->like_option = hint_looks_like_option(l->opt, l->command.appends, w);
    if (err == 0 && tag_set(&l->tags, &j->tag, w, j->seq, slot) != 0)
        err = ENOMEM;
    return j->command.failed ? ENOMEM : err;
}

int launch_spawn(struct launch *l, struct gf_task *t, struct gf_tasks *tasks, int in,
                 const struct gf_child_limits *limits, unsigned pipes)
{
    const struct options *o = l->opt;
    t->token = gf_token_make();
    memcpy(l->token, t->token.text, sizeof t->token.text);
    struct gf_task_start start = {
        .command = &l->file,
        .limits = limits,
        .pipes = pipes,
        .spawn = {.argv = l->argv,
                  .envp = l->env.list,
                  .fd = {in, -1, -1},
                  .nofile = l->nofile,
                  .chdir = o->chdir,
                  .nice = o->nice,
                  .limits = o->limits,
                  .foreground = o->tty,
                  .nlimits = o->nlimits},
    };
    return gf_task_start(t, tasks, &start);
}

int launch_start(struct launch *l, struct job *j, struct gf_tasks *tasks)
{
    const struct options *o = l->opt;
    int in = o->pipe ? block_open(j->block) : l->null_fd;
    if (in == -1)
        return errno;
    gf_environ_write(l->seq, j->seq);
    gf_environ_write(l->slot, j->slot + 1);
    gf_environ_write(l->attempt, j->attempt);
    int err = launch_spawn(l, &j->task, tasks, in, &l->limits,
                           o->output == OUTPUT_RAW ? 0 : GF_TASK_PIPE_OUT | GF_TASK_PIPE_ERR);
    if (in != l->null_fd)
        close(in);
    return err;
}
