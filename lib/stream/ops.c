/*
 * ops.c - the table of operations, and the row of the tool itself.
 *
 * An operation is found by its name in this table, which is in the order of the help; each row is
 * data of the file of its operation.
 */
#include <string.h>

#include "base/stats.h"
#include "stream/op.h"

const struct gf_opt gf_op_no_opts[] = {{0}};
const int gf_op_exits[] = {0, 2, 125, -1};
const int gf_op_number_exits[] = {0, 2, 123, 125, -1};
const int gf_op_answer_exits[] = {0, 1, 2, 125, -1};

/*
 * Each operation, in the order of the manual; the heading stands at the first of its group. The
 * chain reader, --help and the completions read these rows.
 */
static const struct {
    const struct gf_op *op;
    const char *heading;
} rows[] = {
    {&gf_op_filter, "keep or drop records"},
    {&gf_op_reject, NULL},
    {&gf_op_where, NULL},
    {&gf_op_except, NULL},
    {&gf_op_intersect, NULL},
    {&gf_op_take_while, NULL},
    {&gf_op_drop_while, NULL},
    {&gf_op_between, NULL},
    {&gf_op_context, NULL},
    {&gf_op_skip, NULL},
    {&gf_op_limit, NULL},
    {&gf_op_tail, NULL},
    {&gf_op_first, NULL},
    {&gf_op_every, NULL},
    {&gf_op_sample, NULL},
    {&gf_op_map, "change records"},
    {&gf_op_fields, NULL},
    {&gf_op_set, NULL},
    {&gf_op_bucket, NULL},
    {&gf_op_fill_down, NULL},
    {&gf_op_template, NULL},
    {&gf_op_upper, NULL},
    {&gf_op_lower, NULL},
    {&gf_op_trim, NULL},
    {&gf_op_enumerate, NULL},
    {&gf_op_split, NULL},
    {&gf_op_matches, NULL},
    {&gf_op_batch, "combine records"},
    {&gf_op_window, NULL},
    {&gf_op_join, NULL},
    {&gf_op_scan, NULL},
    {&gf_op_lookup, NULL},
    {&gf_op_transpose, NULL},
    {&gf_op_pivot, NULL},
    {&gf_op_distinct, "find repeats"},
    {&gf_op_uniq, NULL},
    {&gf_op_sort, "order records"},
    {&gf_op_top, NULL},
    {&gf_op_bottom, NULL},
    {&gf_op_shuffle, NULL},
    {&gf_op_reverse, NULL},
    {&gf_op_count, "count and compute"},
    {&gf_op_sum, NULL},
    {&gf_op_min, NULL},
    {&gf_op_max, NULL},
    {&gf_op_mean, NULL},
    {&gf_op_median, NULL},
    {&gf_op_percentile, NULL},
    {&gf_op_reduce, NULL},
    {&gf_op_group, NULL},
    {&gf_op_any, "answer by exit status"},
    {&gf_op_all, NULL},
    {&gf_op_none, NULL},
    {&gf_op_peek, "copy and print"},
    {&gf_op_collect, NULL},
};

enum {
    OPS = sizeof rows / sizeof *rows
};

/* Filled before main: what the tool's row below points to has to be of static size. */
static const struct gf_cli *subs[OPS + 1];
static const char *headings[OPS];

__attribute__((constructor)) static void fill_tables(void)
{
    for (size_t i = 0; i < OPS; i++) {
        subs[i] = rows[i].op->cli;
        headings[i] = rows[i].heading;
    }
}

const struct gf_op *gf_op_find(const char *name)
{
    for (size_t i = 0; i < OPS; i++)
        if (strcmp(rows[i].op->cli->name, name) == 0)
            return rows[i].op;
    return NULL;
}

