/*
 * atword.h - the schedules that begin with an @word and are no fields: @start, @every, @at, @in,
 * @after.
 *
 *     int words;
 *     switch (gf_cron_atword(&c, &t, now, &words, &e)) {
 *     case 0:  ... the schedule is the first `words` words of t ...
 *     case 1:  ... another word stands there ...
 *     default: ... e ...
 *
 * The grammar is in expr.h. Pure; any thread.
 */
#ifndef GF_CRON_ATWORD_H
#define GF_CRON_ATWORD_H

#include "cron/expr.h"
#include "cron/exprtext.h"

/* `now` is what @in counts from. -1 with EINVAL, and `e` says where. */
int gf_cron_atword(struct gf_cron *out, const struct gf_expr_text *t, int64_t now, int *words,
                   struct gf_perr *e);

/* What to write when something stands behind a whole @every. Static. */
extern const char gf_cron_every_hint[];

#endif
