/*
 * numbers.c - what was counted, as tables.
 *
 * A stage that waits for the one behind it is not at work: the time in which its answers are not
 * read is not its own. So the busiest stage is the one that the others wait for.
 */
#include "numbers.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/msg.h"
#include "flow.h"

enum {
    METRICS = 22 /* of a stage */
};

#define BUSY 0.5 /* a share from which on a stage holds up others */

/* ---- counts ---------------------------------------------------------------------------------- */

struct numbers numbers_of(const struct run *r, gf_ns now_mono)
{
    struct numbers n = {.in = r->flow[0].ledger.in, .span = now_mono - r->begin_mono};
    const uint64_t *last = r->flow[r->nflows - 1].ledger.fate;
    n.passed = last[GF_FATE_PASSED];
    n.out = last[GF_FATE_OUT] + n.passed;
    for (size_t i = 0; i < r->nflows; i++) {
        const struct gf_ledger *l = &r->flow[i].ledger;
        n.dead += l->fate[GF_FATE_DEAD];
        n.dropped += l->fate[GF_FATE_DROPPED];
        n.inside += gf_ledger_inside(l);
    }
    for (size_t i = 0; i < r->nstages; i++)
        n.rejected += r->stage[i].n.rejected;
    n.rate = n.span > 0 ? (double)n.out * 1e9 / (double)n.span : 0;
    return n;
}

uint64_t numbers_failed(const struct run *r)
{
    uint64_t failed = 0;
    for (size_t i = 0; i < r->nflows; i++)
        failed += r->flow[i].ledger.fate[GF_FATE_DEAD] + r->flow[i].ledger.fate[GF_FATE_PASSED];
    for (size_t i = 0; i < r->nstages; i++)
        failed += r->stage[i].n.dropped - r->stage[i].n.empty;
    return failed;
}

double numbers_busy(const struct stage *s, gf_ns now_mono)
{
    gf_ns span = now_mono - s->run->begin_mono;
    double share =
        span > 0 ? (double)s->kind->busy(s, now_mono) / ((double)span * (double)s->plan->jobs) : 0;
    return share < 1 ? share : 1;
}

const struct stage *numbers_slowest(const struct run *r, gf_ns now_mono)
{
    const struct stage *slowest = NULL;
    double most = 0;
    for (size_t i = 0; i < r->nstages; i++) {
        double busy = numbers_busy(&r->stage[i], now_mono);
        if (r->stage[i].plan->mode != MODE_FILTER && busy > most) {
            most = busy;
            slowest = &r->stage[i];
        }
    }
    return slowest;
}

const struct stage *numbers_bottleneck_stage(const struct run *r, gf_ns now_mono)
{
    const struct stage *s = numbers_slowest(r, now_mono);
    return s && numbers_busy(s, now_mono) >= BUSY ? s : NULL;
}

/* Nobody knows what a filter does with its time. */
static bool has_filter(const struct run *r)
{
    for (size_t i = 0; i < r->nstages; i++)
        if (r->stage[i].plan->mode == MODE_FILTER)
            return true;
    return false;
}

void numbers_bottleneck(const struct run *r, gf_ns now_mono, char out[NUMBERS_WORDS])
{
    const struct stage *s = numbers_slowest(r, now_mono);
    double busy = s ? numbers_busy(s, now_mono) : 0;
    if (s && busy >= BUSY)
        snprintf(out, NUMBERS_WORDS, "stage '%.60s' is the bottleneck: busy %.0f%% of the time",
                 s->plan->name, busy * 100);
    else if (s)
        snprintf(out, NUMBERS_WORDS,
                 "no %s is the bottleneck, %sthe input or the output is: the busiest stage, "
                 "'%.40s', was busy %.0f%% of the time",
                 has_filter(r) ? "stage with times" : "stage", has_filter(r) ? "a filter, " : "",
                 s->plan->name, busy * 100);
    else
        snprintf(out, NUMBERS_WORDS, "no stage was busy%s",
                 has_filter(r) ? ", but for filters, which have no times" : "");
}

/* ---- tables ---------------------------------------------------------------------------------- */

static struct gf_metric count(const char *name, const char *help, uint64_t n)
{
    return (struct gf_metric){.name = name, .help = help, .kind = GF_METRIC_COUNTER, .value = n};
}

