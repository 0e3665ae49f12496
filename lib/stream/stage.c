/*
 * stage.c - pulling, with time taken, and what all stages say when they fail.
 *
 * A pull voids the records of the one before: the pad is cleared and both counters are 0. It is
 * repeated while it gave no record but is not at its end. Stages are a list from the last one up to
 * the source, and are freed along it.
 */
#include "stream/stage.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/exit.h"
#include "base/file.h"
#include "base/size.h"

static int pull_once(struct gf_stage *s, size_t max)
{
    s->n = s->used = 0;
    gf_pad_clear(&s->pad);
    if (!s->stream->timed)
        return s->pull(s, max);
    gf_ns start = s->stream->clock();
    int got = s->pull(s, max);
    s->spent += s->stream->clock() - start;
    return got;
}

int gf_stage_pull(struct gf_stage *s, size_t max)
{
    int got = -1;
    if (max > GF_BATCH)
        max = GF_BATCH;
    s->n = s->used = 0;
    while (!s->failed) {
        got = pull_once(s, max);
        s->failed = got < 0;
        if (got != 1 || s->n)
            break;
    }
    s->given += s->n;
    return s->n ? 1 : got;
}

int gf_stage_run(struct gf_stage *s, struct gf_slice *run)
{
    if (!s->pull_run || s->used < s->n)
        return 0;
    if (!s->stream->timed)
        return s->pull_run(s, run);
    gf_ns start = s->stream->clock();
    int got = s->pull_run(s, run);
    s->spent += s->stream->clock() - start;
    return got;
}

int gf_stage_need(struct gf_stage *s, size_t want)
{
    return gf_stage_has(s) ? 1 : gf_stage_pull(s->up, want);
}

int gf_stage_emit_copy(struct gf_stage *s, const char *data, size_t len)
{
    if (gf_pad_copy(&s->pad, data, len, &s->out[s->n]) != 0)
        return gf_fault_nomem(&s->stream->fault);
    s->n++;
    return 0;
}

int gf_stage_emit_numbered(struct gf_stage *s, struct gf_slice number, struct gf_slice rec,
                           struct gf_slice end)
{
    struct gf_slice join = s->stream->set->behind_number;
    size_t len = number.len + join.len + rec.len + end.len;
    char *p = gf_pad_take(&s->pad, len);
    if (!p)
        return gf_fault_nomem(&s->stream->fault);
    s->out[s->n++] = (struct gf_slice){p, len};
    gf_slice_put(gf_slice_put(gf_slice_put(gf_slice_put(p, number), join), rec), end);
    return 0;
}

int gf_stage_emit_ended(struct gf_stage *s, struct gf_slice part, struct gf_slice end)
{
    if (part.data + part.len != end.data) {
        char *p = gf_pad_take(&s->pad, part.len + end.len);
        if (!p)
            return gf_fault_nomem(&s->stream->fault);
        gf_slice_put(gf_slice_put(p, part), end);
        part.data = p;
    }
    s->out[s->n++] = (struct gf_slice){part.data, part.len + end.len};
    return 0;
}

int gf_stage_emit_replaced(struct gf_stage *s, struct gf_line line, struct gf_slice field,
                           struct gf_slice value)
{
    size_t before = (size_t)(field.data - line.value.data);
    size_t behind = line.value.len - before - field.len;
    char *to = gf_pad_take(&s->pad, before + value.len + behind + line.end.len);
    if (!to)
        return gf_fault_nomem(&s->stream->fault);
    struct gf_slice *out = &s->out[s->n++];
    out->data = to;
    to = gf_slice_put(to, (struct gf_slice){line.value.data, before});
    to = gf_slice_put(to, value);
    to = gf_slice_put(to, (struct gf_slice){field.data + field.len, behind});
    to = gf_slice_put(to, line.end);
    out->len = (size_t)(to - out->data);
    return 0;
}

int gf_stage_bound(struct gf_stage *s, struct gf_slice rec)
{
    return gf_fault_set(&s->stream->fault, GF_EXIT_TOOL,
                        "%s: record %" PRIu64 " is too hard for the pattern: '%.*s'%s", s->name,
                        s->taken, (int)(rec.len < 60 ? rec.len : 60), rec.data,
                        rec.len > 60 ? "..." : "");
}

int gf_stage_uncut(struct gf_stage *s)
{
    if (errno != GF_CUT_BOUND)
        return gf_fault_nomem(&s->stream->fault);
    if (s->taken == 0)
        return gf_fault_set(&s->stream->fault, GF_EXIT_TOOL,
                            "%s: a record of FILE is too hard for the pattern of --separator-re",
                            s->name);
    return gf_fault_set(&s->stream->fault, GF_EXIT_TOOL,
                        "%s: record %" PRIu64 " is too hard for the pattern of --separator-re",
                        s->name, s->taken);
}

