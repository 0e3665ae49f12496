/*
 * token.h - the words of an expression. For the files of expr.h and nobody else.
 *
 * gf_expr_token reads the one at `at`; the next begins where it ended. Texts and names are slices
 * of the expression: of a text what stands between its quotes, with the doubled ones.
 */
#ifndef GF_EXPR_TOKEN_H
#define GF_EXPR_TOKEN_H

#include "base/perr.h"
#include "expr/program.h"

enum gf_expr_token_kind {
    GF_TOKEN_END,
    GF_TOKEN_NUMBER,
    GF_TOKEN_TEXT,
    GF_TOKEN_BRACES, /* {N} or {name}: `text` is what is inside */
    GF_TOKEN_NAME,
    GF_TOKEN_BINARY, /* op and strength; + and - may also be signs */
    GF_TOKEN_NOT,
    GF_TOKEN_OPEN,
    GF_TOKEN_CLOSE,
    GF_TOKEN_COMMA,
};

/* How strongly operators bind. */
enum {
    GF_BINDS_OR = 1,
    GF_BINDS_AND,
    GF_BINDS_NOT,
    GF_BINDS_RELATION,
    GF_BINDS_SUM,
    GF_BINDS_TERM,
    GF_BINDS_SIGN,
    GF_BINDS_POWER,
};

struct gf_expr_token {
    enum gf_expr_token_kind kind;
    size_t at, end;
    int op, binds;        /* of an operator */
    struct gf_slice text; /* of a text, a name, braces */
    struct gf_dec number;
};

/* -1: EINVAL, `e` says where. */
int gf_expr_token(struct gf_slice s, size_t at, struct gf_expr_token *t, struct gf_perr *e);

#endif
