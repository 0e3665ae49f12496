/* op_match.c - operations that ask whether a record matches: filter reject where take-while
 * drop-while matches any all none. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/exit.h"
#include "stream/op.h"
#include "stream/source.h"
#include "text/number.h"

/* A finder on the whole record or on one field of it. */
struct match {
    struct gf_finder finder;
    struct gf_cutter cutter;
    const struct gf_field_list *list; /* NULL: the whole record */
    bool invert, open, over;
    bool wanted;         /* any, all, none: the result of a test that decides */
    int decided;         /* their exit status then */
    bool blocks;         /* search blocks of records for the text that every match holds */
    struct gf_slice run; /* what is left of the block */
};

static void close_match(struct gf_stage *s)
{
    struct match *m = s->state;
    gf_finder_release(&m->finder);
    gf_cutter_release(&m->cutter);
}

static struct gf_stage *open_match(const struct gf_node *n, struct gf_stream *st,
                                   struct gf_stage *up, int (*pull)(struct gf_stage *, size_t))
{
    struct gf_stage *s = gf_stage_new(st, up, n->op->cli->name, sizeof(struct match));
    if (!s)
        return NULL;
    struct match *m = s->state;
    m->list = n->list.n ? &n->list : NULL;
    gf_cutter_init(&m->cutter, &st->set->fields);
    s->pull = pull;
    s->close = close_match;
    if (gf_finder_open(&m->finder, n->pattern) == 0)
        return s;
    gf_fault_nomem(&st->fault);
    s->up = NULL;
    gf_stage_free_all(s);
    return NULL;
}

static int test(struct gf_stage *s, struct match *m, struct gf_slice rec)
{
    struct gf_slice subject = rec;
    if (m->list) {
        if (gf_cutter_cut(&m->cutter, rec.data, rec.len, m->list->need) != 0)
            return gf_fault_nomem(&s->stream->fault);
        subject = gf_cutter_get(&m->cutter, m->list->range[0].lo);
    }
    int got = gf_finder_test(&m->finder, subject);
    return got == GF_REGEX_BOUND ? gf_stage_bound(s, rec) : got;
}

/* The records of one block that match, at most max. What the block holds in between is never cut.
 */
static int search_run(struct gf_stage *s, struct match *m, size_t max)
{
    char separator = s->stream->set->separator;
    while (s->n < max && m->run.len) {
        struct gf_slice rec;
        int got = gf_finder_search(&m->finder, m->run, separator, &rec);
        const char *end = got ? rec.data + rec.len + 1 : m->run.data + m->run.len;
        size_t passed = (size_t)(end - m->run.data);
        s->taken += gf_scan_count(m->run.data, passed, separator);
        if (got == GF_REGEX_BOUND)
            return gf_stage_bound(s, rec);
        m->run = (struct gf_slice){end, m->run.len - passed};
        if (got)
            s->out[s->n++] = rec;
    }
    return 1;
}

static int pull_filter(struct gf_stage *s, size_t max)
{
    struct match *m = s->state;
    if (m->blocks && !gf_stage_has(s)) {
        int run = m->run.len ? 1 : gf_source_run(s->up, &m->run);
        if (run != 0)
            return run < 0 ? -1 : search_run(s, m, max);
    }
    int got = gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (s->n < max && gf_stage_has(s)) {
        struct gf_slice rec = gf_stage_take(s);
        int yes = test(s, m, rec);
        if (yes < 0)
            return -1;
        if (yes != m->invert)
            s->out[s->n++] = rec;
    }
    return 1;
}

static struct gf_stage *open_filter(const struct gf_node *n, struct gf_stream *st,
                                    struct gf_stage *up)
{
    struct gf_stage *s = open_match(n, st, up, pull_filter);
    if (s) {
        struct match *m = s->state;
        m->blocks = up->source && !m->list && gf_pattern_needs(n->pattern);
    }
    return s;
}

static struct gf_stage *open_reject(const struct gf_node *n, struct gf_stream *st,
                                    struct gf_stage *up)
{
    struct gf_stage *s = open_match(n, st, up, pull_filter);
    if (s)
        ((struct match *)s->state)->invert = true;
    return s;
}

/* One field, for -f N. */
static int check_filter(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    if (gf_check_pattern(n, set, f) != 0)
        return -1;
    if (n->list.n && !gf_field_list_single(&n->list))
        return gf_fault_set(f, GF_EXIT_USAGE, "%s: -f takes one field, not '%s'", n->op->cli->name,
                            n->list_word);
    return 0;
}

