/* tee.c - an outlet for each copy (run/outlet.h); while one waits nothing is written. */
#include "tee.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/file.h"
#include "base/logfile.h"
#include "base/msg.h"
#include "base/own.h"
#include "run.h"

static void on_lost(struct gf_outlet *o)
{
    struct tee *t = o->owner;
    gf_error_errno("cannot write to '%s'; that copy ends here", t->name);
    const char *cure = gf_file_cure(o->err);
    if (cure)
        gf_hint("%s", cure);
    t->run->some_failed = true;
}

static const struct gf_outlet_events events = {.lost = on_lost};

int tee_open(struct run *r)
{
    const struct output_options *o = &r->opt->output;
    r->tees.tee = calloc(o->ntee + 1, sizeof *r->tees.tee);
    if (!r->tees.tee) {
        gf_error_nomem();
        return -1;
    }
    for (size_t i = 0; i < o->ntee; i++) {
        struct tee *t = &r->tees.tee[i];
        const char *why;
        *t = (struct tee){.run = r, .name = o->tee[i]};
        t->fd = gf_logfile_anew(t->name, 0666, GF_READER_PATIENCE, &why);
        if (t->fd == -1) {
            gf_error("cannot open '%s': %s", t->name, why);
            gf_own_hint(t->name, why);
            return -1;
        }
        r->tees.n++;
    }
    return 0;
}

void tee_begin(struct run *r)
{
    for (size_t i = 0; i < r->tees.n; i++) {
        struct tee *t = &r->tees.tee[i];
        t->outlet = (struct gf_outlet){.on = &events, .owner = t};
        gf_outlet_open(&t->outlet, r->loop, t->fd, 0);
        gf_outlet_watch(&t->outlet);
    }
}

void tee_write(struct run *r, const char *data, size_t len)
{
    for (size_t i = 0; i < r->tees.n; i++) {
        struct tee *t = &r->tees.tee[i];
        if (!t->outlet.err && gf_outlet_put(&t->outlet, data, len) != 0 && !t->outlet.err)
            run_no_memory(r);
    }
}

bool tee_is_full(const struct run *r)
{
    for (size_t i = 0; i < r->tees.n; i++)
        if (!r->tees.tee[i].outlet.err && gf_outlet_waiting(&r->tees.tee[i].outlet) > 0)
            return true;
    return false;
}

bool tee_is_done(const struct run *r)
{
    return !tee_is_full(r);
}

int tee_end(struct run *r)
{
    int bad = 0;
    for (size_t i = 0; i < r->tees.n; i++) {
        struct tee *t = &r->tees.tee[i];
        bool lost = t->outlet.err;
        size_t left = gf_outlet_close(&t->outlet);
        int fd = t->fd;
        t->fd = -1;
        if (left && !lost) {
            gf_error("'%s' lacks %zu bytes that its reader did not take", t->name, left);
            bad = -1;
        }
        if (fd > STDERR_FILENO && gf_close(fd) != 0 && !lost) {
            gf_error_errno("cannot write to '%s'", t->name);
            bad = -1;
        }
    }
    return bad;
}

void tee_close(struct run *r)
{
    for (size_t i = 0; i < r->tees.n; i++)
        if (r->tees.tee[i].fd > STDERR_FILENO)
            close(r->tees.tee[i].fd);
    free(r->tees.tee);
    r->tees = (struct tees){0};
}
