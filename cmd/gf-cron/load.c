/*
 * load.c - the table of the scheduler: read, planned, replaced by another.
 *
 * A new table is read whole before it takes the place of the old one; the old one stays until its
 * last run is over.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "inputs.h"
#include "orphan.h"
#include "shared.h"
#include "server.h"

#include "base/exit.h"
#include "base/msg.h"

#define RELOAD_LATER .5 /* seconds */

static void free_seats(struct loaded *l)
{
    for (size_t i = 0; l->seats && i < l->table.n_jobs; i++)
        if (l->seats[i] && --l->seats[i]->tables == 0)
            free(l->seats[i]);
    free(l->seats);
}

void server_unload(struct loaded *l)
{
    if (!l)
        return;
    free_seats(l);
    gf_plan_release(&l->plan);
    gf_table_release(&l->table);
    free(l->jobs);
    free(l->state_ids);
    free(l);
}

/* ---- jobs that were in an earlier table too -------------------------------------------------- */

/* A job with @in keeps the time that @in stood for in the table before: a reload neither puts that
 * time off nor lets it come again. */
static void keep_times(struct gf_table *t, const struct gf_table *before)
{
    for (size_t i = 0; i < t->n_jobs; i++) {
        struct gf_job *job = &t->jobs[i];
        const struct gf_job *was = gf_table_find(before, job->id);
        if (!was || strcmp(was->schedule, job->schedule) != 0)
            continue;
        const struct gf_cron *old = &was->when;
        for (struct gf_cron *c = &job->when; c && old; c = c->also, old = old->also)
            if (c->kind == GF_CRON_AT && c->from.fixed && old->kind == GF_CRON_AT)
                c->from = old->from;
    }
}

/* The seat of the job with this id; NULL: the table has no such job. */
static struct seat *seat_in(const struct loaded *l, const char *id)
{
    const struct gf_job *job = gf_table_find(&l->table, id);
    return job ? l->seats[job - l->table.jobs] : NULL;
}

static struct seat *find_seat(const struct server *s, const char *id)
{
    struct seat *seat = s->current ? seat_in(s->current, id) : NULL;
    for (size_t i = 0; !seat && i < s->n_old; i++)
        seat = seat_in(s->old[i], id);
    return seat;
}

static int take_seats(const struct server *s, struct loaded *l)
{
    l->seats = calloc(l->table.n_jobs + 1, sizeof(struct seat *));
    for (size_t i = 0; l->seats && i < l->table.n_jobs; i++) {
        struct seat *seat = find_seat(s, l->table.jobs[i].id);
        if (!seat && !(seat = calloc(1, sizeof *seat)))
            return -1;
        seat->tables++;
        l->seats[i] = seat;
    }
    return l->seats ? 0 : -1;
}

static int unplanned(const char *why)
{
    gf_error("the table cannot be planned: %s", why);
    return -1;
}

/* ---- what the state knows -------------------------------------------------------------------- */

/* The schedules of a job as another process can read them: the bounds in front, where there are
 * some, and @in written as the time it stands for. */
static int put_schedules(struct gf_buf *b, const struct gf_job *job)
{
    if (job->when.bounded)
        gf_buf_printf(b, CRON_BOUNDS, job->when.since, job->when.upto);
    for (const struct gf_cron *c = &job->when; c; c = c->also) {
        gf_buf_puts(b, c == &job->when ? "" : " | ");
        if (c->kind == GF_CRON_AT && c->from.fixed)
            gf_buf_printf(b, "@at @%lld", (long long)c->from.seconds);
        else
            gf_buf_add(b, job->schedule + c->at, c->len);
    }
    return b->failed ? -1 : 0;
}

/* Makes the job known to the state, with its schedule. */
static int register_job(struct server *s, const struct gf_job *job, struct gf_state_found *found)
{
    struct gf_buf text = {0};
    const char *zone = gf_zone_name(job->zone);
    int got = put_schedules(&text, job);
    struct gf_state_schedule when = {.text = text.data,
                                     .zone = *zone ? zone : NULL,
                                     .dst = s->context.dst,
                                     .lock = job->opt.lock};
    if (got == 0)
        got = gf_state_job(s->journal.state, run_state_id(job), s->context.now,
                           job->opt.catchup_interrupted, found);
    if (job->opt.times && found->starts >= job->opt.times)
        when.text = NULL; /* it is not due any more */
    if (got == 0)
        got = gf_state_schedule(s->journal.state, run_state_id(job), &when);
    gf_buf_release(&text);
    return got;
}

