/*
 * options.c - the options of gf-sem, and what each puts into the request.
 *
 * -j and --weight belong to the -S before them, or, before the first, to that.
 */
#include <errno.h>
#include <limits.h>
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
    OPT_SHARED,
    OPT_EXCLUSIVE,
    OPT_PRIORITY,
    OPT_EAGER,
    OPT_REPLACE,
    OPT_CANCEL_RUNNING,
    OPT_KILL_AFTER,
    OPT_FD,
    OPT_GROUP,
    OPT_LEASE,
    OPT_ON_LEASE_LOST,
};

static const struct gf_opt opts[] = {
    GF_OPT_GROUP("permits"),
    {'j', 'j', "permits", "N", "how many permits, for all users; or 50% of CPUs", NULL,
     GF_OPT_MAIN | GF_OPT_AGAIN},
    {'S', 'S', "state", "NAME|DIR|URL", "which semaphore (default: 'default')", "@state.sem",
     GF_OPT_MAIN | GF_OPT_AGAIN},
    {OPT_WEIGHT, 0, "weight", "W", "take W permits (default 1)", NULL, GF_OPT_MAIN | GF_OPT_AGAIN},
    {OPT_SHARED, 0, "shared", NULL, "a reader: take one permit (no -j is needed)", NULL, 0},
    {OPT_EXCLUSIVE, 0, "exclusive", NULL, "a writer: take all permits", NULL, 0},
    {OPT_FD, 0, "fd", "N", "take a permit for the open file N", NULL, 0},
    GF_OPT_GROUP("waiting"),
    {'n', 'n', "no-wait", NULL, "do not wait: exit 75 when no permit is free", NULL, GF_OPT_MAIN},
    {'w', 'w', "max-wait", "DUR", "wait at most DUR, then exit 124", NULL, GF_OPT_MAIN},
    {'E', 'E', "conflict-exit-code", "CODE", "exit with CODE instead of 75 and 124", NULL,
     GF_OPT_MAIN},
    {OPT_PRIORITY, 0, "priority", "0..9", "whom to serve first: 0 (default 5)", NULL, 0},
    {OPT_EAGER, 0, "eager", "N", "pass those that want more than is free, N times", NULL, 0},
    {OPT_REPLACE, 0, "replace", NULL, "those that wait give up with 75, and we wait", NULL, 0},
    {OPT_CANCEL_RUNNING, 0, "cancel-running", NULL, "end the commands that hold the permits", NULL,
     0},
    {OPT_KILL_AFTER, 0, "kill-after", "DUR", "SIGKILL follows SIGTERM after DUR (default 5s)", NULL,
     0},
    GF_OPT_GROUP("lease"),
    {OPT_LEASE, 0, "lease", "DUR", "how long a server keeps it for who is gone (30s)", NULL, 0},
    {OPT_ON_LEASE_LOST, 0, "on-lease-lost", "WHAT", "end the command (term, default) or warn",
     "term warn", 0},
    GF_OPT_GROUP("command"),
    {OPT_CLOSE, 0, "close", NULL, "only gf-sem holds the permit, not the command", NULL, 0},
    {OPT_LABEL, 0, "label", "TEXT", "name in --status (default: the command's name)", NULL, 0},
    GF_OPT_GROUP("state"),
    {OPT_STATUS, 0, "status", NULL, "print who holds and who waits", NULL, GF_OPT_MAIN},
    {OPT_GROUP, 0, "group", "NAME", "share the state, a DIR, with all users of a group", NULL, 0},
    {OPT_FORMAT, 0, "format", "FORMAT", "of --status: text (default) or json", "text json", 0},
    {OPT_SET, 0, "set", "N", "change the number of permits for all users", NULL, GF_OPT_MAIN},
    {OPT_WAIT_ALL, 0, "wait-all", NULL, "wait until no process holds or waits", NULL, GF_OPT_MAIN},
    {0},
};

#define NO_PERMIT "it takes no permit"
#define OF_A_PERMIT                                                                                \
    "-j --weight --close --label --shared --exclusive --priority --eager --replace "               \
    "--cancel-running --kill-after --lease --on-lease-lost --fd"

