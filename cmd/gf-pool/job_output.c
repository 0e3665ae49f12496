/*
 * job_output.c - the output of jobs.
 *
 * In front of a job's output and behind it stands what --ci says (ci.h). A failure is told once in
 * the words of the descriptor or directory that it is about, and ends the run as a failure of ours.
 */
#include "job_output.h"

#include <errno.h>
#include <signal.h>

#include "base/exit.h"
#include "base/file.h"
#include "base/msg.h"
#include "base/sig.h"
#include "base/size.h"

void joboutput_pause(struct gf_ordered *o, struct gf_turn *t, int stream)
{
    (void)o;
    gf_task_pause(&job_of_turn(t)->task, stream);
}

void joboutput_resume(struct gf_ordered *o, struct gf_turn *t)
{
    (void)o;
    gf_task_resume(&job_of_turn(t)->task);
}

/* Gives the text to the turn. */
static void say(struct jobs *js, struct gf_turn *t, struct gf_buf *b)
{
    if (gf_ordered_say(&js->output, t, b) != 0) {
        gf_error_nomem();
        verdict_fail(js->verdict, GF_EXIT_TOOL);
    }
    gf_buf_release(b);
}

void joboutput_begin(struct gf_ordered *o, struct gf_turn *t)
{
    struct jobs *js = o->owner;
    struct gf_buf b = {0};
    ci_open(js->opt, job_of_turn(t), &b);
    say(js, t, &b);
}

void joboutput_end(struct gf_ordered *o, struct gf_turn *t)
{
    struct jobs *js = o->owner;
    struct gf_buf b = {0};
    ci_close(js->opt, job_of_turn(t), &b);
    say(js, t, &b);
}

static void write_failed(struct jobs *js, int stream)
{
    if (errno == EPIPE && !gf_sig_was_ignored(SIGPIPE)) {
        js->verdict->broken_pipe = true;
        verdict_interrupt(js->verdict, "pipe");
        gf_tasks_end(&js->tasks);
    } else if (stream == STDOUT) {
        gf_error_errno("write error on standard output");
    }
}

/* The ceiling of held output is reached: jobs are printed one at a time, as they go, and the others
 * are not read meanwhile. No job can be with --retries, where what a failed try wrote is thrown
 * away, and with --line-buffer, where half a line would be printed. */
static bool goes_on_live(struct jobs *js, const struct gf_turn *t)
{
    if (errno != ENOBUFS || js->opt->retries || js->output.lines)
        return false;
    if (!js->said_live)
        gf_note("held output in '%s' has reached its ceiling (--spill-max): job %llu is printed as "
                "it goes, the others wait for it",
                js->opt->tmpdir, (unsigned long long)job_of_turn(t)->seq);
    js->said_live = true;
    return true;
}

static void no_room(struct jobs *js, const struct gf_turn *t)
{
    int errno_was = errno;
    if (js->verdict->fatal)
        return;
    gf_error_errno("cannot hold the output of job %llu in '%s'",
                   (unsigned long long)job_of_turn(t)->seq, js->opt->tmpdir);
    const char *cure = errno_was == ENOBUFS ? "--spill-max allows more" : gf_file_cure(errno_was);
    gf_hint("%s; what is held and to come is still printed",
            cure ? cure : "-T names another directory");
}

void joboutput_failed(struct gf_ordered *o, enum gf_ordered_failure what, struct gf_turn *t,
                      int stream, size_t lost)
{
    struct jobs *js = o->owner;
    switch (what) {
    case GF_ORDERED_WRITE:
        write_failed(js, stream);
        break;
    case GF_ORDERED_NO_ROOM:
        if (goes_on_live(js, t))
            return;
        no_room(js, t);
        break;
    case GF_ORDERED_LOST:
        gf_error("out of memory: %zu bytes of the output of job %llu are lost", lost,
                 (unsigned long long)job_of_turn(t)->seq);
        break;
    case GF_ORDERED_READ_BACK:
        gf_error_errno("cannot read back held output from '%s'", js->opt->tmpdir);
        break;
    }
    verdict_fail(js->verdict, GF_EXIT_TOOL);
}

void joboutput_broken(struct gf_task *t, int stream, int err)
{
    const struct job *j = t->owner;
    struct jobs *js = j->owner;
    (void)stream;
    errno = err;
    gf_error_errno("cannot read what job %llu writes", (unsigned long long)j->seq);
    verdict_fail(js->verdict, GF_EXIT_TOOL);
}

/* ---- --max-output ---------------------------------------------------------------------------- */

size_t joboutput_room(const struct jobs *js, const struct job *j)
{
    uint64_t most = js->opt->max_output;
    if (!js->opt->has_max_output)
        return SIZE_MAX;
    uint64_t room = j->exceeded || j->received > most ? 0 : most - j->received;
    return room < SIZE_MAX ? (size_t)room : SIZE_MAX;
}

/* What a job left in the background may write after its end: then the job was told of already, and
 * what is cut counts as lost. One that was told to end for another reason has that reason. */
void joboutput_exceed(struct jobs *js, struct job *j)
{
    struct gf_child *life = &j->task.life;
    char size[GF_SIZE_SIZE];
    gf_format_size(js->opt->max_output, size);
    j->exceeded = true;
    gf_ordered_cut(&js->output, &j->turn);
    j->fold.open_line[STDOUT] = j->fold.open_line[STDERR] = false;
    if (j->task.is_over) {
        gf_error("job %llu left something running that wrote more than %s; the rest is lost",
                 (unsigned long long)j->seq, size);
        js->verdict->lost_output = true;
        return;
    }
    gf_error("job %llu wrote more than %s, and is ended", (unsigned long long)j->seq, size);
    life->exceeded = !life->told && !life->timed_out;
    gf_task_end(&j->task);
}
