/*
 * gf-stream - lazy chains of operations over line streams.
 *
 * Reads its own options, then the chain (lib/stream/chain.h); opens everything the chain names;
 * pulls records through it and prints them. Output is written when the buffer is full and before
 * any read that would wait, so it is immediate on slow input and in blocks on fast input.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/msg.h"
#include "base/sig.h"
#include "base/stats.h"
#include "decompress.h"
#include "hint.h"
#include "options.h"
#include "output.h"
#include "pump.h"

static volatile sig_atomic_t ended_by, status_wanted;

static void on_end(int sig)
{
    if (ended_by)
        gf_die_by(sig);
    ended_by = sig;
}

static void on_status(int sig)
{
    status_wanted = sig;
}

/* When the chain has run SIGUSR1 is blocked, as it is before: a request for status that comes then
 * interrupts no opening of a fifo. */
static void hold_status_requests(void)
{
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, SIGUSR1);
    sigprocmask(SIG_BLOCK, &one, NULL);
}

/* ---- faults ---------------------------------------------------------------------------------- */

static void say_fault(const struct gf_fault *f)
{
    if (f->kind[0])
        gf_error_parse(f->kind, f->subject, strlen(f->subject), &f->where);
    else
        gf_error("%s", f->text);
}

/* Says the fault and its hint; returns the exit status. */
static int say(struct gf_fault *f)
{
    int status = f->status;
    say_fault(f);
    if (f->hint[0])
        gf_hint("%s", f->hint);
    gf_fault_release(f);
    return status;
}

/* As `say`, for an unknown operation: the command line may give a better hint. */
static int say_unknown(struct gf_fault *f, const struct gf_optparser *line, char *const *unknown)
{
    int status = f->status;
    say_fault(f);
    if (!hint_command(line, unknown))
        gf_hint("%s", f->hint);
    gf_fault_release(f);
    return status;
}

/* ---- the chain ------------------------------------------------------------------------------- */

/* Prints the help of an operation, or its version, from the table of its options. */
static int show_help(const struct gf_cli *cli, const char *word)
{
    char arg[32];
    snprintf(arg, sizeof arg, "%s", strcmp(word, "--version") == 0 ? word : "--help");
    char *argv[] = {arg, NULL};
    struct gf_optparser p = gf_optparser(cli, 1, argv);
    gf_cli_next(&p);
    return p.status;
}

/* With --header the names are not known yet: the words are only looked at, and the chain is read
 * once more when they are. */
static int read_chain(struct gf_chain *c, char *const *words, size_t n, struct options *o)
{
    static const struct gf_names pending = {.pending = true};
    struct gf_fault f = {0};
    o->words = words;
    o->nwords = n;
    if (gf_chain_read(c, words, n, &o->set, o->set.header ? &pending : NULL, &f) == 0)
        return -1;
    if (c->help) {
        o->helped = true;
        return show_help(c->help, c->help_word);
    }
    return c->unknown && o->typed ? say_unknown(&f, o->p, c->unknown) : say(&f);
}

/* ---- running --------------------------------------------------------------------------------- */

/* A chain that holds data may need its temporary directories: they are tried before the first
 * read. */
static int try_dirs(const struct gf_chain *c, const struct gf_settings *set)
{
    bool holds = gf_chain_holds(c);
    for (size_t i = 0; holds && i < set->ndirs; i++) {
        int fd = gf_tmpfile(set->dirs[i]);
        if (fd == -1) {
            gf_error_errno("cannot make a temporary file in '%s'", set->dirs[i]);
            return GF_EXIT_TOOL;
        }
        close(fd);
    }
    return 0;
}

/* A reader that is gone ends us as a write to it would. */
static int idle(void *arg, int fd)
{
    struct output *out = arg;
    if (output_flush(out) != 0)
        return -1;
    if (gf_wait_input(fd, out->fd, GF_NEVER) == 0)
        return 0;
    return errno == EINTR ? 1 : output_lost(out);
}

static bool interrupted(void *arg)
{
    const struct output *out = arg;
    if (status_wanted) {
        status_wanted = 0;
        gf_note("%" PRIu64 " records out", out->last ? out->last->given : 0);
    }
    return ended_by != 0;
}

/* Pulls everything through the chain. The exit status; a fault of the stream has a status of its
 * own that counts before this one. */
