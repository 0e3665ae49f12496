/*
 * failures.c - keeps the first failure as text in the struct itself, so that a run which fails for
 * want of memory can still say what failed first.
 */
#include "base/failures.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/msg.h"

/* Where text of `len` bytes may be cut at or below `at` without parting a UTF-8 character. */
static size_t whole_characters(const char *text, size_t at)
{
    while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80)
        at--;
    return at;
}

void gf_failures_add(struct gf_failures *f, uint64_t place, const char *fmt, ...)
{
    if (f->failed++ > 0 && place >= f->place)
        return;
    f->place = place;
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(f->first, sizeof f->first, fmt, ap);
    va_end(ap);
    static const char dots[] = "...";
    if (n >= (int)sizeof f->first)
        memcpy(f->first + whole_characters(f->first, sizeof f->first - sizeof dots), dots,
               sizeof dots);
}

void gf_failures_say(const struct gf_failures *f, uint64_t total, const char *things)
{
    if (f->failed)
        gf_note("%" PRIu64 " of %" PRIu64 " %s failed; first: %s", f->failed, total, things,
                f->first);
}
