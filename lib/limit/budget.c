/*
 * budget.c - see budget.h.
 *
 * Making the file and carrying it over to another boot happen under a lock of the file, each as one
 * write of the whole page; those who take need no lock, as they have opened it before.
 */
#include "limit/budget.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/sat.h"

struct gf_budget_page {
    char magic[8];
    char boot[40];
    int64_t zero_wall; /* the wall clock when the monotonic one was 0 */
    _Atomic int64_t tat;
    char room[4096 - 64];
};

_Static_assert(sizeof(struct gf_budget_page) == 4096, "one page");
_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "the word must need no lock");

static const char magic[8] = "gfrate1";

static void carry_over(struct gf_budget_page *p, const struct gf_gcra *l, gf_ns now_mono,
                       gf_ns now_wall)
{
    gf_ns spent_wall = gf_sat_add_i64(atomic_load(&p->tat), p->zero_wall);
    gf_ns ahead = gf_sat_sub_i64(spent_wall, now_wall);
    gf_ns most = ahead < l->depth ? ahead : l->depth;
    atomic_store(&p->tat, gf_sat_add_i64(now_mono, most > 0 ? most : 0));
}

/* Under the lock: the page as it should be, or -1. */
static int settle(int fd, struct gf_budget_page *p, const char *boot, const struct gf_gcra *l,
                  gf_ns now_mono, gf_ns now_wall, const char **why)
{
    ssize_t n = pread(fd, p, sizeof *p, 0);
    if (n == -1)
        return -1;
    if (n > 0 && ((size_t)n < sizeof *p || memcmp(p->magic, magic, sizeof magic) != 0)) {
        *why = "it is damaged, or not a state file of this version";
        errno = EBADMSG;
        return -1;
    }
    if (n > 0 && memcmp(p->boot, boot, GF_BUDGET_BOOT) == 0)
        return 0;
    if (n > 0)
        carry_over(p, l, now_mono, now_wall);
    else
        atomic_store(&p->tat, gf_gcra_start(l, l->burst, now_mono));
    memcpy(p->magic, magic, sizeof magic);
    memcpy(p->boot, boot, GF_BUDGET_BOOT);
    p->zero_wall = gf_sat_sub_i64(now_wall, now_mono);
    ssize_t put = pwrite(fd, p, sizeof *p, 0);
    if (put >= 0 && (size_t)put < sizeof *p)
        errno = ENOSPC;
    return put == (ssize_t)sizeof *p ? 0 : -1;
}

int gf_budget_open(struct gf_budget *b, int fd, const char boot[GF_BUDGET_BOOT],
                   const struct gf_gcra *l, gf_ns now_mono, gf_ns now_wall, const char **why)
{
    struct gf_budget_page p = {.boot = ""};
    b->page = NULL;
    *why = NULL;
    int r = flock(fd, LOCK_EX);
    if (r == 0) {
        r = settle(fd, &p, boot, l, now_mono, now_wall, why);
        int e = errno;
        (void)flock(fd, LOCK_UN);
        errno = e;
    }
    if (r == 0) {
        void *m = mmap(NULL, sizeof p, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (m != MAP_FAILED)
            b->page = m;
    }
    if (!b->page && !*why)
        *why = strerror(errno);
    return b->page ? 0 : -1;
}

struct gf_ticket gf_budget_reserve(struct gf_budget *b, const struct gf_gcra *l, uint64_t n,
                                   gf_ns now_mono)
{
    int64_t was = atomic_load(&b->page->tat);
    for (;;) {
        gf_ns tat = was;
        struct gf_ticket t = gf_gcra_reserve(l, &tat, n, now_mono);
        if (atomic_compare_exchange_weak(&b->page->tat, &was, tat))
            return t;
    }
}

bool gf_budget_allow(struct gf_budget *b, const struct gf_gcra *l, uint64_t n, gf_ns now_mono)
{
    int64_t was = atomic_load(&b->page->tat);
    for (;;) {
        gf_ns tat = was;
        if (!gf_gcra_allow(l, &tat, n, now_mono))
            return false;
        if (atomic_compare_exchange_weak(&b->page->tat, &was, tat))
            return true;
    }
}

bool gf_budget_cancel(struct gf_budget *b, const struct gf_ticket *t, gf_ns now_mono)
{
    int64_t was = atomic_load(&b->page->tat);
    for (;;) {
        gf_ns tat = was;
        if (!gf_gcra_cancel(&tat, t, now_mono))
            return false;
        if (atomic_compare_exchange_weak(&b->page->tat, &was, tat))
            return true;
    }
}

gf_ns gf_budget_due(const struct gf_budget *b, const struct gf_gcra *l, uint64_t n, gf_ns now_mono)
{
    return gf_gcra_due(l, atomic_load(&b->page->tat), n, now_mono);
}

void gf_budget_release(struct gf_budget *b)
{
    if (b->page)
        munmap(b->page, sizeof *b->page);
    b->page = NULL;
}
