/*
 * chain.c - the words of a chain become an array of nodes, one for each operation.
 *
 * Options are read by the parser of the tools (base/opt.h), started anew for each operation and
 * stopped in front of a minus and a digit; its place is moved past the operands, and it goes on
 * behind them. A fault shows the whole chain with a caret under the word. Opening goes from the
 * source down, and shares the memory out among the operations that hold records.
 */
#include "stream/chain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/logfile.h"
#include "stream/meant.h"
#include "stream/nodeopt.h"
#include "text/linewords.h"
#include "time/zonename.h"

/* ---- faults that show the chain -------------------------------------------------------------- */

struct reading {
    char *const *words;
    size_t n, at;  /* words; the one to look at next */
    size_t op_at;  /* the name of the last operation */
    size_t opt_at; /* the last word of its last option */
    const struct gf_settings *set;
    struct gf_names names; /* of the columns that come to the next operation */
    struct gf_fault *fault;
};

/* A fault at word `at` (== n: behind the last), the whole chain shown with a caret under it. */
static int fault_at(struct reading *r, size_t at, const char *hint, const char *what)
{
    struct gf_buf b = GF_BUF_INIT(1 << 20);
    struct gf_perr e = {0};
    for (size_t i = 0; i < r->n; i++) {
        gf_buf_puts(&b, i ? " " : "");
        if (i == at)
            e.col = b.len;
        gf_buf_puts(&b, r->words[i]);
    }
    if (at >= r->n)
        e.col = b.len;
    else
        e.len = strlen(r->words[at]);
    snprintf(e.what, sizeof e.what, "%s", what);
    gf_fault_parse(r->fault, "chain", b.data ? b.data : "", &e);
    if (hint)
        gf_fault_hint(r->fault, "%s", hint);
    gf_buf_release(&b);
    return -1;
}

/* The word at r->at stands where an operation is expected, and is none. */
static int unknown_op(struct reading *r, struct gf_chain *c)
{
    char what[100], hint[GF_MEANT_SIZE];
    const struct gf_meant_chain before = {c->n ? c->node[c->n - 1].op : NULL, r->words, r->n,
                                          r->op_at, r->at};
    if (!gf_meant_behind_end(&before))
        c->unknown = r->words + r->at;
    snprintf(what, sizeof what, "unknown operation '%.60s'", r->words[r->at]);
    gf_meant_operation(&before, hint);
    return fault_at(r, r->at, hint, what);
}

/* ---- arguments ------------------------------------------------------------------------------- */

static bool minus_digit(const char *word)
{
    return word[0] == '-' && word[1] >= '0' && word[1] <= '9';
}

/* Whether the parser met a name that no option has, here or in a tool of which the hint tells. */
static bool is_strange(const struct gf_optparser *p)
{
    char hint[160];
    if (p->opt || p->next == 0)
        return false;
    const char *word = p->argv[p->next - 1];
    if (p->by_letter && p->cluster != word + 2)
        return false;
    size_t len = p->by_letter ? 2 : strcspn(word, "=");
    return !gf_opt_from_elsewhere(p->cli, word, len, hint, sizeof hint);
}

/* p->error says what is wrong with the last option. */
static int bad_option(struct reading *r, struct gf_chain *c, const struct gf_optparser *p)
{
    if (is_strange(p))
        c->unknown = r->words + r->opt_at;
    if (!p->opt && p->by_letter && p->cluster && p->cluster[-1] >= '0' && p->cluster[-1] <= '9') {
        const char *word = p->argv[p->next - 1], *number = p->cluster - 1;
        char hint[GF_MEANT_SIZE];
        snprintf(hint, sizeof hint, "a number is a word by itself: %s %.*s %.40s", p->cli->name,
                 (int)(number - word), word, number);
        return fault_at(r, r->opt_at, hint, p->error);
    }
    return fault_at(r, r->opt_at, p->hint[0] ? p->hint : NULL, p->error);
}

/* The options at p->next and behind, up to a word that is none. */
static int take_options(struct reading *r, struct gf_optparser *p, struct gf_chain *c)
{
    struct gf_node *n = &c->node[c->n - 1];
    for (;;) {
        bool inside = p->cluster && *p->cluster;
        if (!inside && p->next < p->argc && minus_digit(p->argv[p->next]))
            break;
        enum gf_opt_event ev = gf_opt_next(p);
        if (ev == GF_OPT_END)
            break;
        r->opt_at = r->op_at + (size_t)p->next;
        if (ev == GF_OPT_ERROR)
            return bad_option(r, c, p);
        if (p->opt >= gf_opt_common && p->opt <= &gf_opt_common[2]) {
            c->help = n->op->cli;
            c->help_word = p->argv[p->next - 1];
            return -1;
        }
        if (gf_node_take_option(n, p, r->fault) != 0)
            return -1;
    }
    r->at = r->op_at + 1 + (size_t)p->next;
    return 0;
}

