/*
 * op_peek.c - peek: a copy of exactly what passes.
 *
 * It asks for what is asked of it and not for a batch more, so that the file holds the records
 * that the operations behind used. Each pull is one write, or several when its records are long.
 */
#include <errno.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/fd.h"
#include "base/logfile.h"
#include "base/own.h"
#include "stream/op.h"

struct peek {
    int fd;
    const char *path;
    struct gf_buf buf;
};

static int write_peek(struct gf_stage *s, struct peek *p)
{
    if (p->buf.failed == ENOMEM)
        return gf_fault_nomem(&s->stream->fault);
    if (gf_write_buf(p->fd, &p->buf) != 0)
        return gf_fault_errno(&s->stream->fault, GF_EXIT_TOOL, "peek: cannot write '%s'", p->path);
    gf_buf_clear(&p->buf);
    return 0;
}

/* As it is printed. */
static void add_record(struct gf_buf *b, struct gf_slice rec, const struct gf_settings *set)
{
    if (set->table.kind != GF_TABULAR_NONE) {
        gf_tabular_add(&set->table, rec, b);
        return;
    }
    gf_buf_add(b, rec.data, rec.len);
    gf_buf_putc(b, set->separator);
}

static int pull_peek(struct gf_stage *s, size_t max)
{
    struct peek *p = s->state;
    int got = gf_stage_need(s, max);
    if (got != 1)
        return got;
    while (s->n < max && gf_stage_has(s)) {
        struct gf_slice rec = gf_stage_take(s);
        if (p->buf.len > GF_BATCH_BYTES && write_peek(s, p) != 0)
            return -1;
        add_record(&p->buf, rec, s->stream->set);
        s->out[s->n++] = rec;
    }
    return write_peek(s, p) == 0 ? 1 : -1;
}

static void close_peek(struct gf_stage *s)
{
    struct peek *p = s->state;
    if (p->fd > 2 && gf_close(p->fd) != 0)
        gf_fault_errno(&s->stream->fault, GF_EXIT_TOOL, "peek: cannot write '%s'", p->path);
    gf_buf_release(&p->buf);
}

static struct gf_stage *open_peek(const struct gf_node *n, struct gf_stream *st,
                                  struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "peek", sizeof(struct peek));
    if (!s)
        return NULL;
    struct peek *p = s->state;
    p->path = n->operand[0];
    char text[GF_OWN_CURE];
    const char *why;
    p->fd =
        strcmp(p->path, "-") == 0 ? STDERR_FILENO : gf_logfile_anew(p->path, 0666, GF_NEVER, &why);
    s->pull = pull_peek;
    s->close = close_peek;
    if (p->fd != -1)
        return s;
    gf_fault_set(&st->fault, GF_EXIT_TOOL, "peek: cannot open '%s': %s", p->path, why);
    const char *cure = gf_own_cure(p->path, why, text);
    if (cure)
        gf_fault_hint(&st->fault, "%s", cure);
    return gf_stage_drop(s);
}

static const struct gf_cli peek_cli = {
    .name = "peek",
    .summary = "copy each record to FILE (- is standard error)",
    .usage = (const char *const[]){"FILE", NULL},
    .opts = gf_op_no_opts,
    .exits = gf_op_exits,
    .examples = (const char *const[]){"gf-stream --from access.log peek seen.txt limit 3", NULL},
    .parent = &gf_stream_cli,
    .operands = "@file",
    .stop_at_operand = true,
    .only_help = true,
};
const struct gf_op gf_op_peek = {&peek_cli,        1,         false,          false, false,
                                 gf_check_nothing, open_peek, gf_columns_same};
