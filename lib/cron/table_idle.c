/*
 * table_idle.c - options of a job that do nothing where they stand: warnings. See table_read.h.
 *
 * One table says of which option, when and why. Only the words of the job's own line are looked at:
 * on a line of its own an option may be meant for other jobs. What the option goes with is asked of
 * the job as it will run, so the other one may stand on a line above.
 */
#include <stdio.h>
#include <string.h>

#include "cron/slip.h"
#include "cron/table_read.h"

/* No schedule of the job names a time: nothing of it is ever missed. */
static bool has_no_time(const struct gf_job *job)
{
    const struct gf_cron *c = &job->when;
    while (c && (c->kind == GF_CRON_START || c->kind == GF_CRON_AFTER))
        c = c->also;
    return !c;
}

/* The job meets no clock of a zone, in its bounds neither. */
static bool has_no_clock(const struct gf_job *job)
{
    return has_no_time(job) && !job->opt.has_from && !job->opt.has_until;
}

static bool has_no_retries(const struct gf_job *job)
{
    return job->opt.retries == 0;
}

static bool is_not_caught_up(const struct gf_job *job)
{
    return job->opt.catchup_interrupted && job->opt.catchup == 0;
}

static bool is_short_catchup(const struct gf_job *job)
{
    return job->opt.catchup > 0 && job->opt.catchup < GF_S;
}

static bool is_short_skew(const struct gf_job *job)
{
    return job->opt.skew > 0 && job->opt.skew < GF_S;
}

static const char no_time[] = "@start and @after name no time that could be missed";
static const char seconds[] = "due times are whole seconds";

static const struct row {
    const char *option;
    bool (*is_idle)(const struct gf_job *job);
    const char *where, *why;
} rows[] = {
    {"GF_CATCHUP", has_no_time, "beside a schedule without a time", no_time},
    {"GF_CATCHUP", is_short_catchup, "with less than a second", seconds},
    {"GF_CATCHUP_INTERRUPTED", is_not_caught_up, "without GF_CATCHUP",
     "GF_CATCHUP says up to how long ago"},
    {"GF_CATCHUP_INTERRUPTED", has_no_time, "beside a schedule without a time", no_time},
    {"GF_RETRY_DELAY", has_no_retries, "without GF_RETRIES", "GF_RETRIES says how often"},
    {"GF_SKEW", has_no_time, "beside a schedule without a time", no_time},
    {"GF_SKEW", is_short_skew, "with less than a second", seconds},
    {"GF_TZ", has_no_clock, "beside a schedule without a time", "the commands of jobs have TZ"},
};

static void tell(struct gf_tab_reader *r, const char *name, size_t len, const char *where,
                 const char *why)
{
    char what[GF_SLIP_SIZE];
    snprintf(what, sizeof what, "%.*s has no effect %s", (int)len, name, where);
    gf_tab_warn(r, name, len, why, what);
}

/* The word behind the one at s. */
static const char *next_word(const char *s)
{
    return gf_tab_skip_blanks(s + gf_tab_word_length(s));
}

static bool comes_again(const char *name, size_t len, const char *end)
{
    for (const char *s = next_word(name); s < end; s = next_word(s))
        if (gf_tab_name_length(s) == len && memcmp(s, name, len) == 0)
            return true;
    return false;
}

void gf_tab_look_at_options(struct gf_tab_reader *r, const struct gf_job *job, const char *s,
                            const char *end)
{
    for (; s < end; s = next_word(s)) {
        size_t len = gf_tab_name_length(s);
        const struct row *row = rows, *past = rows + sizeof rows / sizeof rows[0];
        if (comes_again(s, len, end)) {
            tell(r, s, len, "where it is given again", "the last one counts");
            continue;
        }
        while (row < past && !(gf_tab_name_is(s, len, row->option) && row->is_idle(job)))
            row++;
        if (row < past)
            tell(r, s, len, row->where, row->why);
    }
}
