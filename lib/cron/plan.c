/*
 * plan.c - a binary heap by due time, and the stretches of time that were gone through.
 *
 * A look takes jobs from the top while they are due, asks for their next time and sinks them again.
 * It compares how far each of the two clocks went, to tell waking late from a clock that was set.
 * Each stretch of wall time that the plan has covered is remembered, up to a few; a due time inside
 * of one is passed over, which is why a clock set back runs nothing twice.
 */
#include "cron/plan.h"

#include <stdlib.h>
#include <string.h>

#include "cron/between.h"

/* ---- the heap -------------------------------------------------------------------------------- */

/* Equal times go in the order of the table. */
static bool before(const struct gf_plan *p, size_t a, size_t b)
{
    return p->due[a] != p->due[b] ? p->due[a] < p->due[b] : a < b;
}

static void sink(struct gf_plan *p, size_t at)
{
    size_t job = p->heap[at];
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= p->n)
            break;
        if (child + 1 < p->n && before(p, p->heap[child + 1], p->heap[child]))
            child++;
        if (!before(p, p->heap[child], job))
            break;
        p->heap[at] = p->heap[child];
        at = child;
    }
    p->heap[at] = job;
}

static void order(struct gf_plan *p)
{
    for (size_t i = 0; i < p->n; i++)
        p->heap[i] = i;
    for (size_t i = p->n / 2; i-- > 0;)
        sink(p, i);
}

void gf_plan_drop(struct gf_plan *p, size_t job)
{
    p->due[job] = INT64_MAX;
    order(p);
}

int64_t gf_plan_wake(const struct gf_plan *p)
{
    return p->n ? p->due[p->heap[0]] : INT64_MAX;
}

size_t gf_plan_next(const struct gf_plan *p, int64_t *due)
{
    size_t job = p->n;
    *due = INT64_MAX;
    for (size_t i = 0; i < p->n_events; i++)
        if (p->events[i].what == GF_PLAN_RUN && p->events[i].due < *due) {
            job = p->events[i].job;
            *due = p->events[i].due;
        }
    for (size_t i = 0; i < p->n; i++)
        if (p->due[i] < *due) {
            job = i;
            *due = p->due[i];
        }
    return job;
}

/* ---- due times ------------------------------------------------------------------------------- */

static int add_event(struct gf_plan *p, size_t job, int64_t due, uint64_t times,
                     enum gf_plan_what what)
{
    if (p->n_events == p->cap_events) {
        size_t cap = p->cap_events ? p->cap_events * 2 : 64;
        struct gf_plan_event *e = realloc(p->events, cap * sizeof *e);
        if (!e)
            return -1;
        p->events = e;
        p->cap_events = cap;
    }
    p->events[p->n_events++] = (struct gf_plan_event){job, due, times, what};
    return 0;
}

/* The first due time of the job after t; INT64_MAX: there is none. */
static int64_t next_due(const struct gf_plan *p, size_t job, int64_t t)
{
    const struct gf_plan_job *j = &p->jobs[job];
    int64_t due;
    bool has = !j->over && gf_cron_next(j->when, j->zone, p->dst, t, &due) == GF_CRON_FOUND;
    return has ? due : INT64_MAX;
}

/* The end of the stretch that holds t; INT64_MIN: it was not gone through. */
static int64_t covered_to(const struct gf_plan *p, int64_t t)
{
    for (size_t i = 0; i < p->covers; i++)
        if (t > p->cover[i].from && t <= p->cover[i].to)
            return p->cover[i].to;
    return INT64_MIN;
}

/* The same, leaving out what was gone through. */
static void plan_job(struct gf_plan *p, size_t job, int64_t t)
{
    for (; t != INT64_MIN; t = covered_to(p, p->due[job]))
        p->due[job] = next_due(p, job, t);
}

static void plan_all(struct gf_plan *p, int64_t t)
{
    for (size_t i = 0; i < p->n; i++)
        plan_job(p, i, t);
    order(p);
}

/* Starts a new stretch of time at `wall`; the oldest is forgotten when there are too many. */
static void new_cover(struct gf_plan *p, int64_t wall)
{
    if (p->covers == GF_PLAN_COVERS) {
        for (size_t i = 1; i < GF_PLAN_COVERS; i++)
            p->cover[i - 1] = p->cover[i];
        p->covers--;
    }
    p->cover[p->covers].from = p->cover[p->covers].to = wall;
    p->covers++;
}

/* ---- looks ----------------------------------------------------------------------------------- */

/*
 * Far behind: of the due times in [*due, now], all but the last are one event. *due becomes the
 * last.
 */
static int take_many(struct gf_plan *p, size_t job, int64_t now, int64_t *due)
{
    const struct gf_plan_job *j = &p->jobs[job];
    int64_t after = *due - 1, before_last;
    gf_cron_last(j->when, j->zone, p->dst, after, now, due);
    uint64_t times = gf_cron_count(j->when, j->zone, p->dst, after, *due - 1);
    if (gf_cron_last(j->when, j->zone, p->dst, after, *due - 1, &before_last) == GF_CRON_FOUND)
        return add_event(p, job, before_last, times, GF_PLAN_MISSED);
    return 0;
}

/*
 * The due times of a job in [p->due[job], now]: the last one runs unless it is older than `oldest`,
 * the others were missed. Leaves the next one after now in p->due.
 */
