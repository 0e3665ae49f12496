/* load.c - the table of the scheduler: read, planned, replaced by another. See server.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server.h"

#include "base/exit.h"
#include "base/msg.h"

void server_unload(struct loaded *l)
{
    if (!l)
        return;
    gf_plan_release(&l->plan);
    gf_table_release(&l->table);
    free(l->jobs);
    free(l);
}

/* Makes the job known to the state, with its schedule; @in becomes the time it stands for. */
static int register_job(struct server *s, const struct gf_job *job, int64_t *since)
{
    char at[40];
    const char *zone = gf_zone_name(job->zone);
    struct gf_state_schedule when = {
        .text = job->schedule, .zone = *zone ? zone : NULL, .dst = s->place.dst};
    if (job->when.kind == GF_CRON_AT && job->when.from.fixed) {
        snprintf(at, sizeof at, "@at @%lld", (long long)job->when.from.seconds);
        when.text = at;
    }
    return gf_state_job(s->r.state, job->id, s->place.now, since) == 0
               ? gf_state_schedule(s->r.state, job->id, &when)
               : -1;
}

/* All jobs in one transaction, or none. */
static int register_jobs(struct server *s, struct loaded *l)
{
    struct gf_state *state = s->r.state;
    int got = gf_state_begin(state);
    if (got != 0)
        return -1;
    got = gf_state_unschedule(state);
    for (size_t i = 0; got == 0 && i < l->table.n_jobs; i++)
        got = register_job(s, &l->table.jobs[i], &l->jobs[i].since);
    if (got == 0)
        return gf_state_commit(state);
    gf_state_undo(state);
    return -1;
}

/* A time that @in stood for when it was read first holds on: a reload neither puts it off nor lets
 * it come again. */
static void keep_times(struct gf_table *t, const struct gf_table *before)
{
    for (size_t i = 0; i < t->n_jobs; i++) {
        struct gf_job *job = &t->jobs[i];
        if (job->when.kind != GF_CRON_AT || !job->when.from.fixed)
            continue;
        for (size_t k = 0; k < before->n_jobs; k++) {
            const struct gf_job *was = &before->jobs[k];
            if (was->when.kind == GF_CRON_AT && strcmp(was->id, job->id) == 0 &&
                strcmp(was->schedule, job->schedule) == 0)
                job->when.from = was->when.from;
        }
    }
}

/* A first table begins now; one that takes the place of another goes on where that one is, so that
 * nothing falls between them. */
static int plan_table(struct server *s, struct loaded *l)
{
    size_t n = l->table.n_jobs;
    if (s->now)
        keep_times(&l->table, &s->now->table);
    l->jobs = calloc(n + 1, sizeof *l->jobs);
    if (!l->jobs)
        return -1;
    for (size_t i = 0; i < n; i++) {
        const struct gf_job *job = &l->table.jobs[i];
        l->jobs[i] = (struct gf_plan_job){
            .when = &job->when,
            .zone = job->zone,
            .catchup = job->opt.catchup / GF_S,
            .since = INT64_MAX,
        };
    }
    if (s->r.state && register_jobs(s, l) != 0) {
        gf_error("cannot write the state: %s", gf_state_error(s->r.state));
        return -1;
    }
    if (s->now)
        return gf_plan_follow(&l->plan, l->jobs, n, &s->now->plan);
    return gf_plan_open(&l->plan, l->jobs, n, (enum gf_dst)s->place.dst, gf_now_wall() / GF_S,
                        gf_now_mono());
}

struct loaded *server_load(struct server *s, int *status)
{
    struct loaded *l = calloc(1, sizeof *l);
    cron_place_now(&s->place);
    *status = GF_EXIT_TOOL;
    if (!l)
        gf_error_nomem();
    else if (s->expr)
        *status = cron_table_parse(&s->place, "-e", s->one.data, s->one.len, false, &l->table);
    else
        *status = cron_table_read(&s->place, s->path, false, &l->table);
    if (l && *status == GF_EXIT_OK && plan_table(s, l) == 0)
        return l;
    if (l && *status == GF_EXIT_OK) {
        gf_error("the table cannot be planned");
        *status = GF_EXIT_TOOL;
    }
    server_unload(l);
    return NULL;
}

/* A line cannot hold a newline: the shell makes it, in a variable that no job sees. */
static bool needs_newline(int argc, char **argv)
{
    for (int i = 0; i < argc; i++)
        if (strchr(argv[i], '\n'))
            return true;
    return false;
}

/* The words are quoted for the shell. */
int server_make_table(struct server *s, int argc, char **argv)
{
    gf_buf_printf(&s->one, "GF_FIELDS=%d\n%s GF_ID=job ", cron_count_fields(s->expr), s->expr);
    if (needs_newline(argc, argv))
        gf_buf_puts(&s->one, "unset " CRON_NEWLINE "; " CRON_NEWLINE
                             "=$(printf '\\012.'); " CRON_NEWLINE "=${" CRON_NEWLINE "%.}; ");
    gf_buf_puts(&s->one, "exec");
    for (int i = 0; i < argc; i++) {
        gf_buf_putc(&s->one, ' ');
        cron_quote(&s->one, argv[i]);
    }
    gf_buf_putc(&s->one, '\n');
    return s->one.failed ? -1 : 0;
}

/* The old table stays until its last run is over. */
static int replace(struct server *s, struct loaded *l)
{
    struct loaded **old = realloc(s->old, (s->n_old + 1) * sizeof *old);
    if (!old) {
        gf_error_nomem();
        return -1;
    }
    s->old = old;
    s->old[s->n_old++] = s->now;
    s->now = l;
    return 0;
}

/* The new table is read whole first; a bad one leaves the old one in force. */
void server_reload(struct server *s)
{
    int status;
    if (s->expr || strcmp(s->path, "-") == 0) {
        gf_note("there is no file to read again");
        return;
    }
    server_look(s); /* what is due by the old table goes by it */
    struct loaded *l = server_load(s, &status);
    if (!l || replace(s, l) != 0) {
        server_unload(l);
        gf_note("the old table stays in force");
        return;
    }
    gf_note("the table was read again: %zu jobs", l->table.n_jobs);
    server_look(s);
}
