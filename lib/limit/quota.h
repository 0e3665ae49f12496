/*
 * quota.h - a limit whose windows are those of the calendar, in one 64-bit state as that of gcra.h.
 *
 * For lib/limit/gcra.c alone, which asks here when the rate of a limit has a calendar. The state
 * counts units: window w owns the units w * count to (w + 1) * count, and the state is the first
 * one that is not taken. What a window has left when it ends is skipped, so nothing is carried
 * over; what has been taken ahead belongs to later windows. The state never goes back while units
 * are taken, so no window is filled twice.
 *
 * `now` and times are on the clock of the limits. Pure, as far as zones are.
 */
#ifndef GF_LIMIT_QUOTA_H
#define GF_LIMIT_QUOTA_H

#include "limit/gcra.h"

/* The state at `now` with `left` units of the window that is now, at most all. */
gf_ns gf_quota_start(const struct gf_gcra *l, uint64_t left, gf_ns now);

/* Units that the window which is now has left; below 0: so many are taken of later ones. */
int64_t gf_quota_left(const struct gf_gcra *l, gf_ns state, gf_ns now);

/* Where n units would be taken, all of one window: n is 1 or more. More than a window holds is due
 * GF_NEVER, and takes nothing. */
struct gf_ticket gf_quota_place(const struct gf_gcra *l, gf_ns state, uint64_t n, gf_ns now);

/* When the units before `state`, which were placed there, may pass: `now` or later. */
gf_ns gf_quota_due(const struct gf_gcra *l, gf_ns state, gf_ns now);

/* Whether the window of the units before `state` has ended; `state` is not 0. */
bool gf_quota_is_over(const struct gf_gcra *l, gf_ns state, gf_ns now);

/* When nothing is taken any more: the start of a window. */
gf_ns gf_quota_idle_at(const struct gf_gcra *l, gf_ns state);

/* The state of another amount for the same windows. */
gf_ns gf_quota_convert(const struct gf_gcra *l, const struct gf_gcra *next, gf_ns state);

#endif
