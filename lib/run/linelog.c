/* linelog.c - lines appended to a file while the loop goes on. */
#include "run/linelog.h"

#include <errno.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/logfile.h"

#define LOOK_EVERY GF_S /* at the name of a file */

static void on_lost(struct gf_outlet *o)
{
    struct gf_linelog *l = o->owner;
    l->on->lost(l);
}

static void on_room(struct gf_outlet *o)
{
    struct gf_linelog *l = o->owner;
    if (l->on->room)
        l->on->room(l);
}

static const struct gf_outlet_events outlet_events = {.room = on_room, .lost = on_lost};

int gf_linelog_open(struct gf_linelog *l, const char *path, const char **why)
{
    l->fd = gf_logfile_open(path, &l->is_file, why);
    if (l->fd == -1)
        return -1;
    l->path = path;
    l->look_mono = gf_now_mono() + LOOK_EVERY;
    return 0;
}

void gf_linelog_begin(struct gf_linelog *l, struct ev_loop *loop)
{
    l->outlet.on = &outlet_events;
    l->outlet.owner = l;
    l->outlet.full = GF_LINELOG_FULL + 1;
    gf_outlet_open(&l->outlet, loop, l->fd, 0);
}

int gf_linelog_add(struct gf_linelog *l, const struct gf_buf *line)
{
    if (l->outlet.err) {
        errno = l->outlet.err;
        return -1;
    }
    if (gf_outlet_add_buf(&l->outlet, line) == 0)
        return 0;
    int err = errno;
    if (!l->outlet.err) {
        l->outlet.err = err; /* no line behind one that is missing */
        l->on->lost(l);
    }
    errno = err;
    return -1;
}

/* Goes on in another file when this one was moved; lines stay whole, so not while one is written in
 * part. */
static void follow(struct gf_linelog *l)
{
    const char *why;
    bool is_file;
    gf_ns now = gf_now_mono();
    if (!l->is_file || now < l->look_mono || l->outlet.at > 0 || l->outlet.err)
        return;
    l->look_mono = now + LOOK_EVERY;
    if (!gf_logfile_is_moved(l->fd, l->path))
        return;
    int fd = gf_logfile_open(l->path, &is_file, &why);
    if (fd == -1) {
        l->look_mono = INT64_MAX;
        l->on->refused(l, why);
        return;
    }
    gf_outlet_turn(&l->outlet, fd);
    bool is_lost = gf_close(l->fd) != 0;
    l->fd = fd;
    l->is_file = is_file;
    if (is_lost)
        l->on->lost(l);
}

bool gf_linelog_flush(struct gf_linelog *l)
{
    if (!l->path || gf_outlet_waiting(&l->outlet) == 0)
        return true;
    follow(l);
    return gf_outlet_flush(&l->outlet);
}

bool gf_linelog_is_full(const struct gf_linelog *l)
{
    return l->path && gf_outlet_is_full(&l->outlet);
}

int gf_linelog_end(struct gf_linelog *l)
{
    const struct gf_outlet *o = &l->outlet;
    if (!l->path)
        return 0;
    if (o->err)
        return -1;
    if (gf_write_all(l->fd, o->waiting.data + o->at, gf_outlet_waiting(o)) == 0)
        return 0;
    l->on->lost(l);
    return -1;
}

void gf_linelog_close(struct gf_linelog *l)
{
    if (!l->path)
        return;
    gf_outlet_close(&l->outlet);
    close(l->fd);
    l->path = NULL;
}
