/*
 * meant.c - a word that is no operation, with the words before it.
 *
 * The readings are tried from the surest to the vaguest: a word of another tool (elsewhere.h); a
 * field behind an operation that takes it by -f, or in its list; an aggregate of group by itself;
 * a sign between two operations; an option behind `--`; a name that is nearly that of an operation.
 * What a reading cannot be sure of it leaves to the next.
 */
#include "stream/meant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/suggest.h"

/* Writes the hint, unless memory is out or a part of it would be missing; releases b. */
static bool give(struct gf_buf *b, const char *what, char hint[GF_MEANT_SIZE])
{
    bool good = !b->failed && b->data && strlen(what) + b->len < GF_MEANT_SIZE;
    if (good)
        snprintf(hint, GF_MEANT_SIZE, "%s%.*s", what, (int)b->len, b->data);
    gf_buf_release(b);
    return good;
}

bool gf_meant_behind_end(const struct gf_meant_chain *c)
{
    const char *word = c->words[c->at];
    bool ended = false;
    for (size_t i = c->op_at + 1; c->op && i < c->at; i++)
        ended |= strcmp(c->words[i], "--") == 0;
    return ended && word[0] == '-' && word[1];
}

static void add_word(struct gf_buf *b, const char *word)
{
    gf_buf_putc(b, ' ');
    gf_quote_sh(b, word, strlen(word));
}

/* The option of `op` that takes fields (-f), or NULL. */
static const struct gf_opt *field_option(const struct gf_op *op)
{
    for (const struct gf_opt *o = op->cli->opts; o && o->id; o++)
        if (o->letter == 'f' && o->arg)
            return o;
    return NULL;
}

/* Whether `word` is a list of fields; with `one`, of a single field. */
static bool is_list(const char *word, size_t len, bool one)
{
    struct gf_field_list list = {0};
    bool good =
        gf_field_list_parse(&list, word, len, NULL) == 0 && (!one || gf_field_list_single(&list));
    gf_field_list_release(&list);
    return good;
}

/* fields 1 2 is fields 1,2. */
static bool more_of_the_list(const struct gf_meant_chain *c, char hint[GF_MEANT_SIZE])
{
    struct gf_buf b = GF_BUF_INIT(4096);
    if (c->op != &gf_op_fields || !is_list(c->words[c->at], strlen(c->words[c->at]), false))
        return false;
    gf_buf_printf(&b, "fields %s", c->words[c->at - 1]);
    for (size_t i = c->at; i < c->n && is_list(c->words[i], strlen(c->words[i]), false); i++)
        gf_buf_printf(&b, ",%s", c->words[i]);
    return give(&b, "the fields are one list: ", hint);
}

/* group 1 count sum:2 is group 1 count,sum:2. */
static bool more_aggregates(const struct gf_meant_chain *c, char hint[GF_MEANT_SIZE])
{
    struct gf_buf b = GF_BUF_INIT(4096);
    if (c->op != &gf_op_group || !strchr(c->words[c->at], ':'))
        return false;
    gf_buf_puts(&b, c->words[c->at - 1]);
    for (size_t i = c->at; i < c->n && strchr(c->words[i], ':'); i++)
        gf_buf_printf(&b, ",%s", c->words[i]);
    return give(&b, "what group counts is one list: ", hint);
}

/* filter a '|' count is filter a count. */
static bool sign_between(const struct gf_meant_chain *c, char hint[GF_MEANT_SIZE])
{
    static const char *const signs[] = {"|", ",", ";", "+", "!"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strcmp(c->words[c->at], signs[i]) == 0) {
            snprintf(hint, GF_MEANT_SIZE,
                     "nothing stands between two operations, or the word then");
            return true;
        }
    return false;
}

/* sum 2 is sum -f 2. */
static bool field_behind(const struct gf_meant_chain *c, char hint[GF_MEANT_SIZE])
{
    const char *word = c->words[c->at];
    const struct gf_opt *o = c->op ? field_option(c->op) : NULL;
    struct gf_buf b = GF_BUF_INIT(4096);
    bool one = o && o->id == GF_OP_FIELD;
    if (!o || !is_list(word, strlen(word), false))
        return false;
    bool fits = !one || is_list(word, strlen(word), true);
    gf_buf_printf(&b, "%s -f %.*s", c->op->cli->name,
                  (int)(fits ? strlen(word) : strspn(word, "0123456789")), word);
    for (size_t i = c->op_at + 1; i < c->at; i++)
        add_word(&b, c->words[i]);
    return give(&b, fits ? "the field is said by -f: " : "-f says the field, one of them: ", hint);
}

/* sum:2 is sum -f 2, p95:2 is percentile -f 2 95. */
static bool aggregate(const struct gf_meant_chain *c, char hint[GF_MEANT_SIZE])
{
    const char *word = c->words[c->at], *colon = strchr(word, ':');
    char name[20];
    if (!colon || (size_t)(colon - word) >= sizeof name ||
        !is_list(colon + 1, strlen(colon + 1), false))
        return false;
    snprintf(name, sizeof name, "%.*s", (int)(colon - word), word);
    int field = (int)strspn(colon + 1, "0123456789");
    bool percent = name[0] == 'p' && name[1] && name[1 + strspn(name + 1, "0123456789.")] == '\0';
    const struct gf_op *op = percent ? &gf_op_percentile : gf_op_find(name);
    if (!op || !field_option(op) || field == 0)
        return false;
    snprintf(hint, GF_MEANT_SIZE, "without groups it is %s -f %.*s%s%s, with them group 1 %s:%.*s",
             op->cli->name, field, colon + 1, percent ? " " : "", percent ? name + 1 : "", name,
             field, colon + 1);
    return true;
}

/* filter -- a -v: what is behind -- is no option. */
static bool behind_the_end(const struct gf_meant_chain *c, char hint[GF_MEANT_SIZE])
{
    if (!gf_meant_behind_end(c))
        return false;
    snprintf(hint, GF_MEANT_SIZE, "options of %s stand before its --", c->op->cli->name);
    return true;
}

static void nearest(const char *word, char hint[GF_MEANT_SIZE])
{
    struct gf_suggest s;
    gf_suggest_init(&s, word, strlen(word));
    for (size_t i = 0; gf_stream_cli.subs[i]; i++)
        gf_suggest_offer(&s, gf_stream_cli.subs[i]->name);
    if (s.best)
        snprintf(hint, GF_MEANT_SIZE, "did you mean '%s'?", s.best);
    else
        snprintf(hint, GF_MEANT_SIZE, "gf-stream --help lists the operations");
}

void gf_meant_operation(const struct gf_meant_chain *c, char hint[GF_MEANT_SIZE])
{
    const char *word = c->words[c->at];
    if (!gf_opt_from_elsewhere(&gf_stream_cli, word, strlen(word), hint, GF_MEANT_SIZE) &&
        !more_of_the_list(c, hint) && !field_behind(c, hint) && !more_aggregates(c, hint) &&
        !aggregate(c, hint) && !sign_between(c, hint) && !behind_the_end(c, hint))
        nearest(word, hint);
}