static void no_number(const struct gf_stage *s, struct gf_slice value, const char *column,
                      char why[200])
{
    size_t len = (size_t)snprintf(why, 200, "record %" PRIu64, s->taken);
    if (*column)
        len += (size_t)snprintf(why + len, 200 - len, ": column '%s'", column);
    snprintf(why + len, 200 - len, " is no number: '%.*s'%s",
             (int)(value.len < 60 ? value.len : 60), value.data ? value.data : "",
             value.len > 60 ? "..." : "");
}

int gf_stage_bad_number(struct gf_stage *s, struct gf_slice value, const char *column)
{
    char why[200];
    no_number(s, value, column, why);
    return gf_fault_set(&s->stream->fault, GF_EXIT_SOME, "%s: %s", s->name, why);
}

int gf_stage_bad_or_skipped(struct gf_stage *s, struct gf_slice value, const char *column,
                            bool skip)
{
    char why[200];
    if (!skip) {
        gf_fault_hint(&s->stream->fault, "--skip-bad skips such records");
        return gf_stage_bad_number(s, value, column);
    }
    no_number(s, value, column, why);
    gf_failures_add(&s->skipped, 0, "%s", why);
    return 0;
}

int gf_stage_too_long(struct gf_stream *st, const char *name, uint64_t record)
{
    char size[GF_SIZE_SIZE];
    gf_format_size(st->set->max_record, size);
    gf_fault_hint(&st->fault, "--max-record sets the limit");
    return gf_fault_set(&st->fault, GF_EXIT_TOOL, "record %" PRIu64 " of '%s' is longer than %s",
                        record, name, size);
}

int gf_stage_open_quotes(struct gf_stream *st, const char *name, uint64_t line)
{
    gf_fault_hint(&st->fault, "a quote in a field is written twice, in quotes");
    return gf_fault_set(&st->fault, GF_EXIT_SOME, "'%s' ends in quotes that begin in line %" PRIu64,
                        name, line);
}

int gf_stage_full(struct gf_stage *s)
{
    char size[GF_SIZE_SIZE];
    gf_format_size(s->stream->share, size);
    gf_fault_hint(&s->stream->fault, "--memory sets the budget");
    return gf_fault_set(&s->stream->fault, GF_EXIT_TOOL,
                        "%s: the records to hold are larger than the memory they may use, %s",
                        s->name, size);
}

int gf_stage_storage(struct gf_stage *s)
{
    struct gf_fault *f = &s->stream->fault;
    const struct gf_runfile *sp = &s->stream->spill;
    char size[GF_SIZE_SIZE];
    if (errno == ENOMEM || errno == GF_CUT_BOUND)
        return gf_stage_uncut(s);
    if (errno == EMSGSIZE) {
        gf_fault_hint(f, "--memory sets the budget");
        return gf_fault_set(f, GF_EXIT_TOOL,
                            "%s: record %" PRIu64 " is larger than the memory it may use", s->name,
                            s->taken);
    }
    if (!sp->failed_dir)
        return gf_fault_errno(f, GF_EXIT_TOOL, "%s: cannot read a temporary file", s->name);
    gf_format_size(sp->written, size);
    const char *cure = gf_file_cure(errno);
    gf_fault_hint(f, "%s were written before; %s", size, cure ? cure : "-T sets another directory");
    return gf_fault_errno(f, GF_EXIT_TOOL, "%s: cannot write a temporary file in '%s'", s->name,
                          sp->failed_dir);
}

struct gf_stage *gf_stage_new(struct gf_stream *st, struct gf_stage *up, const char *name,
                              size_t size)
{
    struct gf_stage *s = calloc(1, sizeof *s);
    void *state = calloc(1, size ? size : 1);
    if (!s || !state) {
        free(s);
        free(state);
        gf_fault_nomem(&st->fault);
        return NULL;
    }
    s->up = up;
    s->stream = st;
    s->name = name;
    s->state = state;
    return s;
}

void gf_stage_free_all(struct gf_stage *s)
{
    while (s) {
        struct gf_stage *up = s->up;
        if (s->close)
            s->close(s);
        gf_pad_release(&s->pad);
        free(s->state);
        free(s);
        s = up;
    }
}

struct gf_stage *gf_stage_drop(struct gf_stage *s)
{
    s->up = NULL;
    gf_stage_free_all(s);
    return NULL;
}

struct gf_stage *gf_stage_nomem(struct gf_stage *s)
{
    gf_fault_nomem(&s->stream->fault);
    return gf_stage_drop(s);
}
