/*
 * computed.c - the fields that an expression asks for are cut, and what is wrong with one of them
 * is told by the name of its column.
 */
#include "stream/computed.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit.h"

/* What a node keeps for that. */
struct computing {
    struct gf_expr *expr;
    struct gf_names names; /* of the columns that come; none without --header */
};

static void drop(struct gf_node *n)
{
    struct computing *c = n->extra;
    gf_expr_free(c->expr);
    gf_names_release(&c->names);
}

static int64_t find_name(void *arg, struct gf_slice name)
{
    size_t count = gf_names_count(arg, name);
    return count > 1 ? GF_EXPR_SEVERAL : (int64_t)(count ? gf_names_find(arg, name, 0, NULL) : 0);
}

int gf_computed_check(struct gf_node *n, const char *word, size_t at, const struct gf_settings *set,
                      struct gf_fault *f)
{
    struct gf_perr e = {0};
    struct computing *c = n->extra = calloc(1, sizeof *c);
    if (!c)
        return gf_fault_nomem(f);
    n->drop = drop;
    if (n->names && gf_names_copy(&c->names, n->names) != 0)
        return gf_fault_nomem(f);
    const struct gf_expr_names names = {find_name, &c->names};
    c->expr =
        gf_expr_compile(word + at, strlen(word + at), n->names ? &names : NULL, set->zones, &e);
    if (c->expr)
        return 0;
    e.col += at;
    if (!e.what[0])
        return gf_fault_nomem(f);
    if (errno != EINVAL)
        return gf_fault_set(f, GF_EXIT_TOOL, "%s: cannot read a time zone: %s", n->op->cli->name,
                            e.what);
    if (n->names && !e.hint && strncmp(e.what, "there is no column", 18) == 0)
        e.hint = gf_names_hint;
    return gf_check_names_fault(n->names, "expression", word, &e, f);
}

void gf_computed_open(struct gf_computed *c, const struct gf_node *n, const struct gf_settings *set)
{
    const struct computing *x = n->extra;
    c->node = n;
    c->need = gf_expr_need(x->expr);
    gf_expr_run_init(&c->run);
    c->run.now_wall = set->now_wall;
    c->run.zones.dir = set->zones;
    gf_cutter_init(&c->cutter, &set->fields);
}

/* Why there is no value, in a line. */
static void say_why(const struct gf_stage *s, const struct gf_computed *c, char why[240])
{
    const struct gf_expr_error *e = &c->run.error;
    const struct computing *x = c->node->extra;
    int64_t at = e->field < 0 ? e->field + (int64_t)c->cutter.n + 1 : e->field;
    size_t len = (size_t)snprintf(why, 240, "record %" PRIu64 ": ", s->taken);
    if (at >= 1 && (uint64_t)at <= x->names.n) {
        struct gf_slice name = gf_names_get(&x->names, (size_t)at - 1);
        len += (size_t)snprintf(why + len, 240 - len, "column '%.*s' ",
                                (int)(name.len < 60 ? name.len : 60), name.data);
    } else if (e->field) {
        len += (size_t)snprintf(why + len, 240 - len, "field %" PRId64 " ", e->field);
    }
    len += (size_t)snprintf(why + len, 240 - len, "%s", e->what);
    if (e->text.len)
        snprintf(why + len, 240 - len, ": '%.*s'", (int)(e->text.len < 60 ? e->text.len : 60),
                 e->text.data);
}

static int no_value(struct gf_stage *s, const struct gf_computed *c)
{
    char why[240];
    bool unread = errno == EIO; /* data of the machine, not the record */
    if (errno == ENOMEM)
        return gf_fault_nomem(&s->stream->fault);
    say_why(s, c, why);
    if (unread)
        return gf_fault_set(&s->stream->fault, GF_EXIT_TOOL, "%s: %s", s->name, why);
    if (c->node->skip_bad) {
        gf_failures_add(&s->skipped, 0, "%s", why);
        return 0;
    }
    gf_fault_hint(&s->stream->fault,
                  "--skip-bad skips such records; coalesce(x, 0) takes 0 for what is empty");
    return gf_fault_set(&s->stream->fault, GF_EXIT_SOME, "%s: %s", s->name, why);
}

int gf_computed_value(struct gf_stage *s, struct gf_computed *c, struct gf_slice rec,
                      struct gf_expr_value *out)
{
    const struct computing *x = c->node->extra;
    if (gf_cutter_cut(&c->cutter, rec.data, rec.len, c->need) != 0)
        return gf_stage_uncut(s);
    if (gf_expr_eval(x->expr, &c->run, c->cutter.field, c->cutter.n, out) == 0)
        return 1;
    return no_value(s, c);
}

void gf_computed_release(struct gf_computed *c)
{
    gf_expr_run_release(&c->run);
    gf_cutter_release(&c->cutter);
}
