/*
 * numbers.c - the statistics of gf-cron run, for --stats.
 *
 * Nothing is counted here. The journal counts what became of due times when it writes them down;
 * the table knows its jobs, and the tasks know how many run. COUNT makes a metric of one of the
 * journal's counters.
 */
#include "server.h"

#include "base/stats.h"

#define COUNT(of, text)                                                                            \
    {                                                                                              \
        .name = "runs_" #of, .help = text, .kind = GF_METRIC_COUNTER, .value = s->journal.count.of \
    }

int server_write_stats(struct server *s)
{
    const struct gf_metric m[] = {
        {.name = "jobs",
         .help = "jobs of the crontab",
         .kind = GF_METRIC_GAUGE,
         .value = s->current ? s->current->table.n_jobs : 0},
        {.name = "running",
         .help = "runs that go on",
         .kind = GF_METRIC_GAUGE,
         .value = s->runs.tasks.running},
        COUNT(ok, "runs that went well"),
        COUNT(failed, "runs that failed for good"),
        COUNT(timeout, "runs that ran out of time"),
        COUNT(skipped, "due times that were skipped"),
        COUNT(missed, "due times that were missed"),
        COUNT(interrupted, "runs that were interrupted"),
        COUNT(retried, "tries after a failed one"),
    };
    return s->stats ? gf_stats_write((enum gf_stats_format)s->stats_form, &s->stats_out,
                                     s->stats_file, "gf-cron", m, sizeof m / sizeof m[0])
                    : 0;
}
