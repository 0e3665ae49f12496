/*
 * commit.c - how far the input is done.
 *
 * There is one mark: the offset before which all was done when it was set, and how much output had
 * been given out by then. When so much is written the mark becomes the commit, and a new one is
 * set.
 */
#include "commit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/file.h"
#include "base/msg.h"
#include "commit_parts.h"
#include "flow.h"

#define SYNC_EVERY (50 * GF_MS) /* --fsync */

/* ---- the input ------------------------------------------------------------------------------- */

/* The hash of len bytes of the input at `at`. -1: they cannot be read. */
static int hash_input(struct commit *c, uint64_t at, size_t len, uint64_t *hash)
{
    if (c->seeks) {
        ssize_t n = gf_pread(STDIN_FILENO, c->text, len, (off_t)at);
        if (n >= 0 && (size_t)n < len)
            errno = ENODATA;
        *hash = gf_commit_hash(c->text, len);
        return n < 0 || (size_t)n < len ? -1 : 0;
    }
    const struct gf_buf *from = at == 0 && len <= c->head.len ? &c->head : &c->recent;
    size_t skip = from == &c->head ? 0 : (size_t)(at - c->recent_at);
    *hash = gf_commit_hash(len ? from->data + skip : "", len);
    return 0;
}

int commit_hash(struct commit *c, uint64_t offset, uint64_t *head, uint64_t *tail)
{
    size_t length = gf_commit_tail_length(offset);
    if (c->head_is_known)
        *head = c->now.head;
    else if (hash_input(c, 0, gf_commit_head_length(offset), head) != 0)
        return -1;
    return hash_input(c, offset - length, length, tail);
}

/* ---- while it runs --------------------------------------------------------------------------- */

void commit_read(struct run *r, const char *data, size_t len, uint64_t offset)
{
    struct commit *c = &r->commit;
    if (c->fd == -1 || c->seeks)
        return;
    if (c->head.len < GF_COMMIT_HEAD) {
        size_t room = GF_COMMIT_HEAD - c->head.len;
        gf_buf_add(&c->head, data, len < room ? len : room);
    }
    if (!c->recent.len)
        c->recent_at = offset;
    /* What is in front of the tail of the commit is of no use any more. */
    uint64_t commit = c->now.offset > offset ? offset : c->now.offset;
    uint64_t from = commit - gf_commit_tail_length(commit);
    size_t old = from > c->recent_at ? (size_t)(from - c->recent_at) : 0;
    old = old < c->recent.len ? old : c->recent.len;
    if (old >= c->recent.len / 2 && old) {
        c->recent.len -= old;
        memmove(c->recent.data, c->recent.data + old, c->recent.len);
        c->recent_at += old;
    }
    gf_buf_add(&c->recent, data, len);
    if (c->head.failed || c->recent.failed)
        run_no_memory(r);
}

int commit_store(struct run *r)
{
    struct commit *c = &r->commit;
    if (gf_commit_write(c->fd, &c->now) == 0 && (!r->opt->fsync || fdatasync(c->fd) == 0))
        return 0;
    gf_error_errno("cannot write commit '%s'", r->opt->commit);
    return -1;
}

/* After a message: there are no more commits. */
static void fail(struct run *r)
{
    run_fail(r, GF_EXIT_TOOL);
    close(r->commit.fd);
    r->commit.fd = -1;
}

/* With --fsync all that the commit is about is on the disk first; the letters are. */
static int sync_output(const struct run *r)
{
    if (!r->opt->fsync || !r->commit.now.output.ino || fdatasync(STDOUT_FILENO) == 0)
        return 0;
    gf_error_errno("cannot bring the output to the disk");
    return -1;
}

static void write_mark(struct run *r)
{
    struct commit *c = &r->commit;
    uint64_t head, tail;
    if (commit_hash(c, c->mark.offset, &head, &tail) != 0) {
        gf_error("cannot read what was read of the input once more: %s",
                 errno == ENODATA ? "it became shorter" : strerror(errno));
        fail(r);
        return;
    }
    c->now.head = head;
    c->now.tail = tail;
    c->now.offset = c->mark.offset;
    c->now.records = c->mark.records;
    c->now.length = c->now.output.ino ? c->base + c->mark.delivered : 0;
    c->head_is_known = c->mark.offset >= GF_COMMIT_HEAD;
    if (sync_output(r) != 0 || commit_store(r) != 0)
        fail(r);
}

static struct commit_place place_now(const struct run *r)
{
    const struct gf_ledger *l = &r->flow->ledger;
    return (struct commit_place){.offset = gf_ledger_done(l),
                                 .records = l->first ? gf_piece_seq(l->first) - 1
                                                     : l->before + l->in - r->commit.is_within,
                                 .delivered = r->delivered};
}

void commit_group(struct run *r, struct gf_piece *p)
{
    struct commit *c = &r->commit;
    if (c->fd == -1 || !c->now.output.ino)
        return;
    if (!gf_piece_is_begun(p))
        c->clean = place_now(r);
    gf_piece_begin(p);
}

static void set_mark(struct run *r)
{
    const struct gf_ledger *l = &r->flow->ledger;
    struct commit *c = &r->commit;
    bool within = l->first && gf_piece_is_begun(l->first);
    struct commit_place here = within ? c->clean : place_now(r);
    if (l->end == 0 || here.offset <= c->now.offset)
        return;
    c->is_marked = true;
    c->mark = here;
}

static bool is_written(const struct run *r)
{
    uint64_t waiting = gf_outlet_waiting(&r->out);
    return !r->out.err && r->delivered - waiting >= r->commit.mark.delivered &&
           !r->dead.log.outlet.err && gf_outlet_waiting(&r->dead.log.outlet) == 0;
}

void commit_pump(struct run *r)
{
    struct commit *c = &r->commit;
    gf_ns now = r->opt->fsync ? gf_now_mono() : 0;
    if (c->fd == -1)
        return;
    if (!c->is_marked)
        set_mark(r);
    if (!c->is_marked || !is_written(r))
        return;
    if (r->opt->fsync && now - c->synced_mono < SYNC_EVERY)
        return;
    if (r->opt->fsync)
        c->synced_mono = now;
    write_mark(r);
    c->is_marked = false;
}

void commit_end(struct run *r)
{
    struct commit *c = &r->commit;
    if (c->fd == -1)
        return;
    for (int i = 0; i < 2 && c->fd != -1; i++) { /* the mark that is set, and what came since */
        c->synced_mono = 0;
        commit_pump(r);
    }
    const struct flow *f = r->flow;
    if (c->fd == -1 || r->aborted || !f->input_ended || f->ledger.first || r->out.err)
        return;
    c->now.ended = true;
    c->is_marked = false;
    if (commit_store(r) != 0)
        fail(r);
}

void commit_close(struct run *r)
{
    struct commit *c = &r->commit;
    if (c->fd != -1)
        close(c->fd);
    free(c->text);
    gf_buf_release(&c->head);
    gf_buf_release(&c->recent);
}
