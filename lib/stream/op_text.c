/* op_text.c - operations that make a new record of each: map fields template upper lower trim
 * enumerate split. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/exit.h"
#include "base/num.h"
#include "stream/op.h"

static int check_none(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    (void)n;
    (void)set;
    (void)f;
    return 0;
}

static struct gf_stage *give_up(struct gf_stage *s)
{
    gf_fault_nomem(&s->stream->fault);
    s->up = NULL;
    gf_stage_free_all(s);
    return NULL;
}

static const struct gf_opt no_opts[] = {{0}};

/* ---- map ---------------------------------------------------------------------------------------
 */

struct map {
    struct gf_substituter sub;
    struct gf_buf buf;
};

static int pull_map(struct gf_stage *s, size_t max)
{
    struct map *m = s->state;
    int got = gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (s->n < max && gf_stage_has(s)) {
        struct gf_slice rec = gf_stage_take(s);
        gf_buf_clear(&m->buf);
        got = gf_subst_run(&m->sub, rec, &m->buf);
        if (got == GF_REGEX_BOUND)
            return gf_stage_bound(s, rec);
        if (got < 0)
            return gf_fault_nomem(&s->stream->fault);
        if (got == 0)
            s->out[s->n++] = rec;
        else if (gf_stage_emit_copy(s, m->buf.data, m->buf.len) != 0)
            return -1;
    }
    return 1;
}

static void close_map(struct gf_stage *s)
{
    struct map *m = s->state;
    gf_substituter_release(&m->sub);
    gf_buf_release(&m->buf);
}

static struct gf_stage *open_map(const struct gf_node *n, struct gf_stream *st, struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "map", sizeof(struct map));
    if (!s)
        return NULL;
    struct map *m = s->state;
    s->pull = pull_map;
    s->close = close_map;
    return gf_substituter_open(&m->sub, n->subst) == 0 ? s : give_up(s);
}

static int check_map(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    struct gf_perr e = {0};
    const char *word = n->operand[0];
    n->subst = gf_subst_parse(word, strlen(word), set->utf8 ? GF_REGEX_UTF : 0, &e);
    if (n->subst)
        return 0;
    return errno == ENOMEM ? gf_fault_nomem(f) : gf_fault_parse(f, "expression", word, &e);
}

static const struct gf_cli map_cli =
    GF_OP_CLI("map", "substitute: s/re/replacement/gix, y/abc/xyz/", "EXPR", no_opts, gf_op_exits,
              "gf-stream map 's/.*id=(\\w+).*/$1/'");
const struct gf_op gf_op_map = {&map_cli, 1, false, false, false, check_map, open_map};

/* ---- fields ------------------------------------------------------------------------------------
 */

struct fields {
    const struct gf_field_list *list;
    struct gf_cutter cutter;
    struct gf_slice joiner;
    struct gf_slice *part;
    size_t n, cap, bytes;
    bool single;
};

static int add_part(void *to, struct gf_slice field)
{
    struct fields *f = to;
    if (f->n == f->cap) {
        size_t cap = f->cap ? f->cap * 2 : 16;
        struct gf_slice *more = realloc(f->part, cap * sizeof *more);
        if (!more)
            return -1;
        f->part = more;
        f->cap = cap;
    }
    f->part[f->n++] = field;
    f->bytes += field.len;
    return 0;
}

static char *put(char *p, struct gf_slice s)
{
    if (s.len)
        memcpy(p, s.data, s.len);
    return p + s.len;
}

static int emit_fields(struct gf_stage *s, struct fields *f)
{
    f->n = f->bytes = 0;
    if (gf_field_list_each(f->list, &f->cutter, add_part, f) != 0)
        return gf_fault_nomem(&s->stream->fault);
    size_t len = f->bytes + (f->n ? f->n - 1 : 0) * f->joiner.len;
    char *p = gf_pad_take(&s->pad, len);
    if (!p)
        return gf_fault_nomem(&s->stream->fault);
    s->out[s->n++] = (struct gf_slice){p, len};
    for (size_t i = 0; i < f->n; i++) {
        if (i)
            p = put(p, f->joiner);
        p = put(p, f->part[i]);
    }
    return 0;
}

static int pull_fields(struct gf_stage *s, size_t max)
{
    struct fields *f = s->state;
    int got = gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (s->n < max && gf_stage_has(s)) {
        struct gf_slice rec = gf_stage_take(s);
        if (gf_cutter_cut(&f->cutter, rec.data, rec.len, f->list->need) != 0)
            return gf_fault_nomem(&s->stream->fault);
        if (f->single) /* a slice of the record: nothing is built */
            s->out[s->n++] = gf_cutter_get(&f->cutter, f->list->range[0].lo);
        else if (emit_fields(s, f) != 0)
            return -1;
    }
    return 1;
}

