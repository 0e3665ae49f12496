/*
 * late.c - turns of a shared limit that held records did not use in time.
 *
 * Behind a stop, or a reader that blocked, many held records are overdue at once. The limit is
 * shared, so its clock cannot be put back as for a limit of our own. Instead the turns that are
 * late, by more than the slack, are void. The records of that key keep their order: each uses the
 * next turn of the key that is still to come, where that is a turn for the same weight, and those
 * for which none is left take new ones. So others who share the key's budget wait no longer.
 */
#include "flow.h"
#include "key.h"
#include "shared.h"

static void give_back(struct flow *f, uint64_t hash, const struct held_record *r, gf_ns now)
{
    struct shared_key k = key_shared(f, hash, r->data, r->len);
    shared_cancel(f->shared, &k, &r->turn, now);
}

/* Gives the turns of the key back from `from` on; the last turn is given back first. */
static void give_back_from(struct flow *f, const struct held_key *k, const struct held_record *from,
                           gf_ns now)
{
    const struct held_record *r = k->last;
    for (; r != from; r = r->prev)
        give_back(f, k->hash, r, now);
    give_back(f, k->hash, r, now);
}

/* The key's first record, and maybe more, are due before `since`: their turns are void. */
static enum io move_turns(struct flow *f, struct held_key *k, gf_ns since, gf_ns now)
{
    struct held_record *next = k->first; /* that turn and those behind are still to be used */
    for (; next && next->due < since; next = next->next)
        give_back(f, k->hash, next, now);
    gf_ns after = since; /* a record that weighs nothing is due at once */
    for (struct held_record *r = k->first; r; r = r->next) {
        if (next && next->turn.n == gf_load_share(r->load, f->shared->limit)) {
            r->turn = next->turn;
            next = next->next;
        } else {
            if (next)
                give_back_from(f, k, next, now);
            next = NULL;
            struct shared_key key = key_shared(f, k->hash, r->data, r->len);
            uint64_t n = gf_load_share(r->load, f->shared->limit);
            r->turn.n = 0; /* should the next call fail, none is to be given back */
            if (shared_take(f->shared, &key, n, now, GF_NEVER, &r->turn) == SHARED_ENDS)
                return f->shared->end;
        }
        gf_ns due = flow_held(f, r->turn.ticket.due);
        r->due = due > after ? due : after;
        after = r->due;
    }
    held_place(&f->held, k, k->first->due);
    return IO_OK;
}

gf_ns late_before(struct flow *f, gf_ns now)
{
    const struct gf_calendar *c =
        f->shared ? f->shared->limit->rate.calendar : f->config->limits[0].rate.calendar;
    if (c)
        return flow_held(f, gf_calendar_start(c, gf_calendar_window(c, now)));
    return now - shared_slack(f->config);
}

enum io late_take_again(struct flow *f, gf_ns now)
{
    struct held *h = &f->held;
    enum io r = IO_OK;
    gf_ns since = late_before(f, now);
    while (r == IO_OK && h->count && held_first(h)->due < since)
        r = move_turns(f, held_first(h)->key, since, now);
    return r;
}

void late_give_back_all(struct flow *f)
{
    gf_ns now = gf_now_mono();
    const struct held *h = &f->held;
    for (const struct held_key *k = held_each(h, NULL); k; k = held_each(h, k))
        if (k->first)
            give_back_from(f, k, k->first, now);
}
