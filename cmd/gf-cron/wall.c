/*
 * wall.c - the sandbox of the commands that look at schedules and run nothing.
 *
 * The wall stands before a schedule is parsed. Schedules name time zones, which are read below the
 * directories of zones; the zone of the command line or of TZ is open already. The parser of a
 * crontab asks whether a word is the name of a user, which libc finds in /etc/passwd (behind the
 * wall a server that has more names is not asked); and whether the directories that the table names
 * can be used, which may be listed.
 */
#include "cron.h"

#include "base/wall.h"
#include "time/zonename.h"

void cron_wall_raise(const struct cron_context *p, const char *table, const char *output)
{
    struct gf_wall w;
    gf_wall_begin(&w);
    gf_zonename_wall(&w, p->zones.dir);
    if (table) {
        gf_wall_allow(&w, "/etc/passwd", GF_WALL_READ);
        gf_wall_allow(&w, "/etc/nsswitch.conf", GF_WALL_READ);
        gf_wall_allow_input(&w, table);
        gf_wall_allow(&w, "/", GF_WALL_LIST);
    }
    if (output)
        gf_wall_allow_output(&w, output);
    gf_wall_raise(&w);
}
