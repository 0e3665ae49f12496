/* tap.c - what leaves a stage, to a file too. */
#include "tap.h"

#include <errno.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/fd.h"
#include "base/logfile.h"
#include "base/msg.h"
#include "base/own.h"
#include "stage.h"

enum {
    FULL = 256 << 10
};

static void on_lost(struct gf_outlet *o)
{
    const struct stage *s = o->owner;
    gf_error_errno("cannot write to '%s', the --tee of stage '%s'", s->plan->tee, s->plan->name);
    run_fail(s->run, GF_EXIT_TOOL);
}

static const struct gf_outlet_events events = {.lost = on_lost};

int tap_open(struct stage *s)
{
    const char *why;
    s->tap.fd = -1;
    if (!s->plan->tee)
        return 0;
    s->tap.fd = gf_logfile_anew(s->plan->tee, 0600, GF_READER_PATIENCE, &why);
    if (s->tap.fd != -1)
        return 0;
    gf_error("cannot use '%s', the --tee of stage '%s': %s", s->plan->tee, s->plan->name, why);
    gf_own_hint(s->plan->tee, why);
    return -1;
}

void tap_begin(struct stage *s)
{
    struct gf_outlet *o = &s->tap.outlet;
    if (s->tap.fd == -1)
        return;
    *o = (struct gf_outlet){.on = &events, .owner = s, .full = FULL};
    gf_outlet_open(o, s->run->loop, s->tap.fd, 0);
}

void tap_put(struct stage *s, const char *data, size_t len)
{
    struct gf_outlet *o = &s->tap.outlet;
    if (s->tap.fd != -1 && !o->err && gf_outlet_put(o, data, len) != 0 && !o->err)
        run_no_memory(s->run);
}

bool tap_is_full(const struct stage *s)
{
    return s->tap.fd != -1 && !s->tap.outlet.err && gf_outlet_is_full(&s->tap.outlet);
}

bool tap_is_done(const struct stage *s)
{
    return s->tap.fd == -1 || s->tap.outlet.err || gf_outlet_waiting(&s->tap.outlet) == 0;
}

void tap_give_up(struct stage *s)
{
    if (s->tap.fd != -1 && !s->tap.outlet.err)
        s->tap.outlet.err = ECANCELED;
}

void tap_close(struct stage *s)
{
    if (s->tap.fd == -1)
        return;
    if (s->tap.outlet.loop)
        gf_outlet_close(&s->tap.outlet);
    close(s->tap.fd);
    s->tap.fd = -1;
}
