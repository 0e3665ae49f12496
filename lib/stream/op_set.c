/*
 * op_set.c - except and intersect.
 *
 * The records of the file, or of standard input, are read into a hash table when the stage opens.
 * Each record of the stream is looked up, and passes when it is absent (except) or present
 * (intersect).
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/file.h"
#include "stream/choice.h"
#include "stream/head.h"
#include "stream/unpack.h"
#include "text/reader.h"
#include "text/table.h"

struct set {
    struct gf_keytable table;
    const struct gf_keyspec *keys;
    struct gf_key_maker maker;
    bool wanted;
};

/* One read of the file. As gf_reader_fill_on, with the fault set. */
static int fill(struct gf_stage *s, struct gf_reader *r, struct gf_head *head, const char *path)
{
    int got = gf_reader_fill_on(r);
    if (got < 0 && errno == EMSGSIZE)
        return gf_stage_too_long(s, path, r->taken + 1);
    if (got < 0)
        return gf_fault_errno(&s->stream->fault, GF_EXIT_TOOL, "cannot read '%s'", path);
    gf_head_look(head, r, path, s->stream);
    return got;
}

static int add_record(struct gf_stage *s, struct set *t, struct gf_slice rec, const char *path)
{
    struct gf_slice key;
    bool fresh;
    if (s->stream->set->crlf == GF_CRLF_STRIP)
        rec.len -= gf_slice_ends_in_cr(rec);
    if (gf_keyspec_of(t->keys, &t->maker, rec, &key) != 0)
        return gf_fault_nomem(&s->stream->fault);
    if (gf_keytable_put(&t->table, key, gf_keytable_hash(&t->table, key), &fresh))
        return 0;
    gf_fault_hint(&s->stream->fault, "--memory sets the budget");
    return gf_fault_set(&s->stream->fault, GF_EXIT_TOOL,
                        "%s: '%s' is larger than the memory it may use", s->name, path);
}

static int load(struct gf_stage *s, struct set *t, const char *path, int fd)
{
    const struct gf_unpack *u = s->stream->unpack;
    struct gf_fault *fault = &s->stream->fault;
    struct gf_reader r;
    struct gf_head head = {0};
    struct gf_record rec;
    int got = 0;
    if (u && (fd = u->begin(u->arg, path, fd, fault)) == -1)
        return -1;
    gf_reader_init(&r, fd, s->stream->set->separator, s->stream->set->max_record);
    while (got >= 0 && (got = gf_reader_take(&r, &rec)) != GF_READER_END)
        if (got == 0)
            got = fill(s, &r, &head, path);
        else if (rec.len > s->stream->set->max_record)
            got = gf_stage_too_long(s, path, r.taken);
        else
            got = add_record(s, t, (struct gf_slice){rec.data, rec.len}, path);
    gf_reader_release(&r);
    if (got >= 0 && u)
        got = u->end(u->arg, fd, fault);
    return got < 0 ? -1 : 0;
}

static int pull_set(struct gf_stage *s, size_t max)
{
    struct set *t = s->state;
    struct gf_slice key;
    int got = gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (s->n < max && gf_stage_has(s)) {
        struct gf_slice rec = gf_stage_take(s);
        if (gf_keyspec_of(t->keys, &t->maker, rec, &key) != 0)
            return gf_fault_nomem(&s->stream->fault);
        bool in = gf_keytable_get(&t->table, key, gf_keytable_hash(&t->table, key)) != NULL;
        if (in == t->wanted)
            s->out[s->n++] = rec;
    }
    return 1;
}

static void close_set(struct gf_stage *s)
{
    struct set *t = s->state;
    gf_keytable_release(&t->table);
    gf_key_maker_release(&t->maker);
}

static struct gf_stage *open_set(const struct gf_node *n, struct gf_stream *st, struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, n->op->cli->name, sizeof(struct set));
    if (!s)
        return NULL;
    struct set *t = s->state;
    t->keys = &n->keys;
    t->wanted = n->op == &gf_op_intersect;
    gf_key_maker_init(&t->maker, &n->keys);
    s->pull = pull_set;
    s->close = close_set;
    bool std = strcmp(n->operand[0], "-") == 0;
    const char *path = std ? "standard input" : n->operand[0];
    int fd = std ? STDIN_FILENO : gf_open(path, O_RDONLY, 0);
    if (fd == -1)
        gf_fault_errno(&st->fault, GF_EXIT_TOOL, "cannot open '%s'", path);
    else if (gf_keytable_open(&t->table, 0, st->share, st->set->seed) != 0)
        gf_fault_nomem(&st->fault);
    else
        load(s, t, path, fd);
    if (fd != -1 && !std)
        close(fd);
    if (!st->fault.status)
        return s;
    return gf_stage_drop(s);
}

static const struct gf_opt set_opts[] = {
    {GF_OP_LIST, 'f', "fields", "LIST", "compare these fields only, on both sides", NULL, 0},
    {0},
};
#define SET_CLI(name_, summary_, example_)                                                         \
    {                                                                                              \
        .name = name_, .summary = summary_,                                                        \
        .usage = (const char *const[]){"[-f LIST] FILE", NULL}, .opts = set_opts,                  \
        .exits = gf_op_exits, .examples = (const char *const[]){example_, NULL},                   \
        .parent = &gf_stream_cli, .operands = "@file", .stop_at_operand = true, .only_help = true  \
    }
static const struct gf_cli except_cli = SET_CLI("except", "keep the records that are not in FILE",
                                                "gf-stream --from urls.txt except access.log");
static const struct gf_cli intersect_cli =
    SET_CLI("intersect", "keep the records that are also in FILE",
            "gf-stream --from urls.txt intersect urls.txt");
const struct gf_op gf_op_except = {&except_cli, 1, false, true, false, gf_choice_check, open_set};
const struct gf_op gf_op_intersect = {&intersect_cli,  1,       false, true, false,
                                      gf_choice_check, open_set};
