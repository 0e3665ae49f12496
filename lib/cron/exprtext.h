/*
 * exprtext.h - the text of a schedule as words that know their place: for errors with a column.
 *
 *     struct gf_expr_text t = gf_expr_split(s, len);
 *     if (!gf_expr_word_is(&t.w[0], "@every"))
 *         return gf_expr_fail(&t, 0, e, NULL, "unknown schedule word");
 *
 * The words are borrowed from the text, and no NUL stands behind them. Pure; any thread.
 */
#ifndef GF_CRON_EXPRTEXT_H
#define GF_CRON_EXPRTEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/perr.h"

enum {
    GF_EXPR_WORDS = 8 /* one more than a schedule can have, so that too many is seen */
};

struct gf_expr_word {
    const char *s;
    size_t len;
};

struct gf_expr_text {
    const char *base; /* columns count from here */
    const char *end;
    struct gf_expr_word w[GF_EXPR_WORDS];
    int n;
};

/* The first words of s[0..len), between blanks. */
struct gf_expr_text gf_expr_split(const char *s, size_t len);

/* The length of a quote at s, before `end`: one of the keyboard, a backquote, or one of those that
 * a word processor makes (U+2018 to U+201F, U+00AB, U+00BB; UTF-8). 0: there is none. */
size_t gf_expr_quote(const char *s, const char *end);

/* Upper and lower case are the same. */
bool gf_expr_word_is(const struct gf_expr_word *w, const char *name);

/* An error about word i, or about the end of the text where there is no such word. -1. */
int gf_expr_fail(const struct gf_expr_text *t, int i, struct gf_perr *e, const char *hint,
                 const char *what);

/* Moves the columns of an error inside word i to the whole text. -1. */
int gf_expr_inside(const struct gf_expr_text *t, int i, struct gf_perr *e);

#endif
