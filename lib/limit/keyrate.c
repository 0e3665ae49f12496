/*
 * keyrate.c - words cut one by one, each handed to the parser of its kind.
 *
 * A TAB anywhere in the line makes single TABs the separator, so that words may be empty, and an
 * empty key or rate is an error. Columns of an error in a word are moved to the line. The rate and
 * burst are tried in a gf_gcra at once, so that a line that was read can be used.
 */
#include "limit/keyrate.h"

#include <string.h>

#include "base/num.h"
#include "base/size.h"

struct word {
    const char *s;
    size_t len;
};

/* The next word at or behind *at. False: there is none. */
static bool next_word(const char *line, size_t len, bool tabs, size_t *at, struct word *out)
{
    const char *blanks = tabs ? "\t" : " ";
    while (!tabs && *at < len && line[*at] == ' ')
        ++*at;
    if (*at >= len)
        return false;
    const char *end = memchr(line + *at, blanks[0], len - *at);
    *out = (struct word){line + *at, end ? (size_t)(end - line) - *at : len - *at};
    *at += out->len + (end != NULL);
    return true;
}

uint64_t gf_keyrate_default_burst(const struct gf_rate *rate)
{
    if (rate->border != GF_BORDER_NONE)
        return rate->count;
    if (!rate->bytes)
        return 1;
    unsigned __int128 n = (unsigned __int128)rate->count * (10 * GF_MS) / (uint64_t)rate->period;
    return n ? (uint64_t)n : 1;
}

/* An error in a word is one in the line. */
static int moved(const char *line, struct word w, struct gf_perr *e)
{
    if (e)
        e->col += (size_t)(w.s - line);
    return -1;
}

static int parse_burst(const char *line, struct word w, const struct gf_rate *rate, uint64_t *out,
                       struct gf_perr *e)
{
    int r = rate->bytes ? gf_parse_size(w.s, w.len, out, e)
                        : gf_parse_count(w.s, w.len, 1, INT64_MAX, out, e);
    if (r == 0 && (*out == 0 || *out > INT64_MAX))
        r = gf_perr_set(e, 0, w.len, NULL, "out of range");
    return r == 0 ? 0 : moved(line, w, e);
}

int gf_keyrate_parse(const char *line, size_t len, struct gf_keyrate *out, struct gf_perr *e)
{
    struct word key, rate, burst, more;
    struct gf_rate r;
    size_t at = 0;
    bool tabs = len && memchr(line, '\t', len);
    if (len && line[len - 1] == '\r')
        len--;
    if (!next_word(line, len, tabs, &at, &key) || key.s[0] == '#')
        return 0;
    if (key.len == 0)
        return gf_perr_set(e, 0, 1, NULL, "the key is missing");
    if (!next_word(line, len, tabs, &at, &rate) || rate.len == 0)
        return gf_perr_set(e, len, 0, "a line is: KEY RATE [BURST]", "the rate is missing");
    if (gf_parse_rate(rate.s, rate.len, &r, e) != 0)
        return moved(line, rate, e);
    if (r.border != GF_BORDER_NONE)
        return gf_perr_set(e, (size_t)(rate.s - line), rate.len,
                           "a quota of the calendar is the same for all keys: -K with the rate",
                           "a key's own rate has no window of the calendar");
    uint64_t n = gf_keyrate_default_burst(&r);
    bool has_burst = next_word(line, len, tabs, &at, &burst) && burst.len > 0;
    if (has_burst && parse_burst(line, burst, &r, &n, e) != 0)
        return -1;
    if (next_word(line, len, tabs, &at, &more) && more.len > 0)
        return gf_perr_set(e, (size_t)(more.s - line), more.len, "a line is: KEY RATE [BURST]",
                           "too much");
    if (gf_gcra_init(&out->limit, r, n, 0) != 0)
        return gf_perr_set(e, 0, len, NULL, "the burst would take over 100 years to earn");
    out->key = key.s;
    out->key_len = key.len;
    return 1;
}
