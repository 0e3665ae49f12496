/*
 * budget.c - what a take costs, what the server is asked, and what its answer means in time.
 *
 * The script of budget_script.c decides by the terms that the caller counts by. Where the server
 * has others it takes nothing and says them; then the costs are worked out anew and it is asked
 * again. So one round trip is enough for who knows the terms, and nobody ever counts by old ones.
 * Costs are fractions over c, of 128 bits on the way, so the sum of what is taken is exact.
 */
#include "redis/budget.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sat.h"
#include "redis/budget_script.h"

typedef __int128 i128;

enum {
    PIECES_MAX = 54,
    TRIES = 16 /* that terms may change under a take */
};

/* ---- asking ---------------------------------------------------------------------------------- */

void gf_redis_budget_init(struct gf_redis_budget *b, struct gf_redis_server *server,
                          const struct gf_redis_terms *terms)
{
    *b = (struct gf_redis_budget){.server = server, .makes = terms, .now_us = -1};
    b->terms.c = 1; /* no terms are those of nobody: the server says its own */
    if (terms)
        b->terms = *terms;
}

static void begin(const struct gf_redis_budget *b, struct gf_redis_request *q,
                  const struct gf_redis_ask *ask, const char *op)
{
    const struct gf_redis_server *s = b->server;
    gf_redis_request_clear(q);
    gf_redis_put_int(q, ask && ask->key ? 2 : 1);
    gf_redis_put_key(q, s, "rate");
    if (ask && ask->key) {
        size_t len =
            ask->key_len < GF_REDIS_BUDGET_KEY_MAX ? ask->key_len : GF_REDIS_BUDGET_KEY_MAX;
        struct gf_buf key = {0};
        gf_buf_printf(&key, "gf:{%s}:rate:k:", s->at->name);
        gf_buf_add(&key, ask->key, len);
        if (gf_buf_check(&key) == 0)
            gf_redis_put(q, key.data, key.len);
        gf_buf_inherit(&q->words, &key);
        gf_buf_release(&key);
    }
    gf_redis_put_text(q, op);
    gf_redis_put_text(q, b->terms.text);
    gf_redis_put_text(q, b->makes ? "1" : "0");
    if (b->now_us >= 0)
        gf_redis_put_int(q, b->now_us);
    else
        gf_redis_put_text(q, "");
}

/* Terms out of an answer. */
static int read_terms(struct gf_redis_terms *t, const redisReply *r)
{
    return r->type == REDIS_REPLY_STRING ? gf_redis_terms_read(t, r->str) : -1;
}

/* What the script makes no sense of, or has from another program. */
static int odd(struct gf_redis_budget *b, const char *what)
{
    gf_redis_trouble_set(&b->server->link.trouble, GF_REDIS_REFUSED,
                         "remove its keys (gf:{NAME}:rate*), or take another NAME", "%s", what);
    return GF_REDIS_BUDGET_TROUBLE;
}

static bool says(const redisReply *r, const char *word)
{
    return r->elements > 0 && r->element[0]->str && strcmp(r->element[0]->str, word) == 0;
}

/* Numbers that a script can have written, which counts in doubles. */
static bool are_numbers(const redisReply *r, size_t from, size_t to)
{
    const int64_t most = INT64_C(1) << 53;
    for (size_t i = from; i < to; i++)
        if (r->element[i]->type != REDIS_REPLY_INTEGER || r->element[i]->integer > most ||
            r->element[i]->integer < -most)
            return false;
    return true;
}

/* A take that is one of what was asked for: nobody is given more. */
static bool is_taken(const redisReply *r, const struct gf_redis_ask *ask)
{
    return are_numbers(r, 2, 8) && r->element[2]->integer >= 0 &&
           (uint64_t)r->element[2]->integer <= ask->n;
}

/* Asks. GF_REDIS_BUDGET_OK with *out, of n elements or more: the caller's. GF_REDIS_BUDGET_CHANGED:
 * ask again. */
