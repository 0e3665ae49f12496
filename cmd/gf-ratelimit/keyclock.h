/*
 * keyclock.h - the clock of a key that feedback has slowed down or paused.
 *
 * A key without feedback goes by the clock of all limits (clock.h). Feedback for one key gives that
 * key a clock of its own (limit/aimd.h), which runs by the clock of all limits and is slower. The
 * due times of its records are times of that clock and stay as they are, whatever feedback says:
 * only when the clock shows them changes. `now` is what the clock of all limits shows.
 */
#ifndef GF_CMD_RATELIMIT_KEYCLOCK_H
#define GF_CMD_RATELIMIT_KEYCLOCK_H

#include "flow.h"

enum {
    KEY_CLOCKS_MAX = 65536 /* with so many in use, feedback for another key is for all keys */
};

/* What the clock of the key shows at `now`; k may be NULL. */
gf_ns keyclock_at(const struct held_key *k, gf_ns now);

/* When the clock of the key shows `time`. */
gf_ns keyclock_when(const struct held_key *k, gf_ns time);

/* Whether feedback lets no record of the key pass at all. */
bool keyclock_is_paused(struct flow *f, const struct held_key *k, gf_ns now);

/* The TATs of a key, by its clock. NULL: memory is out. */
gf_ns *keyclock_tat(struct flow *f, struct held_key *k, uint64_t hash, gf_ns now);

/* Calls fn for each key with a clock of its own: its hash, its TATs, and what its clock shows. */
void keyclock_each(struct flow *f, gf_ns now,
                   void (*fn)(uint64_t hash, gf_ns *tat, gf_ns shows, void *arg), void *arg);

/* Applies the feedback for single keys that came in since the last call. IO_OK or IO_FAILED. */
enum io keyclock_feedback(struct flow *f, gf_ns now);

void keyclock_release(struct flow *f);

#endif