#define MATCH_OPTIONS                                                                              \
    {GF_OP_FIXED, 'F', "fixed", NULL, "the pattern is plain text", NULL, 0},                       \
        {GF_OP_ICASE, 'i', "ignore-case", NULL, "upper and lower case are the same", NULL, 0},     \
        {GF_OP_WORD, 'w', "word", NULL, "match whole words only", NULL, 0},                        \
        {GF_OP_LINE, 'x', "whole", NULL, "match whole records only", NULL, 0},                     \
        {GF_OP_FIELD, 'f', "field", "N", "look in field N only", NULL, 0},                         \
        {GF_OP_PATTERN, 'e', "pattern", "PAT", "the pattern, also when it begins with a dash",     \
         NULL,          0},                                                                        \
    {                                                                                              \
        GF_OP_PATTERNS, 0, "patterns", "FILE", "any of the patterns in FILE, one a line", "@file", \
            0                                                                                      \
    }

static const struct gf_opt match_opts[] = {MATCH_OPTIONS, {0}};
#define MATCH_USAGE "[-Fiwx] [-f N] PAT | -e PAT | --patterns FILE"

static const struct gf_cli filter_cli =
    GF_OP_CLI("filter", "keep records that match", MATCH_USAGE, match_opts, gf_op_exits,
              "gf-stream --from access.log filter 'GET|POST'");
const struct gf_op gf_op_filter = {&filter_cli, 1, true, false, false, check_filter, open_filter};

static const struct gf_cli reject_cli =
    GF_OP_CLI("reject", "drop records that match", MATCH_USAGE, match_opts, gf_op_exits,
              "gf-stream --from access.log reject -x ''");
const struct gf_op gf_op_reject = {&reject_cli, 1, true, false, false, check_filter, open_reject};

/* ---- take-while, drop-while --------------------------------------------------------------------
 */

static int pull_take_while(struct gf_stage *s, size_t max)
{
    struct match *m = s->state;
    int got = m->over ? 0 : gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (s->n < max && gf_stage_has(s) && !m->over) {
        struct gf_slice rec = gf_stage_take(s);
        int yes = test(s, m, rec);
        if (yes < 0)
            return -1;
        if (yes)
            s->out[s->n++] = rec;
        else
            m->over = true;
    }
    return 1;
}

static int pull_drop_while(struct gf_stage *s, size_t max)
{
    struct match *m = s->state;
    int got = gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (s->n < max && gf_stage_has(s)) {
        struct gf_slice rec = gf_stage_take(s);
        int yes = m->over ? 0 : test(s, m, rec);
        if (yes < 0)
            return -1;
        m->over |= !yes;
        if (m->over)
            s->out[s->n++] = rec;
    }
    return 1;
}

static struct gf_stage *open_take_while(const struct gf_node *n, struct gf_stream *st,
                                        struct gf_stage *up)
{
    return open_match(n, st, up, pull_take_while);
}

static struct gf_stage *open_drop_while(const struct gf_node *n, struct gf_stream *st,
                                        struct gf_stage *up)
{
    return open_match(n, st, up, pull_drop_while);
}

static const struct gf_cli take_while_cli =
    GF_OP_CLI("take-while", "stop at the first record that does not match", MATCH_USAGE, match_opts,
              gf_op_exits, "gf-stream --from access.log take-while .");
const struct gf_op gf_op_take_while = {&take_while_cli, 1, true, false, false, check_filter,
                                       open_take_while};

static const struct gf_cli drop_while_cli =
    GF_OP_CLI("drop-while", "drop records up to the first that does not match", MATCH_USAGE,
              match_opts, gf_op_exits, "gf-stream --from access.log drop-while '^#'");
const struct gf_op gf_op_drop_while = {&drop_while_cli, 1, true, false, false, check_filter,
                                       open_drop_while};

/* ---- any, all, none ----------------------------------------------------------------------------
 */

/* Gives no record; what it found is the exit status. */
static int pull_answer(struct gf_stage *s, size_t max)
{
    struct match *m = s->state;
    int got;
    while ((got = gf_stage_need(s, s->up->source ? GF_BATCH : 1)) == 1) {
        int yes = test(s, m, gf_stage_take(s));
        if (yes < 0)
            return -1;
        if ((bool)yes == m->wanted) {
            s->stream->answer = m->decided;
            return 0;
        }
    }
    if (got == 0)
        s->stream->answer = !m->decided;
    (void)max;
    return got;
}

static struct gf_stage *open_answer(const struct gf_node *n, struct gf_stream *st,
                                    struct gf_stage *up)
{
    struct gf_stage *s = open_match(n, st, up, pull_answer);
    if (s) {
        struct match *m = s->state;
        m->wanted = n->op != &gf_op_all;
        m->decided = n->op == &gf_op_any ? GF_EXIT_OK : GF_EXIT_NO;
    }
    return s;
}

static const struct gf_cli any_cli =
    GF_OP_CLI("any", "exit status 0 when a record matches, else 1", MATCH_USAGE, match_opts,
              gf_op_answer_exits, "gf-stream --from access.log any GET");
const struct gf_op gf_op_any = {&any_cli, 1, true, false, true, check_filter, open_answer};

static const struct gf_cli all_cli =
    GF_OP_CLI("all", "exit status 0 when all records match, else 1", MATCH_USAGE, match_opts,
              gf_op_answer_exits, "gf-stream --from access.log all .");
