/*
 * crew.h - --worker: commands that stay, and answer each record with one.
 *
 * crew.c is the loop: it deals records to workers, puts their answers into the order that was asked
 * for, writes them, and keeps the times. worker.c is one worker: its process, what it was given and
 * has not answered, what it answers. Nothing here shares anything with the pool of jobs but the
 * options and the source of records.
 *
 * A worker has a window: so many records it may have unanswered. It begins with one, so that few
 * records are shared out evenly, and doubles while it is less than what is answered in
 * WORKER_PERIOD, so a fast command never waits for us. A command that
 * buffers its output answers nothing until it has enough; so the window of one that has read all it
 * was given and has never answered doubles with time, until WORKER_MOST or WORKER_BYTES.
 *
 * Records are kept until they are answered. When a worker dies or is ended by the time limit, the
 * first unanswered record is what it worked on: that one has failed or is tried again, and those
 * behind it are given to the process that takes its place.
 */
#ifndef GF_POOL_CREW_H
#define GF_POOL_CREW_H

#include <poll.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/failures.h"
#include "proc/command.h"
#include "proc/environ.h"
#include "source.h"

enum {
    WORKER_MOST = 65536,          /* records in a window */
    WORKER_BYTES = 1024 * 1024,   /* of them */
    WORKER_DEATHS = 100,          /* in a row without an answer */
    CREW_OUT = 4 * 1024 * 1024,   /* bytes to be written before we read on */
    CREW_HELD = 64 * 1024 * 1024, /* bytes that wait for their turn with -k */
};

#define WORKER_PERIOD (50 * GF_MS)
#define WORKER_SILENCE (100 * GF_MS)
#define WORKER_STALL (10 * GF_S)

/* Records in a row that one worker has. */
struct chunk {
    struct chunk *next;       /* of this worker */
    struct chunk *next_order; /* of all */
    uint64_t seq;             /* of the first */
    uint64_t count, answered;
    struct gf_buf out; /* answers that wait for their turn */
};

struct crew;

struct worker {
    struct crew *crew;
    unsigned slot;
    pid_t pid;   /* 0: there is none */
    int in, out; /* its standard input and output; -1: closed */
    bool reaped;
    int status;      /* of wait, then */
    bool condemned;  /* ended by us: what it still says does not count */
    const char *why; /* ... */
    gf_ns kill_mono; /* when SIGKILL comes; GF_NEVER */
    /* What it was given: queue[head..len), of which [head..sent) is written. */
    struct gf_buf queue;
    size_t head, sent;
    size_t waiting;       /* records there */
    uint64_t given;       /* to this process */
    unsigned attempt;     /* at the first of them, from 1 */
    gf_ns head_mono;      /* since when it works on that; GF_NEVER: it has not got it */
    struct gf_buf answer; /* the beginning of one that is not whole */
    struct chunk *first, *last;
    /* The window. */
    size_t window;
    gf_ns heard_mono, grown_mono;
    bool begun;    /* there was a process before this one */
    bool answered; /* this process has */
    bool told;     /* of its silence */
    unsigned deaths;
};

struct crew {
    const struct options *opt;
    struct source source;
    bool input_over;
    struct worker *worker;
    unsigned workers;
    struct gf_template command;
    char **argv; /* of it */
    struct gf_command file;
    struct gf_environ env;
    char *slot;                 /* the value of GF_SLOT in env */
    uint64_t seq;               /* of the last record given */
    struct chunk *first, *last; /* in order; with -k those with answers to come */
    size_t held;                /* bytes in chunks */
    struct gf_buf out;
    size_t written;
    int failed_fd; /* --failed; -1 */
    uint64_t ok, failed, timed_out, retried, restarts;
    struct gf_failures failures;
    gf_ns begin_mono;
    int fatal; /* 0, or the exit status */
    bool broken_pipe;
};

/* The exit status; does not come back when a signal ended it. */
int crew_run(const struct options *o);

/* ---- worker.c ------------------------------------------------------------------------------ */

/* Starts the process; what was not answered goes to it first. -1 after a message. */
int worker_start(struct worker *w);

/* Whether it may have another record. */
bool worker_has_room(const struct worker *w);
/* Gives it one. -1: memory is out. */
int worker_give(struct worker *w, struct gf_value record);
/* Writes what it takes now; closes its input when no more will come. */
void worker_send(struct worker *w);
/* Reads what it says now. */
void worker_listen(struct worker *w);
/* Its process has ended and was reaped: what follows for its records. */
void worker_gone(struct worker *w);
/* Times that have come: the limit of a record, the SIGKILL behind a SIGTERM, a silence. */
void worker_tick(struct worker *w, gf_ns now);
/* When that has to be called next. */
gf_ns worker_wake(const struct worker *w);
/* We did not listen, so its times begin anew. */
void worker_excuse(struct worker *w, gf_ns now);
void worker_signal(const struct worker *w, int sig);
void worker_release(struct worker *w);

/* ---- answers.c, for both ------------------------------------------------------------------- */

void crew_no_memory(struct crew *c);
void crew_free_chunk(struct chunk *k);

/* Counts a record, and says so with -v: a run of --worker has no log, but it may have many of them.
 */
void crew_record_failed(struct crew *c, uint64_t seq, const char *why, const char *record,
                        size_t len);
void crew_fail(struct crew *c, int status);
/* `n` answers of the worker's first chunks, in p[0..len). */
void crew_answers(struct worker *w, const char *p, size_t len, size_t n);
/* The worker's first record has no answer and will have none: it has failed. */
void crew_no_answer(struct worker *w, const char *record, size_t len, const char *why);
/* The next record the worker has belongs to its chunks. -1: memory is out. */
int crew_given(struct worker *w);
/* The number of the worker's first record. */
uint64_t crew_first_seq(const struct worker *w);

#endif
