/*
 * op_text.c - upper, lower, trim, enumerate.
 *
 * Letters are those of ASCII, one byte at a time, whatever the locale, and with --utf8 those of
 * Unicode. upper and lower write a copy, trim gives out a slice of the record, enumerate writes a
 * number in front of a copy.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/exit.h"
#include "stream/op.h"
#include "text/letters.h"

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

static void change_ascii(struct gf_slice rec, bool up, char *to)
{
    for (size_t i = 0; i < rec.len; i++)
        to[i] = up ? upper(rec.data[i]) : gf_lower(rec.data[i]);
}

/* The length of what is written at `to`, which has room for twice the record. */
static size_t change_utf8(struct gf_slice rec, bool up, char *to)
{
    char *p = to;
    for (size_t i = 0, used; i < rec.len; i += used) {
        char out[4];
        size_t n = gf_letter_step(rec.data + i, rec.len - i, up ? gf_letter_upper : gf_letter_lower,
                                  out, &used);
        p = gf_slice_put(p, (struct gf_slice){out, n});
    }
    return (size_t)(p - to);
}

static int pull_case(struct gf_stage *s, size_t max)
{
    bool up = s->name[0] == 'u', utf8 = s->stream->set->utf8;
    int got = gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (gf_stage_room(s, max) && gf_stage_has(s)) {
        struct gf_slice rec = gf_stage_take(s);
        char *p = gf_pad_take(&s->pad, utf8 ? rec.len * 2 : rec.len);
        if (!p)
            return gf_fault_nomem(&s->stream->fault);
        if (utf8)
            rec.len = change_utf8(rec, up, p);
        else
            change_ascii(rec, up, p);
        s->out[s->n++] = (struct gf_slice){p, rec.len};
    }
    return 1;
}

static bool white(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static int pull_trim(struct gf_stage *s, size_t max)
{
    int got = gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (s->n < max && gf_stage_has(s)) {
        struct gf_line line = gf_stage_line(s, gf_stage_take(s));
        struct gf_slice rec = line.value;
        while (rec.len && white(rec.data[rec.len - 1]))
            rec.len--;
        while (rec.len && white(*rec.data)) {
            rec.data++;
            rec.len--;
        }
        if (gf_stage_emit_part(s, rec, line.end) != 0)
            return -1;
    }
    return 1;
}

static struct gf_stage *open_case(const struct gf_node *n, struct gf_stream *st,
                                  struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, n->op->cli->name, 0);
    if (s)
        s->pull = n->op == &gf_op_trim ? pull_trim : pull_case;
    return s;
}

static const struct gf_cli upper_cli = GF_OP_CLI("upper", "change letters to upper case", "",
                                                 gf_op_no_opts, gf_op_exits, "gf-stream upper");
const struct gf_op gf_op_upper = {&upper_cli,       0,         false,          false, false,
                                  gf_check_nothing, open_case, gf_columns_same};
static const struct gf_cli lower_cli = GF_OP_CLI("lower", "change letters to lower case", "",
                                                 gf_op_no_opts, gf_op_exits, "gf-stream lower");
const struct gf_op gf_op_lower = {&lower_cli,       0,         false,          false, false,
                                  gf_check_nothing, open_case, gf_columns_same};
static const struct gf_cli trim_cli = GF_OP_CLI("trim", "remove white space at both ends", "",
                                                gf_op_no_opts, gf_op_exits, "gf-stream trim");
const struct gf_op gf_op_trim = {&trim_cli,        0,         false,          false, false,
                                 gf_check_nothing, open_case, gf_columns_same};

struct numbering {
    int64_t next;
    bool over; /* the largest number was given */
};

static int no_number(struct gf_stage *s)
{
    struct gf_fault *f = &s->stream->fault;
    gf_fault_set(f, GF_EXIT_TOOL,
                 "enumerate: no number is left for record %" PRIu64 ": %" PRId64 " was the last",
                 s->taken, INT64_MAX);
    return gf_fault_hint(f, "let --start be lower by the number of records");
}

static int pull_enumerate(struct gf_stage *s, size_t max)
{
    struct numbering *numbers = s->state;
    int got = gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (gf_stage_room(s, max) && gf_stage_has(s)) {
        struct gf_slice rec = gf_stage_take(s);
        char number[32];
        if (numbers->over)
            return no_number(s);
        int len = snprintf(number, sizeof number, "%" PRId64, numbers->next);
        numbers->over = numbers->next == INT64_MAX;
        numbers->next += !numbers->over;
        if (gf_stage_emit_numbered(s, (struct gf_slice){number, (size_t)len}, rec,
                                   (struct gf_slice){"", 0}) != 0)
            return -1;
    }
    return 1;
}

static struct gf_stage *open_enumerate(const struct gf_node *n, struct gf_stream *st,
                                       struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "enumerate", sizeof(struct numbering));
    if (!s)
        return NULL;
    ((struct numbering *)s->state)->next = n->start;
    s->pull = pull_enumerate;
    return s;
}

static int columns_of_enumerate(const struct gf_node *n, struct gf_names *out)
{
    bool bad = gf_names_add(out, (struct gf_slice){"n", 1}) != 0;
    for (size_t i = 0; i < n->names->n && !bad; i++)
        bad = gf_names_add(out, gf_names_get(n->names, i)) != 0;
    return bad ? -1 : 0;
}

static const struct gf_opt enumerate_opts[] = {
    {GF_OP_START, 0, "start", "N", "number of the first record (default 1)", NULL, 0},
    {0},
};
static const struct gf_cli enumerate_cli =
    GF_OP_CLI("enumerate", "put the number of the record in front", "[--start N]", enumerate_opts,
              gf_op_exits, "gf-stream enumerate --start 0");
const struct gf_op gf_op_enumerate = {
    &enumerate_cli, 0, false, false, false, gf_check_nothing, open_enumerate, columns_of_enumerate};
