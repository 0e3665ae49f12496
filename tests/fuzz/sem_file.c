/*
 * sem_file.c - the file of a semaphore, of any bytes or a sound one in which bytes were changed: it
 * is refused and left as it is, or permits are given out as the locks allow, whatever it says.
 *
 * The locks of others are real: a holder and waiters who never look (as if they were stopped). So
 * what the file says about them is believed, as far as it may be. Input: five bytes (what is asked,
 * and of what), then the file, or edits of it: two bytes of place and one to put there, each. A
 * place beyond the file cuts it. The first edits are made at once, the others while we wait.
 */
#include <errno.h>
#include <sys/stat.h>

#include "limit/semfile.h"
#include "limit/semline.h"
#include "scratch.h"

enum {
    WAITERS = 15,
    POLLS = 400,
    RECORD = sizeof(struct gf_semfile_record),
    EDIT = 3,
};

#define ASKED (1000 * GF_S) /* by the first waiter */

struct edits {
    const uint8_t *data;
    size_t count;
};

struct scene {
    struct gf_statepath dir;
    char file[PATH_MAX + 16];
    int fd; /* of the file, without a lock */
    int waiter[WAITERS], holder;
    int waiters;
    uint32_t held; /* by the holder; 0: there is none */
    bool eager, replaces, by_kind, upset;
    uint32_t weight, priority;
};

/* ---- the file and the locks of others -------------------------------------------------------- */

static struct gf_semfile_record record_of(uint32_t state, int64_t asked, uint32_t weight)
{
    return (struct gf_semfile_record){.asked = asked,
                                      .since_wall = asked,
                                      .pid = 1,
                                      .keeper = 1,
                                      .weight = weight,
                                      .state = state,
                                      .priority = 3,
                                      .label_len = 2,
                                      .label = "ab"};
}

static void write_sound_file(struct scene *s)
{
    struct gf_sem_limits limits = {4, 4, s->by_kind ? GF_SEM_READERS_WRITERS : GF_SEM_COUNTED, 0};
    MUST(gf_semfile_write_limits(s->fd, &limits) == 0);
    MUST(gf_semfile_write_last(s->fd, ASKED + WAITERS) == 0);
    for (int i = 0; i < s->waiters; i++) {
        struct gf_semfile_record r = record_of(GF_SEMFILE_WAITS, ASKED + i, (uint32_t)i % 3 + 1);
        MUST(gf_semfile_write_record(s->fd, i, &r) == 0);
    }
    struct gf_semfile_record r = record_of(GF_SEMFILE_HAS, ASKED, s->held);
    MUST(gf_semfile_write_record(s->fd, s->waiters, &r) == 0);
}

static void edit(struct scene *s, struct edits e)
{
    for (size_t i = 0; i < e.count; i++) {
        const uint8_t *d = e.data + i * EDIT;
        off_t at = d[0] << 8 | d[1], length = lseek(s->fd, 0, SEEK_END);
        if (at < length)
            MUST(pwrite(s->fd, d + 2, 1, at) == 1);
        else if (length)
            MUST(ftruncate(s->fd, at % length) == 0);
    }
}

static int locked(struct scene *s, off_t from, uint32_t weight)
{
    int fd = open(s->file, O_RDWR | O_CLOEXEC);
    MUST(fd != -1 && gf_semfile_lock(fd, from, weight) == 0);
    return fd;
}

static void others_come(struct scene *s)
{
    for (int i = 0; i < s->waiters; i++)
        s->waiter[i] = locked(s, gf_semfile_place(i), (uint32_t)i % 3 + 1);
    s->holder = s->held ? locked(s, gf_semfile_hold(s->waiters), s->held) : -1;
}

static void holder_goes(struct scene *s)
{
    if (s->holder != -1)
        close(s->holder);
    s->holder = -1;
    s->held = 0;
}

static void others_go(struct scene *s)
{
    holder_goes(s);
    for (int i = 0; i < s->waiters; i++)
        close(s->waiter[i]);
}

/* ---- what is seen ---------------------------------------------------------------------------- */

static void must_be_user(const struct gf_sem_user *u)
{
    MUST(u->label_len <= GF_SEM_LABEL_MAX && u->priority <= GF_SEM_PRIORITY_LAST);
    MUST(u->pid >= 0 && u->keeper >= 0 && u->since_wall >= 0);
    MUST(u->place >= 0 && u->place < GF_SEMFILE_PLACE_COUNT && u->weight >= 1);
}

/* Others are there as their locks say, with one more who holds `ours` and `waits` more in line. */
static void must_see(struct scene *s, struct gf_sem *look, uint32_t ours, size_t waits)
{
    struct gf_sem_list l;
    MUST(gf_sem_list(look, &l) == 0);
    MUST(l.held == s->held + ours && l.holders == (size_t)(s->held > 0) + (ours > 0));
    MUST(l.waiters == (size_t)s->waiters + waits);
    for (size_t i = 0; i < l.holders + l.waiters; i++) {
        const struct gf_sem_user *u = &l.users[i], *v = u - 1;
        must_be_user(u);
        MUST((u->stand == GF_SEM_HOLDS) == (i < l.holders));
        if (i > l.holders)
            MUST(gf_semline_compare(v->asked, v->priority, u->asked, u->priority) <= 0);
    }
    gf_sem_list_release(&l);
}

/* ---- what is asked --------------------------------------------------------------------------- */

static struct gf_sem_limits limits_of(struct gf_sem *look)
{
    struct gf_sem_limits l;
    MUST(gf_sem_limits(look, &l) == 0);
    MUST(l.permits >= 1 && l.permits <= GF_SEM_MOST && l.kind <= GF_SEM_READERS_WRITERS);
    return l;
}

