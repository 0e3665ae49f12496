/*
 * commit.c - how far the input is done.
 *
 * There is one mark: the offset before which all was done when it was set, and how much output had
 * been given out by then. When so much is written the mark becomes the commit, and a new one is
 * set.
 */
#include "commit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/file.h"
#include "base/msg.h"
#include "base/own.h"
#include "flow.h"

#define SYNC_EVERY (50 * GF_MS) /* --fsync */

/* ---- the input and the output ---------------------------------------------------------------- */

static struct gf_commit_file file_of(int fd)
{
    struct stat st;
    struct gf_commit_file f = {0};
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        f = (struct gf_commit_file){.dev = (uint64_t)st.st_dev, .ino = (uint64_t)st.st_ino};
    return f;
}

static bool same_file(const struct gf_commit_file *a, const struct gf_commit_file *b)
{
    return a->dev == b->dev && a->ino == b->ino;
}

/* The hash of len bytes of the input at `at`. -1: they cannot be read. */
static int hash_input(struct commit *c, uint64_t at, size_t len, uint64_t *hash)
{
    if (c->seeks) {
        char *text = c->text;
        for (size_t done = 0; done < len;) {
            ssize_t n = gf_pread(STDIN_FILENO, text + done, len - done, (off_t)(at + done));
            if (n <= 0) {
                errno = n == 0 ? ENODATA : errno;
                return -1;
            }
            done += (size_t)n;
        }
        *hash = gf_commit_hash(text, len);
        return 0;
    }
    const struct gf_buf *from = at == 0 && len <= c->head.len ? &c->head : &c->recent;
    size_t skip = from == &c->head ? 0 : (size_t)(at - c->recent_at);
    *hash = gf_commit_hash(len ? from->data + skip : "", len);
    return 0;
}

static int hash_both(struct commit *c, uint64_t offset, uint64_t *head, uint64_t *tail)
{
    size_t length = gf_commit_tail_length(offset);
    if (c->head_is_known)
        *head = c->now.head;
    else if (hash_input(c, 0, gf_commit_head_length(offset), head) != 0)
        return -1;
    return hash_input(c, offset - length, length, tail);
}

static int another_input(const struct run *r, const char *how)
{
    gf_error("the input is not the one of commit '%s': %s", r->opt->commit, how);
    gf_hint("give the same input again, or remove the file to begin anew");
    return -1;
}

/* ---- open ------------------------------------------------------------------------------------ */

static int open_file(struct run *r)
{
    struct commit *c = &r->commit;
    const char *path = r->opt->commit, *why = NULL;
    bool made;
    c->fd = gf_own_openat(AT_FDCWD, path, O_RDWR | O_CREAT, &made, &why);
    if (c->fd != -1)
        c->fd = gf_own_check(c->fd, false, &why);
    if (c->fd == -1) {
        gf_error("cannot use '%s' for commits: %s", path, why);
        gf_own_hint(path, why);
        return -1;
    }
    if (flock(c->fd, LOCK_EX | LOCK_NB) == 0)
        return 0;
    if (errno == EWOULDBLOCK)
        gf_error("another run uses the commit file '%s'", path);
    else
        gf_error_errno("cannot lock '%s'", path);
    return -1;
}

/* The output is cut to what was there when the commit was made. */
static int cut_output(const struct run *r)
{
    const struct commit *c = &r->commit;
    const struct gf_commit_file out = file_of(STDOUT_FILENO);
    struct stat st;
    if (!c->now.output.ino)
        return 0;
    if (!same_file(&out, &c->now.output)) {
        gf_error("the output is not the file that commit '%s' is about", r->opt->commit);
        gf_hint("write to the same file as before, with >>");
        return -1;
    }
    if (fstat(STDOUT_FILENO, &st) != 0 || (uint64_t)st.st_size < c->now.length) {
        gf_error("the output is shorter than commit '%s' says", r->opt->commit);
        gf_hint("with > the shell has emptied it: >> goes on behind what is there");
        return -1;
    }
    if (gf_truncate(STDOUT_FILENO, (off_t)c->now.length) == 0 &&
        lseek(STDOUT_FILENO, (off_t)c->now.length, SEEK_SET) != -1)
        return 0;
    gf_error_errno("cannot cut the output to where the commit was made");
    return -1;
}

/* Goes to the offset in an input that seeks. */
static int go_on(struct run *r, uint64_t begin)
{
    struct commit *c = &r->commit;
    uint64_t head, tail;
    const struct gf_commit_file in = file_of(STDIN_FILENO);
    if (c->now.input.ino && !same_file(&in, &c->now.input))
        return another_input(r, "it is another file");
    if (begin > c->now.offset)
        return another_input(r, "it begins behind what is done");
    if (hash_both(c, c->now.offset, &head, &tail) != 0)
        return another_input(r, errno == ENODATA ? "it is shorter" : strerror(errno));
    if (head != c->now.head || tail != c->now.tail)
        return another_input(r, "it has other bytes");
    if (lseek(STDIN_FILENO, (off_t)c->now.offset, SEEK_SET) != -1)
        return 0;
    gf_error_errno("cannot go on in the input");
    return -1;
}

static int resume(struct run *r, uint64_t begin, uint64_t *offset, uint64_t *known)
{
    struct commit *c = &r->commit;
    if (!c->seeks && !r->opt->skip_known) {
        gf_error("--resume needs an input that can seek, such as a file");
        gf_hint("--skip-known reads a pipe up to there, and passes it by");
        return -1;
    }
    if (c->seeks && go_on(r, begin) != 0)
        return -1;
    *offset = c->seeks ? c->now.offset : 0;
    *known = c->seeks ? 0 : c->now.offset;
    c->head_is_known = c->now.offset >= GF_COMMIT_HEAD && c->seeks;
    r->flow->ledger.before = c->now.records;
    if (cut_output(r) != 0) /* which may be where messages go, too */
        return -1;
    gf_note("going on behind record %llu, byte %llu of the input",
            (unsigned long long)c->now.records, (unsigned long long)c->now.offset);
    return 0;
}

