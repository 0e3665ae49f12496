/*
 * op.h - one operation of a chain: its row in the table, and the arguments read for it.
 *
 * The table (ops.c) is the one source of what an operation is called, takes and does; the chain
 * reader (chain.h), --help, the completions and the tests read it. A row names two functions:
 * `check` turns words into things (patterns, keys, numbers) and finds what is wrong with them,
 * before anything is read; `open` makes the stage.
 */
#ifndef GF_STREAM_OP_H
#define GF_STREAM_OP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/opt.h"
#include "stream/elsewhere.h"
#include "stream/fault.h"
#include "stream/names.h"
#include "stream/stage.h"
#include "text/keys.h"
#include "text/pattern.h"
#include "text/subst.h"

/* Options of operations, one number for one meaning. */
enum gf_op_option {
    GF_OP_FIXED = 2000,
    GF_OP_ICASE,
    GF_OP_WORD,
    GF_OP_LINE,
    GF_OP_INVERT,
    GF_OP_PATTERN,
    GF_OP_PATTERNS,
    GF_OP_FIELD,
    GF_OP_LIST,
    GF_OP_KEY_FIELDS,
    GF_OP_KEY,
    GF_OP_COUNTS,
    GF_OP_LAST,
    GF_OP_MAX,
    GF_OP_EXPR,
    GF_OP_AGG,
    GF_OP_LEFT,
    GF_OP_ANTI,
    GF_OP_OUTER,
    GF_OP_ONLY_DUP,
    GF_OP_ONLY_UNIQUE,
    GF_OP_GROUP,
    GF_OP_REVERSE,
    GF_OP_UNIQUE,
    GF_OP_CHECK,
    GF_OP_MERGE,
    GF_OP_SEED,
    GF_OP_STRICT,
    GF_OP_SKIP_BAD,
    GF_OP_START,
    GF_OP_JOIN,
    GF_OP_NEAREST,
    GF_OP_ANY_ORDER,
    GF_OP_BEFORE,
    GF_OP_AFTER,
    GF_OP_AROUND,
    GF_OP_INNER,
    GF_OP_FIRST,
    GF_OP_NOT,
    GF_OP_UNCLOSED,
    GF_OP_ZONE,
    GF_OP_FORMAT,
    GF_OP_FILL,
    GF_OP_BLANKS,
    GF_OP_DICTIONARY,
    GF_OP_PRINTABLE,
    GF_OP_NUMBER, /* these in the order of enum gf_key_type */
    GF_OP_FLOAT,
    GF_OP_HUMAN,
    GF_OP_VERSION,
    GF_OP_MONTH,
    GF_OP_RANDOM,
};

struct gf_op;

/* A pattern that was given: -e PAT, or --patterns FILE. */
struct gf_pattern_word {
    const char *word;
    bool is_file;
};

/* One operation of a chain, as read. Strings are borrowed from the words of the chain. More than
 * twenty members: each operation has its few, and a union would save nothing in a chain of ten. */
struct gf_node {
    const struct gf_op *op;
    const struct gf_names *names; /* of the columns that come, while the chain is read; or NULL */
    char column[GF_COLUMN_SIZE];  /* what the one field of `list` is called */
    size_t columns; /* that a record has by its names, where one byte ends each; 0: not known */
    const char *operand[3];
    unsigned regex; /* flags of regex.h */
    struct gf_pattern_word *pattern_word;
    size_t pattern_words;
    const char *list_word;               /* -f */
    const char *join_word;               /* --join */
    const char *expr_word;               /* --expr: stands for the operands */
    const char *agg_word;                /* --agg */
    const char *zone_word, *format_word; /* --zone, --format */
    const char *fill_word;               /* --fill */
    size_t room;                         /* of the budget: what the patterns before it have left */
    bool counts, last, only_dup, only_unique, reverse, unique, check, merge, strict, skip_bad,
        group, invert, has_max, has_seed, left, anti, outer, inner, first, others, unclosed,
        nearest, any_order;
    uint64_t max, seed;
    uint64_t before, after; /* of context: records; UINT64_MAX: not given */
    int64_t start;
    struct gf_key_order order; /* -n -g ... for keys that have no letters */
    /* made by check */
    struct gf_pattern *pattern;
    struct gf_subst *subst;
    struct gf_field_list list;
    struct gf_keyspec keys;
    struct gf_buf text; /* join, separator, template ... with its escapes read */
    struct gf_sep sep;
    int64_t number; /* N, or where's operator */
    bool streams;   /* as it was given it holds nothing, though its operation may */
    void *extra;    /* of the operation; freed with free() after `drop` */
    void (*drop)(struct gf_node *n);
    /* set by the planner */
    uint64_t limit;  /* sort: keep only this many; 0: all */
    const char *why; /* what was fused here, for --explain; NULL: nothing */
};

struct gf_op {
    const struct gf_cli *cli;
    int operands;
    bool pattern; /* the first operand is a pattern, for which -e and --patterns may stand */
    bool holds;   /* keeps data: gets a share of the budget; but not where the node `streams` */
    bool ends;    /* nothing can follow */
    int (*check)(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f);
    struct gf_stage *(*open)(const struct gf_node *n, struct gf_stream *st, struct gf_stage *up);
    /* What the columns are called behind it, from what they are in front (n->names): added to an
     * empty *out. 0; -1: ENOMEM. NULL: it gives no columns. */
    int (*columns)(const struct gf_node *n, struct gf_names *out);
};

