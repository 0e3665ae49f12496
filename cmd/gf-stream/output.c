/*
 * output.c - what the chain gives, to its descriptor.
 *
 * Records gather in one buffer of OUTPUT_SIZE. Each call first makes room for all that it appends,
 * the separator included, by writing the buffer. A long record, or a long run of records, is not
 * copied: the buffer is written, then the record from where it lies, so the order stays.
 */
#include "output.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/exit.h"
#include "base/fd.h"

enum {
    DIRECT = 32 * 1024 /* a run this long is not copied */
};

/* Writing failed, errno says why. -1. */
static int failed(const struct output *out)
{
    struct gf_fault *f = &out->stream->fault;
    return out->name ? gf_fault_errno(f, GF_EXIT_TOOL, "cannot write to '%s'", out->name)
                     : gf_fault_errno(f, GF_EXIT_TOOL, "write error");
}

static int write_all(const struct output *out, const char *data, size_t len)
{
    return gf_write_all(out->fd, data, len) == 0 ? 0 : failed(out);
}

int output_flush(struct output *out)
{
    size_t n = out->used;
    out->used = 0;
    return n == 0 ? 0 : write_all(out, out->buf, n);
}

int output_lost(struct output *out)
{
    int err = errno;
    if (err == EPIPE)
        raise(SIGPIPE); /* comes back where it is ignored */
    errno = err;
    return failed(out);
}

int output_record(struct output *out, struct gf_slice rec, char separator)
{
    if (rec.len >= OUTPUT_SIZE) {
        if (output_flush(out) != 0 || write_all(out, rec.data, rec.len) != 0)
            return -1;
    } else {
        if (OUTPUT_SIZE - out->used < rec.len + 1 && output_flush(out) != 0)
            return -1;
        if (rec.len)
            memcpy(out->buf + out->used, rec.data, rec.len);
        out->used += rec.len;
    }
    out->buf[out->used++] = separator;
    return out->used == OUTPUT_SIZE ? output_flush(out) : 0;
}

int output_run(struct output *out, struct gf_slice run)
{
    if (run.len >= DIRECT || OUTPUT_SIZE - out->used < run.len) {
        if (output_flush(out) != 0)
            return -1;
        if (run.len >= DIRECT)
            return write_all(out, run.data, run.len);
    }
    memcpy(out->buf + out->used, run.data, run.len);
    out->used += run.len;
    return 0;
}
