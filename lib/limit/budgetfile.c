/*
 * budgetfile.c - making the file, carrying it over to another boot, and new terms for it.
 *
 * All of it is done under the lock. A new file is one write of its first page, so it is there as a
 * whole or not at all.
 */
#include "limit/budgetfile.h"

#include <errno.h>
#include <poll.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sat.h"

_Static_assert(sizeof(struct gf_budget_page) == 4096, "one page");
_Static_assert(sizeof(struct gf_budget_slot) == 16, "a key is 16 bytes");
_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2 && ATOMIC_INT_LOCK_FREE == 2, "words need no lock");
_Static_assert(sizeof(struct gf_budget_zone) == GF_RATE_ZONE_MAX + 1, "a zone fits");

static const char magic[8] = "gfrate2";

enum {
    SLOTS_MIN = 64
};

/* A lock of a local file fails when a signal comes, or while the kernel has no memory for it. */
void gf_budget_lock(const struct gf_budget *b)
{
    while (flock(b->fd, LOCK_EX) != 0)
        if (errno != EINTR)
            poll(NULL, 0, 1);
}

void gf_budget_unlock(const struct gf_budget *b)
{
    int code = errno;
    (void)flock(b->fd, LOCK_UN);
    errno = code;
}

/* ---- terms ----------------------------------------------------------------------------------- */

enum {
    DECLARED = 2 /* beside the zones of the two terms */
};

/* The terms of a turn, or what the first user said. */
static struct gf_budget_page_terms *terms_at(struct gf_budget_page *p, int which)
{
    return which == DECLARED ? &p->declared : &p->terms[which];
}

static int which_of(uint32_t turn)
{
    return (int)(turn / 2 & 1);
}

static void put_zone(struct gf_budget_zone *z, const struct gf_rate *r)
{
    char text[sizeof z->name] = "";
    uint64_t word;
    memcpy(text, r->zone_len ? r->zone : "", r->zone_len);
    for (size_t i = 0; i < sizeof z->name / sizeof word; i++) {
        memcpy(&word, text + i * sizeof word, sizeof word);
        atomic_store(&z->name[i], word);
    }
}

static void put(struct gf_budget_page *p, int which, const struct gf_gcra *l)
{
    struct gf_budget_page_terms *t = terms_at(p, which);
    atomic_store(&t->count, l->rate.count);
    atomic_store(&t->period, l->rate.border ? 0 : l->rate.period);
    atomic_store(&t->burst, l->burst);
    atomic_store(&t->kind, (l->rate.bytes ? (uint64_t)GF_BUDGET_BYTES : 0) |
                               (l->rate.unlimited ? (uint64_t)GF_BUDGET_UNLIMITED : 0) |
                               (uint64_t)l->rate.border << GF_BUDGET_BORDER |
                               (uint64_t)l->rate.minute << GF_BUDGET_MINUTE);
    put_zone(&p->zones[which], &l->rate);
}

/* A quota's windows. -1: there are none such (EINVAL), or their zone cannot be read. */
static int get_border(struct gf_budget_page *p, int which, uint64_t kind, struct gf_rate *rate,
                      struct gf_calendars *calendars)
{
    char text[GF_RATE_ZONE_MAX + 1];
    for (size_t i = 0; i < sizeof text / 8; i++) {
        uint64_t word = atomic_load(&p->zones[which].name[i]);
        memcpy(text + i * 8, &word, 8);
    }
    rate->border = (enum gf_rate_border)(kind >> GF_BUDGET_BORDER & 0xff);
    rate->minute = (int)(kind >> GF_BUDGET_MINUTE & 0xff);
    rate->zone = text;
    rate->zone_len = strnlen(text, GF_RATE_ZONE_MAX);
    errno = EINVAL;
    bool known = rate->border <= GF_BORDER_MONTH && rate->minute < 60 && calendars &&
                 gf_calendars_resolve(calendars, rate, NULL) == 0;
    if (rate->zone == text) { /* of hours, which have none */
        rate->zone = NULL;
        rate->zone_len = 0;
    }
    rate->period = rate->window = gf_rate_about(rate->border);
    return known ? 0 : -1;
}

