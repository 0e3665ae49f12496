/*
 * gf-fetch - URLs in, one whole record out for each, as they come.
 *
 * What it promises: each line of input gets exactly one record, whole; no body of a failed attempt
 * is in a record or a file; no host is asked more often than was said, nor before it said; secrets
 * go where they were meant for. What it refuses to do: any other scheme than http and https.
 *
 * CONTRIBUTING.md has the map of the parts.
 */
#include "base/cli.h"
#include "options.h"
#include "session.h"

int main(int argc, char **argv)
{
    gf_tool_start(gf_fetch_cli.name);
    struct options o;
    int status = options_parse(&o, argc - 1, argv + 1);
    if (status == -1)
        status = session_run(&o);
    options_release(&o);
    curl_global_cleanup();
    return gf_tool_status(status);
}
