/*
 * pool.h - the pool: what its parts share.
 *
 * One thread, one libev loop. The parts and what each answers for:
 *
 *   source.c  where records come from
 *   work.c    what one job is about: items and values
 *   feed.c    what a job reads: --pipe
 *   input.c   which job comes next, and whether it may start now
 *   capacity.c  how many may run at once, by all that has a say in it
 *   job.c     start, end and reap jobs; their pipes
 *   record.c  the job log
 *   resume.c  which jobs an earlier run has done
 *   rerun.c   the jobs that failed in it, as the records of this run
 *   leftover.c  processes that it left behind
 *   escape.c  processes that left the group of their job
 *   retry.c   jobs that failed and wait for another try
 *   output.c  what jobs wrote, on its way to our stdout and stderr
 *   ci.c      what folds it in a log on the web: --ci
 *   tag.c     what stands in front of its lines
 *   results.c the same in files
 *   signal.c  what is asked of us while we run: stop, end, suspend, report
 *   events.c  what happens to each job, for other programs
 *   progress.c  where the run stands, on one line
 *   ahead.c   how many jobs there will be
 *   report.c  outcomes, --halt, statistics, exit status
 *   timeline.c  the same for a page, page.c: --report
 *   hint.c    ways out of mistakes
 *   pool.c    the loop: begin, go, end
 *
 * (--worker is another loop, and shares source.c and the options alone: crew.h.)
 *
 * A job goes through three lists in turn, and is in one at a time: it holds a slot while it runs
 * (pool.slot), waits for its output to be written (pool.queue; with -k it is in the queue from its
 * start), and is kept on `late` while something it left behind still holds its pipes.
 */
#ifndef GF_POOL_POOL_H
#define GF_POOL_POOL_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/failures.h"
#include "base/hist.h"
#include "limit/pacer.h"
#include "options.h"
#include "proc/capture.h"
#include "proc/child.h"
#include "proc/joblog.h"
#include "proc/jobserver.h"
#include "proc/template.h"
#include "proc/words.h"
#include "source.h"
#include "text/slice.h"
#include "text/table.h"
#include "work.h"

struct pool;

enum {
    STDOUT = 0,
    STDERR = 1,
    STREAMS = 2
};

/* Room for NAME=NUMBER. */
enum {
    ENV_SIZE = 32
};

/* Bytes of the file of -j @FILE. */
enum {
    SLOTS_TEXT = 64
};

/* One output stream of one job. */
struct stream {
    ev_io io; /* io.fd is our end of the pipe, -1 once it is closed */
    struct gf_capture held;
    bool paused; /* not read for now: there is no room for more */
};

struct job {
    struct job *next; /* in the queue, on late, or free */
    struct pool *pool;
    uint64_t seq;
    unsigned slot;
    pid_t pid;    /* of the leader, and of its group */
    bool running; /* the leader is not reaped */
    bool over;    /* the slot is free again */
    bool queued;
    bool streaming; /* written while it runs, because there was no room to hold its output */
    struct gf_child life;
    ev_timer timer;
    struct stream out[STREAMS];
    gf_ns start_wall, start_mono, end_mono;
    int wait_status;
    struct rusage usage;     /* of the leader and what it waited for */
    uint64_t received;       /* bytes of output */
    bool wrote[STREAMS];     /* something came there, in this attempt */
    struct gf_buf tag;       /* in front of its lines */
    bool in_line[STREAMS];   /* the last byte was no newline */
    struct gf_capture fold;  /* --ci: what opens or closes the fold, on its way to stdout */
    bool folded;             /* it was opened */
    bool open_line[STREAMS]; /* the last byte that was read there was no newline */
    int result[STREAMS];     /* files of --results, plus 1; 0: none */
    int block;               /* --pipe: the file of what it reads, plus 1; 0: none */
    struct gf_buf command;   /* quoted; its beginning, where nobody keeps the whole */
    struct gf_buf tail;      /* --report: the end of its stderr */
    bool tail_cut;
    bool like_option;     /* its record may be taken for one */
    unsigned attempt;     /* from 1 */
    struct gf_buf packed; /* with --retries: what to make its words of again */
    struct job *next_waiting;
    bool due; /* its wait is over */
};

