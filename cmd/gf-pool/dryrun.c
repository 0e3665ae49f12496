/*
 * dryrun.c - prints the command of every job.
 *
 * The commands that were made so far go out before a read that would wait, and when they are many:
 * so that who types records sees each command at once, and a million of them are few writes.
 */
#include "dryrun.h"

#include <errno.h>

#include "base/cli.h"
#include "base/exit.h"
#include "base/msg.h"
#include "intake.h"
#include "launch.h"
#include "tally.h"

enum {
    MANY = 64 * 1024 /* bytes */
};

struct dry {
    struct intake intake;
    struct launch launch;
    struct tally tally;
    struct gf_buf out;
};

static int print(struct gf_buf *out)
{
    int r = out->failed ? -1 : gf_tool_print(out->data, out->len);
    if (out->failed)
        gf_error_nomem();
    gf_buf_clear(out);
    return r;
}

/* One command, or why there is none. The status so far, or GF_EXIT_TOOL. */
static int add_command(struct dry *d, int status)
{
    struct gf_template *command = &d->launch.command;
    struct gf_fill fill = work_fill(&d->intake.work, d->intake.seq, 1);
    if (gf_template_expand(command, &fill)) {
        gf_template_quote(command, &d->out);
        gf_buf_putc(&d->out, '\n');
        return status;
    }
    if (errno == ENOMEM) {
        gf_error_nomem();
        return GF_EXIT_TOOL;
    }
    tally_no_command(&d->tally, d->intake.seq, gf_command_why_not(errno));
    return GF_EXIT_SOME;
}

static int print_all(struct dry *d)
{
    struct source *source = &d->intake.source;
    int status = GF_EXIT_OK, got;
    while (status != GF_EXIT_TOOL && (got = intake_next(&d->intake)) != GF_READER_END) {
        if (got == 1)
            status = add_command(d, status);
        bool now = d->out.len > MANY || (got == 0 && source_waits(source));
        if (got == -1 || (d->out.len && now && print(&d->out) != 0) ||
            (got == 0 && source_fill(source) != 0))
            status = GF_EXIT_TOOL;
    }
    if (d->out.len && print(&d->out) != 0)
        status = GF_EXIT_TOOL;
    return status;
}

int dryrun(const struct options *o)
{
    struct dry d = {.launch = {.null_fd = -1}};
    struct intake *in = &d.intake;
    tally_begin(&d.tally, o, gf_now_mono());
    int status = intake_open(in, o) == 0 ? launch_check_command(&d.launch, o, in->names, in->nnames)
                                         : GF_EXIT_TOOL;
    if (status == -1 && launch_environment(&d.launch, NULL) != 0)
        status = GF_EXIT_TOOL;
    if (status == -1) {
        in->command = &d.launch.command;
        intake_measure(in, gf_environ_bytes(&d.launch.env));
        status = print_all(&d);
    }
    tally_say_failures(&d.tally, in->seq);
    intake_release(in);
    launch_release(&d.launch);
    gf_buf_release(&d.out);
    return gf_tool_finish(status);
}
