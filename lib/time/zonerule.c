/*
 * zonerule.c - the grammar of a POSIX rule, read from left to right.
 *
 * Each reader takes the text where its part begins. It says how many bytes the part is long, and 0
 * where the part is not there or is out of its range. gf_zonerule_valid adds the lengths up; the
 * rule is whole when the sum ends at the end of the text. No value is kept: libc is who works with
 * the rule.
 */
#include "time/zonerule.h"

#include <stdlib.h>
#include <string.h>

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The abbreviation at the front of a POSIX rule: three letters or more, or <...>. */
static size_t abbreviation(const char *s)
{
    size_t n = 0;
    if (*s == '<') {
        n = strcspn(s, ">");
        return s[n] == '>' && n >= 4 ? n + 1 : 0;
    }
    while (is_alpha(s[n]))
        n++;
    return n >= 3 ? n : 0;
}

/* A number of at most `digits` digits, up to `most`; 0: it is none. */
static size_t number(const char *s, size_t digits, int least, int most)
{
    size_t n = strspn(s, "0123456789");
    if (n == 0 || n > digits)
        return 0;
    long v = strtol(s, NULL, 10);
    return v >= least && v <= most ? n : 0;
}

/* [+-]hh[:mm[:ss]]; the hours of a change may be more than those of an offset. */
static size_t clock_time(const char *s, int hours)
{
    size_t at = *s == '+' || *s == '-';
    size_t n = number(s + at, 3, 0, hours);
    if (n == 0)
        return 0;
    at += n;
    for (int part = 0; part < 2 && s[at] == ':'; part++) {
        n = number(s + at + 1, 2, 0, 59);
        if (n == 0)
            return 0;
        at += 1 + n;
    }
    return at;
}

/* Mm.w.d, Jn or n. */
static size_t day(const char *s)
{
    if (*s == 'J') {
        size_t n = number(s + 1, 3, 1, 365);
        return n ? 1 + n : 0;
    }
    if (*s != 'M')
        return number(s, 3, 0, 365);
    static const struct {
        int least, most;
    } parts[] = {{1, 12}, {1, 5}, {0, 6}};
    size_t at = 0;
    for (size_t i = 0; i < 3; i++) {
        size_t n =
            s[at] == (i ? '.' : 'M') ? number(s + at + 1, 2, parts[i].least, parts[i].most) : 0;
        if (n == 0)
            return 0;
        at += 1 + n;
    }
    return at;
}

/* ,day[/time] */
static size_t change(const char *s)
{
    size_t n = *s == ',' ? day(s + 1) : 0;
    if (n == 0)
        return 0;
    n++;
    if (s[n] != '/')
        return n;
    size_t time = clock_time(s + n + 1, 167);
    return time ? n + 1 + time : 0;
}

bool gf_zonerule_valid(const char *s)
{
    size_t n = abbreviation(s);
    size_t off = n ? clock_time(s + n, 24) : 0;
    if (!off)
        return false;
    s += n + off;
    if (!*s)
        return true;
    n = abbreviation(s);
    if (!n)
        return false;
    s += n;
    if (*s && *s != ',') {
        off = clock_time(s, 24);
        if (!off)
            return false;
        s += off;
    }
    if (!*s)
        return true;
    for (int i = 0; i < 2; i++) {
        n = change(s);
        if (!n)
            return false;
        s += n;
    }
    return !*s;
}

bool gf_zonerule_lacks_changes(const char *rule)
{
    size_t n = abbreviation(rule);
    n += clock_time(rule + n, 24);
    return rule[n] && !strchr(rule + n, ',');
}