static bool has_pattern(const struct gf_node *n)
{
    return n->pattern_words > 0;
}

static int take_operands(struct reading *r, struct gf_optparser *p, struct gf_node *n)
{
    int want = n->expr_word ? 0 : n->op->operands - (n->op->pattern && has_pattern(n));
    for (int i = 0; i < want; i++) {
        if (r->at == r->n) {
            char what[100];
            snprintf(what, sizeof what, "'%.40s' needs %d operand%s", r->words[r->op_at],
                     n->op->operands, n->op->operands == 1 ? "" : "s");
            char hint[160];
            snprintf(hint, sizeof hint, "%s %.100s", n->op->cli->name, n->op->cli->usage[0]);
            return fault_at(r, r->n, hint, what);
        }
        n->operand[i] = r->words[r->at++];
    }
    p->next += want;
    return 0;
}

/* Options, operands, and options again: no operation begins with a minus. */
static int take_arguments(struct reading *r, struct gf_chain *c)
{
    struct gf_node *n = &c->node[c->n - 1];
    struct gf_optparser p = gf_optparser(n->op->cli, (int)(r->n - r->at), r->words + r->at);
    if (take_options(r, &p, c) != 0 || take_operands(r, &p, n) != 0)
        return -1;
    if (take_options(r, &p, c) != 0)
        return -1;
    if (n->op->pattern && n->operand[0] && has_pattern(n))
        return fault_at(r, r->opt_at, "-e and --patterns stand in place of the operand",
                        "the pattern is given twice");
    if (n->expr_word && n->operand[0])
        return fault_at(r, r->opt_at, "--expr stands in place of FIELD OP VALUE",
                        "what to keep is said twice");
    return gf_opt_breaks_rule(&p, true) ? bad_option(r, c, &p) : 0;
}

uint64_t gf_chain_pattern_bytes(const struct gf_chain *c)
{
    uint64_t all = 0;
    for (size_t i = 0; i < c->n; i++)
        if (c->node[i].pattern)
            all += gf_pattern_bytes(c->node[i].pattern);
    return all;
}

static struct gf_node *new_node(struct gf_chain *c, const struct gf_op *op,
                                const struct gf_settings *set, const struct gf_names *names)
{
    struct gf_node *more = realloc(c->node, (c->n + 1) * sizeof *more);
    if (!more)
        return NULL;
    c->node = more;
    uint64_t taken = gf_chain_pattern_bytes(c);
    struct gf_node *n = &c->node[c->n++];
    *n =
        (struct gf_node){.op = op, .max = 1, .start = 1, .before = UINT64_MAX, .after = UINT64_MAX};
    n->room = (size_t)(set->memory > taken ? set->memory - taken : 0);
    n->names = names;
    const struct gf_sep *sep = &set->fields;
    if (names && !names->pending && !names->ended_by && sep->len == 1 && !sep->blanks &&
        !sep->splitter)
        n->columns = names->n;
    gf_keyspec_init(&n->keys, &set->fields, 0);
    return n;
}

/* What the columns are called behind the operation that was read. */
static int take_columns(struct reading *r, const struct gf_node *n)
{
    struct gf_names next = {0};
    if (!n->names || r->names.ended_by)
        return 0;
    if (!n->op->columns || r->names.pending) {
        next.pending = r->names.pending && n->op->columns;
        gf_names_end(&next, n->op->columns ? NULL : n->op->cli->name);
    } else if (n->op->columns(n, &next) != 0) {
        gf_names_release(&next);
        return gf_fault_nomem(r->fault);
    }
    next.cr = r->names.cr;
    gf_names_release(&r->names);
    r->names = next;
    return 0;
}

static int take_op(struct reading *r, struct gf_chain *c)
{
    size_t at = r->at;
    const struct gf_op *op = gf_op_find(r->words[at]);
    if (!op)
        return unknown_op(r, c);
    const struct gf_node *before = c->n ? &c->node[c->n - 1] : NULL;
    if (before && (before->op->ends || before->check)) {
        char what[100];
        snprintf(what, sizeof what, "nothing can follow '%s%s'", before->op->cli->name,
                 before->check ? " --check" : "");
        return fault_at(r, at, NULL, what);
    }
    if (c->n == GF_CHAIN_MOST) {
        char what[60];
        snprintf(what, sizeof what, "a chain has %d operations at most", GF_CHAIN_MOST);
        return fault_at(r, at, "another gf-stream behind a pipe can do the rest", what);
    }
    struct gf_node *n = new_node(c, op, r->set, c->has_names ? &r->names : NULL);
    if (!n)
        return gf_fault_nomem(r->fault);
    r->op_at = r->at++;
    if (take_arguments(r, c) != 0)
        return -1;
    if (n->merge && c->n > 1)
        return fault_at(r, at, NULL, "sort --merge has to be the first operation");
    int bad = op->check(n, r->set, r->fault);
    return bad ? bad : take_columns(r, n);
}

