/*
 * op_scan.c - scan LIST, and window --agg LIST N: running values behind each record.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/exit.h"
#include "base/num.h"
#include "stream/op_scan.h"
#include "stream/running.h"
#include "text/number.h"

int gf_scan_check(struct gf_node *n, const char *words, uint64_t window, struct gf_fault *f)
{
    n->extra = calloc(1, sizeof(struct gf_scan_list));
    if (!n->extra)
        return gf_fault_nomem(f);
    return gf_scan_list_read(n->extra, n->names, words, window, f);
}

int gf_scan_columns(const struct gf_node *n, struct gf_names *out)
{
    const struct gf_scan_list *l = n->extra;
    bool bad = false;
    for (size_t i = 0; i < n->names->n && !bad; i++)
        bad = gf_names_add(out, gf_names_get(n->names, i)) != 0;
    for (size_t i = 0; i < l->n && !bad; i++)
        bad = gf_scan_column(&l->scan[i], n->names, out) != 0;
    return bad ? -1 : 0;
}

struct scan {
    const struct gf_scan_list *list;
    bool skip_bad;
    size_t most;    /* bytes that each may keep */
    size_t columns; /* as of the node */
    struct gf_cutter cutter;
    struct gf_running running[GF_SCANS];
};

static int failed(struct gf_stage *s)
{
    if (errno == ENOSPC)
        return gf_stage_full(s);
    if (errno == ENOMEM)
        return gf_fault_nomem(&s->stream->fault);
    return gf_fault_set(&s->stream->fault, GF_EXIT_SOME, "%s: record %llu: out of range", s->name,
                        (unsigned long long)s->taken);
}

/* The numbers of the record that was taken last. 1; 0: it is left out; -1. */
static int read_numbers(struct gf_stage *s, struct scan *m, struct gf_slice rec,
                        struct gf_dec value[GF_SCANS])
{
    if (gf_cutter_cut(&m->cutter, rec.data, rec.len, m->list->need) != 0)
        return gf_stage_uncut(s);
    for (size_t i = 0; i < m->list->n; i++) {
        int64_t field = m->list->scan[i].field, whole;
        if (!field)
            continue;
        struct gf_slice text = gf_cutter_get(&m->cutter, field);
        if (gf_number_short(text, &whole))
            value[i] = gf_dec_of(whole);
        else if (gf_dec_read(text, &value[i]) != 0)
            return errno == ERANGE && !m->skip_bad
                       ? failed(s)
                       : gf_stage_bad_or_skipped(s, text, m->list->scan[i].column, m->skip_bad);
    }
    return 1;
}

/* Behind the record, each value behind a joiner: written where the record will stay, with room for
 * the longest numbers at first. */
static int emit_scan(struct gf_stage *s, struct scan *m, struct gf_slice rec)
{
    struct gf_dec value[GF_SCANS], out;
    struct gf_line line = gf_stage_line(s, rec);
    struct gf_slice joiner = s->stream->set->joiner;
    int got = read_numbers(s, m, rec, value);
    if (got != 1)
        return got;
    struct gf_columns_end at = gf_columns_end(m->cutter.sep, m->columns, line.value);
    size_t room = rec.len + at.missing * joiner.len + m->list->n * (joiner.len + GF_DEC_SIZE);
    char *from = gf_pad_take(&s->pad, room), *to = from;
    if (!from)
        return gf_fault_nomem(&s->stream->fault);
    to = gf_slice_put(to, at.front);
    for (size_t i = 0; i < at.missing; i++)
        to = gf_slice_put(to, joiner);
    for (size_t i = 0; i < m->list->n; i++) {
        struct gf_running *r = &m->running[i];
        int64_t sum;
        if (gf_running_sum_short(r, &value[i], &sum)) {
            to = gf_slice_put(to, joiner);
            *to = '-';
            to += sum < 0;
            to += gf_format_uint(sum < 0 ? -(uint64_t)sum : (uint64_t)sum, to);
            continue;
        }
        if (gf_running_add(r, &value[i], m->most) != 0 || (got = gf_running_value(r, &out)) < 0)
            return failed(s);
        to = gf_slice_put(to, joiner);
        to += got ? gf_dec_text(&out, to) : 0;
    }
    to = gf_slice_put(gf_slice_put(to, at.back), line.end);
    s->out[s->n++] = (struct gf_slice){from, (size_t)(to - from)};
    gf_pad_give_back(&s->pad, room - (size_t)(to - from));
    return 0;
}

static int pull_scan(struct gf_stage *s, size_t max)
{
    struct scan *m = s->state;
    int got = gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (gf_stage_room(s, max) && gf_stage_has(s))
        if (emit_scan(s, m, gf_stage_take(s)) != 0)
            return -1;
    return 1;
}

static void close_scan(struct gf_stage *s)
{
    struct scan *m = s->state;
    gf_cutter_release(&m->cutter);
    for (size_t i = 0; i < m->list->n; i++)
        gf_running_release(&m->running[i]);
}

struct gf_stage *gf_scan_open(const struct gf_node *n, struct gf_stream *st, struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, n->op->cli->name, sizeof(struct scan));
    if (!s)
        return NULL;
    struct scan *m = s->state;
    m->list = n->extra;
    m->skip_bad = n->skip_bad;
    m->columns = n->columns;
    m->most = st->share / m->list->n;
    for (size_t i = 0; i < m->list->n; i++)
        m->running[i].scan = &m->list->scan[i];
    gf_cutter_init(&m->cutter, &st->set->fields);
    s->pull = pull_scan;
    s->close = close_scan;
    return s;
}

static int check_scan(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    (void)set;
    return gf_scan_check(n, n->operand[0], 0, f);
}

static const struct gf_opt scan_opts[] = {
    {GF_OP_SKIP_BAD, 0, "skip-bad", NULL, "leave out records that are no number", NULL, 0},
    {0},
};
static const struct gf_cli scan_cli =
    GF_OP_CLI_COLUMNS(NULL, NULL, "scan", "put running values behind: sum:2,delta:1,mean:2/5",
                      "[--skip-bad] LIST", scan_opts, gf_op_number_exits, "gf-stream scan sum:1");
const struct gf_op gf_op_scan = {&scan_cli, 1,          false,        true,
                                 false,     check_scan, gf_scan_open, gf_scan_columns};
