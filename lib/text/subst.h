/*
 * subst.h - s/pattern/replacement/flags and y/a-c/xyz/, on bytes.
 *
 * Any byte but a letter, a digit, a blank or a backslash may stand for `/`; a backslash takes its
 * meaning away. Flags: g every match, i without regard to case, x white space in the pattern is
 * ignored. In the replacement $1 ${1} $name ${name} $& $$ and the escapes \t \n \r \0 \\ \xHH; \1
 * is $1. A backslash makes any other punctuation plain. What elsewhere means more than its text is
 * refused: & (in sed the match) and \U (in Perl and sed upper case), as is any other letter behind
 * a backslash. A group that the pattern does not have is an error when the expression is read.
 * Digits are taken as far as they go. The sides of y are those of text/bytemap.h.
 *
 *     struct gf_subst *s = gf_subst_parse("s/(a+)b/$1/g", 12, 0, &e);
 *     struct gf_substituter t;  gf_substituter_open(&t, s);
 *     int got = gf_subst_run(&t, rec, &out);   1 changed: out is the new text, appended to the
 * buffer 0 nothing matched; -1 ENOMEM; GF_REGEX_BOUND
 */
#ifndef GF_TEXT_SUBST_H
#define GF_TEXT_SUBST_H

#include "base/buf.h"
#include "text/pattern.h"

struct gf_subst;

/* flags: GF_REGEX_UTF or 0. NULL: EINVAL (`e`) or ENOMEM. */
struct gf_subst *gf_subst_parse(const char *text, size_t len, unsigned flags, struct gf_perr *e);
void gf_subst_free(struct gf_subst *s);

struct gf_substituter {
    const struct gf_subst *subst;
    struct gf_matcher matcher;
};

int gf_substituter_open(struct gf_substituter *t, const struct gf_subst *s);
void gf_substituter_release(struct gf_substituter *t);
int gf_subst_run(struct gf_substituter *t, struct gf_slice rec, struct gf_buf *out);

#endif
