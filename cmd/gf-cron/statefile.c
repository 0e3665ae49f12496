/*
 * statefile.c - opens the state file that -S names, with messages.
 *
 * A name without a slash is looked up below XDG_STATE_HOME or HOME (base/statepath.h). Only a
 * scheduler creates the file and the directories above it; to all others a file that is missing is
 * an error. A file of a newer gf-cron, a foreign file and a damaged file each have a hint of their
 * own; what no tool takes for a state has that of base/statepath.h.
 */
#include <errno.h>
#include <stdlib.h>

#include "cron.h"
#include "inputs.h"

#include "base/exit.h"
#include "base/msg.h"
#include "base/statepath.h"
#include "cron/state.h"

static void say_way_out(int refusal)
{
    if (refusal == GF_STATE_LATER)
        gf_hint("a newer gf-cron wrote the file: use that one, or name another file with -S");
    else if (refusal == GF_STATE_FOREIGN)
        gf_hint("name another file with -S; gf-cron run -S makes a file that is missing");
    else if (refusal == GF_STATE_DAMAGED)
        gf_hint("restore the file, or move the file away and gf-cron run -S makes a new one");
}

int cron_state_open(const char *value, enum gf_state_use use, struct gf_state **out)
{
    struct gf_statepath p;
    const char *why;
    if (gf_statepath_find(&p, value, ".cron", getenv("XDG_STATE_HOME"), getenv("HOME"), &why) !=
        0) {
        gf_error("bad name of a state '%s': %s", value, why);
        return GF_EXIT_USAGE;
    }
    if (cron_prints_into(p.path))
        return GF_EXIT_USAGE;
    int got = use == GF_STATE_CREATE ? gf_statepath_make_parents(&p, &why) : 0;
    if (got == 0)
        got = gf_state_open(out, p.path, use, &why);
    if (got == 0)
        return GF_EXIT_OK;
    char text[GF_STATEPATH_CURE];
    const char *cure = gf_statepath_cure(p.path, errno, why, text);
    gf_error("cannot use the state '%s': %s", p.path, why);
    if (cure)
        gf_hint("%s", cure);
    else
        say_way_out(got);
    return GF_EXIT_TOOL;
}
