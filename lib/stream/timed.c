/*
 * timed.c - the zone and the format of a node are looked at when the chain is read, and the zone is
 * opened once more by each stage, since a zone is for one thread.
 */
#include "stream/timed.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "base/exit.h"

/* A path could not be opened any more when the sandbox is up. */
static int open_zone(const char *name, const struct gf_settings *set, struct gf_zone **z,
                     struct gf_perr *e)
{
    *z = NULL;
    if (!name)
        return 0;
    if (name[0] == '/')
        return gf_perr_set(e, 0, strlen(name), NULL, "a time zone has a name here, not a file");
    return gf_zone_open(z, name, set->zones, e);
}

/* A name that no zone has is the user's; that its data cannot be read is not. */
static int zone_fault(const char *name, const struct gf_perr *e, struct gf_fault *f)
{
    if (errno == ENOMEM)
        return gf_fault_nomem(f);
    if (errno != EINVAL)
        return gf_fault_set(f, GF_EXIT_TOOL, "cannot read time zone '%s': %s", name, e->what);
    return gf_fault_parse(f, "value of --zone", name, e);
}

int gf_timed_check(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    struct gf_perr e = {0};
    struct gf_zone *z;
    const char *form = n->format_word;
    if (form && gf_timeform_check(form, strlen(form), true, &e) != 0)
        return gf_fault_parse(f, "value of --format", form, &e);
    if (open_zone(n->zone_word, set, &z, &e) != 0)
        return zone_fault(n->zone_word, &e, f);
    gf_zone_free(z);
    return 0;
}

int gf_timed_bucket(struct gf_node *n, const char *word, struct gf_fault *f)
{
    struct gf_perr e = {0};
    if (gf_parse_duration(word, strlen(word), &n->number, &e) != 0)
        return gf_fault_parse(f, "duration", word, &e);
    if (n->number > 0)
        return 0;
    return gf_fault_set(f, GF_EXIT_USAGE, "%s: a bucket of '%s' is empty", n->op->cli->name, word);
}

int gf_timed_value(const struct gf_node *n, const char *word, const struct gf_settings *set,
                   struct gf_instant *out, struct gf_fault *f)
{
    struct gf_perr e = {0};
    struct gf_zone *z;
    if (open_zone(n->zone_word, set, &z, &e) != 0)
        return zone_fault(n->zone_word, &e, f);
    int bad = gf_instant_read(word, strlen(word), z, gf_instant_of(set->now_wall).seconds, out, &e);
    gf_zone_free(z);
    if (bad == 0)
        return 0;
    gf_fault_hint(f, "it is a duration, as in -since 1h, or a time: -since 2026-11-25");
    e.hint = NULL;
    return gf_fault_parse(f, "time", word, &e);
}

int gf_timed_open(struct gf_timed *t, const struct gf_node *n, struct gf_stream *st)
{
    struct gf_perr e = {0};
    t->format = n->format_word;
    t->now = gf_instant_of(st->set->now_wall).seconds;
    if (open_zone(n->zone_word, st->set, &t->zone, &e) == 0)
        return 0;
    if (errno == ENOMEM)
        return gf_fault_nomem(&st->fault);
    /* No parse error: the chain was good when it was read. */
    return gf_fault_set(&st->fault, GF_EXIT_TOOL, "cannot read time zone '%s': %s", n->zone_word,
                        e.what);
}

int gf_timed_read(const struct gf_timed *t, struct gf_slice field, struct gf_instant *out)
{
    if (t->format)
        return gf_instant_read_as(field.data, field.len, t->format, strlen(t->format), t->zone,
                                  t->now, out, NULL);
    return gf_instant_read(field.data, field.len, t->zone, t->now, out, NULL);
}

int gf_timed_bad(struct gf_stage *s, struct gf_slice field, const char *column, bool skip)
{
    char why[200];
    size_t len = (size_t)snprintf(why, sizeof why, "record %" PRIu64 ": ", s->taken);
    if (*column)
        len += (size_t)snprintf(why + len, sizeof why - len, "column '%s': ", column);
    snprintf(why + len, sizeof why - len, "no time: '%.*s'", (int)(field.len < 60 ? field.len : 60),
             field.data);
    if (!skip)
        return gf_fault_set(&s->stream->fault, GF_EXIT_SOME, "%s: %s", s->name, why);
    gf_failures_add(&s->skipped, 0, "%s", why);
    return 0;
}

void gf_timed_release(struct gf_timed *t)
{
    gf_zone_free(t->zone);
    t->zone = NULL;
}
