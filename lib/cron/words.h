/*
 * words.h - a schedule in English, for people to check that it says what they mean.
 *
 *     struct gf_buf b = {0};
 *     gf_cron_words(&b, &c);       "at 02:30, on Monday to Friday"
 *
 * Returns 0, or -1 as gf_buf_add does. Pure; any thread.
 */
#ifndef GF_CRON_WORDS_H
#define GF_CRON_WORDS_H

#include "base/buf.h"
#include "cron/expr.h"

int gf_cron_words(struct gf_buf *b, const struct gf_cron *c);

#endif
