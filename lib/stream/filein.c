/*
 * filein.c - a reader of one file, with what an input of the chain may have: a byte order mark, CR
 * at the ends of lines, quotes, and a packer that is unpacked.
 */
#include "stream/filein.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/file.h"
#include "stream/unpack.h"

int gf_filein_open(struct gf_filein *in, const char *word, struct gf_stream *st)
{
    const struct gf_settings *set = st->set;
    bool std = strcmp(word, "-") == 0;
    *in = (struct gf_filein){.path = std ? "standard input" : word,
                             .table = {.kind = set->table.kind, .comma = set->comma}};
    in->fd = std ? STDIN_FILENO : gf_open(word, O_RDONLY, 0);
    if (in->fd == -1)
        return gf_fault_errno(&st->fault, GF_EXIT_TOOL, "cannot open '%s'", in->path);
    in->read_fd = in->fd;
    if (st->unpack) {
        in->read_fd = st->unpack->begin(st->unpack->arg, in->path, in->fd, &st->fault);
        if (in->read_fd == -1) {
            gf_filein_close(in);
            return -1;
        }
    }
    gf_reader_init(&in->reader, in->read_fd, set->separator, set->max_record);
    in->reader.tabular = in->table.kind == GF_TABULAR_NONE ? NULL : &in->table;
    return 0;
}

static int fill(struct gf_filein *in, struct gf_stream *st)
{
    int got = gf_reader_fill_on(&in->reader);
    if (got < 0 && errno == EMSGSIZE)
        return gf_stage_too_long(st, in->path, in->reader.taken + 1);
    if (got < 0)
        return gf_fault_errno(&st->fault, GF_EXIT_TOOL, "cannot read '%s'", in->path);
    gf_head_look(&in->head, &in->reader, in->path, st);
    return got;
}

/* All was read. 0 or -1. */
static int end(struct gf_filein *in, struct gf_stream *st)
{
    if (gf_tabular_is_open(&in->table))
        return gf_stage_open_quotes(st, in->path, in->table.quote_line);
    st->ragged |= in->table.ragged > 0;
    if (in->table.ragged && st->tell_ragged)
        st->tell_ragged(in->path, &in->table);
    return st->unpack ? st->unpack->end(st->unpack->arg, in->read_fd, &st->fault) : 0;
}

int gf_filein_many(struct gf_filein *in, struct gf_stream *st, struct gf_slice *out, int max)
{
    size_t n;
    while ((n = gf_reader_take_many(&in->reader, out, (size_t)max)) == 0) {
        if (in->reader.eof)
            return end(in, st);
        if (fill(in, st) < 0)
            return -1;
    }
    in->record = in->reader.taken;
    for (size_t i = 0; i < n; i++) {
        if (out[i].len > st->set->max_record)
            return gf_stage_too_long(st, in->path, in->record - n + i + 1);
        if (st->set->crlf == GF_CRLF_STRIP)
            out[i].len -= gf_slice_ends_in_cr(out[i]);
    }
    return (int)n;
}

int gf_filein_next(struct gf_filein *in, struct gf_stream *st, struct gf_slice *rec)
{
    return gf_filein_many(in, st, rec, 1);
}

int gf_filein_pass_header(struct gf_filein *in, struct gf_stream *st)
{
    struct gf_slice names;
    return st->set->header && gf_filein_next(in, st, &names) < 0 ? -1 : 0;
}

void gf_filein_close(struct gf_filein *in)
{
    gf_reader_release(&in->reader);
    if (in->fd > STDERR_FILENO)
        close(in->fd);
    in->fd = -1;
}
