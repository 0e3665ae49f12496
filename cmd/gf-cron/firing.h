/*
 * firing.h - a line of gf-cron next.
 *
 *     struct firing_form to = {&buf, FIRING_RFC3339, now};
 *     firing_add(&to, zone, &(struct firing){.t = &t, .expr = expr});
 */
#ifndef GF_CMD_CRON_FIRING_H
#define GF_CMD_CRON_FIRING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "cron/table.h"

enum firing_format {
    FIRING_RFC3339,
    FIRING_EPOCH,
    FIRING_JSON,
};

/* How lines are written. */
struct firing_form {
    struct gf_buf *out; /* that they are appended to */
    int format;         /* enum firing_format */
    int64_t now;        /* seconds */
};

/* A firing: of a schedule, or of a job. */
struct firing {
    const int64_t *t; /* NULL: it has no time */
    bool at_start;    /* it is the start of a scheduler; without that, `after` and a time, it never
                       * comes */
    const struct gf_cron *after; /* it is when another job went well */
    const char *expr;
    const struct gf_job *job;
};

/* Appends the line of f, its times on the clock of z. Whether the buffer failed is for the caller
 * to look at. */
void firing_add(const struct firing_form *to, struct gf_zone *z, const struct firing *f);

#endif
