/*
 * feedback.c - the key is cut off at the TAB, then the word in front of it is read.
 *
 * The value behind 429 is tried as seconds, as a duration, then as a date by strptime in each of
 * the forms. A wait is rounded up and bounded: who comes back early is refused again. A long row of
 * digits is the longest wait, not an error.
 */
#include "limit/feedback.h"

#include <string.h>
#include <time.h>

#include "base/duration.h"
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

/* The rest of an RFC 3339 time behind its seconds: a fraction, and Z or an offset such as +02:00.
 * The fraction counts as a second. -1: it is none. */
static int parse_zone(const char *s, int64_t *add)
{
    *add = 0;
    if (*s == '.') {
        size_t digits = strspn(s + 1, "0123456789");
        if (digits == 0)
            return -1;
        s += 1 + digits;
        *add = 1; /* rounded up */
    }
    if ((*s == 'Z' || *s == 'z') && s[1] == '\0')
        return 0;
    uint64_t hours, minutes;
    if ((*s != '+' && *s != '-') || strlen(s) != 6 || s[3] != ':' ||
        gf_parse_count(s + 1, 2, 0, 23, &hours, NULL) != 0 ||
        gf_parse_count(s + 4, 2, 0, 59, &minutes, NULL) != 0)
        return -1;
    int64_t ahead = (int64_t)(hours * 3600 + minutes * 60);
    *add += *s == '-' ? ahead : -ahead;
    return 0;
}

static int parse_date(const char *s, size_t len, gf_ns now_wall, gf_ns *after)
{
    static const char *const forms[] = {"%Y-%m-%dT%H:%M:%S", "%a, %d %b %Y %H:%M:%S GMT",
                                        "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"};
    char text[DATE_MAX + 1];
    if (len == 0 || len > DATE_MAX || memchr(s, '\0', len))
        return -1;
    memcpy(text, s, len);
    text[len] = '\0';
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct tm tm = {0};
        int64_t add = 0;
        const char *end = strptime(text, forms[i], &tm);
        if (!end || (i == 0 ? parse_zone(end, &add) != 0 : *end != '\0'))
            continue;
        /* A time beyond the year 2262 is as far away as can be. */
        gf_ns then;
        if (__builtin_mul_overflow((int64_t)timegm(&tm) + add, GF_S, &then))
            then = tm.tm_year > 70 ? GF_NEVER : 0;
        *after = bounded(gf_sat_sub_i64(then, now_wall));
        return 0;
    }
    return -1;
}

int gf_retry_after_parse(const char *s, size_t len, gf_ns now_wall, gf_ns *after)
{
    if (parse_seconds(s, len, after) == 0)
        return 0;
    if (gf_parse_duration(s, len, after, NULL) == 0) {
        *after = bounded(*after);
        return 0;
    }
    return parse_date(s, len, now_wall, after);
}

/* The line behind 429: a colon, blanks, a time; all may be missing. -1: the line goes on with the
 * word. */
static int parse_refusal(const char *s, size_t len, gf_ns now_wall, struct gf_feedback *out)
{
    out->kind = GF_FEEDBACK_REFUSED;
    bool colon = len && *s == ':';
    s += colon;
    len -= colon;
    if (len && !colon && *s != ' ')
        return -1;
    while (len && *s == ' ')
        s++, len--;
    if (len == 0)
        return 0;
    out->has_after = gf_retry_after_parse(s, len, now_wall, &out->after) == 0;
    out->bad_after = !out->has_after;
    return 0;
}

/* 429, and 503, for which HTTP has the same header. */
static bool is_refusal(const char *s, size_t len)
{
    return len >= 3 && (memcmp(s, "429", 3) == 0 || memcmp(s, "503", 3) == 0);
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
    else if (is_refusal(line, len))
        r = parse_refusal(line + 3, len - 3, now_wall, &f);
    else
        r = -1;
    if (r == 0)
        *out = f;
    return r;
}
