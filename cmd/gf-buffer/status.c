/* status.c - a look at a spool, which another process may have; its files are read in a sandbox. */
#include "status.h"

#include <errno.h>
#include <inttypes.h>

#include "base/buf.h"
#include "base/cli.h"
#include "base/duration.h"
#include "base/exit.h"
#include "base/json.h"
#include "base/msg.h"
#include "base/statepath.h"
#include "base/wall.h"
#include "buffer/spool.h"

static void add_text(struct gf_buf *b, const struct gf_spool_counts *c, pid_t holder, gf_ns age)
{
    char text[GF_DURATION_SIZE];
    gf_buf_printf(b, "records %" PRIu64 "\nbytes %" PRIu64 "\ndisk_bytes %" PRIu64 "\n", c->records,
                  c->bytes, c->disk);
    gf_format_duration(age, text);
    if (c->oldest_wall)
        gf_buf_printf(b, "oldest %s\n", text);
    if (holder)
        gf_buf_printf(b, "process %ld\n", (long)holder);
}

static void add_json(struct gf_buf *b, const struct gf_spool_counts *c, pid_t holder, gf_ns age)
{
    gf_buf_printf(b,
                  "{\"v\":1,\"records\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"disk_bytes\":%" PRIu64,
                  c->records, c->bytes, c->disk);
    if (c->oldest_wall)
        gf_buf_printf(b, ",\"oldest_seconds\":%.3f", (double)age / 1e9);
    if (holder)
        gf_buf_printf(b, ",\"pid\":%ld", (long)holder);
    gf_buf_puts(b, "}\n");
}

int status_show(const struct options *o)
{
    struct gf_spool_counts c;
    struct gf_buf b = {0};
    pid_t holder = 0;
    const char *why;
    struct gf_wall w;
    gf_wall_begin(&w);
    gf_wall_allow(&w, o->status, GF_WALL_READ | GF_WALL_LIST);
    gf_wall_raise(&w);
    if (gf_spool_look(o->status, &c, &holder, &why) != 0) {
        char cure[GF_STATEPATH_CURE];
        int err = errno;
        gf_error("cannot read spool '%s': %s", o->status, why);
        const char *way_out = gf_statepath_cure(o->status, err, why, cure);
        if (way_out)
            gf_hint("%s", way_out);
        return GF_EXIT_TOOL;
    }
    gf_ns age = c.oldest_wall ? gf_now_wall() - c.oldest_wall : 0;
    age = age > 0 ? age : 0;
    if (o->json)
        add_json(&b, &c, holder, age);
    else
        add_text(&b, &c, holder, age);
    int bad = gf_tool_print(&b);
    gf_buf_release(&b);
    return bad ? GF_EXIT_TOOL : GF_EXIT_OK;
}
