/*
 * gf-sem - run a command while holding one of N permits.
 *
 * The permits are kernel locks (lib/limit/sem.h), so there is no daemon, and no death of anybody
 * loses one. This file is the command line; run.c gets the permits, child.c keeps the command.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/cli.h"
#include "base/exit.h"
#include "base/msg.h"
#include "request.h"

enum {
    OPT_WEIGHT = 256,
    OPT_CLOSE,
    OPT_LABEL,
    OPT_STATUS,
    OPT_FORMAT,
    OPT_SET,
    OPT_WAIT_ALL,
};

static const struct gf_opt opts[] = {
    GF_OPT_GROUP("permits"),
    {'j', 'j', "permits", "N", "how many permits there are, for all users", NULL, GF_OPT_MAIN},
    {'S', 'S', "state", "NAME|DIR", "which semaphore (default: the name 'default')", "@state.sem",
     GF_OPT_MAIN},
    {OPT_WEIGHT, 0, "weight", "W", "take W permits (default 1)", NULL, GF_OPT_MAIN},
    GF_OPT_GROUP("waiting"),
    {'n', 'n', "no-wait", NULL, "do not wait: exit 75 when no permit is free", NULL, GF_OPT_MAIN},
    {'w', 'w', "max-wait", "DUR", "wait at most DUR, then exit 124", NULL, GF_OPT_MAIN},
    {'E', 'E', "conflict-exit-code", "CODE", "exit with CODE instead of 75 and 124", NULL,
     GF_OPT_MAIN},
    GF_OPT_GROUP("command"),
    {OPT_CLOSE, 0, "close", NULL, "only gf-sem holds the permit, not the command", NULL, 0},
    {OPT_LABEL, 0, "label", "TEXT", "name in --status (default: the command's name)", NULL, 0},
    GF_OPT_GROUP("state"),
    {OPT_STATUS, 0, "status", NULL, "print who holds and who waits", NULL, GF_OPT_MAIN},
    {OPT_FORMAT, 0, "format", "FORMAT", "of --status: text (default) or json", "text json", 0},
    {OPT_SET, 0, "set", "N", "change the number of permits for all users", NULL, GF_OPT_MAIN},
    {OPT_WAIT_ALL, 0, "wait-all", NULL, "wait until no process holds or waits", NULL, GF_OPT_MAIN},
    {0},
};

#define NO_PERMIT "it takes no permit"

static const struct gf_opt_rule rules[] = {
    {GF_OPT_NEEDS, "--format", "--status", "it is the form of what is shown"},
    {GF_OPT_NEEDS, "-E", "-n -w", "without a limit to the wait there is no conflict"},
    {GF_OPT_NOT_WITH, "-n", "-w", "one does not wait, the other does"},
    {GF_OPT_NOT_WITH, "--status", "--set --wait-all", "each is all that is done"},
    {GF_OPT_NOT_WITH, "--set", "--wait-all", "each is all that is done"},
    {GF_OPT_NOT_WITH, "--status", "-j --weight --close --label -n -w -E", NO_PERMIT},
    {GF_OPT_NOT_WITH, "--set", "-j --weight --close --label -n -w -E", NO_PERMIT},
    {GF_OPT_NOT_WITH, "--wait-all", "-j --weight --close --label", NO_PERMIT},
    {GF_OPT_NOT_WITH, "COMMAND", "--status --set --wait-all", "they run none"},
    {0},
};

static const struct gf_opt_elsewhere elsewhere[] = {
    {"--id", "GNU sem", "is -S here"},
    {"--semaphorename", "GNU sem", "is -S here"},
    {"--semaphore-name", "GNU sem", "is -S here"},
    {"--wait", "GNU sem", "is --wait-all here"},
    {"--fg", "GNU sem", "is what happens here: the command runs in the foreground"},
    {"--bg", "GNU sem", "is & of the shell here: gf-sem -j4 command &"},
    {"--st", "GNU sem", "is -w here, which gives up after that time"},
    {"--semaphoretimeout", "GNU sem", "is -w here, which gives up after that time"},
    {"--semaphore-timeout", "GNU sem", "is -w here, which gives up after that time"},
    {"--jobs", "GNU sem", "is --permits here"},
    {"-P", "GNU sem", "is -j here"},
    {"--max-procs", "GNU sem", "is --permits here"},
    {"--pipe", "GNU sem", "is what happens here: the command has our standard input"},
    {"--tag", "GNU sem", "is not here: gf-pool --tag puts a name in front of lines"},
    {"--keep-order", "GNU sem", "is not here: gf-pool -k prints in order"},
    {"--dry-run", "GNU sem", "is not here: --status shows who holds and who waits"},
    {"--retries", "GNU sem", "is not here: gf-pool --retries runs a command again"},
    {"--colsep", "GNU sem", "is not here: gf-pool -d splits records"},
    {"--timeout", "flock", "is -w here"},
    {"--wait-timeout", "flock", "is -w here"},
    {"--nb", "flock", "is -n here"},
    {"--nonblock", "flock", "is -n here"},
    {"--nonblocking", "flock", "is -n here"},
    {"-x", "flock", "is -j 1 here"},
    {"-e", "flock", "is -j 1 here"},
    {"--exclusive", "flock", "is -j 1 here"},
    {"-s", "flock", "is not here: a permit is not shared; -j N gives N of them"},
    {"--shared", "flock", "is not here: a permit is not shared; -j N gives N of them"},
    {"-o", "flock", "is --close here"},
    {"-c", "flock", "is sh -c here: gf-sem -j1 -- sh -c '...'"},
    {"--command", "flock", "is sh -c here: gf-sem -j1 -- sh -c '...'"},
    {"-u", "flock", "is not needed here: a permit ends with its command"},
    {"--unlock", "flock", "is not needed here: a permit ends with its command"},
    {"-F", "flock", "is not here: gf-sem stays until the command has ended"},
    {"--no-fork", "flock", "is not here: gf-sem stays until the command has ended"},
    {0},
};

static const struct gf_cli cli = {
    .name = "gf-sem",
    .summary = "Run a command while holding one of N permits that processes share.",
    .usage = (const char *const[]){"-j N [-S NAME|DIR] [OPTION...] [--] CMD [ARG...]",
                                   "--status [--format text|json] [-S NAME|DIR]",
                                   "--set N [-S NAME|DIR]",
                                   "--wait-all [-n | -w DUR] [-E CODE] [-S NAME|DIR]", NULL},
    .opts = opts,
    .examples = (const char *const[]){"gf-sem -j 4 -S db -- echo 'one of four'",
                                      "gf-sem -j 1 -n -S backup -- echo 'not twice at a time'",
                                      "gf-sem -S db --wait-all -w 10s", NULL},
    .exits = (const int[]){GF_EXIT_OK, GF_EXIT_USAGE, GF_EXIT_REFUSED, GF_EXIT_TIMEOUT,
                           GF_EXIT_TOOL, GF_EXIT_CANNOT, GF_EXIT_NOTFOUND, -1},
    .notes =
        (const char *const[]){"The exit status of a command that ran is the exit status of gf-sem.",
                              NULL},
    .rules = rules,
    .elsewhere = elsewhere,
    .operands = "@command",
    .stop_at_operand = true,
};

static const char *const formats[] = {"text", "json", NULL};

static int take_count(const struct gf_optparser *p, uint64_t lo, uint64_t hi, uint32_t *out)
{
    uint64_t n;
    if (gf_cli_count(p, lo, hi, &n) != 0)
        return -1;
    *out = (uint32_t)n;
    return 0;
}

static int take_action(struct request *rq, enum action action)
{
    rq->action = action;
    return 0;
}

static int take_option(const struct gf_optparser *p, struct request *rq)
{
    uint32_t code;
    int format;
    switch (p->opt->id) {
    case 'j':
        return take_count(p, 1, GF_SEM_MOST, &rq->permits);
    case 'S':
        rq->state = p->value;
        return 0;
    case 'n':
        rq->no_wait = true;
        return 0;
    case 'w':
        return gf_cli_duration(p, &rq->max_wait);
    case OPT_WEIGHT:
        return take_count(p, 1, GF_SEM_MOST, &rq->weight);
    case 'E':
        if (take_count(p, 0, 255, &code) != 0)
            return -1;
        rq->refused = rq->timed_out = (int)code;
        return 0;
    case OPT_CLOSE:
        rq->close_in_command = true;
        return 0;
    case OPT_LABEL:
        rq->label = p->value;
        return 0;
    case OPT_STATUS:
        return take_action(rq, ACTION_STATUS);
    case OPT_FORMAT:
        if (gf_cli_choice(p, formats, &format) != 0)
            return -1;
        rq->json = format == 1;
        return 0;
    case OPT_SET:
        if (take_action(rq, ACTION_SET) != 0)
            return -1;
        return take_count(p, 1, GF_SEM_MOST, &rq->set_to);
    default: /* OPT_WAIT_ALL */
        return take_action(rq, ACTION_WAIT_ALL);
    }
}

