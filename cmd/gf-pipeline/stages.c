/*
 * stages.c - the words of stages.
 *
 * A stage is `--stage NAME [OPTION]... -- COMMAND [ARG]...`; on the command line a separator (:::)
 * is behind each but the last, in a chain file the end of its line. Everything behind the -- is the
 * command, word for word, so a stage is found by its ends first and its options are read then. What
 * is wrong in one stage does not keep the others from being looked at.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cannot_run.h"
#include "base/cli.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/grow.h"
#include "base/msg.h"
#include "options_parts.h"
#include "proc/command.h"
#include "proc/spawn.h"

/* ---- one stage ------------------------------------------------------------------------------- */

/* Where a stage is, in messages. */
static void say_place(const struct stage_plan *s, size_t number)
{
    if (s->line)
        gf_hint("in line %zu of the chain file", s->line);
    else if (s->name)
        gf_hint("in stage %zu, '%s'", number, s->name);
    else
        gf_hint("in stage %zu", number);
}

static int refuse(const char *what, const char *cure)
{
    gf_error("%s", what);
    gf_hint("%s", cure);
    return GF_EXIT_USAGE;
}

/* The options in front of the --; -1, or the exit status. */
static int parse_options(struct stage_plan *s, struct gf_optparser *p)
{
    for (;;) {
        enum gf_opt_event event = gf_cli_next(p);
        if (event == GF_OPT_DONE)
            return p->status;
        if (event == GF_OPT_END)
            return -1;
        if (p->opt->id == ID_STAGE) {
            s->name = p->value;
            continue;
        }
        int taken = value_of_stage(s, p);
        if (taken < 0)
            return GF_EXIT_USAGE;
    }
}

/* Copies the words of the command, with a NULL behind them, to *to. */
static void take_command(struct stage_plan *s, char *const *argv, size_t n, char ***to)
{
    s->command = *to;
    s->nwords = n;
    memcpy(*to, argv, n * sizeof **to);
    (*to)[n] = NULL;
    *to += n + 1;
}

static const char *separator_of(const struct options *o)
{
    return o->separator ? o->separator : ":::";
}

/* One stage in argv[0..argc); -1, or the exit status after a message. */
static int parse_stage(struct stage_plan *s, const char *separator, int argc, char *const *argv,
                       char ***to)
{
    struct gf_optparser p = gf_optparser(&gf_pipeline_stage_cli, argc, argv);
    if (s->retries)
        gf_opt_fact(&p, "--retries", NULL); /* for all stages: what needs it has it */
    if (s->by)
        gf_opt_fact(&p, "--by", NULL);
    if (argc == 0) {
        gf_error("there is no stage behind the last %s", separator);
        gf_hint("leave it out");
        return GF_EXIT_USAGE;
    }
    if (strncmp(argv[0], "--stage", 7) != 0 || (argv[0][7] != '\0' && argv[0][7] != '='))
        return refuse("a stage begins with --stage NAME",
                      "options for all stages stand before the first --stage; a command that "
                      "needs ::: itself is behind --sep TOKEN");
    int status = parse_options(s, &p);
    if (status != -1)
        return status;
    p.nfacts = 0;
    if (!*s->name)
        return refuse("a stage has an empty name", "--stage NAME");
    if (p.next == 0 || strcmp(argv[p.next - 1], "--") != 0) {
        if (p.next < argc)
            gf_error("the command of stage '%s' has no -- in front: '%s'", s->name, argv[p.next]);
        else
            gf_error("stage '%s' has no command", s->name);
        gf_hint("--stage %s [OPTION]... -- COMMAND [ARG]...", s->name);
        return GF_EXIT_USAGE;
    }
    if (p.next == argc) {
        gf_error("stage '%s' has no command behind its --", s->name);
        return GF_EXIT_USAGE;
    }
    take_command(s, argv + p.next, (size_t)(argc - p.next), to);
    if (s->reject_prefix && !*s->reject_prefix)
        return refuse("--reject-prefix is empty, and would refuse all", "leave it out");
    return stage_check_mode(s, &p) ? -1 : GF_EXIT_USAGE;
}

/* A stage more; NULL after a message. */
static struct stage_plan *add_stage(struct options *o, size_t *cap, const struct stage_plan *like)
{
    struct stage_plan *more = gf_grow(o->stage, cap, o->nstages + 1, sizeof *more);
    if (!more) {
        gf_error_nomem();
        return NULL;
    }
    o->stage = more;
    more[o->nstages] = *like;
    return &more[o->nstages++];
}

/* ---- all stages ------------------------------------------------------------------------------ */

struct reading {
    struct options *o;
    const struct stage_plan *defaults;
    char **to; /* where the words of commands go */
    size_t cap;
    int bad; /* the first exit status; -1: all is well */
};

static bool read_one(struct reading *r, char *const *argv, size_t n, size_t line)
{
    struct stage_plan *s = add_stage(r->o, &r->cap, r->defaults);
    if (!s) {
        r->bad = GF_EXIT_TOOL;
        return false;
    }
    s->line = line;
    int status = parse_stage(s, separator_of(r->o), (int)n, argv, &r->to);
    if (status == GF_EXIT_USAGE)
        say_place(s, r->o->nstages);
    if (status != -1 && r->bad == -1)
        r->bad = status;
    return status != GF_EXIT_OK; /* 0: --help was asked for */
}

static int make_room(struct reading *r, size_t words)
{
    r->o->argv = calloc(words * 2 + 2, sizeof *r->o->argv);
    r->to = r->o->argv;
    if (r->to)
        return -1;
    gf_error_nomem();
    return GF_EXIT_TOOL;
}

