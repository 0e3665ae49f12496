/*
 * drops.c - reports of records over the limit, in periods of --report-drops.
 *
 * The first record of a key that is over the limit is told at once and begins a period. A period
 * in which others followed ends with their number, and begins the next one; a period without any
 * ends with the sum, and the key is forgotten. So no more keys are known than were over the limit
 * just now, and those beyond the table are counted together. --drop-marker writes the number of a
 * period to the output instead, so the numbers of all markers add up to what was dropped.
 *
 * Whatever waits longer than until the next report wakes up for it; but a turn of a shared limit is
 * waited for at one go, and what is due meanwhile is reported behind it.
 */
#include "drops.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/msg.h"
#include "base/sat.h"
#include "key.h"

enum {
    WHO_SIZE = DROPKEY_TEXT + 8
};

int drops_start(struct flow *f, enum io (*flush)(struct flow *))
{
    const struct config *c = f->config;
    if (c->stats && config_has_key(c) && dropkeys_open(&f->tally->top.keys) != 0) {
        gf_error_nomem();
        return -1;
    }
    if (c->report_drops == 0)
        return 0;
    f->drops = calloc(1, sizeof *f->drops);
    if (!f->drops || dropkeys_open(&f->drops->keys) != 0) {
        gf_error_nomem();
        return -1;
    }
    f->drops->most = c->max_keys < DROPKEYS_MAX ? (size_t)c->max_keys : DROPKEYS_MAX;
    f->drops->due_mono = GF_NEVER;
    f->drops->flush = flush;
    return 0;
}

void drops_release(struct flow *f)
{
    if (f->drops)
        dropkeys_release(&f->drops->keys);
    free(f->drops);
    f->drops = NULL;
}

/* ---- what is said ---------------------------------------------------------------------------- */

/* What stands in front of a report. A key may hold NUL, where its text ends. */
static void who(const struct flow *f, const struct dropkey *k, char text[WHO_SIZE])
{
    text[0] = '\0';
    if (k == &f->drops->others)
        snprintf(text, WHO_SIZE, "other keys: ");
    else if (config_has_key(f->config) && k->len == 0)
        snprintf(text, WHO_SIZE, "no key: ");
    else if (config_has_key(f->config))
        snprintf(text, WHO_SIZE, "'%.*s': ", (int)k->len, k->text);
}

static const char *records(uint64_t n)
{
    return n == 1 ? "record" : "records";
}

static void tell_first(const struct flow *f, const struct dropkey *k)
{
    char name[WHO_SIZE];
    who(f, k, name);
    gf_note("%sover the limit since record %" PRIu64, name, f->tally->seen);
}

static void tell_period(const struct flow *f, const struct dropkey *k)
{
    char name[WHO_SIZE], span[GF_DURATION_SIZE];
    who(f, k, name);
    gf_format_duration(f->config->report_drops, span);
    gf_note("%s%" PRIu64 " %s over the limit in the last %s", name, k->since, records(k->since),
            span);
}

static void tell_sum(const struct flow *f, const struct dropkey *k, gf_ns now, bool end)
{
    char name[WHO_SIZE], span[GF_DURATION_SIZE];
    who(f, k, name);
    gf_format_duration(now - k->began_mono, span);
    gf_note("%s%s: %" PRIu64 " %s over the limit in %s", name,
            end ? "at the end" : "within the limit again", k->records, records(k->records), span);
}

/* Appends the text of --drop-marker, with the number for {n} and the key for {key}. */
static void add_marker(struct gf_buf *b, const struct config *c, const struct dropkey *k)
{
    for (const char *p = c->drop_marker; *p;) {
        if (strncmp(p, "{n}", 3) == 0) {
            gf_buf_printf(b, "%" PRIu64, k->since);
            p += 3;
        } else if (strncmp(p, "{key}", 5) == 0) {
            (void)gf_buf_add(b, k->text, k->len);
            p += 5;
        } else {
            gf_buf_putc(b, *p++);
        }
    }
    gf_buf_putc(b, c->separator);
}

