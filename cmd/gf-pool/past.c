/*
 * past.c - jobs in an array, in the order of their first rows, found by a table of slots.
 *
 * A job is 3 words, or 5: the high half of its fingerprint; the low half, whose last 4 bits are the
 * state of the job; its number; its first and its last run. A slot of four bytes leads to each job,
 * by a hash, and says some bits of that hash: those that the place of a job does not need. The
 * first job of a name is found by the fingerprint alone. The others of that name are found by
 * fingerprint and number, and are linked once all rows are there: so a log of a million equal jobs
 * is read as fast as any other, and one of different jobs needs no links.
 *
 * Jobs are asked for in about the order of the log, so a look costs one place in memory that is not
 * near the one before, that of the slot. An array that is sorted by fingerprints costs three of
 * them, and as many for each job that is sorted.
 */
#include "past.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "base/random.h"

enum {
    HIGH, /* words of a job */
    LOW,
    SEQ,
    FIRST,
    LAST,
    WIDTH = FIRST,
    WIDTH_RUNS = LAST + 1,
    OUTCOME = 3, /* bits of LOW */
    TAKEN = 4,
    EQUAL = 8, /* another job of the same words is in front of it */
    STATE = OUTCOME | TAKEN | EQUAL,
    FIRST_BITS = 12, /* 2^12 slots at first, */
    MOST_BITS = 32,  /* and so many at most */
    NO_SEQ = 0       /* no job has that number */
};

static uint64_t *job_at(const struct past *p, size_t i)
{
    return p->word + i * p->width;
}

void past_open(struct past *p, bool runs)
{
    *p = (struct past){.width = runs ? WIDTH_RUNS : WIDTH};
    for (size_t i = 0; i < GF_FINGERPRINT_WORDS; i++)
        p->key.word[i] = gf_random();
}

struct gf_fingerprint past_name(const struct past *p, struct gf_slice words)
{
    struct gf_fingerprint name = gf_fingerprint(&p->key, words);
    name.low &= ~(uint64_t)STATE;
    return name;
}

/* ---- slots ----------------------------------------------------------------------------------- */

/* Of the first job of a name with NO_SEQ. The fingerprint is evenly spread; numbers that follow one
 * another become so by the factor, 2^64 by the golden ratio (Knuth, The Art of Computer Programming
 * 3, 6.4). */
static uint64_t hash_of(uint64_t high, uint64_t seq)
{
    return high ^ seq * UINT64_C(0x9E3779B97F4A7C15);
}

/* What a slot says of the hash: its high bits, as many as a place leaves free. */
static uint32_t tag_of(const struct past *p, uint64_t hash)
{
    return (uint32_t)(hash >> 32) & ~(uint32_t)((UINT64_C(1) << p->slot_bits) - 1);
}

/* Places are kept plus one; 0 is a free slot. */
static void put_slot(struct past *p, size_t i)
{
    const uint64_t *job = job_at(p, i);
    size_t mask = ((size_t)1 << p->slot_bits) - 1;
    uint64_t hash = hash_of(job[HIGH], job[LOW] & EQUAL ? job[SEQ] : NO_SEQ);
    size_t at = hash & mask;
    while (p->slot[at])
        at = (at + 1) & mask;
    p->slot[at] = tag_of(p, hash) | (uint32_t)(i + 1);
}

static int grow_slots(struct past *p)
{
    unsigned bits = p->slot ? p->slot_bits + 1 : FIRST_BITS;
    free(p->slot);
    p->slot = bits <= MOST_BITS ? calloc((size_t)1 << bits, sizeof *p->slot) : NULL;
    p->slot_bits = bits;
    if (!p->slot) {
        errno = bits <= MOST_BITS ? ENOMEM : EOVERFLOW;
        return -1;
    }
    for (size_t i = 0; i < p->n; i++)
        put_slot(p, i);
    return 0;
}

/* The job of these words that has this number and is not the first of them; with NO_SEQ the first.
 * NULL: there is none. */
