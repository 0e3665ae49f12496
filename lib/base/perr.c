/*
 * perr.c - fills the struct and sets errno, so that a parser fails in one statement.
 *
 * The struct may be NULL: then only errno tells. The text is cut to the room in the struct; nothing
 * here needs memory.
 */
#include "base/perr.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

void gf_perr_say(struct gf_perr *e, size_t col, size_t len, const char *hint, const char *fmt, ...)
{
    if (e) {
        e->col = col;
        e->len = len;
        e->hint = hint;
        va_list ap;
        va_start(ap, fmt);
        vsnprintf(e->what, sizeof e->what, fmt, ap);
        va_end(ap);
    }
    errno = EINVAL;
}
