/*
 * feedback.c - the key is cut off at the TAB, then the word in front of it is read.
 *
 * The value behind 429 is tried as seconds, then as a date by strptime in each of the three forms.
 * A wait is rounded up and bounded: who comes back early is refused again. A long row of digits is
 * the longest wait, not an error.
 */
#include "limit/feedback.h"

#include <string.h>
#include <time.h>

#include "base/num.h"
#include "base/sat.h"

enum {
    DATE_MAX = 40 /* longer than any of the forms */
};

static bool is(const char *s, size_t len, const char *word)
{
    return len == strlen(word) && memcmp(s, word, len) == 0;
}

static gf_ns bounded(gf_ns after)
{
    if (after < 0)
        return 0;
    return after < GF_FEEDBACK_AFTER_MAX ? after : GF_FEEDBACK_AFTER_MAX;
}

static bool all_digits(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (s[i] < '0' || s[i] > '9')
            return false;
    return true;
}

/* Whole seconds, or with a fraction, which some send. */
static int parse_seconds(const char *s, size_t len, gf_ns *after)
{
    struct gf_decimal d;
    size_t used;
    if (len > 12 && all_digits(s, len)) { /* too many digits for a number */
        *after = GF_FEEDBACK_AFTER_MAX;
        return 0;
    }
    if (len == 0 || s[0] < '0' || s[0] > '9' || gf_parse_decimal(s, len, &d, &used, NULL) != 0 ||
        used != len)
        return -1;
    unsigned __int128 ns = (unsigned __int128)d.mant * GF_S;
    for (int i = 0; i < d.exp10 && ns < (unsigned __int128)GF_FEEDBACK_AFTER_MAX; i++)
        ns *= 10;
    for (int i = 0; i < -d.exp10; i++)
        ns = (ns + 9) / 10; /* rounded up: who comes back early is refused again */
    *after = ns > (unsigned __int128)GF_FEEDBACK_AFTER_MAX ? GF_FEEDBACK_AFTER_MAX : (gf_ns)ns;
    return 0;
}

static int parse_date(const char *s, size_t len, gf_ns now_wall, gf_ns *after)
{
    static const char *const forms[] = {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT",
                                        "%a %b %e %H:%M:%S %Y"};
    char text[DATE_MAX + 1];
    if (len == 0 || len > DATE_MAX || memchr(s, '\0', len))
        return -1;
    memcpy(text, s, len);
    text[len] = '\0';
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct tm tm = {0};
        const char *end = strptime(text, forms[i], &tm);
        if (!end || *end != '\0')
            continue;
        gf_ns then;
        if (__builtin_mul_overflow((int64_t)timegm(&tm), GF_S, &then))
            return -1;
        *after = bounded(gf_sat_sub_i64(then, now_wall));
        return 0;
    }
    return -1;
}

static int parse_refusal(const char *s, size_t len, gf_ns now_wall, struct gf_feedback *out)
{
    out->kind = GF_FEEDBACK_REFUSED;
    if (len == 0)
        return 0;
    if (s[0] != ' ')
        return -1;
    while (len && *s == ' ')
        s++, len--;
    if (len == 0)
        return 0;
    out->has_after = true;
    if (parse_seconds(s, len, &out->after) == 0)
        return 0;
    return parse_date(s, len, now_wall, &out->after);
}

int gf_feedback_parse(const char *line, size_t len, gf_ns now_wall, struct gf_feedback *out)
{
    struct gf_feedback f = {.kind = GF_FEEDBACK_OK};
    const char *tab = len ? memchr(line, '\t', len) : NULL;
    if (tab) {
        f.has_key = true;
        f.key = tab + 1;
        f.key_len = len - (size_t)(tab + 1 - line);
        len = (size_t)(tab - line);
    } else if (len && line[len - 1] == '\r') {
        len--;
    }
    while (len && line[len - 1] == ' ')
        len--;
    int r = 0;
    if (is(line, len, "ok"))
        f.kind = GF_FEEDBACK_OK;
    else if (is(line, len, "slow"))
        f.kind = GF_FEEDBACK_SLOW;
    else if (is(line, len, "fast"))
        f.kind = GF_FEEDBACK_FAST;
    else if (len >= 3 && memcmp(line, "429", 3) == 0)
        r = parse_refusal(line + 3, len - 3, now_wall, &f);
    else
        r = -1;
    if (r == 0)
        *out = f;
    return r;
}