static uint64_t *find(const struct past *p, struct gf_fingerprint name, uint64_t seq)
{
    if (!p->slot)
        return NULL;
    size_t mask = ((size_t)1 << p->slot_bits) - 1;
    uint64_t hash = hash_of(name.high, seq), low = name.low | (seq == NO_SEQ ? 0 : EQUAL);
    uint32_t tag = tag_of(p, hash);
    for (size_t at = hash & mask; p->slot[at]; at = (at + 1) & mask) {
        uint32_t place = p->slot[at] ^ tag;
        if (place > mask) /* another hash */
            continue;
        uint64_t *job = job_at(p, place - 1);
        if (job[HIGH] == name.high && (job[LOW] & ~(uint64_t)(OUTCOME | TAKEN)) == low &&
            (seq == NO_SEQ || job[SEQ] == seq))
            return job;
    }
    return NULL;
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* Behind the others; NULL: memory is out. */
static uint64_t *add_job(struct past *p, struct gf_fingerprint name, uint64_t seq, bool is_first)
{
    uint64_t *word = gf_grow(p->word, &p->cap, p->n + 1, p->width * sizeof *word);
    if (!word)
        return NULL;
    p->word = word;
    uint64_t *job = job_at(p, p->n);
    job[HIGH] = name.high;
    job[LOW] = name.low | (is_first ? 0 : EQUAL);
    job[SEQ] = seq;
    if (p->width == WIDTH_RUNS)
        job[FIRST] = 0;
    p->equal += !is_first;
    put_slot(p, p->n++);
    return job;
}

int past_add(struct past *p, struct gf_slice words, uint64_t seq, enum past_outcome outcome,
             uint64_t run)
{
    struct gf_fingerprint name = past_name(p, words);
    size_t slots = p->slot ? (size_t)1 << p->slot_bits : 0;
    if (p->n + 1 > slots / 4 * 3 && grow_slots(p) != 0)
        return -1;
    uint64_t *first = find(p, name, NO_SEQ);
    uint64_t *job = first && first[SEQ] != seq ? find(p, name, seq) : first;
    if (!job)
        job = add_job(p, name, seq, !first);
    if (!job)
        return -1;
    job[LOW] = (job[LOW] & ~(uint64_t)OUTCOME) | outcome;
    if (p->width == WIDTH_RUNS) {
        job[FIRST] = job[FIRST] ? job[FIRST] : run;
        job[LAST] = run;
    }
    return 0;
}

static size_t place_of(const struct past *p, const uint64_t *job)
{
    return (size_t)(job - p->word) / p->width;
}

/* The next one of the same words; NULL: there is none. */
static uint64_t *next_of(const struct past *p, const uint64_t *job)
{
    uint32_t next = p->next ? p->next[place_of(p, job)] : 0;
    return next ? job_at(p, next) : NULL;
}

/* Behind the first of their words in the order of their outcomes, and then as they came: the last
 * one is linked first. The first job of all is linked behind none, so a link of 0 leads nowhere. */
static void link_equal(struct past *p)
{
    for (int outcome = PAST_INTERRUPTED; outcome >= PAST_OK; outcome--)
        for (size_t i = p->n; i-- > 0;) {
            const uint64_t *job = job_at(p, i);
            if (!(job[LOW] & EQUAL) || (job[LOW] & OUTCOME) != (uint64_t)outcome)
                continue;
            struct gf_fingerprint name = {job[HIGH], job[LOW] & ~(uint64_t)STATE};
            size_t first = place_of(p, find(p, name, NO_SEQ));
            p->next[i] = p->next[first];
            p->next[first] = (uint32_t)i;
        }
}

int past_settle(struct past *p)
{
    if (p->equal == 0)
        return 0;
    p->next = calloc(p->n, sizeof *p->next);
    if (!p->next)
        return -1;
    link_equal(p);
    return 0;
}

/* ---- asked ----------------------------------------------------------------------------------- */

bool past_knows(const struct past *p, struct gf_fingerprint name)
{
    return find(p, name, NO_SEQ);
}

static uint64_t outcome_of(const uint64_t *job)
{
    return job[LOW] & OUTCOME;
}

/* Which of the two is taken: the first of its name, unless it was, or the one behind it. Either may
 * be NULL. */
static uint64_t *choose(uint64_t *first, uint64_t *next)
{
    if (first && first[LOW] & TAKEN)
        return next;
    return first && next && outcome_of(next) < outcome_of(first) ? next : first;
}

uint64_t past_take(struct past *p, struct gf_fingerprint name, enum past_outcome *outcome)
{
    uint64_t *first = find(p, name, NO_SEQ), *next = first ? next_of(p, first) : NULL;
    uint64_t *job = choose(first, next);
    if (!job)
        return 0;
    *outcome = (enum past_outcome)outcome_of(job);
    job[LOW] |= TAKEN;
    if (job == next)
        p->next[place_of(p, first)] = p->next[place_of(p, next)];
    return job[SEQ];
}

bool past_take_number(struct past *p, struct gf_fingerprint name, uint64_t seq)
{
    uint64_t *first = find(p, name, NO_SEQ);
    uint64_t *job = first && first[SEQ] != seq ? find(p, name, seq) : first;
    if (!job || job[LOW] & TAKEN || outcome_of(job) == PAST_OK)
        return false;
    job[LOW] |= TAKEN;
    return true;
}

/* ---- runs ------------------------------------------------------------------------------------ */

/* How many jobs of that name the last run that did new ones of them has done; *run is that run. */
static uint64_t count_done_again(const struct past *p, const uint64_t *first, uint64_t *run)
{
    uint64_t times = 0;
    *run = 0;
    for (const uint64_t *job = first; job; job = next_of(p, job)) {
        if (outcome_of(job) != PAST_OK || job[FIRST] < *run)
            continue;
        times = job[FIRST] > *run ? 1 : times + 1;
        *run = job[FIRST];
    }
    return times;
}

void past_drop_done_again(struct past *p)
{
    for (size_t i = 0; i < p->n && p->equal; i++) {
        uint64_t *first = job_at(p, i), run, times;
        if (first[LOW] & EQUAL || !next_of(p, first))
            continue;
        times = count_done_again(p, first, &run);
        for (uint64_t *job = first; job && times > 0; job = next_of(p, job)) {
            if (outcome_of(job) == PAST_OK || job[LAST] >= run)
                continue;
            job[LOW] |= TAKEN;
            times--;
        }
    }
}

void past_release(struct past *p)
{
    free(p->word);
    free(p->slot);
    free(p->next);
    *p = (struct past){0};
}
