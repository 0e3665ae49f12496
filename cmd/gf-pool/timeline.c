/*
 * timeline.c - --report: what the page shows, gathered while jobs run, in bounded memory.
 *
 * An attempt is a bar. When there are BARS_MOST of them the shorter half goes, and what is shorter
 * than those is not kept any more: at the width of a page such bars cannot be seen. Failures are
 * kept with the end of their stderr, the first FAILURES_MOST of them; all are counted.
 */
#include "page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/sat.h"

enum {
    BARS_MOST = 20000,
    FAILURES_MOST = 500,
    TAIL = 4096,        /* bytes of stderr */
    COMMAND_MOST = 1024 /* bytes of a command */
};

static bool is_on(const struct pool *p)
{
    return p->opt->report;
}

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

/* Those of the middle length go by turns, in case all are equally long. */
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
    if (t->nbars == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 256;
        struct bar *more = realloc(t->bar, cap * sizeof *more);
        if (!more) {
            t->not_drawn++;
            return;
        }
        t->bar = more;
        t->cap = cap;
    }
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

void timeline_attempt(const struct job *j, bool again)
{
    struct timeline *t = &j->pool->timeline;
    if (!is_on(j->pool))
        return;
    struct bar b = {.slot = j->slot,
                    .seq = j->seq,
                    .start = j->start_mono - j->pool->begin_mono,
                    .end = j->end_mono - j->pool->begin_mono,
                    .outcome = again                   ? BAR_RETRIED
                               : j->life.timed_out     ? BAR_TIMED_OUT
                               : report_status(j) != 0 ? BAR_FAILED
                                                       : BAR_OK};
    struct gf_buf name = {0};
    report_how(j, b.how);
    timeline_clip(&name, j->command.len ? j->command.data : "", j->command.len, BAR_NAME_SIZE - 1);
    snprintf(b.name, sizeof b.name, "%s", name.len ? name.data : "");
    gf_buf_release(&name);
    t->bucket[bucket_of(b.end - b.start)][b.outcome]++;
    if (j->slot >= t->slots)
        t->slots = j->slot + 1;
    add_bar(t, &b);
}

/* ---- failures -------------------------------------------------------------------------------- */

void timeline_stderr(struct job *j, const char *data, size_t len)
{
    if (!is_on(j->pool))
        return;
    if (len > TAIL) {
        data += len - TAIL;
        len = TAIL;
        j->tail_cut = true;
    }
    if (j->tail.len + len > 2 * TAIL) { /* now and then, not at each read */
        size_t drop = j->tail.len + len - TAIL;
        drop = drop < j->tail.len ? drop : j->tail.len;
        j->tail.len -= drop;
        memmove(j->tail.data, j->tail.data + drop, j->tail.len);
        j->tail_cut = true;
    }
    gf_buf_add(&j->tail, data, len);
}

/* The last bytes, from the beginning of a line where there is one. */
static struct gf_slice end_of(const struct job *j)
{
    struct gf_slice s = {j->tail.data, j->tail.len};
    bool cut = j->tail_cut || s.len > TAIL;
    if (s.len > TAIL) {
        s.data += s.len - TAIL;
        s.len = TAIL;
    }
    const char *line = cut && s.len ? memchr(s.data, '\n', s.len) : NULL;
    if (line && (size_t)(line - s.data) + 1 < s.len) {
        s.len -= (size_t)(line - s.data) + 1;
        s.data = line + 1;
    }
    return s;
}

static void add_failure(struct pool *p, const struct failure *from, const struct gf_buf *command,
                        struct gf_slice tail)
{
    struct timeline *t = &p->timeline;
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
    timeline_clip(&f->command, command->len ? command->data : "", command->len, COMMAND_MOST);
    gf_buf_add(&f->tail, tail.data, tail.len);
}

void timeline_finished(const struct job *j)
{
    if (!is_on(j->pool) || report_status(j) == 0)
        return;
    struct failure f = {
        .seq = j->seq, .attempt = j->attempt, .length = j->end_mono - j->start_mono};
    report_how(j, f.how);
    add_failure(j->pool, &f, &j->command, end_of(j));
}

void timeline_unstarted(const struct job *j, const char *why)
{
    if (!is_on(j->pool))
        return;
    add_failure(j->pool,
                &(struct failure){
                    .seq = j->seq, .attempt = j->attempt, .how = "could not start", .length = -1},
                &j->command, (struct gf_slice){why, strlen(why)});
}

void timeline_forget(struct job *j)
{
    gf_buf_clear(&j->tail);
    j->tail_cut = false;
}

void timeline_release(struct pool *p)
{
    struct timeline *t = &p->timeline;
    for (size_t i = 0; i < t->nfailures; i++) {
        gf_buf_release(&t->failure[i].command);
        gf_buf_release(&t->failure[i].tail);
    }
    free(t->failure);
    free(t->bar);
}
