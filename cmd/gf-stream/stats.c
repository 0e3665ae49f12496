/*
 * stats.c - what each operation did: --stats, -v, and records that --skip-bad left out.
 *
 * The stages of a chain are linked from the last to the first, and reports are read from the first
 * to the last: so arrays are filled from their ends. The name of a metric has the number of its
 * operation, since one operation may stand twice in a chain. The time of a stage includes the
 * stages before it, which it pulls its records from.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/msg.h"
#include "base/stats.h"
#include "options.h"

enum {
    STATS = 3
};

int stats_emit(const struct options *o, struct gf_outfile *to, const struct gf_stage *last,
               size_t n)
{
    static const char *const parts[STATS] = {"in", "out", "time"};
    static const char *const helps[STATS] = {"records in", "records out",
                                             "time spent, with the operations before it"};
    struct gf_metric *m = calloc(n * STATS, sizeof *m);
    char(*name)[48] = calloc(n * STATS, sizeof *name);
    int r = -1;
    if (!m || !name) {
        gf_error_nomem();
        goto out;
    }
    const struct gf_stage *s = last;
    for (size_t i = n; i > 0; i--, s = s->up)
        for (size_t k = 0; k < STATS; k++) {
            size_t at = (i - 1) * STATS + k;
            snprintf(name[at], sizeof name[at], "%s_%zu_%s", s->name, i, parts[k]);
            for (char *p = name[at]; *p; p++)
                *p = *p == '-' ? '_' : *p;
            m[at] = (struct gf_metric){.name = name[at],
                                       .help = helps[k],
                                       .kind = k == 2 ? GF_METRIC_TIME : GF_METRIC_COUNTER,
                                       .value = k == 0 ? s->taken : s->given,
                                       .ns = s->spent};
        }
    r = gf_stats_write((enum gf_stats_format)o->stats_format, to, o->stats_file, "gf-stream", m,
                       n * STATS);
out:
    free(m);
    free(name);
    return r;
}

int stats_detail(const struct gf_stage *last, size_t n)
{
    const struct gf_stage **all = calloc(n, sizeof *all);
    if (!all) {
        gf_error_nomem();
        return -1;
    }
    for (size_t i = n; i > 0; i--, last = last->up)
        all[i - 1] = last;
    for (size_t i = 0; i < n; i++)
        gf_detail("%zu %s: records in %" PRIu64 ", out %" PRIu64, i + 1, all[i]->name,
                  all[i]->taken, all[i]->given);
    free(all);
    return 0;
}

void stats_skipped(const struct gf_stage *last)
{
    for (const struct gf_stage *s = last; s; s = s->up)
        if (s->skipped.failed)
            gf_note("%s: skipped bad values in %" PRIu64 " of %" PRIu64 " records; first: %s",
                    s->name, s->skipped.failed, s->taken, s->skipped.first);
}
