/*
 * emit.h - a program as it grows, step by step. For the compiler and nobody else.
 *
 * A jump is put before its target is known. Until then those with the same target are a chain: each
 * holds where the one before it stands, and the first GF_EMIT_NONE.
 *
 *     int chain = GF_EMIT_NONE;
 *     gf_emit_jump(&m, GF_DO_JUMP, -1, &chain); ...
 *     gf_emit_land(&m, chain);                       to the step that comes next
 *
 * -1: EINVAL (`e` says where) or ENOMEM. The program belongs to the caller.
 */
#ifndef GF_EXPR_EMIT_H
#define GF_EXPR_EMIT_H

#include "expr/token.h"

enum {
    GF_EMIT_NONE = -1
};

struct gf_emit {
    struct gf_slice text; /* of the expression */
    const struct gf_expr_names *names;
    struct gf_perr *e;
    struct gf_expr *x;
    size_t steps, step_cap, constants, constant_cap;
    size_t texts; /* bytes of texts that constants have */
    size_t depth; /* values on the stack here */
};

/* A step; `grows` is what it does to the stack. */
int gf_emit(struct gf_emit *m, int op, int n, int64_t arg, int grows);

int gf_emit_jump(struct gf_emit *m, int op, int grows, int *chain);
void gf_emit_land(struct gf_emit *m, int chain);

/* The steps that push what a word is: a number, a text, a field by its number or name. */
int gf_emit_number(struct gf_emit *m, const struct gf_expr_token *t);
int gf_emit_text(struct gf_emit *m, const struct gf_expr_token *t);
int gf_emit_name(struct gf_emit *m, const struct gf_expr_token *t);

/* The value of this step will be taken as a number: a field is read as one at once. */
void gf_emit_as_number(struct gf_emit *m, int step);

#endif
