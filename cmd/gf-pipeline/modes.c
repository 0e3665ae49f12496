/*
 * modes.c - which options a stage may have, by its mode.
 *
 * One table says it. An option of the stage itself that its mode cannot have is refused; one that
 * was said for all stages gives way, as long as there is a stage that it is for.
 */
#include <string.h>

#include "base/exit.h"
#include "base/msg.h"
#include "options_parts.h"

enum {
    MAP = 1 << MODE_MAP,
    FILTER = 1 << MODE_FILTER,
    EACH = 1 << MODE_EACH,
    BATCH = 1 << MODE_BATCH,
    ANY = MAP | FILTER | EACH | BATCH
};

static const char *const mode_names[] = {"map", "filter", "each", "batch"};

/* Which modes can have an option. */
static const struct of_mode {
    int id;
    const char *option; /* as messages spell it */
    unsigned modes;
    const char *why;
} of_modes[] = {
    {ID_MODE, "--mode", ANY, NULL},
    {'j', "-j", ANY, NULL},
    {'t', "-t", MAP | EACH | BATCH, "no answer is of one record"},
    {ID_KILL_AFTER, "--kill-after", ANY, NULL},
    {ID_RETRIES, "--retries", MAP | EACH | BATCH, "no record is tried by itself"},
    {ID_RETRY_DELAY, "--retry-delay", MAP | EACH | BATCH, "no record is tried by itself"},
    {ID_ON_ERROR, "--on-error", ANY, NULL},
    {ID_REJECT_PREFIX, "--reject-prefix", MAP | EACH, "no answer is of one record"},
    {ID_REJECT_STATUS, "--reject-status", EACH, "no process is of one record"},
    {ID_DROP_EMPTY, "--drop-empty", MAP | EACH | BATCH, "a stream has no answers"},
    {ID_BY, "--by", MAP | EACH, "records of many keys go to one process"},
    {'d', "-d", MAP | EACH, "records of many keys go to one process"},
    {ID_WINDOW, "--window", MAP, "no answer is matched to a record"},
    {ID_LATENCY, "--latency", MAP, "there is no window"},
};

enum {
    OF_MODES = sizeof of_modes / sizeof *of_modes
};

static bool has(const struct gf_optparser *p, const char *option)
{
    return gf_opt_given(p, option, strlen(option));
}

/* What was said for all stages does not count where a stage of this mode cannot have it. */
static void forget(struct stage_plan *s, int id, const struct stage_plan *none)
{
    switch (id) {
    case 't':
        s->timeout = 0;
        break;
    case ID_RETRIES:
        s->retries = 0;
        break;
    case ID_RETRY_DELAY:
        s->backoff = none->backoff;
        break;
    case ID_REJECT_PREFIX:
        s->reject_prefix = NULL;
        break;
    case ID_REJECT_STATUS:
        s->rejects_status = false;
        break;
    case ID_DROP_EMPTY:
        s->drop_empty = false;
        break;
    case ID_BY:
        s->by = 0;
        break;
    case 'd':
        s->separator = none->separator;
        break;
    case ID_WINDOW:
        s->window = 0;
        break;
    case ID_LATENCY:
        s->latency = none->latency;
        break;
    }
}

bool stage_check_mode(struct stage_plan *s, const struct gf_optparser *p)
{
    bool good = true;
    struct stage_plan none;
    stage_defaults(&none);
    for (size_t i = 0; i < OF_MODES; i++) {
        const struct of_mode *o = &of_modes[i];
        if (o->modes >> s->mode & 1)
            continue;
        forget(s, o->id, &none);
        if (!has(p, o->option))
            continue;
        gf_error("stage '%s': %s does not go with --mode %s: %s", s->name, o->option,
                 mode_names[s->mode], o->why);
        good = false;
    }
    if (has(p, "--latency"))
        s->window = 0; /* which was said for all */
    if (s->mode != MODE_FILTER)
        return good;
    if (!has(p, "-j"))
        s->jobs = 1;
    if (!has(p, "--on-error"))
        s->on_error = ON_ERROR_STOP;
    if (s->jobs > 1)
        gf_error("stage '%s': -j above 1 does not go with --mode filter: the stream has one order",
                 s->name);
    if (s->on_error != ON_ERROR_STOP)
        gf_error("stage '%s': --on-error other than stop does not go with --mode filter: it fails "
                 "as a whole, and the run ends",
                 s->name);
    return good && s->jobs == 1 && s->on_error == ON_ERROR_STOP;
}

int stages_check_defaults(const struct options *o, const struct gf_optparser *p)
{
    unsigned modes = 0;
    for (size_t i = 0; i < o->nstages; i++)
        modes |= 1u << o->stage[i].mode;
    for (size_t i = 0; i < OF_MODES; i++) {
        if (!has(p, of_modes[i].option) || of_modes[i].modes & modes)
            continue;
        if (o->nstages)
            gf_error("%s is for no stage: none is of a mode that can have it", of_modes[i].option);
        else
            gf_error("%s is for stages, and there is none", of_modes[i].option);
        gf_hint("leave it out");
        return GF_EXIT_USAGE;
    }
    return -1;
}
