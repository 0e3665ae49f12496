/*
 * choice.c - three questions about the n-th of equal records, from a few flags.
 *
 * Without any option a record is given at once up to `max`. With a count, --last, --only-dup or
 * --only-unique nothing is known before the last of its like, so one record is given at the end or
 * none.
 */
#include "stream/choice.h"

#include "base/num.h"

bool gf_choice_at_once(const struct gf_choice *c, uint64_t nth)
{
    return !c->counts && !c->last && !c->only_dup && !c->only_unique && nth <= c->max;
}

/* At the end of a run of n: is its one record given? */
bool gf_choice_at_end(const struct gf_choice *c, uint64_t n)
{
    if (c->only_dup || c->only_unique)
        return c->only_dup ? n > 1 : n == 1;
    return c->counts || c->last;
}

bool gf_choice_waits(const struct gf_choice *c)
{
    return c->counts || c->last || c->only_dup || c->only_unique;
}

struct gf_choice gf_choice_of(const struct gf_node *n)
{
    return (struct gf_choice){n->counts, n->last, n->only_dup, n->only_unique, n->max};
}

int gf_choice_check(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    if (n->list_word && (gf_check_list(n, n->list_word, f) != 0))
        return -1;
    if (n->list_word && gf_keyspec_add_list(&n->keys, &n->list) != 0)
        return gf_fault_nomem(f);
    n->keys.any_order = n->any_order;
    return gf_check_keys(n, set, f);
}

int gf_choice_emit_counted(struct gf_stage *s, uint64_t count, struct gf_slice rec,
                           struct gf_slice end)
{
    char number[GF_UINT_SIZE];
    return gf_stage_emit_numbered(s, (struct gf_slice){number, gf_format_uint(count, number)}, rec,
                                  end);
}