/* How a job ended, by its last row. */
enum outcome {
    JOB_UNKNOWN,
    JOB_FAILED,
    JOB_OK
};

/* What an earlier run has done. */
struct resume {
    struct gf_keytable past; /* what became of the jobs of each name */
    struct gf_keytable jobs; /* how the last row of each job says it ended (enum outcome) */
    size_t walked;           /* of them, by rerun.c */
    uint64_t rerun;
    struct gf_words words;
    struct gf_buf key, command;
    uint64_t rows, skipped;
    uint64_t failed;  /* of the skipped ones */
    uint64_t damaged; /* lines that are no rows */
};

/* --events. */
struct events {
    int fd; /* -1: none */
    ev_io io;
    struct gf_buf pending;
    size_t at; /* what is written of it */
};

/* --pipe: the block of the next job. */
struct feed {
    struct gf_buf header; /* what stands in front of each */
    struct gf_buf block;
    struct gf_slice rest; /* whole records that did not fit, in the source */
    bool rest_open;       /* the last of them has no separator */
    bool open_end;        /* that of the block has none */
    uint64_t records;     /* in the block; counted with -n only */
    bool whole;           /* the block is complete: the next call begins another */
};

/* How many jobs may run at once. */
struct capacity {
    unsigned most;          /* what -j says, as far as descriptors go */
    rlim_t fit;             /* how far they go */
    ev_timer file;          /* of -j @FILE: look what it says */
    char text[SLOTS_TEXT];  /* what it said */
    ssize_t text_len;       /* -1: it was not read */
    ev_timer look;          /* the machine is busy: look again */
    gf_ns waits_for_memory; /* since then; 0: it does not */
    bool said;
    struct gf_jobserver server; /* make's; rfd is -1 where there is none */
    ev_io token_io;
};

/* A process that is our child because its parents ended. */
struct orphan {
    pid_t pid;
    uint64_t seq; /* of its job; 0: it does not say */
    bool told;    /* to end, by SIGTERM */
};

struct escapes {
    struct orphan *list;
    size_t n, cap;
    gf_ns looked_mono;
    struct gf_buf env;
    uint64_t *told; /* numbers of the jobs that were told to end */
    size_t ntold, told_room;
};

/* --report. */
enum bar_outcome {
    BAR_OK,
    BAR_FAILED,
    BAR_TIMED_OUT,
    BAR_RETRIED
};

enum {
    BAR_OUTCOMES = 4,
    HOW_SIZE = 32,     /* room for how a job ended, in words */
    BAR_NAME_SIZE = 72 /* and for its command, cut in the middle */
};

/* An attempt; times from the beginning of the run. */
struct bar {
    gf_ns start, end;
    uint64_t seq;
    unsigned slot;
    enum bar_outcome outcome;
    char how[HOW_SIZE];
    char name[BAR_NAME_SIZE];
};

struct failure {
    uint64_t seq;
    unsigned attempt;
    char how[HOW_SIZE];
    gf_ns length; /* -1: it could not start, and `tail` says why */
    struct gf_buf command, tail;
};

enum {
    TIMELINE_BUCKETS = 40 /* see timeline_bucket_from */
};

struct timeline {
    struct bar *bar;
    size_t nbars, cap;
    gf_ns shortest;     /* what is shorter is not drawn */
    uint64_t not_drawn; /* attempts */
    unsigned slots;     /* that were in use */
    uint64_t bucket[TIMELINE_BUCKETS][BAR_OUTCOMES];
    struct failure *failure;
    size_t nfailures;
    uint64_t more_failures;
};

/* What is counted of an input that is a file. */
struct ahead {
    int fd; /* -1: there is nothing to count (any more) */
    off_t at;
    uint64_t records;
    bool open_end; /* the last one so far has no separator */
    bool counted;  /* to the end */
};

struct counts {
    uint64_t started, ok, failed, timed_out; /* failed holds timed_out too */
    uint64_t retried;                        /* attempts that another one followed */
};

struct pool {
    const struct options *opt;
    struct ev_loop *loop;
    struct gf_child_limits limits;

