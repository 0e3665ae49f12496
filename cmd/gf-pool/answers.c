/*
 * answers.c - whose answer is whose, and the order of output.
 *
 * Answers that come in one read are cut at the ends of chunks. In order, each piece goes to the
 * turn of its chunk; the head of the turns is written while it is still being answered. Otherwise
 * whole answers are written as they come.
 */
#include "answers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/exit.h"
#include "base/msg.h"
#include "text/span.h"

static void no_memory(struct answers *a)
{
    gf_error_nomem();
    verdict_fail(&a->session->verdict, GF_EXIT_TOOL);
}

/* ---- chunks ---------------------------------------------------------------------------------- */

uint64_t answers_first(const struct chunks *list)
{
    return list->first->seq + list->first->answered;
}

static struct chunk *new_chunk(struct answers *a, struct chunks *list, uint64_t seq)
{
    struct chunk *k = calloc(1, sizeof *k);
    if (!k)
        return NULL;
    *k = (struct chunk){.seq = seq, .owner = list->owner};
    *(list->last ? &list->last->next : &list->first) = k;
    list->last = k;
    k->turn.streaming = true; /* the head is written as it is answered */
    if (a->session->opt->keep_order)
        gf_ordered_queue(&a->output, &k->turn);
    return k;
}

/* So many records of the first chunk are answered; when that is all, the chunk is let go. */
static void count_answered(struct answers *a, struct chunks *list, uint64_t n)
{
    struct chunk *k = list->first;
    k->answered += n;
    if (k->answered < k->count)
        return;
    list->first = k->next;
    if (!list->first)
        list->last = NULL;
    k->owner = NULL;
    if (a->session->opt->keep_order)
        gf_ordered_finish(&a->output, &k->turn);
    else
        free(k);
}

static void put(struct answers *a, struct chunk *k, const char *data, size_t len)
{
    if (a->session->opt->keep_order)
        gf_ordered_take(&a->output, &k->turn, STDOUT, data, len);
    else
        gf_ordered_put(&a->output, STDOUT, data, len);
}

/* ---- one record ------------------------------------------------------------------------------ */

int answers_add_command(struct gf_buf *b, const struct options *o)
{
    for (size_t i = 0; i < o->nwords; i++) {
        gf_quote_sh(b, o->words[i], strlen(o->words[i]));
        gf_buf_putc(b, ' ');
    }
    /* --retry-failed, which would give the command no record, refuses to run this. */
    return gf_buf_puts(b, "<<<");
}

struct gf_slice answers_name(struct answers *a, const char *record, size_t len)
{
    struct gf_buf *b = &a->job.command;
    gf_buf_clear(b);
    gf_buf_join(b, &a->command);
    gf_quote_sh(b, record, len);
    return (struct gf_slice){b->data ? b->data : "", b->len};
}

/* The struct job that stands for the record. */
static struct job *job_for(struct answers *a, uint64_t seq, const struct about *about,
                           const char *record, size_t len)
{
    struct job *j = &a->job;
    gf_ns now = gf_now_mono();
    (void)answers_name(a, record, len);
    j->seq = seq;
    j->slot = about->slot;
    j->attempt = about->attempt;
    j->task.child.pid = about->pid;
    j->task.start_mono = about->since_mono < now ? about->since_mono : now;
    j->task.end_mono = now;
    j->task.start_wall = gf_now_wall() - (now - j->task.start_mono);
    j->received = 0;
    j->wrote[STDOUT] = false;
    return j;
}

/* The directory of the record, for --results. 0, or an errno. */
static int name_results(struct answers *a, struct job *j, const struct gf_value *record)
{
    struct results *r = &a->session->results;
    if (r->names.text && work_set(&a->work, record, 1) != 0)
        return ENOMEM;
    return results_name(r, j, &a->work);
}

/* The files of the record at hand. -1 after a message. */
static int begin_results(struct answers *a, struct job *j, const struct gf_value *record)
{
    if (name_results(a, j, record) == ENOMEM) {
        no_memory(a);
        return -1;
    }
    return results_begin(&a->session->results, j);
}

static size_t record_length(const struct answers *a, const struct about *about)
{
    const char *end = memchr(about->records, a->session->opt->separator, about->len);
    return end ? (size_t)(end - about->records) : about->len;
}

/* One answer, told to all observers, and its bytes with their tags. */
static void take_one(struct answers *a, struct chunks *list, const struct about *about,
                     const char *data, size_t len)
{
    struct session *s = a->session;
    size_t record_len = record_length(a, about);
    struct job *j = job_for(a, answers_first(list), about, about->records, record_len);
    struct gf_value value = {about->records, record_len};
    j->ending = (struct gf_ending){.how = GF_ENDING_OK};
    if (begin_results(a, j, &value) != 0)
        return;
    j->received = len;
    observers_output(&s->observers, j, STDOUT, data, len);
    results_close(&s->results, j);
    observers_attempt(&s->observers, j, false);
    gf_hist_add(&s->tally.times, job_runtime(j));
    observers_finished(&s->observers, j);
    if (s->opt->tag && (work_set(&a->work, &value, 1) != 0 ||
                        tag_set(&s->launch.tags, &j->tag, &a->work, j->seq, j->slot) != 0 ||
                        tag_lines(&s->launch.tags, &j->tag, STDOUT, &data, &len) != 0))
        no_memory(a);
    put(a, list->first, data, len);
}

