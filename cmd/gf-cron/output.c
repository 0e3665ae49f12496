/*
 * output.c - what jobs write, line by line.
 *
 * Bytes are appended to the line of their stream; the whole lines in it are formed into one buffer
 * and given to the outlet in one piece.
 */
#include "output.h"

#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/msg.h"

enum {
    LINE_LIMIT = 1 << 20,
    TAIL_SIZE = 4096,
};

static int descriptor_for(const struct output *o, int stream)
{
    return stream == GF_TASK_ERR && o->form != OUTPUT_JSON ? STDERR_FILENO : STDOUT_FILENO;
}

static void add_json(struct gf_buf *b, const struct run *run, int stream, const char *line,
                     size_t len)
{
    struct gf_json j;
    char text[GF_TIME_UTC_SIZE];
    const char *id = run->job->id;
    gf_json_open(&j, b);
    gf_time_utc(gf_now_wall(), text);
    gf_json_str(&j, "time", text, strlen(text));
    gf_json_str(&j, "job", id, strlen(id));
    gf_time_utc(run->due * GF_S, text);
    gf_json_str(&j, "due", text, strlen(text));
    gf_json_str(&j, "stream", stream == GF_TASK_ERR ? "stderr" : "stdout", 6);
    gf_json_str(&j, "line", line, len);
    gf_json_close(&j);
}

static void add_line(const struct output *o, struct gf_buf *b, const struct run *run, int stream,
                     const char *line, size_t len)
{
    if (o->form == OUTPUT_JSON) {
        add_json(b, run, stream, line, len);
        return;
    }
    if (o->form == OUTPUT_PREFIX)
        gf_buf_printf(b, "%s: ", run->job->id);
    gf_buf_add(b, line, len);
    gf_buf_putc(b, '\n');
}

/* Writes the whole lines of a stream; with `all` the line without an end, too. */
static void put_lines(struct output *o, struct run *run, int stream, bool all)
{
    struct gf_buf b = {0}, *held = &run->line[stream];
    size_t at = 0;
    while (at < held->len) {
        char *from = held->data + at;
        char *nl = memchr(from, '\n', held->len - at);
        size_t len = nl ? (size_t)(nl - from) : held->len - at;
        if (!nl && !all && len < LINE_LIMIT)
            break;
        add_line(o, &b, run, stream, from, len);
        at += len + (nl != NULL);
    }
    bool put = !held->failed && outlets_put(o->outlets, descriptor_for(o, stream), &b);
    if (!put && !o->outlets->lost_errno) /* which is told where it is found */
        gf_error("out of memory: output of job '%s' is lost", run->job->id);
    o->lost |= !put;
    held->failed = 0;
    gf_buf_release(&b);
    if (at) {
        memmove(held->data, held->data + at, held->len - at);
        held->len -= at;
    }
}

void output_take(struct output *o, struct run *run, int stream, const char *data, size_t len)
{
    if (run->job->opt.on_failure) {
        run->tail.most = TAIL_SIZE;
        gf_tail_add(&run->tail, data, len);
    }
    gf_buf_add(&run->line[stream], data, len);
    put_lines(o, run, stream, false);
}

void output_end(struct output *o, struct run *run, int stream)
{
    put_lines(o, run, stream, true);
    gf_buf_release(&run->line[stream]);
}

bool output_is_full(const struct output *o, int stream)
{
    return outlets_is_full(o->outlets, descriptor_for(o, stream));
}