static void close_fields(struct gf_stage *s)
{
    struct fields *f = s->state;
    gf_cutter_release(&f->cutter);
    free(f->part);
}

static struct gf_stage *open_fields(const struct gf_node *n, struct gf_stream *st,
                                    struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "fields", sizeof(struct fields));
    if (!s)
        return NULL;
    struct fields *f = s->state;
    f->list = &n->list;
    f->joiner = st->set->joiner;
    f->single = gf_field_list_single(&n->list);
    gf_cutter_init(&f->cutter, &st->set->fields);
    s->pull = pull_fields;
    s->close = close_fields;
    return s;
}

static int check_fields(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    (void)set;
    return gf_check_list(n, n->operand[0], f);
}

static const struct gf_cli fields_cli =
    GF_OP_CLI("fields", "pick and reorder fields: 3,1 2- -1", "LIST", no_opts, gf_op_exits,
              "gf-stream fields 3,1");
const struct gf_op gf_op_fields = {&fields_cli, 1, false, false, false, check_fields, open_fields};

/* ---- template ----------------------------------------------------------------------------------
 */

struct piece {
    int64_t field; /* 0: the text at .. at + len of the node's text */
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
    size_t need = p.field < 0 ? SIZE_MAX : (size_t)p.field;
    more->need = need > more->need ? need : more->need;
    n->extra = more;
    return 0;
}

/* `{N}` in t[i..len): its end, or 0 when it is none. {0} is the whole record. */
static size_t read_place(const char *t, size_t len, size_t i, int64_t *field)
{
    const char *close = memchr(t + i, '}', len - i);
    if (!close ||
        gf_parse_int(t + i + 1, (size_t)(close - t) - i - 1, -1000000, 1000000, field, NULL) != 0)
        return 0;
    return (size_t)(close - t) + 1;
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
        size_t end = doubled ? i + 2 : read_place(t, len, i, &field);
        if (end == 0) {
            struct gf_perr e = {0};
            gf_perr_set(&e, i, 1, "a place is {1}, {-1} or {0}; a brace of its own is {{",
                        "no field number in braces");
            return gf_fault_parse(f, "template", n->operand[0], &e);
        }
        size_t text = i + doubled - from;
        if (text && add_piece(n, (struct piece){0, from, text}) != 0)
            return gf_fault_nomem(f);
        if (!doubled && add_piece(n, (struct piece){field ? field : INT64_MAX, 0, 0}) != 0)
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
    size_t len = 0;
    if (p->need && gf_cutter_cut(&t->cutter, rec.data, rec.len, p->need) != 0)
        return gf_fault_nomem(&s->stream->fault);
    for (size_t i = 0; i < p->n; i++)
        len += piece_of(t, &p->piece[i], rec).len;
    char *at = gf_pad_take(&s->pad, len);
    if (!at)
        return gf_fault_nomem(&s->stream->fault);
    s->out[s->n++] = (struct gf_slice){at, len};
    for (size_t i = 0; i < p->n; i++)
        at = put(at, piece_of(t, &p->piece[i], rec));
    return 0;
}

