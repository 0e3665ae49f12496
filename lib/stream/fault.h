/*
 * fault.h - why a chain could not be read or did not run to its end: what the tool says, and the
 * exit status it ends with. The first fault stays. A zeroed struct is none.
 */
#ifndef GF_STREAM_FAULT_H
#define GF_STREAM_FAULT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/perr.h"

struct gf_fault {
    int status;     /* of base/exit.h; 0: no fault */
    char text[512]; /* one line */
    char hint[200]; /* empty: none */
    char kind[160]; /* not empty: a parse error: `bad KIND 'SUBJECT'` with `where` */
    char *subject;  /* owned */
    struct gf_perr where;
};

/* All return -1. */
int gf_fault_set(struct gf_fault *f, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int gf_fault_errno(struct gf_fault *f, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int gf_fault_hint(struct gf_fault *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int gf_fault_nomem(struct gf_fault *f);

/* A usage error in `subject`, at `where`. */
int gf_fault_parse(struct gf_fault *f, const char *kind, const char *subject,
                   const struct gf_perr *where);

void gf_fault_release(struct gf_fault *f);

/* *to is what *from was, with what that owned; *from is none. */
void gf_fault_move(struct gf_fault *to, struct gf_fault *from);

#endif
