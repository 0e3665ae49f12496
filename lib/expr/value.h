/*
 * value.h - values of an expression as numbers and as texts. For the files of expr.h and nobody
 * else. -1 is an error that r->error and errno tell.
 */
#ifndef GF_EXPR_VALUE_H
#define GF_EXPR_VALUE_H

#include "expr/expr.h"

/* Says why an evaluation failed: EINVAL, EDOM or ERANGE; EIO: data of the machine. Returns -1. */
int gf_expr_wrong(struct gf_expr_run *r, const struct gf_expr_value *of, int error,
                  const char *what);

/* Makes it a number. */
int gf_expr_to_number(struct gf_expr_run *r, struct gf_expr_value *v);

/* The number as a decimal; v is one. */
static inline struct gf_dec gf_expr_dec(const struct gf_expr_value *v)
{
    return v->kind == GF_EXPR_WHOLE ? gf_dec_of(v->whole) : v->dec;
}

static inline void gf_expr_set_whole(struct gf_expr_value *v, int64_t whole)
{
    v->kind = GF_EXPR_WHOLE;
    v->whole = whole;
}

/* The value becomes the decimal: whole where it is. */
void gf_expr_set_dec(struct gf_expr_value *v, const struct gf_dec *d);

/* An empty text is missing. The field and whether it is quoted stay. */
void gf_expr_set_text(struct gf_expr_value *v, struct gf_slice text);

/* Makes it a whole number of 64 bits. */
int gf_expr_to_whole(struct gf_expr_run *r, struct gf_expr_value *v, int64_t *out);

/* The text of any value, valid until the next evaluation. */
int gf_expr_text(struct gf_expr_run *r, const struct gf_expr_value *v, struct gf_slice *out);

/* Room for n bytes until the next evaluation. NULL: ENOMEM or, over GF_EXPR_TEXTS, ERANGE. */
char *gf_expr_room(struct gf_expr_run *r, size_t n);

/* Forgets what was made of texts. */
void gf_expr_forget(struct gf_expr_run *r);

/* *order is -1, 0 or 1. */
int gf_expr_compare(struct gf_expr_run *r, const struct gf_expr_value *a,
                    const struct gf_expr_value *b, int *order);

#endif