int stages_parse(struct options *o, const struct stage_plan *defaults, int argc, char *const *argv)
{
    struct reading r = {.o = o, .defaults = defaults, .bad = -1};
    const char *separator = separator_of(o);
    int status = make_room(&r, (size_t)argc);
    if (status != -1)
        return status;
    for (size_t at = 0, n; at <= (size_t)argc; at += n + 1) {
        for (n = 0; at + n < (size_t)argc && strcmp(argv[at + n], separator) != 0;)
            n++;
        if (!read_one(&r, argv + at, n, 0))
            break;
    }
    return r.bad;
}

/* A fifo may have no writer yet, and is no empty file then. */
static ssize_t read_some(int fd, char *chunk, size_t len)
{
    while (gf_fd_wait(fd, POLLIN) != 0)
        if (errno != EINTR)
            return -1;
    return gf_read(fd, chunk, len);
}

static int read_file(const char *name, struct gf_buf *out)
{
    char chunk[8192];
    ssize_t n = -1;
    int fd = strcmp(name, "-") == 0 ? STDIN_FILENO : gf_open_input(name);
    if (fd != -1)
        while ((n = read_some(fd, chunk, sizeof chunk)) > 0)
            gf_buf_add(out, chunk, (size_t)n);
    if (n < 0)
        gf_error_errno("cannot read chain '%s'", name);
    else if (out->failed)
        gf_error_nomem();
    if (fd > STDIN_FILENO)
        close(fd);
    return n < 0 || out->failed ? -1 : 0;
}

int stages_parse_file(struct options *o, const struct stage_plan *defaults)
{
    struct reading r = {.o = o, .defaults = defaults, .bad = -1};
    struct gf_linewords *w = &o->words;
    struct gf_buf text = {.max = 64 << 20};
    int bad = read_file(o->chain, &text);
    if (bad == 0 && gf_linewords_split(w, text.data ? text.data : "", text.len) != 0) {
        bad = 1;
        if (w->wrong)
            gf_error("chain '%s', line %zu: %s", o->chain, w->wrong_line, w->wrong);
        else
            gf_error_nomem();
    }
    gf_buf_release(&text);
    if (bad)
        return bad < 0 || !w->wrong ? GF_EXIT_TOOL : GF_EXIT_USAGE;
    int status = make_room(&r, w->n);
    if (status != -1)
        return status;
    for (size_t at = 0, n; at < w->n; at += n) {
        for (n = 1; at + n < w->n && !w->begins[at + n];)
            n++;
        if (!read_one(&r, w->word + at, n, w->line[at]))
            break;
    }
    return r.bad;
}

/* ---- the stages together --------------------------------------------------------------------- */

static int wrong(const struct options *o, size_t i, const char *why)
{
    gf_error("stage '%s': %s", o->stage[i].name, why);
    say_place(&o->stage[i], i + 1);
    return GF_EXIT_USAGE;
}

/* What the others have to keep to when one is a filter. */
static int check_filters(const struct options *o, size_t filter)
{
    int bad = -1;
    if (o->commit)
        bad = wrong(o, filter,
                    "--commit does not go with --mode filter: what of the input is in "
                    "its output is not known");
    if (o->total_timeout)
        bad = wrong(o, filter,
                    "--total-timeout does not go with --mode filter: no record is "
                    "followed through it");
    return bad;
}

int stages_check(const struct options *o)
{
    int bad = -1;
    for (size_t i = 0; i < o->nstages; i++) {
        const struct stage_plan *s = &o->stage[i];
        for (size_t k = 0; k < i; k++)
            if (s->name && o->stage[k].name && strcmp(s->name, o->stage[k].name) == 0) {
                gf_error("two stages have the name '%s'", s->name);
                say_place(s, i + 1);
                bad = GF_EXIT_USAGE;
            }
        if (s->mode == MODE_FILTER) {
            int status = check_filters(o, i);
            bad = status != -1 ? status : bad;
        } else if (o->commit && !o->dead && s->on_error == ON_ERROR_DEAD) {
            gf_error("--commit needs --dead: a record that stage '%s' fails with would be done "
                     "and nowhere",
                     s->name);
            gf_hint("--dead FILE, or --on-error pass, drop or stop for each stage");
            return GF_EXIT_USAGE;
        }
    }
    return bad;
}

/* 0, or ENOENT: the file is a script whose interpreter is not there, which would show only when it
 * is started. */
static int look_for_interpreter(const char *path)
{
    char head[256];
    int fd = gf_open(path, O_RDONLY, 0);
    ssize_t n = fd == -1 ? -1 : gf_pread(fd, head, sizeof head - 1, 0);
    if (fd != -1)
        close(fd);
    if (n < 3 || head[0] != '#' || head[1] != '!')
        return 0;
    head[n] = '\0';
    char *name = head + 2 + strspn(head + 2, " \t");
    name[strcspn(name, " \t\n")] = '\0';
    return *name == '/' && access(name, F_OK) != 0 && errno == ENOENT ? ENOENT : 0;
}

int stages_find_commands(const struct options *o)
{
    int bad = -1;
    for (size_t i = 0; i < o->nstages; i++) {
        const struct stage_plan *s = &o->stage[i];
        struct gf_buf path = {0};
        if (!s->command)
            continue; /* that was said */
        int err = gf_find_command(s->command[0], getenv("PATH"), &path);
        err = err ? err : look_for_interpreter(path.data);
        gf_buf_release(&path);
        if (err == ENOMEM) {
            gf_error_nomem();
            return GF_EXIT_TOOL;
        }
        if (!err)
            continue;
        int status = gf_cannot_run(s->command[0], err, "sh -c");
        say_place(s, i + 1);
        bad = bad == -1 ? status : bad;
    }
    return bad;
}
