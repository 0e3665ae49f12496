/*
 * statefile.c - opens the state file that -S names, with messages.
 *
 * A name without a slash is looked up below XDG_STATE_HOME or HOME (base/statepath.h). Only a
 * scheduler creates the file and the directories above it; to all others a file that is missing is
 * an error. What keeps a state from being used has a hint of its own, by the reason; what no tool
 * takes for a state has that of base/statepath.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cron.h"
#include "inputs.h"

#include "base/exit.h"
#include "base/msg.h"
#include "base/statepath.h"
#include "cron/state.h"

static const struct {
    int trouble;
    const char *hint;
} ways_out[] = {
    {GF_STATE_LATER, "a newer gf-cron wrote the file: use that one, or name another file with -S"},
    {GF_STATE_FOREIGN, "name another file with -S; gf-cron run -S makes a file that is missing"},
    {GF_STATE_DAMAGED,
     "restore the file, or move the file away and gf-cron run -S makes a new one"},
    {GF_STATE_LOCKED, "keep the file: end the program that has it open, or try again later"},
    {GF_STATE_FULL, "keep the file: make room on its disk"},
    {GF_STATE_SIZE, "keep the file: raise the limit (ulimit -f)"},
    {GF_STATE_FILES, "keep the file: raise the limit (ulimit -n)"},
    {GF_STATE_MEMORY, "keep the file: try again when there is more memory"},
    {GF_STATE_READONLY,
     "history and status can read it there; to run, pause or trigger jobs, name a file that can be "
     "written with -S"},
    {GF_STATE_IO, "copy the file to another disk while it can be read; the log of the kernel says "
                  "more"},
};

static void say_way_out(int trouble)
{
    for (size_t i = 0; i < sizeof ways_out / sizeof ways_out[0]; i++)
        if (ways_out[i].trouble == trouble)
            gf_hint("%s", ways_out[i].hint);
}

int cron_state_failed(const struct gf_state *s, const char *verb)
{
    const char *why = gf_state_error(s);
    gf_error("cannot %s the state: %s", verb,
             *why ? why : strerror(ENOMEM)); /* of the text for it */
    say_way_out(gf_state_trouble(s));
    return GF_EXIT_TOOL;
}

/* The message of a state that cannot be opened: the reason may be about a file beside it. */
static void say_refusal(const char *path, int refusal, int code, const char *why)
{
    const char *end = gf_state_beside(refusal);
    char text[GF_STATEPATH_CURE];
    gf_error("cannot use the state '%s%s': %s", path, end, why);
    const char *cure = gf_statepath_cure(path, code, why, text);
    if (*end)
        gf_hint(
            "gf-cron would believe what is in that file: find out who made it, and move it away");
    else if (cure)
        gf_hint("%s", cure);
    else
        say_way_out(refusal);
}

int cron_state_open(const char *value, enum gf_state_use use, struct gf_state **out)
{
    struct gf_statepath p;
    const char *why;
    char text[GF_STATEPATH_CURE];
    if (gf_statepath_find(&p, value, ".cron", getenv("XDG_STATE_HOME"), getenv("HOME"), &why) !=
        0) {
        bool is_good = errno == ENOENT; /* the name; there is no place for it */
        int status = is_good ? GF_EXIT_TOOL : GF_EXIT_USAGE;
        const char *way_out = gf_statepath_cure("", errno, why, text);
        gf_error("%s '%s': %s", is_good ? "cannot use the state" : "bad name of a state", value,
                 why);
        if (way_out)
            gf_hint("%s", way_out);
        return status;
    }
    if (cron_prints_into(p.path))
        return GF_EXIT_USAGE;
    int got = use == GF_STATE_CREATE ? gf_statepath_make_parents(&p, &why) : 0;
    if (got == 0)
        got = gf_state_open(out, p.path, use, &why);
    if (got == 0)
        return GF_EXIT_OK;
    say_refusal(p.path, got, errno, why);
    return GF_EXIT_TOOL;
}
