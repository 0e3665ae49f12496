/*
 * keeper.h - which processes keep a permit whose command has ended.
 *
 *     if (keeper_has_ended(user)) {
 *         struct keepers k;
 *         keepers_find(&sem, user, &k);
 *         for (size_t i = 0; i < k.count; i++) ... k.pids[i] ...
 *     }
 */
#ifndef GF_SEM_KEEPER_H
#define GF_SEM_KEEPER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"
#include "limit/sem.h"

enum {
    KEEPERS_MOST = 8
};

struct keepers {
    pid_t pids[KEEPERS_MOST];
    size_t count;
};

/* Whether the command of a holder has ended, seen from our PID name space. */
bool keeper_has_ended(const struct gf_sem_user *u);

/* The processes that have the permit now, as far as we may look. */
void keepers_find(const struct gf_sem *s, const struct gf_sem_user *u, struct keepers *out);

/* What the process runs, cut, NUL-terminated. */
void keeper_command(pid_t pid, struct gf_buf *out);

#endif