/* -1: there are no such terms (EINVAL), or their zone cannot be read. */
static int get(struct gf_budget_page *p, int which, struct gf_calendars *calendars,
               struct gf_gcra *l)
{
    const struct gf_budget_page_terms *t = terms_at(p, which);
    uint64_t kind = atomic_load(&t->kind);
    struct gf_rate rate = {.count = atomic_load(&t->count),
                           .period = atomic_load(&t->period),
                           .bytes = kind & GF_BUDGET_BYTES,
                           .unlimited = kind & GF_BUDGET_UNLIMITED};
    errno = EINVAL;
    if (!rate.unlimited && (rate.count == 0 || rate.count > INT64_MAX))
        return -1;
    if (kind >> GF_BUDGET_BORDER & 0xff) {
        if (get_border(p, which, kind, &rate, calendars) != 0)
            return -1;
    } else if (!rate.unlimited && rate.period < 1) {
        return -1;
    }
    return gf_gcra_init(l, rate, atomic_load(&t->burst), 0);
}

void gf_budget_follow(struct gf_budget *b, gf_ns now_mono)
{
    if (!b->limit.rate.calendar)
        return;
    int64_t seen = atomic_load(&b->page->latest_wall), ours = b->calendars->latest;
    bool later = seen < ours && gf_budget_is_current(b) &&
                 atomic_compare_exchange_strong(&b->page->latest_wall, &seen, ours);
    if (later && !gf_budget_is_current(b)) /* a reset came in between, and forgets what is later */
        (void)atomic_compare_exchange_strong(&b->page->latest_wall, &ours, seen);
    gf_calendars_look(b->calendars, now_mono, seen);
}

