/*
 * semclaim.c - permits taken under the gates, in turn.
 *
 * Only who has the gate of a semaphore joins its line, and takes its permits, so what is held can
 * but fall while it looks. A claim has the gates of all its semaphores, taken in the order of their
 * device and inode, for as long as it looks: it joins all lines in one step, and takes all or
 * nothing.
 *
 * A claim that is behind others sees, whenever it looks, whether the first in line takes what is
 * free. One that leaves it for a second is stopped, or as good as that, and is passed by: it is no
 * longer in line for those behind it, but keeps its turn for when it goes on. The second in line
 * sees to that; in case it is stopped as well, the third does after two seconds, and so on. One
 * that waits for several semaphores may have to leave free what it is first for; it shows that it
 * lives by a number that grows (beat).
 */
#include <errno.h>
#include <stdlib.h>

#include "limit/sem.h"
#include "limit/semfile.h"
#include "limit/semline.h"

enum {
    NEAR = 8,      /* with so many ahead one is far back, */
    FAR_LOOKS = 4, /* and looks along the line each so many times */
    WARDENS = 10,  /* how long the patience grows with the distance from the head */
};

#define PATIENCE GF_S /* how long the first in line may leave free what it waits for */

/* ---- gates ----------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    const struct gf_sem *x = a, *y = b;
    if (x->dev != y->dev)
        return x->dev < y->dev ? -1 : 1;
    return (x->ino > y->ino) - (x->ino < y->ino);
}

int gf_sem_claim_order(struct gf_sem_claim *c)
{
    qsort(c->sems, c->count, sizeof *c->sems, compare);
    for (size_t i = 1; i < c->count; i++)
        if (compare(&c->sems[i - 1], &c->sems[i]) == 0) {
            errno = EEXIST;
            return -1;
        }
    return 0;
}

/* For `return`: the error in errno is about this one. */
static int fails_at(struct gf_sem_claim *c, size_t i)
{
    c->failed = i;
    return -1;
}

static void open_gates(struct gf_sem_claim *c, size_t count)
{
    while (count)
        gf_semfile_gate_unlock(c->sems[--count].fd);
}

static int shut_gates(struct gf_sem_claim *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (gf_semfile_gate_lock(c->sems[i].fd) != 0) {
            open_gates(c, i);
            return fails_at(c, i);
        }
    return 0;
}

/* ---- places ---------------------------------------------------------------------------------- */

static void stand_up(struct gf_sem *s)
{
    int code = errno;
    if (s->place == -1)
        return;
    if (!s->bare)
        (void)gf_semfile_write_state(s->fd, s->place, GF_SEMFILE_FREE); /* a hint alone */
    gf_semfile_unlock(s->fd, gf_semfile_place(s->place), s->weight);
    s->place = -1;
    errno = code;
}

static int follow_kinds(struct gf_sem_claim *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (gf_semline_follow_kind(&c->sems[i]) != 0)
            return fails_at(c, i);
    return 0;
}

static int sit_in_all(struct gf_sem_claim *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (gf_semline_sit(&c->sems[i]) != 0) {
            (void)fails_at(c, i);
            while (i)
                stand_up(&c->sems[--i]);
            return -1;
        }
    return 0;
}

static void stand_up_from_all(struct gf_sem_claim *c)
{
    for (size_t i = 0; i < c->count; i++)
        stand_up(&c->sems[i]);
}

/* A turn behind all that the files have seen. With nobody there it starts anew from the clock,
 * which the last start of the machine set back. */
static int choose_turn(struct gf_sem_claim *c, gf_ns now_mono)
{
    c->asked = now_mono;
    for (size_t i = 0; i < c->count; i++) {
        struct gf_sem *s = &c->sems[i];
        int64_t last = 0;
        int busy = s->bare ? 0 : gf_semfile_busy(s->fd);
        if (busy == -1 || (busy == 1 && gf_semfile_read_last(s->fd, &last) != 0))
            return fails_at(c, i);
        if (busy == 1 && last >= c->asked && last < INT64_MAX)
            c->asked = last + 1;
    }
    for (size_t i = 0; i < c->count; i++)
        if (!c->sems[i].bare && gf_semfile_write_last(c->sems[i].fd, c->asked) != 0)
            return fails_at(c, i);
    return 0;
}

