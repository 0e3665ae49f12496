/*
 * program.h - what a compiled expression is: operations that push and pop values. For the files of
 * expr.h and nobody else.
 *
 * Operations stand in the order in which they are done; a jump names the one that comes next. The
 * compiler sees to it that no more than `deep` values are on the stack, and that each operation
 * finds what it takes.
 */
#ifndef GF_EXPR_PROGRAM_H
#define GF_EXPR_PROGRAM_H

#include "expr/expr.h"

enum gf_expr_op {
    GF_DO_FIELD,        /* push field `arg` */
    GF_DO_FIELD_NUMBER, /* the same, read as a number */
    GF_DO_FIELD_BACK,   /* push field `arg` from the end */
    GF_DO_CONST,        /* push constant `arg` */
    GF_DO_NEGATE,
    GF_DO_PLUS, /* the number that the value is */
    GF_DO_ADD,
    GF_DO_SUBTRACT,
    GF_DO_MULTIPLY,
    GF_DO_DIVIDE,
    GF_DO_REMAINDER,
    GF_DO_POWER,
    GF_DO_EQ,
    GF_DO_NE,
    GF_DO_LT,
    GF_DO_LE,
    GF_DO_GT,
    GF_DO_GE,
    GF_DO_NOT,
    GF_DO_TRUTH, /* 1 or 0 */
    GF_DO_AND,   /* false: it becomes 0, and a jump; else it is popped */
    GF_DO_OR,    /* true: it becomes 1, and a jump; else it is popped */
    GF_DO_JUMP,
    GF_DO_UNLESS, /* pop; a jump if it was false */
    GF_DO_GIVEN,  /* a jump if it is not missing; else it is popped */
    GF_DO_CALL,   /* function `arg` with the `n` values on top */
    GF_DO_END,
};

struct gf_expr_step {
    uint16_t op, n;
    int32_t arg;
};

struct gf_expr {
    struct gf_expr_step *step;
    struct gf_expr_value *constant;
    char *texts; /* what the constants that are texts point into */
    size_t deep, need;
};

/* A row of the functions. */
struct gf_expr_function {
    const char *name;
    enum {
        GF_CALL_PLAIN,
        GF_CALL_IF,
        GF_CALL_COALESCE
    } shape;
    uint16_t least, most; /* arguments */
    /* The value for the n arguments, in place of the first. -1: r->error and errno. */
    int (*call)(struct gf_expr_run *r, struct gf_expr_value *arg, int n);
    /* With `check`, the arguments from number `said` on (the first is 0) are texts in quotes, which
     * are known when the expression is compiled. -1: `e` and errno say what is wrong with it. */
    int said;
    int (*check)(int at, struct gf_slice text, const char *zones, struct gf_perr *e);
};

enum {
    GF_EXPR_ARGS = 1000
};

/* The table, which ends with a row without a name. */
extern const struct gf_expr_function gf_expr_functions[];

/* -1 when there is none of that name. */
int gf_expr_function(const char *name, size_t len);

#endif
