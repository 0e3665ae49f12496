/*
 * input.c - which job comes next, and whether it may start now.
 *
 * Nothing is read ahead of need: a record is taken when a slot is free for its job, and a read is
 * made when none is buffered. So a slow producer's first record starts at once, and a million
 * records cost no more memory than ten.
 */
#include "pool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/sat.h"

extern char **environ;

/* A system out of processes is asked again this often, and this often in all when nothing of ours
 * runs whose end could help. */
enum {
    RETRY_MS = 50,
    RETRIES_ALONE = 40
};

static int no_memory(void)
{
    gf_error_nomem();
    return -1;
}

/* ---- the next job ------------------------------------------------------------------------- */

static bool all_empty(const struct gf_value *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (v[i].len)
            return false;
    return true;
}

/* The next record that counts: 1, 0, GF_READER_END as source_take. */
static int next_record(struct pool *p, const struct gf_value **v)
{
    for (;;) {
        int got = source_take(&p->source, v);
        if (got != 1 || !p->opt->skip_empty || !all_empty(*v, source_width(&p->source)))
            return got;
    }
}

/* Whether the record may go with those gathered. One alone always may: its start will tell. */
static bool fits(struct pool *p, struct gf_value v)
{
    size_t more = gf_template_cost(&p->command, v.len);
    if (p->work.items && (gf_sat_add(p->gathered, more) > p->room ||
                          (p->opt->batch && p->work.items >= p->opt->batch)))
        return false;
    p->gathered = gf_sat_add(p->gathered, more);
    return true;
}

static int gathered_work(struct pool *p)
{
    return work_end(&p->work) == 0 ? 1 : no_memory();
}

/* -n and -X. A record that does not fit stays in the source until the job has started. */
static int gather_work(struct pool *p)
{
    if (p->gathered == 0) {
        work_begin(&p->work);
        p->gathered = p->command.fixed;
    }
    for (;;) {
        const struct gf_value *v = &p->spare;
        int got = p->has_spare ? 1 : next_record(p, &v);
        if (got == GF_READER_END)
            return p->work.items ? gathered_work(p) : got;
        if (got == 0)
            return 0;
        p->has_spare = !fits(p, *v);
        if (p->has_spare) {
            p->spare = *v;
            return gathered_work(p);
        }
        if (work_add(&p->work, *v) != 0)
            return no_memory();
        if (p->work.items == p->opt->batch)
            return gathered_work(p);
    }
}

/* The work of the next job: 1, 0, GF_READER_END as source_take; -1 after a message. */
static int next_work(struct pool *p)
{
    const struct gf_value *v;
    int got;
    if (p->opt->pipe) {
        got = feed_next(p);
    } else if (p->opt->batch > 1 || p->opt->fill_command) {
        got = gather_work(p);
        if (got == 1)
            p->gathered = 0;
    } else {
        got = next_record(p, &v);
        if (got == 1 && work_set(&p->work, v, source_width(&p->source)) != 0)
            got = no_memory();
    }
    p->seq += got == 1;
    return got;
}

/* The next job's work in p->work. False when there is none now; what is to come is watched for. */
static bool have_work(struct pool *p)
{
    if (p->opt->rerun)
        return p->has_work || rerun_next(p);
    while (!p->has_work) {
        int got = next_work(p);
        p->has_work = got == 1;
        if (got == GF_READER_END) {
            p->input_over = true;
            return false;
        }
        if (got == 0 && source_waits(&p->source)) {
            ev_io_set(&p->input_io, p->source.reader.fd, EV_READ);
            ev_io_start(p->loop, &p->input_io);
            return false;
        }
        if (got == -1 || (got == 0 && source_fill(&p->source) != 0)) {
            pool_fail(p, GF_EXIT_TOOL);
            return false;
        }
    }
    return true;
}

/* ---- whether it may start ------------------------------------------------------------------ */

/* Whether --rate lets one start now; if not, a timer is set for when it does. */
static bool rate_allows(struct pool *p)
{
    if (!p->opt->has_rate)
        return true;
    gf_ns now = gf_now_mono();
    if (gf_pacer_may(&p->pacer, now) > 0)
        return true;
    gf_ns wake = gf_pacer_wake(&p->pacer, 1, now);
    struct itimerspec at = {.it_value = {.tv_sec = wake / GF_S, .tv_nsec = wake % GF_S}};
    timerfd_settime(p->rate_io.fd, TFD_TIMER_ABSTIME, &at, NULL);
    return false;
}

