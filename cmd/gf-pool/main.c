/*
 * gf-pool - run a command once for each record of standard input, several at once.
 *
 * What it promises: no record is lost and none is run twice; a job's output is whole, or the run
 * does not end with 0; a job that fails, crashes or hangs disturbs no other. What it refuses to do:
 * hand a record to a shell as text.
 *
 * pool.h is the map of the parts.
 */
#include <stdlib.h>

#include "base/cli.h"
#include "base/exit.h"
#include "base/msg.h"
#include "crew.h"
#include "pool.h"

int main(int argc, char **argv)
{
    gf_tool_start(gf_pool_cli.name);
    struct options o;
    int status = options_parse(&o, argc - 1, argv + 1);
    if (status != -1) {
        options_release(&o);
        return status;
    }
    struct pool *p = o.worker ? NULL : calloc(1, sizeof *p);
    if (o.worker) {
        status = crew_run(&o);
    } else if (p) {
        status = pool_run(p, &o);
    } else {
        gf_error_nomem();
        status = GF_EXIT_TOOL;
    }
    free(p);
    options_release(&o);
    return status;
}
