/*
 * op_where.c - where FIELD OP VALUE.
 *
 * A table of the operators says which relation is meant and whether it compares numbers, bytes,
 * patterns or times. The value is checked when the chain is read and parsed once more when the
 * stage opens, since a number borrows its text; for a record only the one field is cut out.
 */
#include <stdlib.h>

#include "base/duration.h"
#include "base/exit.h"
#include "stream/computed.h"
#include "stream/timed.h"
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

enum compared {
    BYTES,
    NUMBERS,
    TIMES,
};

struct operator_row {
    const char *word;
    enum relation relation;
    enum compared compared;
};

static const struct operator_row operators[] = {
    {"==", EQ, NUMBERS},   {"!=", NE, NUMBERS},    {"<", LT, NUMBERS},   {"<=", LE, NUMBERS},
    {">", GT, NUMBERS},    {">=", GE, NUMBERS},    {"-eq", EQ, NUMBERS}, {"-ne", NE, NUMBERS},
    {"-lt", LT, NUMBERS},  {"-le", LE, NUMBERS},   {"-gt", GT, NUMBERS}, {"-ge", GE, NUMBERS},
    {"eq", EQ, BYTES},     {"ne", NE, BYTES},      {"lt", LT, BYTES},    {"le", LE, BYTES},
    {"gt", GT, BYTES},     {"ge", GE, BYTES},      {"~", MATCH, BYTES},  {"!~", NO_MATCH, BYTES},
    {"-since", GE, TIMES}, {"-before", LT, TIMES},
};

static const struct operator_row *find_operator(const char *word)
{
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (strcmp(operators[i].word, word) == 0)
            return &operators[i];
    return NULL;
}

/* The time that VALUE means: so long before the run began, or a time of its own. A number alone is
 * seconds, but from nine digits on a time in seconds. */
static int check_since(struct gf_node *n, const char *value, const struct gf_settings *set,
                       struct gf_fault *f)
{
    struct gf_instant *t = n->extra = malloc(sizeof *t);
    size_t len = strlen(value);
    gf_ns age;
    if (!t)
        return gf_fault_nomem(f);
    bool epoch = len >= 9 && strspn(value, "0123456789") == len;
    if (!epoch && gf_parse_duration(value, len, &age, NULL) == 0) {
        *t = gf_instant_of(set->now_wall - age);
        return 0;
    }
    return gf_timed_value(n, value, set, t, f);
}

static int check_where(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    if (n->expr_word)
        return gf_computed_check(n, n->expr_word, 0, set, f);
    const struct operator_row *row = find_operator(n->operand[1]);
    const char *value = n->operand[2];
    if (gf_check_list(n, n->operand[0], f) != 0)
        return -1;
    if (!gf_field_list_single(&n->list))
        return gf_fault_set(f, GF_EXIT_USAGE, "where: one field is compared, not '%s'",
                            n->operand[0]);
    if (!row) {
        gf_fault_hint(f, "numbers: == != < <= > >= or -eq -ne -lt -le -gt -ge; bytes: eq ne lt le "
                         "gt ge; patterns: ~ !~; times: -since -before");
        return gf_fault_set(f, GF_EXIT_USAGE, "where: unknown comparison '%s'", n->operand[1]);
    }
    n->number = row - operators;
    if (n->strict && row->compared == BYTES) {
        gf_fault_hint(f, "leave --strict out");
        return gf_fault_set(f, GF_EXIT_USAGE,
                            "where: --strict is about numbers and times, and %s compares none",
                            n->operand[1]);
    }
    if (row->compared == TIMES)
        return gf_timed_check(n, set, f) == 0 ? check_since(n, value, set, f) : -1;
    if (n->zone_word || n->format_word)
        return gf_fault_set(f, GF_EXIT_USAGE,
                            "where: --zone and --format are about -since and -before");
    if (row->relation >= MATCH)
        return gf_check_pattern_word(n, value, set, f);
    struct gf_slice text = {value, strlen(value)};
    struct gf_number number;
    if (row->compared == NUMBERS && !gf_number_all(text, &number))
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
    struct gf_computed computed; /* with --expr */
    struct gf_timed timed;       /* with -since and -before */
};