/* It was granted: the locks of others leave room for it. */
static void must_hold(struct scene *s, struct gf_sem *sem, struct gf_sem *look)
{
    uint32_t permits = limits_of(look).permits;
    uint32_t need = sem->weight < permits ? sem->weight : permits;
    MUST(s->held + need <= permits);
    must_see(s, look, sem->weight, 0);
}

static bool is_too_much(const struct gf_sem *sem, const struct gf_sem_limits *l)
{
    bool is_writer = l->kind == GF_SEM_READERS_WRITERS && sem->weight == GF_SEM_MOST;
    return sem->weight > l->permits && !is_writer;
}

/* Asks until it is granted, or refused; each time the clock has gone on by more than the patience
 * of the last in line. */
static int ask_again(struct gf_sem_claim *c, gf_ns *now)
{
    int r = -1;
    for (int i = 0; i < POLLS && r != 0; i++, *now += 11 * GF_S)
        if ((r = gf_sem_poll(c, *now)) != 0 && errno != EAGAIN)
            break;
    return r;
}

static void stand_in_line(struct scene *s, struct gf_sem_claim *c, struct gf_sem *look,
                          struct edits late)
{
    gf_ns now = ASKED + 60 * GF_S;
    MUST(gf_sem_join(c, now) == 0);
    must_see(s, look, 0, 1);
    edit(s, late);
    s->upset = late.count > 0;
    int r = ask_again(c, &now);
    if (r != 0 && errno == EAGAIN) {
        holder_goes(s);
        r = ask_again(c, &now);
        MUST(r == 0 || s->upset); /* nobody is before us who takes what is free */
    }
    if (r == 0 && !s->upset)
        must_hold(s, c->sems, look);
    if (r != 0 && !s->upset)
        MUST(errno == ERANGE && c->sems->weight > limits_of(look).permits);
}

static void claim(struct scene *s, struct gf_sem *sem, struct gf_sem *look, struct edits late)
{
    struct gf_sem_claim c = {.sems = sem,
                             .count = 1,
                             .pid = getpid(),
                             .label = "fuzz",
                             .label_len = 4,
                             .priority = s->priority,
                             .eager = s->eager,
                             .replace = s->replaces,
                             .watch = -1};
    struct gf_sem_limits limits = limits_of(look);
    sem->weight = s->weight;
    sem->by_kind = s->by_kind;
    if (gf_sem_try(&c, ASKED + 50 * GF_S) == 0) {
        must_hold(s, sem, look);
        MUST(gf_sem_mark(&c, 1, 2 * GF_S) == 0);
        must_see(s, look, sem->weight, 0);
    } else {
        MUST(errno == (is_too_much(sem, &limits) ? ERANGE : EAGAIN));
        MUST(errno == ERANGE || s->held || s->waiters);
        must_see(s, look, 0, 0);
        stand_in_line(s, &c, look, late);
    }
    gf_sem_claim_release(&c);
    must_see(s, look, 0, 0);
}

/* ---- opening --------------------------------------------------------------------------------- */

static bool is_as_it_was(int fd, const char *was, size_t size)
{
    static char now[1 << 20];
    return pread(fd, now, sizeof now, 0) == (ssize_t)size && memcmp(now, was, size) == 0;
}

static int open_it(struct scene *s, struct gf_sem *sem, enum gf_sem_mode mode)
{
    static char was[1 << 20];
    ssize_t size = pread(s->fd, was, sizeof was, 0);
    const char *why = NULL;
    int r = gf_sem_open(sem, &s->dir, mode, NULL, &why);
    if (r == 0)
        return 0;
    MUST(why && *why && sem->fd == -1);
    MUST(errno == EBADMSG || errno == EBUSY || (errno == ENOENT && size == 0));
    MUST(is_as_it_was(s->fd, was, (size_t)size));
    return -1;
}

static void use(struct scene *s, struct edits late)
{
    struct gf_sem look, sem;
    int seen = open_it(s, &look, GF_SEM_LOOK);
    MUST(open_it(s, &sem, GF_SEM_USE) == seen);
    if (seen != 0)
        return;
    must_see(s, &look, 0, 0);
    claim(s, &sem, &look, late);
    struct gf_sem more;
    if (!s->upset && open_it(s, &more, GF_SEM_USE) == 0) {
        MUST(gf_sem_set(&more, 7) == 0 && limits_of(&look).permits == 7);
        int r = gf_sem_set_kind(&more, GF_SEM_READERS_WRITERS);
        MUST(r == 0 || (errno == EBUSY && (s->held || s->waiters)));
        gf_sem_release(&more);
    }
    gf_sem_release(&look);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 5)
        return 0;
    struct scene s = {.waiters = data[0] >> 4,
                      .eager = data[0] & 1,
                      .replaces = data[0] & 2,
                      .by_kind = data[0] & 4,
                      .held = data[1],
                      .weight = data[2] ? data[2] : GF_SEM_MOST,
                      .priority = data[3] % (GF_SEM_PRIORITY_LAST + 1)};
    bool is_whole = data[0] & 8;
    size_t edits = (size - 5) / EDIT, early = data[4] < edits ? data[4] : edits;
    struct edits now = {data + 5, early}, late = {data + 5 + early * EDIT, edits - early};
    scratch_make(s.dir.path);
    snprintf(s.file, sizeof s.file, "%s/permits", s.dir.path);
    s.fd = scratch_file(s.file, data + 5, is_whole ? size - 5 : 0);
    if (!is_whole) {
        write_sound_file(&s);
        edit(&s, now);
    }
    others_come(&s);
    use(&s, is_whole ? (struct edits){0} : late);
    others_go(&s);
    close(s.fd);
    MUST(unlink(s.file) == 0);
    scratch_remove(s.dir.path);
    return 0;
}
