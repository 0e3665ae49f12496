/*
 * semline.h - who stands where in the line of a semaphore. For lib/limit/sem*.c alone; all of it
 * is called under the GATE lock.
 */
#ifndef GF_LIMIT_SEMLINE_H
#define GF_LIMIT_SEMLINE_H

#include "limit/sem.h"

/* What one who stands in line, or would join it, sees. */
struct gf_semline {
    uint32_t permits;
    uint32_t need;              /* how many have to be free for us */
    uint64_t free;              /* permits that nobody holds */
    struct gf_sem_sight first;  /* in line before us; place -1: we are first */
    struct gf_sem_sight before; /* right before us */
    uint32_t first_need;
    uint64_t wanted;   /* by those before us, at most */
    bool may_overtake; /* by claim->eager: all that want more than is free before us let us pass */
    size_t ahead;      /* how many stand before us, at most */
};

/* The order of two turns: negative, 0 or positive. Any thread, no lock. */
int gf_semline_compare(int64_t asked, uint32_t priority, int64_t other_asked,
                       uint32_t other_priority);

/* The weight of one who goes by the kind, which may change until we have a place. */
int gf_semline_follow_kind(struct gf_sem *s);

/* Takes a free place. EUSERS: there is none. */
int gf_semline_sit(struct gf_sem *s);

/* Writes the record of our place. */
int gf_semline_describe(struct gf_sem *s, const struct gf_sem_claim *c, uint32_t state, int32_t pid,
                        gf_ns since_wall);

/* Looks along the line from our place; without one, from its end. ESTALE: the file was removed;
 * ERANGE: s->weight is more than there are permits, but for a writer, who needs all there are. */
int gf_semline_look(struct gf_sem *s, const struct gf_sem_claim *c, struct gf_semline *out);

/* What another wrote into our own record. */
int gf_semline_own_state(struct gf_sem *s, uint32_t *state);

/* Those behind `who` need not wait for it any more. */
int gf_semline_pass_by(struct gf_sem *s, struct gf_sem_sight who);

/* Counts us as one who passed each that we overtake. */
int gf_semline_count_overtaken(struct gf_sem *s, const struct gf_sem_claim *c);

/* All who wait, but us, are to give up. */
int gf_semline_replace_all(struct gf_sem *s);

/* Whether `who` still waits, and its sign of life. */
bool gf_semline_waits(struct gf_sem *s, struct gf_sem_sight who, uint32_t *beat);

#endif
