/*
 * compile.c - the words of an expression become a program in one pass, without recursion.
 *
 * What waits for its end (an operator for its second side, a parenthesis or a call for its closing
 * one) is on a stack of GF_EXPR_OPEN, as in E. W. Dijkstra's shunting-yard: an operator that comes
 * first ends those on top that bind more strongly, and what has ended is put into the program. So
 * the stack is all that nesting costs, and both sides of an operator stand before it.
 *
 * `and`, `or`, `if` and `coalesce` jump, and only forwards: an evaluation always ends.
 *
 * A field that an arithmetic operator takes is read as a number when it is pushed. The last step of
 * an operand is its value, so it is enough to look at that one.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/suggest.h"
#include "expr/emit.h"

enum waits {
    FOR_SIDE, /* of a binary operator */
    FOR_SIGNED,
    FOR_CLOSE,
    FOR_CALL,
};

struct open {
    enum waits waits;
    int op, binds;
    int left;     /* of a binary operator: the last step of its left side */
    int function; /* of a call */
    int n;        /* of a call: the arguments that have ended */
    int jump;     /* the last of its jumps */
    int unless;   /* of an if: the jump to the third argument */
    size_t at;
    size_t from; /* of a call: where its argument at hand begins */
    size_t step; /* and the first step of that */
};

struct compiler {
    struct gf_emit m;
    struct open open[GF_EXPR_OPEN];
    int n_open;
    const char *zones;
};

/* ---- what waits ------------------------------------------------------------------------------ */

static int wait_for(struct compiler *c, const struct open *o)
{
    if (c->n_open == GF_EXPR_OPEN)
        return gf_perr_set(c->m.e, o->at, 1, NULL, "over %d are open here", GF_EXPR_OPEN);
    c->open[c->n_open++] = *o;
    return 0;
}

static bool is_operator(const struct open *o)
{
    return o->waits == FOR_SIDE || o->waits == FOR_SIGNED;
}

/* The operator on top has its last side. */
static int end_operator(struct compiler *c)
{
    struct open *o = &c->open[--c->n_open];
    int last = (int)c->m.steps - 1;
    if (o->op == GF_DO_AND || o->op == GF_DO_OR) {
        if (gf_emit(&c->m, GF_DO_TRUTH, 0, 0, 0) != 0)
            return -1;
        gf_emit_land(&c->m, o->jump);
        return 0;
    }
    if (o->waits == FOR_SIGNED) {
        if (o->op != GF_DO_NOT)
            gf_emit_as_number(&c->m, last);
        return gf_emit(&c->m, o->op, 0, 0, 0);
    }
    if (o->op >= GF_DO_ADD && o->op <= GF_DO_POWER) {
        gf_emit_as_number(&c->m, o->left);
        gf_emit_as_number(&c->m, last);
    }
    return gf_emit(&c->m, o->op, 0, 0, -1);
}

/* Ends the operators on top that bind at least so strongly. */
static int end_operators(struct compiler *c, int binds)
{
    while (c->n_open && is_operator(&c->open[c->n_open - 1]) &&
           c->open[c->n_open - 1].binds >= binds)
        if (end_operator(c) != 0)
            return -1;
    return 0;
}

static int binary(struct compiler *c, const struct gf_expr_token *t)
{
    struct open o = {.waits = FOR_SIDE,
                     .op = t->op,
                     .binds = t->binds,
                     .left = GF_EMIT_NONE,
                     .jump = GF_EMIT_NONE,
                     .unless = GF_EMIT_NONE,
                     .at = t->at};
    bool right = t->op == GF_DO_POWER, relation = t->binds == GF_BINDS_RELATION;
    if (end_operators(c, t->binds + (right || relation)) != 0)
        return -1;
    const struct open *top = c->n_open ? &c->open[c->n_open - 1] : NULL;
    if (relation && top && is_operator(top) && top->binds == GF_BINDS_RELATION)
        return gf_perr_set(c->m.e, t->at, t->end - t->at, "write a < b and b < c",
                           "comparisons do not chain");
    o.left = (int)c->m.steps - 1;
    if ((t->op == GF_DO_AND || t->op == GF_DO_OR) && gf_emit_jump(&c->m, t->op, -1, &o.jump) != 0)
        return -1;
    return wait_for(c, &o);
}

/* A sign or `not`. One that binds less than the operator before it would take what follows away
 * from that. */
static int prefix(struct compiler *c, const struct gf_expr_token *t)
{
    bool negation = t->kind == GF_TOKEN_NOT;
    struct open o = {.waits = FOR_SIGNED, .left = GF_EMIT_NONE, .jump = GF_EMIT_NONE, .at = t->at};
    o.op = negation ? GF_DO_NOT : t->op == GF_DO_SUBTRACT ? GF_DO_NEGATE : GF_DO_PLUS;
    o.binds = negation ? GF_BINDS_NOT : GF_BINDS_SIGN;
    const struct open *top = c->n_open ? &c->open[c->n_open - 1] : NULL;
    if (negation && top && is_operator(top) && top->binds > GF_BINDS_NOT)
        return gf_perr_set(c->m.e, t->at, t->end - t->at, NULL, "'not' needs parentheses here");
    return wait_for(c, &o);
}