static int ask_server(struct gf_redis_budget *b, struct gf_redis_request *q, size_t n,
                      redisReply **out)
{
    redisReply *r = gf_redis_server_run(b->server, &gf_redis_budget_script, q);
    int answer = GF_REDIS_BUDGET_TROUBLE;
    *out = NULL;
    if (!r)
        return answer;
    if (says(r, "ok") && r->elements >= n && r->element[1]->type == REDIS_REPLY_INTEGER) {
        b->turn = (uint32_t)r->element[1]->integer;
        *out = r;
        return GF_REDIS_BUDGET_OK;
    }
    if (says(r, "none")) {
        answer = GF_REDIS_BUDGET_NONE;
    } else if (says(r, "version") && r->elements == 2 && r->element[1]->str) {
        char what[128];
        snprintf(what, sizeof what, "its layout is version %.20s, and this program knows 1",
                 r->element[1]->str);
        answer = odd(b, what);
    } else if (says(r, "terms") && r->elements == 3 && read_terms(&b->terms, r->element[1]) == 0) {
        b->turn = (uint32_t)r->element[2]->integer;
        b->known = true;
        answer = GF_REDIS_BUDGET_CHANGED;
    } else {
        answer = odd(b, "what lies there is no budget, or is damaged");
    }
    freeReplyObject(r);
    return answer;
}

/* ---- taking ---------------------------------------------------------------------------------- */

/* Pieces of which any number up to n is a sum, the larger first. */
static void put_pieces(const struct gf_redis_terms *t, struct gf_redis_request *q,
                       const struct gf_redis_ask *ask)
{
    uint64_t left = ask->n;
    for (int i = 0; i < PIECES_MAX && left; i++) {
        uint64_t piece = ask->part ? left - left / 2 : left, rem;
        uint64_t us = gf_redis_cost(t, piece, &rem);
        gf_redis_put_uint(q, piece);
        gf_redis_put_uint(q, us);
        gf_redis_put_uint(q, rem);
        left -= piece;
    }
}

static bool is_never(const struct gf_redis_budget *b, const struct gf_redis_ask *ask)
{
    uint64_t rem;
    if (b->terms.p == 0)
        return ask->n >= GF_REDIS_BUDGET_UNITS_MAX;
    return ask->n >= GF_REDIS_BUDGET_UNITS_MAX ||
           gf_redis_cost(&b->terms, ask->n, &rem) == UINT64_MAX ||
           (ask->by == 0 && !ask->part && ask->n > b->terms.burst);
}

static void read_taken(struct gf_redis_taken *out, const struct gf_redis_budget *b,
                       const redisReply *r)
{
    int64_t wait = r->element[7]->integer;
    *out = (struct gf_redis_taken){
        .n = (uint64_t)r->element[2]->integer,
        .at_mono = gf_now_mono(),
        .wait = wait < 0 ? (wait == -1 ? GF_NEVER : 0) : gf_sat_mul_i64(wait, GF_US),
        .terms = b->terms,
        .turn = b->turn,
        .ahead = r->element[3]->integer,
        .rem = r->element[4]->integer,
        .to = r->element[5]->integer,
        .to_rem = r->element[6]->integer,
    };
}

/* The terms have to be the server's before anything is said to be possible never. */
static int learn(struct gf_redis_budget *b, const struct gf_redis_ask *ask)
{
    struct gf_redis_budget_look look;
    return gf_redis_budget_look(b, ask, &look);
}

int gf_redis_budget_take(struct gf_redis_budget *b, const struct gf_redis_ask *ask,
                         struct gf_redis_taken *out)
{
    struct gf_redis_request q = {0};
    redisReply *r = NULL;
    int answer = GF_REDIS_BUDGET_CHANGED;
    for (int i = 0; i < TRIES && answer == GF_REDIS_BUDGET_CHANGED; i++) {
        if (is_never(b, ask) && (answer = learn(b, ask)) != GF_REDIS_BUDGET_OK)
            break;
        if (is_never(b, ask)) {
            *out = (struct gf_redis_taken){
                .at_mono = gf_now_mono(), .wait = GF_NEVER, .terms = b->terms, .turn = b->turn};
            break;
        }
        begin(b, &q, ask, "take");
        int64_t by = ask->by == GF_NEVER ? -1 : ask->by > 0 ? ask->by / GF_US : 0;
        gf_redis_put_int(&q, by);
        gf_redis_put_uint(&q, ask->n);
        put_pieces(&b->terms, &q, ask);
        answer = ask_server(b, &q, 8, &r);
    }
    if (r && is_taken(r, ask)) {
        b->known = true;
        read_taken(out, b, r);
    } else if (r || answer == GF_REDIS_BUDGET_CHANGED) {
        answer = odd(b, r ? "its answer makes no sense" : "its terms change all the time");
    }
    freeReplyObject(r);
    gf_redis_request_release(&q);
    return answer;
}

/* A time in parts of c as nanoseconds, rounded up, 0 or more. */
static gf_ns to_ns(i128 parts, uint64_t c)
{
    if (parts <= 0)
        return 0;
    i128 ns = (parts * 1000 + (i128)c - 1) / (i128)c;
    return ns > GF_NEVER ? GF_NEVER : (gf_ns)ns;
}