/* Writes the marker of a period, behind what was decided. */
static enum io mark(struct flow *f, const struct dropkey *k)
{
    struct gf_buf b = {0};
    enum io r = f->drops->flush(f);
    if (r == IO_OK && f->drops->open) /* the last record of a file lacks its separator */
        gf_buf_putc(&b, f->config->separator);
    add_marker(&b, f->config, k);
    if (r == IO_OK)
        r = output_buf(f->config->output_fd, f->config->output, &b, f->tally);
    f->drops->open = false;
    gf_buf_release(&b);
    return r;
}

/* ---- periods --------------------------------------------------------------------------------- */

static void begin(struct flow *f, struct dropkey *k, gf_ns now)
{
    k->began_mono = now;
    k->due_mono = gf_sat_add_i64(now, f->config->report_drops);
    f->drops->due_mono = drops_before(f, k->due_mono);
    tell_first(f, k);
}

/* Ends the period of a key. *over: there was nothing to report but the sum. */
static enum io end_period(struct flow *f, struct dropkey *k, gf_ns now, bool *over)
{
    enum io r = IO_OK;
    *over = k->since == 0;
    if (*over) {
        tell_sum(f, k, now, false);
        return IO_OK;
    }
    tell_period(f, k);
    if (f->config->drop_marker)
        r = mark(f, k);
    k->since = 0;
    k->due_mono = gf_sat_add_i64(now, f->config->report_drops);
    return r;
}

enum io drops_look(struct flow *f)
{
    struct drops *d = f->drops;
    if (!d || d->due_mono == GF_NEVER)
        return IO_OK;
    gf_ns now = gf_now_mono();
    enum io r = IO_OK;
    bool over = false;
    if (d->due_mono > now)
        return IO_OK;
    d->due_mono = GF_NEVER;
    for (size_t i = 0; i < d->keys.count && r == IO_OK; i += !over) {
        struct dropkey *k = &d->keys.key[i];
        over = false;
        if (k->due_mono <= now)
            r = end_period(f, k, now, &over);
        if (over)
            dropkeys_remove(&d->keys, i);
        else
            d->due_mono = drops_before(f, k->due_mono);
    }
    if (d->others.records && d->others.due_mono <= now && r == IO_OK) {
        r = end_period(f, &d->others, now, &over);
        if (over)
            d->others.records = 0;
    }
    if (d->others.records)
        d->due_mono = drops_before(f, d->others.due_mono);
    return r;
}

void drops_add(struct flow *f, const char *rec, size_t len)
{
    struct drops *d = f->drops;
    if (!d && !f->tally->top.keys.key)
        return;
    struct slice text = config_has_key(f->config) ? key_of(f, rec, len) : (struct slice){"", 0};
    uint64_t hash = key_hash(text, f->seed);
    topdrops_add(&f->tally->top, hash, text);
    if (!d)
        return;
    struct dropkey *k = dropkeys_find(&d->keys, hash);
    if (!k && d->keys.count < d->most)
        k = dropkeys_add(&d->keys, hash, text);
    if (!k)
        k = &d->others;
    k->since++;
    if (k->records++ == 0)
        begin(f, k, gf_now_mono());
}

static enum io end(struct flow *f, const struct dropkey *k, bool write)
{
    enum io r = IO_OK;
    if (write && k->since && f->config->drop_marker)
        r = mark(f, k);
    tell_sum(f, k, gf_now_mono(), true);
    return r;
}

enum io drops_end(struct flow *f, bool write)
{
    enum io r = IO_OK;
    for (size_t i = 0; f->drops && i < f->drops->keys.count && r == IO_OK; i++)
        r = end(f, &f->drops->keys.key[i], write);
    if (f->drops && f->drops->others.records && r == IO_OK)
        r = end(f, &f->drops->others, write);
    return r;
}