static int take_job(struct gf_plan *p, size_t job, int64_t now, int64_t oldest)
{
    int64_t due = p->due[job], following = INT64_MAX;
    if (due > now)
        return 0;
    for (int missed = 0; missed < GF_PLAN_MISSED_MAX; missed++) {
        following = next_due(p, job, due);
        if (following > now)
            break;
        if (add_event(p, job, due, 1, GF_PLAN_MISSED) != 0)
            return -1;
        due = following;
    }
    if (following <= now && take_many(p, job, now, &due) != 0)
        return -1;
    if (add_event(p, job, due, 1, due >= oldest ? GF_PLAN_RUN : GF_PLAN_MISSED) != 0)
        return -1;
    p->due[job] = next_due(p, job, due);
    return 0;
}

/* Whether a fixed schedule of the job fires in (expected, now]. */
static bool has_fixed(const struct gf_plan *p, const struct gf_plan_job *j, int64_t expected,
                      int64_t now)
{
    int64_t due;
    return gf_cron_next_fixed(j->when, j->zone, p->dst, expected, &due) == GF_CRON_FOUND &&
           due <= now;
}

/*
 * What has come. Up to `expected` the clock went as it should; between that and `now` it was set
 * forward, by little or a lot. The oldest due time that may still run.
 */
static int64_t oldest_to_run(const struct gf_plan *p, size_t job, int64_t expected, int64_t now)
{
    const struct gf_plan_job *j = &p->jobs[job];
    if (p->due[job] <= expected || now - expected <= 1)
        return INT64_MIN; /* it came in its time, we may only be late */
    if (now - expected <= j->skew)
        return INT64_MIN; /* once, whatever the job follows */
    if (now - expected <= GF_PLAN_GAP_MAX && has_fixed(p, j, expected, now))
        return INT64_MIN; /* once, right after the gap */
    return j->catchup ? now - j->catchup : INT64_MAX;
}

static int take_due(struct gf_plan *p, int64_t expected, int64_t now)
{
    while (p->n && p->due[p->heap[0]] <= now) {
        size_t job = p->heap[0];
        if (take_job(p, job, now, oldest_to_run(p, job, expected, now)) != 0)
            return -1;
        sink(p, 0);
    }
    return 0;
}

int gf_plan_look(struct gf_plan *p, int64_t wall, gf_ns mono)
{
    int64_t expected = p->wall + (mono - p->mono) / GF_S;
    int64_t last = p->wall;
    p->n_events = 0;
    p->wall = wall;
    p->mono = mono;
    if (wall < last) {
        if (p->covers && wall >= p->cover[p->covers - 1].from)
            return 0; /* what was planned is still to come */
        new_cover(p, wall);
        plan_all(p, wall);
        return 0;
    }
    if (wall - expected > GF_PLAN_GAP_MAX) {
        if (take_due(p, expected, wall) != 0)
            return -1;
        new_cover(p, wall);
        return 0;
    }
    if (wall > p->cover[p->covers - 1].to)
        p->cover[p->covers - 1].to = wall;
    return take_due(p, expected, wall);
}

/* What was due in (since, upto], before the first look. */
static int catch_up(struct gf_plan *p, size_t job, int64_t upto, int64_t oldest)
{
    const struct gf_plan_job *j = &p->jobs[job];
    if (j->since >= upto)
        return 0;
    p->due[job] = next_due(p, job, j->since);
    return take_job(p, job, upto, oldest);
}

/* The run of a job that fires at the start stands for all that was due before. */
static int begin_job(struct gf_plan *p, size_t job, int64_t wall)
{
    const struct gf_plan_job *j = &p->jobs[job];
    if (j->over)
        return 0;
    if (!gf_cron_starts(j->when, wall))
        return catch_up(p, job, wall, j->catchup ? wall - j->catchup : INT64_MAX);
    if (catch_up(p, job, wall - 1, INT64_MAX) != 0)
        return -1;
    return add_event(p, job, wall, 1, GF_PLAN_RUN);
}

static int set_up(struct gf_plan *p, const struct gf_plan_job *jobs, size_t n, enum gf_dst dst,
                  int64_t wall, gf_ns mono)
{
    *p = (struct gf_plan){.jobs = jobs, .n = n, .dst = dst, .wall = wall, .mono = mono};
    p->due = calloc(n + 1, sizeof *p->due);
    p->heap = calloc(n + 1, sizeof *p->heap);
    return p->due && p->heap ? 0 : -1;
}

int gf_plan_open(struct gf_plan *p, const struct gf_plan_job *jobs, size_t n, enum gf_dst dst,
                 int64_t wall, gf_ns mono)
{
    if (set_up(p, jobs, n, dst, wall, mono) != 0)
        goto fail;
    new_cover(p, wall);
    for (size_t i = 0; i < n; i++)
        if (begin_job(p, i, wall) != 0)
            goto fail;
    plan_all(p, wall);
    return 0;
fail:
    gf_plan_release(p);
    return -1;
}

int gf_plan_follow(struct gf_plan *p, const struct gf_plan_job *jobs, size_t n,
                   const struct gf_plan *before)
{
    if (set_up(p, jobs, n, before->dst, before->wall, before->mono) != 0) {
        gf_plan_release(p);
        return -1;
    }
    memcpy(p->cover, before->cover, sizeof p->cover);
    p->covers = before->covers;
    plan_all(p, p->wall);
    return 0;
}

void gf_plan_release(struct gf_plan *p)
{
    free(p->due);
    free(p->heap);
    free(p->events);
    *p = (struct gf_plan){0};
}
