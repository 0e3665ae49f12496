/* print.c - --print: the stages as a chain file, which reads back as the same stages. */
#include <string.h>

#include "base/cli.h"
#include "base/duration.h"
#include "base/exit.h"
#include "base/json.h"
#include "base/msg.h"
#include "options_parts.h"

/* A word as a chain file has it. */
static void add_word(struct gf_buf *b, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_./,:=+@%^{}[]()$*?!~;&|<>";
    if (b->len && b->data[b->len - 1] != '\n')
        gf_buf_putc(b, ' ');
    if (*word && word[strspn(word, plain)] == '\0') {
        gf_buf_puts(b, word);
        return;
    }
    gf_buf_putc(b, '\'');
    for (; *word; word++)
        if (*word == '\'')
            gf_buf_puts(b, "'\\''");
        else
            gf_buf_putc(b, *word);
    gf_buf_putc(b, '\'');
}

static void add_option(struct gf_buf *b, const char *option, const char *value)
{
    add_word(b, option);
    add_word(b, value);
}

static void add_time(struct gf_buf *b, const char *option, gf_ns value)
{
    char text[GF_DOUBLE_SIZE];
    gf_format_seconds(value, text);
    add_option(b, option, text);
}

static void add_number(struct gf_buf *b, const char *option, uint64_t value)
{
    add_word(b, option);
    gf_buf_printf(b, " %llu", (unsigned long long)value);
}

static void add_mode(struct gf_buf *b, const struct stage_plan *s)
{
    static const char *const modes[] = {"map", "filter", "each"};
    char wait[GF_DOUBLE_SIZE];
    if (s->mode != MODE_BATCH) {
        add_option(b, "--mode", modes[s->mode]);
        return;
    }
    gf_buf_printf(b, " --mode batch=%llu", (unsigned long long)s->batch);
    if (s->batch_wait) {
        gf_format_seconds(s->batch_wait, wait);
        gf_buf_printf(b, ",%s", wait);
    }
}

static void add_backoff(struct gf_buf *b, const struct gf_backoff *w)
{
    char text[GF_DOUBLE_SIZE];
    struct gf_buf value = {0};
    gf_format_seconds(w->first, text);
    gf_buf_puts(&value, text);
    if (w->factor > 1)
        gf_buf_printf(&value, ",x%llu", (unsigned long long)w->factor);
    if (w->max) {
        gf_format_seconds(w->max, text);
        gf_buf_printf(&value, ",max %s", text);
    }
    if (w->jitter)
        gf_buf_puts(&value, ",jitter");
    if (value.failed)
        gf_buf_inherit(b, &value);
    else
        add_option(b, "--retry-delay", value.data);
    gf_buf_release(&value);
}

static void add_statuses(struct gf_buf *b, const uint64_t bits[4])
{
    const char *between = " --reject-status ";
    for (unsigned i = 0; i < 256; i++)
        if (bits[i / 64] >> i % 64 & 1) {
            gf_buf_printf(b, "%s%u", between, i);
            between = ",";
        }
}

/* A separator with its unusual bytes as escapes, which --delimiter reads. */
static void add_separator(struct gf_buf *b, const struct gf_sep *s)
{
    struct gf_buf value = {0};
    for (size_t i = 0; i < s->len; i++)
        gf_buf_printf(&value, "\\x%02X", (unsigned char)s->bytes[i]);
    if (value.failed)
        gf_buf_inherit(b, &value);
    else
        add_option(b, "-d", value.data);
    gf_buf_release(&value);
}

static void add_stage(struct gf_buf *b, const struct stage_plan *s)
{
    static const char *const on_error[] = {"dead", "pass", "drop", "stop"};
    struct stage_plan like;
    stage_defaults(&like);
    add_option(b, "--stage", s->name);
    add_mode(b, s);
    if (s->jobs != like.jobs)
        add_number(b, "-j", s->jobs);
    if (s->timeout)
        add_time(b, "-t", s->timeout);
    if (s->kill_after != like.kill_after)
        add_time(b, "--kill-after", s->kill_after);
    if (s->retries)
        add_number(b, "--retries", s->retries);
    if (s->retries && s->backoff.first)
        add_backoff(b, &s->backoff);
    if (s->on_error != (s->mode == MODE_FILTER ? ON_ERROR_STOP : ON_ERROR_DEAD))
        add_option(b, "--on-error", on_error[s->on_error]);
    if (s->reject_prefix)
        add_option(b, "--reject-prefix", s->reject_prefix);
    if (s->rejects_status)
        add_statuses(b, s->reject_status);
    if (s->drop_empty)
        add_word(b, "--drop-empty");
    if (s->by)
        add_number(b, "--by", s->by);
    if (s->by && !s->separator.blanks)
        add_separator(b, &s->separator);
    if (s->window)
        add_number(b, "--window", s->window);
    if (!s->window && s->latency != like.latency)
        add_time(b, "--latency", s->latency);
    if (s->tee)
        add_option(b, "--tee", s->tee);
    add_word(b, "--");
    for (size_t i = 0; i < s->nwords; i++)
        add_word(b, s->command[i]);
    gf_buf_putc(b, '\n');
}

int stages_print(const struct options *o)
{
    struct gf_buf b = {0};
    for (size_t i = 0; i < o->nstages; i++)
        add_stage(&b, &o->stage[i]);
    int bad = gf_tool_print(&b);
    gf_buf_release(&b);
    return gf_tool_finish(bad ? GF_EXIT_TOOL : GF_EXIT_OK);
}
