/*
 * spool.h - a queue of records on disk that outlives its process: what is put comes out in order,
 * after a crash too.
 *
 *     const struct gf_spool_config config = {.separator = '\n', .max = UINT64_C(1) << 30};
 *     pid_t holder;
 *     const char *why;
 *     struct gf_spool *s = gf_spool_open("/var/spool/app", &config, &holder, &why);
 *     if (!s) ... errno, why ...
 *     n = gf_spool_put(s, data, len, now_wall);       // how many bytes were taken
 *     n = gf_spool_get(s, buf, sizeof buf, false);    // the oldest that was not got yet
 *     gf_spool_out(s, n);                             // these are where they should go
 *     gf_spool_checkpoint(s);                         // now and then: a crash repeats less
 *     gf_spool_close(s);
 *
 * RECORDS end with a separator, the last one before an end of input may lack it. A record whose put
 * has returned is promised: it comes out at least once, in its place. One that was put in part when
 * the process ended does not come out. After a crash all comes out again from the last checkpoint
 * on, from the beginning of a record; after gf_spool_close, from the first record that is not out.
 *
 * THE DIRECTORY (of another version is EPROTONOSUPPORT) holds segments, `N.seg`, and a file
 * `checkpoint` that says up to which byte of which segment all is out; it is replaced as a whole. A
 * segment that is out is removed. `damaged` gets the bytes that the checksums refuse, as far as
 * there is room; they are passed by, and counted. One process has the directory at a time, by a
 * lock on the file `lock`.
 *
 * A SEGMENT is blocks of 64 KiB, an eighth of config.max together, but 128 KiB at least and 64 MiB
 * at most. A frame has records that one call has put, of 16 KiB together at most; a longer record
 * lies in one frame or, across the end of a block, in several. A frame is a checksum (XXH3 of its
 * bytes, with the rest, its segment and its place as the seed), a length, what it is (records, a
 * whole one, the first, a middle or the last part of one, or a time), and its bytes: LevelDB's log
 * but for several records in one, in spool_frame.h. So where one frame is damaged the next one is
 * read; where a length is, the next block.
 *
 * SPACE. The sizes of all files together never exceed config.max. What is out gives its segment
 * back when all of that is out and gf_spool_checkpoint is called; a put that finds no room calls
 * it. A spool of less than 512 KiB has room for two or three segments, and lets go of one at a
 * time.
 *
 * POWER. What is written is lost by a crash of the machine unless gf_spool_sync has returned 0
 * since. So is a checkpoint, and then more comes out again.
 *
 * Checksums tell what went wrong, not what was done on purpose. Times are given by the caller.
 * Nothing is printed. One thread.
 */
#ifndef GF_BUFFER_SPOOL_H
#define GF_BUFFER_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/clock.h"

struct gf_spool_config {
    char separator;
    bool bytes;   /* there are no records: each put is a record of its own */
    uint64_t max; /* bytes that the files may have together; 0: no bound */
};

/* What is in a spool. Where damage was found, the first two are right again when the reader comes
 * to a later time frame. */
struct gf_spool_counts {
    uint64_t records, bytes;                 /* put and not out */
    uint64_t disk;                           /* bytes of the files */
    uint64_t damaged;                        /* places where bytes were passed by, since the open */
    uint64_t damaged_bytes, damaged_records; /* in these, the records as far as can be told */
    uint64_t cut_bytes; /* put of records that gf_spool_drop had cut off: thrown away */
    gf_ns oldest_wall;  /* when the oldest was put, to a second; 0: there is none */
};

struct gf_spool;

/*
 * Opens the directory, which is made (0700) when it is missing, takes its lock, and finds what an
 * earlier run has left: a torn tail is cut off. NULL: errno, and *why is one line about it. EBUSY:
 * another process has it, *holder is its number, or 0. A directory or a file of another user, or
 * one that others may write to, is refused (base/statepath.h has the rules).
 */
struct gf_spool *gf_spool_open(const char *dir, const struct gf_spool_config *config, pid_t *holder,
                               const char **why);

/*
 * Puts bytes that go on where those of the last call ended. How many were taken: fewer than `len`,
 * and then up to the end of a record, where the spool is full; 0 where nothing fits. -1 with errno
 * when a write failed: nothing of this call is in the spool then, and the call may be made again.
 *
 * A record longer than the call gives may be put in parts. Where the spool is full and all of it is
 * one such record, room comes from a get in parts, or from a drop.
 */
ssize_t gf_spool_put(struct gf_spool *s, const char *data, size_t len, gf_ns now_wall);

/* The input has ended: what was put last is a whole record without its separator. There is always
 * room for that. 0, or -1 with errno, and the call may be made again. */
int gf_spool_end(struct gf_spool *s, gf_ns now_wall);

/* All that was put, and the last checkpoint, is on the disk. 0, or -1 with errno. */
int gf_spool_sync(struct gf_spool *s);

/*
 * The oldest bytes that were not got yet, at most `cap`: whole records, or a part of one that is
 * longer than `cap`. 0: there are none. -1 with errno when a file cannot be read, which is no
 * damage. Not of a record that is not whole yet, unless it has no room in memory: `parts`. What was
 * got of such a record and is out does not come again after a crash, where it is in a segment that
 * has been left.
 */
ssize_t gf_spool_get(struct gf_spool *s, char *buf, size_t cap, bool parts);

/* The next `len` bytes, which the caller still has, count as got, though they may be of a record
 * that is not whole. Where the files are damaged meanwhile, some of these bytes may come by a get
 * too. */
void gf_spool_skip(struct gf_spool *s, size_t len);

/* The next `len` of the bytes that were got are out. */
void gf_spool_out(struct gf_spool *s, uint64_t len);

/* Writes how far all is out, and then removes segments that are. 0, or -1 with errno. */
int gf_spool_checkpoint(struct gf_spool *s);

/*
 * Drops the oldest records that were not got, those of a segment or what is left of them, to make
 * room: how many, and their bytes. 0: there are none, or the next bytes are the rest of a record of
 * which a get has given a part. A record that is still put is dropped when it is the only one; what
 * is put of it later is taken and thrown away (counts.cut_bytes).
 *
 * A crash forgets a drop for which no segment could be removed yet, since records in front of it
 * are got and not out: then some of these records come out, and ends of others may count as
 * damaged.
 */
uint64_t gf_spool_drop(struct gf_spool *s, uint64_t *bytes);

/* Valid until the next call; as exact as the files can be read. */
/* Looks how far all is out, which may read from the disk: not for each put. */
const struct gf_spool_counts *gf_spool_counts(struct gf_spool *s);

/* counts.cut_bytes alone, and how many records were ever put, at no cost. */
uint64_t gf_spool_cut_bytes(const struct gf_spool *s);
uint64_t gf_spool_put_records(const struct gf_spool *s);

/* Writes the checkpoint, removes what is out, lets go of the lock. 0, or -1 with errno. NULL is
 * fine. */
int gf_spool_close(struct gf_spool *s);

/* Looks at a spool that another process may have and write to, and changes nothing: as it was a
 * moment ago, with a record that is still put left out. *holder: that process, or 0. Files of
 * another user are refused. 0, or -1 with errno and *why. */
int gf_spool_look(const char *dir, struct gf_spool_counts *out, pid_t *holder, const char **why);

#endif
