/*
 * shared.c - see shared.h. As a filter each record reserves its place in time when it is its turn
 * to be looked at, one at a time, and waits for it: processes are served in the order they ask.
 */
#include "shared.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/cli.h"
#include "base/fd.h"
#include "base/msg.h"
#include "base/sig.h"
#include "base/statepath.h"
#include "flow.h"

/* Somebody cut the file short under the mapping. */
static void on_bus(int sig)
{
    static const char text[] = "gf-ratelimit: the state file was cut short while in use\n";
    (void)sig;
    ssize_t n = write(STDERR_FILENO, text, sizeof text - 1);
    (void)n;
    _exit(GF_EXIT_TOOL);
}

static int read_boot(char boot[GF_BUDGET_BOOT])
{
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd == -1 ? -1 : read(fd, boot, GF_BUDGET_BOOT);
    if (fd != -1)
        (void)gf_close(fd);
    if (n == GF_BUDGET_BOOT)
        return 0;
    gf_error("cannot read the name of this boot from /proc");
    return -1;
}

int shared_open(struct shared *s, const struct config *c)
{
    struct gf_statepath p;
    const char *why;
    char boot[GF_BUDGET_BOOT];
    struct sigaction bus = {.sa_handler = on_bus};
    if (read_boot(boot) != 0)
        return -1;
    if (gf_gcra_init(&s->limit, c->limits[0].rate, c->limits[0].burst, 0) != 0)
        return -1; /* cannot be: the command line was checked */
    int fd = -1;
    if (gf_statepath_find(&p, c->state, ".rate", getenv("XDG_STATE_HOME"), getenv("HOME"), &why) ==
            0 &&
        gf_statepath_make_parents(&p, &why) == 0)
        fd = gf_state_openat(AT_FDCWD, p.path, O_RDWR | O_CREAT, &why);
    int r = -1;
    if (fd != -1) {
        sigaction(SIGBUS, &bus, NULL);
        r = gf_budget_open(&s->budget, fd, boot, &s->limit, gf_now_mono(), gf_now_wall(), &why);
        (void)gf_close(fd);
    }
    if (r != 0)
        gf_error("cannot use the state '%s': %s", c->state, why);
    return r;
}

int shared_check(const struct config *c)
{
    struct shared s;
    if (shared_open(&s, c) != 0)
        return GF_EXIT_TOOL;
    gf_ns now = gf_now_mono();
    bool yes = gf_budget_allow(&s.budget, &s.limit, c->take, now);
    gf_ns left = gf_budget_due(&s.budget, &s.limit, c->take, now) - now;
    gf_budget_release(&s.budget);
    if (yes)
        return GF_EXIT_OK;
    if (gf_gcra_fits(&s.limit, c->take))
        printf("%" PRId64 "ms\n", left / GF_MS + (left % GF_MS != 0));
    else
        puts("never");
    if (fflush(stdout) != 0) {
        gf_error_errno("write error");
        return GF_EXIT_TOOL;
    }
    return GF_EXIT_REFUSED;
}

int shared_run(const struct config *c, const struct tally *t)
{
    struct shared s;
    if (shared_open(&s, c) != 0)
        return GF_EXIT_TOOL;
    gf_ns now = gf_now_mono();
    struct gf_ticket turn = gf_budget_reserve(&s.budget, &s.limit, 1, now);
    bool stopped = turn.due > now && wait_until(turn.due, t) != IO_OK;
    if (stopped)
        gf_budget_cancel(&s.budget, &turn, gf_now_mono());
    gf_budget_release(&s.budget);
    if (stopped)
        gf_die_by(signals_stop());
    return gf_tool_become(c->command);
}

enum io shared_step(struct flow *f)
{
    size_t len = records_next(f);
    if (len == 0)
        return records_read(f);
    f->tally->seen++;
    struct gf_load load = records_weigh(f, f->buf + f->decided, len);
    struct shared *s = f->shared;
    gf_ns now = gf_now_mono();
    uint64_t n = s->limit.rate.bytes ? load.bytes : load.units;
    struct gf_ticket t = gf_budget_reserve(&s->budget, &s->limit, n, now);
    if (t.due > now) {
        enum io r = records_flush(f);
        if (r == IO_OK)
            r = wait_until(t.due, f->tally);
        gf_ns woken = gf_now_mono();
        f->tally->waited += woken - now;
        if (r != IO_OK) {
            gf_budget_cancel(&s->budget, &t, woken);
            return r;
        }
        gf_hist_add(&f->tally->lateness, woken - t.due);
        now = woken;
    }
    tally_pass(f->tally, 1, len, now);
    f->decided = f->searched = f->decided + len;
    return f->ended && f->decided == f->end ? records_flush(f) : IO_OK;
}