/* Looks once at each job; one that was done before is let go. */
static bool is_done_already(struct pool *p)
{
    bool skip = false;
    if (p->looked)
        return false;
    if (resume_skips(p, &skip) != 0) {
        pool_fail(p, GF_EXIT_TOOL);
        return true;
    }
    events_taken(p, skip);
    p->looked = !skip;
    p->has_work = !skip;
    return skip;
}

static void retry_spawn_later(struct pool *p)
{
    if (p->running == 0 && ++p->retries > RETRIES_ALONE) {
        gf_error("the system has no room for another process or descriptor");
        pool_fail(p, GF_EXIT_TOOL);
        return;
    }
    ev_timer_stop(p->loop, &p->retry_timer);
    ev_timer_set(&p->retry_timer, RETRY_MS / 1e3, 0);
    ev_timer_start(p->loop, &p->retry_timer);
}

/* Tries once more what is due. False when no process can be made now. */
static bool start_again(struct pool *p)
{
    struct job *j;
    while (!p->fatal && !p->stop_signal && !p->halted && p->running < p->capacity.most &&
           !ev_is_active(&p->retry_timer) && (j = retry_take(p))) {
        if (!rate_allows(p) || !capacity_allows(p)) {
            retry_put_back(j);
            return false;
        }
        enum start result = job_again(j);
        capacity_settle(p);
        if (result == START_RETRY) {
            retry_put_back(j);
            retry_spawn_later(p);
            return false;
        }
        if (result != START_OK)
            job_finish(j);
        else if (p->opt->has_rate)
            gf_pacer_pass(&p->pacer, 1, gf_now_mono());
    }
    return true;
}

void input_pump(struct pool *p)
{
    if (p->waiting && !start_again(p))
        return;
    while (pool_takes_more(p) && p->running < p->capacity.most && !output_full(p) &&
           !events_full(p) && !feed_full(p)) {
        if (ev_is_active(&p->retry_timer) || !have_work(p))
            return;
        if (is_done_already(p))
            continue;
        if (!rate_allows(p) || !capacity_allows(p))
            return;
        enum start result = job_start(p);
        capacity_settle(p);
        if (result == START_RETRY) {
            retry_spawn_later(p);
            return;
        }
        p->has_work = false;
        p->looked = false;
        p->retries = 0;
        if (result == START_OK && p->opt->has_rate)
            gf_pacer_pass(&p->pacer, 1, gf_now_mono());
    }
}

/* The commands gathered so far go out before a read that would wait, and when they are many. */
static int print_commands(struct gf_buf *out)
{
    int r = out->failed ? -1 : gf_tool_print(out->data, out->len);
    if (out->failed)
        gf_error_nomem();
    gf_buf_clear(out);
    return r;
}

/* One command, or why there is none. The status so far, or GF_EXIT_TOOL. */
static int add_command(struct pool *p, struct gf_buf *out, int status)
{
    struct gf_fill fill = work_fill(&p->work, p->seq, 1);
    if (gf_template_expand(&p->command, &fill)) {
        gf_template_quote(&p->command, out);
        gf_buf_putc(out, '\n');
        return status;
    }
    if (errno == ENOMEM) {
        gf_error_nomem();
        return GF_EXIT_TOOL;
    }
    report_unstarted(p, p->seq, job_why_not(errno), &(struct gf_buf){0});
    return GF_EXIT_SOME;
}

int input_dry_run(struct pool *p)
{
    struct gf_buf out = {0};
    int status = GF_EXIT_OK;
    int got;
    while (status != GF_EXIT_TOOL && (got = next_work(p)) != GF_READER_END) {
        if (got == 1)
            status = add_command(p, &out, status);
        bool now = out.len > 64 * 1024 || (got == 0 && source_waits(&p->source));
        if (got == -1 || (out.len && now && print_commands(&out) != 0) ||
            (got == 0 && source_fill(&p->source) != 0))
            status = GF_EXIT_TOOL;
    }
    if (out.len && print_commands(&out) != 0)
        status = GF_EXIT_TOOL;
    gf_buf_release(&out);
    return status;
}

