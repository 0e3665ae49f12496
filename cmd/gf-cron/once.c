/*
 * once.c - gf-cron once: waits for the next firing, then becomes the command.
 *
 * The command replaces this process by exec, so that the command has the caller's terminal, process
 * group and parent. The alarm also rings when the clock was set, forward or back. So the clock is
 * compared with the due time after each alarm, and the wait ends only when the due time has come.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alarm.h"
#include "cron.h"

#include "base/exit.h"
#include "base/msg.h"

const struct gf_cli cron_once_cli = {
    .name = "once",
    .summary = "wait for the next firing, then run a command",
    .usage = (const char *const[]){"[options] EXPR -- COMMAND ...", NULL},
    .opts =
        (const struct gf_opt[]){
            CRON_OPT_TZ,
            CRON_OPT_DST,
            {0},
        },
    .examples = (const char *const[]){"gf-cron once '@in 1s' -- echo hello",
                                      "gf-cron once '* * * * * *' -- date",
                                      "gf-cron once --tz UTC '@every 2s' -- true", NULL},
    .exits = (const int[]){GF_EXIT_OK, GF_EXIT_NO, GF_EXIT_USAGE, GF_EXIT_TOOL, GF_EXIT_CANNOT,
                           GF_EXIT_NOTFOUND, -1},
    .parent = &cron_cli,
    .stop_at_operand = true,
};

/* Waits until the clock shows `due`. A clock that is set back makes the wait longer. */
static int wait_until(int64_t due)
{
    int fd = alarm_open();
    if (fd == -1)
        return -1;
    while (gf_now_wall() < due * GF_S) {
        if (alarm_set(fd, due) != 0 || (alarm_wait(fd) != 0 && errno != EINTR)) {
            close(fd);
            return -1;
        }
        alarm_clear(fd);
    }
    close(fd);
    return 0;
}

static int once(struct cron_context *context, const char *expr, char **argv)
{
    struct gf_cron c;
    struct gf_zone *z;
    int64_t due;
    int status = cron_schedule_parse(context, expr, NULL, &c, &z);
    if (status != GF_EXIT_OK)
        return status;
    if (c.kind == GF_CRON_AFTER) {
        gf_error("'%s' follows a job of a crontab, and here is none", expr);
        return GF_EXIT_USAGE;
    }
    bool at_once = gf_cron_starts(&c, context->now);
    int got = at_once ? GF_CRON_FOUND
                      : gf_cron_next(&c, z, (enum gf_dst)context->dst, context->now, &due);
    if (got == GF_CRON_NEVER) {
        gf_error("'%s' does not fire any more", expr);
        return GF_EXIT_NO;
    }
    if (!at_once && wait_until(due) != 0) {
        gf_error_errno("cannot wait");
        return GF_EXIT_TOOL;
    }
    return gf_tool_become(argv);
}

int cron_once_main(int argc, char **argv)
{
    struct cron_context context = {0};
    struct gf_optparser p = gf_optparser(&cron_once_cli, argc, argv);
    enum gf_opt_event ev;
    while ((ev = gf_cli_next(&p)) != GF_OPT_END) {
        if (ev == GF_OPT_DONE)
            return p.status;
        if (cron_context_option(&context, &p) != 0)
            return GF_EXIT_USAGE;
    }
    if (p.next == argc)
        return gf_cli_usage_error(&cron_once_cli, "no schedule was given");
    const char *expr = argv[p.next++];
    if (p.next < argc && strcmp(argv[p.next], "--") == 0)
        p.next++;
    if (p.next == argc)
        return gf_cli_usage_error(&cron_once_cli, "no command was given");
    int status = cron_context_open(&context);
    if (status == GF_EXIT_OK)
        status = once(&context, expr, argv + p.next);
    cron_context_release(&context);
    return status;
}
