/*
 * keyclock.c - a slower clock on top of the clock of all limits, for as long as a key needs one.
 *
 * A new clock shows the time of all limits, so the TATs of its key move over as they are. From then
 * on the clock falls behind, and the TATs lie with the clock: in the table of all keys a key would
 * count as idle too early. When the clock runs at full speed again, no record is held, and all TATs
 * have passed, the key is like a new one, and the clock is dropped. Each new clock looks at a few
 * of the others for that, so that no call looks at all of them.
 *
 * The end of a pause is a moment of the monotonic clock. Feedback for all keys, and a stop for
 * which the clock of all limits is put back, change when that clock shows the moment; then the
 * pauses are set anew.
 */
#include "keyclock.h"

#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/sat.h"

enum {
    LOOK_AT = 4 /* clocks that a new one looks at */
};
#define PAUSE_ERROR (10 * GF_MS) /* so much later a pause may end: setting anew looks at all */

struct key_clock {
    struct gf_aimd aimd;
    gf_ns until_mono; /* the end of the pause; 0: there was none */
    gf_ns tat[GF_PACERS_MAX];
};

gf_ns keyclock_at(const struct held_key *k, gf_ns now)
{
    return k && k->own ? gf_aimd_at(&k->own->aimd, now) : now;
}

gf_ns keyclock_when(const struct held_key *k, gf_ns time)
{
    return k && k->own ? gf_aimd_when(&k->own->aimd, time) : time;
}

bool keyclock_is_paused(struct flow *f, const struct held_key *k, gf_ns now)
{
    return (k && k->own && gf_aimd_is_paused(&k->own->aimd, now)) || flow_is_paused(f);
}

gf_ns *keyclock_tat(struct flow *f, struct held_key *k, uint64_t hash, gf_ns now)
{
    return k && k->own ? k->own->tat : gf_keyed_find(&f->keys, hash, now);
}

void keyclock_each(struct flow *f, gf_ns now,
                   void (*fn)(uint64_t hash, gf_ns *tat, gf_ns shows, void *arg), void *arg)
{
    for (size_t i = 0; i < f->slowed_count; i++) {
        struct held_key *k = f->slowed[i];
        fn(k->hash, k->own->tat, keyclock_at(k, now), arg);
    }
}

/* Whether the key is the same as one that is not known. */
static bool is_done(const struct flow *f, const struct held_key *k, gf_ns now)
{
    if (k->first || !gf_aimd_is_full(&k->own->aimd, now))
        return false;
    gf_ns shows = keyclock_at(k, now);
    for (size_t i = 0; i < f->keys.limits; i++)
        if (k->own->tat[i] > shows)
            return false;
    return true;
}

static void drop_some(struct flow *f, gf_ns now)
{
    for (int i = 0; i < LOOK_AT && f->slowed_count; i++) {
        size_t at = f->slowed_seen++ % f->slowed_count;
        struct held_key *k = f->slowed[at];
        if (!is_done(f, k, now))
            continue;
        f->slowed[at] = f->slowed[--f->slowed_count];
        free(k->own);
        k->own = NULL;
        held_forget(&f->held, k);
    }
}

/* Gives the key a clock of its own. -1: memory is out. */
static int start_clock(struct flow *f, struct held_key *k, gf_ns now)
{
    if (!f->slowed)
        f->slowed = malloc(KEY_CLOCKS_MAX * sizeof(struct held_key *));
    gf_ns *tat = f->slowed ? gf_keyed_find(&f->keys, k->hash, now) : NULL;
    struct key_clock *c = tat ? malloc(sizeof *c) : NULL;
    if (!c)
        return -1;
    const struct gf_gcra *own = keyrates_of(&f->rates, k->hash);
    *c = (struct key_clock){0};
    clock_feedback(&c->aimd, f->config, own ? &own->rate : &f->keys.limit[0].rate, now);
    for (size_t i = 0; i < f->keys.limits; i++) {
        c->tat[i] = tat[i];
        tat[i] = INT64_MIN; /* the table may forget the key */
    }
    k->own = c;
    f->slowed[f->slowed_count++] = k;
    return 0;
}

/* What a paused key had saved up is lost but for one record: who refused does not want a burst when
 * the pause ends. */
static void keep_one(struct flow *f, struct held_key *k, gf_ns now)
{
    const struct gf_gcra *own = keyrates_of(&f->rates, k->hash);
    gf_ns shows = keyclock_at(k, now);
    for (size_t i = 0; i < f->keys.limits; i++) {
        const struct gf_gcra *l = own ? &own[i] : &f->keys.limit[i];
        gf_ns one_left = gf_sat_add_i64(shows, l->depth - gf_gcra_cost(l, 1));
        if (k->own->tat[i] < one_left)
            k->own->tat[i] = one_left;
    }
}

static int apply(struct flow *f, const struct feedback_news *n, gf_ns now)
{
    struct held_key *k = held_find(&f->held, n->hash);
    if (!k || !k->own) {
        if (!n->slower) /* the key has its full rate */
            return 0;
        drop_some(f, now);
        if (f->slowed_count == KEY_CLOCKS_MAX) {
            feedback_for_all(f->feedback, n);
            return 0;
        }
        k = held_know(&f->held, n->hash);
        if (!k || start_clock(f, k, now) != 0)
            return -1;
    }
    feedback_apply(&k->own->aimd, n, now, clock_at(&f->clock, n->until_mono));
    if (n->until_mono > k->own->until_mono)
        k->own->until_mono = n->until_mono;
    if (n->until_mono)
        keep_one(f, k, now);
    if (k->first)
        held_place(&f->held, k, keyclock_when(k, k->first->due));
    return 0;
}

static void set_pauses_anew(struct flow *f, gf_ns now)
{
    f->slowed_lost = f->clock.lost;
    for (size_t i = 0; i < f->slowed_count; i++) {
        struct held_key *k = f->slowed[i];
        if (!gf_aimd_is_paused(&k->own->aimd, now))
            continue;
        gf_aimd_move_pause(&k->own->aimd, now, clock_at(&f->clock, k->own->until_mono));
        if (k->first)
            held_place(&f->held, k, keyclock_when(k, k->first->due));
    }
}

enum io keyclock_feedback(struct flow *f, gf_ns now)
{
    bool all_changed;
    size_t count;
    const struct feedback_news *news = feedback_take(f->feedback, &count, &all_changed);
    if (all_changed || f->clock.lost - f->slowed_lost > PAUSE_ERROR)
        set_pauses_anew(f, now);
    for (size_t i = 0; i < count; i++)
        if (apply(f, &news[i], now) != 0) {
            gf_error_nomem();
            return IO_FAILED;
        }
    return IO_OK;
}

void keyclock_release(struct flow *f)
{
    free(f->slowed);
    f->slowed = NULL;
    f->slowed_count = 0;
}
