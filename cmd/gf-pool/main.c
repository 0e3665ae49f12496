/*
 * gf-pool - run a command once for each record of standard input, several at once.
 *
 * What it promises: no record is lost and none is run twice; a job's output is whole, or the run
 * does not end with 0; a job that fails, crashes or hangs disturbs no other. What it refuses to do:
 * hand a record to a shell as text.
 *
 * CONTRIBUTING.md has the map of the parts.
 */
#include "base/cli.h"
#include "base/heap.h"
#include "dryrun.h"
#include "pool.h"
#include "workers.h"

int main(int argc, char **argv)
{
    gf_heap_keep();
    gf_tool_start(gf_pool_cli.name);
    struct options o;
    int status = options_parse(&o, argc - 1, argv + 1);
    if (status == -1)
        status = o.dry_run ? dryrun(&o) : o.worker ? workers_run(&o) : pool_run(&o);
    options_release(&o);
    return gf_tool_status(status);
}
