/*
 * table_after.c - @after: the job that another one follows.
 *
 * The other job may stand below, so the ids are looked up at the end of the table, and only of a
 * table without errors: a job whose own line is wrong has no id. Each job follows at most one, so
 * from any job there is one way; a walk that comes back to a job that the same walk has marked has
 * found a circle, and a job with the mark of an earlier walk leads to nothing new.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "cron/table_read.h"

/* Where an @after stands, for messages. */
struct gf_tab_after {
    struct gf_job *job;
    const char *line;
    size_t len, number, col;
};

void gf_tab_keep_after(struct gf_tab_reader *r, struct gf_job *job)
{
    if (job->when.kind != GF_CRON_AFTER)
        return;
    if (!gf_tab_grow((void **)&r->afters, r->n_afters, &r->cap_afters, sizeof *r->afters)) {
        r->nomem = true;
        return;
    }
    r->afters[r->n_afters++] =
        (struct gf_tab_after){job, r->line, r->len, r->number, (size_t)(job->when.id - r->line)};
}

static void fault(struct gf_tab_reader *r, const struct gf_tab_after *a, const char *hint,
                  const char *what)
{
    struct gf_table_note n = {a->number, GF_TABLE_ERROR, a->line, a->len, {0}};
    gf_perr_say(&n.e, a->col, a->job->when.id_len, hint, "%s", what);
    gf_tab_add_note(r, &n);
}

static void unknown(struct gf_tab_reader *r, const struct gf_tab_after *a)
{
    char what[112];
    struct gf_suggest s;
    gf_suggest_init(&s, a->job->when.id, a->job->when.id_len);
    for (size_t i = 0; i < r->t->n_jobs; i++)
        if (&r->t->jobs[i] != a->job)
            gf_suggest_offer(&s, r->t->jobs[i].id);
    snprintf(what, sizeof what, "no job here has this id%s%s%s", s.best ? ": did you mean " : "",
             s.best ? s.best : "", s.best ? "?" : "");
    fault(r, a, "@after names the GF_ID of another job of the crontab", what);
}

static void find_job(struct gf_tab_reader *r, const struct gf_tab_after *a)
{
    char id[GF_JOB_ID_MAX + 1];
    snprintf(id, sizeof id, "%.*s", (int)a->job->when.id_len, a->job->when.id);
    a->job->after = *gf_tab_place(r->t, id);
    if (!a->job->after)
        unknown(r, a);
}

/* ---- circles --------------------------------------------------------------------------------- */

/* Names the jobs of the circle from `job` on: a follows b follows a. */
static void say_circle(struct gf_tab_reader *r, const struct gf_tab_after *a,
                       const struct gf_job *job)
{
    char what[112];
    size_t used = (size_t)snprintf(what, sizeof what, "a circle: %s", job->id);
    const struct gf_job *at = job;
    do {
        at = at->after;
        if (used < sizeof what - 1)
            used += (size_t)snprintf(what + used, sizeof what - used, " after %s", at->id);
    } while (at != job);
    if (used > sizeof what - 1)
        memcpy(what + sizeof what - 4, "...", 3);
    fault(r, a, "one of them needs a schedule of its own", what);
}

static const struct gf_tab_after *place_of(const struct gf_tab_reader *r, const struct gf_job *job)
{
    const struct gf_tab_after *a = r->afters;
    while (a->job != job)
        a++;
    return a;
}

static void find_circles(struct gf_tab_reader *r)
{
    const struct gf_job *jobs = r->t->jobs;
    size_t *mark = calloc(r->t->n_jobs + 1, sizeof *mark);
    r->nomem = r->nomem || !mark;
    for (size_t i = 0; mark && i < r->n_afters; i++) {
        const struct gf_job *job = r->afters[i].job;
        for (; job && !mark[job - jobs]; job = job->after)
            mark[job - jobs] = i + 1;
        if (job && mark[job - jobs] == i + 1)
            say_circle(r, place_of(r, job), job);
    }
    free(mark);
}

/* Puts each job at the front of the list of those that follow the same job: the last one first. */
static void link_followers(struct gf_tab_reader *r)
{
    for (size_t i = r->n_afters; i-- > 0;) {
        struct gf_job *job = r->afters[i].job;
        job->next_follower = job->after->follower;
        job->after->follower = job;
    }
}

void gf_tab_find_afters(struct gf_tab_reader *r)
{
    if (!r->n_afters || r->t->n_errors)
        return;
    for (size_t i = 0; i < r->n_afters; i++)
        find_job(r, &r->afters[i]);
    if (r->t->n_errors)
        return;
    find_circles(r);
    if (!r->t->n_errors && !r->nomem)
        link_followers(r);
}
