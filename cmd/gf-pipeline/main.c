/*
 * gf-pipeline - each record through named stages, in order, and none lost.
 *
 * What it promises: every record that was read is out, dead (with a letter), or dropped because it
 * was told to drop; no record is given to a stage before its answer can have a place; what fails is
 * known by stage and reason. What it refuses to do: run a shell.
 *
 * CONTRIBUTING.md has the map of the parts.
 */
#include "base/cli.h"
#include "base/heap.h"
#include "options.h"
#include "session.h"

int main(int argc, char **argv)
{
    gf_heap_keep();
    gf_tool_start(gf_pipeline_cli.name);
    struct options o;
    int status = options_parse(&o, argc - 1, argv + 1);
    if (status == -1)
        status = session_run(&o);
    options_release(&o);
    return gf_tool_status(status);
}