/* What the file says, and whether that may be. */
static int look(struct run *r)
{
    struct commit *c = &r->commit;
    const char *path = r->opt->commit;
    switch (gf_commit_read(c->fd, &c->now)) {
    case GF_COMMIT_EMPTY:
        return 0;
    case GF_COMMIT_ERROR:
        gf_error_errno("cannot read commit '%s'", path);
        return -1;
    case GF_COMMIT_FOREIGN:
        gf_error("'%s' is no commit file, or a damaged one", path);
        return -1;
    case GF_COMMIT_FOUND:
        break;
    }
    if (r->opt->resume)
        return 1;
    if (!c->now.ended) {
        gf_error("commit '%s' is of a run that did not end", path);
        gf_hint("--resume goes on there; remove the file to begin anew");
        return -1;
    }
    c->now = (struct gf_commit){.number = c->now.number};
    return 0;
}

int commit_open(struct run *r, uint64_t *offset, uint64_t *known)
{
    struct commit *c = &r->commit;
    struct stat st;
    off_t at = lseek(STDIN_FILENO, 0, SEEK_CUR);
    c->fd = -1;
    c->seeks = at != -1 && fstat(STDIN_FILENO, &st) == 0 && S_ISREG(st.st_mode);
    *offset = c->seeks ? (uint64_t)at : 0;
    *known = 0;
    if (!r->opt->commit)
        return 0;
    c->text = malloc(GF_COMMIT_HEAD);
    if (!c->text) {
        gf_error_nomem();
        return -1;
    }
    if (open_file(r) != 0)
        return -1;
    int found = look(r);
    if (found < 0 || (found && resume(r, *offset, offset, known) != 0))
        return -1;
    if (!found)
        c->now.offset = *offset;
    c->now.ended = false;
    c->now.input = file_of(STDIN_FILENO);
    c->now.output = file_of(STDOUT_FILENO);
    if (c->now.output.ino && fstat(STDOUT_FILENO, &st) == 0)
        c->base = (uint64_t)st.st_size;
    return 0;
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

int commit_check_known(struct run *r)
{
    struct commit *c = &r->commit;
    uint64_t head, tail;
    if (hash_both(c, c->now.offset, &head, &tail) == 0 && head == c->now.head &&
        tail == c->now.tail)
        return 0;
    return another_input(r, "it has other bytes");
}

static void fail(struct run *r)
{
    gf_error_errno("cannot write commit '%s'", r->opt->commit);
    run_fail(r, GF_EXIT_TOOL);
    close(r->commit.fd);
    r->commit.fd = -1;
}

/* With --fsync all that the commit is about is on the disk first. */
static int sync_files(const struct run *r)
{
    if (!r->opt->fsync)
        return 0;
    if (r->commit.now.output.ino && fdatasync(STDOUT_FILENO) != 0)
        return -1;
    return 0;
}

static void write_mark(struct run *r)
{
    struct commit *c = &r->commit;
    uint64_t head, tail;
    if (c->mark.offset == c->now.offset && c->now.number)
        return;
    if (hash_both(c, c->mark.offset, &head, &tail) != 0) {
        fail(r);
        return;
    }
    c->now.head = head;
    c->now.tail = tail;
    c->now.offset = c->mark.offset;
    c->now.records = c->mark.records;
    c->now.length = c->now.output.ino ? c->base + c->mark.delivered : 0;
    c->head_is_known = c->mark.offset >= GF_COMMIT_HEAD;
    if (sync_files(r) != 0 || gf_commit_write(c->fd, &c->now) != 0 ||
        (r->opt->fsync && fdatasync(c->fd) != 0))
        fail(r);
}

static void set_mark(struct run *r)
{
    const struct gf_ledger *l = &r->flow->ledger;
    struct commit *c = &r->commit;
    uint64_t offset = gf_ledger_done(l);
    if (l->end == 0 || offset <= c->now.offset)
        return;
    c->mark.is_set = true;
    c->mark.offset = offset;
    c->mark.records = l->first ? gf_piece_seq(l->first) - 1 : l->before + l->in;
    c->mark.delivered = r->delivered;
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
    gf_ns now;
    if (c->fd == -1)
        return;
    if (!c->mark.is_set)
        set_mark(r);
    if (!c->mark.is_set || !is_written(r))
        return;
    if (r->opt->fsync && (now = gf_now_mono()) - c->synced_mono < SYNC_EVERY)
        return;
    if (r->opt->fsync)
        c->synced_mono = now;
    write_mark(r);
    c->mark.is_set = false;
}

void commit_end(struct run *r)
{
    struct commit *c = &r->commit;
    if (c->fd == -1)
        return;
    c->synced_mono = 0;
    for (int i = 0; i < 2 && c->fd != -1; i++) /* the mark that is set, and what came since */
        commit_pump(r);
    const struct flow *f = r->flow;
    if (c->fd == -1 || r->aborted || !f->input_ended || f->ledger.first || r->out.err)
        return;
    c->now.ended = true;
    c->mark.is_set = false;
    if (!c->now.number && hash_both(c, c->now.offset, &c->now.head, &c->now.tail) != 0)
        fail(r);
    else if (gf_commit_write(c->fd, &c->now) != 0 || (r->opt->fsync && fdatasync(c->fd) != 0))
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
