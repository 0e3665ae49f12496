/*
 * command.c - a command starts when its turn has come and the machine has room for it.
 *
 * The machine is looked at before a turn is taken, and again when the turn is due, since what is
 * true now may not be then: a turn that is due while the machine is busy is given back, for others
 * to use. Several that wait for the machine would all find it idle at the same instant, so each
 * looks at times of its own.
 */
#include "command.h"

#include "base/cli.h"
#include "base/duration.h"
#include "base/exit.h"
#include "base/machine.h"
#include "base/msg.h"
#include "base/random.h"
#include "base/sat.h"
#include "base/sig.h"
#include "shared.h"

static const struct shared_key all;

enum {
    LOOK_AGAIN_MS = 100, /* and up to twice that */
    SAY_AFTER_S = 10
};

/* What the machine lacks, as text, or NULL: the command may start. */
static const char *lack(const struct config *c)
{
    if (c->load && gf_machine_load() >= c->load)
        return "fewer tasks that run";
    if (c->memfree && gf_machine_memory_free() < c->memfree)
        return "more free memory";
    return NULL;
}

static enum io refuse(const char *what)
{
    gf_error("the command was not run: %s", what);
    return IO_REFUSED;
}

/* Sleeps until the deadline: IO_OK or IO_STOP. A reader that leaves meanwhile is the command's own
 * affair, which may write nothing. */
static enum io sleep_until(gf_ns deadline_mono, const struct tally *t)
{
    while (!signals_handle(t))
        if (gf_sleep_until(deadline_mono) == 0)
            return IO_OK;
    return IO_STOP;
}

/* Waits until the machine has room. IO_OK, IO_STOP or IO_REFUSED. */
static enum io await_machine(const struct config *c, gf_ns by, const struct tally *t)
{
    gf_ns start = gf_now_mono();
    bool told = false;
    const char *what = lack(c);
    if (what)
        gf_detail("the command waits for %s", what);
    while (what) {
        gf_ns now = gf_now_mono();
        if (now >= by)
            return refuse("the machine had no room for it in time");
        if (!told && now - start >= SAY_AFTER_S * GF_S) {
            gf_note("the command waits for %s", what);
            told = true;
        }
        gf_ns look = now + LOOK_AGAIN_MS * GF_MS + (gf_ns)gf_random_upto(LOOK_AGAIN_MS * GF_MS);
        enum io r = sleep_until(look < by ? look : by, t);
        if (r != IO_OK)
            return r;
        what = lack(c);
    }
    return IO_OK;
}

/* Waits for a turn of the shared limit; *turn is the one that is due. */
static enum io await_turn(struct shared *s, const struct config *c, gf_ns by, const struct tally *t,
                          struct gf_turn *turn)
{
    char text[GF_DURATION_SIZE];
    gf_ns now = shared_now(s);
    enum shared_took took = shared_take(s, &all, 1, now, by, turn);
    enum io r = took == SHARED_ENDS ? s->end : IO_REFUSED;
    if (took == SHARED_TOOK) {
        now = shared_now(s);
        gf_format_duration(turn->ticket.due - now, text);
        if (turn->ticket.due > now)
            gf_detail("the command waits %s for its turn", text);
        r = shared_await(s, c, &all, turn, by, t);
    }
    return r == IO_REFUSED && took != SHARED_ENDS ? refuse("the limit has no turn for it in time")
                                                  : r;
}

static enum io await_both(struct shared *s, const struct config *c, const struct tally *t)
{
    gf_ns by = c->over == OVER_WAIT ? GF_NEVER : gf_sat_add_i64(gf_now_mono(), c->max_wait);
    for (;;) {
        struct gf_turn turn;
        enum io r = await_machine(c, by, t);
        if (r == IO_OK && s)
            r = await_turn(s, c, by, t, &turn);
        if (r != IO_OK || !s || !lack(c))
            return r;
        /* Nothing ran, so it is as if it had been given back before it was due. */
        shared_cancel(s, &all, &turn, turn.ticket.due - 1);
    }
}

int command_run(const struct config *c, const struct tally *t)
{
    struct shared s;
    int status = c->state ? shared_open(&s, c, t) : 0;
    if (status != 0)
        return status;
    signals_catch();
    if (c->state)
        report_limits(c, s.limit);
    enum io r = await_both(c->state ? &s : NULL, c, t);
    if (c->state)
        shared_release(&s);
    if (r == IO_FAILED)
        return GF_EXIT_TOOL;
    if (r == IO_REFUSED)
        return GF_EXIT_REFUSED;
    if (signals_release() || r != IO_OK)
        gf_die_by(signals_stop());
    return gf_tool_become(c->command);
}