    /* input */
    struct source source;
    ev_io input_io;
    bool input_over;
    bool has_work; /* `work` was taken and its job has not started */
    bool looked;   /* with it: it is to be done */
    struct work work;
    struct work again;     /* of a job that is tried once more */
    bool has_spare;        /* -n, -X: a record that begins the next job */
    struct gf_value spare; /* it, in the source */
    size_t room;           /* bytes that a command may have */
    size_t gathered;       /* bytes that the work has in it */
    struct feed feed;
    uint64_t seq;           /* of the last job taken */
    struct gf_value *names; /* of columns or lists: --header */
    size_t nnames;
    struct gf_buf name_bytes;
    struct gf_template command;
    struct gf_template tagstring;
    struct gf_buf tagged; /* what was read, with tags */
    struct gf_buf result_path;
    struct gf_buf path;                     /* of the command's file */
    char **env;                             /* ours, and behind it the job's own variables */
    char *env_seq, *env_slot, *env_attempt; /* rewritten for each job */
    char env_pool[ENV_SIZE];                /* and those of this run */
    char env_log[2 * ENV_SIZE];             /* what tells its processes apart; empty: no log */
    int null_fd;
    struct gf_pacer pacer; /* --rate */
    ev_timer retry_timer;  /* no process could be made: try again */
    unsigned retries;
    ev_io rate_io; /* a timerfd: the next start is due */
    struct rlimit nofile;

    /* jobs */
    struct job **slot; /* opt->slots of them; NULL: free */
    pid_t *slot_pid;   /* the same, to find a pid; 0: free */
    unsigned slots;    /* places; as many as may run, or more after -j @FILE said less */
    unsigned running;  /* slots in use */
    struct capacity capacity;
    struct escapes escapes;
    unsigned lowest_free;
    struct job *free_jobs;
    struct job *late;
    struct job *waiting; /* for another try */
    unsigned nwaiting;
    unsigned held_jobs; /* in the queue */
    struct gf_joblog log;
    bool log_ahead; /* of the disk: --durable waits for it before the next start */
    struct resume resume;

    /* output */
    struct gf_capture_store store;
    struct job *queue, **queue_tail;
    struct gf_capture lines[STREAMS]; /* --line-buffer: whole lines on their way */
    ev_io out_io[STREAMS];
    bool out_tty[STREAMS];
    bool out_dead[STREAMS]; /* a write failed: nothing more goes there */
    char *chunk;            /* one read's worth */

    /* signals */
    ev_signal sig[8];
    int stop_signal; /* 0, or the one that ends us */
    unsigned stops;  /* how many of them came */

    /* how it went */
    struct counts count;
    struct gf_failures failures;
    struct gf_hist times;
    gf_ns begin_mono;
    gf_ns cpu;            /* of all attempts */
    double busy, offered; /* ns that attempts held slots, and that there were slots to hold, */
    gf_ns offered_mono;   /* until then (sums over slots: more than gf_ns takes) */
    struct events events;
    struct timeline timeline;
    ev_timer progress_timer;
    struct ahead ahead;
    bool hinted;     /* at records that look like options; once is enough */
    bool halted;     /* what --halt waits for has come */
    int halt_status; /* with that: what to exit with; -1: as without --halt */
    bool cut;        /* output of something left behind was cut off */
    int fatal;       /* 0, or the exit status of a failure of our own */
    bool broken_pipe;
    ev_prepare prepare;
    bool changed;
};

/* pool.c */
int pool_run(struct pool *p, const struct options *o); /* the exit status */
/* That --chdir can be gone to; -1 after a message. */
int pool_check_directory(const struct options *o);
/* No new jobs; running ones go on. `status` is what we shall exit with. */
void pool_fail(struct pool *p, int status);
bool pool_takes_more(const struct pool *p);
/* Something happened: before the loop waits again it looks what can be written and started, and
 * whether all is done. Events only say this; none of them starts jobs itself, so none can keep the
 * others waiting. */
void pool_changed(struct pool *p);

/* feed.c */
/* The next job's block: 1, 0, GF_READER_END as source_take; -1 after a message. */
int feed_next(struct pool *p);
/* The first record is in front of each block from now on. -1: memory is out. */
int feed_header(struct pool *p, struct gf_value record);
/* Puts the block at hand where the job keeps it. 0, or an errno. */
int feed_keep(struct job *j);
/* A descriptor for the job's next attempt to read it from the start, yours; -1: errno. */
int feed_open(const struct job *j);
void feed_drop(struct job *j);
/* Whether so many blocks wait for another try that no more should be taken. */
bool feed_full(const struct pool *p);
void feed_release(struct pool *p);

