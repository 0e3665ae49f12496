/* ops.c - the table of operations, and the row of the tool itself. */
#include "base/stats.h"
#include "stream/op.h"

const struct gf_opt gf_op_no_opts[] = {{0}};
const int gf_op_exits[] = {0, 2, 125, -1};
const int gf_op_number_exits[] = {0, 2, 123, 125, -1};
const int gf_op_answer_exits[] = {0, 1, 2, 125, -1};

const struct gf_op *const gf_ops[] = {
    &gf_op_filter,
    &gf_op_reject,
    &gf_op_where,
    &gf_op_except,
    &gf_op_intersect,
    &gf_op_map,
    &gf_op_fields,
    &gf_op_template,
    &gf_op_upper,
    &gf_op_lower,
    &gf_op_trim,
    &gf_op_enumerate,
    &gf_op_split,
    &gf_op_matches,
    &gf_op_distinct,
    &gf_op_uniq,
    &gf_op_sort,
    &gf_op_top,
    &gf_op_bottom,
    &gf_op_skip,
    &gf_op_limit,
    &gf_op_tail,
    &gf_op_take_while,
    &gf_op_drop_while,
    &gf_op_sample,
    &gf_op_every,
    &gf_op_shuffle,
    &gf_op_reverse,
    &gf_op_batch,
    &gf_op_window,
    &gf_op_peek,
    &gf_op_group,
    &gf_op_count,
    &gf_op_sum,
    &gf_op_min,
    &gf_op_max,
    &gf_op_mean,
    &gf_op_median,
    &gf_op_percentile,
    &gf_op_join,
    &gf_op_reduce,
    &gf_op_first,
    &gf_op_any,
    &gf_op_all,
    &gf_op_none,
    &gf_op_collect,
    NULL,
};

static const struct gf_opt opts[] = {
    {GF_STREAM_FROM, 0, "from", "FILE", "read FILE (repeatable; - is standard input)", "@file", 0},
    {GF_STREAM_CHAIN, 0, "chain", "FILE", "read the chain from FILE", "@file", 0},
    {'d', 'd', "separator", "SEP", "field separator: a byte, \\t \\0 \\xHH, a string", NULL, 0},
    {'D', 'D', "output-separator", "SEP", "what joins fields on output", NULL, 0},
    {'0', '0', "null", NULL, "records end with NUL instead of newline", NULL, 0},
    {GF_STREAM_UTF8, 0, "utf8", NULL, "patterns see UTF-8 characters, not bytes", NULL, 0},
    {GF_STREAM_MEMORY, 0, "memory", "SIZE", "what held data may use (default a quarter of all)",
     NULL, 0},
    {GF_STREAM_MAX_RECORD, 0, "max-record", "SIZE", "longest record (default 64M)", NULL, 0},
    {'T', 'T', "tmpdir", "DIR", "for temporary files (repeatable; default $TMPDIR or /var/tmp)",
     "@dir", 0},
    {'j', 'j', "jobs", "N", "threads that sort (default one a processor)", NULL, 0},
    {GF_STREAM_EXPLAIN, 0, "explain", NULL, "print the plan and run nothing", NULL, 0},
    {GF_STREAM_NO_FUSE, 0, "no-fuse", NULL, "do as written, without shortcuts", NULL, 0},
    GF_STATS_OPTIONS,
    {0},
};

/* In the order of gf_ops; the names of the rows are what completions offer. */
static const struct gf_cli *subs[sizeof gf_ops / sizeof *gf_ops];

__attribute__((constructor)) static void fill_subs(void)
{
    for (size_t i = 0; gf_ops[i]; i++)
        subs[i] = gf_ops[i]->cli;
}

static const int exits[] = {0, 1, 2, 123, 125, -1};

const struct gf_cli gf_stream_cli = {
    .name = "gf-stream",
    .summary = "run lazy operations over lines, one after the other, in one pass",
    .usage = (const char *const[]){"[options] OP [op options] [operands] OP ...", NULL},
    .opts = opts,
    .notes = (const char *const[]){"gf-stream OP --help shows the options of an operation.", NULL},
    .examples =
        (const char *const[]){"gf-stream --from access.log filter GET map 's/.*(HTTP[^\"]*).*/$1/' "
                              "distinct sort limit 10",
                              "gf-stream -d : --from /etc/passwd fields 7 distinct -c sort -rn",
                              "seq 100 | gf-stream where 1 -gt 50 sum", NULL},
    .exits = exits,
    .subs = (const struct gf_cli *const *)subs,
    .stop_at_operand = true,
};
