/*
 * wall.c - what gf-ratelimit still needs when its state and its outputs are open: the sandbox.
 *
 * Inputs are opened one after the other, each when the one before has ended. The file of
 * --key-rates is read again when it has changed, mostly because another file took its name. The
 * file of --feedback is opened behind the wall, since the thread that reads it is started there.
 * Another process may give a shared state a quota, with a time zone. A state on a server has no
 * wall: when the server was away it is looked up and connected to anew.
 */
#include <sys/stat.h>

#include "base/wall.h"
#include "ratelimit.h"
#include "time/zonename.h"

void wall_raise(const struct config *c)
{
    struct gf_wall w;
    struct stat st;
    if (c->is_remote)
        return;
    gf_wall_begin(&w);
    for (size_t i = 0; i < c->file_count; i++)
        gf_wall_allow_input(&w, c->files[i]);
    if (c->key_rates)
        gf_wall_allow_replaced(&w, c->key_rates);
    if (c->feedback)
        gf_wall_allow_input(&w, c->feedback);
    if (c->feedback && stat(c->feedback, &st) == 0 && S_ISFIFO(st.st_mode))
        gf_wall_allow(&w, c->feedback, GF_WALL_WRITE); /* for a writer of our own */
    if (c->state)
        gf_zonename_wall(&w, c->calendars->zones.dir);
    gf_wall_allow_fd(&w, c->output_dir, GF_WALL_NAMES);
    if (c->stats_file)
        gf_wall_allow_output(&w, c->stats_file);
    gf_wall_raise(&w);
}
