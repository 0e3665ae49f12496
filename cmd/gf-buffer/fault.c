/*
 * fault.c - an eighth of the time that the fault has lasted is waited for: so space that has come
 * is seen soon, and a disk that stays full is asked every 10 s.
 */
#include "fault.h"

#include <errno.h>
#include <inttypes.h>

#include "base/duration.h"
#include "base/exit.h"
#include "base/file.h"
#include "base/msg.h"
#include "run.h"

/* What may pass by itself. */
static bool may_pass(int err)
{
    switch (err) {
    case ENOSPC:
    case EDQUOT:
    case EIO:
    case EROFS:
    case ENOENT: /* a directory that was removed */
    case ESTALE:
    case ENXIO:
    case ENODEV:
    case ENOMEM:
    case ENOBUFS:
    case EMFILE:
    case ENFILE:
    case ENOLCK:
    case ETIMEDOUT:
    case EAGAIN:
        return true;
    default:
        return false;
    }
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
    (void)loop, (void)w, (void)events; /* the loop has woken: that is all */
}

void fault_begin(struct fault *f, struct run *r, const char *name, bool patient)
{
    *f = (struct fault){.run = r, .name = name, .patient = patient};
    ev_timer_init(&f->timer, on_timer, 0, 0);
}

static void give_up(struct fault *f, int err)
{
    errno = err;
    gf_error_errno("cannot write to '%s'", f->name);
    const char *cure = gf_file_cure(err);
    if (cure)
        gf_hint("%s", cure);
    run_fail(f->run, GF_EXIT_TOOL);
}

static gf_ns wait_of(gf_ns lasted)
{
    gf_ns wait = lasted / 8;
    return wait < 100 * GF_MS ? 100 * GF_MS : wait > 10 * GF_S ? 10 * GF_S : wait;
}

void fault_met(struct fault *f)
{
    int err = errno;
    struct run *r = f->run;
    gf_ns now = gf_now_mono();
    r->n.errors++;
    if (!f->met) {
        f->since_mono = now;
        f->tries = 0;
    }
    gf_ns lasted = now - f->since_mono;
    bool again = f->patient && may_pass(err) && f->tries < r->opt->output.retries &&
                 (!f->met || lasted < r->opt->output.retry_for) && !r->over;
    if (!again) {
        give_up(f, err);
        return;
    }
    if (!f->met) {
        errno = err;
        gf_error_errno("cannot write to '%s', which is tried again", f->name);
    }
    f->met = true;
    f->tries++;
    r->n.retries++;
    ev_now_update(r->loop);
    ev_timer_set(&f->timer, (double)wait_of(lasted) / 1e9, 0);
    ev_timer_start(r->loop, &f->timer);
}

void fault_over(struct fault *f)
{
    char span[GF_DURATION_SIZE];
    if (!f->met)
        return;
    f->met = false;
    gf_format_duration(gf_now_mono() - f->since_mono, span);
    gf_note("'%s' is written again, after %s and %" PRIu64 " tries", f->name, span, f->tries);
}
