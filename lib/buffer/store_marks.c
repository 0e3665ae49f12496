/*
 * store_marks.c - where records are missing, and when what is held came.
 *
 * The marks are in the order of their places, in a ring of their own. Records that go from the
 * front take the marks that they pass with them.
 */
#include <string.h>

#include "buffer/store_parts.h"

/* ---- what is missing ------------------------------------------------------------------------- */

static struct gf_store_mark *mark(const struct gf_store *s, size_t i)
{
    size_t k = s->first_mark + i;
    return &s->mark[k < GF_STORE_MARKS ? k : k - GF_STORE_MARKS];
}

bool gf_store_is_last_mark(const struct gf_store *s, uint64_t pos)
{
    return s->mark && s->marks >= GF_STORE_MARKS - 1 && mark(s, s->marks - 1)->at == pos;
}

void gf_store_mark_end(struct gf_store *s, uint64_t pos, uint64_t records)
{
    if (!s->mark || records == 0)
        return;
    if (s->marks == 0 || mark(s, s->marks - 1)->at != pos)
        *mark(s, s->marks++) = (struct gf_store_mark){.at = pos};
    mark(s, s->marks - 1)->records += records;
}

void gf_store_mark_front(struct gf_store *s, uint64_t pos, uint64_t records)
{
    if (!s->mark)
        return;
    while (s->marks && mark(s, 0)->at <= pos) {
        records += mark(s, 0)->records;
        s->first_mark = s->first_mark + 1 < GF_STORE_MARKS ? s->first_mark + 1 : 0;
        s->marks--;
    }
    if (records == 0)
        return;
    s->first_mark = s->first_mark ? s->first_mark - 1 : GF_STORE_MARKS - 1;
    s->marks++;
    *mark(s, 0) = (struct gf_store_mark){.at = pos, .records = records};
}

uint64_t gf_store_missing(const struct gf_store *s)
{
    bool more = s->skipping && s->head == s->tail; /* one more is about to be missing there */
    return s->marks && mark(s, 0)->at == s->head && !s->inside && !more ? mark(s, 0)->records : 0;
}

void gf_store_said_missing(struct gf_store *s)
{
    s->first_mark = s->first_mark + 1 < GF_STORE_MARKS ? s->first_mark + 1 : 0;
    s->marks--;
}

/* ---- the times ------------------------------------------------------------------------------- */

static void forget_times(struct gf_store *s)
{
    size_t gone = 0;
    while (gone + 1 < s->times && s->time[gone + 1].at <= s->head)
        gone++;
    if (gone == 0)
        return;
    s->times -= gone;
    memmove(s->time, s->time + gone, s->times * sizeof *s->time);
}

void gf_store_note_time(struct gf_store *s, uint64_t pos, gf_ns now)
{
    while (s->times && (s->head == pos || s->time[s->times - 1].at > pos))
        s->times--; /* nothing is held, or what came last was dropped */
    if (s->times && pos - s->time[s->times - 1].at < s->config.bytes / (GF_STORE_TIMES / 2))
        return;
    forget_times(s);
    if (s->times == GF_STORE_TIMES) { /* half as fine */
        for (size_t i = 1; i < GF_STORE_TIMES / 2; i++)
            s->time[i] = s->time[2 * i];
        s->times /= 2;
    }
    s->time[s->times++] = (struct gf_store_time){.at = pos, .mono = now};
}

gf_ns gf_store_oldest_mono(const struct gf_store *s)
{
    size_t i = 0;
    if (s->head == s->tail || s->times == 0)
        return GF_NEVER;
    while (i + 1 < s->times && s->time[i + 1].at <= s->head)
        i++;
    return s->time[i].mono;
}