static int pull_template(struct gf_stage *s, size_t max)
{
    int got = gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (s->n < max && gf_stage_has(s))
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
    GF_OP_CLI("template", "fields set into a text: '{2}: {1}'; {0} is the record", "STR", no_opts,
              gf_op_exits, "gf-stream template '{2}: {1}'");
const struct gf_op gf_op_template = {&template_cli, 1, false, false, false, check_template,
                                     open_template};

/* ---- upper, lower, trim ------------------------------------------------------------------------
 */

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static int pull_case(struct gf_stage *s, size_t max)
{
    bool up = s->name[0] == 'u';
    int got = gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (s->n < max && gf_stage_has(s)) {
        struct gf_slice rec = gf_stage_take(s);
        char *p = gf_pad_take(&s->pad, rec.len);
        if (!p)
            return gf_fault_nomem(&s->stream->fault);
        for (size_t i = 0; i < rec.len; i++)
            p[i] = up ? upper(rec.data[i]) : lower(rec.data[i]);
        s->out[s->n++] = (struct gf_slice){p, rec.len};
    }
    return 1;
}

static bool white(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static int pull_trim(struct gf_stage *s, size_t max)
{
    int got = gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (s->n < max && gf_stage_has(s)) {
        struct gf_slice rec = gf_stage_take(s);
        while (rec.len && white(rec.data[rec.len - 1]))
            rec.len--;
        while (rec.len && white(*rec.data)) {
            rec.data++;
            rec.len--;
        }
        s->out[s->n++] = rec;
    }
    return 1;
}

static struct gf_stage *open_case(const struct gf_node *n, struct gf_stream *st,
                                  struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, n->op->cli->name, 0);
    if (s)
        s->pull = n->op == &gf_op_trim ? pull_trim : pull_case;
    return s;
}

static const struct gf_cli upper_cli =
    GF_OP_CLI("upper", "upper case (ASCII)", "", no_opts, gf_op_exits, "gf-stream upper");
const struct gf_op gf_op_upper = {&upper_cli, 0, false, false, false, check_none, open_case};
static const struct gf_cli lower_cli =
    GF_OP_CLI("lower", "lower case (ASCII)", "", no_opts, gf_op_exits, "gf-stream lower");
const struct gf_op gf_op_lower = {&lower_cli, 0, false, false, false, check_none, open_case};
static const struct gf_cli trim_cli =
    GF_OP_CLI("trim", "no white space at both ends", "", no_opts, gf_op_exits, "gf-stream trim");
const struct gf_op gf_op_trim = {&trim_cli, 0, false, false, false, check_none, open_case};

/* ---- enumerate ---------------------------------------------------------------------------------
 */

static int pull_enumerate(struct gf_stage *s, size_t max)
{
    int64_t *next = s->state;
    int got = gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (s->n < max && gf_stage_has(s)) {
        struct gf_slice rec = gf_stage_take(s);
        char number[32];
        int len = snprintf(number, sizeof number, "%" PRId64 "\t", *next);
        *next = (int64_t)((uint64_t)*next + 1);
        char *p = gf_pad_take(&s->pad, (size_t)len + rec.len);
        if (!p)
            return gf_fault_nomem(&s->stream->fault);
        s->out[s->n++] = (struct gf_slice){p, (size_t)len + rec.len};
        p = put(p, (struct gf_slice){number, (size_t)len});
        put(p, rec);
    }
    return 1;
}

static struct gf_stage *open_enumerate(const struct gf_node *n, struct gf_stream *st,
                                       struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "enumerate", sizeof(int64_t));
    if (!s)
        return NULL;
    *(int64_t *)s->state = n->start;
    s->pull = pull_enumerate;
    return s;
}

static const struct gf_opt enumerate_opts[] = {
    {GF_OP_START, 0, "start", "N", "the first number (default 1)", NULL, 0},
    {0},
};
static const struct gf_cli enumerate_cli =
    GF_OP_CLI("enumerate", "put the number and a TAB in front", "[--start N]", enumerate_opts,
              gf_op_exits, "gf-stream enumerate --start 0");
const struct gf_op gf_op_enumerate = {&enumerate_cli, 0,          false,         false,
                                      false,          check_none, open_enumerate};

/* ---- split -------------------------------------------------------------------------------------
 */

/* One piece a record. The piece behind the last separator is one too, as with fields. */
struct split {
    struct gf_cutter cutter;
    size_t next;
};

static int pull_split(struct gf_stage *s, size_t max)
{
    struct split *p = s->state;
    while (s->n < max) {
        if (p->next < p->cutter.n) {
            s->out[s->n++] = p->cutter.field[p->next++];
            continue;
        }
        if (s->n && !gf_stage_has(s))
            return 1;
        int got = gf_stage_need(s, s->up->source ? GF_BATCH : 1);
        if (got != 1)
            return got;
        struct gf_slice rec = gf_stage_take(s);
        if (gf_cutter_cut(&p->cutter, rec.data, rec.len, SIZE_MAX) != 0)
            return gf_fault_nomem(&s->stream->fault);
        p->next = 0;
    }
    return 1;
}

static void close_split(struct gf_stage *s)
{
    gf_cutter_release(&((struct split *)s->state)->cutter);
}

static struct gf_stage *open_split(const struct gf_node *n, struct gf_stream *st,
                                   struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "split", sizeof(struct split));
    if (!s)
        return NULL;
    gf_cutter_init(&((struct split *)s->state)->cutter, &n->sep);
    s->pull = pull_split;
    s->close = close_split;
    return s;
}

static int check_split(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    struct gf_perr e = {0};
    const char *word = n->operand[0];
    if (strcmp(word, " ") == 0) { /* as awk has it: a space is runs of blanks */
        gf_sep_blanks(&n->sep, set->separator == '\0');
        return 0;
    }
    if (gf_sep_parse(&n->sep, word, strlen(word), &e) == 0)
        return 0;
    return errno == ENOMEM ? gf_fault_nomem(f) : gf_fault_parse(f, "separator", word, &e);
}

static const struct gf_cli split_cli =
    GF_OP_CLI("split", "one record a piece; ' ' splits at runs of blanks", "SEP", no_opts,
              gf_op_exits, "gf-stream split ,");
const struct gf_op gf_op_split = {&split_cli, 1, false, false, false, check_split, open_split};