static size_t stage_table(const struct stage *s, gf_ns now, struct gf_metric m[METRICS])
{
    const struct stage_numbers *n = &s->n;
    gf_ns span = now - s->run->begin_mono;
    uint64_t waiting = s->waiting.records + s->asleep.records;
    const struct gf_metric all[] = {
        count("in", "records that came to the stage", n->in),
        count("answered", "records that had an answer", n->answered),
        count("out", "records that left as answers", n->out),
        count("failed", "records that had none after the last attempt", n->failed),
        count("dead", "records that became dead letters", n->dead),
        count("rejected", "of the dead: refused by the command", n->rejected),
        count("passed", "failed records that were handed on as they came", n->passed),
        count("dropped", "records that were dropped, failed or empty", n->dropped),
        count("empty", "of the dropped: answers that were empty", n->empty),
        count("retried", "attempts that another one followed", n->retried),
        count("timed_out", "attempts that a time limit ended", n->timed_out),
        count("resent", "records given to another process, whose first one ended", n->resent),
        count("restarts", "processes that took the place of another", n->restarts),
        {.name = "in_flight",
         .help = "records that processes have now",
         .kind = GF_METRIC_GAUGE,
         .value = s->inside - waiting},
        {.name = "backlog",
         .help = "records that wait for the stage now",
         .kind = GF_METRIC_GAUGE,
         .value = waiting},
        {.name = "backlog_peak",
         .help = "the most records that waited",
         .kind = GF_METRIC_GAUGE,
         .value = n->peak},
        count("input_bytes", "bytes of records that came", n->bytes_in),
        count("output_bytes", "bytes of records that left", n->bytes_out),
        {.name = "service",
         .help = "time of a record at a process",
         .kind = GF_METRIC_TIMES,
         .hist = &n->service},
        {.name = "waiting",
         .help = "time of a record in front of the stage",
         .kind = GF_METRIC_TIMES,
         .hist = &n->waiting},
        {.name = "rate",
         .help = "records answered a second",
         .kind = GF_METRIC_RATIO,
         .real = span > 0 ? (double)n->answered * 1e9 / (double)span : 0,
         .unit = "/s"},
        {.name = "busy",
         .help = "share of the time in which its processes had records",
         .kind = GF_METRIC_RATIO,
         .real = numbers_busy(s, now)},
    };
    _Static_assert(sizeof all / sizeof *all == METRICS, "as many as there is room for");
    memcpy(m, all, sizeof all);
    return METRICS;
}

static int write_tables(const struct run *r, struct gf_outfile *out, const struct gf_metric *m,
                        size_t n, gf_ns now)
{
    struct gf_metric_part *part = calloc(r->nstages + 1, sizeof *part);
    struct gf_metric *table = calloc(r->nstages + 1, METRICS * sizeof *table);
    int bad = -1;
    if (part && table) {
        for (size_t i = 0; i < r->nstages; i++) {
            struct gf_metric *of = &table[i * METRICS];
            part[i] = (struct gf_metric_part){.name = r->stage[i].plan->name, .m = of};
            part[i].n = stage_table(&r->stage[i], now, of);
        }
        const struct gf_stats s = {.tool = gf_pipeline_cli.name,
                                   .m = m,
                                   .n = n,
                                   .parts = {.kind = "stage", .part = part, .n = r->nstages}};
        bad = gf_stats_write_all(r->opt->stats_format, out, r->opt->stats_file, &s);
    } else {
        gf_error_nomem();
    }
    free(part);
    free(table);
    return bad;
}

int numbers_write(const struct run *r, struct gf_outfile *out)
{
    gf_ns now = gf_now_mono();
    const struct numbers n = numbers_of(r, now);
    char bottleneck[NUMBERS_WORDS];
    numbers_bottleneck(r, now, bottleneck);
    const struct gf_metric m[] = {
        count("in", "records that were read", n.in),
        count("out", "records that went through", n.out),
        count("dead", "records that did not", n.dead),
        count("dropped", "records that were dropped", n.dropped),
        count("passed", "of the records out: handed on as they came by a stage that failed",
              n.passed),
        count("rejected", "of the dead: refused by a command", n.rejected),
        {.name = "inside",
         .help = "records that were read, and are not done",
         .kind = GF_METRIC_GAUGE,
         .value = n.inside},
        {.name = "elapsed", .help = "time since the begin", .kind = GF_METRIC_TIME, .ns = n.span},
        {.name = "rate",
         .help = "records out a second",
         .kind = GF_METRIC_RATIO,
         .real = n.rate,
         .unit = "/s"},
        {.name = "record",
         .help = "time of a record in all stages",
         .kind = GF_METRIC_TIMES,
         .hist = &r->flow[r->nflows - 1].total},
        {.name = "bottleneck",
         .help = "the stage that the others wait for",
         .kind = GF_METRIC_TEXT,
         .text = bottleneck},
    };
    return write_tables(r, out, m, sizeof m / sizeof *m, now);
}
