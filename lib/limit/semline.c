/*
 * semline.c - the line.
 *
 * Whoever joins takes the time of asking, made greater than all that the file has seen, so no two
 * are the same. A step of priority counts like a minute of waiting: the turn is that sum, and it
 * never changes while one waits. Records say who waits with what turn, and the lock of its place
 * whether it is still there: what is found dead is set free. Only those whose turn decides
 * something are asked for by their locks, since the kernel looks through all locks of the file for
 * each question.
 *
 * A bare file has no records. There the number of a place is the turn: one who joins sits down
 * behind the last.
 */
#include "limit/semline.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/process.h"
#include "limit/semfile.h"

#define STEP (60 * GF_S) /* what a step of priority is worth */

typedef struct gf_semfile_record record;

/* ---- a place --------------------------------------------------------------------------------- */

/* Tries to take the place: 1, 0 when it is in use, -1. */
static int take_place(struct gf_sem *s, int32_t place)
{
    if (gf_semfile_lock(s->fd, gf_semfile_place(place), s->weight) != 0)
        return errno == EAGAIN ? 0 : -1;
    int held = gf_semfile_locked(s->fd, gf_semfile_hold(place), GF_SEMFILE_STRIDE - 1);
    if (held == 0) {
        s->place = place;
        return 1;
    }
    gf_semfile_unlock(s->fd, gf_semfile_place(place), s->weight);
    return held == -1 ? -1 : 0;
}

/* Free places first, then one that was in use when its user last wrote: what a kill left behind
 * is found again so. */
static int sit_among_records(struct gf_sem *s)
{
    int32_t count = gf_semfile_read_all(s->fd, &s->seen, &s->seen_cap);
    if (count < 0)
        return -1;
    int r = 0;
    for (int32_t i = 0; r == 0 && i < count; i++)
        if (s->seen[i].state == GF_SEMFILE_FREE)
            r = take_place(s, i);
    for (int32_t i = count; r == 0 && i < GF_SEMFILE_PLACE_COUNT; i++)
        r = take_place(s, i);
    for (int32_t i = 0; r == 0 && i < count; i++)
        r = take_place(s, i);
    return r;
}

static int keep_last(void *arg, off_t start, off_t len)
{
    int32_t *last = arg, place = gf_semfile_index(GF_SEMFILE_PLACES, start);
    (void)len;
    if (place > *last)
        *last = place;
    return 0;
}

static int sit_behind_the_last(struct gf_sem *s)
{
    int32_t place = -1;
    int r = 0;
    if (gf_semfile_each(s->fd, GF_SEMFILE_PLACES, keep_last, &place) != 0)
        return -1;
    while (r == 0 && ++place < GF_SEMFILE_BARE_COUNT)
        r = take_place(s, place);
    return r;
}

int gf_semline_sit(struct gf_sem *s)
{
    int r = s->bare ? sit_behind_the_last(s) : sit_among_records(s);
    if (r == 0)
        errno = EUSERS;
    return r == 1 ? 0 : -1;
}

int gf_semline_describe(struct gf_sem *s, const struct gf_sem_claim *c, uint32_t state, int32_t pid,
                        gf_ns since_wall)
{
    if (s->bare)
        return 0;
    size_t len = c->label_len < GF_SEM_LABEL_MAX ? c->label_len : GF_SEM_LABEL_MAX;
    record r = {.asked = c->asked,
                .since_wall = since_wall,
                .started = gf_process_started(pid),
                .pid_space = gf_process_space(),
                .pid = pid,
                .keeper = c->pid,
                .weight = s->weight,
                .state = state,
                .priority = c->priority,
                .eager = c->eager,
                .beat = s->beat,
                .label_len = (uint32_t)len};
    if (len)
        memcpy(r.label, c->label, len);
    return gf_semfile_write_record(s->fd, s->place, &r);
}

/* ---- turns ----------------------------------------------------------------------------------- */

struct turn {
    int64_t turn, asked;
};

static struct turn turn_of(int64_t asked, uint32_t priority)
{
    if (priority > GF_SEM_PRIORITY_LAST) /* not what we wrote */
        priority = GF_SEM_PRIORITY_LAST;
    return (struct turn){asked / 2 + (int64_t)priority * (STEP / 2), asked};
}

static bool comes_before(struct turn a, struct turn b)
{
    return a.turn != b.turn ? a.turn < b.turn : a.asked < b.asked;
}

