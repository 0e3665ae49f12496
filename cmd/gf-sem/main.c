/*
 * gf-sem - run a command while holding one of N permits.
 *
 * The permits are kernel locks (lib/limit/sem.h), so there is no daemon, and no death of anybody
 * loses one. This file checks the command line and starts what it asks for; options.c reads it,
 * run.c gets the permits, child.c keeps the command. What is on a server goes another way
 * (server.c).
 */
#include <errno.h>
#include <stdlib.h>

#include "base/cli.h"
#include "base/exit.h"
#include "base/msg.h"
#include "request.h"

/* Checks what goes together beyond the rules of options.c. 0, or GF_EXIT_USAGE after a message. */
static int check_request(const struct request *rq)
{
    bool run = rq->action == ACTION_RUN;
    if (run && !rq->argv[0])
        return gf_cli_usage_error(&sem_cli, "no command was given");
    if (rq->max_wait == 0 && (rq->replace || rq->cancel_running))
        return gf_cli_usage_error(&sem_cli, "-w 0 does not go with --replace or --cancel-running: "
                                            "they are for one that waits");
    if (!run && rq->nwants > 1)
        return gf_cli_usage_error(&sem_cli, "one -S at a time can be looked at or changed");
    for (size_t i = 0; i < rq->nwants; i++) {
        const struct want *w = &rq->wants[i];
        if (w->permits && w->weight > w->permits)
            return gf_cli_usage_error(&sem_cli, "a weight of %u is more than %u permits",
                                      (unsigned)w->weight, (unsigned)w->permits);
    }
    return 0;
}

static int find_path(struct want *w, const char *group)
{
    const char *why = NULL;
    if (!w->state)
        w->state = "default";
    if (gf_statepath_here(&w->path, w->state, ".sem", &why) == 0 &&
        (!group || gf_statepath_share(&w->path, group, &why) == 0))
        return 0;
    if (errno == ENOENT && !group) {
        char text[GF_STATEPATH_CURE];
        const char *cure = gf_statepath_cure("", ENOENT, why, text);
        gf_error("cannot use the state '%s': %s", w->state, why);
        if (cure)
            gf_hint("%s", cure);
        return GF_EXIT_TOOL;
    }
    return gf_cli_usage_error(&sem_cli, "bad state '%s': %s", w->state, why);
}

int main(int argc, char **argv)
{
    gf_tool_start(sem_cli.name);
    static struct request rq; /* a path of each of its states: too much for the stack */
    rq = (struct request){.nwants = 1,
                          .self = argv,
                          .max_wait = GF_NEVER,
                          .priority = 5,
                          .kill_after = GF_NEVER,
                          .lease = 30 * GF_S,
                          .refused = GF_EXIT_REFUSED,
                          .timed_out = GF_EXIT_TIMEOUT};
    struct gf_optparser p = gf_optparser(&sem_cli, argc - 1, argv + 1);
    enum gf_opt_event ev;
    while ((ev = gf_cli_next(&p)) != GF_OPT_END) {
        if (ev == GF_OPT_DONE)
            return p.status;
        if (take_option(&p, &rq) != 0)
            return gf_tool_status(GF_EXIT_USAGE);
        if (is_on_server(&rq)) /* before the options end, and their rules are looked at */
            gf_opt_fact(&p, FACT_SERVER, NULL);
    }
    rq.argv = argv + 1 + p.next;
    if (rq.argv[0])
        gf_opt_fact(&p, "COMMAND", rq.argv[0]);
    bool remote = is_on_server(&rq);
    int status = gf_cli_check_rules(&p, true);
    if (status == 0)
        status = check_request(&rq);
    if (status == 0 && remote)
        status = check_server(&rq);
    for (size_t i = 0; status == 0 && i < rq.nwants && !remote; i++)
        status = find_path(&rq.wants[i], rq.group);
    if (status != 0)
        return gf_tool_status(status);
    if (remote)
        return act_on_server(&rq);
    if (rq.kill_after == GF_NEVER)
        rq.kill_after = 5 * GF_S;
    static int (*const actions[])(const struct request *) = {
        [ACTION_RUN] = run_command,   [ACTION_STATUS] = show_status, [ACTION_SET] = set_permits,
        [ACTION_WAIT_ALL] = wait_all, [ACTION_FD] = take_for_fd,
    };
    pause_hold_back();
    return actions[rq.action](&rq);
}
