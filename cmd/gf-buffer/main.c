/*
 * gf-buffer - records between a writer and a reader, and files that are whole.
 *
 * What it promises: no record is cut, mixed with another or put out of order; what was read is
 * written, held, or counted as dropped. What it refuses to do: limit a rate (gf-ratelimit), copy a
 * log and truncate it.
 *
 * CONTRIBUTING.md has the map of the parts.
 */
#include "atomic.h"
#include "base/cli.h"
#include "options.h"
#include "session.h"
#include "status.h"

int main(int argc, char **argv)
{
    gf_tool_start(gf_buffer_cli.name);
    struct options o;
    int status = options_parse(&o, argc - 1, argv + 1);
    if (status == -1 && o.status)
        status = gf_tool_finish(status_show(&o));
    else if (status == -1 && o.atomic.file)
        status = atomic_run(&o);
    else if (status == -1)
        status = session_run(&o);
    options_release(&o);
    return gf_tool_status(status);
}