int gf_semline_compare(int64_t asked, uint32_t priority, int64_t other_asked,
                       uint32_t other_priority)
{
    struct turn a = turn_of(asked, priority), b = turn_of(other_asked, other_priority);
    return comes_before(a, b) ? -1 : comes_before(b, a);
}

static bool says_it_waits(const record *r)
{
    return r->state == GF_SEMFILE_WAITS;
}

/* A writer wants more than there are. */
static uint32_t need_of(uint32_t weight, const struct gf_semline *l)
{
    return weight < l->permits ? weight : l->permits;
}

/* Whether the user of a place is there and waits: by its lock. */
static int is_in_line(struct gf_sem *s, int32_t place)
{
    return gf_semfile_locked(s->fd, gf_semfile_place(place), 1);
}

/*
 * The first or the last in line that comes before `mine`: its place, -1 when there is none, -2 for
 * an error. Records of the dead are struck out.
 */
static int32_t find_in_line(struct gf_sem *s, int32_t count, struct turn mine, bool last)
{
    for (;;) {
        int32_t best = -1;
        struct turn of_best = {0};
        for (int32_t i = 0; i < count; i++) {
            if (i == s->place || !says_it_waits(&s->seen[i]))
                continue;
            struct turn t = turn_of(s->seen[i].asked, s->seen[i].priority);
            if (!comes_before(t, mine))
                continue;
            if (best == -1 || comes_before(t, of_best) != last) {
                best = i;
                of_best = t;
            }
        }
        int there = best == -1 ? 1 : is_in_line(s, best);
        if (there == 1)
            return best;
        if (there == -1 || gf_semfile_write_state(s->fd, best, GF_SEMFILE_FREE) != 0)
            return -2;
        s->seen[best].state = GF_SEMFILE_FREE;
    }
}

static struct turn my_turn(const struct gf_sem *s, const struct gf_sem_claim *c)
{
    return turn_of(s->place == -1 ? INT64_MAX : c->asked, s->place == -1 ? 0 : c->priority);
}

/*
 * Whether one that is eager may take its permits now: what stands before it wants more than is
 * left, or waits in the middle of the line without being eager itself, and was not yet overtaken
 * too often. Who stands before it and fits comes first.
 */
static bool may_overtake(struct gf_sem *s, const struct gf_sem_claim *c, int32_t count,
                         const struct gf_semline *l)
{
    uint64_t left = l->free;
    struct turn mine = my_turn(s, c);
    if (l->ahead >= GF_SEM_EAGER_REACH)
        return false;
    for (int32_t i = 0; i < count; i++) {
        const record *r = &s->seen[i];
        if (i == s->place || !says_it_waits(r) ||
            !comes_before(turn_of(r->asked, r->priority), mine) || is_in_line(s, i) != 1)
            continue;
        uint32_t need = need_of(r->weight, l);
        if (need <= left && (r->eager || i == l->first.place))
            left -= need; /* it is about to take them */
        else if (r->overtaken >= c->eager)
            return false;
    }
    return left >= l->need && l->first.place != -1 && l->first_need > l->free;
}

static struct gf_sem_sight sight_of(const struct gf_sem *s, int32_t place)
{
    return (struct gf_sem_sight){place, place >= 0 ? s->seen[place].asked : 0};
}

static int look_at_records(struct gf_sem *s, const struct gf_sem_claim *c, struct gf_semline *l)
{
    int32_t count = gf_semfile_read_all(s->fd, &s->seen, &s->seen_cap);
    if (count < 0)
        return -1;
    struct turn mine = my_turn(s, c);
    int32_t first = find_in_line(s, count, mine, false);
    int32_t before = first < 0 ? first : find_in_line(s, count, mine, true);
    if (before == -2)
        return -1;
    l->first = sight_of(s, first);
    l->before = sight_of(s, before);
    l->first_need = first >= 0 ? need_of(s->seen[first].weight, l) : 0;
    for (int32_t i = 0; i < count; i++)
        if (i != s->place && says_it_waits(&s->seen[i]) &&
            comes_before(turn_of(s->seen[i].asked, s->seen[i].priority), mine)) {
            l->ahead++;
            l->wanted += need_of(s->seen[i].weight, l);
        }
    if (c->eager)
        l->may_overtake = may_overtake(s, c, count, l);
    return 0;
}

struct bare_look {
    int32_t mine, ignored;
    struct gf_semline *line;
};

