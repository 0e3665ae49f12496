/*
 * expr.h - a small compiled expression over the fields of a record: price * 1.19, len(name) > 20.
 *
 *     expr    = and { "or" and }
 *     and     = not { "and" not }
 *     not     = "not" not | rel
 *     rel     = sum [ ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) sum ]
 *     sum     = term { ( "+" | "-" ) term }
 *     term    = sign { ( "*" | "/" | "%" ) sign }
 *     sign    = ( "-" | "+" ) sign | power
 *     power   = operand [ "**" sign ]                     so -2 ** 2 is -4, and 2 ** 3 ** 2 is 512
 *     operand = NUMBER | 'text' | "text" | {N} | {name} | NAME | FUNCTION ( [ expr { , expr } ] )
 *             | ( expr )
 *
 * {N} is field N, {-1} the last; a NAME has letters, digits and _, a {name} anything but }. A
 * column may be called as a function is: the ( tells them apart. In a text its own quote is written
 * twice.
 *
 * A value is a number, a text, or missing: the field is not there, or empty. Numbers are decimals
 * of 34 digits, whole ones of 38 (dec.h). Arithmetic reads a text as one: blanks may stand around
 * it; anything else, and what is missing, is an error. A comparison is by number where both sides
 * are numbers or look like one, and by bytes elsewhere; a text in quotes does not look like a
 * number, so zip == '01234' compares bytes, and what is missing is an empty text. It gives 1 or 0,
 * as do and, or, not. False are 0, what reads as 0, and what is missing. The second side of `and`
 * and `or`, and what `if` and `coalesce` do not choose, is not computed.
 *
 *     len(x) lower(x) upper(x)     bytes; ASCII letters
 *     substr(x, from[, n])         from byte 1, or from the end: substr(x, -3)
 *     concat(x, ...)               one text
 *     abs(x) int(x) floor(x) ceil(x)
 *     round(x[, places])           half to even
 *     min(x, ...) max(x, ...)
 *     hex(x)                       0x1f as a number; a whole number as 0x1f
 *     num(x)                       a number, or a size (2K, 1.5MB),
 *                                  or a duration (1.5s, 2h) in seconds
 *     coalesce(x, ...)             the first that is not missing
 *     if(c, x, y)
 *     time(x[, format[, zone]])    a time in seconds since the epoch, to the nanosecond: of a text
 *                                  as time/stamp.h reads it, or by a format; a number is one
 *     date(t[, zone])              the time as RFC 3339
 *     strftime(t, format[, zone])  by a format
 *     bucket(t, size[, zone])      when the bucket begins that the time is in: of so many seconds,
 *                                  or of a duration ('5m', '1d')
 *     now()                        the time of the run
 *
 * Where a time t is asked for, a text is read as time(x) does, in the zone of the function. Zones
 * are UTC where none is said, whatever the environment has; formats and zones are texts in quotes,
 * and wrong ones are refused when the expression is compiled. A zone is a name or a rule, not the
 * path of a file. A number of a field is seconds up to 11 digits, then milliseconds and so on, as
 * time/stamp.h says; one that was computed is always seconds.
 *
 * Example:
 *
 *     struct gf_expr *x = gf_expr_compile("{1} * 2 + 1", 11, NULL, NULL, &e);
 *     struct gf_expr_run r;
 *     struct gf_expr_value v;
 *     gf_expr_run_init(&r);
 *     for each record: cut gf_expr_need(x) fields;
 *         if (gf_expr_eval(x, &r, field, n, &v) != 0)
 *             ... r.error.what, r.error.field ...
 *         else
 *             ... gf_expr_value_text(&v, &r) ...
 *     gf_expr_run_release(&r);
 *     gf_expr_free(x);
 *
 * A compiled expression is read only, and may be shared by threads; each has a run of its own. A
 * run opens the zones of an expression when it first needs them: they are read from the system's
 * files (time/zonename.h says what a sandbox has to allow for that).
 * Whole numbers of 64 bits are computed without a call, and numbers without an allocation.
 */
#ifndef GF_EXPR_EXPR_H
#define GF_EXPR_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/perr.h"
#include "expr/dec.h"
#include "text/slice.h"
#include "time/zone.h"

enum {
    GF_EXPR_OPS = 65536,    /* of a program */
    GF_EXPR_OPEN = 200,     /* operators, parentheses and calls that wait for their end at once */
    GF_EXPR_TEXTS = 1 << 28 /* bytes of texts that one evaluation may make */
};

struct gf_expr;

/* Which field a name means: counted from 1, or from the end as -1; 0: there is none;
 * GF_EXPR_SEVERAL: several are called so. */
#define GF_EXPR_SEVERAL INT64_MIN
struct gf_expr_names {
    int64_t (*find)(void *arg, struct gf_slice name);
    void *arg;
};

/* NULL: EINVAL (`e` says where), ENOMEM, or as gf_zone_open has it for a zone that cannot be read.
 * Without names only {N} are fields. `zones` is where the files of zones are, NULL for the usual
 * places. */
struct gf_expr *gf_expr_compile(const char *text, size_t len, const struct gf_expr_names *names,
                                const char *zones, struct gf_perr *e);

/* Fields that must be cut to know all that it asks for; SIZE_MAX: all. */
size_t gf_expr_need(const struct gf_expr *x);

void gf_expr_free(struct gf_expr *x);

enum gf_expr_kind {
    GF_EXPR_MISSING,
    GF_EXPR_WHOLE,   /* a whole number of 64 bits */
    GF_EXPR_DECIMAL, /* any other number */
    GF_EXPR_TEXT,    /* at least a byte */
};

/* Of a text or what is missing: `field` is where it came from (0: from none), and `quoted` says
 * that it stood in the expression. Texts belong to the record, the expression, or the run. */
struct gf_expr_value {
    enum gf_expr_kind kind;
    bool quoted;
    int64_t field;
    union {
        int64_t whole;
        struct gf_dec dec;
        struct gf_slice text;
    };
};

/* Why an evaluation failed. `field` is the one whose value it was, `text` that value; 0: none. */
struct gf_expr_error {
    const char *what; /* "is no number", "is empty", "division by zero": a static string */
    int64_t field;
    struct gf_slice text;
};

struct gf_expr_run {
    struct gf_expr_value *stack;
    size_t cap;
    struct gf_expr_texts *texts; /* that were made, newest first */
    size_t text_bytes;
    char number[GF_DEC_SIZE];
    struct gf_expr_error error;
    gf_ns now_wall; /* for now(), and times without a year: set it behind gf_expr_run_init */
    struct gf_zones zones;
};

void gf_expr_run_init(struct gf_expr_run *r);
void gf_expr_run_release(struct gf_expr_run *r);

/*
 * The value for one record: field[0] is {1}. 0; -1: EINVAL, EDOM or ERANGE, which r->error
 * explains, as it does EIO, a time zone that cannot be read; or ENOMEM. The value is valid until
 * the next evaluation with this run, and as long as the fields are.
 */
int gf_expr_eval(const struct gf_expr *x, struct gf_expr_run *r, const struct gf_slice *field,
                 size_t nfields, struct gf_expr_value *out);

/* Its text, valid as the value is, that of a number until the next call. What is missing has none,
 * of length 0. */
struct gf_slice gf_expr_value_text(const struct gf_expr_value *v, struct gf_expr_run *r);

/* Whether it counts as true. */
bool gf_expr_true(const struct gf_expr_value *v);

#endif
