/*
 * budget.h - one limiter for all processes that map the same file.
 *
 * The file holds the one word that gcra.h calls the state, and a take is one compare-and-swap of
 * it: a process killed at any instruction leaves the old word or the new one, never a half of
 * either, and there is no lock to recover. A killed process loses what it had reserved, no more.
 *
 * The times in it are of the monotonic clock, which starts anew with each boot. So the file also
 * names its boot and says what the wall clock showed when that clock was 0; on another boot the
 * word is carried over by way of the wall clock, when the file is opened. Those who had reserved
 * are gone with their boot, so no more than an empty bucket is carried over.
 *
 *     struct gf_budget b;
 *     const char *why;
 *     if (gf_budget_open(&b, fd, boot, &limit, now_mono, now_wall, &why) != 0) ...
 *     struct gf_ticket t = gf_budget_reserve(&b, &limit, 1, now_mono);
 *     gf_sleep_until(t.due);
 *
 * The limit is each caller's own: what is shared is the time that is spent. A file that is cut
 * short while it is mapped raises SIGBUS in whoever touches it, which is the tool's to catch.
 * Any thread, any process.
 */
#ifndef GF_LIMIT_BUDGET_H
#define GF_LIMIT_BUDGET_H

#include "limit/gcra.h"

enum {
    GF_BUDGET_BOOT = 36 /* bytes of a boot's name, as in /proc/sys/kernel/random/boot_id */
};

struct gf_budget_page;

struct gf_budget {
    struct gf_budget_page *page;
};

/*
 * Maps the file open for reading and writing as `fd`, which may be closed afterwards. An empty file
 * becomes a full bucket. -1 with errno, and *why is one line about it: EBADMSG, it is no such file
 * or of another version.
 */
int gf_budget_open(struct gf_budget *b, int fd, const char boot[GF_BUDGET_BOOT],
                   const struct gf_gcra *l, gf_ns now_mono, gf_ns now_wall, const char **why);

/* gf_gcra_reserve, gf_gcra_allow, gf_gcra_cancel and gf_gcra_due on the shared word. */
struct gf_ticket gf_budget_reserve(struct gf_budget *b, const struct gf_gcra *l, uint64_t n,
                                   gf_ns now_mono);
bool gf_budget_allow(struct gf_budget *b, const struct gf_gcra *l, uint64_t n, gf_ns now_mono);
bool gf_budget_cancel(struct gf_budget *b, const struct gf_ticket *t, gf_ns now_mono);
gf_ns gf_budget_due(const struct gf_budget *b, const struct gf_gcra *l, uint64_t n, gf_ns now_mono);

void gf_budget_release(struct gf_budget *b);

#endif
