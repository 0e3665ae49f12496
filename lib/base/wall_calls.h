/*
 * wall_calls.h - the calls of the system that are left behind the wall. Internal to base/wall.
 *
 *     prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
 *     if (gf_wall_filter_calls() != 0) ... errno; nothing has changed ...
 *
 * For the calling thread, and those that it starts.
 */
#ifndef GF_BASE_WALL_CALLS_H
#define GF_BASE_WALL_CALLS_H

#include <stdbool.h>

/* 0, or -1: the kernel or this processor has none. */
int gf_wall_filter_calls(void);

/* Whether it would succeed. */
bool gf_wall_can_filter(void);

#endif