static void on_input(struct ev_loop *loop, ev_io *w, int events)
{
    (void)events;
    struct pool *p = w->data;
    ev_io_stop(loop, w);
    if (p->opt->has_rate) /* before now there was nothing to start: that was no lateness */
        gf_pacer_arrived(&p->pacer, gf_now_mono());
    pool_changed(p);
}

static void on_rate(struct ev_loop *loop, ev_io *w, int events)
{
    uint64_t expirations;
    (void)loop;
    (void)events;
    if (read(w->fd, &expirations, sizeof expirations) > 0)
        pool_changed(w->data);
}

static void on_retry(struct ev_loop *loop, ev_timer *w, int events)
{
    (void)loop;
    (void)events;
    pool_changed(w->data);
}

static int init_rate(struct pool *p)
{
    ev_io_init(&p->rate_io, on_rate, -1, EV_READ);
    if (!p->opt->has_rate)
        return 0;
    if (gf_pacer_init(&p->pacer, p->opt->rate, 1, 1, 10 * GF_MS, gf_now_mono()) != 0) {
        gf_error("this rate is too low to keep");
        return -1;
    }
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (fd == -1) {
        gf_error_errno("cannot make a timer");
        return -1;
    }
    ev_io_set(&p->rate_io, fd, EV_READ);
    p->rate_io.data = p;
    ev_io_start(p->loop, &p->rate_io);
    return 0;
}

/* How many bytes of words and environment the system lets a command have; a part is left for what
 * the kernel adds. */
static size_t room_for_words(void)
{
    enum {
        KERNELS = 4096,
        LEAST = 4096
    };
    long most = sysconf(_SC_ARG_MAX);
    size_t room = most > 0 ? (size_t)most : 128 * 1024, used = KERNELS;
    for (char **e = environ; *e; e++)
        used += strlen(*e) + 1 + sizeof *e;
    used += 4 * (ENV_SIZE + sizeof(char *)); /* the job's own variables */
    return room > used + LEAST ? room - used : LEAST;
}

/* The first record is the names of the columns, or of the lists. */
static int read_header(struct pool *p)
{
    const struct gf_value *v;
    int got;
    while ((got = source_take_header(&p->source, &v)) == 0)
        if (source_fill(&p->source) != 0)
            return -1;
    if (got == GF_READER_END)
        return 0;
    if (p->opt->pipe)
        return feed_header(p, *v) == 0 ? 0 : no_memory();
    if (work_set(&p->work, v, source_width(&p->source)) != 0)
        return no_memory();
    struct gf_fill f = work_fill(&p->work, 0, 0);
    p->names = calloc(f.values, sizeof *p->names);
    if (!p->names)
        return f.values ? no_memory() : 0;
    for (size_t i = 0; i < f.values; i++)
        if (gf_buf_add(&p->name_bytes, f.value[i].text, f.value[i].len) != 0 ||
            gf_buf_putc(&p->name_bytes, '\0') != 0)
            return no_memory();
    const char *at = p->name_bytes.data;
    for (p->nnames = 0; p->nnames < f.values; p->nnames++) {
        p->names[p->nnames] = (struct gf_value){at, f.value[p->nnames].len};
        at += f.value[p->nnames].len + 1;
    }
    return 0;
}

int input_open(struct pool *p)
{
    work_init(&p->work, p->opt->has_columns ? &p->opt->columns : NULL);
    work_init(&p->again, p->work.columns);
    p->room = room_for_words();
    if (source_open(&p->source, p->opt) != 0)
        return -1;
    return p->opt->header ? read_header(p) : 0;
}

int input_init(struct pool *p)
{
    ev_io_init(&p->input_io, on_input, STDIN_FILENO, EV_READ);
    p->input_io.data = p;
    ev_timer_init(&p->retry_timer, on_retry, 0, 0);
    p->retry_timer.data = p;
    p->null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (p->null_fd == -1) {
        gf_error_errno("cannot open /dev/null");
        return -1;
    }
    return init_rate(p);
}

void input_release(struct pool *p)
{
    if (p->rate_io.fd > 0)
        close(p->rate_io.fd);
    if (p->null_fd > 0)
        close(p->null_fd);
    source_close(&p->source);
    work_release(&p->work);
    work_release(&p->again);
    feed_release(p);
    gf_buf_release(&p->name_bytes);
    free(p->names);
}
