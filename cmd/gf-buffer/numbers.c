/* numbers.c - the counts as a table, and the sum that has to come out. */
#include "numbers.h"

#include <inttypes.h>

#include "base/duration.h"
#include "base/exit.h"
#include "base/msg.h"
#include "run.h"

static struct gf_metric count(const char *name, const char *help, uint64_t n)
{
    return (struct gf_metric){.name = name, .help = help, .kind = GF_METRIC_COUNTER, .value = n};
}

static struct gf_metric gauge(const char *name, const char *help, uint64_t n)
{
    return (struct gf_metric){.name = name, .help = help, .kind = GF_METRIC_GAUGE, .value = n};
}

static struct gf_metric span(const char *name, const char *help, gf_ns ns)
{
    return (struct gf_metric){.name = name, .help = help, .kind = GF_METRIC_TIME, .ns = ns};
}

uint64_t numbers_held(const struct run *r)
{
    uint64_t n = gf_store_records(&r->store) + gf_store_excess_records(&r->store) + intake_held(r) +
                 spill_held(r);
    return r->opt->buffer.by_bytes ? 0 : n; /* there a byte is a record of the store */
}

uint64_t numbers_held_bytes(const struct run *r)
{
    return gf_store_bytes(&r->store) + r->store.excess + intake_held_bytes(r) + spill_held_bytes(r);
}

static gf_ns since(gf_ns at_mono, gf_ns now)
{
    return at_mono && at_mono != GF_NEVER ? now - at_mono : 0;
}

/* Of the spool it is known to a second. */
static gf_ns oldest(const struct run *r, gf_ns now)
{
    gf_ns age = since(gf_store_oldest_mono(&r->store), now);
    if (!spill_is_on(&r->spill))
        return age;
    gf_ns wall = gf_spool_counts(r->spill.spool)->oldest_wall;
    gf_ns there = wall ? gf_now_wall() - wall : 0;
    return there > age ? there : age;
}

int numbers_write(const struct run *r, struct gf_outfile *out)
{
    gf_ns now = gf_now_mono();
    const struct counts *n = &r->n;
    const struct gf_metric m[] = {
        count("in", "records that were read", n->in),
        count("out", "records that were written", n->out),
        count("dropped", "records that were dropped", drops_records(r)),
        count("spilled", "records that went through the spool", n->spilled),
        count("found", "records that an earlier run had left in the spool", n->found),
        gauge("held", "records that are held now", numbers_held(r)),
        gauge("held_most", "records that were held in memory at once, at most",
              r->opt->buffer.by_bytes ? 0 : r->store.most_records),
        count("in_bytes", "bytes that were read", n->in_bytes),
        count("out_bytes", "bytes that were written", n->out_bytes),
        count("added_bytes", "of these: times, markers, ends of records", n->added_bytes),
        count("dropped_bytes", "bytes of records that were dropped", drops_bytes(r)),
        count("spilled_bytes", "bytes that went through the spool", n->spilled_bytes),
        count("found_bytes", "bytes that an earlier run had left in the spool", n->found_bytes),
        gauge("held_bytes", "bytes that are held now", numbers_held_bytes(r)),
        gauge("held_bytes_most", "bytes that were held in memory at once, at most", r->store.most),
        count("writes", "writes to the output", n->flushes),
        count("write_errors", "writes that failed", n->errors),
        count("retries", "of these: tried again", n->retries),
        count("rotations", "files that were put away", n->rotations),
        count("removed", "archives that were removed unprocessed", n->removed),
        span("blocked", "time in which the input was not read for want of room",
             n->blocked + since(r->in.blocked_since, now)),
        span("waited", "time in which the reader had no room",
             n->waited + since(r->out.waits_since, now)),
        span("oldest", "age of the oldest record that is held", oldest(r, now)),
    };
    return gf_stats_write(r->opt->stats_format, out, r->opt->stats_file, gf_buffer_cli.name, m,
                          sizeof m / sizeof *m);
}

int numbers_check(const struct run *r)
{
    const struct counts *n = &r->n;
    uint64_t came = n->in + n->found, came_bytes = n->in_bytes + n->found_bytes + n->added_bytes;
    uint64_t went = n->out + drops_records(r) + numbers_held(r);
    uint64_t went_bytes = n->out_bytes + drops_bytes(r) + numbers_held_bytes(r);
    bool lacks = r->in.lacks && !r->in.told_end; /* a record whose end did not come */
    if (spill_is_on(&r->spill) && gf_spool_counts(r->spill.spool)->damaged)
        return 0; /* nobody knows how many records those bytes were */
    if ((r->opt->buffer.by_bytes || lacks || came == went) && came_bytes == went_bytes)
        return 0;
    gf_error("%" PRIu64 " records (%" PRIu64 " bytes) came, and %" PRIu64 " (%" PRIu64
             ") are accounted for: a fault of ours",
             came, came_bytes, went, went_bytes);
    return GF_EXIT_TOOL;
}

/* ---- progress -------------------------------------------------------------------------------- */

enum {
    CELLS = 20
};

static void add_size(struct gf_buf *b, double bytes, const char *behind)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    size_t u = 0;
    for (; bytes >= 1024 && u + 1 < sizeof units / sizeof *units; u++)
        bytes /= 1024;
    gf_buf_printf(b, u && bytes < 9.95 ? "%.1f %s%s" : "%.0f %s%s", bytes, units[u], behind);
}

static void build_line(void *owner, struct gf_buf *b, struct gf_progress_part *bad)
{
    const struct run *r = owner;
    gf_ns span = gf_now_mono() - r->begin_mono;
    double seconds = span > 0 ? (double)span / 1e9 : 1;
    uint64_t held = gf_store_bytes(&r->store), all = r->opt->buffer.memory;
    unsigned full = (unsigned)((double)held / (double)all * CELLS + 0.5);
    char elapsed[GF_DURATION_SIZE];
    gf_buf_putc(b, '[');
    for (unsigned i = 0; i < CELLS; i++)
        gf_buf_putc(b, i < full ? '#' : '.');
    gf_buf_puts(b, "] ");
    add_size(b, (double)held, " held, in ");
    add_size(b, (double)r->n.in_bytes / seconds, "/s, out ");
    add_size(b, (double)r->n.out_bytes / seconds, "/s");
    if (spill_is_on(&r->spill)) {
        gf_buf_puts(b, ", on disk ");
        add_size(b, (double)gf_spool_counts(r->spill.spool)->disk, "");
    }
    if (r->sink.fault.met)
        gf_buf_puts(b, ", the output cannot be written");
    bad->at = b->len;
    if (drops_bytes(r)) {
        gf_buf_printf(b, ", %" PRIu64 " dropped",
                      r->opt->buffer.by_bytes ? drops_bytes(r) : drops_records(r));
        bad->len = b->len - bad->at;
    }
    gf_format_duration(span, elapsed);
    gf_buf_printf(b, ", elapsed %s", elapsed);
}

void progress_begin(struct gf_progress_timer *t, struct run *r)
{
    t->line = (struct gf_progress_line){.build = build_line, .owner = r};
    gf_progress_timer_start(t, r->loop, r->opt->progress, r->begin_mono);
}

void progress_say(struct run *r)
{
    const struct gf_progress_line line = {.build = build_line, .owner = r};
    gf_progress_say_line(&line);
}
