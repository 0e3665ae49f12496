/*
 * joblog.h - what ran and how it ended, one row a job, in GNU parallel's format.
 *
 * Nine TAB-separated columns: Seq Host Starttime JobRuntime Send Receive Exitval Signal Command
 * (parallel(1), --joblog). Host is `:` (here), Starttime seconds since the epoch with
 * milliseconds, JobRuntime seconds likewise, Send and Receive bytes to and from the job, Command
 * its words quoted for sh on one line. A job that a time limit ended has Exitval -1 and the signal
 * that was sent. A job that the run itself ended has Exitval -2, which GNU parallel takes for a
 * failure, and a reader of ours for a job that is still to be done.
 *
 * Behind the milliseconds of Starttime stand six digits more, a check of the whole row: it is the
 * one place where GNU parallel, which takes any number there, does not mind them. A row whose check
 * does not agree says nothing, since one wrong bit in a command is another command. A row with
 * milliseconds alone, as GNU parallel writes it, has no check.
 *
 * One write a row. Which files are taken, and which are refused: base/logfile.h. While it is open,
 * a regular file is locked for this process (fcntl): who closes another descriptor of the same file
 * loses the lock.
 *
 *     struct gf_joblog log;
 *     if (gf_joblog_open(&log, "run.tsv", false) != 0) ... errno, log.why ...
 *     if (gf_joblog_add(&log, &row) != 0) ... stop starting jobs ...
 *     if (gf_joblog_close(&log) != 0) ...
 *
 * One thread at a time.
 */
#ifndef GF_PROC_JOBLOG_H
#define GF_PROC_JOBLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/clock.h"

struct gf_joblog {
    int fd;
    const char *why; /* behind a refusal, NULL when errno says it all */
    pid_t holder;    /* who writes it now, when that is the refusal (EBUSY); 0: not known */
    bool torn;       /* what was there ended within a row, which was taken off */
    bool is_file;    /* a regular file, neither fifo nor device */
    struct gf_buf row;
};

/* Of Exitval, where it is no exit status. */
enum {
    GF_JOBLOG_TIMED_OUT = -1,
    GF_JOBLOG_INTERRUPTED = -2
};

struct gf_joblog_row {
    uint64_t seq;
    gf_ns start_wall;
    gf_ns runtime;
    uint64_t sent, received;
    int exit;
    int signal;
    const char *command; /* as gf_template_quote wrote it */
    size_t command_len;
};

/* The header line, with its newline. */
extern const char gf_joblog_header[];

/*
 * Opens for writing and writes the header into an empty file. A regular file that holds something
 * is refused with EEXIST, unless `append`: then rows go behind what is there. A last row without
 * its newline is what a crash left of one: it is taken off, since the half of a command may be
 * another command. A file that does not begin as a job log is refused with EINVAL, one that
 * another process writes with EBUSY.
 */
int gf_joblog_open(struct gf_joblog *log, const char *path, bool append);

/* Opens an earlier log for reading alone. Refused are what gf_joblog_open refuses, and EBUSY:
 * another process writes it. The lock of a log that this process writes itself would be lost when
 * the descriptor is closed. */
int gf_joblog_open_past(struct gf_joblog *log, const char *path);

/*
 * For a log that something else moves aside: when its name leads to another file now, or to none,
 * that one is opened as by gf_joblog_open with `append`, the header written and the lock taken, and
 * the one that was open is closed. 1: the log is another file; 0: it is the same. -1: errno and
 * log->why say why not, and rows go on into the file that is open, wherever it is now.
 */
int gf_joblog_follow(struct gf_joblog *log, const char *path);

/* A file that was emptied in its place gets its header again before the row. */
int gf_joblog_add(struct gf_joblog *log, const struct gf_joblog_row *row);

/* The rows so far are on the disk when it returns 0. Nothing to do, and 0, where the log is no
 * file. */
int gf_joblog_sync(struct gf_joblog *log);

int gf_joblog_close(struct gf_joblog *log);

/* What a row says of a job that ended. */
struct gf_joblog_ended {
    uint64_t seq;
    bool ok;             /* it exited 0, and no signal ended it */
    bool interrupted;    /* Exitval is GF_JOBLOG_INTERRUPTED: the run ended the job */
    const char *command; /* within the line */
    size_t command_len;
};

/* Reads one line, without its newline, ours or GNU parallel's. -1: it is no row (a header is
 * none), or one that is damaged. */
int gf_joblog_parse(const char *line, size_t len, struct gf_joblog_ended *out);

#endif
