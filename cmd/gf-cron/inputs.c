/*
 * inputs.c - a crontab or a state that an output would be written into.
 *
 * The output of a job in the crontab that the job is from would be lines of that crontab, and with
 * --watch jobs.
 */
#include "inputs.h"

#include <unistd.h>

#include "base/clash.h"

bool cron_prints_into(const char *path)
{
    struct gf_clash c = {0};
    gf_clash_reads(&c, path);
    int bad = gf_clash_writes_fd(&c, STDOUT_FILENO, "standard output");
    gf_clash_release(&c);
    return bad != 0;
}

bool cron_logs_into(const struct gf_table *t, const char *path)
{
    struct gf_clash c = {0};
    gf_clash_reads(&c, path);
    int bad = 0;
    for (size_t i = 0; i < t->n_jobs && !bad; i++)
        bad = gf_clash_writes(&c, t->jobs[i].opt.log, "GF_LOG");
    gf_clash_release(&c);
    return bad != 0;
}
