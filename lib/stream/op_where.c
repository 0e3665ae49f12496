/*
 * op_where.c - where FIELD OP VALUE.
 *
 * A table of the operators says which relation is meant and whether it compares numbers, bytes or
 * patterns. The value is checked when the chain is read and parsed once more when the stage opens,
 * since a number borrows its text; for a record only the one field is cut out.
 */
#include "base/exit.h"
#include "stream/op.h"
#include "text/number.h"

enum relation {
    EQ,
    NE,
    LT,
    LE,
    GT,
    GE,
    MATCH,
    NO_MATCH
};

struct operator_row {
    const char *word;
    enum relation relation;
    bool number;
};

static const struct operator_row operators[] = {
    {"==", EQ, true},  {"!=", NE, true},  {"<", LT, true},     {"<=", LE, true},
    {">", GT, true},   {">=", GE, true},  {"-eq", EQ, true},   {"-ne", NE, true},
    {"-lt", LT, true}, {"-le", LE, true}, {"-gt", GT, true},   {"-ge", GE, true},
    {"eq", EQ, false}, {"ne", NE, false}, {"lt", LT, false},   {"le", LE, false},
    {"gt", GT, false}, {"ge", GE, false}, {"~", MATCH, false}, {"!~", NO_MATCH, false},
};

static const struct operator_row *find_operator(const char *word)
{
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (strcmp(operators[i].word, word) == 0)
            return &operators[i];
    return NULL;
}

static int check_where(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    const struct operator_row *row = find_operator(n->operand[1]);
    const char *value = n->operand[2];
    if (gf_check_list(n, n->operand[0], f) != 0)
        return -1;
    if (!gf_field_list_single(&n->list))
        return gf_fault_set(f, GF_EXIT_USAGE, "where: one field is compared, not '%s'",
                            n->operand[0]);
    if (!row) {
        gf_fault_hint(f, "numbers: == != < <= > >= or -eq -ne -lt -le -gt -ge; bytes: eq ne lt le "
                         "gt ge; patterns: ~ !~");
        return gf_fault_set(f, GF_EXIT_USAGE, "where: unknown comparison '%s'", n->operand[1]);
    }
    n->number = row - operators;
    if (n->strict && !row->number) {
        gf_fault_hint(f, "leave --strict out");
        return gf_fault_set(f, GF_EXIT_USAGE,
                            "where: --strict is about numbers, and %s compares none",
                            n->operand[1]);
    }
    if (row->relation >= MATCH)
        return gf_check_pattern_word(n, value, set, f);
    struct gf_slice text = {value, strlen(value)};
    struct gf_number number;
    if (row->number && !gf_number_all(text, &number))
        return gf_fault_set(f, GF_EXIT_USAGE, "where: '%s' is no number", value);
    return 0;
}

struct where {
    const struct gf_node *node;
    const struct operator_row *row;
    struct gf_slice value;
    struct gf_number number; /* the value, if it is one; it borrows from `value` */
    struct gf_cutter cutter;
    struct gf_finder finder;
};

static void close_where(struct gf_stage *s)
{
    struct where *w = s->state;
    gf_cutter_release(&w->cutter);
    if (w->finder.pattern)
        gf_finder_release(&w->finder);
}

static bool holds(enum relation r, int c)
{
    switch (r) {
    case EQ:
        return c == 0;
    case NE:
        return c != 0;
    case LT:
        return c < 0;
    case LE:
        return c <= 0;
    case GT:
        return c > 0;
    case GE:
        return c >= 0;
    default:
        return false;
    }
}

static int test_where(struct gf_stage *s, struct where *w, struct gf_slice rec)
{
    if (gf_cutter_cut(&w->cutter, rec.data, rec.len, w->node->list.need) != 0)
        return gf_fault_nomem(&s->stream->fault);
    struct gf_slice field = gf_cutter_get(&w->cutter, w->node->list.range[0].lo);
    if (w->row->relation >= MATCH) {
        int got = gf_finder_test(&w->finder, field);
        if (got < 0)
            return gf_stage_bound(s, rec);
        return got == (w->row->relation == MATCH);
    }
    if (!w->row->number)
        return holds(w->row->relation, gf_slice_compare(field, w->value));
    struct gf_number v;
    if (!gf_number_all(field, &v))
        return w->node->strict ? gf_stage_bad_number(s, field) : 0;
    return holds(w->row->relation, gf_number_compare(&v, &w->number));
}

static int pull_where(struct gf_stage *s, size_t max)
{
    struct where *w = s->state;
    int got = gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (s->n < max && gf_stage_has(s)) {
        struct gf_slice rec = gf_stage_take(s);
        int yes = test_where(s, w, rec);
        if (yes < 0)
            return -1;
        if (yes)
            s->out[s->n++] = rec;
    }
    return 1;
}

static struct gf_stage *open_where(const struct gf_node *n, struct gf_stream *st,
                                   struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "where", sizeof(struct where));
    if (!s)
        return NULL;
    struct where *w = s->state;
    w->node = n;
    w->row = &operators[n->number];
    w->value = (struct gf_slice){n->operand[2], strlen(n->operand[2])};
    if (w->row->number)
        gf_number_all(w->value, &w->number);
    gf_cutter_init(&w->cutter, &st->set->fields);
    s->pull = pull_where;
    s->close = close_where;
    if (!n->pattern || gf_finder_open(&w->finder, n->pattern) == 0)
        return s;
    return gf_stage_nomem(s);
}

static const struct gf_opt where_opts[] = {
    {GF_OP_STRICT, 0, "strict", NULL, "end with 123 at a field that is no number", NULL, 0},
    {0},
};
static const struct gf_cli where_cli = GF_OP_CLI(
    "where", "keep records by comparing a field: where 3 -ge 100", "[--strict] FIELD OP VALUE",
    where_opts, gf_op_number_exits, "gf-stream --from access.log where 9 -ge 200");
const struct gf_op gf_op_where = {&where_cli, 3, false, false, false, check_where, open_where};
