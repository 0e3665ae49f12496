/* statefile.c - opening the state that -S names, with messages: see cron.h. */
#include <stdlib.h>

#include "cron.h"

#include "base/exit.h"
#include "base/msg.h"
#include "base/statepath.h"
#include "cron/state.h"

int cron_state_open(const char *value, bool create, struct gf_state **out)
{
    struct gf_statepath p;
    const char *why;
    if (gf_statepath_find(&p, value, ".cron", getenv("XDG_STATE_HOME"), getenv("HOME"), &why) !=
        0) {
        gf_error("bad name of a state '%s': %s", value, why);
        return GF_EXIT_USAGE;
    }
    if ((!create || gf_statepath_make_parents(&p, &why) == 0) &&
        gf_state_open(out, p.path, create, &why) == 0)
        return GF_EXIT_OK;
    gf_error("cannot use the state '%s': %s", p.path, why);
    return GF_EXIT_TOOL;
}
