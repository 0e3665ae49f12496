/*
 * firing.c - a firing as gf-cron next prints it: a time, "at start", "after job ID went well", or
 * NEVER, and the job behind it.
 *
 * A job that runs at the start of a scheduler runs only at a start between its GF_FROM and its
 * GF_UNTIL, so these are said with it.
 */
#include "firing.h"

#include <string.h>

#include "cron.h"

#include "base/json.h"
#include "cron/words.h"

/* The start of a scheduler counts from *from on and up to *until; NULL: from now on, without an
 * end. */
static void start_bounds(const struct firing_form *to, const struct firing *f, const int64_t **from,
                         const int64_t **until)
{
    const struct gf_cron *c = f->at_start && f->job && f->job->when.bounded ? &f->job->when : NULL;
    *from = c && c->since > to->now ? &c->since : NULL;
    *until = c && c->upto != INT64_MAX ? &c->upto : NULL;
}

static void add_json_start(const struct firing_form *to, struct gf_json *j, const struct firing *f)
{
    const int64_t *from, *until;
    char utc[GF_STAMP_SIZE];
    start_bounds(to, f, &from, &until);
    gf_json_str(j, "at", "start", strlen("start"));
    if (from) {
        gf_stamp_format(*from, 0, true, utc);
        gf_json_str(j, "from", utc, strlen(utc));
    }
    if (until) {
        gf_stamp_format(*until, 0, true, utc);
        gf_json_str(j, "until", utc, strlen(utc));
    }
}

/* "at start", "at start from TIME until TIME". */
static void add_start(const struct firing_form *to, struct gf_zone *z, const struct firing *f)
{
    const int64_t *from, *until;
    char local[GF_STAMP_SIZE];
    start_bounds(to, f, &from, &until);
    gf_buf_puts(to->out, "at start");
    if (from) {
        cron_local_text(z, *from, local);
        gf_buf_printf(to->out, " from %s", local);
    }
    if (until) {
        cron_local_text(z, *until, local);
        gf_buf_printf(to->out, " until %s", local);
    }
}

static void add_json(const struct firing_form *to, const struct firing *f, const char *local)
{
    struct gf_json j;
    char utc[GF_STAMP_SIZE];
    gf_json_open(&j, to->out);
    if (f->t) {
        gf_stamp_format(*f->t, 0, true, utc);
        gf_json_str(&j, "time", utc, strlen(utc));
        gf_json_str(&j, "local", local, strlen(local));
        gf_json_int(&j, "epoch", *f->t);
    } else {
        gf_json_null(&j, "time");
        if (f->at_start)
            add_json_start(to, &j, f);
        if (f->after)
            gf_json_str(&j, "after", f->after->id, f->after->id_len);
    }
    if (f->expr)
        gf_json_str(&j, "expression", f->expr, strlen(f->expr));
    if (f->job) {
        gf_json_str(&j, "id", f->job->id, strlen(f->job->id));
        gf_json_str(&j, "command", f->job->command, strlen(f->job->command));
    }
    gf_json_close(&j);
}

void firing_add(const struct firing_form *to, struct gf_zone *z, const struct firing *f)
{
    char local[GF_STAMP_SIZE];
    bool is_json = to->format == FIRING_JSON;
    if (f->t)
        cron_local_text(z, *f->t, local);
    if (!is_json && !f->t && f->at_start)
        add_start(to, z, f);
    if (is_json)
        add_json(to, f, local);
    else if (f->after)
        gf_cron_words(to->out, f->after);
    else if (!f->t)
        gf_buf_puts(to->out, f->at_start ? "" : "NEVER");
    else if (to->format == FIRING_EPOCH)
        gf_buf_printf(to->out, "%lld", (long long)*f->t);
    else
        gf_buf_puts(to->out, local);
    if (!is_json) {
        if (f->job)
            gf_buf_printf(to->out, "\t%s\t%s", f->job->id, f->job->command);
        gf_buf_putc(to->out, '\n');
    }
}
