/*
 * redis_state_look.c - what is in the state on a server, read in pieces, since a script holds up
 * everybody else. Rows that come or go meanwhile may be seen or not.
 */
#include <string.h>

#include "cron/redis_state_parts.h"

/* Whether it is a row of so many numbers and texts, the first a text. */
static bool is_row(const redisReply *row, size_t n)
{
    if (row->type != REDIS_REPLY_ARRAY || row->elements < n ||
        !gf_state_redis_text(row->element[0]))
        return false;
    for (size_t i = 0; i < n; i++)
        if (row->element[i]->type != REDIS_REPLY_STRING &&
            row->element[i]->type != REDIS_REPLY_INTEGER)
            return false;
    return true;
}

/* ---- what was left --------------------------------------------------------------------------- */

int gf_state_redis_left(struct gf_state *s,
                        int (*each)(void *arg, const struct gf_state_left_row *row), void *arg)
{
    struct gf_state_redis *r = gf_state_redis_of(s);
    struct gf_redis_request *q = gf_state_redis_ask(r);
    int64_t upto = r->now - GF_STATE_SETTLED;
    gf_redis_put_int(q, r->seen);
    gf_redis_put_int(q, upto);
    redisReply *a = gf_state_redis_run(r, &gf_state_lua_left, 1, NULL);
    if (!a)
        return -1;
    const redisReply *rows = a->element[0];
    int status = rows->type == REDIS_REPLY_ARRAY ? 0 : gf_state_redis_odd(r);
    if (status == 0 && upto > r->seen)
        r->seen = upto;
    for (size_t i = 0; status == 0 && i < rows->elements; i++) {
        redisReply *const *e = rows->element[i]->element;
        if (!is_row(rows->element[i], 3))
            status = gf_state_redis_odd(r);
        else
            status = each(arg, &(struct gf_state_left_row){.job = e[0]->str,
                                                           .due = gf_state_redis_int(e[1]),
                                                           .began = gf_state_redis_int(e[2]) ==
                                                                    GF_OUTCOME_INTERRUPTED});
    }
    freeReplyObject(a);
    return status;
}

/* ---- jobs ------------------------------------------------------------------------------------ */

static int show_job(struct gf_state_redis *r, const redisReply *row,
                    int (*each)(void *arg, const struct gf_state_status_row *row), void *arg)
{
    redisReply *const *e = row->element;
    int64_t outcome = gf_state_redis_int(e[8]);
    struct gf_state_status_row out = {
        .job = e[0]->str,
        .paused = gf_state_redis_int(e[1]) == 1,
        .requested = gf_state_redis_int(e[2]) == 1,
        .running = (int)gf_state_redis_int(e[3]),
        .waiting = (int)gf_state_redis_int(e[4]),
        .wait = (enum gf_wait)gf_state_redis_int(e[5]),
        .until = gf_state_redis_int(e[6]),
        .has_last = gf_state_redis_text(e[7]) != NULL,
        .last_due = gf_state_redis_int(e[7]),
        .last_outcome = (enum gf_outcome)outcome,
        .lock = gf_state_redis_text(e[9]),
        .when = {.text = gf_state_redis_text(e[10]),
                 .zone = gf_state_redis_text(e[11]),
                 .dst = (int)gf_state_redis_int(e[12])},
    };
    bool fits = outcome >= 0 && outcome <= GF_OUTCOME_INTERRUPTED;
    return fits ? each(arg, &out) : gf_state_redis_odd(r);
}

int gf_state_redis_status(struct gf_state *s,
                          int (*each)(void *arg, const struct gf_state_status_row *row), void *arg)
{
    struct gf_state_redis *r = gf_state_redis_of(s);
    struct gf_state_name at = {""};
    int status = 0;
    for (bool more = true; more && status == 0;) {
        gf_redis_put_text(gf_state_redis_ask(r), at.text);
        redisReply *a = gf_state_redis_run(r, &gf_state_lua_status, 1, NULL);
        if (!a)
            return -1;
        const redisReply *rows = a->element[0];
        more = rows->type == REDIS_REPLY_ARRAY && rows->elements > 0;
        for (size_t i = 0; more && status == 0 && i < rows->elements; i++) {
            const redisReply *row = rows->element[i];
            bool good = is_row(row, 13) && row->element[0]->len < sizeof at.text;
            status = good ? show_job(r, row, each, arg) : gf_state_redis_odd(r);
            if (good)
                memcpy(at.text, row->element[0]->str, row->element[0]->len + 1);
        }
        freeReplyObject(a);
    }
    return status;
}

/* ---- runs ------------------------------------------------------------------------------------ */

static int show_run(struct gf_state_redis *r, const redisReply *row,
                    int (*each)(void *arg, const struct gf_run_row *row), void *arg)
{
    redisReply *const *e = row->element;
    int64_t outcome = gf_state_redis_int(e[4]);
    struct gf_run_row out = {
        .job = e[0]->str,
        .due = gf_state_redis_int(e[1]),
        .started = gf_state_redis_int(e[2]),
        .ended = gf_state_redis_int(e[3]),
        .outcome = (enum gf_outcome)outcome,
        .status = (int)gf_state_redis_int(e[5]),
        .signal = (int)gf_state_redis_int(e[6]),
        .times = (uint64_t)gf_state_redis_int(e[7]),
        .wait = (enum gf_wait)gf_state_redis_int(e[8]),
        .until = gf_state_redis_int(e[9]),
    };
    bool fits = outcome >= 0 && outcome <= GF_OUTCOME_INTERRUPTED;
    return fits ? each(arg, &out) : gf_state_redis_odd(r);
}

/* Where the next piece begins: so many runs of that due time were seen. */
struct cursor {
    int64_t due, seen;
    bool is_over;
};

static int show_runs(struct gf_state_redis *r, const redisReply *a, struct cursor *at,
                     int (*each)(void *arg, const struct gf_run_row *row), void *arg)
{
    const redisReply *rows = a->element[2];
    int status = rows->type == REDIS_REPLY_ARRAY ? 0 : gf_state_redis_odd(r);
    at->is_over = !gf_state_redis_text(a->element[0]);
    at->due = gf_state_redis_int(a->element[0]);
    at->seen = gf_state_redis_int(a->element[1]);
    for (size_t i = 0; status == 0 && i < rows->elements; i++)
        status = is_row(rows->element[i], 10) ? show_run(r, rows->element[i], each, arg)
                                              : gf_state_redis_odd(r);
    return status;
}

int gf_state_redis_history(struct gf_state *s, const struct gf_state_filter *f,
                           int (*each)(void *arg, const struct gf_run_row *row), void *arg)
{
    struct gf_state_redis *r = gf_state_redis_of(s);
    struct cursor at = {.due = f->since};
    int status = 0;
    while (status == 0 && !at.is_over) {
        struct gf_redis_request *q = gf_state_redis_ask(r);
        gf_redis_put_text(q, f->job ? f->job : "");
        gf_redis_put_int(q, f->failed);
        gf_redis_put_int(q, at.due);
        gf_redis_put_int(q, at.seen);
        redisReply *a = gf_state_redis_run(r, &gf_state_lua_history, 3, NULL);
        if (!a)
            return -1;
        status = show_runs(r, a, &at, each, arg);
        freeReplyObject(a);
    }
    return status;
}
