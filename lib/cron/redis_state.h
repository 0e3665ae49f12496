/*
 * redis_state.h - the state of schedulers on a Redis server, for any number of machines.
 *
 *     struct gf_state *s;
 *     if (gf_state_open_redis(&s, &tool.server, "host:123", 30 * GF_S) != 0) ... memory is out ...
 *     if (gf_state_tick(s, &tick) != 0) ... gf_state_error(s) ...
 *     gf_state_close(s);
 *
 * Nothing is connected before the first call. The functions are those of state.h, with the same
 * results, but for these:
 *
 *   - An owner is there as long as its lease, by the server's clock. gf_state_tick begins and
 * renews it. Without a lease nothing is claimed or written: the calls fail, and gf_state_may_pass.
 *   - What an owner that is gone had claimed was interrupted, or, when it had not begun, was
 * missed, and waits for a scheduler.
 *   - A row of another owner is never written: gf_state_end is 1 then.
 *   - gf_state_begin, gf_state_commit and gf_state_undo do nothing: each call is whole by itself,
 *     and the same call again does no harm.
 *   - gf_state_watch has no descriptor; gf_state_tick says what is new.
 *
 * A call whose connection is lost before its answer may have been done: the same call again, soon,
 * has the answer of the first.
 *
 * What is accepted is as safe as the server is: with `appendonly yes` it survives the death of the
 * server's process (everysec: all but the last second). A failover to a replica may lose claims
 * that were not copied yet, and a due time may run twice then.
 *
 * Keys, for a name N: gf:{N}:cron (a hash: v, the layout's version) and, behind it, :owners (a
 * sorted set, by the end of each lease), :goes (by what table and zone each owner goes), :ids (a
 * sorted set) and :job (the jobs), :run (a hash: "JOB\nDUE" and the run), :due and :due:JOB (sorted
 * sets of runs by their due times), :open (a set of the runs that have an owner), :left (a sorted
 * set of those that wait for a scheduler, by when they were left), :request (a sorted set),
 * :once:TOKEN (calls that may be repeated).
 */
#ifndef GF_CRON_REDIS_STATE_H
#define GF_CRON_REDIS_STATE_H

#include "cron/state.h"
#include "redis/server.h"

/* The server stays the caller's, and is used by nobody else meanwhile. `name` is what others see of
 * a scheduler, to which a random part is added; NULL: of who looks, or changes something by hand,
 * and has no lease. -1: ENOMEM. */
int gf_state_open_redis(struct gf_state **out, struct gf_redis_server *server, const char *name,
                        gf_ns lease);

#endif
