/*
 * fault.c - a text of fixed size that is written once.
 *
 * `status` says whether there is a fault; what comes later changes nothing, so the cause is not
 * hidden by what follows from it. Every function returns -1, so that a caller fails in one
 * statement. Only a fault about a text the user wrote needs memory, for a copy of it.
 */
#include "stream/fault.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit.h"

__attribute__((format(printf, 3, 0))) static void vset(struct gf_fault *f, int status,
                                                       const char *fmt, va_list ap)
{
    f->status = status;
    vsnprintf(f->text, sizeof f->text, fmt, ap);
}

int gf_fault_set(struct gf_fault *f, int status, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    if (!f->status)
        vset(f, status, fmt, ap);
    va_end(ap);
    return -1;
}

int gf_fault_errno(struct gf_fault *f, int status, const char *fmt, ...)
{
    int err = errno;
    va_list ap;
    va_start(ap, fmt);
    if (!f->status) {
        vset(f, status, fmt, ap);
        size_t len = strlen(f->text);
        snprintf(f->text + len, sizeof f->text - len, ": %s", strerror(err));
    }
    va_end(ap);
    return -1;
}

int gf_fault_hint(struct gf_fault *f, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    if (!f->hint[0])
        vsnprintf(f->hint, sizeof f->hint, fmt, ap);
    va_end(ap);
    return -1;
}

int gf_fault_nomem(struct gf_fault *f)
{
    return gf_fault_set(f, GF_EXIT_TOOL, "out of memory");
}

int gf_fault_parse(struct gf_fault *f, const char *kind, const char *subject,
                   const struct gf_perr *where)
{
    if (f->status)
        return -1;
    f->subject = strdup(subject);
    if (!f->subject)
        return gf_fault_nomem(f);
    f->status = GF_EXIT_USAGE;
    f->where = *where;
    snprintf(f->kind, sizeof f->kind, "%s", kind);
    return -1;
}

void gf_fault_release(struct gf_fault *f)
{
    free(f->subject);
    *f = (struct gf_fault){0};
}

void gf_fault_move(struct gf_fault *to, struct gf_fault *from)
{
    gf_fault_release(to);
    *to = *from;
    *from = (struct gf_fault){0};
}
