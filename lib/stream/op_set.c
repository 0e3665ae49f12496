/*
 * op_set.c - set NAME=EXPR: a field that is worked out of the others.
 *
 * The new value takes the place of the field in the record, whose other bytes stay. A column that
 * is not there yet is put behind the last; where it has to stand behind so many others, a record
 * that has fewer gets empty ones.
 */
#include "base/num.h"
#include "stream/computed.h"

static const char set_hint[] = "a column and what it is: total=price*count, or 3={1}*{2}";

/* The column in front of the =: its number, from 1. -1: the fault is set. */
static int64_t find_target(struct gf_node *n, const char *word, size_t len, struct gf_fault *f)
{
    struct gf_perr e = {0};
    int64_t at;
    struct gf_slice name = {word, len};
    if (gf_parse_int(word, len, 1, 1000000, &at, NULL) == 0)
        return at;
    if (len >= 2 && word[0] == '{' && word[len - 1] == '}')
        name = (struct gf_slice){word + 1, len - 2};
    if (!n->names || n->names->ended_by) {
        if (n->names)
            gf_names_find(n->names, name, 0, &e);
        else
            gf_perr_say(&e, 0, len, "with --header columns have names",
                        "a field is set by its number, from 1 to 1000000");
        gf_fault_parse(f, "expression", word, &e);
        return -1;
    }
    for (size_t i = 0; i < n->names->n; i++)
        if (gf_slice_compare(gf_names_get(n->names, i), name) == 0) {
            size_t found = gf_names_find(n->names, name, (size_t)(name.data - word), &e);
            if (found)
                return (int64_t)found;
            gf_fault_parse(f, "expression", word, &e);
            return -1;
        }
    return (int64_t)n->names->n + 1;
}

/* Where the = stands that ends the name; 0: nowhere. */
static size_t find_equals(const char *word)
{
    const char *close = word[0] == '{' ? strchr(word, '}') : NULL;
    const char *equals = strchr(close ? close : word, '=');
    return equals ? (size_t)(equals - word) : 0;
}

static int check_set(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    struct gf_perr e = {0};
    const char *word = n->operand[0];
    size_t equals = find_equals(word);
    if (equals == 0) {
        gf_perr_say(&e, 0, strlen(word), set_hint, "there is no name with a = behind it");
        return gf_fault_parse(f, "expression", word, &e);
    }
    n->number = find_target(n, word, equals, f);
    return n->number < 0 ? -1 : gf_computed_check(n, word, equals + 1, set, f);
}

static int columns_of_set(const struct gf_node *n, struct gf_names *out)
{
    struct gf_slice name = {n->operand[0], find_equals(n->operand[0])};
    if (name.len >= 2 && name.data[0] == '{')
        name = (struct gf_slice){name.data + 1, name.len - 2};
    if ((uint64_t)n->number <= n->names->n)
        return gf_names_copy(out, n->names);
    for (size_t i = 0; i < n->names->n; i++)
        if (gf_names_add(out, gf_names_get(n->names, i)) != 0)
            return -1;
    for (size_t i = n->names->n + 1; i < (uint64_t)n->number; i++)
        if (gf_names_add(out, (struct gf_slice){"", 0}) != 0)
            return -1;
    return gf_names_add(out, name);
}

struct set {
    struct gf_computed computed;
    size_t target;
    size_t columns; /* as of the node */
};

static int emit_set(struct gf_stage *s, struct set *m, struct gf_slice rec)
{
    struct gf_expr_value v;
    struct gf_line line = gf_stage_line(s, rec);
    int got = gf_computed_value(s, &m->computed, rec, &v);
    if (got != 1)
        return got;
    struct gf_slice value = gf_expr_value_text(&v, &m->computed.run);
    const struct gf_cutter *c = &m->computed.cutter;
    size_t columns = m->target > m->columns ? m->columns : 0;
    if (!columns && m->target <= c->n)
        return gf_stage_emit_replaced(s, line, c->field[m->target - 1], value);
    /* A column that is new stands behind those with names, in front of what else a record has. */
    struct gf_columns_end at = gf_columns_end(c->sep, columns, line.value);
    size_t joints = columns ? at.missing + m->target - columns : m->target - c->n;
    return gf_columns_emit(s, at, joints, value, line.end);
}

static int pull_set(struct gf_stage *s, size_t max)
{
    struct set *m = s->state;
    int got = gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (gf_stage_room(s, max) && gf_stage_has(s))
        if (emit_set(s, m, gf_stage_take(s)) != 0)
            return -1;
    return 1;
}

static void close_set(struct gf_stage *s)
{
    gf_computed_release(&((struct set *)s->state)->computed);
}

static struct gf_stage *open_set(const struct gf_node *n, struct gf_stream *st, struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "set", sizeof(struct set));
    if (!s)
        return NULL;
    struct set *m = s->state;
    gf_computed_open(&m->computed, n, st->set);
    m->target = (size_t)n->number;
    m->columns = n->columns;
    if (m->computed.need < m->target)
        m->computed.need = m->target; /* the field, and how many are in front of it */
    s->pull = pull_set;
    s->close = close_set;
    return s;
}

static const struct gf_opt set_opts[] = {
    {GF_OP_SKIP_BAD, 0, "skip-bad", NULL, "leave out records whose value cannot be worked out",
     NULL, 0},
    {0},
};
static const struct gf_cli set_cli =
    GF_OP_CLI("set", "work out a field: total=price*count, 3={1}+{2}", "[--skip-bad] NAME=EXPR",
              set_opts, gf_op_number_exits, "gf-stream --csv --header set 'total=price*count'");
const struct gf_op gf_op_set = {&set_cli, 1,         false,    false,
                                false,    check_set, open_set, columns_of_set};
