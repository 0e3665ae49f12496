/* op_count.c - count: how many records come. Those above know the number: runs are not looked
 * at. */
#include <inttypes.h>
#include <stdio.h>

#include "stream/op.h"

static int pull_count(struct gf_stage *s, size_t max)
{
    bool *done = s->state;
    char text[24];
    struct gf_slice run;
    int got;
    (void)max;
    if (*done)
        return 0;
    while ((got = gf_stage_run(s->up, &run)) == 1)
        ;
    if (got == 0)
        while ((got = gf_stage_pull(s->up, GF_BATCH)) == 1)
            ;
    if (got < 0)
        return -1;
    *done = true;
    s->taken = s->up->given;
    int len = snprintf(text, sizeof text, "%" PRIu64, s->taken);
    return gf_stage_emit_copy(s, text, (size_t)len) == 0 ? 1 : -1;
}

static struct gf_stage *open_count(const struct gf_node *n, struct gf_stream *st,
                                   struct gf_stage *up)
{
    (void)n;
    struct gf_stage *s = gf_stage_new(st, up, "count", sizeof(bool));
    if (s)
        s->pull = pull_count;
    return s;
}

static const struct gf_cli count_cli =
    GF_OP_CLI_WITH(NULL, gf_count_elsewhere, "count", "print the number of records", "",
                   gf_op_no_opts, gf_op_exits, "gf-stream filter ERROR count");
const struct gf_op gf_op_count = {&count_cli,       0,          false, false, false,
                                  gf_check_nothing, open_count, NULL};
