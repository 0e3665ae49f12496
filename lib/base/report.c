/*
 * report.c - a page goes out in one write, and a page that is not whole not at all.
 */
#include "base/report.h"

#include <errno.h>

#include "base/fd.h"
#include "base/msg.h"
#include "base/own.h"

int gf_report_open(struct gf_outfile *out, const char *file)
{
    const char *why;
    if (gf_outfile_open_own(out, file, 0600, GF_READER_PATIENCE, &why) == 0)
        return 0;
    gf_error("cannot write the report '%s': %s", file, why);
    gf_own_hint(file, why);
    return -1;
}

int gf_report_write(struct gf_outfile *out, const char *file, const struct gf_buf *html)
{
    int r = gf_write_buf(out->fd, html);
    if (html->failed == ENOMEM)
        gf_error_nomem();
    else if (r != 0 || (r = gf_outfile_commit(out)) != 0)
        gf_error_errno("cannot write the report '%s'", file);
    gf_outfile_abandon(out);
    return r;
}
