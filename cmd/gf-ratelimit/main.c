/*
 * gf-ratelimit - records pass no faster than a rate allows, in their order.
 *
 *     gf-ratelimit 10/s < urls | xargs -n1 curl
 *
 * This file is the table of contents; see ratelimit.h for who does what.
 */
#include <string.h>
#include <unistd.h>

#include "base/clash.h"
#include "base/cli.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/logfile.h"
#include "base/msg.h"
#include "base/own.h"
#include "base/sig.h"
#include "command.h"
#include "ratelimit.h"
#include "state.h"

/* Opens --reject: a file, or fd:N for a descriptor that is open. 0, or -1 after a message. */
static int open_reject(struct config *c)
{
    const char *name = c->reject_name;
    const char *why;
    if (!name)
        return 0;
    c->reject_fd = gf_logfile_anew(name, 0666, GF_NEVER, &why);
    if (c->reject_fd != -1)
        return 0;
    gf_error("cannot open '%s': %s", name, why);
    gf_own_hint(name, why);
    return -1;
}

/* No output is an input. 0, or -1 after a message. */
static int check_outputs(const struct config *c)
{
    struct gf_clash clash = {0};
    gf_clash_reads(&clash, c->key_rates);
    gf_clash_reads(&clash, c->feedback);
    if (c->state && !c->is_remote && strchr(c->state, '/'))
        gf_clash_reads(&clash, c->state);
    int bad =
        gf_clash_writes(&clash, c->output, "-o"); /* may be what has records, not the others */
    for (size_t i = 0; i < c->file_count; i++)
        gf_clash_reads(&clash, c->files[i]);
    if (c->file_count == 0 && c->act == ACT_FILTER)
        gf_clash_reads(&clash, "-");
    bad = bad ? bad : gf_clash_writes_whole(&clash, c->output);
    if (!c->output && !bad)
        bad = gf_clash_writes_fd(&clash, STDOUT_FILENO, "standard output");
    bad = bad ? bad : gf_clash_writes(&clash, c->reject_name, "--reject");
    bad = bad ? bad : gf_clash_writes(&clash, c->stats_file, "--stats-file");
    bad = bad ? bad : gf_clash_standard(c->reject_name, "--reject", false);
    bad = bad ? bad : gf_clash_standard(c->stats_file, "--stats-file", false);
    if (c->stats && !c->stats_file && !bad)
        bad = gf_clash_writes_fd(&clash, STDERR_FILENO, "standard error");
    gf_clash_release(&clash);
    return bad;
}

static int close_reject(const struct config *c)
{
    if (c->reject_fd <= STDERR_FILENO || gf_close(c->reject_fd) == 0)
        return 0;
    gf_error_errno("cannot write to '%s'", c->reject_name);
    return -1;
}

static int exit_status(enum io end, const struct input *in, const struct tally *t)
{
    if (end == IO_FAILED || in->failed)
        return GF_EXIT_TOOL;
    if (end == IO_REFUSED)
        return GF_EXIT_REFUSED;
    return t->failures.failed ? GF_EXIT_SOME : GF_EXIT_OK;
}

/* The records of the inputs through the limits to `out`, and --stats to `numbers`; the exit
 * status. */
static int filter(const struct config *c, struct gf_outfile *out, struct gf_outfile *numbers,
                  struct tally *tally)
{
    struct input in;
    signals_catch();
    input_init(&in, c, tally);
    enum io end = flow_run(c, &in, tally);

    int status = exit_status(end, &in, tally);
    if (close_reject(c) != 0)
        status = GF_EXIT_TOOL;
    tally_end(tally);
    if (c->stats && tally_report(tally, c, numbers) != 0)
        status = GF_EXIT_TOOL;
    dropkeys_release(&tally->top.keys);
    status = gf_tool_output_end(out, c->output, end == IO_STOP ? 128 + signals_stop() : status);
    if (end == IO_STOP)
        gf_die_by(signals_stop());
    return gf_tool_finish(status);
}

/* All that is written is opened first: a fifo without a reader would hold up the end. */
static int open_and_filter(struct config *c, struct tally *tally)
{
    struct gf_outfile out = {0}, numbers = {0};
    bool bad = c->stats && gf_stats_open(&numbers, c->stats_file, GF_READER_PATIENCE) != 0;
    bad = bad || gf_tool_output(&out, c->output) != 0;
    c->output_fd = out.fd;
    c->output_dir = !bad && out.kind == GF_OUTFILE_WHOLE ? out.dir : -1;
    bad = bad || open_reject(c) != 0;
    int status =
        bad ? gf_tool_output_end(&out, c->output, GF_EXIT_TOOL) : filter(c, &out, &numbers, tally);
    gf_outfile_abandon(&numbers);
    return status;
}

static int act(struct config *c)
{
    static struct tally tally;
    c->output_fd = STDOUT_FILENO;
    c->output_dir = -1;
    if (check_outputs(c) != 0)
        return GF_EXIT_USAGE;
    tally.started_mono = gf_now_mono();
    tally.first_mono = -1;
    tally.command = c->act == ACT_RUN;
    if (c->act == ACT_RUN)
        return gf_tool_finish(command_run(c, &tally));
    if (c->act != ACT_FILTER)
        return gf_tool_finish(state_act(c));
    return open_and_filter(c, &tally);
}

int main(int argc, char **argv)
{
    struct config c;
    int status;
    gf_tool_start("gf-ratelimit");
    if (options_parse(argc - 1, argv + 1, &c, &status) == 0) {
        gf_clock_precise();
        status = act(&c);
    }
    gf_regex_free(c.key_regex);
    return gf_tool_status(status);
}
