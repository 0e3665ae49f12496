/*
 * held_back.c - the newest records in memory, the older ones in parts of a temporary file.
 *
 * In memory the records lie one behind the other. Those that were taken out go when they are more
 * than what is left, so each is moved once on average. When the text would be more than half of the
 * share it becomes a part. A part that was dropped as a whole is never read.
 */
#include "stream/held_back.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"

enum {
    READ = 64 * 1024,  /* bytes read at once */
    WORTH = 64 * 1024, /* bytes that are worth moving the others for */
};

/* Where the records in memory begin that are not taken out. */
static size_t front(const struct gf_held_back *q)
{
    return q->gone ? q->end[q->gone - 1] : 0;
}

/* Forgets those in memory that were taken out. */
static void move_up(struct gf_held_back *q)
{
    size_t from = front(q), n = q->held - q->gone;
    if (n)
        memmove(q->text.data, q->text.data + from, q->text.len - from);
    q->text.len -= from;
    for (size_t i = 0; i < n; i++)
        q->end[i] = q->end[q->gone + i] - from;
    q->held = n;
    q->gone = 0;
}

static struct gf_slice in_memory(const struct gf_held_back *q, size_t i)
{
    size_t from = i ? q->end[i - 1] : 0;
    return (struct gf_slice){q->text.data + from, q->end[i] - from};
}

/* All that is in memory becomes a part. -1: errno. */
static int write_part(struct gf_runfile *spill, struct gf_held_back *q)
{
    struct gf_held_back_part *more = gf_grow(q->part, &q->parts_cap, q->parts + 1, sizeof *more);
    if (!more)
        return -1;
    q->part = more;
    if (gf_runfile_begin(spill) != 0)
        return -1;
    for (size_t i = q->gone; i < q->held; i++)
        if (gf_runfile_put(spill, in_memory(q, i)) != 0)
            return -1;
    struct gf_held_back_part *part = &q->part[q->parts];
    part->n = q->held - q->gone;
    if (gf_runfile_end(spill, &part->run) != 0)
        return -1;
    q->parts++;
    q->held = q->gone = 0;
    gf_buf_clear(&q->text);
    return 0;
}

static int push(struct gf_stream *st, struct gf_held_back *q, struct gf_slice rec)
{
    size_t most = st->share / 2, size = rec.len + sizeof *q->end;
    if (rec.len > most) {
        errno = EMSGSIZE;
        return -1;
    }
    bool full = q->text.len + q->held * sizeof *q->end + size > most;
    size_t from = front(q);
    if (q->gone && (full || (from >= WORTH && from > q->text.len / 2)))
        move_up(q);
    full = q->text.len + q->held * sizeof *q->end + size > most;
    if (full && q->held && write_part(&st->spill, q) != 0)
        return -1;
    size_t *end = gf_grow(q->end, &q->cap, q->held + 1, sizeof *end);
    if (!end)
        return -1;
    q->end = end;
    if (gf_buf_add(&q->text, rec.data, rec.len) != 0)
        return -1;
    q->end[q->held++] = q->text.len;
    q->n++;
    return 0;
}

int gf_held_back_push(struct gf_stage *s, struct gf_held_back *q, struct gf_slice rec)
{
    return push(s->stream, q, rec) == 0 ? 0 : gf_stage_storage(s);
}

/* The first part goes when nothing of it is left. */
static void end_part(struct gf_held_back *q)
{
    if (q->parts == 0 || q->passed < q->part[0].n)
        return;
    if (q->reading)
        gf_run_close(&q->reader);
    gf_runfile_drop(&q->part[0].run);
    q->reading = false;
    q->passed = 0;
    memmove(q->part, q->part + 1, --q->parts * sizeof *q->part);
}

void gf_held_back_drop(struct gf_held_back *q)
{
    end_part(q);
    q->n--;
    if (q->parts == 0) {
        q->gone++;
        return;
    }
    q->passed++;
    end_part(q);
}

/* The next record of the first part. -1: errno. */
static int read_part(struct gf_held_back *q, struct gf_slice *rec)
{
    if (!q->reading && gf_run_open(&q->reader, &q->part[0].run, READ) != 0)
        return -1;
    q->reading = true;
    do {
        if (gf_run_next(&q->reader, rec) != 1)
            return -1;
        q->part[0].n--;
    } while (q->passed && q->passed--);
    return 0;
}

int gf_held_back_pop(struct gf_stage *s, struct gf_held_back *q, struct gf_slice *rec)
{
    end_part(q);
    if (q->n == 0)
        return 0;
    if (q->parts == 0)
        *rec = in_memory(q, q->gone++);
    else if (read_part(q, rec) != 0)
        return gf_stage_storage(s);
    q->n--;
    return 1;
}

void gf_held_back_release(struct gf_held_back *q)
{
    if (q->reading)
        gf_run_close(&q->reader);
    free(q->part);
    free(q->end);
    gf_buf_release(&q->text);
    *q = (struct gf_held_back){0};
}
