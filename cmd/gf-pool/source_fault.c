/*
 * source_fault.c - what is said of records that cannot be read: each reason names the record, and
 * where a quote is to blame, the line in which it begins.
 */
#include "source_fault.h"

#include <errno.h>
#include <string.h>

#include "base/msg.h"

static void too_long(const struct gf_reader *r, unsigned long long next)
{
    unsigned long long line = gf_reader_open_line(r);
    gf_error("record %llu is longer than %zu bytes", next, r->max_record);
    if (line)
        gf_hint("are the quotes closed that begin in line %llu? --max-record sets the limit", line);
    else if (r->framer)
        gf_hint("--max-record sets the limit");
    else
        gf_hint("--max-record sets the limit; -0 reads records that end with NUL");
}

static void open_quotes(const struct gf_reader *r, unsigned long long next, const char *name)
{
    unsigned long long line = gf_reader_open_line(r);
    if (strcmp(name, "-") == 0)
        gf_error("standard input: record %llu: quotes that begin in line %llu are not closed", next,
                 line);
    else
        gf_error("'%s': record %llu: quotes that begin in line %llu are not closed", name, next,
                 line);
    gf_hint("in quotes, a quote is written twice");
}

void source_cannot_read(const struct gf_reader *r, const char *name)
{
    unsigned long long next = r->taken + 1;
    if (errno == EMSGSIZE) {
        too_long(r, next);
    } else if (errno == EBADMSG && r->framer) {
        open_quotes(r, next, name);
    } else if (errno == ENOMEM) {
        gf_error("out of memory for record %llu", next);
    } else if (strcmp(name, "-") == 0) {
        gf_error_errno("cannot read standard input");
    } else {
        gf_error_errno("cannot read '%s'", name);
    }
}
