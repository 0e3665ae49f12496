/*
 * op_template.c - template: fields set into a text.
 *
 * The text is cut into pieces and field numbers when the chain is read. For a record the length is
 * summed up first, so that the room for it is taken in one piece.
 */
#include <stdlib.h>

#include "base/num.h"
#include "stream/op.h"

struct piece {
    int64_t field; /* 0: the text at .. at + len of the node's text; INT64_MAX: the record */
    size_t at, len;
};

struct pieces {
    size_t n, need;
    struct piece piece[];
};

static int add_piece(struct gf_node *n, struct piece p)
{
    struct pieces *old = n->extra;
    size_t count = old ? old->n : 0;
    struct pieces *more = realloc(old, sizeof *more + (count + 1) * sizeof p);
    if (!more)
        return -1;
    if (!old)
        *more = (struct pieces){0};
    more->piece[more->n++] = p;
    size_t need = p.field < 0 ? SIZE_MAX : p.field == INT64_MAX ? 0 : (size_t)p.field;
    more->need = need > more->need ? need : more->need;
    n->extra = more;
    return 0;
}

/* `{NAME}` or `{N}` in t[i..len): its end, or 0 when it is none. {0} is the whole record, and a
 * name like a number goes before that. */
static size_t read_place(const struct gf_node *n, size_t i, int64_t *field, struct gf_perr *e)
{
    const char *t = n->text.data, *close = memchr(t + i, '}', n->text.len - i);
    struct gf_slice word = {t + i + 1, close ? (size_t)(close - t) - i - 1 : 0};
    if (!close)
        return 0;
    bool named = n->names && gf_names_count(n->names, word) > 0;
    if (named || gf_parse_int(word.data, word.len, -1000000, 1000000, field, NULL) != 0)
        *field = n->names ? (int64_t)gf_names_find(n->names, word, 0, e) : 0;
    else if (*field == 0)
        *field = INT64_MAX;
    return *field ? (size_t)(close - t) + 1 : 0;
}

/* Where byte `i` of the text stands in the word, whose escapes are good. */
static size_t place_in_word(const char *word, size_t i)
{
    size_t at = 0;
    for (; i; i--)
        at += word[at] != '\\' ? 1 : word[at + 1] == 'x' ? 4 : 2;
    return at;
}

static int check_template(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    (void)set;
    if (gf_check_text(n, n->operand[0], "template", f) != 0)
        return -1;
    const char *t = n->text.data;
    size_t len = n->text.len, from = 0;
    for (size_t i = 0; i < len;) {
        int64_t field = 0;
        bool doubled = i + 1 < len && (t[i] == '{' || t[i] == '}') && t[i + 1] == t[i];
        if (t[i] != '{' && !doubled) {
            i++;
            continue;
        }
        struct gf_perr e = {0};
        size_t end = doubled ? i + 2 : read_place(n, i, &field, &e);
        if (end == 0) {
            size_t at = place_in_word(n->operand[0], i);
            if (!e.what[0])
                gf_perr_say(&e, at, 1, "a place is {1}, {-1} or {0}; a brace of its own is {{",
                            "no field number in braces");
            e.col = at;
            return gf_check_names_fault(n->names, "template", n->operand[0], &e, f);
        }
        size_t text = i + doubled - from;
        if (text && add_piece(n, (struct piece){0, from, text}) != 0)
            return gf_fault_nomem(f);
        if (!doubled && add_piece(n, (struct piece){field, 0, 0}) != 0)
            return gf_fault_nomem(f);
        from = i = end;
    }
    if ((from < len || !n->extra) && add_piece(n, (struct piece){0, from, len - from}) != 0)
        return gf_fault_nomem(f);
    return 0;
}

struct template
{
    const struct gf_node *node;
    struct gf_cutter cutter;
};

static struct gf_slice piece_of(const struct template *t, const struct piece *p,
                                struct gf_slice rec)
{
    if (p->field == 0)
        return (struct gf_slice){t->node->text.data + p->at, p->len};
    return p->field == INT64_MAX ? rec : gf_cutter_get(&t->cutter, p->field);
}

static int emit_template(struct gf_stage *s, struct template *t, struct gf_slice rec)
{
    const struct pieces *p = t->node->extra;
    struct gf_line line = gf_stage_line(s, rec);
    size_t len = line.end.len;
    if (p->need && gf_cutter_cut(&t->cutter, rec.data, rec.len, p->need) != 0)
        return gf_stage_uncut(s);
    for (size_t i = 0; i < p->n; i++)
        len += piece_of(t, &p->piece[i], line.value).len;
    char *at = gf_pad_take(&s->pad, len);
    if (!at)
        return gf_fault_nomem(&s->stream->fault);
    s->out[s->n++] = (struct gf_slice){at, len};
    for (size_t i = 0; i < p->n; i++)
        at = gf_slice_put(at, piece_of(t, &p->piece[i], line.value));
    gf_slice_put(at, line.end);
    return 0;
}

static int pull_template(struct gf_stage *s, size_t max)
{
    int got = gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (gf_stage_room(s, max) && gf_stage_has(s))
        if (emit_template(s, s->state, gf_stage_take(s)) != 0)
            return -1;
    return 1;
}

static void close_template(struct gf_stage *s)
{
    gf_cutter_release(&((struct template *)s->state)->cutter);
}

static struct gf_stage *open_template(const struct gf_node *n, struct gf_stream *st,
                                      struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "template", sizeof(struct template));
    if (!s)
        return NULL;
    struct template *t = s->state;
    t->node = n;
    gf_cutter_init(&t->cutter, &st->set->fields);
    s->pull = pull_template;
    s->close = close_template;
    return s;
}

static const struct gf_cli template_cli =
    GF_OP_CLI("template", "put fields into a text: '{2}: {1}' ({0} is the record)", "STR",
              gf_op_no_opts, gf_op_exits, "gf-stream template '{2}: {1}'");
const struct gf_op gf_op_template = {&template_cli, 1,   false, false, false, check_template,
                                     open_template, NULL};
