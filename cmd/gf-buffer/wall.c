/*
 * wall.c - a log directory and a spool make, rename and remove files of theirs; a file to append to
 * is opened anew when it was moved aside; --stats-interval writes its file again and again.
 */
#include "wall.h"

#include "base/wall.h"
#include "run.h"

void wall_raise(const struct run *r)
{
    const struct options *o = r->opt;
    struct gf_wall w;
    if (o->log.on_rotate)
        return;
    gf_wall_begin(&w);
    const unsigned own = GF_WALL_READ | GF_WALL_WRITE | GF_WALL_LIST | GF_WALL_NAMES;
    if (o->log.dir)
        gf_wall_allow(&w, o->log.dir, own);
    if (o->spool.dir)
        gf_wall_allow(&w, o->spool.dir, own);
    if (o->output.append) { /* its end is looked at, too */
        gf_wall_allow_output(&w, o->output.append);
        gf_wall_allow_replaced(&w, o->output.append);
    }
    if (o->stats_file)
        gf_wall_allow_output(&w, o->stats_file);
    gf_wall_raise(&w);
}