static int describe_all(struct gf_sem_claim *c, uint32_t state, int32_t pid, gf_ns since_wall)
{
    for (size_t i = 0; i < c->count; i++)
        if (gf_semline_describe(&c->sems[i], c, state, pid, since_wall) != 0)
            return fails_at(c, i);
    return 0;
}

/* ---- taking ---------------------------------------------------------------------------------- */

/* Turns the places into permits. */
static int take_all(struct gf_sem_claim *c)
{
    size_t i = 0;
    while (i < c->count && gf_semfile_lock(c->sems[i].hold, gf_semfile_hold(c->sems[i].place),
                                           c->sems[i].weight) == 0)
        i++;
    if (i < c->count) {
        int code = errno;
        (void)fails_at(c, i);
        while (i--)
            gf_semfile_unlock(c->sems[i].hold, gf_semfile_hold(c->sems[i].place),
                              c->sems[i].weight);
        errno = code;
        return -1;
    }
    (void)describe_all(c, GF_SEMFILE_HAS, c->pid, c->now_wall); /* for people to read */
    for (i = 0; i < c->count; i++)
        gf_semfile_unlock(c->sems[i].fd, gf_semfile_place(c->sems[i].place), c->sems[i].weight);
    return 0;
}

/* It is our turn and there are enough, or enough for all before us too; nobody waits for us. */
static bool may_take(struct gf_sem *s, const struct gf_semline *l)
{
    uint64_t before = l->first.place == -1 ? 0 : l->wanted;
    s->ahead = l->ahead;
    s->overtakes = l->free < before + l->need && l->may_overtake;
    return s->overtakes || l->free >= before + l->need;
}

/* Those who are overtaken know how often they were. */
static int count_overtaken(struct gf_sem_claim *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->sems[i].overtakes && gf_semline_count_overtaken(&c->sems[i], c) != 0)
            return fails_at(c, i);
    return 0;
}

static int try_at_gates(struct gf_sem_claim *c, gf_ns now_mono)
{
    struct gf_semline line;
    if (follow_kinds(c) != 0)
        return -1;
    for (size_t i = 0; i < c->count; i++) {
        if (gf_semline_look(&c->sems[i], c, &line) != 0)
            return fails_at(c, i);
        if (!may_take(&c->sems[i], &line)) {
            errno = EAGAIN;
            return fails_at(c, i);
        }
    }
    if (choose_turn(c, now_mono) != 0 || count_overtaken(c) != 0 || sit_in_all(c) != 0)
        return -1;
    if (take_all(c) == 0)
        return 0;
    stand_up_from_all(c);
    return -1;
}

int gf_sem_try(struct gf_sem_claim *c, gf_ns now_mono)
{
    if (shut_gates(c) != 0)
        return -1;
    int r = try_at_gates(c, now_mono);
    open_gates(c, c->count);
    return r;
}

int gf_sem_mark(struct gf_sem_claim *c, int32_t pid, gf_ns now_wall)
{
    return describe_all(c, GF_SEMFILE_HAS, pid, now_wall);
}

/* ---- waiting --------------------------------------------------------------------------------- */

static int join_at_gates(struct gf_sem_claim *c, gf_ns now_mono)
{
    if (choose_turn(c, now_mono) != 0 || follow_kinds(c) != 0 || sit_in_all(c) != 0)
        return -1;
    for (size_t i = 0; i < c->count; i++) {
        c->sems[i].target = c->sems[i].suspect = (struct gf_sem_sight){.place = -1};
        c->sems[i].ignored = -1;
    }
    int r = describe_all(c, GF_SEMFILE_WAITS, c->pid, c->now_wall);
    for (size_t i = 0; r == 0 && c->replace && i < c->count; i++)
        r = gf_semline_replace_all(&c->sems[i]);
    if (r != 0)
        stand_up_from_all(c);
    return r;
}