static int work(const struct options *o, const struct gf_chain *c, struct gf_stage *last,
                struct output *out)
{
    pump(c, last, out);
    output_flush(out);
    hold_status_requests();
    stats_skipped(last);
    if (gf_msg_is_verbose() && stats_detail(last, c->n) != 0)
        return GF_EXIT_TOOL;
    if (o->stats && stats_emit(o, out->numbers, last, c->n) != 0)
        return GF_EXIT_TOOL;
    return out->stream->ragged ? GF_EXIT_SOME : out->stream->answer;
}

/* Reads the names of the columns, and the chain once more, with them. An input without a record has
 * none, and nothing comes of it. -1: the fault is set. */
static int name_columns(const struct options *o, struct gf_chain *c, struct gf_stage *source,
                        struct gf_names *names)
{
    struct gf_fault *f = &source->stream->fault;
    int got = o->set.header ? gf_source_header(source, names) : 0;
    if (got != 1)
        return got;
    gf_chain_release(c);
    if (gf_chain_read(c, o->words, o->nwords, &o->set, names, f) != 0)
        return -1;
    if (!o->no_fuse)
        gf_chain_fuse(c);
    return 0;
}

static void catch_signals(void)
{
    gf_sig_catch(SIGINT, on_end);
    gf_sig_catch(SIGTERM, on_end);
    gf_sig_catch(SIGHUP, on_end);
    gf_sig_catch(SIGUSR1, on_status);
}

static int run(struct options *o, struct gf_chain *c, int fd, struct gf_outfile *numbers)
{
    struct gf_stream st = {.set = &o->set,
                           .timed = o->stats,
                           .counted = o->stats || gf_msg_is_verbose(),
                           .clock = gf_now_mono,
                           .tell = o->crlf_set ? inputs_tell_packed : inputs_tell,
                           .tell_ragged = inputs_tell_ragged,
                           .spill = {.dirs = o->set.dirs, .ndirs = o->set.ndirs}};
    struct output out = {.fd = fd,
                         .name = o->output,
                         .buf = malloc(OUTPUT_SIZE + GF_TABULAR_SLACK),
                         .numbers = numbers,
                         .stream = &st,
                         .table = o->set.table};
    const struct gf_source_hooks hooks = {idle, interrupted, &out};
    struct decompress packed = {0};
    const struct gf_unpack unpack = decompress_hooks(&packed);
    struct gf_stage *source = NULL, *last = NULL;
    struct gf_names names = {0};
    int status = GF_EXIT_TOOL;
    st.unpack = o->decompress ? &unpack : NULL;
    if (!out.buf)
        gf_fault_nomem(&st.fault);
    else
        source = gf_source_open(&st, o->in, o->nin, &hooks);
    out.source = source;
    gf_pipe_widen(fd, GF_PIPE_WIDE);
    inputs_say_waits(o);
    if (source && name_columns(o, c, source, &names) == 0 &&
        (!c->node[0].merge || gf_source_merge(source, &c->node[0].keys) == 0))
        last = gf_chain_open(c, &st, source);
    catch_signals(); /* the chain has read the files of its operands: a signal just ended us there
                      */
    if (last)
        status = work(o, c, last, &out);
    gf_stage_free_all(last ? last : source);
    decompress_release(&packed);
    gf_runfile_release(&st.spill);
    gf_names_release(&names);
    free(out.buf);
    gf_buf_release(&out.line);
    return st.fault.status ? say(&st.fault) : status;
}

/* The same, to the file of -o or to standard output. All that is written is opened before: a fifo
 * without a reader would hold up the end. */
static int run_to(struct options *o, struct gf_chain *c)
{
    struct gf_outfile file, numbers = {0};
    if (o->stats && gf_stats_open(&numbers, o->stats_file, GF_READER_PATIENCE) != 0)
        return GF_EXIT_TOOL;
    int status = gf_tool_output(&file, o->output);
    if (status == 0) {
        wall_raise(o, c, file.kind == GF_OUTFILE_WHOLE ? file.dir : -1);
        status = run(o, c, file.fd, &numbers);
        status = gf_tool_output_end(&file, o->output, ended_by ? 128 + ended_by : status);
    } else {
        status = GF_EXIT_TOOL;
    }
    gf_outfile_abandon(&numbers);
    return status;
}

