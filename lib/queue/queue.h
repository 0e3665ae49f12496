/*
 * queue.h - a durable queue of jobs: put once, taken under a lease, accepted once.
 *
 * One interface, and two places behind it: a file of SQLite for the processes of one machine, and a
 * Redis server for many machines (queue/sqlite.h, queue/redis.h open them). A job is a record of
 * any bytes, with a priority. It is in one of five states:
 *
 *     waiting   may be taken: by priority, and within one in the order in which they came
 *     delayed   until its time, and then waiting, behind those that wait
 *     running   was delivered to a worker, who has it until the end of his lease unless he renews
 *     dead      failed for good, or was delivered too often
 *     done      with its result, for as long as results are kept
 *
 * Each delivery has a token of its own. When a lease is over, the job is delivered to whoever takes
 * next, before those that wait, with another token; from then on the old one is refused, so that of
 * two workers who both think they have it one end is accepted. At least once, that is: the work of
 * a worker who died, or was cut off for longer than his lease, is done again.
 *
 * A job that kills its worker takes with it what else that worker had, and those would be delivered
 * again together, and die together. So of jobs whose lease was over a worker has one alone that is
 * delivered for the last time: of those who come with it none is on its last delivery, unless it
 * failed before by itself.
 *
 *     struct gf_queue_step s = {.want = 1, .lease = 30 * GF_S, .worker = "h:1", .deliveries = 5};
 *     struct gf_queue_taken t = {0};
 *     if (gf_queue_step(q, &s, &now, &t) != 0)
 *         ... gf_queue_trouble(q) ...
 *     for (size_t i = 0; i < t.n; i++)
 *         ... t.jobs[i].token, t.jobs[i].record ...
 *     struct gf_queue_end e = {.token = token, .what = GF_QUEUE_ACK};
 *     s = (struct gf_queue_step){.ends = &e, .nends = 1, ...};       // and the next ones, in one
 * go gf_queue_taken_release(&t); gf_queue_close(q);
 *
 * Accepted is what a call that returned 0 was given: the server or the database has it. How far
 * that goes (a killed process, a machine without power) is a matter of the place; its header says.
 *
 * Times are arguments. `wall` is for when a job is due or is forgotten, `boot` (CLOCK_BOOTTIME) for
 * leases, which a clock that is set does not end; a server has its own clock and looks at neither.
 * One thread a queue. Functions return 0, or -1 with gf_queue_trouble; a call that failed may have
 * been done or not, where the trouble says so (`unsure`).
 */
#ifndef GF_QUEUE_QUEUE_H
#define GF_QUEUE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"

struct gf_queue;

enum gf_queue_state {
    GF_QUEUE_WAITING,
    GF_QUEUE_DELAYED,
    GF_QUEUE_RUNNING,
    GF_QUEUE_DEAD,
    GF_QUEUE_DONE,
    GF_QUEUE_STATES
};

enum gf_queue_priority {
    GF_QUEUE_HIGH,
    GF_QUEUE_NORMAL,
    GF_QUEUE_LOW,
    GF_QUEUE_PRIORITIES
};

extern const char *const gf_queue_state_words[];    /* "waiting" ...; NULL-terminated */
extern const char *const gf_queue_priority_words[]; /* "high" "normal" "low"; NULL-terminated */

enum {
    GF_QUEUE_TOKEN = 64,   /* bytes of a token, and of an id, with the NUL */
    GF_QUEUE_WORKER = 128, /* of a worker's name */
    GF_QUEUE_RECORD_MAX = 64 << 20,
    GF_QUEUE_KEY_MAX = 64 << 10,
    GF_QUEUE_BATCH = 1024,           /* jobs that one call takes or puts, at most */
    GF_QUEUE_BATCH_BYTES = 32 << 20, /* no more are taken in a step when it has so many bytes */
};

struct gf_queue_bytes {
    const char *data;
    size_t len;
};

struct gf_queue_now {
    gf_ns wall, boot;
};

struct gf_queue_trouble {
    char why[200];
    const char *cure; /* static; NULL: none */
    bool later;       /* trying again may help, without a person */
    bool unsure;      /* the call may have been done. The same call again, before any other, is
                         not done twice */
};

const struct gf_queue_trouble *gf_queue_trouble(const struct gf_queue *q);

/* What there is to say of the place after a call that succeeded: one line; "": nothing. */
enum {
    GF_QUEUE_NOTE = 160
};
const char *gf_queue_note(const struct gf_queue *q);

/* How long a call may wait for the place, at most: less than the place allows by itself (an answer
 * of a server 5 s, the lock of a file a minute). GF_NEVER: that again. */
void gf_queue_patience(struct gf_queue *q, gf_ns most);
void gf_queue_close(struct gf_queue *q);

/* ---- putting --------------------------------------------------------------------------------- */

struct gf_queue_how {
    enum gf_queue_priority priority;
    gf_ns delay; /* before it waits */
    gf_ns ttl;   /* from now; 0: for ever. What has not been taken by then is forgotten. */
    bool unique; /* a record whose key a job has that waits, is delayed or runs is not put */
};

struct gf_queue_record {
    struct gf_queue_bytes data, key; /* the key: with `unique` alone */
};

/* Puts n records, all or none; *put is how many were not there already. */
int gf_queue_put(struct gf_queue *q, const struct gf_queue_how *how,
                 const struct gf_queue_record *r, size_t n, const struct gf_queue_now *now,
                 uint64_t *put);

