/*
 * op_any.c - any, all, none: answers by exit status.
 *
 * One stage for the three: a record that passes the test, or for `all` and `none` one that speaks
 * against them, decides the answer, and nothing is read behind it. At the end of the records the
 * other answer holds.
 */
#include "base/exit.h"
#include "stream/match.h"

struct answer {
    struct gf_match match;
    bool wanted; /* the result of a test that decides */
    int decided; /* the exit status then */
};

/* Gives no record; what it found is the exit status. */
static int pull_answer(struct gf_stage *s, size_t max)
{
    struct answer *m = s->state;
    int got;
    while ((got = gf_stage_need(s, s->up->source ? GF_BATCH : 1)) == 1) {
        int yes = gf_match_test(s, &m->match, gf_stage_take(s));
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
    struct gf_stage *s = gf_match_stage(n, st, up, pull_answer, sizeof(struct answer));
    if (s) {
        struct answer *m = s->state;
        m->wanted = n->op != &gf_op_all;
        m->decided = n->op == &gf_op_any ? GF_EXIT_OK : GF_EXIT_NO;
    }
    return s;
}

static const struct gf_cli any_cli = GF_OP_CLI_WITH(
    gf_match_rules, NULL, "any", "exit with 0 if a record matches PAT, else with 1", GF_MATCH_USAGE,
    gf_match_opts, gf_op_answer_exits, "gf-stream --from access.log any GET");
const struct gf_op gf_op_any = {&any_cli, 1, true, false, true, gf_match_check, open_answer, NULL};

static const struct gf_cli all_cli = GF_OP_CLI_WITH(
    gf_match_rules, NULL, "all", "exit with 0 if every record matches PAT, else with 1",
    GF_MATCH_USAGE, gf_match_opts, gf_op_answer_exits, "gf-stream --from access.log all .");
const struct gf_op gf_op_all = {&all_cli, 1, true, false, true, gf_match_check, open_answer, NULL};

static const struct gf_cli none_cli = GF_OP_CLI_WITH(
    gf_match_rules, NULL, "none", "exit with 0 if no record matches PAT, else with 1",
    GF_MATCH_USAGE, gf_match_opts, gf_op_answer_exits, "gf-stream --from access.log none '^FATAL'");
const struct gf_op gf_op_none = {&none_cli,      1,           true, false, true,
                                 gf_match_check, open_answer, NULL};
