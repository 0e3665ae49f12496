/*
 * nodeopt.c - an option of an operation is written into its node.
 *
 * Most options only write one member: two tables say at which offset, one for flags and one for
 * words. The others are numbers, which are read here, keys, and letters of how records are matched
 * or ordered.
 */
#include "stream/nodeopt.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/exit.h"
#include "base/num.h"

static int bad_option_value(struct gf_node *n, const struct gf_optparser *p,
                            const struct gf_perr *e, struct gf_fault *f)
{
    char spelt[64], kind[60];
    gf_opt_spell(p, spelt);
    snprintf(kind, sizeof kind, "value of %.16s %.24s", n->op->cli->name, spelt);
    return gf_check_names_fault(n->names, kind, p->value, e, f);
}

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
    FLAG(GF_OP_INVERT, invert),
    FLAG(GF_OP_UNIQUE, unique),
    FLAG(GF_OP_CHECK, check),
    FLAG(GF_OP_MERGE, merge),
    FLAG(GF_OP_STRICT, strict),
    FLAG(GF_OP_LEFT, left),
    FLAG(GF_OP_ANTI, anti),
    FLAG(GF_OP_OUTER, outer),
    FLAG(GF_OP_SKIP_BAD, skip_bad),
    FLAG(GF_OP_NEAREST, nearest),
    FLAG(GF_OP_ANY_ORDER, any_order),
    FLAG(GF_OP_INNER, inner),
    FLAG(GF_OP_FIRST, first),
    FLAG(GF_OP_NOT, others),
    FLAG(GF_OP_UNCLOSED, unclosed),
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
    WORD(GF_OP_FIELD, list_word),    WORD(GF_OP_LIST, list_word), WORD(GF_OP_JOIN, join_word),
    WORD(GF_OP_EXPR, expr_word),     WORD(GF_OP_AGG, agg_word),   WORD(GF_OP_ZONE, zone_word),
    WORD(GF_OP_FORMAT, format_word), WORD(GF_OP_FILL, fill_word),
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

/* -B and -A; -C is both. */
static int context_option(struct gf_node *n, int id, const char *v, struct gf_perr *e)
{
    uint64_t records;
    int r = gf_parse_count(v, strlen(v), 0, INT64_MAX, &records, e);
    if (id != GF_OP_AFTER && r == 0)
        n->before = records;
    if (id != GF_OP_BEFORE && r == 0)
        n->after = records;
    return r;
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
    else if (p->opt->id == GF_OP_SEED)
        r = gf_parse_count(v, strlen(v), 0, UINT64_MAX, &n->seed, &e);
    else
        r = context_option(n, p->opt->id, v, &e);
    n->has_max |= p->opt->id == GF_OP_MAX;
    n->has_seed |= p->opt->id == GF_OP_SEED;
    return r == 0 ? 0 : bad_option_value(n, p, &e, f);
}

static int key_option(struct gf_node *n, const struct gf_optparser *p, struct gf_fault *f)
{
    struct gf_perr e = {0};
    struct gf_buf list = {0};
    int r;
    if (p->opt->id == GF_OP_KEY) {
        r = gf_keyspec_add_posix(&n->keys, p->value, strlen(p->value), &e);
    } else {
        r = gf_names_list(n->names, p->value, &list, &e);
        if (r == 0)
            r = gf_keyspec_add_fields(&n->keys, list.data, list.len, &e);
        gf_buf_release(&list);
    }
    return r == 0 ? 0 : bad_option_value(n, p, &e, f);
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

int gf_node_take_option(struct gf_node *n, const struct gf_optparser *p, struct gf_fault *f)
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