/* All jobs in one transaction, or none. */
static int register_jobs(struct server *s, const struct loaded *l, struct gf_state_found *found)
{
    struct gf_state *state = s->journal.state;
    int got = gf_state_begin(state);
    if (got != 0)
        return -1;
    got = gf_state_unschedule(state);
    for (size_t i = 0; got == 0 && i < l->table.n_jobs; i++)
        got = register_job(s, &l->table.jobs[i], &found[i]);
    if (got == 0)
        return gf_state_commit(state);
    gf_state_undo(state);
    return -1;
}

/* Reads from the state since when each job is to be planned. Due times before now of a job that
 * another scheduler owns are left to that scheduler. 0, or -1 after a message. */
static int ask_state(struct server *s, struct loaded *l, struct gf_state_found *found)
{
    int got = register_jobs(s, l, found);
    for (size_t i = 0; got == 0 && i < l->table.n_jobs; i++) {
        uint64_t times = l->table.jobs[i].opt.times;
        l->jobs[i].since = *found[i].owner ? INT64_MAX : found[i].since;
        l->jobs[i].over = times && found[i].starts >= times;
    }
    if (got != 0 && gf_state_may_pass(s->journal.state))
        return unplanned(gf_state_has_leases(s->journal.state) ? gf_state_error(s->journal.state)
                                                               : "the state is locked");
    if (got != 0)
        cron_state_failed(s->journal.state, "write");
    return got;
}

/* ---- the plan -------------------------------------------------------------------------------- */

/* The plan of a first table begins now, and up to then due times are left to others. The plan of a
 * table that replaces another goes on where the other's plan is. So no due time falls between the
 * two. 0, or -1 after a message. */
static int begin_plan(struct server *s, struct loaded *l)
{
    size_t n = l->table.n_jobs;
    struct gf_state_found *found = calloc(n + 1, sizeof *found);
    int got = found ? 0 : unplanned(strerror(ENOMEM));
    if (got == 0 && s->journal.state)
        got = ask_state(s, l, found);
    if (got == 0)
        shared_compare(s);
    if (got != 0)
        goto out;
    got = s->current ? gf_plan_follow(&l->plan, l->jobs, n, &s->current->plan)
                     : gf_plan_open(&l->plan, l->jobs, n, (enum gf_dst)s->context.dst,
                                    gf_now_wall() / GF_S, gf_now_mono());
    if (got != 0)
        unplanned(strerror(errno));
    else if (!s->current)
        got = orphan_open(s, l, found);
out:
    free(found);
    return got;
}

/* 0, or -1 after a message. */
static int plan_table(struct server *s, struct loaded *l)
{
    size_t n = l->table.n_jobs;
    if (s->current)
        keep_times(&l->table, &s->current->table);
    l->jobs = calloc(n + 1, sizeof *l->jobs);
    if (!l->jobs || take_seats(s, l) != 0 || shared_name_jobs(s, l) != 0)
        return unplanned(strerror(ENOMEM));
    for (size_t i = 0; i < n; i++) {
        const struct gf_job *job = &l->table.jobs[i];
        if (job->opt.catchup / GF_S > s->forget.catchup)
            s->forget.catchup = job->opt.catchup / GF_S;
        l->jobs[i] = (struct gf_plan_job){
            .when = &job->when,
            .zone = job->zone,
            .catchup = job->opt.catchup / GF_S,
            .since = INT64_MAX,
            .skew = job->opt.skew / GF_S,
        };
    }
    return begin_plan(s, l);
}

/* GF_TIMES counts in the state: without one, the table is refused. The exit status. */
static int check_times(const struct server *s, const struct gf_table *t)
{
    for (size_t i = 0; i < t->n_jobs && !s->journal.state; i++)
        if (t->jobs[i].opt.times) {
            gf_error("line %zu of %s: GF_TIMES needs -S", t->jobs[i].line, s->path);
            gf_hint("-S FILE keeps the state, in which the runs are counted");
            return GF_EXIT_USAGE;
        }
    return GF_EXIT_OK;
}

/* Reads the crontab. With --log=json its warnings are events of the log. */
static int read_table(struct server *s, struct gf_table *t)
{
    bool json = s->log.form == LOG_JSON;
    int status = cron_table_read(&s->context, s->path, json ? GF_TABLE_ERROR : GF_TABLE_WARNING, t);
    if (json && status == GF_EXIT_OK)
        log_warnings(&s->log, t);
    if (status == GF_EXIT_OK &&
        cron_logs_over(t, cron_state_is_remote(s->state) ? NULL : s->state, s->stats_file))
        status = GF_EXIT_USAGE;
    return status == GF_EXIT_OK ? check_times(s, t) : status;
}

