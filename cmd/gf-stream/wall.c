/*
 * wall.c - what gf-stream still needs when its inputs and its output are open: the sandbox.
 *
 * The wall stands before the first byte of an input is read, and before threads are started. So the
 * files of operations, which are opened when the chain is, are named to the wall: those that are
 * read (except, intersect), and the directories of those that are made (peek).
 */
#include "base/wall.h"
#include "options.h"

void wall_raise(const struct options *o, const struct gf_chain *c, int output_dir)
{
    struct gf_wall w;
    if (o->decompress) /* starts programs, which would inherit the wall */
        return;
    gf_wall_begin(&w);
    gf_chain_wall(c, &o->set, &w);
    for (size_t i = 0; gf_chain_holds(c) && i < o->set.ndirs; i++)
        gf_wall_allow_tmp(&w, o->set.dirs[i]);
    gf_wall_allow_fd(&w, output_dir, GF_WALL_NAMES);
    if (o->stats_file)
        gf_wall_allow_output(&w, o->stats_file);
    gf_wall_raise(&w);
}
