/*
 * times.h - the functions of times, and the checks of their formats and zones. For the files of
 * expr.h and nobody else.
 */
#ifndef GF_EXPR_TIMES_H
#define GF_EXPR_TIMES_H

#include "expr/program.h"

int gf_expr_call_time(struct gf_expr_run *r, struct gf_expr_value *arg, int n);
int gf_expr_call_date(struct gf_expr_run *r, struct gf_expr_value *arg, int n);
int gf_expr_call_strftime(struct gf_expr_run *r, struct gf_expr_value *arg, int n);
int gf_expr_call_bucket(struct gf_expr_run *r, struct gf_expr_value *arg, int n);
int gf_expr_call_now(struct gf_expr_run *r, struct gf_expr_value *arg, int n);

int gf_expr_check_time(int at, struct gf_slice text, const char *zones, struct gf_perr *e);
int gf_expr_check_date(int at, struct gf_slice text, const char *zones, struct gf_perr *e);
int gf_expr_check_strftime(int at, struct gf_slice text, const char *zones, struct gf_perr *e);
int gf_expr_check_bucket(int at, struct gf_slice text, const char *zones, struct gf_perr *e);

#endif
