/*
 * eval.c - one loop over the program, with a stack of values.
 *
 * Where both sides are whole numbers of 64 bits and the result is one, it is computed here; all
 * else is left to dec.h.
 */
#include <errno.h>
#include <stdlib.h>

#include "expr/program.h"
#include "expr/value.h"
#include "text/number.h"

static int dec_trouble(struct gf_expr_run *r, const struct gf_expr_value *b)
{
    if (errno == EDOM)
        return gf_expr_wrong(r, b, EDOM, "division by zero");
    if (errno == ERANGE)
        return gf_expr_wrong(r, NULL, ERANGE, "out of range");
    return gf_expr_wrong(r, b, EINVAL, "the exponent of ** is no whole number");
}

/* a becomes a OP b. */
static int compute(struct gf_expr_run *r, unsigned op, struct gf_expr_value *a,
                   struct gf_expr_value *b)
{
    static int (*const by[])(const struct gf_dec *, const struct gf_dec *, struct gf_dec *) = {
        gf_dec_add, gf_dec_subtract, gf_dec_multiply, gf_dec_divide, gf_dec_remainder, gf_dec_power,
    };
    if (gf_expr_to_number(r, a) != 0 || gf_expr_to_number(r, b) != 0)
        return -1;
    struct gf_dec x = gf_expr_dec(a), y = gf_expr_dec(b), z;
    if (by[op - GF_DO_ADD](&x, &y, &z) != 0)
        return dec_trouble(r, b);
    gf_expr_set_dec(a, &z);
    return 0;
}

static int negate(struct gf_expr_run *r, struct gf_expr_value *v)
{
    if (gf_expr_to_number(r, v) != 0)
        return -1;
    struct gf_dec d = gf_expr_dec(v);
    d.coef = -d.coef;
    gf_expr_set_dec(v, &d);
    return 0;
}

static bool relation_holds(unsigned op, int order)
{
    switch (op) {
    case GF_DO_EQ:
        return order == 0;
    case GF_DO_NE:
        return order != 0;
    case GF_DO_LT:
        return order < 0;
    case GF_DO_LE:
        return order <= 0;
    case GF_DO_GT:
        return order > 0;
    default:
        return order >= 0;
    }
}

/* a becomes whether the relation holds. */
static int relate(struct gf_expr_run *r, unsigned op, struct gf_expr_value *a,
                  const struct gf_expr_value *b)
{
    int order;
    if (a->kind == GF_EXPR_WHOLE && b->kind == GF_EXPR_WHOLE)
        order = (a->whole > b->whole) - (a->whole < b->whole);
    else if (gf_expr_compare(r, a, b, &order) != 0)
        return -1;
    gf_expr_set_whole(a, relation_holds(op, order));
    return 0;
}

static inline void push_field(struct gf_expr_value *t, const struct gf_slice *s, int64_t at)
{
    t->field = at;
    t->quoted = false;
    t->kind = s && s->len ? GF_EXPR_TEXT : GF_EXPR_MISSING;
    if (s)
        t->text = *s;
}

static int grow(const struct gf_expr *x, struct gf_expr_run *r)
{
    struct gf_expr_value *more = realloc(r->stack, x->deep * sizeof *more);
    if (!more)
        return gf_expr_wrong(r, NULL, ENOMEM, "out of memory");
    r->stack = more;
    r->cap = x->deep;
    return 0;
}

static inline bool both_whole(const struct gf_expr_value *a, const struct gf_expr_value *b)
{
    return a->kind == GF_EXPR_WHOLE && b->kind == GF_EXPR_WHOLE;
}

/* The operations of two sides, as far as they are whole: whether a is the result. */
static inline bool whole_result(unsigned op, struct gf_expr_value *a, const struct gf_expr_value *b)
{
    int64_t v;
    if (!both_whole(a, b))
        return false;
    switch (op) {
    case GF_DO_ADD:
        if (__builtin_add_overflow(a->whole, b->whole, &v))
            return false;
        break;
    case GF_DO_SUBTRACT:
        if (__builtin_sub_overflow(a->whole, b->whole, &v))
            return false;
        break;
    case GF_DO_MULTIPLY:
        if (__builtin_mul_overflow(a->whole, b->whole, &v))
            return false;
        break;
    case GF_DO_DIVIDE:
        if (b->whole == 0 || b->whole == -1 || a->whole % b->whole != 0)
            return false;
        v = a->whole / b->whole;
        break;
    case GF_DO_REMAINDER:
        if (b->whole == 0 || b->whole == -1)
            return false;
        v = a->whole % b->whole;
        break;
    default:
        return false;
    }
    a->whole = v;
    return true;
}

