/*
 * perr.h - where and why a text could not be parsed.
 *
 * Every parser of the family fills one of these on failure. `col` and `len` select the offending
 * bytes of the text that was given (len 0: the text ended too early, at col). `what` is one line
 * in lower case, without the text itself and without a full stop; it may hold bytes of the text,
 * so it is escaped when printed. `hint`, when not NULL, is a static string that says a way out.
 *
 *     gf-ratelimit: bad rate '10/parsec': unknown unit 'parsec'
 *       10/parsec
 *          ^~~~~~
 *     hint: units are ms, s, m, h, d
 *
 * base/msg.h prints it so.
 */
#ifndef GF_BASE_PERR_H
#define GF_BASE_PERR_H

#include <stddef.h>

struct gf_perr {
    size_t col;
    size_t len;
    char what[112];
    const char *hint;
};

/* Fills `e` (which may be NULL) and sets errno to EINVAL. */
void gf_perr_say(struct gf_perr *e, size_t col, size_t len, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* The same, and -1 for a parser to return: a constant, so that whoever reads the parser, a compiler
 * too, sees that it fails there. */
#define gf_perr_set(...) (gf_perr_say(__VA_ARGS__), -1)

#endif