static int look_at_place(void *arg, off_t start, off_t len)
{
    struct bare_look *b = arg;
    struct gf_semline *l = b->line;
    int32_t place = gf_semfile_index(GF_SEMFILE_PLACES, start);
    if (place <= b->ignored || (b->mine != -1 && place >= b->mine))
        return 0;
    if (l->first.place == -1 || place < l->first.place) {
        l->first = (struct gf_sem_sight){place, place};
        l->first_need = (uint32_t)len;
    }
    if (place > l->before.place)
        l->before = (struct gf_sem_sight){place, place};
    l->ahead++;
    l->wanted += (uint64_t)len;
    return 0;
}

static int look_at_locks(struct gf_sem *s, struct gf_semline *l)
{
    struct bare_look b = {s->place, s->ignored, l};
    return gf_semfile_each(s->fd, GF_SEMFILE_PLACES, look_at_place, &b);
}

int gf_semline_follow_kind(struct gf_sem *s)
{
    struct gf_sem_limits limits;
    if (!s->by_kind)
        return 0;
    if (gf_sem_limits(s, &limits) != 0)
        return -1;
    s->weight = limits.kind == GF_SEM_READERS_WRITERS ? GF_SEM_MOST : 1;
    return 0;
}

int gf_semline_look(struct gf_sem *s, const struct gf_sem_claim *c, struct gf_semline *out)
{
    struct gf_sem_limits limits;
    struct stat st;
    uint64_t held;
    *out = (struct gf_semline){.first.place = -1, .before.place = -1};
    if (fstat(s->fd, &st) != 0 || gf_sem_limits(s, &limits) != 0)
        return -1;
    bool gone = !s->bare && st.st_nlink == 0;
    bool is_writer = limits.kind == GF_SEM_READERS_WRITERS && s->weight == GF_SEM_MOST;
    if (gone || (s->weight > limits.permits && !is_writer)) {
        errno = gone ? ESTALE : ERANGE;
        return -1;
    }
    /* What is held can but fall while we look, since we have the gate. */
    if (gf_semfile_sum(s->fd, GF_SEMFILE_HOLDS, &held) != 0)
        return -1;
    out->permits = limits.permits;
    out->need = need_of(s->weight, out);
    out->free = held < limits.permits ? limits.permits - held : 0;
    return s->bare ? look_at_locks(s, out) : look_at_records(s, c, out);
}

/* ---- what others write, and read ------------------------------------------------------------- */

int gf_semline_own_state(struct gf_sem *s, uint32_t *state)
{
    record r = {.state = GF_SEMFILE_WAITS};
    if (!s->bare && gf_semfile_read_record(s->fd, s->place, &r) != 0)
        return -1;
    *state = r.state;
    return 0;
}

int gf_semline_pass_by(struct gf_sem *s, struct gf_sem_sight who)
{
    if (s->bare) {
        s->ignored = who.place;
        return 0;
    }
    return gf_semfile_write_state(s->fd, who.place, GF_SEMFILE_PASSED);
}

int gf_semline_count_overtaken(struct gf_sem *s, const struct gf_sem_claim *c)
{
    int32_t count = s->bare ? 0 : gf_semfile_read_all(s->fd, &s->seen, &s->seen_cap);
    struct turn mine = my_turn(s, c);
    for (int32_t i = 0; i < count; i++) {
        const record *r = &s->seen[i];
        if (i != s->place && says_it_waits(r) &&
            comes_before(turn_of(r->asked, r->priority), mine) &&
            gf_semfile_write_overtaken(s->fd, i, r->overtaken + 1) != 0)
            return -1;
    }
    return count < 0 ? -1 : 0;
}

int gf_semline_replace_all(struct gf_sem *s)
{
    int32_t count = s->bare ? 0 : gf_semfile_read_all(s->fd, &s->seen, &s->seen_cap);
    for (int32_t i = 0; i < count; i++) {
        uint32_t state = s->seen[i].state;
        if (i != s->place && (says_it_waits(&s->seen[i]) || state == GF_SEMFILE_PASSED) &&
            gf_semfile_write_state(s->fd, i, GF_SEMFILE_REPLACED) != 0)
            return -1;
    }
    return count < 0 ? -1 : 0;
}

bool gf_semline_waits(struct gf_sem *s, struct gf_sem_sight who, uint32_t *beat)
{
    record r = {0};
    *beat = 0;
    if (who.place == -1 || is_in_line(s, who.place) != 1)
        return false;
    if (s->bare)
        return true;
    if (gf_semfile_read_record(s->fd, who.place, &r) != 0 || r.asked != who.asked)
        return false;
    *beat = r.beat;
    return says_it_waits(&r);
}
