/*
 * inputs.c - a crontab or a state that an output would be written into.
 *
 * The output of a job in the crontab that the job is from would be lines of that crontab, and with
 * --watch jobs. In the state it would be damage, and a file that is replaced at the end takes what
 * was appended with it. Two jobs may append to one file: that is what O_APPEND is for.
 */
#include "inputs.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/clash.h"
#include "base/statepath.h"

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

bool cron_logs_over(const struct gf_table *t, const char *state, const char *stats_file)
{
    struct gf_clash c = {.role = "state"}, outs = {.role = "output of --stats-file"};
    struct gf_statepath p;
    const char *why;
    int bad = 0;
    if (state && gf_statepath_here(&p, state, ".cron", &why) == 0)
        gf_clash_reads(&c, p.path);
    gf_clash_reads(&outs, stats_file);
    for (size_t i = 0; i < t->n_jobs && !bad; i++) {
        const char *log = t->jobs[i].opt.log;
        bad = gf_clash_writes(&c, log, "GF_LOG");
        bad = bad ? bad : gf_clash_writes(&outs, log, "GF_LOG");
        bad = bad ? bad : gf_clash_names(stats_file, log, "GF_LOG");
    }
    gf_clash_release(&outs);
    gf_clash_release(&c);
    return bad != 0;
}
