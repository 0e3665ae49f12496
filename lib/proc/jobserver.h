/*
 * jobserver.h - a share of the jobs that GNU make runs at once: the client's side of its jobserver.
 *
 * make -jN keeps N - 1 tokens in a pipe. Whoever make runs may run one job without a token, and
 * takes one, a byte, for each further job at the same time; the same byte is written back when that
 * job has ended. A token that is not returned is lost to the whole build.
 *
 *     struct gf_jobserver_auth auth;
 *     struct gf_jobserver s = {.rfd = -1};
 *     if (gf_jobserver_parse(getenv("MAKEFLAGS"), &auth) == 0 && auth.kind &&
 *         gf_jobserver_open(&s, &auth) == 0)
 *         while (gf_jobserver_take(&s) == 1) ... one job more ...
 *     while (s.held) gf_jobserver_give(&s);
 *     gf_jobserver_close(&s);
 *
 * Source: the GNU make manual, "Job Slots". Both styles: a named pipe (4.4) and two descriptors.
 * The shared description of a pipe is never made non-blocking; it is opened once more for that.
 * One thread.
 */
#ifndef GF_PROC_JOBSERVER_H
#define GF_PROC_JOBSERVER_H

#include <stdbool.h>
#include <stddef.h>

enum gf_jobserver_kind {
    GF_JOBSERVER_NONE,
    GF_JOBSERVER_PIPE, /* descriptors that we inherited, if the rule is a recursive one */
    GF_JOBSERVER_FIFO,
};

struct gf_jobserver_auth {
    enum gf_jobserver_kind kind;
    int rfd, wfd;     /* PIPE */
    const char *path; /* FIFO: in the text that was parsed */
    size_t path_len;
};

/*
 * What MAKEFLAGS (NULL: unset) says of a jobserver. The last one named counts, one with negative
 * descriptors is none, and what stands behind `--` are variables. 0, or -1 when it names one in a
 * way that is not known (kind is NONE then).
 */
int gf_jobserver_parse(const char *makeflags, struct gf_jobserver_auth *out);

struct gf_jobserver {
    int rfd, wfd;         /* ours; -1: closed */
    unsigned char *token; /* those in hand */
    volatile size_t held; /* how many; a handler of signals may come at any time */
    size_t room;
};

/* -1 with errno; EBADF: the descriptors are not there, or are no pipe. */
int gf_jobserver_open(struct gf_jobserver *s, const struct gf_jobserver_auth *auth);

/* 1: one more token is held; 0: there is none now; wait until rfd is readable; -1 with errno: the
 * server is gone, or memory is out. */
int gf_jobserver_take(struct gf_jobserver *s);

/* Writes the last one back. -1 with errno; it is not held any more either way. */
int gf_jobserver_give(struct gf_jobserver *s);

/* All of them. Async-signal-safe. */
void gf_jobserver_give_all(struct gf_jobserver *s);

/* Gives all and closes. */
void gf_jobserver_close(struct gf_jobserver *s);

#endif
