/* report.c - what has passed, for SIGUSR1 and --stats. */
#include <inttypes.h>

#include "base/duration.h"
#include "base/msg.h"
#include "base/size.h"
#include "ratelimit.h"

void tally_pass(struct tally *t, uint64_t records, size_t bytes, gf_ns now_mono)
{
    t->records += records;
    t->bytes += bytes;
    if (t->first_mono < 0)
        t->first_mono = now_mono;
    t->last_mono = now_mono;
}

/* Records a second between the first and the last: n records make n - 1 intervals. */
static double achieved(const struct tally *t)
{
    if (t->records < 2 || t->last_mono <= t->first_mono)
        return 0;
    return (double)(t->records - 1) * 1e9 / (double)(t->last_mono - t->first_mono);
}

void tally_status(const struct tally *t)
{
    char span[GF_DURATION_SIZE], waited[GF_DURATION_SIZE], size[GF_SIZE_SIZE];
    gf_format_duration(gf_now_mono() - t->started_mono, span);
    gf_format_duration(t->waited, waited);
    gf_format_size(t->bytes, size);
    gf_note("%" PRIu64 " records, %s in %s, %.6g/s, waited %s for the limit", t->records, size,
            span, achieved(t), waited);
}

int tally_report(const struct tally *t, const struct config *c)
{
    const struct gf_metric m[] = {
        {.name = "records",
         .help = "records that passed",
         .kind = GF_METRIC_COUNTER,
         .value = t->records},
        {.name = "passed", .help = "bytes that passed", .kind = GF_METRIC_BYTES, .value = t->bytes},
        {.name = "refused",
         .help = "records over the limit",
         .kind = GF_METRIC_COUNTER,
         .value = t->refused},
        {.name = "keys_evicted",
         .help = "keys forgotten before they were idle",
         .kind = GF_METRIC_COUNTER,
         .value = t->keys_evicted},
        {.name = "refusals",
         .help = "429 and slow that feedback told of",
         .kind = GF_METRIC_COUNTER,
         .value = t->refusals},
        {.name = "speed",
         .help = "the part of the rate that feedback left",
         .kind = GF_METRIC_RATIO,
         .real = t->speed},
        {.name = "elapsed",
         .help = "time since the start",
         .kind = GF_METRIC_TIME,
         .ns = gf_now_mono() - t->started_mono},
        {.name = "waited",
         .help = "time spent waiting for the limit",
         .kind = GF_METRIC_TIME,
         .ns = t->waited},
        {.name = "rate",
         .help = "records a second between the first and the last",
         .kind = GF_METRIC_RATIO,
         .real = achieved(t),
         .unit = "/s"},
        {.name = "lateness",
         .help = "how late waiting ended",
         .kind = GF_METRIC_TIMES,
         .hist = &t->lateness},
    };
    return gf_stats_emit((enum gf_stats_format)c->stats_format, c->stats_file, "gf-ratelimit", m,
                         sizeof m / sizeof m[0]);
}
