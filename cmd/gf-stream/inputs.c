/*
 * inputs.c - the files of --from are opened in their order, before the first is read; the file of
 * --chain is read whole.
 *
 * Standard input is one of them, and the only one where none is named. One that is open for writing
 * only, as gf_tool_start leaves a closed one, cannot be read.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/msg.h"
#include "options.h"
#include "stream/head.h"

enum {
    CHAIN_MAX = 1 << 20
};

/* The operation whose FILE is standard input, from node i on; NULL: none is. */
static const struct gf_node *reads_standard_input(const struct gf_chain *c, size_t i)
{
    for (; i < c->n; i++)
        if (gf_chain_node_reads(&c->node[i], "-"))
            return &c->node[i];
    return NULL;
}

int inputs_check(const struct options *o, const struct gf_chain *c)
{
    const struct gf_node *first = reads_standard_input(c, 0);
    bool is_input = o->nin == 0;
    for (size_t i = 0; i < o->nin; i++)
        is_input = is_input || strcmp(o->in[i].name, "-") == 0;
    const char *other = is_input ? "the records to read" : NULL;
    if (first && reads_standard_input(c, (size_t)(first - c->node) + 1))
        other = "the FILE of another operation";
    if (first && o->chain_file && strcmp(o->chain_file, "-") == 0)
        other = "the chain";
    if (!first || !other)
        return -1;
    gf_error("standard input is the FILE of %s, and cannot be %s too", first->op->cli->name, other);
    gf_hint("%s",
            is_input ? "name the records to read with --from" : "name a file for one of them");
    return GF_EXIT_USAGE;
}

int inputs_open(struct options *o)
{
    if (o->nin == 0 && options_add_input(o, "-") != 0)
        return GF_EXIT_TOOL;
    for (size_t i = 0; i < o->nin; i++) {
        struct gf_input *in = &o->in[i];
        bool std = strcmp(in->name, "-") == 0;
        in->fd = std ? STDIN_FILENO : gf_open_input(in->name);
        if (in->fd == -1) {
            gf_error_errno("cannot open '%s'", in->name);
            return GF_EXIT_TOOL;
        }
        if (std) {
            in->name = "standard input";
            int mode = fcntl(STDIN_FILENO, F_GETFL);
            if (mode == -1 || (mode & O_ACCMODE) == O_WRONLY) {
                gf_error("cannot read 'standard input': %s", strerror(EBADF));
                return GF_EXIT_TOOL;
            }
        }
    }
    return 0;
}

void inputs_say_waits(const struct options *o)
{
    for (size_t i = 0; i < o->nin; i++)
        gf_tool_waits(o->in[i].fd, "records", "name files with --from");
}

void inputs_tell_packed(const char *name, unsigned sign)
{
    if (sign == GF_HEAD_PACKED)
        gf_note("'%s' is compressed, and its bytes are taken as they are (--decompress reads it)",
                name);
}

void inputs_tell(const char *name, unsigned sign)
{
    inputs_tell_packed(name, sign);
    if (sign == GF_HEAD_BOM)
        gf_note("'%s' begins with a byte order mark, which is left out (--crlf=keep keeps it)",
                name);
    if (sign == GF_HEAD_CRLF)
        gf_note("lines of '%s' end with CR LF: fields, numbers and keys are read without the CR, "
                "patterns with it (--crlf says otherwise)",
                name);
}

void inputs_tell_ragged(const char *name, const struct gf_tabular_in *in)
{
    gf_error("'%s': %" PRIu64 " of %" PRIu64
             " records have another number of fields than the first: "
             "line %" PRIu64 " has %" PRIu64 ", not %" PRIu64,
             name, in->ragged, in->records, in->ragged_line, in->ragged_fields, in->columns);
}

int inputs_read_chain(const char *path, struct gf_buf *text)
{
    int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : gf_open(path, O_RDONLY, 0);
    ssize_t n = -1;
    text->max = CHAIN_MAX;
    if (fd == -1) {
        gf_error_errno("cannot open '%s'", path);
        return GF_EXIT_TOOL;
    }
    gf_tool_waits(fd, "the chain", NULL);
    while (gf_buf_reserve(text, 4096) == 0 && (n = gf_read(fd, text->data + text->len, 4096)) > 0)
        text->len += (size_t)n;
    if (n != 0)
        gf_error_errno("cannot read '%s'", path);
    if (fd != STDIN_FILENO)
        close(fd);
    return n == 0 ? 0 : GF_EXIT_TOOL;
}