/* Somebody who sleeps on the turn has to look again. */
static void wake_all(const struct gf_budget *b)
{
    (void)syscall(SYS_futex, &b->page->turn, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
}

void gf_budget_each(struct gf_budget *b, void (*f)(struct gf_budget_slot *, void *), void *arg)
{
    f(&b->page->all, arg);
    for (uint64_t i = 0; i < gf_budget_slots(b); i++)
        if (atomic_load(&gf_budget_table(b)[i].hash) != 0)
            f(&gf_budget_table(b)[i], arg);
}

/* False: a change is on its way. */
static bool read_terms(struct gf_budget *b)
{
    uint32_t turn;
    struct gf_gcra l;
    do {
        turn = atomic_load(&b->page->turn);
        if (turn % 2 == 1)
            return false;
        if (get(b->page, which_of(turn), b->calendars, &l) != 0)
            l = b->limit; /* not our writing; stay with what we know */
    } while (atomic_load(&b->page->turn) != turn);
    b->limit = l;
    b->turn = turn;
    uint32_t reset = atomic_load(&b->page->reset_turn);
    if (reset != b->reset && b->calendars) /* a reset forgets the latest time, for all */
        b->calendars->latest = 0;
    b->reset = reset;
    return true;
}

static void empty_slot(struct gf_budget_slot *s, void *arg)
{
    atomic_store(&s->tat, *(const gf_ns *)arg);
}

/* Under the lock: the change that a dead writer left half done. */
static void finish_change(struct gf_budget *b, uint32_t turn, gf_ns now)
{
    struct gf_gcra next;
    if (get(b->page, which_of(turn + 1), b->calendars, &next) != 0)
        next = b->limit;
    gf_ns empty = gf_gcra_start(&next, 0, now);
    gf_budget_each(b, empty_slot, &empty);
    atomic_store(&b->page->turn, turn + 1);
    wake_all(b);
}

void gf_budget_put_terms(struct gf_budget *b, const struct gf_gcra *next,
                         void (*convert)(struct gf_budget_slot *, void *), void *arg)
{
    uint32_t turn = atomic_load(&b->page->turn);
    put(b->page, which_of(turn + 2), next);
    atomic_store(&b->page->turn, turn + 1);
    gf_budget_each(b, convert, arg);
    atomic_store(&b->page->turn, turn + 2);
    wake_all(b);
    b->limit = *next;
    b->turn = turn + 2;
}

void gf_budget_settle(struct gf_budget *b, gf_ns now_mono)
{
    uint32_t turn = atomic_load(&b->page->turn);
    if (turn % 2 == 1)
        finish_change(b, turn, now_mono);
    (void)read_terms(b);
}

void gf_budget_read_terms(struct gf_budget *b, gf_ns now_mono)
{
    while (!read_terms(b)) {
        gf_budget_lock(b);
        gf_budget_settle(b, now_mono);
        gf_budget_unlock(b);
    }
}

void gf_budget_read_declared(const struct gf_budget *b, struct gf_gcra *out)
{
    if (get(b->page, DECLARED, b->calendars, out) != 0)
        *out = b->limit;
}

/* ---- opening --------------------------------------------------------------------------------- */

/* Under the lock: the first page of an empty file. */
static int make(int fd, const struct gf_budget_ask *ask, const char **why)
{
    struct gf_budget_page p = {.seed = ask->seed};
    struct gf_gcra l;
    if (!ask->rate) {
        *why = "it is new, so a rate has to be said";
        errno = ENODATA;
        return -1;
    }
    if (gf_gcra_init(&l, *ask->rate, ask->burst, 0) != 0)
        return -1;
    memcpy(p.magic, magic, sizeof magic);
    memcpy(p.boot, ask->boot, GF_BUDGET_BOOT);
    p.zero_wall = gf_sat_sub_i64(ask->now_wall, ask->now_mono);
    put(&p, DECLARED, &l);
    put(&p, 0, &l);
    atomic_store(&p.all.tat, gf_gcra_start(&l, l.burst, ask->now_mono));
    if (gf_pwrite_all(fd, &p, sizeof p, 0) == 0)
        return 0;
    int code = errno;
    if (gf_truncate(fd, 0) != 0) /* half a page would be a damaged file */
        code = errno;
    errno = code;
    return -1;
}

/* Writes zeros, not a hole: a page that the disk has no room for would be a SIGBUS later. */
static int make_table(int fd, uint64_t keys)
{
    static const char zeros[65536];
    uint64_t slots = SLOTS_MIN;
    while (slots < 2 * keys)
        slots *= 2;
    off_t at = sizeof(struct gf_budget_page), end = at + (off_t)(slots * 16);
    while (at < end) {
        size_t n = (size_t)(end - at) < sizeof zeros ? (size_t)(end - at) : sizeof zeros;
        if (gf_pwrite_all(fd, zeros, n, at) != 0)
            return -1;
        at += (off_t)n;
    }
    return gf_pwrite_all(fd, &slots, sizeof slots, offsetof(struct gf_budget_page, slots));
}

static int damaged(const char **why)
{
    *why = "it is damaged, or not a state file of this version";
    errno = EBADMSG;
    return -1;
}

/* Under the lock: the first page, which is checked, and made in an empty file. */
static int read_page(int fd, const struct gf_budget_ask *ask, uint64_t *slots, const char **why)
{
    struct gf_budget_page p;
    struct gf_gcra l;
    ssize_t n = gf_pread(fd, &p, sizeof p, 0);
    if (n == 0 && make(fd, ask, why) == 0)
        n = gf_pread(fd, &p, sizeof p, 0);
    else if (n == 0)
        return -1;
    if (n == -1)
        return -1;
    if (n < (ssize_t)sizeof p || memcmp(p.magic, magic, sizeof magic) != 0)
        return damaged(why);
    *slots = atomic_load(&p.slots);
    if (*slots > 4 * (uint64_t)GF_BUDGET_KEYS_MAX || (*slots & (*slots - 1)) != 0 ||
        (*slots && *slots < SLOTS_MIN))
        return damaged(why);
    if (get(&p, which_of(atomic_load(&p.turn)), ask->calendars, &l) == 0)
        return 0;
    if (errno == EINVAL || errno == ERANGE)
        return damaged(why);
    *why = "the time zone of its quota cannot be read";
    return -1;
}

/* Under the lock: how much of the file there is to map, with the table that is asked for. */
static int measure(int fd, const struct gf_budget_ask *ask, size_t *size, const char **why)
{
    uint64_t slots;
    struct stat st;
    if (read_page(fd, ask, &slots, why) != 0)
        return -1;
    if (slots == 0 && ask->keys &&
        (make_table(fd, ask->keys) != 0 || read_page(fd, ask, &slots, why) != 0))
        return -1;
    *size = sizeof(struct gf_budget_page) + slots * sizeof(struct gf_budget_slot);
    if (fstat(fd, &st) != 0)
        return -1;
    return (uint64_t)st.st_size < *size ? damaged(why) : 0;
}

struct boots {
    gf_ns depth, zero_wall, now_mono, now_wall;
};

/* How much of the burst was spent, by the wall clock. */
static void carry_slot(struct gf_budget_slot *s, void *arg)
{
    const struct boots *o = arg;
    gf_ns spent_wall = gf_sat_add_i64(atomic_load(&s->tat), o->zero_wall);
    gf_ns ahead = gf_sat_sub_i64(spent_wall, o->now_wall);
    gf_ns most = ahead < o->depth ? ahead : o->depth;
    atomic_store(&s->tat, gf_sat_add_i64(o->now_mono, most > 0 ? most : 0));
}

static void carry_over(struct gf_budget *b, const struct gf_budget_ask *ask)
{
    struct gf_budget_page *p = b->page;
    struct boots boots = {b->limit.depth, p->zero_wall, ask->now_mono, ask->now_wall};
    if (!b->limit.rate.calendar) /* the state of a quota is of no boot */
        gf_budget_each(b, carry_slot, &boots);
    p->zero_wall = gf_sat_sub_i64(ask->now_wall, ask->now_mono);
    memcpy(p->boot, ask->boot, GF_BUDGET_BOOT);
}

/* Under the lock: maps it and makes it one of this boot. */
static int map(struct gf_budget *b, const struct gf_budget_ask *ask)
{
    /* What has to be settled for a look is settled in pages of our own. */
    int kind = ask->look ? MAP_PRIVATE : MAP_SHARED;
    void *m = mmap(NULL, b->size, PROT_READ | PROT_WRITE, kind, b->fd, 0);
    if (m == MAP_FAILED)
        return -1;
    b->page = m;
    (void)get(b->page, which_of(atomic_load(&b->page->turn)), b->calendars,
              &b->limit); /* measure has looked at it */
    b->reset = atomic_load(&b->page->reset_turn);
    if (memcmp(b->page->boot, ask->boot, GF_BUDGET_BOOT) != 0)
        carry_over(b, ask);
    gf_budget_settle(b, ask->now_mono);
    return 0;
}

int gf_budget_open(struct gf_budget *b, int fd, const struct gf_budget_ask *ask, const char **why)
{
    *b = (struct gf_budget){.fd = fd, .calendars = ask->calendars};
    *why = NULL;
    gf_budget_lock(b);
    int r = measure(fd, ask, &b->size, why) == 0 ? map(b, ask) : -1;
    gf_budget_unlock(b);
    if (r == 0)
        return 0;
    int code = errno;
    if (!*why)
        *why = strerror(code);
    gf_budget_release(b);
    errno = code;
    return -1;
}

void gf_budget_release(struct gf_budget *b)
{
    if (b->page)
        munmap(b->page, b->size);
    if (b->fd > 0)
        (void)close(b->fd); /* what it could say, the mapping would have said */
    *b = (struct gf_budget){.fd = -1};
}
