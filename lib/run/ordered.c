/*
 * ordered.c - what many tasks write, in turn.
 *
 * Turns are a list. Only its head is written; with `lines` the whole lines of all tasks are in one
 * capture a descriptor, in front of nobody's turn. With `live` the head is written as far as its
 * last newline while its task runs, and its reader holds it back alone. A descriptor whose reader
 * is gone takes everything and keeps nothing, so that the turns go on and every task is still heard
 * to its end.
 */
#include "run/ordered.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum {
    MOVE = 64 * 1024,        /* bytes of a held line that are moved at a time */
    LINES_MOST = 1024 * 1024 /* with `lines`: more than this on its way stops reading */
};

bool gf_turn_holds(const struct gf_turn *t)
{
    return t->held[0].held || t->held[1].held;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void read_back_failed(struct gf_ordered *o, struct gf_turn *t, struct gf_capture *c)
{
    o->on->failed(o, GF_ORDERED_READ_BACK, t, 0, 0);
    if (t)
        t->lost = true;
    gf_capture_release(&o->store, c);
}

/* Writes the capture but for its last `left` bytes, as far as it goes. True when that is done. */
static bool write_all_but(struct gf_ordered *o, struct gf_turn *t, struct gf_capture *c, int stream,
                          uint64_t left)
{
    struct gf_outlet *outlet = &o->outlet[o->joined ? 0 : stream];
    if (c->held > left && o->is_tty[stream] && o->on->before_terminal)
        o->on->before_terminal();
    while (c->held > left) {
        const char *data;
        ssize_t n = gf_capture_peek(&o->store, c, &data);
        if (n < 0) {
            read_back_failed(o, t, c);
            return true;
        }
        if ((uint64_t)n > c->held - left)
            n = (ssize_t)(c->held - left);
        if (outlet->err && t)
            t->lost = true;
        ssize_t written = outlet->err ? n : gf_outlet_write(outlet, data, (size_t)n);
        if (written == 0)
            return false;
        if (written > 0)
            gf_capture_consume(&o->store, c, (size_t)written);
    }
    return true;
}

static bool write_capture(struct gf_ordered *o, struct gf_turn *t, struct gf_capture *c, int stream)
{
    return write_all_but(o, t, c, stream, 0);
}

/* What a stream of the head holds; with `live` its unfinished line stays. */
static bool write_held(struct gf_ordered *o, struct gf_turn *t, int stream)
{
    return write_all_but(o, t, &t->held[stream], stream, o->live ? t->in_line[stream] : 0);
}

/* Whether its last whole lines are out, or nobody takes them any more. */
static bool are_lines_out(const struct gf_ordered *o, struct gf_turn *t)
{
    bool out = true;
    for (int i = 0; i < GF_ORDERED_STREAMS; i++) {
        bool gone = o->outlet[o->joined ? 0 : i].err != 0;
        t->lost = t->lost || (gone && t->line_end[i]);
        out = out && (gone || t->line_end[i] <= o->lines_in[i] - o->line[i].held);
    }
    return out;
}

static void pop(struct gf_ordered *o, struct gf_turn *t)
{
    o->first = t->next;
    if (!o->first)
        o->last = &o->first;
    t->next = NULL;
    t->queued = t->end_was_told = false;
    o->queued--;
    o->on->written(o, t);
}

/* True: the head was written, and there is another head. */
static bool pump_head(struct gf_ordered *o)
{
    struct gf_turn *t = o->first;
    bool passes = t->streaming || o->live;
    if (!t->finished && !passes)
        return false;
    if (o->on->begin)
        o->on->begin(o, t);
    bool out = write_capture(o, t, &t->said, 0) && write_held(o, t, 0);
    /* While the task runs both must drain, else it could block on one while we wait for the
     * other. */
    if (!out && !passes)
        return false;
    bool err = write_held(o, t, 1);
    if (!out || !err)
        return false;
    if (!t->finished) {
        o->on->resume(o, t);
        return false;
    }
    if (o->on->end && !t->end_was_told)
        o->on->end(o, t);
    t->end_was_told = true;
    if (!write_capture(o, t, &t->said, 0) || !are_lines_out(o, t))
        return false;
    pop(o, t);
    return true;
}

static void pump_lines(struct gf_ordered *o)
{
    bool room = true;
    for (int i = 0; i < GF_ORDERED_STREAMS; i++) {
        write_capture(o, NULL, &o->line[i], i);
        room = room && o->line[i].held < LINES_MOST;
    }
    if (room)
        o->on->room(o);
}

void gf_ordered_pump(struct gf_ordered *o)
{
    if (o->lines)
        pump_lines(o);
    while (o->first && pump_head(o))
        ;
}

bool gf_ordered_is_pending(const struct gf_ordered *o)
{
    return o->first || o->line[0].held || o->line[1].held;
}

static void on_room(struct gf_outlet *outlet)
{
    struct gf_ordered *o = outlet->owner;
    o->on->changed(o);
}

static void on_lost(struct gf_outlet *outlet)
{
    struct gf_ordered *o = outlet->owner;
    o->on->failed(o, GF_ORDERED_WRITE, NULL, (int)(outlet - o->outlet), 0);
}

/* ---- turns ----------------------------------------------------------------------------------- */

void gf_ordered_queue(struct gf_ordered *o, struct gf_turn *t)
{
    if (t->queued)
        return;
    t->queued = true;
    t->next = NULL;
    *o->last = t;
    o->last = &t->next;
    o->queued++;
}

/* Puts the turn in front, behind a head that may be half written. One that is queued keeps its
 * place: that is its turn. */
static void queue_next(struct gf_ordered *o, struct gf_turn *t)
{
    if (t->queued)
        return;
    if (!o->first) {
        gf_ordered_queue(o, t);
        return;
    }
    t->queued = true;
    t->next = o->first->next;
    if (!t->next)
        o->last = &t->next;
    o->first->next = t;
    o->queued++;
}

void gf_ordered_finish(struct gf_ordered *o, struct gf_turn *t)
{
    t->finished = true;
    gf_ordered_queue(o, t);
    o->on->changed(o);
}

int gf_ordered_say(struct gf_ordered *o, struct gf_turn *t, const struct gf_buf *b)
{
    if (gf_buf_check(b) != 0)
        return -1;
    return b->len ? gf_capture_add_in_memory(&o->store, &t->said, b->data, b->len) : 0;
}

void gf_ordered_forget(struct gf_ordered *o, struct gf_turn *t)
{
    for (int i = 0; i < GF_ORDERED_STREAMS; i++) {
        gf_capture_release(&o->store, &t->held[i]);
        t->in_line[i] = 0;
    }
    t->lost = false;
}

void gf_turn_release(struct gf_ordered *o, struct gf_turn *t)
{
    gf_ordered_forget(o, t);
    gf_capture_release(&o->store, &t->said);
}

/* ---- what comes ------------------------------------------------------------------------------ */

/* Keeps the bytes in `c`, in memory when they cannot go to the disk. */
static void keep(struct gf_ordered *o, struct gf_turn *t, int stream, struct gf_capture *c,
                 const char *data, size_t len)
{
    if (c == &o->line[stream]) {
        o->lines_in[stream] += len;
        if (t)
            t->line_end[stream] = o->lines_in[stream];
    }
    if (len == 0 || gf_capture_add(&o->store, c, data, len) == 0)
        return;
    int err = errno;
    if (gf_capture_add_in_memory(&o->store, c, data, len) != 0) {
        if (t)
            t->lost = true;
        o->on->failed(o, GF_ORDERED_LOST, t, stream, len);
        return;
    }
    errno = err;
    o->on->failed(o, GF_ORDERED_NO_ROOM, t, stream, 0);
    if (!t)
        return;
    o->on->pause(o, t, stream);
    t->streaming = true;
    queue_next(o, t);
}

/* Moves what is held of an unfinished line to the lines on their way. */
static void move_held(struct gf_ordered *o, struct gf_turn *t, int stream)
{
    struct gf_capture *held = &t->held[stream];
    const char *data;
    ssize_t n;
    while ((n = gf_capture_peek(&o->store, held, &data)) > 0) {
        size_t take = (size_t)n < MOVE ? (size_t)n : MOVE;
        keep(o, t, stream, &o->line[stream], data, take);
        gf_capture_consume(&o->store, held, take);
    }
    if (n < 0)
        read_back_failed(o, t, held);
}

static void take_lines(struct gf_ordered *o, struct gf_turn *t, int stream, const char *data,
                       size_t len)
{
    const char *last = memrchr(data, '\n', len);
    if (last) {
        size_t whole = (size_t)(last - data) + 1;
        move_held(o, t, stream);
        keep(o, t, stream, &o->line[stream], data, whole);
        data += whole;
        len -= whole;
    }
    keep(o, t, stream, &t->held[stream], data, len);
    if (o->line[stream].held >= LINES_MOST)
        o->on->pause(o, t, stream);
}

void gf_ordered_take(struct gf_ordered *o, struct gf_turn *t, int stream, const char *data,
                     size_t len)
{
    if (o->lines)
        take_lines(o, t, stream, data, len);
    else
        keep(o, t, stream, &t->held[stream], data, len);
    const char *newline = memrchr(data, '\n', len);
    t->in_line[stream] = newline ? (uint64_t)(data + len - 1 - newline) : t->in_line[stream] + len;
    bool is_live = o->live && t == o->first;
    if (is_live && t->held[stream].held >= LINES_MOST)
        o->on->pause(o, t, stream);
    if (o->lines || t->streaming || is_live)
        o->on->changed(o);
}

void gf_ordered_cut(struct gf_ordered *o, struct gf_turn *t)
{
    for (int i = 0; i < GF_ORDERED_STREAMS; i++) {
        struct gf_capture *held = &t->held[i];
        uint64_t n = t->in_line[i], in_held = n < held->held ? n : held->held;
        if (gf_capture_cut(&o->store, held, in_held) != 0)
            read_back_failed(o, t, held);
        if (n > in_held)
            keep(o, t, i, held, "\n", 1);
        t->in_line[i] = 0;
    }
}

void gf_ordered_put(struct gf_ordered *o, int stream, const char *data, size_t len)
{
    keep(o, NULL, stream, &o->line[stream], data, len);
    o->on->changed(o);
}

bool gf_ordered_is_full(const struct gf_ordered *o)
{
    const struct gf_turn *t = o->first;
    return o->line[0].held >= LINES_MOST || (t && !t->finished && t->held[0].held >= LINES_MOST);
}

void gf_ordered_closed(struct gf_ordered *o, struct gf_turn *t, int stream)
{
    if (o->live && t->in_line[stream]) {
        keep(o, t, stream, &t->held[stream], "\n", 1);
        t->in_line[stream] = 0;
        o->on->changed(o);
    }
    if (!o->lines || t->held[stream].held == 0)
        return;
    move_held(o, t, stream);
    keep(o, t, stream, &o->line[stream], "\n", 1);
    t->in_line[stream] = 0;
    o->on->changed(o);
}

/* ---- open, close ----------------------------------------------------------------------------- */

void gf_ordered_open(struct gf_ordered *o, struct ev_loop *loop)
{
    static const struct gf_outlet_events events = {.room = on_room, .lost = on_lost};
    o->last = &o->first;
    for (int i = 0; i < GF_ORDERED_STREAMS; i++) {
        struct gf_outlet *outlet = &o->outlet[i];
        outlet->on = &events;
        outlet->owner = o;
        outlet->full = SIZE_MAX; /* it keeps nothing: what waits is here */
        gf_outlet_open(outlet, loop, i + 1, 0);
        if (i == 0)
            gf_outlet_watch(outlet);
        o->is_tty[i] = isatty(i + 1) == 1;
    }
}

void gf_ordered_close(struct gf_ordered *o)
{
    for (int i = 0; i < GF_ORDERED_STREAMS; i++) {
        gf_outlet_close(&o->outlet[i]);
        gf_capture_release(&o->store, &o->line[i]);
    }
    gf_spill_release(&o->store.spill);
}
