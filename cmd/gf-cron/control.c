/*
 * control.c - gf-cron pause, resume and trigger: a job is controlled through the state file.
 *
 * The three have one command line and differ in one function on the state. Nothing is sent to the
 * scheduler. A pause is a flag in the state, which the scheduler reads before it claims a due time.
 * A trigger is a request in the state, which the scheduler finds by watching the file (requests.c),
 * or at its start. So all three work while no scheduler runs.
 */
#include "cron.h"

#include "base/exit.h"
#include "base/msg.h"
#include "cron/state.h"

static const struct gf_opt opts[] = {
    {'S', 'S', "state", "FILE|ADDRESS", "the state of gf-cron run", "@state.cron", 0},
    {0},
};

static const int exits[] = {GF_EXIT_OK, GF_EXIT_NO, GF_EXIT_USAGE, GF_EXIT_TOOL, -1};

const struct gf_cli cron_pause_cli = {
    .name = "pause",
    .summary = "pause a job: skip its runs",
    .usage = (const char *const[]){"-S FILE ID", NULL},
    .operands = "@job",
    .opts = opts,
    .examples =
        (const char *const[]){
            "gf-cron run -S ./state -e @start -- true; gf-cron pause -S ./state job",
            "gf-cron run -S ./s -e @start -- true; gf-cron pause --state ./s job",
            "gf-cron run -S ./t -e @start -- true; gf-cron pause --state=./t job", NULL},
    .exits = exits,
    .parent = &cron_cli,
};

const struct gf_cli cron_resume_cli = {
    .name = "resume",
    .summary = "end the pause of a job",
    .usage = (const char *const[]){"-S FILE ID", NULL},
    .operands = "@job",
    .opts = opts,
    .examples =
        (const char *const[]){
            "gf-cron run -S ./state -e @start -- true; gf-cron resume -S ./state job",
            "gf-cron run -S ./s -e @start -- true; gf-cron resume --state ./s job",
            "gf-cron run -S ./t -e @start -- true; gf-cron resume --state=./t job", NULL},
    .exits = exits,
    .parent = &cron_cli,
};

const struct gf_cli cron_trigger_cli = {
    .name = "trigger",
    .summary = "run a job once, now or when a scheduler starts",
    .usage = (const char *const[]){"-S FILE ID", NULL},
    .operands = "@job",
    .opts = opts,
    .examples =
        (const char *const[]){
            "gf-cron run -S ./state -e @start -- true; gf-cron trigger -S ./state job",
            "gf-cron run -S ./s -e @start -- true; gf-cron trigger --state ./s job",
            "gf-cron run -S ./t -e @start -- true; gf-cron trigger --state=./t job", NULL},
    .exits = exits,
    .parent = &cron_cli,
};

static int hold(struct gf_state *s, const char *id)
{
    return gf_state_pause(s, id, true);
}

static int let_go(struct gf_state *s, const char *id)
{
    return gf_state_pause(s, id, false);
}

/* Calls `act` for the job in the state file. The exit status. */
static int apply(const char *path, const char *id, int (*act)(struct gf_state *s, const char *id))
{
    struct gf_state *state;
    int status = cron_state_open(path, GF_DB_WRITE, 0, &state);
    if (status != GF_EXIT_OK)
        return status;
    int got = act(state, id);
    if (got < 0)
        cron_state_failed(state, "write");
    else if (got)
        gf_error("no job '%s' is known there", id);
    cron_state_close(state);
    return got < 0 ? GF_EXIT_TOOL : got ? GF_EXIT_NO : GF_EXIT_OK;
}

static int command(const struct gf_cli *cli, int argc, char **argv,
                   int (*act)(struct gf_state *s, const char *id))
{
    const char *path = NULL, *id = NULL;
    struct gf_optparser p = gf_optparser(cli, argc, argv);
    enum gf_opt_event ev;
    while ((ev = gf_cli_next(&p)) != GF_OPT_END) {
        if (ev == GF_OPT_DONE)
            return p.status;
        if (ev == GF_OPT_OPTION)
            path = p.value;
        else if (id)
            return gf_cli_usage_error(cli, "more than one job: '%s'", p.value);
        else
            id = p.value;
    }
    if (!path)
        return gf_cli_usage_error(cli, "no state file was given: -S FILE");
    return id ? apply(path, id, act) : gf_cli_usage_error(cli, "no job was given");
}

int cron_pause_main(int argc, char **argv)
{
    return command(&cron_pause_cli, argc, argv, hold);
}

int cron_resume_main(int argc, char **argv)
{
    return command(&cron_resume_cli, argc, argv, let_go);
}

int cron_trigger_main(int argc, char **argv)
{
    return command(&cron_trigger_cli, argc, argv, gf_state_request);
}
