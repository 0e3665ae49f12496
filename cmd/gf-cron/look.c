/*
 * look.c - does what has become due, and sets the alarm for what comes next.
 *
 * The plan (cron/plan.h) says what is due and what was missed since the last look. Due times go to
 * runs.c one by one, and a stretch of missed ones goes to the journal as one batch.
 * There are no ticks: the next look comes when the alarm rings, or when somebody asks for one.
 */
#include "alarm.h"
#include "server.h"

#include "base/msg.h"

/* Records n missed due times. One that waits to be claimed, of the same job, is earlier. */
static void miss(struct server *s, const struct gf_plan_event *e, size_t n)
{
    const struct loaded *l = s->current;
    for (size_t i = 0; i < n; i++)
        if (i == 0 || e[i].job != e[i - 1].job)
            deferred_pass(&s->deferred, &l->table.jobs[e[i].job]);
    journal_missed(&s->journal, l, e, n);
}

void server_do_events(struct server *s)
{
    struct loaded *l = s->current;
    const struct gf_plan_event *e = l->plan.events;
    for (size_t i = 0, n = l->plan.n_events; i < n;) {
        size_t end = i;
        while (end < n && e[end].what == GF_PLAN_MISSED)
            end++;
        if (end > i)
            miss(s, e + i, end - i);
        for (i = end; i < n && e[i].what == GF_PLAN_RUN; i++) {
            runs_due(&s->runs, l, &l->table.jobs[e[i].job], e[i].due);
            log_next(&s->log, &l->table.jobs[e[i].job], l->plan.due[e[i].job]);
        }
    }
    l->plan.n_events = 0;
}

void server_set_alarm(struct server *s)
{
    if (alarm_set(s->alarm, gf_plan_wake(&s->current->plan)) == 0)
        return;
    gf_error_errno("cannot set the alarm");
    ev_break(s->loop, EVBREAK_ALL);
}

void server_look(struct server *s)
{
    alarm_clear(s->alarm);
    if (s->stops)
        return;
    forget_look(&s->forget, s->current->plan.wall); /* the process is awake anyway */
    if (gf_plan_look(&s->current->plan, gf_now_wall() / GF_S, gf_now_mono()) != 0)
        gf_error_nomem(); /* what is due stays due */
    server_do_events(s);
    server_set_alarm(s);
}