int gf_sem_join(struct gf_sem_claim *c, gf_ns now_mono)
{
    if (shut_gates(c) != 0)
        return -1;
    int r = join_at_gates(c, now_mono);
    open_gates(c, c->count);
    return r;
}

/* Whether we were passed by, or are to give up. */
static int heed_others(struct gf_sem_claim *c)
{
    bool passed = false;
    for (size_t i = 0; i < c->count; i++) {
        uint32_t state;
        if (gf_semline_own_state(&c->sems[i], &state) != 0)
            return fails_at(c, i);
        if (state == GF_SEMFILE_REPLACED) {
            errno = ECANCELED;
            return fails_at(c, i);
        }
        passed = passed || state == GF_SEMFILE_PASSED;
    }
    if (!passed)
        return 0;
    c->passed++;
    return describe_all(c, GF_SEMFILE_WAITS, c->pid, c->now_wall);
}

/*
 * Whether the first in line takes what is free, seen from behind it. 1 when it has lost its turn
 * just now.
 */
static int watch_the_first(struct gf_sem *s, const struct gf_semline *l, gf_ns now_mono)
{
    uint32_t beat;
    if (l->free < l->first_need || !gf_semline_waits(s, l->first, &beat)) {
        s->suspect.place = -1;
        return 0;
    }
    if (s->suspect.place != l->first.place || s->suspect.asked != l->first.asked ||
        beat != s->suspect_beat) {
        s->suspect = l->first;
        s->suspect_since_mono = now_mono;
        s->suspect_beat = beat;
    }
    gf_ns distance = l->ahead < WARDENS ? (gf_ns)l->ahead : WARDENS;
    if (now_mono - s->suspect_since_mono < PATIENCE * distance)
        return 0;
    return gf_semline_pass_by(s, l->first) == 0 ? 1 : -1;
}

/* One that waits for several may leave free what it is first for: it shows that it lives. */
static int show_life(struct gf_sem *s, const struct gf_sem_claim *c)
{
    return c->count > 1 && !s->bare ? gf_semfile_write_beat(s->fd, s->place, ++s->beat) : 0;
}

/* Our turn in one line: 1 when we may take its permits, 0 when not yet. */
static int look_at_line(struct gf_sem *s, const struct gf_sem_claim *c, struct gf_semline *l,
                        gf_ns now_mono)
{
    int passed_by = 1;
    while (passed_by == 1) {
        if (gf_semline_look(s, c, l) != 0)
            return -1;
        passed_by = l->first.place == -1 ? 0 : watch_the_first(s, l, now_mono);
    }
    s->target = l->before;
    if (passed_by == -1 || (l->first.place == -1 && show_life(s, c) != 0))
        return -1;
    return may_take(s, l);
}

static int poll_at_gates(struct gf_sem_claim *c, gf_ns now_mono)
{
    bool all = true;
    struct gf_semline line;
    if (heed_others(c) != 0)
        return -1;
    for (size_t i = 0; i < c->count; i++) {
        int r = look_at_line(&c->sems[i], c, &line, now_mono);
        if (r == -1)
            return fails_at(c, i);
        all = all && r == 1;
    }
    if (!all) {
        errno = EAGAIN;
        return -1;
    }
    return count_overtaken(c) == 0 ? take_all(c) : -1;
}

/*
 * Whether a look along the line can be left out: many stand before us, and the one right before us
 * still does. So those far back in a long line cost next to nothing while they wait.
 */
static bool is_far_back(struct gf_sem_claim *c)
{
    struct gf_sem *s = c->sems;
    uint32_t state, beat;
    return c->count == 1 && s->ahead >= NEAR && s->suspect.place == -1 &&
           ++c->look % FAR_LOOKS != 0 && gf_semline_own_state(s, &state) == 0 &&
           state == GF_SEMFILE_WAITS && gf_semline_waits(s, s->target, &beat);
}

int gf_sem_poll(struct gf_sem_claim *c, gf_ns now_mono)
{
    if (is_far_back(c)) {
        errno = EAGAIN;
        return -1;
    }
    if (shut_gates(c) != 0)
        return -1;
    int r = poll_at_gates(c, now_mono);
    open_gates(c, c->count);
    return r;
}
