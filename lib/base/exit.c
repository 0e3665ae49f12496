/*
 * exit.c - the list as one table, from the least status to the largest.
 *
 * The table ends with a row that has no meaning (NULL). A status that no row has is answered by
 * NULL: it belongs to the command, not to us.
 */
#include "base/exit.h"

#include <stddef.h>

const struct gf_exit_row gf_exit_list[] = {
    {GF_EXIT_OK, "all that was asked is done, and all output was accepted"},
    {GF_EXIT_NO, "the answer is no"},
    {GF_EXIT_USAGE, "bad usage; nothing was read, started or changed"},
    {GF_EXIT_REFUSED, "refused for now: over the limit, or the wait would block"},
    {GF_EXIT_SOME, "ran to the end, but at least one job or record failed"},
    {GF_EXIT_TIMEOUT, "a time limit ended it"},
    {GF_EXIT_TOOL, "the tool itself failed: input, output, memory or state"},
    {GF_EXIT_CANNOT, "the command cannot be run"},
    {GF_EXIT_NOTFOUND, "the command is not found"},
    {0, NULL},
};

const char *gf_exit_meaning(int code)
{
    for (const struct gf_exit_row *r = gf_exit_list; r->meaning; r++)
        if (r->code == code)
            return r->meaning;
    return NULL;
}
