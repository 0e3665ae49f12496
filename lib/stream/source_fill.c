/*
 * source_fill.c - bytes for the reader of an input: the wait for them, how an input begins, and
 * what it was found to be at its end.
 */
#include <errno.h>
#include <sys/stat.h>

#include "base/exit.h"
#include "stream/source_parts.h"
#include "stream/unpack.h"

int gf_source_too_long(struct gf_stage *s, const struct gf_source *c, size_t which, uint64_t record)
{
    return gf_stage_too_long(s->stream, c->in[which].name, record);
}

/* Waits until there is something to read. 1; 0: stopped by a signal; -1. */
static int await(struct gf_source *c, const struct gf_reader *r)
{
    int got;
    bool ready = c->ready;
    c->ready = false;
    if (ready || !gf_reader_waits(r))
        return 1;
    while ((got = c->hooks->idle(c->hooks->arg, r->fd)) == 1)
        if (c->hooks->interrupted(c->hooks->arg)) {
            c->stopped = true;
            return 0;
        }
    return got == 0 ? 1 : -1;
}

/* The first time that input `which` can be read: who unpacks it has a look. As await. */
static int begin(struct gf_stage *s, struct gf_source *c, size_t which)
{
    const struct gf_unpack *u = s->stream->unpack;
    struct gf_reader *r = &c->reader[which];
    struct stat st;
    int got = 1;
    if (r->begun)
        return 1;
    if (u) {
        r->begun = true; /* it can be read */
        r->fd = u->begin(u->arg, c->in[which].name, r->fd, &s->stream->fault);
        got = r->fd == -1 ? -1 : await(c, r);
    }
    c->piped = got == 1 && fstat(r->fd, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
    return got;
}

/* What a table was found to be at its end. 1, or -1. */
static int end_table(struct gf_stage *s, const struct gf_source *c, size_t which)
{
    const struct gf_tabular_in *t = &c->tabular[which];
    if (gf_tabular_is_open(t))
        return gf_stage_open_quotes(s->stream, c->in[which].name, t->quote_line);
    s->stream->ragged |= t->ragged > 0;
    if (t->ragged && s->stream->tell_ragged)
        s->stream->tell_ragged(c->in[which].name, t);
    return 1;
}

int gf_source_end(struct gf_stage *s, struct gf_source *c, size_t which)
{
    const struct gf_unpack *u = s->stream->unpack;
    if (c->tabular && end_table(s, c, which) < 0)
        return -1;
    return !u || u->end(u->arg, c->reader[which].fd, &s->stream->fault) == 0 ? 1 : -1;
}

int gf_source_fill(struct gf_stage *s, struct gf_source *c, size_t which)
{
    struct gf_reader *r = &c->reader[which];
    int got = await(c, r);
    if (got == 1)
        got = begin(s, c, which);
    if (got != 1)
        return got;
    while (gf_reader_fill(r) < 0) {
        if (errno == EINTR) {
            if (c->hooks->interrupted(c->hooks->arg)) {
                c->stopped = true;
                return 0;
            }
            continue;
        }
        if (errno == EMSGSIZE)
            return gf_source_too_long(s, c, which, r->taken + 1);
        if (errno == ENOMEM)
            return gf_fault_nomem(&s->stream->fault);
        return gf_fault_errno(&s->stream->fault, GF_EXIT_TOOL, "cannot read '%s'",
                              c->in[which].name);
    }
    gf_head_look(&c->head[which], r, c->in[which].name, s->stream);
    return 1;
}
