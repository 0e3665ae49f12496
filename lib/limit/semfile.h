/*
 * semfile.h - the file under a semaphore: its layout, its locks, its records. For lib/limit/sem*.c
 * alone; sem.h is the contract.
 *
 * The truth about who holds and who waits is in the kernel's table of open-file-description locks
 * (fcntl(2), F_OFD_SETLK), not in the bytes of the file. Such a lock belongs to one open
 * description: it is shared by fork, survives exec, and goes when the last descriptor of it goes,
 * on any death. Lock ranges reach far beyond the end of the file; they need no bytes there.
 *
 *     byte 0                  CONF     short: the limits are read or written
 *     byte 8                  GATE     short: whoever has it may join the line, leave it, take
 * permits PLACES + i * STRIDE, W bytes     the user of place i waits for W permits HOLDS  + i *
 * STRIDE, W bytes     the user of place i holds W permits
 *
 * No two of them touch: the kernel merges locks of one owner that do, and wakes the waiters of
 * both for it.
 *
 * The length of a lock is the weight, so one call takes or frees any number of permits at once and
 * the number of permits in use is the sum of the lengths, however their users may have died.
 *
 * Bytes: a header with the limits, then one record for each place. A record says where in the line
 * its user stands, and who it is, for people to read. It counts only while its place is locked. A
 * bare file (gf_sem_open_bare) has no bytes: the number of a place is its turn.
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
    GF_SEMFILE_PLACE_COUNT = 16384, /* with records */
};

#define GF_SEMFILE_PLACES ((off_t)1 << 40)
#define GF_SEMFILE_HOLDS ((off_t)1 << 50)
#define GF_SEMFILE_STRIDE ((off_t)1 << 20)       /* more than the greatest weight */
#define GF_SEMFILE_BARE_COUNT ((int32_t)1 << 29) /* places of a file without records */

/* What the user of a place last wrote of itself, or another about it. */
enum gf_semfile_state {
    GF_SEMFILE_FREE,
    GF_SEMFILE_WAITS,
    GF_SEMFILE_HEADS,  /* waits, first in line when it last looked */
    GF_SEMFILE_PASSED, /* waits, but did not take what was free: those behind it do not wait for it
                        */
    GF_SEMFILE_REPLACED, /* is to give up */
    GF_SEMFILE_HAS,
};

struct gf_semfile_record {
    int64_t asked;      /* gf_ns, CLOCK_MONOTONIC; no two of one file have the same */
    int64_t since_wall; /* gf_ns: asked, once it holds: granted */
    uint64_t started;   /* of `pid`: base/process.h */
    uint64_t pid_space; /* in which the two process ids are numbers */
    int32_t pid;
    int32_t keeper;
    uint32_t weight;
    uint32_t state;    /* enum gf_semfile_state */
    uint32_t priority; /* 0 .. GF_SEM_PRIORITY_LAST */
    uint32_t eager;
    uint32_t overtaken;
    uint32_t beat; /* grows each second while it waits for several and is first in line here */
    uint32_t label_len;
    char label[GF_SEM_LABEL_MAX];
    uint32_t unused;
};

/* Locks `len` bytes at `from` for writing without waiting. 0, or -1: EAGAIN, another has it. */
int gf_semfile_lock(int fd, off_t from, off_t len);
int gf_semfile_unlock(int fd, off_t from, off_t len);
/* 1 when another description has a lock in the range, 0 when none, -1. */
int gf_semfile_locked(int fd, off_t from, off_t len);

/* Sleeps until no other description has the byte at `from`. -1 with EINTR when a signal was
 * caught. */
int gf_semfile_await(int fd, off_t from);

/* The GATE lock, in line, whatever signals come. Held for some calls, no more. */
int gf_semfile_gate_lock(int fd);
void gf_semfile_gate_unlock(int fd); /* keeps errno */

/* Where the locks of a place begin. */
off_t gf_semfile_place(int32_t place);
off_t gf_semfile_hold(int32_t place);
/* The place that a lock in the area belongs to. */
int32_t gf_semfile_index(off_t area, off_t start);

/* Whether any place is waited or held in by another: 1, 0 or -1. */
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
 * else; EBUSY, an older gf-sem made it and it is in use. */
int gf_semfile_read_limits(int fd, struct gf_sem_limits *out);
int gf_semfile_write_limits(int fd, const struct gf_sem_limits *in);

/* Under the GATE lock: the `asked` that was given last. */
int gf_semfile_read_last(int fd, int64_t *last);
int gf_semfile_write_last(int fd, int64_t last);

int gf_semfile_read_record(int fd, int32_t place, struct gf_semfile_record *out);
int gf_semfile_write_record(int fd, int32_t place, const struct gf_semfile_record *in);
int gf_semfile_write_state(int fd, int32_t place, enum gf_semfile_state state);
int gf_semfile_write_beat(int fd, int32_t place, uint32_t beat);
int gf_semfile_write_overtaken(int fd, int32_t place, uint32_t times);

/* Reads all records into *out, which is realloc'ed for *cap of them; their number, or -1. */
int32_t gf_semfile_read_all(int fd, struct gf_semfile_record **out, size_t *cap);

#endif