/* ---- calls ----------------------------------------------------------------------------------- */

static int no_function(struct compiler *c, const struct gf_expr_token *t)
{
    struct gf_suggest s;
    int shown = (int)(t->text.len < 40 ? t->text.len : 40);
    gf_suggest_init(&s, t->text.data, t->text.len);
    for (const struct gf_expr_function *f = gf_expr_functions; f->name; f++)
        gf_suggest_offer(&s, f->name);
    if (s.best)
        return gf_perr_set(c->m.e, t->at, t->end - t->at, NULL,
                           "there is no function '%.*s' (did you mean %s?)", shown, t->text.data,
                           s.best);
    return gf_perr_set(c->m.e, t->at, t->end - t->at,
                       "there are abs bucket ceil coalesce concat date floor hex if int len lower "
                       "max min now num round strftime substr time upper",
                       "there is no function '%.*s'", shown, t->text.data);
}

static int open_call(struct compiler *c, const struct gf_expr_token *t)
{
    struct open o = {.waits = FOR_CALL,
                     .left = GF_EMIT_NONE,
                     .jump = GF_EMIT_NONE,
                     .unless = GF_EMIT_NONE,
                     .at = t->at,
                     .from = t->end,
                     .step = c->m.steps};
    o.function = gf_expr_function(t->text.data, t->text.len);
    return o.function == GF_EMIT_NONE ? no_function(c, t) : wait_for(c, &o);
}

/* The argument of o that ends before the word t is a text in quotes, and a good one. */
static int check_argument(struct compiler *c, const struct open *o, const struct gf_expr_token *t)
{
    const struct gf_expr_function *f = &gf_expr_functions[o->function];
    const struct gf_expr_step *s = &c->m.x->step[o->step];
    const struct gf_expr_value *v = NULL;
    struct gf_perr e = {0};
    size_t from = o->from;
    while (from < t->at && (c->m.text.data[from] == ' ' || c->m.text.data[from] == '('))
        from++;
    if (c->m.steps == o->step + 1 && s->op == GF_DO_CONST && c->m.x->constant[s->arg].quoted)
        v = &c->m.x->constant[s->arg];
    if (!v)
        return gf_perr_set(c->m.e, from, t->at - from, NULL, "%s takes a text in quotes here",
                           f->name);
    struct gf_slice text = v->kind == GF_EXPR_TEXT ? v->text : (struct gf_slice){"", 0};
    if (f->check(o->n, text, c->zones, &e) == 0)
        return 0;
    int error = errno; /* it need not be the user's */
    if (e.what[0])
        gf_perr_say(c->m.e, from, t->at - from, e.hint, "%s", e.what);
    errno = error;
    return -1;
}

/* An argument of the call on top has ended before the word t; `last`: it was the last. */
static int end_argument(struct compiler *c, const struct gf_expr_token *t, bool last)
{
    struct open *o = &c->open[c->n_open - 1];
    const struct gf_expr_function *f = &gf_expr_functions[o->function];
    if (f->check && o->n >= f->said && check_argument(c, o, t) != 0)
        return -1;
    o->n++;
    o->from = t->end;
    o->step = c->m.steps;
    switch (f->shape) {
    case GF_CALL_COALESCE:
        return last ? 0 : gf_emit_jump(&c->m, GF_DO_GIVEN, -1, &o->jump);
    case GF_CALL_IF:
        if (o->n == 1)
            return gf_emit_jump(&c->m, GF_DO_UNLESS, -1, &o->unless);
        if (o->n == 2) {
            if (gf_emit_jump(&c->m, GF_DO_JUMP, -1, &o->jump) != 0)
                return -1;
            gf_emit_land(&c->m, o->unless);
        }
        break;
    case GF_CALL_PLAIN:
        break;
    }
    return 0;
}

static int wrong_count(struct compiler *c, const struct open *o, size_t end)
{
    const struct gf_expr_function *f = &gf_expr_functions[o->function];
    if (f->least == f->most)
        return gf_perr_set(c->m.e, o->at, end - o->at, NULL, "%s takes %d argument%s", f->name,
                           f->least, f->least == 1 ? "" : "s");
    return gf_perr_set(c->m.e, o->at, end - o->at, NULL, "%s takes %d to %d arguments", f->name,
                       f->least, f->most);
}

/* `empty`: there is nothing between the last ( and this ). */
static int end_parenthesis(struct compiler *c, const struct gf_expr_token *t, bool empty)
{
    if (end_operators(c, 0) != 0)
        return -1;
    if (c->n_open == 0)
        return gf_perr_set(c->m.e, t->at, 1, NULL, "this ) closes nothing");
    struct open *o = &c->open[c->n_open - 1];
    if (o->waits == FOR_CALL) {
        const struct gf_expr_function *f = &gf_expr_functions[o->function];
        if (!empty && end_argument(c, t, true) != 0)
            return -1;
        if (o->n < f->least || o->n > f->most)
            return wrong_count(c, o, t->end);
        gf_emit_land(&c->m, o->jump);
        if (f->shape == GF_CALL_PLAIN &&
            gf_emit(&c->m, GF_DO_CALL, o->n, o->function, 1 - o->n) != 0)
            return -1;
    }
    c->n_open--;
    return 0;
}