/* Whether it keeps data. */
static inline bool gf_node_holds(const struct gf_node *n)
{
    return n->op->holds && !n->streams;
}

/* The operation of that name, or NULL. */
const struct gf_op *gf_op_find(const char *name);

/* The rows of each family. */
extern const struct gf_op gf_op_filter, gf_op_reject, gf_op_where, gf_op_take_while,
    gf_op_drop_while, gf_op_between, gf_op_context, gf_op_matches, gf_op_any, gf_op_all, gf_op_none;
extern const struct gf_op gf_op_except, gf_op_intersect;
extern const struct gf_op gf_op_map, gf_op_fields, gf_op_set, gf_op_bucket, gf_op_fill_down,
    gf_op_template, gf_op_upper, gf_op_lower, gf_op_trim, gf_op_enumerate, gf_op_split;
extern const struct gf_op gf_op_skip, gf_op_limit, gf_op_tail, gf_op_every, gf_op_sample,
    gf_op_batch, gf_op_window, gf_op_peek, gf_op_first, gf_op_collect, gf_op_scan, gf_op_lookup,
    gf_op_transpose, gf_op_pivot;
extern const struct gf_op gf_op_sort, gf_op_top, gf_op_bottom, gf_op_shuffle, gf_op_reverse;
extern const struct gf_op gf_op_distinct, gf_op_uniq;
extern const struct gf_op gf_op_group;
extern const struct gf_op gf_op_count, gf_op_sum, gf_op_min, gf_op_max, gf_op_mean, gf_op_median,
    gf_op_percentile, gf_op_join, gf_op_reduce;

/* Columns that stay as they are; and those behind a count or a number. */
int gf_columns_same(const struct gf_node *n, struct gf_names *out);
int gf_columns_counted(const struct gf_node *n, struct gf_names *out);

/* A record where its columns end: what is put behind them stands between front and back, behind so
 * many missing fields. With 0 columns they end where the record does. */
struct gf_columns_end {
    struct gf_slice front, back;
    size_t missing;
};
struct gf_columns_end gf_columns_end(const struct gf_sep *sep, size_t columns,
                                     struct gf_slice value);

/* The next record of out: front, so many joiners, text, back and the end of the line. -1: out of
 * memory (the fault is set). */
int gf_columns_emit(struct gf_stage *s, struct gf_columns_end at, size_t joiners,
                    struct gf_slice text, struct gf_slice end);

/* The columns of a list, in its order. */
int gf_columns_listed(const struct gf_names *names, const struct gf_field_list *list,
                      struct gf_names *out);

/* What several checks share. All -1 with the fault set. */
int gf_check_nothing(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f);
/* The first operand as a count: any, or at least 1. */
int gf_check_n(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f);
int gf_check_n1(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f);
int gf_check_count(struct gf_node *n, const char *word, uint64_t least, struct gf_fault *f);
int gf_check_list(struct gf_node *n, const char *word, struct gf_fault *f);
/* The fault of a list that gf_names_list or its reader refused: `e` says why, or nothing where
 * memory is out. */
int gf_check_names_fault(const struct gf_names *names, const char *kind, const char *word,
                         const struct gf_perr *e, struct gf_fault *f);
int gf_check_text(struct gf_node *n, const char *word, const char *kind, struct gf_fault *f);
int gf_check_pattern(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f);
int gf_check_pattern_word(struct gf_node *n, const char *word, const struct gf_settings *set,
                          struct gf_fault *f);
int gf_check_keys(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f);

/* The table of an operation: its usage, options, exit rows and examples; the rules of what goes
 * with what; and words of other tools. Of one whose operands name columns, the last. */
#define GF_OP_CLI(...) GF_OP_CLI_WITH(NULL, NULL, __VA_ARGS__)
#define GF_OP_CLI_WITH(...) GF_OP_CLI_OF(NULL, __VA_ARGS__)
#define GF_OP_CLI_COLUMNS(...) GF_OP_CLI_OF("@column", __VA_ARGS__)
#define GF_OP_CLI_OF(operands_, rules_, elsewhere_, name_, summary_, usage_, opts_, exits_, ...)   \
    {                                                                                              \
        .operands = operands_, .rules = rules_, .elsewhere = elsewhere_, .name = name_,            \
        .summary = summary_, .usage = (const char *const[]){usage_, NULL}, .opts = opts_,          \
        .exits = exits_, .examples = (const char *const[]){__VA_ARGS__, NULL},                     \
        .parent = &gf_stream_cli, .stop_at_operand = true, .only_help = true                       \
    }

/* The tool's own row, parent of all operations (ops.c). */
extern const struct gf_cli gf_stream_cli;
extern const struct gf_opt gf_op_no_opts[];
extern const int gf_op_exits[], gf_op_number_exits[], gf_op_answer_exits[];

/* The tool's own options (ops.c). */
enum {
    GF_STREAM_FROM = 3000,
    GF_STREAM_CHAIN,
    GF_STREAM_EXPLAIN,
    GF_STREAM_NO_FUSE,
    GF_STREAM_MEMORY,
    GF_STREAM_MAX_RECORD,
    GF_STREAM_UTF8,
    GF_STREAM_CRLF,
    GF_STREAM_DECOMPRESS,
    GF_STREAM_CSV,
    GF_STREAM_TSV,
    GF_STREAM_SEPARATOR_RE,
    GF_STREAM_HEADER,
};

#endif
