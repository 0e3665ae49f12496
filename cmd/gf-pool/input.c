/*
 * input.c - which record comes next, and whether its job may start now.
 *
 * Nothing is read ahead of need: a record is taken when a slot is free for it, and a read is made
 * when none is buffered. So a slow producer's first record starts at once, and a million records
 * cost no more memory than ten.
 */
#include "pool.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/exit.h"
#include "base/msg.h"

/* A system out of processes is asked again this often, and this often in all when nothing of ours
 * runs whose end could help. */
enum {
    RETRY_MS = 50,
    RETRIES_ALONE = 40
};

static void read_failed(struct pool *p)
{
    unsigned long long next = p->reader.taken + 1;
    if (errno == EMSGSIZE) {
        gf_error("record %llu is longer than %zu bytes", next, p->reader.max_record);
        gf_hint("--max-record sets the limit; -0 reads records that end with NUL");
    } else if (errno == ENOMEM) {
        gf_error("out of memory for record %llu", next);
    } else {
        gf_error_errno("cannot read standard input");
    }
    pool_fail(p, GF_EXIT_TOOL);
}

/* The next record in p->record. False when there is none now; what is to come is watched for. */
static bool have_record(struct pool *p)
{
    if (p->opt->rerun)
        return p->has_record || rerun_next(p);
    while (!p->has_record) {
        int got = gf_reader_take(&p->reader, &p->record);
        if (got == 1) {
            if (p->opt->skip_empty && p->record.len == 0)
                continue;
            p->seq++;
            p->has_record = true;
        } else if (got == GF_READER_END) {
            p->input_over = true;
            return false;
        } else if (gf_reader_waits(&p->reader)) {
            ev_io_start(p->loop, &p->input_io);
            return false;
        } else if (gf_reader_fill(&p->reader) != 1 && errno != EINTR) {
            read_failed(p);
            return false;
        }
    }
    return true;
}

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

/* Looks once at each record; one that was done before is let go. */
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
    p->has_record = !skip;
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
    while (!p->fatal && !p->stop_signal && !p->halted && p->running < p->slots &&
           !ev_is_active(&p->retry_timer) && (j = retry_take(p))) {
        enum start result = rate_allows(p) ? job_again(j) : START_RETRY;
        if (result == START_RETRY) {
            retry_put_back(j);
            if (!p->opt->has_rate || gf_pacer_may(&p->pacer, gf_now_mono()) > 0)
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
    while (pool_takes_more(p) && p->running < p->slots && !output_full(p) && !events_full(p)) {
        if (ev_is_active(&p->retry_timer) || !have_record(p))
            return;
        if (is_done_already(p))
            continue;
        if (!rate_allows(p))
            return;
        enum start result = job_start(p);
        if (result == START_RETRY) {
            retry_spawn_later(p);
            return;
        }
        p->has_record = false;
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

int input_dry_run(struct pool *p)
{
    struct gf_buf out = {0};
    int status = GF_EXIT_OK;
    for (;;) {
        int got = gf_reader_take(&p->reader, &p->record);
        if (got == GF_READER_END)
            break;
        if (got == 0 || out.len > 64 * 1024) {
            if (out.len && (out.len > 64 * 1024 || gf_reader_waits(&p->reader)) &&
                print_commands(&out) != 0)
                goto fail;
        }
        if (got == 0 && gf_reader_fill(&p->reader) != 1 && errno != EINTR) {
            read_failed(p);
            goto fail;
        }
        if (got == 0 || (p->opt->skip_empty && p->record.len == 0))
            continue;
        p->seq++;
        struct gf_item item = {p->record.data, p->record.len, p->seq, 1};
        if (gf_template_expand(&p->command, &item)) {
            gf_template_quote(&p->command, &out);
            gf_buf_putc(&out, '\n');
        } else if (errno == ENOMEM) {
            gf_error_nomem();
            goto fail;
        } else {
            report_unstarted(p, p->seq, job_why_not(errno));
            status = GF_EXIT_SOME;
        }
    }
    if (out.len && print_commands(&out) != 0)
        goto fail;
    gf_buf_release(&out);
    return status;
fail:
    gf_buf_release(&out);
    return GF_EXIT_TOOL;
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

int input_init(struct pool *p)
{
    gf_reader_init(&p->reader, STDIN_FILENO, p->opt->separator, p->opt->max_record);
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
    gf_reader_release(&p->reader);
}