static const struct gf_opt_rule rules[] = {
    {GF_OPT_NEEDS, "--format", "--status", "it is the form of what is shown"},
    {GF_OPT_NEEDS, "-E", "-n -w", "without a limit to the wait there is no conflict"},
    {GF_OPT_NEEDS, "--kill-after", "--cancel-running " FACT_SERVER, "nothing else is ended"},
    {GF_OPT_NEEDS, "--fd", "-j", "the file does not tell how many there are"},
    {GF_OPT_NOT_WITH, "-n", "-w", "one does not wait, the other does"},
    {GF_OPT_NOT_WITH, "-n", "--priority --eager --replace --cancel-running",
     "they are for one that waits"},
    {GF_OPT_NOT_WITH, "--shared", "--exclusive", "one is for readers, the other for writers"},
    {GF_OPT_NOT_WITH, "--shared", "--weight", "a reader takes one permit"},
    {GF_OPT_NOT_WITH, "--exclusive", "--weight", "a writer takes all permits"},
    {GF_OPT_NEEDS, "--group", "-S", "a state of a group is a directory that all of it can reach"},
    {GF_OPT_NOT_WITH, "--fd", "-S --group", "the file is the semaphore"},
    {GF_OPT_NOT_WITH, "--fd",
     "--close --label --shared --exclusive --priority --eager --replace "
     "--cancel-running --lease --on-lease-lost",
     "nothing is written to the file"},
    {GF_OPT_NOT_WITH, "--status", "--set --wait-all", "each is all that is done"},
    {GF_OPT_NOT_WITH, "--set", "--wait-all", "each is all that is done"},
    {GF_OPT_NOT_WITH, "--status", OF_A_PERMIT " -n -w -E", NO_PERMIT},
    {GF_OPT_NOT_WITH, "--set", OF_A_PERMIT " -n -w -E", NO_PERMIT},
    {GF_OPT_NOT_WITH, "--wait-all", OF_A_PERMIT, NO_PERMIT},
    {GF_OPT_NOT_WITH, "--group", "--lease --on-lease-lost", "a group shares a directory"},
    {GF_OPT_NOT_WITH, "--cancel-running", "--lease --on-lease-lost",
     "a command of another machine cannot be ended"},
    {GF_OPT_NOT_WITH, FACT_SERVER,
     "--shared --exclusive --priority --eager --replace --cancel-running",
     "a server knows permits and their order alone"},
    {GF_OPT_NOT_WITH, FACT_SERVER, "--close --group", "they are for a permit that is a file"},
    {GF_OPT_NOT_WITH, "COMMAND", "--status --set --wait-all", "they run none"},
    {GF_OPT_NOT_WITH, "COMMAND", "--fd", "the permit is for the file, not for a command"},
    {GF_OPT_NEEDS, "--lease", FACT_SERVER,
     "the permit of a file has no end but that of its holder"},
    {GF_OPT_NEEDS, "--on-lease-lost", FACT_SERVER,
     "the permit of a file has no end but that of its holder"},
    {0},
};

extern const struct gf_opt_elsewhere sem_elsewhere[];

const struct gf_cli sem_cli = {
    .name = "gf-sem",
    .summary = "Run a command while holding one of N permits that processes share.",
    .usage = (const char *const[]){"-j N [-S NAME|DIR|URL] [OPTION...] [--] CMD [ARG...]",
                                   "--status [--format text|json] [-S NAME|DIR|URL]",
                                   "--set N [-S NAME|DIR|URL]",
                                   "--wait-all [-n | -w DUR] [-E CODE] [-S NAME|DIR|URL]",
                                   "--fd N -j N [--weight W] [-n | -w DUR] [-E CODE]", NULL},
    .opts = opts,
    .examples = (const char *const[]){"gf-sem -j 4 -S db -- echo 'one of four'",
                                      "gf-sem -j 1 -n -S backup -- echo 'not twice at a time'",
                                      "gf-sem -S db -j 4 -S gpu -j 1 -- echo 'one of each'",
                                      "gf-sem -S db --wait-all -w 10s", NULL},
    .exits = (const int[]){GF_EXIT_OK, GF_EXIT_USAGE, GF_EXIT_REFUSED, GF_EXIT_TIMEOUT,
                           GF_EXIT_TOOL, GF_EXIT_CANNOT, GF_EXIT_NOTFOUND, -1},
    .notes =
        (const char *const[]){"The exit status of a command that ran is the exit status of gf-sem.",
                              NULL},
    .rules = rules,
    .elsewhere = sem_elsewhere,
    .operands = "@command",
    .stop_at_operand = true,
};