/* From the server's now until `units` more may have passed, in parts of c; at most 0: now. */
static i128 until(const struct gf_redis_terms *t, int64_t ahead, int64_t rem, uint64_t units)
{
    return ((i128)ahead - (i128)t->depth) * t->c + rem - (i128)t->depth_rem + (i128)units * t->p;
}

gf_ns gf_redis_taken_due(const struct gf_redis_taken *t, uint64_t units)
{
    if (t->terms.p == 0 || units == 0)
        return t->at_mono;
    return gf_sat_add_i64(t->at_mono, to_ns(until(&t->terms, t->ahead, t->rem, units), t->terms.c));
}

uint64_t gf_redis_taken_not_due(const struct gf_redis_taken *t, uint64_t unused, gf_ns now)
{
    uint64_t low = t->n - unused,
             high = t->n; /* unit `low` is due, and all behind `high` are not */
    while (low < high) {
        uint64_t mid = low + (high - low) / 2;
        if (gf_redis_taken_due(t, mid + 1) > now)
            high = mid;
        else
            low = mid + 1;
    }
    return t->n - low;
}

int gf_redis_budget_give_back(struct gf_redis_budget *b, const struct gf_redis_ask *ask,
                              const struct gf_redis_taken *t, uint64_t unused, uint64_t again)
{
    struct gf_redis_request q = {0};
    redisReply *r;
    uint64_t rem, us = gf_redis_cost(&t->terms, again, &rem);
    begin(b, &q, ask, "back");
    gf_redis_put_uint(&q, unused);
    gf_redis_put_uint(&q, us);
    gf_redis_put_uint(&q, rem);
    gf_redis_put_int(&q, t->to);
    gf_redis_put_int(&q, t->to_rem);
    gf_redis_put_uint(&q, t->turn);
    uint32_t turn = b->turn; /* who gives back learns no terms */
    int answer = ask_server(b, &q, 3, &r);
    b->turn = turn;
    freeReplyObject(r);
    gf_redis_request_release(&q);
    return answer;
}

/* ---- looking and changing -------------------------------------------------------------------- */

static int64_t tokens(const struct gf_redis_terms *t, int64_t ahead, int64_t rem)
{
    if (t->p == 0)
        return INT64_MAX;
    i128 saved = -until(t, ahead, rem, 0), p = (i128)t->p;
    i128 n = saved >= 0 ? saved / p : -((-saved + p - 1) / p);
    return n > INT64_MAX ? INT64_MAX : (int64_t)n;
}

int gf_redis_budget_look(struct gf_redis_budget *b, const struct gf_redis_ask *ask,
                         struct gf_redis_budget_look *out)
{
    struct gf_redis_request q = {0};
    redisReply *r;
    begin(b, &q, ask, "look");
    int answer = ask_server(b, &q, 8, &r);
    if (r && are_numbers(r, 4, 6) && r->element[6]->str && r->element[7]->str &&
        read_terms(&out->terms, r->element[2]) == 0 &&
        read_terms(&out->declared, r->element[3]) == 0) {
        int64_t ahead = r->element[4]->integer, rem = r->element[5]->integer;
        b->terms = out->terms;
        b->known = true;
        out->tokens = tokens(&out->terms, ahead, rem);
        out->wait = out->terms.p ? to_ns(until(&out->terms, ahead, rem, 1), out->terms.c) : 0;
        out->granted = strtoull(r->element[6]->str, NULL, 10);
        out->refused = strtoull(r->element[7]->str, NULL, 10);
    } else if (r) {
        answer = odd(b, "what lies there is no budget, or is damaged");
    }
    freeReplyObject(r);
    gf_redis_request_release(&q);
    return answer;
}

int gf_redis_budget_change(struct gf_redis_budget *b, const struct gf_redis_terms *next)
{
    struct gf_redis_request q = {0};
    redisReply *r;
    if (!b->known)
        b->terms = *next;
    b->makes = true;
    begin(b, &q, NULL, "set");
    gf_redis_put_text(&q, next->text);
    int answer = ask_server(b, &q, 2, &r);
    if (r)
        b->terms = *next;
    freeReplyObject(r);
    gf_redis_request_release(&q);
    return answer;
}

int gf_redis_budget_reset(struct gf_redis_budget *b)
{
    struct gf_redis_request q = {0};
    redisReply *r;
    begin(b, &q, NULL, "reset");
    int answer = ask_server(b, &q, 2, &r);
    freeReplyObject(r);
    gf_redis_request_release(&q);
    return answer;
}
