/*
 * direct.c - splice from standard input to the sink, for as long as the reader keeps up and nothing
 * waits in the store; then it is written as others are, which the sink's own opening of the pipe
 * makes possible (gf_outlet_reopen).
 */
#include "direct.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run.h"

enum {
    PIPE = 1 << 20
};

static bool is_pipe(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode);
}

bool direct_is_possible(const struct run *r)
{
    const struct buffer_options *b = &r->opt->buffer;
    return b->by_bytes && b->when_full == FULL_BLOCK && is_pipe(STDIN_FILENO) && !r->sink.is_file &&
           r->sink.outlet.again != -1 && r->opt->output.ntee == 0 && !b->start_at.bytes &&
           !b->start_at.percent;
}

bool direct_move(struct run *r)
{
    if (!r->in.splice || gf_store_bytes(&r->store) > 0 || !sink_is_ready(r))
        return false;
    ssize_t n = splice(STDIN_FILENO, NULL, r->sink.outlet.again, NULL, PIPE, SPLICE_F_NONBLOCK);
    if (n == -1 && errno == EINVAL)
        r->in.splice = false;
    if (n == -1)
        return false; /* the output has no room: what comes waits in memory */
    if (n == 0)
        r->in.ended = true;
    r->n.in_bytes += (uint64_t)n;
    r->n.out_bytes += (uint64_t)n;
    r->n.flushes += n > 0;
    return true;
}
