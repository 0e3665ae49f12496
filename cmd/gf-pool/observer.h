/*
 * observer.h - who is told what happens to jobs: the log, the events, the statistics, the page,
 * --halt and so on. They know the job, and nothing of one another.
 *
 *     static const struct observer_events events = {.finished = on_finished};
 *     observers_add(&all, &events, self);          // each is told in the order of these calls
 *     observers_finished(&all, job);
 *
 * A function that is NULL is not called. CONTRIBUTING.md tells how to add an observer.
 */
#ifndef GF_POOL_OBSERVER_H
#define GF_POOL_OBSERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

struct job;

struct observer_events {
    /* A record was taken for job `seq`; `skipped`: an earlier run has done it. */
    void (*taken)(void *self, uint64_t seq, bool skipped);
    /* An attempt is about to start. -1 after a message: it may not, and the run ends. */
    int (*begin)(void *self, struct job *j);
    void (*started)(void *self, const struct job *j);
    void (*output)(void *self, struct job *j, int stream, const char *data, size_t len);
    void (*timed_out)(void *self, const struct job *j);
    void (*signalled)(void *self, const struct job *j, int sig);
    /* It waits for the terminal, which it does not get (run/task.h). */
    void (*stopped)(void *self, const struct job *j, int sig);
    /* It was stopped at the terminal, which it has. */
    void (*suspended)(void *self, const struct job *j);
    /* An attempt has ended (job.ending); `again`: another one follows. */
    void (*attempt)(void *self, const struct job *j, bool again);
    /* The next attempt comes after so long; what this one wrote is thrown away. */
    void (*retried)(void *self, struct job *j, gf_ns wait);
    /* The next attempt will not come: the run ends. `finished` follows. */
    void (*given_up)(void *self, const struct job *j);
    /* The job has ended for good, as its last attempt did. */
    void (*finished)(void *self, struct job *j);
    /* All that it wrote is out, or lost (turn.lost). Again, when something that it left behind
     * wrote more. */
    void (*written)(void *self, struct job *j);
    /* It could not start, for this errno. A first attempt: it has failed, and `finished` does not
     * follow. A later one: `finished` follows with the ending of the attempt before. */
    void (*unstarted)(void *self, struct job *j, int err);
};

enum {
    OBSERVERS_MOST = 12
};

struct observers {
    size_t n;
    struct observer {
        const struct observer_events *on;
        void *self;
    } list[OBSERVERS_MOST];
};

void observers_add(struct observers *all, const struct observer_events *on, void *self);
void observers_taken(const struct observers *all, uint64_t seq, bool skipped);
int observers_begin(const struct observers *all, struct job *j);
void observers_started(const struct observers *all, const struct job *j);
void observers_output(const struct observers *all, struct job *j, int stream, const char *data,
                      size_t len);
void observers_timed_out(const struct observers *all, const struct job *j);
void observers_signalled(const struct observers *all, const struct job *j, int sig);
void observers_stopped(const struct observers *all, const struct job *j, int sig);
void observers_suspended(const struct observers *all, const struct job *j);
void observers_attempt(const struct observers *all, const struct job *j, bool again);
void observers_retried(const struct observers *all, struct job *j, gf_ns wait);
void observers_given_up(const struct observers *all, const struct job *j);
void observers_finished(const struct observers *all, struct job *j);
void observers_written(const struct observers *all, struct job *j);
void observers_unstarted(const struct observers *all, struct job *j, int err);

#endif