static const struct gf_opt opts[] = {
    GF_OPT_GROUP("input and output"),
    {GF_STREAM_FROM, 0, "from", "FILE", "read FILE (repeatable; - is standard input)", "@file",
     GF_OPT_MAIN | GF_OPT_AGAIN},
    {'o', 'o', "output", "FILE", "write FILE whole or not at all, or over the input", "@file",
     GF_OPT_MAIN},
    {'0', '0', "null", NULL, "records end with NUL, not with newline", NULL, GF_OPT_MAIN},
    {GF_STREAM_CRLF, 0, "crlf", "HOW", "CR LF and byte order mark: auto, keep, strip",
     "auto keep strip", 0},
    {GF_STREAM_DECOMPRESS, 0, "decompress", NULL, "read compressed inputs: gzip, zstd, xz, bzip2",
     NULL, 0},
    {GF_STREAM_MAX_RECORD, 0, "max-record", "SIZE", "longest allowed record (default 64M)", NULL,
     0},
    GF_OPT_GROUP("fields and patterns"),
    {GF_STREAM_HEADER, 0, "header", NULL, "the first record names the columns: -f user", NULL,
     GF_OPT_MAIN},
    {GF_STREAM_CSV, 0, "csv", NULL, "records are CSV: fields may be in quotes", NULL, GF_OPT_MAIN},
    {GF_STREAM_TSV, 0, "tsv", NULL, "records are TSV: \\t \\n \\\\ in a field are escapes", NULL,
     0},
    {'d', 'd', "separator", "SEP", "field separator: a byte, \\t \\0 \\xHH, a string", NULL,
     GF_OPT_MAIN},
    {GF_STREAM_SEPARATOR_RE, 0, "separator-re", "RE", "fields are what is between matches of RE",
     NULL, 0},
    {'D', 'D', "output-separator", "SEP", "text that joins fields on output", NULL, GF_OPT_MAIN},
    {GF_STREAM_UTF8, 0, "utf8", NULL, "patterns and case are of UTF-8, not of bytes", NULL, 0},
    GF_OPT_GROUP("chain"),
    {GF_STREAM_CHAIN, 0, "chain", "FILE", "read the chain from FILE", "@file", 0},
    {GF_STREAM_EXPLAIN, 0, "explain", NULL, "print the plan and run nothing", NULL, GF_OPT_MAIN},
    {GF_STREAM_NO_FUSE, 0, "no-fuse", NULL, "run the chain as written, without shortcuts", NULL, 0},
    GF_OPT_GROUP("resources"),
    {GF_STREAM_MEMORY, 0, "memory", "SIZE", "memory for held records (default 1/4 of all)", NULL,
     0},
    {'T', 'T', "tmpdir", "DIR", "directory for temporary files (repeatable)", "@dir", GF_OPT_AGAIN},
    {'j', 'j', "jobs", "N", "threads at most (default one per processor)", NULL, 0},
    GF_OPT_GROUP("statistics"),
    GF_STATS_OPTIONS,
    {0},
};

/* A word without a dash is an operation of the chain; -f, -k, -c and --check are options of one, -i
 * is said of keys that ignore case, and ~ is where's. */
static const struct gf_opt_rule rules[] = {
    {GF_OPT_NOT_WITH, "--explain", "-o --stats --stats-file --no-sandbox", "nothing is run"},
    {GF_OPT_NOT_WITH, "--decompress", "--no-sandbox", "it starts programs, and has no sandbox"},
    {GF_OPT_NOT_WITH, "--decompress", "lookup", "lookup reads FILE as it is"},
    {GF_OPT_NOT_WITH, "-o", "any all none --check", "no records are printed"},
    {GF_OPT_NOT_WITH, "--crlf", "-0", "no record ends with newline"},
    {GF_OPT_NOT_WITH, "--csv", "--tsv -0 --crlf", "it says how records end"},
    {GF_OPT_NOT_WITH, "--tsv", "-d -D -0 --crlf", "it says where fields and records end"},
    {GF_OPT_NOT_WITH, "--separator-re", "-d --csv --tsv", "both say where fields end"},
    {GF_OPT_NOT_WITH, "--separator-re", "-k",
     "a key of -k begins behind one string: -f has fields"},
    {GF_OPT_NEEDS, "--separator-re",
     "--header fields set scan lookup bucket fill-down where template transpose pivot group "
     "-f --any-field-order",
     "no record is cut into fields"},
    {GF_OPT_NEEDS, "-d",
     "--csv --header fields set scan lookup bucket fill-down where template transpose pivot "
     "group enumerate -f -k -c --any-field-order",
     "no record is cut into fields, and no number joined to one"},
    {GF_OPT_NEEDS, "-D", "--csv fields set scan lookup group enumerate transpose pivot -c",
     "nothing joins fields"},
    {GF_OPT_NEEDS, "--utf8",
     "filter reject take-while drop-while between context matches map any all none upper lower ~ "
     "-i --separator-re",
     "there is no pattern, and no case is changed or ignored"},
    {GF_OPT_NEEDS, "-T",
     "sort top bottom shuffle distinct group reverse median percentile except intersect lookup "
     "tail skip between context",
     "nothing is put into temporary files"},
    {GF_OPT_NEEDS, "-j",
     "sort top bottom shuffle distinct group median percentile except intersect lookup filter "
     "reject "
     "where "
     "map fields set bucket template upper lower trim split matches sum min max mean reduce",
     "no work is shared out"},
    {0},
};

static const int exits[] = {0, 1, 2, 123, 125, -1};

const struct gf_cli gf_stream_cli = {
    .name = "gf-stream",
    .summary = "filter, change, sort and count lines, in one pass",
    .usage =
        (const char *const[]){"[options] OP [op options] [operands] OP ...", "help [OP]", NULL},
    .opts = opts,
    .notes =
        (const char *const[]){"gf-stream help OP shows the options of the operation OP.", NULL},
    .examples =
        (const char *const[]){"gf-stream --from access.log filter GET fields 7 distinct sort",
                              "gf-stream -d : --from /etc/passwd fields 7 distinct -c sort -rn",
                              "seq 100 | gf-stream where 1 -gt 50 sum", NULL},
    .exits = exits,
    .rules = rules,
    .elsewhere = gf_stream_elsewhere,
    .subs = (const struct gf_cli *const *)subs,
    .sub_groups = (const char *const *)headings,
    .stop_at_operand = true,
    .walled = true,
};
