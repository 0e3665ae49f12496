/*
 * ci.c - --ci: each job's output folded under a line that says how it went, as the logs of GitHub
 * Actions (::group::) and GitLab (section_start) do on their pages.
 *
 * The lines that open and close a fold go to stdout in front of the job's output and behind it. A
 * job that printed nothing and succeeded has no fold; one that failed is named once more behind it,
 * where the log shows it unfolded.
 */
#include "pool.h"

#include <string.h>

#include "base/duration.h"
#include "base/escape.h"
#include "base/exit.h"
#include "base/msg.h"

static bool is_on(const struct job *j)
{
    return j->pool->opt->ci == CI_GITHUB || j->pool->opt->ci == CI_GITLAB;
}

void ci_output(struct job *j, int stream, const char *data, size_t len)
{
    if (len && is_on(j))
        j->open_line[stream] = data[len - 1] != '\n';
}

/* How it went, in words; nothing is known yet of one that is shown while it runs. */
static void add_outcome(const struct job *j, struct gf_buf *b)
{
    char time[GF_DURATION_SIZE], how[HOW_SIZE];
    if (!j->over) {
        gf_buf_puts(b, "running");
        return;
    }
    gf_format_duration(j->end_mono - j->start_mono, time);
    gf_buf_printf(b, "%s, %s", report_how(j, how), time);
}

/* The command, in which nothing can end the line or begin another command of the log. */
static void add_command(const struct job *j, struct gf_buf *b)
{
    for (size_t i = 0; i < j->command.len; i++) {
        unsigned char c = (unsigned char)j->command.data[i];
        if (c == '%' && j->pool->opt->ci == CI_GITHUB)
            gf_buf_puts(b, "%25");
        else
            gf_buf_putc(b, c < ' ' || c == 0x7f ? '?' : (char)c);
    }
}

static void add_title(const struct job *j, struct gf_buf *b)
{
    gf_buf_printf(b, "job %llu (", (unsigned long long)j->seq);
    add_outcome(j, b);
    gf_buf_puts(b, "): ");
    add_command(j, b);
}

static long long seconds_at(const struct job *j, gf_ns mono)
{
    return (long long)((j->start_wall + (mono - j->start_mono)) / GF_S);
}

static void put(struct job *j, struct gf_buf *b)
{
    struct pool *p = j->pool;
    if (b->failed || gf_capture_add_in_memory(&p->store, &j->fold, b->data, b->len) != 0) {
        gf_error_nomem();
        pool_fail(p, GF_EXIT_TOOL);
    }
    gf_buf_release(b);
}

void ci_open(struct job *j)
{
    struct gf_buf b = {0};
    bool quiet =
        j->over && report_status(j) == 0 && !j->out[STDOUT].held.held && !j->out[STDERR].held.held;
    if (!is_on(j) || j->folded || quiet)
        return;
    j->folded = true;
    if (j->pool->opt->ci == CI_GITHUB)
        gf_buf_puts(&b, "::group::");
    else
        gf_buf_printf(&b, "\033[0Ksection_start:%lld:gf_job_%llu[collapsed=true]\r\033[0K",
                      seconds_at(j, j->start_mono), (unsigned long long)j->seq);
    add_title(j, &b);
    gf_buf_putc(&b, '\n');
    put(j, &b);
}

void ci_close(struct job *j)
{
    struct gf_buf b = {0};
    if (!j->folded)
        return;
    j->folded = false;
    if (j->open_line[STDOUT] || j->open_line[STDERR])
        gf_buf_putc(&b, '\n');
    j->open_line[STDOUT] = j->open_line[STDERR] = false;
    if (j->pool->opt->ci == CI_GITHUB)
        gf_buf_puts(&b, "::endgroup::\n");
    else
        gf_buf_printf(&b, "\033[0Ksection_end:%lld:gf_job_%llu\r\033[0K\n",
                      seconds_at(j, j->end_mono), (unsigned long long)j->seq);
    if (report_status(j) != 0) {
        gf_buf_puts(&b, j->pool->opt->ci == CI_GITHUB ? "::error title=gf-pool::" : "failed: ");
        add_title(j, &b);
        gf_buf_putc(&b, '\n');
    }
    put(j, &b);
}
