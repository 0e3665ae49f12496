/*
 * agent_parts.h - what both threads of an agent touch, for agent.c (the thread) and agent_owner.c
 * (the side of who owns it) alone.
 */
#ifndef GF_QUEUE_AGENT_PARTS_H
#define GF_QUEUE_AGENT_PARTS_H

#include <pthread.h>

#include "queue/agent.h"

/* A list of structs that grows. */
struct gf_agent_list {
    void *all;
    size_t n, cap;
};

/* An end with its own copies. */
struct gf_agent_end {
    struct gf_queue_end e;
    char token[GF_QUEUE_TOKEN];
    char *tail;
};

struct gf_agent_token {
    char text[GF_QUEUE_TOKEN];
    bool over, last; /* of a job: as in struct gf_queue_step */
};

struct gf_agent_shared {
    struct gf_agent_list ready; /* struct gf_queue_work, of which `taken` are gone */
    size_t taken;
    struct gf_agent_list ends; /* struct gf_agent_end */
    struct gf_agent_list lost; /* struct gf_agent_token */
    size_t unsure;             /* ends that were handed in, and neither accepted nor refused */
    gf_ns sure_boot;           /* until then all leases are known to hold */
    unsigned want;
    uint64_t buried;
    bool is_empty, stop;
    bool is_over; /* the thread does nothing more */
    gf_ns stop_by_mono;
    enum gf_queue_agent_state state;
    struct gf_queue_trouble trouble;
    char note[GF_QUEUE_NOTE];
    bool was_noted; /* the owner has it */
};

struct gf_queue_agent {
    struct gf_queue *q;
    struct gf_queue_agent_how how;
    char worker[GF_QUEUE_WORKER];
    pthread_t thread;
    pthread_mutex_t lock;
    int wake, news; /* eventfds: for the thread, and for its owner */
    struct gf_agent_shared s;
    /* the thread's own */
    struct gf_agent_list held;            /* struct gf_agent_token */
    struct gf_agent_list at_hand, leases; /* struct gf_queue_end and gf_queue_lease of the step */
    struct gf_agent_list mine;            /* struct gf_agent_end: what those point to */
    struct gf_queue_taken taken;
    gf_ns renew_boot, look_boot, sure_boot;
    bool look; /* there may be something to take */
};

/* Room for one more, at the end; NULL: memory is out. */
void *gf_agent_grow(struct gf_agent_list *l, size_t size);

static inline struct gf_agent_end *gf_agent_end_at(const struct gf_agent_list *l, size_t i)
{
    return (struct gf_agent_end *)l->all + i;
}

static inline struct gf_queue_work *gf_agent_work_at(const struct gf_agent_list *l, size_t i)
{
    return (struct gf_queue_work *)l->all + i;
}

static inline struct gf_agent_token *gf_agent_token_at(const struct gf_agent_list *l, size_t i)
{
    return (struct gf_agent_token *)l->all + i;
}

/* Wakes who waits for the eventfd; and makes it quiet again. */
void gf_agent_ring(int fd);
void gf_agent_empty(int fd);

/* What the thread does. */
void *gf_agent_work(void *agent);

#endif