/* With -v prints the plan, a line for each operation. -1: no memory, after a message. */
static int detail_plan(const struct gf_chain *c)
{
    struct gf_buf b = {0};
    int r = 0;
    for (size_t i = 0; gf_msg_is_verbose() && i < c->n && r == 0; i++) {
        gf_buf_clear(&b);
        r = gf_chain_explain_one(c, i, &b);
        if (r == 0)
            gf_detail("plan: %s", b.data);
        else
            gf_error_nomem();
    }
    gf_buf_release(&b);
    return r;
}

static int explain(const struct gf_chain *c, const struct options *o)
{
    struct gf_buf b = {0};
    int status = GF_EXIT_TOOL;
    if (gf_chain_explain(c, &o->set, &b) != 0)
        gf_error_nomem();
    else if (gf_tool_print(&b) == 0)
        status = GF_EXIT_OK;
    gf_buf_release(&b);
    return status;
}

/* Fuses a chain that was read, and explains or runs the chain. */
static int carry_out(struct options *o, struct gf_chain *c)
{
    if (!o->no_fuse)
        gf_chain_fuse(c);
    if (o->explain)
        return explain(c, o);
    if (detail_plan(c) != 0)
        return GF_EXIT_TOOL;
    int status = inputs_open(o);
    if (status == 0)
        status = try_dirs(c, &o->set);
    return status == 0 ? run_to(o, c) : status;
}

static int with_chain(struct options *o, char *const *words, size_t n)
{
    struct gf_chain c = {0};
    int status = read_chain(&c, words, n, o);
    if (status == -1)
        status = options_check_chain(o, &c);
    if (status == -1)
        status = inputs_check(o, &c);
    if (status == -1 && !o->explain)
        status = options_check_outputs(o, &c);
    if (status == -1)
        status = carry_out(o, &c);
    o->words = NULL; /* the caller's */
    gf_chain_release(&c);
    return status;
}

/* `gf-stream help` and `gf-stream help OP` are --help and OP --help. */
static int with_help(struct options *o, char *const *words, size_t n)
{
    static char all[] = "--help";
    if (n > 2)
        return gf_cli_usage_error(&gf_stream_cli, "help takes one operation, not '%s'", words[2]);
    if (n == 2)
        return with_chain(o, (char *[]){words[1], all}, 2);
    o->helped = true;
    return show_help(&gf_stream_cli, all);
}

static int with_chain_file(struct options *o)
{
    struct gf_buf text = {0};
    struct gf_fault f = {0};
    char **words = NULL;
    size_t n = 0;
    int status = inputs_read_chain(o->chain_file, &text);
    if (status == 0)
        status = gf_chain_split(text.data ? text.data : "", text.len, &words, &n, &f) == 0
                     ? with_chain(o, words, n)
                     : say(&f);
    for (size_t i = 0; i < n; i++)
        free(words[i]);
    free(words);
    gf_buf_release(&text);
    return status;
}

static int with_words(struct options *o)
{
    char *const *words = o->p->argv + o->p->next;
    size_t n = (size_t)(o->p->argc - o->p->next);
    if (n && strcmp(words[0], "help") == 0)
        return with_help(o, words, n);
    o->typed = true;
    return with_chain(o, words, n);
}

int main(int argc, char **argv)
{
    struct options o;
    gf_tool_start("gf-stream");
    options_default(&o);
    struct gf_optparser p = gf_optparser(&gf_stream_cli, argc - 1, argv + 1);
    enum gf_opt_event ev;
    while ((ev = gf_cli_next(&p)) != GF_OPT_END) {
        int bad = ev == GF_OPT_DONE ? p.status : options_take(&o, &p);
        if (ev == GF_OPT_DONE || bad) {
            options_release(&o);
            return gf_tool_status(bad);
        }
    }
    int bad = options_settle(&o);
    if (bad) {
        options_release(&o);
        return gf_tool_status(bad);
    }
    o.p = &p;
    if (o.chain_file && p.next < p.argc)
        return gf_cli_usage_error(&gf_stream_cli, "the chain is in '%s': no operation is expected",
                                  o.chain_file);
    int status = o.chain_file ? with_chain_file(&o) : with_words(&o);
    options_release(&o);
    if (ended_by)
        gf_die_by(ended_by);
    return o.helped ? status : gf_tool_finish(status);
}
