/*
 * redis_state_run.c - runs in the state on a server, from the claim to the end.
 *
 * A claim makes the row "JOB\nDUE", as a whole in its script, so who makes it has it. A row has its
 * owner's name until the run is over, and the rows with owners are few: what an owner that is gone
 * has left is found among them. What every row says is in redis_state_lua.c.
 */
#include <string.h>

#include "cron/redis_state_parts.h"

static struct gf_redis_request *ask_run(struct gf_state_redis *r, const char *job, int64_t due)
{
    struct gf_redis_request *q = gf_state_redis_ask(r);
    gf_redis_put_text(q, job);
    gf_redis_put_int(q, due);
    return q;
}

/* Nothing where there is none. */
static void put_time(struct gf_redis_request *q, gf_ns t)
{
    if (t)
        gf_redis_put_int(q, t);
    else
        gf_redis_put(q, "", 0);
}

int gf_state_redis_claim(struct gf_state *s, const char *job, int64_t due, bool again,
                         gf_ns now_wall)
{
    struct gf_state_redis *r = gf_state_redis_of(s);
    struct gf_redis_request *q = ask_run(r, job, due);
    struct gf_state_unsure *u = gf_state_redis_unsure(r, GF_UNSURE_CLAIM, job, due);
    bool sent;
    gf_redis_put_int(q, again);
    gf_redis_put_int(q, now_wall);
    gf_redis_put_int(q, u != NULL);
    redisReply *a = gf_state_redis_run(r, &gf_state_lua_claim, 1, &sent);
    if (!a && sent)
        gf_state_redis_note(r, GF_UNSURE_CLAIM, job, due, NULL);
    if (!a)
        return -1;
    int got = (int)gf_state_redis_int(a->element[0]);
    freeReplyObject(a);
    if (u)
        u->what = 0;
    return got;
}

int gf_state_redis_runs_elsewhere(struct gf_state *s, const char *job, bool *yes)
{
    struct gf_state_redis *r = gf_state_redis_of(s);
    struct gf_redis_request *q = gf_state_redis_ask(r);
    gf_redis_put_text(q, "elsewhere");
    gf_redis_put_text(q, job);
    redisReply *a = gf_state_redis_run(r, &gf_state_lua_ask, 2, NULL);
    *yes = a && gf_state_redis_int(a->element[1]) == 1;
    freeReplyObject(a);
    return a ? 0 : -1;
}

/* ---- changes --------------------------------------------------------------------------------- */

static struct gf_redis_request *ask_change(struct gf_state_redis *r, const struct gf_run_row *row,
                                           const char *what)
{
    struct gf_redis_request *q = ask_run(r, row->job, row->due);
    gf_redis_put_text(q, what);
    return q;
}

static int change(struct gf_state_redis *r)
{
    return (int)gf_state_redis_number(r, &gf_state_lua_change);
}

int gf_state_redis_give_back(struct gf_state *s, const struct gf_run_row *row)
{
    struct gf_state_redis *r = gf_state_redis_of(s);
    ask_change(r, row, "back");
    return change(r) < 0 ? -1 : 0;
}

int gf_state_redis_ask_again(struct gf_state *s, const struct gf_run_row *row)
{
    struct gf_state_redis *r = gf_state_redis_of(s);
    ask_change(r, row, "again");
    return change(r) < 0 ? -1 : 0;
}

int gf_state_redis_wait(struct gf_state *s, const struct gf_run_row *row)
{
    struct gf_state_redis *r = gf_state_redis_of(s);
    struct gf_redis_request *q = ask_change(r, row, "wait");
    put_time(q, row->started);
    gf_redis_put_int(q, (int)row->wait);
    put_time(q, row->until);
    return change(r) < 0 ? -1 : 0;
}

int gf_state_redis_end(struct gf_state *s, const struct gf_run_row *row)
{
    struct gf_state_redis *r = gf_state_redis_of(s);
    struct gf_redis_request *q = ask_change(r, row, "end");
    put_time(q, row->started);
    put_time(q, row->ended);
    gf_redis_put_int(q, (int)row->outcome);
    gf_redis_put_int(q, row->status);
    gf_redis_put_int(q, row->signal);
    return change(r);
}

int gf_state_redis_record(struct gf_state *s, const struct gf_run_row *row)
{
    struct gf_state_redis *r = gf_state_redis_of(s);
    struct gf_redis_request *q = ask_change(r, row, "record");
    struct gf_state_unsure *u = gf_state_redis_unsure(r, GF_UNSURE_CLAIM, row->job, row->due);
    gf_redis_put_int(q, (int)row->outcome);
    gf_redis_put_int(q, (int64_t)row->times);
    gf_redis_put_int(q, (int)row->wait);
    gf_redis_put_int(q, u != NULL);
    int got = change(r);
    if (got >= 0 && u)
        u->what = 0;
    return got;
}

int gf_state_redis_leave(struct gf_state *s, const struct gf_run_row *row, const char *owner)
{
    struct gf_state_redis *r = gf_state_redis_of(s);
    struct gf_redis_request *q = ask_change(r, row, "leave");
    gf_redis_put_int(q, (int64_t)row->times);
    gf_redis_put_text(q, owner);
    return change(r);
}

/* ---- what is old ----------------------------------------------------------------------------- */

int gf_state_redis_forget(struct gf_state *s, int64_t before, int most, int *n)
{
    enum {
        SLICE = 250 /* a script holds up everybody else */
    };
    struct gf_state_redis *r = gf_state_redis_of(s);
    for (*n = 0; *n < most;) {
        struct gf_redis_request *q = gf_state_redis_ask(r);
        int slice = most - *n < SLICE ? most - *n : SLICE;
        gf_redis_put_int(q, before);
        gf_redis_put_int(q, slice);
        int64_t got = gf_state_redis_number(r, &gf_state_lua_forget);
        if (got < 0)
            return -1;
        *n += (int)got;
        if (got < slice)
            break;
    }
    return 0;
}

int gf_state_redis_due_of(struct gf_state *s, int64_t nth, int64_t *due)
{
    struct gf_state_redis *r = gf_state_redis_of(s);
    struct gf_redis_request *q = gf_state_redis_ask(r);
    gf_redis_put_text(q, "nth");
    gf_redis_put_int(q, nth);
    redisReply *a = gf_state_redis_run(r, &gf_state_lua_ask, 2, NULL);
    if (!a)
        return -1;
    int got = (int)gf_state_redis_int(a->element[0]);
    if (got == 0)
        *due = gf_state_redis_int(a->element[1]);
    freeReplyObject(a);
    return got;
}
