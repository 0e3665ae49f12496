/*
 * op_filter.c - filter and reject.
 *
 * Where the stage above gives runs (stage.h), a whole block of records is searched at once: what
 * lies between two places that match is never cut into records, and for a consumer that takes runs
 * neither is what is kept. Else, and for a single field, records are tested one by one.
 */
#include "stream/match.h"
#include "text/scan.h"

struct filter {
    struct gf_match match;
    bool invert;
    bool blocks;                    /* the stage above may be asked for runs */
    struct gf_slice block;          /* what is left to search */
    struct gf_slice kept;           /* found, and not given yet: records with their separators */
    uint64_t block_from, block_end; /* records taken in front of the block, and behind it */
    uint64_t matched;               /* records of the block that matched */
};

/* Past `n` bytes of the block. */
static void pass(struct filter *f, size_t n)
{
    f->block.data += n;
    f->block.len -= n;
}

/* Says how many records were taken: all but those that are left in the block. */
static void count_taken(struct gf_stage *s, const struct filter *f)
{
    char separator = s->stream->set->separator;
    s->taken = f->block_end - gf_scan_count(f->block.data, f->block.len, separator);
}

/* The next block: 1; 0: there are no runs now; -1. */
static int next_block(struct gf_stage *s, struct filter *f)
{
    int got = gf_stage_run(s->up, &f->block);
    f->block_from = s->taken;
    f->block_end = got == 1 ? s->up->given : s->taken;
    f->matched = 0;
    return got;
}

/* The next records of the block to keep, as f->kept; without any when the block is used up. */
static int find_kept(struct gf_stage *s, struct filter *f)
{
    if (s->stream->fault.status)
        return -1;
    while (f->block.len && !f->kept.len) {
        struct gf_slice rec, block = f->block;
        int got = gf_finder_search(&f->match.finder, block, s->stream->set->separator, &rec);
        size_t from = got ? (size_t)(rec.data - block.data) : block.len;
        size_t to = got ? from + rec.len + 1 : block.len;
        pass(f, to);
        if (got == GF_REGEX_BOUND) {
            count_taken(s, f);
            return gf_stage_bound(s, rec);
        }
        f->matched += (uint64_t)got;
        f->kept = f->invert ? (struct gf_slice){block.data, from}
                            : (struct gf_slice){block.data + from, to - from};
    }
    return 0;
}

/* A fault behind records that were found waits until these are given. */
static int search_block(struct gf_stage *s, struct filter *f, size_t max)
{
    char separator = s->stream->set->separator;
    while (s->n < max) {
        if (!f->kept.len && find_kept(s, f) != 0)
            return -1;
        if (!f->kept.len)
            break;
        size_t used;
        s->n +=
            gf_scan_split(f->kept.data, f->kept.len, separator, s->out + s->n, max - s->n, &used);
        f->kept.data += used;
        f->kept.len -= used;
    }
    count_taken(s, f);
    return 1;
}

static int pull_filter(struct gf_stage *s, size_t max)
{
    struct filter *f = s->state;
    if (f->blocks && !gf_stage_has(s)) {
        int got = f->block.len || f->kept.len ? 1 : next_block(s, f);
        if (got != 0)
            return got < 0 ? -1 : search_block(s, f, max);
    }
    int got = gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (s->n < max && gf_stage_has(s)) {
        struct gf_slice rec = gf_stage_take(s);
        int yes = gf_match_test(s, &f->match, rec);
        if (yes < 0)
            return -1;
        if (yes != f->invert)
            s->out[s->n++] = rec;
    }
    return 1;
}

/* Records that lie side by side are given as one run. */
static int pull_filter_run(struct gf_stage *s, struct gf_slice *run)
{
    struct filter *f = s->state;
    if (gf_stage_has(s))
        return 0;
    *run = f->kept;
    f->kept = (struct gf_slice){0};
    for (;;) {
        if (find_kept(s, f) != 0)
            return run->len ? 1 : -1;
        if (run->len == 0)
            *run = f->kept;
        else if (f->kept.len && run->data + run->len == f->kept.data)
            run->len += f->kept.len;
        else
            return 1;
        if (f->kept.len) {
            f->kept = (struct gf_slice){0};
            continue;
        }
        s->taken = f->block_end;
        s->given += f->invert ? s->taken - f->block_from - f->matched : f->matched;
        int got = next_block(s, f);
        if (got != 1)
            return got;
    }
}

static struct gf_stage *open_filter(const struct gf_node *n, struct gf_stream *st,
                                    struct gf_stage *up)
{
    struct gf_stage *s = gf_match_stage(n, st, up, pull_filter, sizeof(struct filter));
    if (!s)
        return NULL;
    struct filter *f = s->state;
    f->invert = n->op == &gf_op_reject || n->invert;
    f->blocks = up->source && up->pull_run && !f->match.list;
    if (f->blocks)
        s->pull_run = pull_filter_run;
    return s;
}

static const struct gf_opt filter_opts[] = {
    GF_MATCH_OPTIONS,
    {GF_OP_INVERT, 'v', "invert-match", NULL, "keep those that do not match, as reject", NULL, 0},
    {0},
};
static const struct gf_cli filter_cli =
    GF_OP_CLI_WITH(gf_match_rules, gf_filter_elsewhere, "filter", "keep the records that match PAT",
                   "[-Fivwx] [-f N] PAT | -e PAT... | --patterns FILE...", filter_opts, gf_op_exits,
                   "gf-stream --from access.log filter 'GET|POST'");
const struct gf_op gf_op_filter = {&filter_cli,    1,           true,           false, false,
                                   gf_match_check, open_filter, gf_columns_same};

static const struct gf_cli reject_cli = GF_OP_CLI_WITH(
    gf_match_rules, gf_reject_elsewhere, "reject", "drop the records that match PAT",
    GF_MATCH_USAGE, gf_match_opts, gf_op_exits, "gf-stream --from access.log reject -x ''");
const struct gf_op gf_op_reject = {&reject_cli,    1,           true,           false, false,
                                   gf_match_check, open_filter, gf_columns_same};
