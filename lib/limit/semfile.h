/*
 * semfile.h - the file under a semaphore: its layout, its locks, its records. For lib/limit/sem*.c
 * alone; sem.h is the contract.
 *
 * The truth about who holds what is in the kernel's table of open-file-description locks
 * (fcntl(2), F_OFD_SETLK), not in the bytes of the file. Such a lock belongs to one open
 * description: it is shared by fork, survives exec, and goes when the last descriptor of it goes,
 * on any death. Lock ranges reach far beyond the end of the file; they need no bytes there.
 *
 *     byte 0                  CONF     short: the header is read or written
 *     byte 8                  GATE     whoever may take permits; its waiters are the queue
 *     byte 16                 ASLEEP   whoever has the gate waits for permits
 *     PLACES + i * STRIDE, W bytes     place i is in use, by one who holds or waits for W permits
 *     HOLDS  + i * STRIDE, W bytes     the user of place i holds W permits
 *
 * No two of them touch: the kernel merges locks of one owner that do, and wakes the waiters of
 * both for it, which shuffles the queue.
 *
 * The length of a lock is the weight, so one call takes or frees any number of permits at once and
 * the number of permits in use is the sum of the lengths, however their users may have died.
 *
 * Bytes: a header with N, then one record for each place that says who its user is (pid, label,
 * since when), for people to read. A record counts only while its place is locked.
 */
#ifndef GF_LIMIT_SEMFILE_H
#define GF_LIMIT_SEMFILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "limit/sem.h"

enum {
    GF_SEMFILE_CONF = 0,
    GF_SEMFILE_GATE = 8,
    GF_SEMFILE_ASLEEP = 16,
    GF_SEMFILE_PLACE_COUNT = 16384,
};

#define GF_SEMFILE_PLACES ((off_t)1 << 40)
#define GF_SEMFILE_HOLDS ((off_t)1 << 50)
#define GF_SEMFILE_STRIDE ((off_t)1 << 20) /* more than the greatest weight */

struct gf_semfile_record {
    int64_t asked_mono; /* gf_ns */
    int64_t since_wall; /* gf_ns: asked, once it holds: granted */
    int32_t pid;
    int32_t keeper;
    uint32_t weight;
    uint32_t label_len;
    char label[224];
};

/* Locks `len` bytes at `from` for writing without waiting. 0, or -1: EAGAIN, another has it. */
int gf_semfile_lock(int fd, off_t from, off_t len);
/* The same, and waits in line. -1 with EINTR when a signal was caught: no longer in line. */
int gf_semfile_lock_wait(int fd, off_t from, off_t len);
int gf_semfile_unlock(int fd, off_t from, off_t len);
/* 1 when another description has a lock in the range, 0 when none, -1. */
int gf_semfile_locked(int fd, off_t from, off_t len);

/* Whether any place is in use by another: 1, 0 or -1. */
int gf_semfile_busy(int fd);

/* Calls f(arg, start, len) for each lock of other descriptions that begins in the area
 * (GF_SEMFILE_PLACES or GF_SEMFILE_HOLDS), in no order. 0, or -1 as soon as f or the kernel says
 * so. */
int gf_semfile_each(int fd, off_t area, int (*f)(void *arg, off_t start, off_t len), void *arg);

/* The sum of the lengths of those locks. */
int gf_semfile_sum(int fd, off_t area, uint64_t *sum);

/* The CONF lock, in line; shared where fd is open for reading alone. Held for two calls, no
 * more. */
int gf_semfile_conf_lock(int fd);
void gf_semfile_conf_unlock(int fd); /* keeps errno */

/* Under the CONF lock. 0, or -1 with errno: ENODATA, the file is empty; EBADMSG, it is something
 * else. */
int gf_semfile_read_limits(int fd, struct gf_sem_limits *out);
int gf_semfile_write_limits(int fd, const struct gf_sem_limits *in);

int gf_semfile_read_record(int fd, int place, struct gf_semfile_record *out);
int gf_semfile_write_record(int fd, int place, const struct gf_semfile_record *in);

#endif
