/*
 * begin.c - the line that run and emit print at their start.
 *
 * The line has the number of jobs and the first of their ids, the zones of their schedules, and the
 * job that is due next. A list names NAMED entries and counts the others. A zone is named only when
 * a job goes by that zone. The machine's own zone has no name among the zones: the name is what the
 * link /etc/localtime has behind zoneinfo/.
 */
#include "cron.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "cron/plan.h"

enum {
    NAMED = 3 /* so many ids, and so many zones, are named; the others are counted */
};

/* Appends entry n of a list, if it is among the NAMED first. */
static void put_name(struct gf_buf *b, size_t n, const char *name)
{
    if (n < NAMED)
        gf_buf_printf(b, "%s%s", n ? ", " : "", name);
}

static void put_rest(struct gf_buf *b, size_t n)
{
    if (n > NAMED)
        gf_buf_printf(b, " and %zu more", n - NAMED);
}

static void put_jobs(struct gf_buf *b, const struct gf_table *t)
{
    gf_buf_printf(b, "%zu job%s", t->n_jobs, t->n_jobs == 1 ? "" : "s");
    if (!t->n_jobs)
        return;
    gf_buf_puts(b, " (");
    for (size_t i = 0; i < t->n_jobs && i < NAMED; i++)
        put_name(b, i, t->jobs[i].id);
    put_rest(b, t->n_jobs);
    gf_buf_putc(b, ')');
}

static bool is_used(const struct gf_table *t, const struct gf_zone *z)
{
    for (size_t i = 0; i < t->n_jobs; i++)
        if (t->jobs[i].zone == z)
            return true;
    return false;
}

/* The name of the machine's own zone, from the target of the link /etc/localtime. */
static const char *name_of_machines(const struct gf_zone *z, char path[PATH_MAX])
{
    if (!gf_zone_file(z))
        return "UTC"; /* the zone has no file: libc's own */
    ssize_t n = readlink("/etc/localtime", path, PATH_MAX - 1);
    path[n > 0 ? n : 0] = '\0';
    const char *name = strstr(path, "zoneinfo/");
    return name ? name + strlen("zoneinfo/") : "/etc/localtime";
}

const char *cron_zone_name(const struct gf_zone *z, char path[PATH_MAX])
{
    const char *name = gf_zone_name(z);
    return *name ? name : name_of_machines(z, path);
}

/* The zones that some job goes by. */
static void put_zones(struct gf_buf *b, const struct gf_zones *zones, const struct gf_table *t)
{
    char path[PATH_MAX];
    size_t n = 0;
    for (size_t i = 0; i < zones->n; i++)
        if (is_used(t, zones->list[i])) {
            gf_buf_puts(b, n ? "" : ", zone ");
            put_name(b, n++, cron_zone_name(zones->list[i], path));
        }
    put_rest(b, n);
}

static int put_next(struct gf_buf *b, const struct gf_table *t, const struct gf_plan *plan)
{
    char when[GF_STAMP_SIZE];
    int64_t due;
    size_t i = gf_plan_next(plan, &due);
    if (i == plan->n)
        return gf_buf_puts(b, "; no due time is left");
    const struct gf_job *job = &t->jobs[i];
    cron_local_text(job->zone, due, when);
    return gf_buf_printf(b, "; next: %s %s%s", job->id, due > plan->wall ? "at " : "now",
                         due > plan->wall ? when : "");
}

void cron_say_begin(const struct cron_context *p, const struct gf_table *t,
                    const struct gf_plan *plan)
{
    struct gf_buf b = {0};
    put_jobs(&b, t);
    put_zones(&b, &p->zones, t);
    if (put_next(&b, t, plan) == 0 && !b.failed)
        gf_note("%s", b.data);
    gf_buf_release(&b);
}