/* input.c */
/* Opens the input and reads the header. -1 after a message. */
int input_open(struct pool *p);
int input_init(struct pool *p);
void input_release(struct pool *p);
/* Starts what may start now, and arranges to be called when more may. */
void input_pump(struct pool *p);
/* --dry-run: prints every command; the exit status. */
int input_dry_run(struct pool *p);

/* capacity.c */
int capacity_init(struct pool *p); /* -1, else the exit status after a message */
void capacity_release(struct pool *p);
/* Whether one more may start now. If not, we shall be told. Takes a token of make's, so start one
 * or call capacity_settle. */
bool capacity_allows(struct pool *p);
/* Gives back what fewer running jobs need no more. */
void capacity_settle(struct pool *p);

/* escape.c: of a job that was told to end */
void escape_init(void);
void escape_release(struct pool *p);
void escape_told(const struct job *j);
/* Whether one of its processes, outside of its group, lives. */
bool escape_lives(const struct job *j);
/* SIGTERM for those that did not get one, or SIGKILL for all. */
void escape_signal(const struct job *j, int sig);
/* The last look: ends what is left of such jobs, and names what it cannot. */
void escape_end(struct pool *p);

/* ci.c: each does nothing without --ci */
void ci_output(struct job *j, int stream, const char *data, size_t len);
/* Puts what opens the fold of its output into j->fold, and what closes it. */
void ci_open(struct job *j);
void ci_close(struct job *j);

/* record.c */
int record_open(struct pool *p); /* -1, else the exit status after a message */
void record_ended(const struct job *j);
void record_unstarted(const struct job *j, int exit_status);
/* Before a start. False after a message: nothing may start any more. */
bool record_on_disk(struct pool *p);
int record_close(struct pool *p); /* -1 after a message */

/* resume.c */
int resume_load(struct pool *p); /* -1 after a message */
/* Whether the job of the record at hand is done already; it is passed by once. -1 after a
 * message. */
int resume_skips(struct pool *p, bool *skip);
void resume_end(struct pool *p);

/* rerun.c */
bool rerun_next(struct pool *p); /* the next job in p->work; false: there is no more */
uint64_t rerun_total(const struct pool *p);
/* Its words; NULL with errno, ENOEXEC when only a shell could run it. */
char **rerun_words(struct pool *p, const char *text, size_t len);

/* leftover.c */
int leftover_mark(struct pool *p); /* -1 with errno */
void leftover_report(const struct pool *p);

/* retry.c */
bool retry_wanted(const struct job *j);
void retry_later(struct job *j);
struct job *retry_take(struct pool *p); /* one whose wait is over, or NULL */
void retry_put_back(struct job *j);
/* No more tries: those that wait have failed. */
void retry_give_up(struct pool *p);

/* job.c */
enum start {
    START_OK,
    START_FAILED_JOB,
    START_RETRY,
    START_STOP
};
enum start job_start(struct pool *p);
/* Another try of a job that was taken from the waiting ones; the slot is free. */
enum start job_again(struct job *j);
/* The job has ended, with what its last attempt ended with. */
void job_finish(struct job *j);
void job_reap(struct pool *p, pid_t pid, int status, const struct rusage *usage);
void job_tell(struct job *j, enum gf_child_event ev);
/* A stream was read or closed: what follows for the job. */
void job_streams_changed(struct job *j);
/* Nothing in the queue, no slot, no pipe: back to the free ones. */
void job_settle(struct job *j);
void job_signal_all(struct pool *p, int sig);
/* It was stopped for so long: its deadlines come later. */
void job_postpone(struct job *j, gf_ns by);
/* Processor time of its last attempt. */
gf_ns job_cpu(const struct job *j);
/* What an errno of a start that failed means, for people. */
const char *job_why_not(int err);
bool job_pipes_open(const struct job *j);
/* Whether a pipe is not read because there is no room for what is in it. */
bool job_paused(const struct job *j);
/* A signal for its process group, while that is there. */
void job_signal(const struct job *j, int sig);

