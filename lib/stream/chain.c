/*
 * chain.c - the words of a chain become an array of nodes, one for each operation.
 *
 * Options are read by the parser of the tools (base/opt.h), started anew for each operation and
 * stopped in front of a minus and a digit. Most of them only write a member of the node, by a table
 * of offsets. A fault shows the whole chain with a caret under the word. Opening goes from the
 * source down, and shares the memory out among the operations that hold records.
 */
#include "stream/chain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/num.h"
#include "base/suggest.h"

/* ---- faults that show the chain -------------------------------------------------------------- */

struct reading {
    char *const *words;
    size_t n, at; /* words; the one to look at next */
    const struct gf_settings *set;
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

static int unknown_op(struct reading *r, const char *word)
{
    char what[100], hint[160];
    struct gf_suggest s;
    gf_suggest_init(&s, word, strlen(word));
    for (size_t i = 0; gf_stream_cli.subs[i]; i++)
        gf_suggest_offer(&s, gf_stream_cli.subs[i]->name);
    snprintf(what, sizeof what, "unknown operation '%.60s'", word);
    if (gf_opt_from_elsewhere(&gf_stream_cli, word, strlen(word), hint, sizeof hint))
        return fault_at(r, r->at, hint, what);
    if (s.best)
        snprintf(hint, sizeof hint, "did you mean '%s'?", s.best);
    else
        snprintf(hint, sizeof hint, "gf-stream --help lists the operations");
    return fault_at(r, r->at, hint, what);
}

static int bad_option_value(struct gf_node *n, const struct gf_optparser *p,
                            const struct gf_perr *e, struct gf_fault *f)
{
    char spelt[64], kind[60];
    gf_opt_spell(p, spelt);
    snprintf(kind, sizeof kind, "value of %.16s %.24s", n->op->cli->name, spelt);
    return gf_fault_parse(f, kind, p->value, e);
}

/* ---- options --------------------------------------------------------------------------------- */

struct flag {
    int id;
    size_t offset; /* of a bool in gf_node */
};

#define FLAG(id, member)                                                                           \
    {                                                                                              \
        id, offsetof(struct gf_node, member)                                                       \
    }
static const struct flag flags[] = {
    FLAG(GF_OP_COUNTS, counts),
    FLAG(GF_OP_LAST, last),
    FLAG(GF_OP_ONLY_DUP, only_dup),
    FLAG(GF_OP_ONLY_UNIQUE, only_unique),
    FLAG(GF_OP_REVERSE, reverse),
    FLAG(GF_OP_UNIQUE, unique),
    FLAG(GF_OP_CHECK, check),
    FLAG(GF_OP_MERGE, merge),
    FLAG(GF_OP_STRICT, strict),
    FLAG(GF_OP_SKIP_BAD, skip_bad),
    FLAG(GF_OP_BLANKS, order.skip_start),
    FLAG(GF_OP_BLANKS, order.skip_end),
    FLAG(GF_OP_DICTIONARY, order.dictionary),
    FLAG(GF_OP_PRINTABLE, order.printable),
};

struct word {
    int id;
    size_t offset; /* of a const char * in gf_node */
};
#define WORD(id, member)                                                                           \
    {                                                                                              \
        id, offsetof(struct gf_node, member)                                                       \
    }
static const struct word words_of[] = {
    WORD(GF_OP_FIELD, list_word),
    WORD(GF_OP_LIST, list_word),
    WORD(GF_OP_JOIN, join_word),
};

static bool plain_option(struct gf_node *n, int id, const char *value)
{
    bool known = false;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (flags[i].id == id)
            known = *(bool *)(void *)((char *)n + flags[i].offset) = true;
    if (known)
        return true;
    for (size_t i = 0; i < sizeof words_of / sizeof *words_of; i++)
        if (words_of[i].id == id) {
            *(const char **)(void *)((char *)n + words_of[i].offset) = value;
            return true;
        }
    return false;
}

static int number_option(struct gf_node *n, const struct gf_optparser *p, struct gf_fault *f)
{
    struct gf_perr e = {0};
    const char *v = p->value;
    int r = 0;
    if (p->opt->id == GF_OP_START)
        r = gf_parse_int(v, strlen(v), INT64_MIN, INT64_MAX, &n->start, &e);
    else if (p->opt->id == GF_OP_MAX)
        r = gf_parse_count(v, strlen(v), 1, INT64_MAX, &n->max, &e);
    else
        r = gf_parse_count(v, strlen(v), 0, UINT64_MAX, &n->seed, &e);
    n->has_max |= p->opt->id == GF_OP_MAX;
    n->has_seed |= p->opt->id == GF_OP_SEED;
    return r == 0 ? 0 : bad_option_value(n, p, &e, f);
}

static int key_option(struct gf_node *n, const struct gf_optparser *p, struct gf_fault *f)
{
    struct gf_perr e = {0};
    size_t len = strlen(p->value);
    int r = p->opt->id == GF_OP_KEY ? gf_keyspec_add_posix(&n->keys, p->value, len, &e)
                                    : gf_keyspec_add_fields(&n->keys, p->value, len, &e);
    if (r == 0)
        return 0;
    return errno == ENOMEM ? gf_fault_nomem(f) : bad_option_value(n, p, &e, f);
}

static int pattern_option(struct gf_node *n, const struct gf_optparser *p, struct gf_fault *f)
{
    struct gf_pattern_word *more = realloc(n->pattern_word, (n->pattern_words + 1) * sizeof *more);
    if (!more)
        return gf_fault_nomem(f);
    n->pattern_word = more;
    more[n->pattern_words++] = (struct gf_pattern_word){p->value, p->opt->id == GF_OP_PATTERNS};
    return 0;
}

static int take_option(struct gf_node *n, const struct gf_optparser *p, struct gf_fault *f)
{
    int id = p->opt->id;
    if (plain_option(n, id, p->value))
        return 0;
    if (id >= GF_OP_NUMBER && id <= GF_OP_RANDOM) {
        n->order.type = (enum gf_key_type)(GF_KEY_NUMBER + (id - GF_OP_NUMBER));
        return 0;
    }
    switch (id) {
    case GF_OP_FIXED:
        n->regex |= GF_REGEX_FIXED;
        return 0;
    case GF_OP_ICASE:
        n->regex |= GF_REGEX_ICASE;
        n->order.fold = true;
        return 0;
    case GF_OP_WORD:
        n->regex |= GF_REGEX_WORD;
        return 0;
    case GF_OP_LINE:
        n->regex |= GF_REGEX_LINE;
        return 0;
    case GF_OP_PATTERN:
    case GF_OP_PATTERNS:
        return pattern_option(n, p, f);
    case GF_OP_GROUP:
        n->group = true;
        if (p->value && strcmp(p->value, "separate") != 0)
            return gf_fault_set(f, GF_EXIT_USAGE, "bad value of --group '%s': it is separate",
                                p->value);
        return 0;
    case GF_OP_KEY:
    case GF_OP_KEY_FIELDS:
        return key_option(n, p, f);
    default:
        return number_option(n, p, f);
    }
}

static bool minus_digit(const char *word)
{
    return word[0] == '-' && word[1] >= '0' && word[1] <= '9';
}

/* p->error says what is wrong with the last word that was looked at. */
static int bad_option(struct reading *r, const struct gf_optparser *p)
{
    size_t at = r->at + (size_t)(p->next ? p->next - 1 : 0);
    return fault_at(r, at, p->hint[0] ? p->hint : NULL, p->error);
}

/* The options in front of the operands. */
static int take_options(struct reading *r, struct gf_node *n, struct gf_chain *c)
{
    struct gf_optparser p = gf_optparser(n->op->cli, (int)(r->n - r->at), r->words + r->at);
    for (;;) {
        bool inside = p.cluster && *p.cluster;
        if (!inside && p.next < p.argc && minus_digit(p.argv[p.next]))
            break;
        enum gf_opt_event ev = gf_opt_next(&p);
        if (ev == GF_OPT_END)
            break;
        if (ev == GF_OPT_ERROR)
            return bad_option(r, &p);
        if (p.opt >= gf_opt_common && p.opt <= &gf_opt_common[2]) {
            c->help = n->op->cli;
            c->help_word = r->words[r->at + (size_t)p.next - 1];
            return -1;
        }
        if (take_option(n, &p, r->fault) != 0)
            return -1;
    }
    if (gf_opt_breaks_rule(&p, true))
        return bad_option(r, &p);
    r->at += (size_t)p.next;
    return 0;
}

static int take_operands(struct reading *r, struct gf_node *n, size_t op_at)
{
    int want = n->op->operands;
    if (n->op->pattern && n->pattern_words)
        want--;
    for (int i = 0; i < want; i++) {
        if (r->at == r->n) {
            char what[100];
            snprintf(what, sizeof what, "'%.40s' needs %d operand%s", r->words[op_at],
                     n->op->operands, n->op->operands == 1 ? "" : "s");
            char hint[160];
            snprintf(hint, sizeof hint, "%s %.100s", n->op->cli->name, n->op->cli->usage[0]);
            return fault_at(r, r->n, hint, what);
        }
        n->operand[i] = r->words[r->at++];
    }
    return 0;
}

static struct gf_node *new_node(struct gf_chain *c, const struct gf_op *op,
                                const struct gf_settings *set)
{
    struct gf_node *more = realloc(c->node, (c->n + 1) * sizeof *more);
    if (!more)
        return NULL;
    c->node = more;
    struct gf_node *n = &c->node[c->n++];
    *n = (struct gf_node){.op = op, .max = 1, .start = 1};
    gf_keyspec_init(&n->keys, &set->fields, 0);
    return n;
}

static int take_op(struct reading *r, struct gf_chain *c)
{
    size_t at = r->at;
    const struct gf_op *op = gf_op_find(r->words[at]);
    if (!op) {
        c->unknown = r->words + at;
        return unknown_op(r, r->words[at]);
    }
    const struct gf_node *before = c->n ? &c->node[c->n - 1] : NULL;
    if (before && (before->op->ends || before->check)) {
        char what[100];
        snprintf(what, sizeof what, "nothing can follow '%s%s'", before->op->cli->name,
                 before->check ? " --check" : "");
        return fault_at(r, at, NULL, what);
    }
    r->at++;
    struct gf_node *n = new_node(c, op, r->set);
    if (!n)
        return gf_fault_nomem(r->fault);
    if (take_options(r, n, c) != 0 || take_operands(r, n, at) != 0)
        return -1;
    if (n->merge && c->n > 1)
        return fault_at(r, at, NULL, "sort --merge has to be the first operation");
    return op->check(n, r->set, r->fault);
}

int gf_chain_read(struct gf_chain *c, char *const *words, size_t n, const struct gf_settings *set,
                  struct gf_fault *f)
{
    struct reading r = {.words = words, .n = n, .set = set, .fault = f};
    while (r.at < r.n) {
        if (c->n && strcmp(r.words[r.at], "then") == 0 && r.at + 1 < r.n)
            r.at++;
        if (take_op(&r, c) != 0)
            return -1;
    }
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
    *c = (struct gf_chain){0};
}

void gf_chain_reads(const struct gf_chain *c, struct gf_clash *clash)
{
    for (size_t i = 0; i < c->n; i++) {
        const struct gf_node *n = &c->node[i];
        for (size_t k = 0; k < n->pattern_words; k++)
            if (n->pattern_word[k].is_file)
                gf_clash_reads(clash, n->pattern_word[k].word);
        if (n->op == &gf_op_except || n->op == &gf_op_intersect)
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
