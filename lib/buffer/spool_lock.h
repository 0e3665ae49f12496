/*
 * spool_lock.h - one process has the directory of a spool: a flock on the file `lock`, which holds
 * the number of that process as text.
 *
 *     int fd = gf_spool_lock(dir, &holder, &why);     // -1, EBUSY: `holder` has it
 *     gf_spool_unlock(fd);
 *
 * The lock ends with the process, however that ends. One thread.
 */
#ifndef GF_BUFFER_SPOOL_LOCK_H
#define GF_BUFFER_SPOOL_LOCK_H

#include <sys/types.h>

/* A descriptor that holds the lock. -1 with errno, *why is one line about it; on EBUSY *holder is
 * the process that has it, or 0. */
int gf_spool_lock(int dir, pid_t *holder, const char **why);

void gf_spool_unlock(int fd);

/* Who has the lock, as far as that can be told without taking it from anybody; 0: nobody. */
pid_t gf_spool_holder(int dir);

#endif