static void take_each(struct answers *a, struct chunks *list, const struct about *about,
                      const char *data, size_t len, size_t n)
{
    struct about at = *about;
    for (; n > 0; n--) {
        const char *end = memchr(data, a->session->opt->separator, len);
        size_t bytes = end ? (size_t)(end - data) + 1 : len;
        size_t record = record_length(a, &at) + 1;
        tally_answered(&a->session->tally, 1);
        take_one(a, list, &at, data, bytes);
        count_answered(a, list, 1);
        data += bytes;
        len -= bytes;
        at.records += record;
        at.len -= record < at.len ? record : at.len;
        at.attempt = 1;
        at.since_mono = gf_now_mono();
    }
}

void answers_take(struct answers *a, struct chunks *list, const struct about *about,
                  const char *data, size_t len, size_t n)
{
    if (a->observed) {
        take_each(a, list, about, data, len, n);
        return;
    }
    tally_answered(&a->session->tally, n);
    while (n > 0) {
        struct chunk *k = list->first;
        size_t m = k->count - k->answered < n ? (size_t)(k->count - k->answered) : n;
        size_t count = m, bytes = len;
        if (m < n)
            bytes = gf_span_records(data, len, a->session->opt->separator, &count);
        put(a, k, data, bytes);
        data += bytes;
        len -= bytes;
        n -= m;
        count_answered(a, list, m);
    }
}

/* ---- no answer ------------------------------------------------------------------------------- */

/* A record without an answer, told to all observers. */
static void tell_none(struct answers *a, uint64_t seq, const struct about *about,
                      const char *record, size_t len, const struct gf_ending *ending)
{
    struct session *s = a->session;
    if (!a->observed)
        return;
    struct job *j = job_for(a, seq, about, record, len);
    struct gf_value value = {record, len};
    j->ending = *ending;
    if (begin_results(a, j, &value) != 0)
        return;
    results_close(&s->results, j);
    if (about->is_given_up)
        observers_given_up(&s->observers, j);
    else
        observers_attempt(&s->observers, j, false);
    observers_finished(&s->observers, j);
}

void answers_none(struct answers *a, struct chunks *list, const struct about *about,
                  const struct gf_ending *ending, const char *why)
{
    size_t len = record_length(a, about);
    uint64_t seq = answers_first(list);
    tally_unanswered(&a->session->tally, seq, ending, why, about->records, len);
    tell_none(a, seq, about, about->records, len, ending);
    failed_keep(&a->session->failed, seq, about->records, len);
    count_answered(a, list, 1);
}

int answers_why_not(struct answers *a, uint64_t seq, const struct gf_value *record)
{
    a->job.seq = seq;
    int unnamed = name_results(a, &a->job, record);
    if (!memchr(record->text, a->session->opt->separator, record->len))
        return unnamed;
    gf_buf_clear(&a->job.results.why);
    return EBADMSG;
}

void answers_refused(struct answers *a, uint64_t seq, const struct gf_value *record, int why)
{
    const struct gf_ending ending = gf_ending_unstarted(why);
    const struct about about = {.attempt = 1, .since_mono = gf_now_mono()};
    struct session *s = a->session;
    tally_unanswered(&s->tally, seq, &ending, job_why_not(&a->job, why), record->text, record->len);
    failed_keep(&s->failed, seq, record->text, record->len);
    if (a->observed)
        observers_unstarted(&s->observers, job_for(a, seq, &about, record->text, record->len), why);
}

void answers_signalled(struct answers *a, const struct chunks *list, const struct about *about,
                       int sig)
{
    struct session *s = a->session;
    if (!a->observed || !list->first)
        return;
    const struct job *j =
        job_for(a, answers_first(list), about, about->records, record_length(a, about));
    if (sig)
        observers_signalled(&s->observers, j, sig);
    else
        observers_timed_out(&s->observers, j);
}

void answers_retried(struct answers *a, const struct chunks *list, const struct about *about,
                     const struct gf_ending *ending, gf_ns wait)
{
    struct session *s = a->session;
    s->tally.retried++;
    if (!a->observed)
        return;
    struct job *j = job_for(a, answers_first(list), about, about->records, record_length(a, about));
    j->ending = *ending;
    observers_attempt(&s->observers, j, true);
    observers_retried(&s->observers, j, wait);
}

/* ---------------------------------------------------------------------------------------------- */

int answers_given(struct answers *a, struct chunks *list, uint64_t seq, const struct about *about)
{
    struct chunk *k = list->last;
    if (!k || k->seq + k->count != seq)
        k = new_chunk(a, list, seq);
    if (!k)
        return -1;
    k->count++;
    if (a->observed)
        observers_started(&a->session->observers,
                          job_for(a, seq, about, about->records, about->len));
    return 0;
}

void answers_open(struct answers *a, struct session *s, const struct gf_ordered_events *on,
                  void *owner)
{
    const struct options *o = s->opt;
    a->session = s;
    a->observed = o->joblog || o->events || o->results || o->report || o->tag ||
                  o->halt.on != HALT_NEVER || o->timeout_percent;
    a->output.on = on;
    a->output.owner = owner;
    a->output.lines = !o->keep_order;
    a->output.store = (struct gf_capture_store){.memory_max = (size_t)64 << 20,
                                                .each_max = (size_t)4 << 20,
                                                .spill = {.dir = o->tmpdir, .most = o->spill_max}};
    gf_ordered_open(&a->output, s->loop);
    work_init(&a->work, NULL);
}

void answers_release(struct answers *a)
{
    gf_ordered_close(&a->output);
    work_release(&a->work);
    gf_buf_release(&a->command);
    gf_buf_release(&a->job.command);
    gf_buf_release(&a->job.tag.text);
    gf_tail_release(&a->job.stderr_end);
    results_drop(&a->session->results, &a->job);
}