struct loaded *server_load(struct server *s, int *status)
{
    struct loaded *l = calloc(1, sizeof *l);
    cron_context_now(&s->context);
    *status = GF_EXIT_TOOL;
    if (!l)
        gf_error_nomem();
    else if (s->expr)
        *status = cron_table_parse(&s->context, "-e", s->expr_table.data, s->expr_table.len, false,
                                   GF_TABLE_ERROR, &l->table);
    else
        *status = read_table(s, &l->table);
    if (l && *status == GF_EXIT_OK && plan_table(s, l) == 0)
        return l;
    if (l && *status == GF_EXIT_OK)
        *status = GF_EXIT_TOOL;
    server_unload(l);
    return NULL;
}

/* Whether a word holds a newline. A line of a table cannot hold one: the shell makes the newline,
 * in a variable that the command does not see. */
static bool needs_newline(int argc, char **argv)
{
    for (int i = 0; i < argc; i++)
        if (strchr(argv[i], '\n'))
            return true;
    return false;
}

int server_make_table(struct server *s, int argc, char **argv)
{
    gf_buf_printf(&s->expr_table, "GF_FIELDS=%d\n%s GF_ID=job ", cron_count_fields(s->expr),
                  s->expr);
    if (needs_newline(argc, argv))
        gf_buf_puts(&s->expr_table,
                    "unset " CRON_NEWLINE "; " CRON_NEWLINE "=$(printf '\\012.'); " CRON_NEWLINE
                    "=${" CRON_NEWLINE "%.}; ");
    gf_buf_puts(&s->expr_table, "exec");
    for (int i = 0; i < argc; i++) {
        gf_buf_putc(&s->expr_table, ' ');
        cron_quote(&s->expr_table, argv[i]);
    }
    gf_buf_putc(&s->expr_table, '\n');
    return s->expr_table.failed ? -1 : 0;
}

/* Puts the new table in force; the old one is kept until its last run is over. */
static int replace(struct server *s, struct loaded *l)
{
    struct loaded **old = realloc(s->old, (s->n_old + 1) * sizeof *old);
    if (!old) {
        gf_error_nomem();
        return -1;
    }
    s->old = old;
    s->old[s->n_old++] = s->current;
    s->current = l;
    return 0;
}

/* Whether the file was written while it was read: what was read may be a part. It is read again
 * when it is closed, or in a moment where it is closed already. */
static bool is_torn(struct server *s)
{
    if (!s->watching || watch_still(&s->table_watch))
        return false;
    if (!watch_is_written(&s->table_watch))
        ev_timer_start(s->loop, &s->reload_timer);
    return true;
}

/* Standard input and a fifo were read to their end, and another read could wait for ever. */
static bool is_file(const char *path)
{
    struct stat st;
    return strcmp(path, "-") != 0 && (stat(path, &st) != 0 || S_ISREG(st.st_mode));
}

/* The new table is read whole first; a table with errors leaves the old one in force. */
void server_reload(struct server *s)
{
    int status;
    if (s->expr || !is_file(s->path)) {
        gf_note("there is no file to read again");
        return;
    }
    server_look(s); /* due times up to now belong to the old table */
    if (s->watching)
        watch_changed(&s->table_watch);
    struct loaded *l = server_load(s, &status);
    if (l && is_torn(s)) {
        server_unload(l);
        return;
    }
    if (!l || replace(s, l) != 0) {
        server_unload(l);
        gf_note("the old table stays in force");
        if (status == GF_EXIT_TOOL && s->journal.state && gf_state_may_pass(s->journal.state))
            ev_timer_start(s->loop, &s->reload_timer);
        return;
    }
    gf_note("the table was read again: %zu jobs", l->table.n_jobs);
    server_look(s);
}

static void reload_again(struct ev_loop *loop, ev_timer *w, int events)
{
    struct server *s = w->data;
    (void)loop;
    (void)events;
    if (!s->stops)
        server_reload(s);
}

void server_watch_reload(struct server *s)
{
    ev_timer_init(&s->reload_timer, reload_again, RELOAD_LATER, 0.);
    s->reload_timer.data = s;
}
