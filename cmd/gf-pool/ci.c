/*
 * ci.c - each job's output folded, in the words of two services.
 *
 * GitHub reads a line that begins with ::group:: or ::error as a command; so nothing of a job's
 * command may end the line or begin another, and `%` is written as %25. Behind
 * ::stop-commands::WORD nothing is a command until ::WORD:: (GitHub, "Workflow commands", Stopping
 * and starting workflow commands). GitLab reads an escape sequence with the time and a name for the
 * section, and passes by an end whose name is that of no open section.
 *
 * Each fold has a word of its own: the log may be a file that jobs can read.
 */
#include "ci.h"

#include <string.h>

#include "base/duration.h"
#include "base/escape.h"
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
    struct gf_buf shown = {0};
    gf_escape_term(&shown, j->command.data ? j->command.data : "", j->command.len);
    for (size_t i = 0; i < shown.len; i++) {
        if (shown.data[i] == '%' && ci == CI_GITHUB)
            gf_buf_puts(b, "%25");
        else
            gf_buf_putc(b, shown.data[i]);
    }
    gf_buf_inherit(b, &shown);
    gf_buf_release(&shown);
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

/* The escape sequence that opens (`what` is "start") or closes a section of GitLab. */
static void add_section(const struct job *j, const char *what, gf_ns mono, const char *options,
                        struct gf_buf *b)
{
    gf_buf_printf(b, "\033[0Ksection_%s:%lld:gf_job_%llu_%s%s\r\033[0K", what, seconds_at(j, mono),
                  (unsigned long long)j->seq, j->fold.token.text, options);
}

void ci_open(const struct options *o, struct job *j, struct gf_buf *b)
{
    bool quiet = j->finished && gf_ending_status(&j->ending) == 0 && !gf_turn_holds(&j->turn);
    if (!is_on(o->ci) || j->fold.open || quiet)
        return;
    j->fold.open = true;
    j->fold.token = gf_token_make();
    if (o->ci == CI_GITHUB)
        gf_buf_puts(b, "::group::");
    else
        add_section(j, "start", j->task.start_mono, "[collapsed=true]", b);
    add_title(o->ci, j, b);
    gf_buf_putc(b, '\n');
    if (o->ci == CI_GITHUB && !o->ci_commands)
        gf_buf_printf(b, "::stop-commands::%s\n", j->fold.token.text);
}

void ci_close(const struct options *o, struct job *j, struct gf_buf *b)
{
    struct ci_fold *f = &j->fold;
    if (!f->open)
        return;
    f->open = false;
    if (f->open_line[STDOUT] || f->open_line[STDERR])
        gf_buf_putc(b, '\n');
    f->open_line[STDOUT] = f->open_line[STDERR] = false;
    if (o->ci == CI_GITHUB && !o->ci_commands)
        gf_buf_printf(b, "::%s::\n", f->token.text);
    if (o->ci == CI_GITHUB) {
        gf_buf_puts(b, "::endgroup::\n");
    } else {
        add_section(j, "end", j->task.end_mono, "", b);
        gf_buf_putc(b, '\n');
    }
    if (!gf_ending_is_failure(&j->ending))
        return;
    gf_buf_puts(b, o->ci == CI_GITHUB ? "::error title=gf-pool::" : "failed: ");
    add_title(o->ci, j, b);
    gf_buf_putc(b, '\n');
}
