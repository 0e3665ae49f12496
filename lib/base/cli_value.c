/*
 * cli_value.c - the values that options take: the parser of each kind, and one message for all.
 *
 * A parser fills in what is wrong and where in the text; bad_value adds how the user spelt the
 * option (-j or --jobs). The list of words for the hint is gathered while the words are compared,
 * so a good value builds a part of the list for nothing: options are read once.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cli.h"
#include "base/duration.h"
#include "base/machine.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/size.h"
#include "base/slots.h"

static int bad_value(const struct gf_optparser *p, const struct gf_perr *e)
{
    char spelt[64];
    gf_opt_spell(p, spelt);
    char kind[80];
    snprintf(kind, sizeof kind, "value of %s", spelt);
    gf_error_parse(kind, p->value, strlen(p->value), e);
    return -1;
}

int gf_cli_count(const struct gf_optparser *p, uint64_t lo, uint64_t hi, uint64_t *out)
{
    struct gf_perr e = {0};
    return gf_parse_count(p->value, strlen(p->value), lo, hi, out, &e) == 0 ? 0 : bad_value(p, &e);
}

int gf_cli_duration(const struct gf_optparser *p, gf_ns *out)
{
    struct gf_perr e = {0};
    return gf_parse_duration(p->value, strlen(p->value), out, &e) == 0 ? 0 : bad_value(p, &e);
}

int gf_cli_size(const struct gf_optparser *p, uint64_t *out)
{
    struct gf_perr e = {0};
    return gf_parse_size(p->value, strlen(p->value), out, &e) == 0 ? 0 : bad_value(p, &e);
}

int gf_cli_slots(const struct gf_optparser *p, uint64_t most, uint64_t *out)
{
    struct gf_perr e = {0};
    return gf_parse_slots(p->value, strlen(p->value), most, out, &e) == 0 ? 0 : bad_value(p, &e);
}

/* `3` or `10-19`. */
static int take_statuses(const char *s, size_t len, uint64_t bits[4], struct gf_perr *e)
{
    uint64_t from, to;
    size_t dash = strcspn(s, "-");
    bool range = dash < len;
    if (gf_parse_count(s, range ? dash : len, 1, 255, &from, e) != 0)
        return -1;
    to = from;
    if (range && gf_parse_count(s + dash + 1, len - dash - 1, from, 255, &to, e) != 0) {
        e->col += dash + 1;
        return -1;
    }
    for (; from <= to; from++)
        bits[from / 64] |= UINT64_C(1) << from % 64;
    return 0;
}

int gf_cli_statuses(const struct gf_optparser *p, uint64_t bits[4])
{
    size_t len = strlen(p->value);
    for (size_t at = 0, n = 0; at <= len; at += n + 1) {
        struct gf_perr e = {0};
        n = strcspn(p->value + at, ",");
        if (take_statuses(p->value + at, n, bits, &e) != 0) {
            e.col += at;
            return bad_value(p, &e);
        }
    }
    return 0;
}

int gf_cli_backoff(const struct gf_optparser *p, struct gf_backoff *out)
{
    struct gf_perr e = {0};
    size_t len = strlen(p->value);
    if (gf_parse_backoff(p->value, len, out, &e) == 0)
        return 0;
    if (len >= 4 && strcmp(p->value + len - 4, ",max") == 0)
        e.hint = "the blank needs quotes: --retry-delay '1s,x2,max 1m'";
    return bad_value(p, &e);
}

int gf_cli_load(const struct gf_optparser *p, uint64_t *out)
{
    enum {
        MOST = 100000
    };
    struct gf_perr e = {0};
    size_t len = strlen(p->value);
    bool percent = len && p->value[len - 1] == '%';
    if (gf_parse_count(p->value, len - percent, 1, MOST, out, &e) != 0) {
        e.hint = "write 4, or 150% of the processors";
        return bad_value(p, &e);
    }
    if (percent)
        *out = *out * gf_machine_processors() / 100;
    *out = *out ? *out : 1;
    return 0;
}

int gf_cli_rate(const struct gf_optparser *p, struct gf_rate *out)
{
    struct gf_perr e = {0};
    size_t len = strlen(p->value);
    int r = gf_parse_rate(p->value, len, out, &e);
    if (r == 0 && out->border != GF_BORDER_NONE)
        r = gf_perr_set(&e, 0, len, "windows of the calendar are for the rates of gf-ratelimit",
                        "a window of the calendar has no pace");
    return r == 0 ? 0 : bad_value(p, &e);
}

int gf_cli_choice(const struct gf_optparser *p, const char *const *words, int *out)
{
    *out = 0;
    if (!p->value)
        return 0;
    struct gf_buf all = GF_BUF_INIT(1024);
    for (int i = 0; words[i]; i++) {
        if (strcmp(words[i], p->value) == 0) {
            *out = i;
            gf_buf_release(&all);
            return 0;
        }
        gf_buf_printf(&all, "%s%s", i ? ", " : "", words[i]);
    }
    char spelt[64];
    gf_opt_spell(p, spelt);
    gf_error("bad value of %s '%s'", spelt, p->value);
    gf_hint("%s is one of %s", spelt, all.data ? all.data : "the documented words");
    gf_buf_release(&all);
    return -1;
}

const char *gf_cli_output(const struct gf_optparser *p)
{
    return strcmp(p->value, "-") == 0 ? NULL : p->value;
}