/* ---- working --------------------------------------------------------------------------------- */

enum gf_queue_what {
    GF_QUEUE_ACK,   /* it is done */
    GF_QUEUE_AGAIN, /* it failed, and is delayed; dead when this was the last of its deliveries */
    GF_QUEUE_BURY,  /* it failed for good: dead */
    GF_QUEUE_BACK,  /* it was not begun: it waits, in front, and the delivery does not count */
};

/* What became of a delivery. */
struct gf_queue_end {
    const char *token;
    enum gf_queue_what what;
    gf_ns delay;                /* AGAIN */
    int status;                 /* as a shell has it; -1: none */
    gf_ns took;                 /* below 0: since it was delivered */
    struct gf_queue_bytes tail; /* the end of what it wrote to stderr */
    bool unstarted;             /* BACK: it never ran, so nobody minds when that is refused */
    bool accepted;              /* out: false: the lease is another's, or the job is gone */
};

struct gf_queue_lease {
    const char *token;
    bool held; /* out */
};

struct gf_queue_step {
    struct gf_queue_end *ends;
    size_t nends;
    struct gf_queue_lease *leases; /* to be renewed */
    size_t nleases;
    unsigned want; /* jobs, GF_QUEUE_BATCH at most */
    gf_ns lease;
    gf_ns keep;          /* how long results are kept; 0: not at all */
    unsigned deliveries; /* after so many a job is dead; 0: never */
    const char *worker;  /* one name for each process, without blanks */
    bool has_over;       /* he has a job that was `over` when it was delivered */
    bool has_last;       /* and one of those for the last time */
};

struct gf_queue_job {
    char token[GF_QUEUE_TOKEN];
    char id[GF_QUEUE_TOKEN];
    struct gf_queue_bytes record;
    unsigned delivery; /* from 1 */
    bool over;         /* it was another's, whose lease is over */
    enum gf_queue_priority priority;
    gf_ns put_wall;
};

struct gf_queue_taken {
    struct gf_queue_job *jobs;
    size_t n, cap;
    struct gf_buf bytes; /* of their records */
    uint64_t buried;     /* jobs that this step found delivered too often */
    bool is_empty;       /* nothing waits, is delayed or runs, here or elsewhere, with what was
                            taken now */
    gf_ns next;          /* after so long something is due, or somebody's lease is over; GF_NEVER */
};

/* Ends, renews, and takes, in this order and in one go. *t is cleared first; its memory is used
 * again. */
int gf_queue_step(struct gf_queue *q, struct gf_queue_step *step, const struct gf_queue_now *now,
                  struct gf_queue_taken *t);
void gf_queue_taken_release(struct gf_queue_taken *t);

/*
 * A descriptor that is readable when there may be something to take, for poll; -1: there is none,
 * look again after a while. After a step that took less than it wanted; gf_queue_heard empties it.
 * It stays the queue's, and may be another one after each step.
 */
int gf_queue_listen(struct gf_queue *q);
void gf_queue_heard(struct gf_queue *q);

/* ---- looking and changing -------------------------------------------------------------------- */

struct gf_queue_status {
    uint64_t waiting[GF_QUEUE_PRIORITIES];
    uint64_t delayed, running, dead, done;
    gf_ns oldest_wall; /* when the job was put that has waited for longest; 0: none waits */
    uint64_t put, finished, failed, expired; /* over all times: jobs put, done, dead, forgotten */
    uint64_t put_minute, finished_minute;    /* of those, within the last 60 to 70 s */
};

int gf_queue_status(struct gf_queue *q, const struct gf_queue_now *now,
                    struct gf_queue_status *out);

struct gf_queue_row {
    const char *id;
    enum gf_queue_state state;
    enum gf_queue_priority priority;
    unsigned delivery;
    struct gf_queue_bytes record, tail;
    const char *worker; /* of what runs, or ran; "": nobody */
    gf_ns put_wall;
    gf_ns due_wall; /* delayed: until then; running: since then; dead and done: it ended then */
    int status;     /* dead and done; -1: none */
    gf_ns took;
};

/* Calls `each` for the jobs in that state, in the order in which they were put or ended, until it
 * returns other than 0, which is returned. What changes meanwhile may be seen or not. */
int gf_queue_list(struct gf_queue *q, enum gf_queue_state state, const struct gf_queue_now *now,
                  int (*each)(void *arg, const struct gf_queue_row *row), void *arg);

/* The dead job waits again, as if it had never been delivered. `id` NULL: all of them. *n is how
 * many. `rival` is the id of the job that has the key of a dead one which stays for that; "": that
 * is not why, or all were meant. */
int gf_queue_retry(struct gf_queue *q, const char *id, const struct gf_queue_now *now, uint64_t *n,
                   char rival[GF_QUEUE_TOKEN]);

/* A job is forgotten, in whatever state; who runs it finds its lease lost. *n is 0 or 1. */
int gf_queue_drop(struct gf_queue *q, const char *id, const struct gf_queue_now *now, uint64_t *n);

/* All jobs in these states (1 << state), but for those that run; *n is how many. */
int gf_queue_purge(struct gf_queue *q, unsigned states, const struct gf_queue_now *now,
                   uint64_t *n);

#endif
