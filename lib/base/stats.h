/*
 * stats.h - a tool's numbers at its end, in the three forms of --stats: text for people, NDJSON,
 * Prometheus text (exposition format 0.0.4).
 *
 * The tool fills a table of metrics; the order is the order of output. Names are words joined by
 * `_`, without unit or tool: `jobs`, `bytes_in`. Times are given in ns and shown in seconds.
 *
 *     const struct gf_metric m[] = {
 *         {.name = "records", .help = "records passed", .kind = GF_METRIC_COUNTER, .value = n},
 *         {.name = "job", .help = "run time of jobs", .kind = GF_METRIC_TIMES, .hist = &h},
 *     };
 *     gf_stats_open(&out, "x.prom", GF_READER_PATIENCE);          before the work begins
 *     gf_stats_write(GF_STATS_PROM, &out, "x.prom", "gf-pool", m, 2);
 *
 *     text   records 120
 *            job p50 38.2ms p90 61ms p99 90ms max 95.2ms
 *            refused_keys 'a' 12, 'b' 3 (at least 2)
 *     json   {"v":1,"tool":"gf-pool","records":120,"job_seconds":{"count":120,"p50":0.0382,...}}
 *     prom   # HELP gf_pool_records_total records passed
 *            # TYPE gf_pool_records_total counter
 *            gf_pool_records_total 120
 */
#ifndef GF_BASE_STATS_H
#define GF_BASE_STATS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/hist.h"
#include "base/opt.h"
#include "base/outfile.h"

enum gf_metric_kind {
    GF_METRIC_COUNTER, /* value: how many */
    GF_METRIC_GAUGE,   /* value: how many now */
    GF_METRIC_BYTES,   /* value: a count of bytes */
    GF_METRIC_TIME,    /* ns: a span */
    GF_METRIC_RATIO,   /* real: a plain number, e.g. a rate a second */
    GF_METRIC_TIMES,   /* hist: count, sum, p50, p90, p99, max */
    GF_METRIC_TOP,     /* top: `value` names and their counts; not for Prometheus, where each name
                          would be a series of its own */
    GF_METRIC_TEXT,    /* text: words about the others; not for Prometheus */
};

/* A name of the data, and how often it was counted: exactly, where `least` is the same. */
struct gf_metric_top {
    const char *name;
    size_t len;
    uint64_t count, least;
};

struct gf_metric {
    const char *name;
    const char *help;
    enum gf_metric_kind kind;
    uint64_t value;
    gf_ns ns;
    double real;
    const struct gf_hist *hist;
    const struct gf_metric_top *top;
    const char *text;
    const char *unit; /* shown behind the number in text only, e.g. "/s"; may be NULL */
};

enum gf_stats_format {
    GF_STATS_TEXT,
    GF_STATS_JSON,
    GF_STATS_PROM
};

/* The words of --stats in the order of the enum, NULL-terminated, for gf_cli_choice. */
extern const char *const gf_stats_formats[];

/* The two rows for a tool's option table. */
enum {
    GF_OPT_ID_STATS = 900,
    GF_OPT_ID_STATS_FILE = 901
};
#define GF_STATS_OPTIONS                                                                           \
    {GF_OPT_ID_STATS,                                                                              \
     0,                                                                                            \
     "stats",                                                                                      \
     "FORMAT",                                                                                     \
     "numbers at the end: text (default), json or prom",                                           \
     "text json prom",                                                                             \
     GF_OPT_OPTIONAL},                                                                             \
    {                                                                                              \
        GF_OPT_ID_STATS_FILE, 0, "stats-file", "FILE",                                             \
            "write them to FILE instead of standard error", "@file", 0                             \
    }

/* The numbers of a part of the work, of which there are several: of a stage. */
struct gf_metric_part {
    const char *name;
    const struct gf_metric *m; /* the same metrics in each part */
    size_t n;
};

/*
 * The parts of one kind, which is a word. A line a part in text, without counters that are 0; in
 * JSON an array, `stages`; for Prometheus metrics with a label,
 * gf_pipeline_stage_in_total{stage="x"}.
 */
struct gf_stats_parts {
    const char *kind; /* "stage"; NULL: there are none */
    const struct gf_metric_part *part;
    size_t n;
};

struct gf_stats {
    const char *tool;
    const struct gf_metric *m;
    size_t n;
    struct gf_stats_parts parts;
};

/* Appends the table in one form. */
int gf_stats_render(struct gf_buf *b, enum gf_stats_format f, const struct gf_stats *s);

/*
 * Opens where they go: stderr when `file` is NULL, else by gf_outfile_open_own, so that the file is
 * replaced as a whole, and `patience` counts for the reader of a fifo. On failure says so and
 * returns -1. A tool does so before its work: at the end a fifo without a reader would hold it up.
 */
int gf_stats_open(struct gf_outfile *out, const char *file, gf_ns patience);

/* Renders, writes to `out` and commits that; `file` is for messages. On failure says so and returns
 * -1. */
int gf_stats_write(enum gf_stats_format f, struct gf_outfile *out, const char *file,
                   const char *tool, const struct gf_metric *m, size_t n);

/* The same with parts. */
int gf_stats_write_all(enum gf_stats_format f, struct gf_outfile *out, const char *file,
                       const struct gf_stats *s);

#endif