const struct gf_op gf_op_all = {&all_cli, 1, true, false, true, check_filter, open_answer};

static const struct gf_cli none_cli =
    GF_OP_CLI("none", "exit status 0 when no record matches, else 1", MATCH_USAGE, match_opts,
              gf_op_answer_exits, "gf-stream --from access.log none '^FATAL'");
const struct gf_op gf_op_none = {&none_cli, 1, true, false, true, check_filter, open_answer};

/* ---- matches: one record a match ---------------------------------------------------------------
 */

struct matches {
    struct gf_matcher matcher;
    struct gf_slice rec;
    size_t from;
    bool inside, none; /* none: an empty file of patterns */
};

static void close_matches(struct gf_stage *s)
{
    gf_matcher_release(&((struct matches *)s->state)->matcher);
}

static int pull_matches(struct gf_stage *s, size_t max)
{
    struct matches *m = s->state;
    while (s->n < max) {
        if (!m->inside) {
            if (s->n && !gf_stage_has(s))
                return 1; /* the records given are slices of the batch above */
            int got = gf_stage_need(s, gf_stage_want(s, max - s->n));
            if (got != 1)
                return got;
            m->rec = gf_stage_take(s);
            m->from = 0;
            m->inside = !m->none;
            continue;
        }
        int got = m->from > m->rec.len ? 0 : gf_regex_match(&m->matcher, m->rec, m->from);
        if (got < 0)
            return gf_stage_bound(s, m->rec);
        m->inside = got == 1;
        if (!m->inside)
            continue;
        size_t from = m->matcher.at[0], to = m->matcher.at[1];
        m->from = to > from ? to : to + 1;
        if (m->matcher.set > 1) {
            from = m->matcher.at[2];
            to = m->matcher.at[3];
        }
        if (from != SIZE_MAX && to > from)
            s->out[s->n++] = (struct gf_slice){m->rec.data + from, to - from};
    }
    return 1;
}

static struct gf_stage *open_matches(const struct gf_node *n, struct gf_stream *st,
                                     struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "matches", sizeof(struct matches));
    if (!s)
        return NULL;
    struct matches *m = s->state;
    const struct gf_regex *re = gf_pattern_regex(n->pattern);
    s->pull = pull_matches;
    s->close = close_matches;
    m->none = !re;
    if (!re || gf_matcher_open(&m->matcher, re) == 0)
        return s;
    gf_fault_nomem(&st->fault);
    s->up = NULL;
    gf_stage_free_all(s);
    return NULL;
}

static const struct gf_opt matches_opts[] = {
    {GF_OP_FIXED, 'F', "fixed", NULL, "the pattern is plain text", NULL, 0},
    {GF_OP_ICASE, 'i', "ignore-case", NULL, "upper and lower case are the same", NULL, 0},
    {GF_OP_WORD, 'w', "word", NULL, "match whole words only", NULL, 0},
    {GF_OP_PATTERN, 'e', "pattern", "PAT", "the pattern, also when it begins with a dash", NULL, 0},
    {0},
};
static const struct gf_cli matches_cli =
    GF_OP_CLI("matches", "one record for each match, or for its first group", "[-Fiw] PAT | -e PAT",
              matches_opts, gf_op_exits, "gf-stream --from access.log matches '[0-9]+'");
const struct gf_op gf_op_matches = {&matches_cli,     1,           true, false, false,
                                    gf_check_pattern, open_matches};

/* ---- where FIELD OP VALUE ----------------------------------------------------------------------
 */

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
    if (row->relation >= MATCH)
        return gf_check_pattern_word(n, value, set, f);
    struct gf_slice text = {value, strlen(value)};
    if (row->number && !gf_float_whole(text, &n->value))
        return gf_fault_set(f, GF_EXIT_USAGE, "where: '%s' is no number", value);
    return 0;
}

struct where {
    const struct gf_node *node;
    const struct operator_row *row;
    struct gf_slice value;
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
    long double v;
    if (!gf_float_whole(field, &v))
        return w->node->strict ? gf_stage_bad_number(s, rec, field) : 0;
    return holds(w->row->relation, (v > w->node->value) - (v < w->node->value));
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
    gf_cutter_init(&w->cutter, &st->set->fields);
    s->pull = pull_where;
    s->close = close_where;
    if (!n->pattern || gf_finder_open(&w->finder, n->pattern) == 0)
        return s;
    gf_fault_nomem(&st->fault);
    s->up = NULL;
    gf_stage_free_all(s);
    return NULL;
}

static const struct gf_opt where_opts[] = {
    {GF_OP_STRICT, 0, "strict", NULL, "a field that is no number is an error", NULL, 0},
    {0},
};
static const struct gf_cli where_cli =
    GF_OP_CLI("where", "keep records whose field compares so", "[--strict] FIELD OP VALUE",
              where_opts, gf_op_number_exits, "gf-stream --from access.log where 9 -ge 200");
const struct gf_op gf_op_where = {&where_cli, 3, false, false, false, check_where, open_where};
