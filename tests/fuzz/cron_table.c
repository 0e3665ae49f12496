/* cron_table.c - any text as a crontab: every note points into its line, every job is whole. */
#include <stdlib.h>
#include <string.h>

#include "cron/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gf_zones zones = {0};
    struct gf_table t;
    struct gf_table_context ctx = {.zones = &zones, .now = 1700000000, .vixie_percent = size & 1};
    gf_table_init(&t);
    if (gf_zones_get(&zones, "UTC", &ctx.zone, NULL) != 0)
        return 0;
    int r = gf_table_parse(&t, (const char *)data, size, &ctx);
    for (size_t i = 0; i < t.n_notes; i++)
        if (t.notes[i].e.col > t.notes[i].len)
            abort();
    for (size_t i = 0; i < t.n_jobs; i++)
        if (!t.jobs[i].id[0] || strlen(t.jobs[i].id) > GF_JOB_ID_MAX || !t.jobs[i].zone)
            abort();
    if (r == 0 && t.n_errors)
        abort();
    gf_table_release(&t);
    gf_zones_release(&zones);
    return 0;
}