/* Checks what goes together. 0, or GF_EXIT_USAGE after a message. */
static int check_request(const struct request *rq)
{
    bool run = rq->action == ACTION_RUN;
    if (run && !rq->argv[0])
        return gf_cli_usage_error(&cli, "no command was given");
    if (run && rq->permits && rq->weight > rq->permits)
        return gf_cli_usage_error(&cli, "a weight of %u is more than %u permits",
                                  (unsigned)rq->weight, (unsigned)rq->permits);
    return 0;
}

static int find_path(struct request *rq, const char *xdg, const char *home)
{
    const char *why = NULL;
    if (gf_statepath_find(&rq->path, rq->state, ".sem", xdg, home, &why) == 0)
        return 0;
    if (errno == ENOENT) {
        gf_error("cannot use the state '%s': %s", rq->state, why);
        return GF_EXIT_TOOL;
    }
    return gf_cli_usage_error(&cli, "bad state '%s': %s", rq->state, why);
}

int main(int argc, char **argv)
{
    gf_tool_start(cli.name);
    struct request rq = {.state = "default",
                         .weight = 1,
                         .max_wait = GF_NEVER,
                         .refused = GF_EXIT_REFUSED,
                         .timed_out = GF_EXIT_TIMEOUT};
    struct gf_optparser p = gf_optparser(&cli, argc - 1, argv + 1);
    enum gf_opt_event ev;
    while ((ev = gf_cli_next(&p)) != GF_OPT_END) {
        if (ev == GF_OPT_DONE)
            return p.status;
        if (take_option(&p, &rq) != 0)
            return GF_EXIT_USAGE;
    }
    rq.argv = argv + 1 + p.next;
    if (rq.argv[0])
        gf_opt_fact(&p, "COMMAND", rq.argv[0]);
    int status = gf_cli_check_rules(&p, true);
    if (status == 0)
        status = check_request(&rq);
    if (status == 0)
        status = find_path(&rq, getenv("XDG_STATE_HOME"), getenv("HOME"));
    if (status != 0)
        return status;
    static int (*const actions[])(const struct request *) = {
        [ACTION_RUN] = run_command,
        [ACTION_STATUS] = show_status,
        [ACTION_SET] = set_permits,
        [ACTION_WAIT_ALL] = wait_all,
    };
    return actions[rq.action](&rq);
}