static void close_where(struct gf_stage *s)
{
    struct where *w = s->state;
    if (w->node->expr_word) {
        gf_computed_release(&w->computed);
        return;
    }
    gf_cutter_release(&w->cutter);
    gf_timed_release(&w->timed);
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

static int test_expr(struct gf_stage *s, struct where *w, struct gf_slice rec)
{
    struct gf_expr_value v;
    int got = gf_computed_value(s, &w->computed, rec, &v);
    return got == 1 ? gf_expr_true(&v) : got;
}

static int test_time(struct gf_stage *s, struct where *w, struct gf_slice field)
{
    struct gf_instant t;
    if (gf_timed_read(&w->timed, field, &t) != 0)
        return w->node->strict ? gf_timed_bad(s, field, w->node->column, false) : 0;
    return holds(w->row->relation,
                 gf_instant_compare(t, *(const struct gf_instant *)w->node->extra));
}

static int test_where(struct gf_stage *s, struct where *w, struct gf_slice rec)
{
    if (w->node->expr_word)
        return test_expr(s, w, rec);
    if (gf_cutter_cut(&w->cutter, rec.data, rec.len, w->node->list.need) != 0)
        return gf_stage_uncut(s);
    struct gf_slice field = gf_cutter_get(&w->cutter, w->node->list.range[0].lo);
    if (w->row->relation >= MATCH) {
        int got = gf_finder_test(&w->finder, field);
        if (got < 0)
            return gf_stage_bound(s, rec);
        return got == (w->row->relation == MATCH);
    }
    if (w->row->compared == TIMES)
        return test_time(s, w, field);
    if (w->row->compared == BYTES)
        return holds(w->row->relation, gf_slice_compare(field, w->value));
    struct gf_number v;
    if (!gf_number_all(field, &v))
        return w->node->strict ? gf_stage_bad_number(s, field, w->node->column) : 0;
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
    s->pull = pull_where;
    s->close = close_where;
    if (n->expr_word) {
        gf_computed_open(&w->computed, n, st->set);
        return s;
    }
    w->row = &operators[n->number];
    w->value = (struct gf_slice){n->operand[2], strlen(n->operand[2])};
    if (w->row->compared == NUMBERS)
        gf_number_all(w->value, &w->number);
    gf_cutter_init(&w->cutter, &st->set->fields);
    if (w->row->compared == TIMES && gf_timed_open(&w->timed, n, st) != 0)
        return gf_stage_drop(s);
    if (!n->pattern || gf_finder_open(&w->finder, n->pattern) == 0)
        return s;
    return gf_stage_nomem(s);
}

static const struct gf_opt where_opts[] = {
    {GF_OP_STRICT, 0, "strict", NULL, "end with 123 at what is no number, no time", NULL, 0},
    {GF_OP_ZONE, 0, "zone", "ZONE", "of times that say none (default UTC)", "@zone", 0},
    {GF_OP_FORMAT, 0, "format", "F", "how times are written: '%d.%m.%Y %T'", NULL, 0},
    {GF_OP_EXPR, 0, "expr", "EXPR", "keep records for which EXPR is true: 'a > 2*b'", NULL, 0},
    {GF_OP_SKIP_BAD, 0, "skip-bad", NULL, "leave out records whose value cannot be worked out",
     NULL, 0},
    {0},
};
static const struct gf_opt_rule where_rules[] = {
    {GF_OPT_NOT_WITH, "--strict", "--expr --skip-bad",
     "what is no number in an expression is a fault anyway"},
    {GF_OPT_NEEDS, "--skip-bad", "--expr", "what is no number is not kept"},
    {GF_OPT_NOT_WITH, "--expr", "--zone --format", "its functions of times take them"},
    {0},
};
static const struct gf_cli where_cli = GF_OP_CLI_COLUMNS(
    where_rules, NULL, "where", "keep records by comparing a field: where 3 -ge 100",
    "[options] FIELD OP VALUE | [--skip-bad] --expr EXPR", where_opts, gf_op_number_exits,
    "gf-stream --from access.log where 9 -ge 200");
const struct gf_op gf_op_where = {&where_cli, 3,           false,      false,
                                  false,      check_where, open_where, gf_columns_same};