static const char *const formats[] = {"text", "json", NULL};
static const char *const ends[] = {"term", "warn", NULL};

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

static int take_state(const struct gf_optparser *p, struct request *rq)
{
    struct want *first = &rq->wants[0];
    if (!first->state) {
        first->state = p->value;
        return 0;
    }
    if (rq->nwants == WANTS_MOST)
        return gf_cli_usage_error(&sem_cli, "more than %d semaphores", (int)WANTS_MOST);
    rq->wants[rq->nwants++].state = p->value;
    return 0;
}

/* A number for the semaphore that was named last. */
static int take_number(const struct gf_optparser *p, const struct request *rq, uint32_t *out)
{
    uint64_t n;
    const char *state = rq->wants[rq->nwants - 1].state;
    char spelt[64];
    gf_opt_spell(p, spelt);
    if (*out)
        return gf_cli_usage_error(&sem_cli, "%s is given twice for '%s'", spelt,
                                  state ? state : "default");
    bool of_processors = p->opt->id == 'j';
    if ((of_processors ? gf_cli_slots(p, GF_SEM_MOST, &n) : gf_cli_count(p, 1, GF_SEM_MOST, &n)) !=
        0)
        return -1;
    *out = (uint32_t)n;
    return 0;
}

static int take_conflict(const struct gf_optparser *p, struct request *rq)
{
    uint32_t code;
    if (take_count(p, 0, 255, &code) != 0)
        return -1;
    rq->refused = rq->timed_out = (int)code;
    return 0;
}

static int take_format(const struct gf_optparser *p, struct request *rq)
{
    int format;
    if (gf_cli_choice(p, formats, &format) != 0)
        return -1;
    rq->json = format == 1;
    return 0;
}

static int take_on_lease_lost(const struct gf_optparser *p, struct request *rq)
{
    int end;
    if (gf_cli_choice(p, ends, &end) != 0)
        return -1;
    rq->only_warn = end == 1;
    return 0;
}

static int take_fd(const struct gf_optparser *p, struct request *rq)
{
    uint32_t fd;
    if (take_action(rq, ACTION_FD) != 0 || take_count(p, 0, INT_MAX, &fd) != 0)
        return -1;
    rq->fd = (int)fd;
    return 0;
}

static void take_flag(int id, struct request *rq)
{
    switch (id) {
    case 'n':
        rq->no_wait = true;
        break;
    case OPT_SHARED:
        rq->sharing = SHARED;
        break;
    case OPT_EXCLUSIVE:
        rq->sharing = EXCLUSIVE;
        break;
    case OPT_REPLACE:
        rq->replace = true;
        break;
    case OPT_CANCEL_RUNNING:
        rq->cancel_running = true;
        break;
    case OPT_CLOSE:
        rq->close_in_command = true;
        break;
    case OPT_STATUS:
        rq->action = ACTION_STATUS;
        break;
    default: /* OPT_WAIT_ALL */
        rq->action = ACTION_WAIT_ALL;
    }
}

int take_option(const struct gf_optparser *p, struct request *rq)
{
    struct want *last = &rq->wants[rq->nwants - 1];
    switch (p->opt->id) {
    case 'j':
        return take_number(p, rq, &last->permits);
    case 'S':
        return take_state(p, rq);
    case OPT_WEIGHT:
        return take_number(p, rq, &last->weight);
    case 'w':
        return gf_cli_duration(p, &rq->max_wait);
    case 'E':
        return take_conflict(p, rq);
    case OPT_FD:
        return take_fd(p, rq);
    case OPT_PRIORITY:
        return take_count(p, 0, GF_SEM_PRIORITY_LAST, &rq->priority);
    case OPT_EAGER:
        return take_count(p, 1, GF_SEM_MOST, &rq->eager);
    case OPT_KILL_AFTER:
        return gf_cli_duration(p, &rq->kill_after);
    case OPT_LEASE:
        return gf_cli_duration(p, &rq->lease);
    case OPT_ON_LEASE_LOST:
        return take_on_lease_lost(p, rq);
    case OPT_GROUP:
        rq->group = p->value;
        return 0;
    case OPT_LABEL:
        rq->label = p->value;
        return 0;
    case OPT_FORMAT:
        return take_format(p, rq);
    case OPT_SET:
        rq->action = ACTION_SET;
        return take_count(p, 1, GF_SEM_MOST, &rq->set_to);
    default:
        take_flag(p->opt->id, rq);
        return 0;
    }
}
