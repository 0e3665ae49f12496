/*
 * commit_begin.c - what the commit file says, and whether input and output are those of it.
 *
 * The file is looked at before anything is started. An input that does not seek is known again when
 * all of it that is done was passed by: until then the file stays as it is.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/msg.h"
#include "base/own.h"
#include "commit_parts.h"
#include "flow.h"

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

/* Where in the output the next byte goes, if that is a regular file. */
static uint64_t output_end(const struct commit *c)
{
    struct stat st;
    off_t at = 0;
    int flags = fcntl(STDOUT_FILENO, F_GETFL);
    if (!c->now.output.ino)
        return 0;
    if (flags == -1 || !(flags & O_APPEND))
        at = lseek(STDOUT_FILENO, 0, SEEK_CUR);
    else if (fstat(STDOUT_FILENO, &st) == 0)
        at = st.st_size;
    return at > 0 ? (uint64_t)at : 0;
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

/* The output is cut to what was there when the commit was made. What is behind the output of a run
 * that came to its end is of others. */
static int cut_output(const struct run *r)
{
    const struct commit *c = &r->commit;
    const struct gf_commit_file out = file_of(STDOUT_FILENO);
    struct stat st;
    if (!c->now.output.ino || c->now.ended)
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
    if (commit_hash(c, c->now.offset, &head, &tail) != 0)
        return another_input(r, errno == ENODATA ? "it is shorter" : strerror(errno));
    if (head != c->now.head || tail != c->now.tail)
        return another_input(r, "it has other bytes");
    char last;
    if (c->now.records && gf_pread(STDIN_FILENO, &last, 1, (off_t)c->now.offset - 1) == 1)
        c->lacks_end = last != r->opt->record_end;
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

/* The run has begun: what comes out from now on is behind the length that the row says. */
static int write_first(struct run *r)
{
    struct commit *c = &r->commit;
    c->now.ended = false;
    c->now.input = file_of(STDIN_FILENO);
    c->now.output = file_of(STDOUT_FILENO);
    c->now.length = c->base = output_end(c);
    return commit_store(r);
}

/* Without an earlier run: from here on. */
static int begin_anew(struct run *r, uint64_t offset)
{
    struct commit *c = &r->commit;
    c->now.offset = offset;
    if (commit_hash(c, offset, &c->now.head, &c->now.tail) == 0)
        return 0;
    gf_error_errno("cannot read the input in front of byte %llu", (unsigned long long)offset);
    return -1;
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
    if (found < 0 || (found ? resume(r, *offset, offset, known) : begin_anew(r, *offset)) != 0)
        return -1;
    return *known ? 0 : write_first(r); /* else when it is known to be the same input */
}

int commit_check_known(struct run *r)
{
    struct commit *c = &r->commit;
    uint64_t head, tail;
    if (commit_hash(c, c->now.offset, &head, &tail) != 0 || head != c->now.head ||
        tail != c->now.tail)
        return another_input(r, "it has other bytes");
    c->lacks_end = c->now.records && c->recent.data[c->recent.len - 1] != r->opt->record_end;
    return write_first(r);
}
