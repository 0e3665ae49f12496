/*
 * op_uniq.c - uniq: what distinct does, on neighbours.
 *
 * Only the key of the record before is kept, and a record that is not decided on yet, so the memory
 * is that of two records however many there are.
 */
#include "stream/choice.h"

struct uniq {
    const struct gf_keyspec *keys;
    struct gf_choice choice;
    bool group, ended;
    struct gf_key_maker maker;
    struct gf_buf key, rec;
    uint64_t n;
    bool has_waiting; /* rec is a record behind a blank one that did not fit */
};

/* Whether the second of equal records decides: then it is not waited for the end of the run. */
static bool second_decides(const struct uniq *u)
{
    return u->choice.only_dup && !u->choice.counts;
}

static int end_run(struct gf_stage *s, struct uniq *u)
{
    if (u->n == 0 || second_decides(u) || !gf_choice_at_end(&u->choice, u->n))
        return 0;
    struct gf_slice rec = {u->rec.data, u->rec.len};
    return u->choice.counts ? gf_choice_emit_counted(s, u->n, rec, (struct gf_slice){"", 0})
                            : gf_stage_emit_copy(s, rec.data, rec.len);
}

static int take_uniq(struct gf_stage *s, struct uniq *u)
{
    struct gf_slice rec = gf_stage_take(s), key;
    if (gf_keyspec_of(u->keys, &u->maker, rec, &key) != 0)
        return gf_stage_uncut(s);
    bool same = u->n && gf_slice_compare(key, (struct gf_slice){u->key.data, u->key.len}) == 0;
    if (!same) {
        if (end_run(s, u) != 0)
            return -1;
        if (u->group && u->n)
            s->out[s->n++] = gf_stage_line(s, rec).end;
        u->n = 0;
        gf_buf_clear(&u->key);
        gf_buf_add(&u->key, key.data, key.len);
    }
    u->n++;
    if (u->group || gf_choice_at_once(&u->choice, u->n)) {
        s->out[s->n++] = rec;
    } else if (u->n == 2 && second_decides(u)) {
        return gf_stage_emit_copy(s, u->rec.data, u->rec.len);
    } else if (gf_choice_waits(&u->choice) && (u->n == 1 || u->choice.last)) {
        gf_buf_clear(&u->rec);
        gf_buf_add(&u->rec, rec.data, rec.len);
    }
    return u->key.failed || u->rec.failed ? gf_fault_nomem(&s->stream->fault) : 0;
}

static int pull_uniq(struct gf_stage *s, size_t max)
{
    struct uniq *u = s->state;
    if (u->has_waiting) {
        u->has_waiting = false;
        return gf_stage_emit_copy(s, u->rec.data, u->rec.len) == 0 ? 1 : -1;
    }
    size_t want = u->group ? (max + 1) / 2 : max; /* a blank and its record are two */
    int got = u->ended ? 0 : gf_stage_need(s, gf_stage_want(s, want));
    if (got < 0)
        return -1;
    if (got == 0) {
        if (!u->ended && end_run(s, u) != 0)
            return -1;
        u->ended = true;
        return s->n ? 1 : 0;
    }
    while (gf_stage_room(s, max) && gf_stage_has(s)) {
        if (take_uniq(s, u) != 0)
            return -1;
        if (s->n > max) { /* a blank and its record: the record gf_choice_waits */
            struct gf_slice over = s->out[--s->n];
            gf_buf_clear(&u->rec);
            if (gf_buf_add(&u->rec, over.data, over.len) != 0)
                return gf_fault_nomem(&s->stream->fault);
            u->has_waiting = true;
        }
    }
    return 1;
}

static void close_uniq(struct gf_stage *s)
{
    struct uniq *u = s->state;
    gf_key_maker_release(&u->maker);
    gf_buf_release(&u->key);
    gf_buf_release(&u->rec);
}

static struct gf_stage *open_uniq(const struct gf_node *n, struct gf_stream *st,
                                  struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "uniq", sizeof(struct uniq));
    if (!s)
        return NULL;
    struct uniq *u = s->state;
    u->keys = &n->keys;
    u->choice = gf_choice_of(n);
    u->group = n->group;
    gf_key_maker_init(&u->maker, &n->keys);
    s->pull = pull_uniq;
    s->close = close_uniq;
    return s;
}

static const struct gf_opt uniq_opts[] = {
    GF_CHOICE_OPTIONS,
    {GF_OP_GROUP, 0, "group", "separate", "keep all, with an empty record between groups",
     "separate", GF_OPT_OPTIONAL},
    {0},
};
static const struct gf_opt_rule uniq_rules[] = {
    GF_CHOICE_RULES,
    {GF_OPT_NOT_WITH, "--group", "-c --last --max --only-dup --only-unique",
     "it keeps all records"},
    {0},
};
static const struct gf_cli uniq_cli = GF_OP_CLI_WITH(
    uniq_rules, gf_uniq_elsewhere, "uniq", "keep the first of equal records that are neighbours",
    "[options]", uniq_opts, gf_op_exits, "gf-stream uniq -c");
const struct gf_op gf_op_uniq = {
    &uniq_cli, 0, false, false, false, gf_choice_check, open_uniq, gf_columns_counted};
