/*
 * aimd.c - two functions of time, one after the other, each with its inverse.
 *
 * Feedback makes a line of straight pieces: still while paused, then one piece a window until the
 * speed is full; the last piece has no end. A question about a later moment walks a copy of the
 * line forward, so only feedback moves the line itself. The ramp makes a parabola and then a
 * straight line: t * t / (2 * ramp), then t - ramp / 2. What the clock shows is rounded down, the
 * moment at which the clock shows it is rounded up.
 */
#include "limit/aimd.h"

#include "base/sat.h"

typedef unsigned __int128 u128;

enum {
    STEP = (1 << 20) / 20
};

void gf_aimd_init(struct gf_aimd *t, gf_ns now_mono)
{
    *t = (struct gf_aimd){.start = now_mono,
                          .window = GF_S,
                          .least = GF_AIMD_FULL / 100,
                          .at = now_mono,
                          .time = now_mono,
                          .paused_until = now_mono,
                          .slowed = INT64_MIN,
                          .speed = GF_AIMD_FULL};
}

/* ---- feedback -------------------------------------------------------------------------------- */

static gf_ns shown(gf_ns span, uint32_t speed)
{
    return (gf_ns)((u128)span * speed / GF_AIMD_FULL);
}

static gf_ns lasts(gf_ns shows, uint32_t speed)
{
    if (speed == 0) /* a pause without an end */
        return GF_NEVER;
    u128 ns = ((u128)shows * GF_AIMD_FULL + speed - 1) / speed;
    return ns > INT64_MAX ? GF_NEVER : (gf_ns)ns;
}

static uint32_t speed_of(const struct gf_aimd *t)
{
    return t->at < t->paused_until ? 0 : t->speed;
}

/* The end of the piece that begins at t->at. */
static gf_ns piece_end(const struct gf_aimd *t)
{
    if (t->at < t->paused_until)
        return t->paused_until;
    return t->speed < GF_AIMD_FULL ? t->grows : GF_NEVER;
}

static void next_piece(struct gf_aimd *t)
{
    gf_ns end = piece_end(t);
    bool grew = t->at >= t->paused_until;
    t->time += shown(end - t->at, speed_of(t));
    t->at = end;
    if (grew) {
        t->speed = t->speed + STEP < GF_AIMD_FULL ? t->speed + STEP : GF_AIMD_FULL;
        t->grows = gf_sat_add_i64(t->grows, t->window);
    }
}

/* Brings the line up to now, so that it may bend here. */
static void bring_up(struct gf_aimd *t, gf_ns now)
{
    while (piece_end(t) <= now)
        next_piece(t);
    if (now > t->at) {
        t->time += shown(now - t->at, speed_of(t));
        t->at = now;
    }
}

static gf_ns fed_back_at(const struct gf_aimd *t, gf_ns now)
{
    struct gf_aimd line = *t;
    bring_up(&line, now);
    return line.time;
}

static gf_ns fed_back_when(const struct gf_aimd *t, gf_ns time)
{
    struct gf_aimd line = *t;
    for (;;) {
        gf_ns end = piece_end(&line);
        uint32_t speed = speed_of(&line);
        if (time <= line.time)
            return line.at;
        if (end == GF_NEVER || time - line.time <= shown(end - line.at, speed))
            return gf_sat_add_i64(line.at, lasts(time - line.time, speed));
        next_piece(&line);
    }
}

bool gf_aimd_slower(struct gf_aimd *t, gf_ns now)
{
    bring_up(t, now);
    gf_ns from = now > t->paused_until ? now : t->paused_until;
    t->grows = gf_sat_add_i64(from, t->window);
    if (gf_sat_sub_i64(now, t->slowed) < t->window)
        return false;
    t->slowed = now;
    t->speed = t->speed / 2 > t->least ? t->speed / 2 : t->least;
    return true;
}

void gf_aimd_faster(struct gf_aimd *t, gf_ns now)
{
    bring_up(t, now);
    t->speed = t->speed + STEP < GF_AIMD_FULL ? t->speed + STEP : GF_AIMD_FULL;
}

void gf_aimd_pause(struct gf_aimd *t, gf_ns now, gf_ns until)
{
    bring_up(t, now);
    if (until > t->paused_until)
        t->paused_until = until;
    gf_ns grows = gf_sat_add_i64(t->paused_until, t->window);
    t->grows = t->grows > grows ? t->grows : grows;
}

bool gf_aimd_is_paused(const struct gf_aimd *t, gf_ns now)
{
    return now < t->paused_until;
}

bool gf_aimd_is_full(const struct gf_aimd *t, gf_ns now)
{
    struct gf_aimd line = *t;
    bring_up(&line, now);
    return line.at >= line.paused_until && line.speed == GF_AIMD_FULL;
}

uint32_t gf_aimd_speed(const struct gf_aimd *t, gf_ns now)
{
    struct gf_aimd line = *t;
    bring_up(&line, now);
    return line.speed;
}

void gf_aimd_move_pause(struct gf_aimd *t, gf_ns now, gf_ns until)
{
    bring_up(t, now);
    if (t->at >= t->paused_until)
        return;
    until = until > t->at ? until : t->at;
    t->grows = gf_sat_add_i64(t->grows, gf_sat_sub_i64(until, t->paused_until));
    t->paused_until = until;
}

/* ---- the ramp -------------------------------------------------------------------------------- */

static gf_ns ramped_at(const struct gf_aimd *t, gf_ns now)
{
    gf_ns since = now - t->start;
    if (t->ramp == 0 || since <= 0)
        return now;
    if (since >= t->ramp)
        return now - (t->ramp - t->ramp / 2);
    return t->start + (gf_ns)((u128)since * (u128)since / ((u128)t->ramp * 2));
}

/* The least r with r * r >= n. */
static u128 root_up(u128 n)
{
    u128 low = 0, high = (u128)1 << 63;
    while (low < high) {
        u128 middle = low + (high - low) / 2;
        if (middle * middle >= n)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static gf_ns ramped_when(const struct gf_aimd *t, gf_ns time)
{
    gf_ns shows = time - t->start;
    if (t->ramp == 0 || shows <= 0)
        return time;
    if (shows >= t->ramp / 2)
        return gf_sat_add_i64(time, t->ramp - t->ramp / 2);
    return t->start + (gf_ns)root_up((u128)shows * (u128)t->ramp * 2);
}

/* ---- both ------------------------------------------------------------------------------------ */

gf_ns gf_aimd_at(const struct gf_aimd *t, gf_ns now_mono)
{
    return ramped_at(t, fed_back_at(t, now_mono));
}

gf_ns gf_aimd_when(const struct gf_aimd *t, gf_ns time)
{
    if (time == GF_NEVER)
        return GF_NEVER;
    return fed_back_when(t, ramped_when(t, time));
}
