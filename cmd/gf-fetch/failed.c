/*
 * failed.c - a line is written back with the end that it had.
 */
#include "failed.h"

#include <errno.h>

#include "base/fd.h"
#include "base/logfile.h"
#include "base/msg.h"
#include "base/own.h"

int failed_open(struct failed *f, const struct options *o)
{
    const char *why;
    f->name = o->failed;
    f->fd = -1;
    if (!f->name)
        return 0;
    f->fd = gf_logfile_anew(f->name, 0600, GF_READER_PATIENCE, &why);
    if (f->fd != -1)
        return 0;
    gf_error("cannot open '%s': %s", f->name, why);
    gf_own_hint(f->name, why);
    return -1;
}

int failed_keep(struct failed *f, const struct line *line)
{
    if (f->fd == -1 || f->cut)
        return 0;
    gf_buf_clear(&f->text);
    gf_buf_add(&f->text, line->text, line->len);
    gf_buf_puts(&f->text, line->ended_crlf ? "\r\n" : "\n");
    if (gf_write_buf(f->fd, &f->text) == 0)
        return 0;
    f->cut = true;
    gf_error_errno("cannot write to '%s'", f->name);
    return -1;
}

int failed_close(struct failed *f)
{
    int r = f->fd > 2 ? gf_close(f->fd) : 0;
    if (r != 0)
        gf_error_errno("cannot write to '%s'", f->name);
    f->fd = -1;
    gf_buf_release(&f->text);
    return r;
}
