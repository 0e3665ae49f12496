/*
 * plan.c - the planner (chain.h): rewrites that give the same answer for less work.
 *
 *   sort, limit K or first   sort keeps only K, or one
 *   sort, distinct           distinct first (whole records: what is equal is next to its like)
 *   sort|shuffle|reverse, then count any all none sum median percentile
 *                            the order is not made at all; min and max print the first of equal
 *                            numbers as it was written (1.0 or 1), as does percentile --nearest,
 *                          so for them it is made
 *
 * Stopping early (distinct, limit), printing nothing on the way (filter, count) and taking a single
 * field as a slice (fields, distinct) need no rewriting: the stages work so.
 */
#include <stdlib.h>

#include "stream/chain.h"

static bool only_orders(const struct gf_node *n)
{
    if (n->op == &gf_op_sort)
        return !n->unique && !n->check && !n->merge && !n->limit;
    return n->op == &gf_op_shuffle || n->op == &gf_op_reverse;
}

static bool ignores_order(const struct gf_node *n)
{
    return n->op == &gf_op_count || n->op == &gf_op_any || n->op == &gf_op_all ||
           n->op == &gf_op_none || n->op == &gf_op_sum || n->op == &gf_op_median ||
           (n->op == &gf_op_percentile && !n->nearest);
}

/* Of whole records by their bytes, the first of each. */
static bool plain_distinct(const struct gf_node *n)
{
    return n->op == &gf_op_distinct && n->keys.plain && n->keys.key[0].whole &&
           !n->keys.key[0].order.skip_start && !n->counts && !n->last && !n->only_dup &&
           !n->only_unique && n->max == 1;
}

static void swap(struct gf_node *a, struct gf_node *b)
{
    struct gf_node t = *a;
    *a = *b;
    *b = t;
}

static void drop(struct gf_chain *c, size_t at)
{
    struct gf_node gone = c->node[at];
    for (size_t i = at; i + 1 < c->n; i++)
        c->node[i] = c->node[i + 1];
    /* The node goes behind the end: released with the others. */
    c->node[c->n - 1] = gone;
    c->n--;
    c->dropped++;
}

/* One rewrite at `at`; whether there was one. */
static bool fuse_at(struct gf_chain *c, size_t at)
{
    struct gf_node *a = &c->node[at], *b = &c->node[at + 1];
    if (only_orders(a) && ignores_order(b)) {
        b->why = "the order before it is not made";
        drop(c, at);
        return true;
    }
    if (a->op == &gf_op_sort && only_orders(a) && plain_distinct(b)) {
        b->why = "moved before sort";
        swap(a, b);
        return true;
    }
    if (a->op == &gf_op_sort && !a->merge && !a->limit && b->op == &gf_op_limit && b->number > 0) {
        a->limit = (uint64_t)b->number;
        a->why = "with limit: only so many are kept";
        drop(c, at + 1);
        return true;
    }
    if (a->op == &gf_op_sort && only_orders(a) && b->op == &gf_op_first) {
        a->limit = 1;
        a->why = "only the first is kept";
        return true;
    }
    return false;
}

void gf_chain_fuse(struct gf_chain *c)
{
    for (size_t at = 0; at + 1 < c->n;)
        at = fuse_at(c, at) ? (at ? at - 1 : 0) : at + 1;
}

void gf_chain_facts(const struct gf_chain *c, struct gf_optparser *p)
{
    for (size_t i = 0; i < c->n; i++) {
        const struct gf_node *n = &c->node[i];
        if (!n->check && !n->merge)
            gf_opt_fact(p, n->op->cli->name, NULL);
        if (n->check)
            gf_opt_fact(p, "--check", NULL);
        if (n->list.n)
            gf_opt_fact(p, "-f", NULL);
        if (n->any_order)
            gf_opt_fact(p, "--any-field-order", NULL);
        if (n->counts)
            gf_opt_fact(p, "-c", NULL);
        for (size_t k = 0; k < n->keys.n; k++) {
            if (!n->keys.key[k].whole)
                gf_opt_fact(p, n->keys.key[k].range.lo ? "-f" : "-k", NULL);
            if (n->keys.key[k].order.fold)
                gf_opt_fact(p, "-i", NULL);
        }
        if (n->op == &gf_op_where && n->pattern)
            gf_opt_fact(p, "~", NULL);
    }
}

int gf_chain_explain_one(const struct gf_chain *c, size_t i, struct gf_buf *out)
{
    const struct gf_node *n = &c->node[i];
    gf_buf_printf(out, "%zu %s", i + 1, n->op->cli->name);
    for (int k = 0; k < n->op->operands && n->operand[k]; k++)
        gf_buf_printf(out, " %s", n->operand[k]);
    const struct gf_literal *needs = n->pattern ? gf_pattern_needs(n->pattern) : NULL;
    if (needs)
        gf_buf_printf(out, " (%s '%.*s')",
                      gf_pattern_is_text(n->pattern) ? "plain text" : "looks for",
                      (int)(needs->len < 40 ? needs->len : 40), needs->data);
    if (n->pattern && gf_pattern_count(n->pattern) != 1)
        gf_buf_printf(out, " (any of %zu patterns)", gf_pattern_count(n->pattern));
    if (n->limit)
        gf_buf_printf(out, " (keeps %llu)", (unsigned long long)n->limit);
    if (gf_node_holds(n))
        gf_buf_puts(out, " (holds data)");
    if (n->why)
        gf_buf_printf(out, " - %s", n->why);
    return out->failed ? -1 : 0;
}

int gf_chain_explain(const struct gf_chain *c, const struct gf_settings *set, struct gf_buf *out)
{
    (void)set;
    for (size_t i = 0; i < c->n; i++)
        if (gf_chain_explain_one(c, i, out) != 0 || gf_buf_putc(out, '\n') != 0)
            return -1;
    return 0;
}
