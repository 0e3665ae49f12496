/*
 * emit.c - steps and constants in arrays that grow.
 *
 * The depth of the stack is counted along, so that an evaluation can have all of it before it
 * begins. Texts of constants lie in one run of bytes that is as long as the expression, which is
 * always enough: it never moves, so the constants may point into it.
 */
#include "expr/emit.h"

#include <string.h>

#include "base/grow.h"

int gf_emit(struct gf_emit *m, int op, int n, int64_t arg, int grows)
{
    if (m->steps >= GF_EXPR_OPS)
        return gf_perr_set(m->e, 0, m->text.len, NULL, "over %d steps", GF_EXPR_OPS);
    struct gf_expr_step *more = gf_grow(m->x->step, &m->step_cap, m->steps + 1, sizeof *m->x->step);
    if (!more)
        return -1;
    m->x->step = more;
    m->x->step[m->steps++] =
        (struct gf_expr_step){.op = (uint16_t)op, .n = (uint16_t)n, .arg = (int32_t)arg};
    m->depth = (size_t)((int64_t)m->depth + grows);
    if (m->depth > m->x->deep)
        m->x->deep = m->depth;
    return 0;
}

static int put_constant(struct gf_emit *m, const struct gf_expr_value *v)
{
    struct gf_expr_value *more =
        gf_grow(m->x->constant, &m->constant_cap, m->constants + 1, sizeof *v);
    if (!more)
        return -1;
    m->x->constant = more;
    m->x->constant[m->constants] = *v;
    return gf_emit(m, GF_DO_CONST, 0, (int64_t)m->constants++, 1);
}

void gf_emit_as_number(struct gf_emit *m, int step)
{
    if (step >= 0 && m->x->step[step].op == GF_DO_FIELD)
        m->x->step[step].op = GF_DO_FIELD_NUMBER;
}

int gf_emit_jump(struct gf_emit *m, int op, int grows, int *chain)
{
    if (gf_emit(m, op, 0, *chain, grows) != 0)
        return -1;
    *chain = (int)m->steps - 1;
    return 0;
}

void gf_emit_land(struct gf_emit *m, int chain)
{
    while (chain != GF_EMIT_NONE) {
        int before = m->x->step[chain].arg;
        m->x->step[chain].arg = (int32_t)m->steps;
        chain = before;
    }
}

int gf_emit_number(struct gf_emit *m, const struct gf_expr_token *t)
{
    struct gf_expr_value v = {.kind = GF_EXPR_DECIMAL, .dec = t->number};
    int64_t whole = (int64_t)t->number.coef;
    if (t->number.exp == 0 && t->number.coef == whole) {
        v.kind = GF_EXPR_WHOLE;
        v.whole = whole;
    }
    return put_constant(m, &v);
}

int gf_emit_text(struct gf_emit *m, const struct gf_expr_token *t)
{
    struct gf_expr_value v = {.kind = GF_EXPR_MISSING, .quoted = true};
    char *to = m->x->texts + m->texts;
    size_t n = 0;
    for (size_t i = 0; i < t->text.len; i++) {
        char b = t->text.data[i];
        to[n++] = b;
        i += b == m->text.data[t->at];
    }
    m->texts += n;
    if (n) {
        v.kind = GF_EXPR_TEXT;
        v.text = (struct gf_slice){to, n};
    }
    return put_constant(m, &v);
}

static int put_field(struct gf_emit *m, const struct gf_expr_token *t, int64_t at)
{
    if (at == 0)
        return gf_perr_set(m->e, t->at, t->end - t->at, NULL, "fields are counted from 1");
    if (at > INT32_MAX || at < -INT32_MAX)
        return gf_perr_set(m->e, t->at, t->end - t->at, NULL, "there are never so many fields");
    size_t need = at < 0 ? SIZE_MAX : (size_t)at;
    m->x->need = m->x->need < need ? need : m->x->need;
    return gf_emit(m, at < 0 ? GF_DO_FIELD_BACK : GF_DO_FIELD, 0, at < 0 ? -at : at, 1);
}

/* Whether a name is a number of a field. */
static bool is_number(struct gf_slice s, int64_t *at)
{
    size_t i = s.len && s.data[0] == '-';
    int64_t v = 0;
    if (i == s.len)
        return false;
    for (; i < s.len; i++) {
        if (s.data[i] < '0' || s.data[i] > '9')
            return false;
        v = v > INT32_MAX ? v : v * 10 + (s.data[i] - '0');
    }
    *at = s.data[0] == '-' ? -v : v;
    return true;
}

int gf_emit_name(struct gf_emit *m, const struct gf_expr_token *t)
{
    size_t len = t->end - t->at;
    int shown = (int)(t->text.len < 60 ? t->text.len : 60);
    if (t->text.len == 0)
        return gf_perr_set(m->e, t->at, len, NULL, "a field has a number or a name");
    int64_t at = m->names ? m->names->find(m->names->arg, t->text) : 0;
    if (at == GF_EXPR_SEVERAL)
        return gf_perr_set(m->e, t->at, len, "say it by its number: {2}",
                           "several columns are called '%.*s'", shown, t->text.data);
    if (at != 0 || (t->kind == GF_TOKEN_BRACES && is_number(t->text, &at)))
        return put_field(m, t, at);
    if (t->kind == GF_TOKEN_NAME && gf_expr_function(t->text.data, t->text.len) != GF_EMIT_NONE)
        return gf_perr_set(m->e, t->at, len, "its arguments stand in parentheses behind it",
                           "'%.*s' is a function", shown, t->text.data);
    if (!m->names)
        return gf_perr_set(m->e, t->at, len, "fields are {1}, {2} and so on",
                           "there are no names of columns, so no '%.*s'", shown, t->text.data);
    return gf_perr_set(m->e, t->at, len, NULL, "there is no column '%.*s'", shown, t->text.data);
}
