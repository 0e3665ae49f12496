/*
 * timeline.c - what the page of --report shows.
 *
 * When the bars are thinned out, those of the middle length go by turns, in case all are equally
 * long, and bars of failures stay.
 */
#include "timeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "job.h"
#include "proc/command.h"

enum {
    BARS_MOST = 20000,
    FAILURES_MOST = 500,
    TAIL = 4096,        /* bytes of standard error */
    COMMAND_MOST = 1024 /* bytes of a command */
};

static const char ellipsis[] = "\xe2\x80\xa6";

/* The nearest place at or below `at` that is not inside a UTF-8 character. */
static size_t whole_characters(const char *text, size_t at)
{
    size_t from = at;
    while (at > 0 && from - at < 3 && ((unsigned char)text[at] & 0xc0) == 0x80)
        at--;
    return ((unsigned char)text[at] & 0xc0) == 0x80 ? from : at; /* it is no UTF-8 */
}

void timeline_clip(struct gf_buf *out, const char *text, size_t len, size_t most)
{
    if (len <= most) {
        gf_buf_add(out, text, len);
        return;
    }
    size_t half = (most - (sizeof ellipsis - 1)) / 2;
    size_t head = whole_characters(text, half);
    size_t tail = len - half;
    while (tail < len && ((unsigned char)text[tail] & 0xc0) == 0x80)
        tail++;
    gf_buf_add(out, text, head);
    gf_buf_puts(out, ellipsis);
    gf_buf_add(out, text + tail, len - tail);
}

/* ---- bars ------------------------------------------------------------------------------------ */

static int by_length(const void *a, const void *b)
{
    gf_ns x = *(const gf_ns *)a, y = *(const gf_ns *)b;
    return (x > y) - (x < y);
}

/* The middle one of their lengths; 0: memory is out. */
static gf_ns middle_length(const struct timeline *t)
{
    gf_ns *length = malloc(t->nbars * sizeof *length);
    if (!length)
        return 0;
    for (size_t i = 0; i < t->nbars; i++)
        length[i] = t->bar[i].end - t->bar[i].start;
    qsort(length, t->nbars, sizeof *length, by_length);
    gf_ns middle = length[t->nbars / 2];
    free(length);
    return middle;
}

static void thin_out(struct timeline *t)
{
    size_t kept = 0;
    gf_ns middle = middle_length(t);
    for (size_t i = 0; i < t->nbars; i++) {
        gf_ns length = t->bar[i].end - t->bar[i].start;
        if (length > middle || (length == middle && i % 2) || t->bar[i].outcome == BAR_FAILED)
            t->bar[kept++] = t->bar[i];
    }
    if (kept > BARS_MOST / 4 * 3)
        kept = BARS_MOST / 2;
    t->not_drawn += t->nbars - kept;
    t->nbars = kept;
    t->shortest = middle;
}

static void add_bar(struct timeline *t, const struct bar *b)
{
    if (b->end - b->start < t->shortest && b->outcome != BAR_FAILED) {
        t->not_drawn++;
        return;
    }
    if (t->nbars == BARS_MOST)
        thin_out(t);
    struct bar *more = gf_grow(t->bar, &t->cap, t->nbars + 1, sizeof *more);
    if (!more) {
        t->not_drawn++;
        return;
    }
    t->bar = more;
    t->bar[t->nbars++] = *b;
}

/* Steps that people count in: 1, 2 and 5 of each power of ten. */
gf_ns timeline_bucket_from(unsigned i)
{
    static const gf_ns step[] = {GF_MS, 2 * GF_MS, 5 * GF_MS};
    gf_ns from = i ? step[(i - 1) % 3] : 0;
    for (unsigned n = i ? (i - 1) / 3 : 0; n > 0; n--)
        from *= 10;
    return from;
}

static unsigned bucket_of(gf_ns length)
{
    unsigned i = 0;
    while (i + 1 < TIMELINE_BUCKETS && timeline_bucket_from(i + 1) <= length)
        i++;
    return i;
}

static enum bar_outcome outcome_of(const struct job *j, bool again)
{
    if (again)
        return BAR_RETRIED;
    if (j->ending.how == GF_ENDING_TIMEOUT)
        return BAR_TIMED_OUT;
    if (j->ending.how == GF_ENDING_INTERRUPTED)
        return BAR_INTERRUPTED;
    return j->ending.how == GF_ENDING_OK ? BAR_OK : BAR_FAILED;
}

static void on_attempt(void *self, const struct job *j, bool again)
{
    struct timeline *t = self;
    if (!t->on)
        return;
    struct bar b = {.slot = j->slot,
                    .seq = j->seq,
                    .start = j->task.start_mono - t->begin_mono,
                    .end = j->task.end_mono - t->begin_mono,
                    .outcome = outcome_of(j, again)};
    struct gf_buf name = {0};
    gf_ending_text(&j->ending, b.how);
    timeline_clip(&name, job_command(j), j->command.len, BAR_NAME_SIZE - 1);
    snprintf(b.name, sizeof b.name, "%s", name.len ? name.data : "");
    gf_buf_release(&name);
    t->bucket[bucket_of(b.end - b.start)][b.outcome]++;
    if (j->slot >= t->slots)
        t->slots = j->slot + 1;
    add_bar(t, &b);
}

/* ---- failures -------------------------------------------------------------------------------- */

static void on_output(void *self, struct job *j, int stream, const char *data, size_t len)
{
    const struct timeline *t = self;
    if (!t->on || stream != STDERR)
        return;
    j->stderr_end.most = TAIL;
    gf_tail_add(&j->stderr_end, data, len);
}

static void add_failure(struct timeline *t, const struct failure *from, const struct job *j,
                        const char *tail, size_t tail_len)
{
    if (t->nfailures == FAILURES_MOST) {
        t->more_failures++;
        return;
    }
    if (!t->failure && !(t->failure = calloc(FAILURES_MOST, sizeof *t->failure))) {
        t->more_failures++;
        return;
    }
    struct failure *f = &t->failure[t->nfailures++];
    *f = *from;
    timeline_clip(&f->command, job_command(j), j->command.len, COMMAND_MOST);
    gf_buf_add(&f->tail, tail, tail_len);
}

static void on_finished(void *self, struct job *j)
{
    struct timeline *t = self;
    if (!t->on || !gf_ending_is_failure(&j->ending))
        return;
    struct failure f = {.seq = j->seq, .attempt = j->attempt, .length = job_runtime(j)};
    const char *tail;
    size_t len = gf_tail_lines(&j->stderr_end, &tail);
    gf_ending_text(&j->ending, f.how);
    add_failure(t, &f, j, tail, len);
}

static void on_unstarted(void *self, struct job *j, int err)
{
    struct timeline *t = self;
    const char *why = job_why_not(j, err);
    if (!t->on || j->attempt > 1)
        return;
    add_failure(t,
                &(struct failure){
                    .seq = j->seq, .attempt = j->attempt, .how = "could not start", .length = -1},
                j, why, strlen(why));
}

static void on_retried(void *self, struct job *j, gf_ns wait)
{
    (void)self;
    (void)wait;
    gf_tail_clear(&j->stderr_end);
}

const struct observer_events timeline_observer = {.output = on_output,
                                                  .attempt = on_attempt,
                                                  .retried = on_retried,
                                                  .finished = on_finished,
                                                  .unstarted = on_unstarted};

void timeline_release(struct timeline *t)
{
    for (size_t i = 0; i < t->nfailures; i++) {
        gf_buf_release(&t->failure[i].command);
        gf_buf_release(&t->failure[i].tail);
    }
    free(t->failure);
    free(t->bar);
}
