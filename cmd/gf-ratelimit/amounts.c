/*
 * amounts.c - rates and amounts of the command line, and the message about what does not go
 * together.
 *
 * An amount counts what its rate counts: records by a plain number, bytes by a size.
 */
#include "options.h"

#include <errno.h>
#include <string.h>

#include "base/cli.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/size.h"

/* The zone of the rate is there and cannot be read, by errno and `e`. */
static int zone_unreadable(const struct gf_rate *rate, const struct gf_perr *e)
{
    if (errno == ENOMEM)
        gf_error_nomem();
    else
        gf_error("cannot read the time zone '%.*s': %s", (int)rate->zone_len, rate->zone, e->what);
    return GF_EXIT_TOOL;
}

static int add_rate(struct config *c, const char *text)
{
    struct gf_perr e = {0};
    if (c->limit_count == GF_PACERS_MAX) {
        gf_cli_usage_error(&ratelimit_cli, "more than %d rates", GF_PACERS_MAX);
        return GF_EXIT_USAGE;
    }
    struct limit *l = &c->limits[c->limit_count];
    int r = gf_parse_rate(text, strlen(text), &l->rate, &e);
    const char *zone = l->rate.zone;
    if (r == 0 && gf_calendars_resolve(c->calendars, &l->rate, &e) != 0) {
        if (errno != EINVAL)
            return zone_unreadable(&l->rate, &e);
        e.col += (size_t)(zone - text);
        r = -1;
    }
    if (r != 0) {
        gf_error_parse("rate", text, strlen(text), &e);
        return GF_EXIT_USAGE;
    }
    l->rate_text = text;
    c->limit_count++;
    return GF_EXIT_OK;
}

int options_rate(struct parse *s, const char *text)
{
    int status = add_rate(s->c, text);
    if (status != GF_EXIT_OK)
        s->status = status;
    return status;
}

static int bad(const char *option, const char *text, const struct gf_perr *e)
{
    gf_error_parse(option, text, strlen(text), e);
    return -1;
}

int options_jitter(struct gf_optparser *p, struct config *c)
{
    size_t len = strlen(p->value);
    struct gf_perr e = {0};
    uint64_t n;
    if (len > 1 && p->value[len - 1] == '%')
        len--;
    if (gf_parse_count(p->value, len, 0, 100, &n, &e) != 0)
        return bad("value of --jitter", p->value, &e);
    c->jitter = (unsigned)n;
    return 0;
}

int options_outage(struct gf_optparser *p, struct config *c)
{
    static const char *const words[] = {"wait", "open", "local:N", "fail", NULL};
    static const char local[] = "local:";
    struct gf_perr e = {.hint = "write local:10 where ten share the limit"};
    size_t len = strlen(p->value), skip = sizeof local - 1;
    int outage;
    if (strncmp(p->value, "local", skip - 1) != 0) {
        if (gf_cli_choice(p, words, &outage) != 0)
            return -1;
        c->outage = (enum outage)outage;
        return 0;
    }
    c->outage = OUTAGE_LOCAL;
    if (len > skip && p->value[skip - 1] == ':' &&
        gf_parse_count(p->value + skip, len - skip, 1, 1000000, &c->outage_parts, &e) == 0)
        return 0;
    if (!e.what[0])
        gf_perr_say(&e, 0, len, e.hint, "the number of those who share the limit is missing");
    else
        e.col += skip;
    return bad("value of --on-outage", p->value, &e);
}

int options_misused(const char *what)
{
    return gf_cli_usage_error(&ratelimit_cli, "%s", what);
}

int options_amount(const char *option, const char *text, const struct gf_rate *rate, uint64_t least,
                   uint64_t most, uint64_t *out)
{
    struct gf_perr e = {0};
    size_t len = strlen(text);
    int r;
    if (rate->bytes || rate->unlimited) {
        r = gf_parse_size(text, len, out, &e);
        if (r == 0 && (*out < least || *out > most))
            r = gf_perr_set(&e, 0, len, NULL, *out < least ? "too small" : "more than the burst");
    } else {
        r = gf_parse_count(text, len, least, most, out, &e);
    }
    if (r == 0)
        return 0;
    gf_error_parse(option, text, len, &e);
    return GF_EXIT_USAGE;
}