#define TWO_SIDES(op)                                                                              \
    case op:                                                                                       \
        t--;                                                                                       \
        if (!whole_result(op, t - 1, t) && compute(r, op, t - 1, t) != 0)                          \
            return -1;                                                                             \
        break

int gf_expr_eval(const struct gf_expr *x, struct gf_expr_run *r, const struct gf_slice *field,
                 size_t nfields, struct gf_expr_value *out)
{
    if (r->cap < x->deep && grow(x, r) != 0)
        return -1;
    if (r->texts)
        gf_expr_forget(r);
    struct gf_expr_value *t = r->stack; /* behind the top */
    for (const struct gf_expr_step *s = x->step;; s++) {
        size_t at = (size_t)s->arg;
        switch ((enum gf_expr_op)s->op) {
        case GF_DO_FIELD:
            push_field(t++, at <= nfields ? &field[at - 1] : NULL, s->arg);
            break;
        case GF_DO_FIELD_NUMBER: {
            int64_t whole;
            if (at <= nfields && gf_number_short(field[at - 1], &whole)) {
                gf_expr_set_whole(t++, whole);
                break;
            }
            push_field(t++, at <= nfields ? &field[at - 1] : NULL, s->arg);
            if (gf_expr_to_number(r, t - 1) != 0)
                return -1;
            break;
        }
        case GF_DO_FIELD_BACK:
            push_field(t++, at <= nfields ? &field[nfields - at] : NULL, -(int64_t)s->arg);
            break;
        case GF_DO_CONST:
            *t++ = x->constant[at];
            break;
        case GF_DO_NEGATE:
            if (t[-1].kind == GF_EXPR_WHOLE && t[-1].whole != INT64_MIN)
                t[-1].whole = -t[-1].whole;
            else if (negate(r, t - 1) != 0)
                return -1;
            break;
        case GF_DO_PLUS:
            if (gf_expr_to_number(r, t - 1) != 0)
                return -1;
            break;
            TWO_SIDES(GF_DO_ADD);
            TWO_SIDES(GF_DO_SUBTRACT);
            TWO_SIDES(GF_DO_MULTIPLY);
            TWO_SIDES(GF_DO_DIVIDE);
            TWO_SIDES(GF_DO_REMAINDER);
            TWO_SIDES(GF_DO_POWER);
        case GF_DO_EQ:
        case GF_DO_NE:
        case GF_DO_LT:
        case GF_DO_LE:
        case GF_DO_GT:
        case GF_DO_GE:
            t--;
            if (relate(r, s->op, t - 1, t) != 0)
                return -1;
            break;
        case GF_DO_NOT:
            gf_expr_set_whole(t - 1, !gf_expr_true(t - 1));
            break;
        case GF_DO_TRUTH:
            gf_expr_set_whole(t - 1, gf_expr_true(t - 1));
            break;
        case GF_DO_AND:
        case GF_DO_OR:
            if (gf_expr_true(t - 1) == (s->op == GF_DO_OR)) {
                gf_expr_set_whole(t - 1, s->op == GF_DO_OR);
                s = x->step + at - 1;
            } else {
                t--;
            }
            break;
        case GF_DO_JUMP:
            s = x->step + at - 1;
            break;
        case GF_DO_UNLESS:
            t--;
            if (!gf_expr_true(t))
                s = x->step + at - 1;
            break;
        case GF_DO_GIVEN:
            if (t[-1].kind != GF_EXPR_MISSING)
                s = x->step + at - 1;
            else
                t--;
            break;
        case GF_DO_CALL:
            t -= s->n - 1;
            if (gf_expr_functions[at].call(r, t - 1, s->n) != 0)
                return -1;
            break;
        case GF_DO_END:
            /* A copy of all would wait until what was written in parts is in the cache. */
            if (t[-1].kind == GF_EXPR_WHOLE)
                gf_expr_set_whole(out, t[-1].whole);
            else
                *out = t[-1];
            return 0;
        }
    }
}