static int comma(struct compiler *c, const struct gf_expr_token *t)
{
    if (end_operators(c, 0) != 0)
        return -1;
    struct open *o = c->n_open ? &c->open[c->n_open - 1] : NULL;
    if (!o || o->waits != FOR_CALL)
        return gf_perr_set(c->m.e, t->at, 1, "a decimal point is a point",
                           "a comma stands between the arguments of a function");
    if (o->n + 1 >= gf_expr_functions[o->function].most)
        return wrong_count(c, o, t->end);
    return end_argument(c, t, false);
}

/* ---- all of it ------------------------------------------------------------------------------- */

static bool next_is_open(const struct compiler *c, size_t at)
{
    struct gf_expr_token t;
    return gf_expr_token(c->m.text, at, &t, NULL) == 0 && t.kind == GF_TOKEN_OPEN;
}

/* A word where a value has to begin. *more: it does not end with this word. */
static int operand(struct compiler *c, struct gf_expr_token *t, bool *more)
{
    *more = false;
    switch (t->kind) {
    case GF_TOKEN_NUMBER:
        return gf_emit_number(&c->m, t);
    case GF_TOKEN_TEXT:
        return gf_emit_text(&c->m, t);
    case GF_TOKEN_BRACES:
        return gf_emit_name(&c->m, t);
    case GF_TOKEN_NAME:
        if (!next_is_open(c, t->end))
            return gf_emit_name(&c->m, t);
        *more = true;
        if (open_call(c, t) != 0 || gf_expr_token(c->m.text, t->end, t, c->m.e) != 0)
            return -1;
        return 0;
    case GF_TOKEN_OPEN:
        *more = true;
        return wait_for(c, &(struct open){.waits = FOR_CLOSE, .jump = GF_EMIT_NONE, .at = t->at});
    case GF_TOKEN_NOT:
        *more = true;
        return prefix(c, t);
    case GF_TOKEN_BINARY:
        *more = true;
        if (t->binds == GF_BINDS_SUM)
            return prefix(c, t);
        break;
    default:
        break;
    }
    return gf_perr_set(c->m.e, t->at, t->end - t->at, NULL, "a value is missing here");
}

/* A word behind a value. *more: a value has to follow. */
static int behind(struct compiler *c, const struct gf_expr_token *t, bool *more)
{
    *more = t->kind != GF_TOKEN_CLOSE;
    switch (t->kind) {
    case GF_TOKEN_BINARY:
        return binary(c, t);
    case GF_TOKEN_COMMA:
        return comma(c, t);
    case GF_TOKEN_CLOSE:
        return end_parenthesis(c, t, false);
    default:
        return gf_perr_set(c->m.e, t->at, t->end - t->at, NULL, "an operator is missing here");
    }
}

static int compile(struct compiler *c)
{
    struct gf_expr_token t = {0};
    bool more = true, opened = false; /* opened: the word before was the ( of a call */
    for (;;) {
        if (gf_expr_token(c->m.text, t.end, &t, c->m.e) != 0)
            return -1;
        bool call = t.kind == GF_TOKEN_NAME;
        if (opened && t.kind == GF_TOKEN_CLOSE) {
            if (end_parenthesis(c, &t, true) != 0)
                return -1;
            more = false;
        } else if (t.kind == GF_TOKEN_END && !more) {
            break;
        } else if ((more ? operand(c, &t, &more) : behind(c, &t, &more)) != 0) {
            return -1;
        }
        opened = call && more;
    }
    if (end_operators(c, 0) != 0)
        return -1;
    if (c->n_open)
        return gf_perr_set(c->m.e, c->open[c->n_open - 1].at,
                           c->m.text.len - c->open[c->n_open - 1].at, NULL, "the ( has no )");
    return gf_emit(&c->m, GF_DO_END, 0, 0, 0);
}

struct gf_expr *gf_expr_compile(const char *text, size_t len, const struct gf_expr_names *names,
                                const char *zones, struct gf_perr *e)
{
    struct compiler c = {.m = {.text = {text, len}, .names = names, .e = e}, .zones = zones};
    c.m.x = calloc(1, sizeof *c.m.x);
    if (!c.m.x)
        return NULL;
    c.m.x->texts = malloc(len + 1);
    if (!c.m.x->texts || compile(&c) != 0) {
        int error = errno;
        gf_expr_free(c.m.x);
        errno = error;
        return NULL;
    }
    return c.m.x;
}

size_t gf_expr_need(const struct gf_expr *x)
{
    return x->need;
}

void gf_expr_free(struct gf_expr *x)
{
    if (!x)
        return;
    free(x->step);
    free(x->constant);
    free(x->texts);
    free(x);
}