/* output.c */
int output_init(struct pool *p);
void output_release(struct pool *p);
/* Puts the job's streams on the read ends of its pipes (-1: none) and reads them from now on. */
void output_attach(struct job *j, const int fd[STREAMS]);
/* Reads what is there now, without waiting, up to a few MiB. */
void output_drain(struct job *j);
/* Reads on what was paused. */
void output_resume(struct job *j);
void output_close(struct job *j, int stream);
/* Throws away what is held of it, and does not listen to it any more. */
void output_forget(struct job *j);
void output_queue(struct job *j);
void output_pump(struct pool *p);
bool output_pending(const struct pool *p);
/* Whether so much is held back that no more should start. */
bool output_full(const struct pool *p);

/* tag.c: -1: memory is out */
int tag_init(struct pool *p);
void tag_release(struct pool *p);
int tag_job(struct job *j, const struct work *w, unsigned slot);
/* The bytes with a tag in front of each line, valid until the next call; they themselves without
 * --tag. */
int tag_lines(struct job *j, int stream, const char **data, size_t *len);

/* results.c: each does nothing without --results */
int results_init(struct pool *p); /* -1 after a message */
/* A new attempt: its files, empty. -1: errno. */
int results_begin(struct job *j);
void results_add(struct job *j, int stream, const char *data, size_t len);
/* It has ended for good, or could not start. */
void results_status(struct job *j, int exit_status);
void results_close(struct job *j);

/* signal.c */
void signal_init(struct pool *p);
void signal_release(struct pool *p);

/* events.c: each does nothing without --events */
int events_open(struct pool *p); /* -1 after a message */
void events_begin(struct pool *p);
void events_taken(struct pool *p, bool skipped); /* the record at hand */
void events_started(const struct job *j);
void events_output(const struct job *j, int stream);
void events_timed_out(const struct job *j);
void events_signalled(const struct job *j, int sig);
void events_ended(const struct job *j);
void events_unstarted(const struct job *j, int exit_status);
void events_retried(const struct job *j, gf_ns wait);
void events_given_up(const struct job *j);
/* Writes what there is. True when all of it is out. */
bool events_out(struct pool *p);
/* Whether so much waits that no more should start. */
bool events_full(const struct pool *p);
int events_end(struct pool *p, int status); /* -1 after a message */
void events_close(struct pool *p);

/* timeline.c, page.c: each does nothing without --report */
void timeline_attempt(const struct job *j, bool again); /* one has ended; another follows */
void timeline_stderr(struct job *j, const char *data, size_t len);
void timeline_finished(const struct job *j);
void timeline_unstarted(const struct job *j, const char *why);
void timeline_forget(struct job *j); /* another attempt begins */
void timeline_release(struct pool *p);
int page_write(struct pool *p); /* -1 after a message */

/* progress.c */
void progress_init(struct pool *p);
void progress_status_line(struct pool *p);

/* ahead.c */
void ahead_init(struct pool *p); /* before anything is read */
void ahead_end(struct pool *p);
/* How many jobs there will be in all; false while that is not known. */
bool ahead_total(struct pool *p, uint64_t *total);

/* hint.c */
void hint_not_found(const char *name);
/* Whether the command may take the record for an option. */
bool hint_looks_like_option(const struct pool *p, const struct work *w);
void hint_failed(struct pool *p, const struct job *j);

/* report.c */
void report_init(struct pool *p);
/* Call before p->capacity.most changes: how much time of slots there was so far. */
void report_capacity(struct pool *p);
/* What a shell would say: 0 to 255. */
int report_status(const struct job *j);
/* How the job ended, in words: "ok" "exit status 3" "signal 9" "timed out". */
const char *report_how(const struct job *j, char out[HOW_SIZE]);
/* What -v says about an attempt: its start, its end, and the one that follows. */
void report_started(const struct job *j);
void report_attempt(const struct job *j);
void report_retried(const struct job *j, gf_ns wait);
void report_outcome(struct pool *p, const struct job *j);
/* Looks whether --halt's condition has come with this job, and acts. */
void report_halt(struct pool *p, const struct job *j);
void report_unstarted(struct pool *p, uint64_t seq, const char *why, const struct gf_buf *command);
/* Says how many of so many jobs failed, and the first of them. */
void report_failures(const struct pool *p, uint64_t jobs);
int report_end(struct pool *p);

#endif
