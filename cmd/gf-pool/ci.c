/*
 * ci.c - each job's output folded, in the words of two services.
 *
 * GitHub reads a line that begins with ::group:: or ::error as a command; so nothing of a job's
 * command may end the line or begin another, and `%` is written as %25. GitLab reads an escape
 * sequence with the time and a name for the section.
 */
#include "ci.h"

#include <string.h>

#include "base/duration.h"
#include "job.h"

static bool is_on(enum ci ci)
{
    return ci == CI_GITHUB || ci == CI_GITLAB;
}

void ci_output(enum ci ci, struct ci_fold *f, int stream, const char *data, size_t len)
{
    if (len && is_on(ci))
        f->open_line[stream] = data[len - 1] != '\n';
}

/* How it went, in words; nothing is known yet of one that is shown while it runs. */
static void add_outcome(const struct job *j, struct gf_buf *b)
{
    char time[GF_DURATION_SIZE], how[GF_ENDING_SIZE];
    if (!j->finished) {
        gf_buf_puts(b, "running");
        return;
    }
    gf_format_duration(job_runtime(j), time);
    gf_buf_printf(b, "%s, %s", gf_ending_text(&j->ending, how), time);
}

static void add_command(enum ci ci, const struct job *j, struct gf_buf *b)
{
    for (size_t i = 0; i < j->command.len; i++) {
        unsigned char c = (unsigned char)j->command.data[i];
        if (c == '%' && ci == CI_GITHUB)
            gf_buf_puts(b, "%25");
        else
            gf_buf_putc(b, c < ' ' || c == 0x7f ? '?' : (char)c);
    }
}

static void add_title(enum ci ci, const struct job *j, struct gf_buf *b)
{
    gf_buf_printf(b, "job %llu (", (unsigned long long)j->seq);
    add_outcome(j, b);
    gf_buf_puts(b, "): ");
    add_command(ci, j, b);
}

static long long seconds_at(const struct job *j, gf_ns mono)
{
    return (long long)((j->task.start_wall + (mono - j->task.start_mono)) / GF_S);
}

void ci_open(enum ci ci, struct job *j, struct gf_buf *b)
{
    bool quiet = j->finished && gf_ending_status(&j->ending) == 0 && !gf_turn_holds(&j->turn);
    if (!is_on(ci) || j->fold.open || quiet)
        return;
    j->fold.open = true;
    if (ci == CI_GITHUB)
        gf_buf_puts(b, "::group::");
    else
        gf_buf_printf(b, "\033[0Ksection_start:%lld:gf_job_%llu[collapsed=true]\r\033[0K",
                      seconds_at(j, j->task.start_mono), (unsigned long long)j->seq);
    add_title(ci, j, b);
    gf_buf_putc(b, '\n');
}

void ci_close(enum ci ci, struct job *j, struct gf_buf *b)
{
    struct ci_fold *f = &j->fold;
    if (!f->open)
        return;
    f->open = false;
    if (f->open_line[STDOUT] || f->open_line[STDERR])
        gf_buf_putc(b, '\n');
    f->open_line[STDOUT] = f->open_line[STDERR] = false;
    if (ci == CI_GITHUB)
        gf_buf_puts(b, "::endgroup::\n");
    else
        gf_buf_printf(b, "\033[0Ksection_end:%lld:gf_job_%llu\r\033[0K\n",
                      seconds_at(j, j->task.end_mono), (unsigned long long)j->seq);
    if (!gf_ending_is_failure(&j->ending))
        return;
    gf_buf_puts(b, ci == CI_GITHUB ? "::error title=gf-pool::" : "failed: ");
    add_title(ci, j, b);
    gf_buf_putc(b, '\n');
}