static int take_ops(struct reading *r, struct gf_chain *c)
{
    while (r->at < r->n) {
        if (c->n && strcmp(r->words[r->at], "then") == 0 && r->at + 1 < r->n)
            r->at++;
        if (take_op(r, c) != 0)
            return -1;
    }
    return 0;
}

int gf_chain_read(struct gf_chain *c, char *const *words, size_t n, const struct gf_settings *set,
                  const struct gf_names *names, struct gf_fault *f)
{
    struct reading r = {.words = words, .n = n, .set = set, .fault = f};
    c->has_names = names;
    if (names && gf_names_copy(&r.names, names) != 0)
        gf_fault_nomem(f);
    int bad = f->status ? -1 : take_ops(&r, c);
    for (size_t i = 0; i < c->n; i++)
        c->node[i].names = NULL;
    c->names = r.names;
    if (bad)
        return -1;
    if (c->n == 0) {
        gf_fault_hint(f, "gf-stream --help lists the operations");
        return gf_fault_set(f, GF_EXIT_USAGE, "no operation was given");
    }
    return 0;
}

static void release_node(struct gf_node *n)
{
    if (n->drop)
        n->drop(n);
    free(n->extra);
    free(n->pattern_word);
    gf_pattern_free(n->pattern);
    gf_subst_free(n->subst);
    gf_field_list_release(&n->list);
    gf_keyspec_release(&n->keys);
    gf_buf_release(&n->text);
}

void gf_chain_release(struct gf_chain *c)
{
    for (size_t i = 0; i < c->n + c->dropped; i++)
        release_node(&c->node[i]);
    free(c->node);
    gf_names_release(&c->names);
    *c = (struct gf_chain){0};
}

static bool takes_file(const struct gf_node *n)
{
    return n->op == &gf_op_except || n->op == &gf_op_intersect || n->op == &gf_op_lookup;
}

bool gf_chain_node_reads(const struct gf_node *n, const char *name)
{
    return takes_file(n) && strcmp(n->operand[0], name) == 0;
}

void gf_chain_reads(const struct gf_chain *c, struct gf_clash *clash)
{
    for (size_t i = 0; i < c->n; i++) {
        const struct gf_node *n = &c->node[i];
        for (size_t k = 0; k < n->pattern_words; k++)
            if (n->pattern_word[k].is_file)
                gf_clash_reads(clash, n->pattern_word[k].word);
        if (takes_file(n))
            gf_clash_reads(clash, n->operand[0]);
    }
}

int gf_chain_writes(const struct gf_chain *c, const struct gf_clash *clash)
{
    for (size_t i = 0; i < c->n; i++) {
        const struct gf_node *n = &c->node[i];
        if (n->op != &gf_op_peek)
            continue;
        bool to_stderr = strcmp(n->operand[0], "-") == 0;
        if (to_stderr ? gf_clash_writes_fd(clash, STDERR_FILENO, "standard error")
                      : gf_clash_writes(clash, n->operand[0], "peek"))
            return -1;
    }
    return 0;
}

/* Whether it looks up a time zone while records are read. */
static bool may_need_zones(const struct gf_node *n)
{
    return n->zone_word || n->expr_word || n->op == &gf_op_set;
}

void gf_chain_wall(const struct gf_chain *c, const struct gf_settings *set, struct gf_wall *w)
{
    for (size_t i = 0; i < c->n; i++) {
        const struct gf_node *n = &c->node[i];
        for (size_t k = 0; c->has_names && k < n->pattern_words; k++)
            if (n->pattern_word[k].is_file) /* the chain is read once more */
                gf_wall_allow_input(w, n->pattern_word[k].word);
        bool named = n->op == &gf_op_peek && gf_logfile_named(n->operand[0]) != -1;
        if (takes_file(n))
            gf_wall_allow_input(w, n->operand[0]);
        else if (n->op == &gf_op_peek && !named && strcmp(n->operand[0], "-") != 0)
            gf_wall_allow_output(w, n->operand[0]);
        if (may_need_zones(n))
            gf_zonename_wall(w, set->zones);
    }
}

bool gf_chain_holds(const struct gf_chain *c)
{
    bool holds = false;
    for (size_t i = 0; i < c->n; i++)
        holds |= gf_node_holds(&c->node[i]);
    return holds;
}

/* ---- a chain file ---------------------------------------------------------------------------- */

int gf_chain_split(const char *text, size_t len, char ***words, size_t *n, struct gf_fault *f)
{
    struct gf_linewords w = {0};
    int bad = gf_linewords_split(&w, text, len);
    *words = w.word;
    *n = w.n;
    free(w.line);
    free(w.begins);
    if (bad == 0)
        return 0;
    return w.wrong ? gf_fault_set(f, GF_EXIT_USAGE, "line %zu of the chain file: %s", w.wrong_line,
                                  w.wrong)
                   : gf_fault_nomem(f);
}
