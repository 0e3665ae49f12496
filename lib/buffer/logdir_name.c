/*
 * logdir_name.c - the digits of a name are kept as two numbers, which sort as the names do.
 *
 * A time is compared, never computed with, so the digits need not become seconds again: the bound
 * of an age is made into digits instead.
 */
#include "buffer/logdir_name.h"

#include <stdio.h>
#include <string.h>

static const char form[] = "########T######Z-##########";

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

uint64_t gf_logdir_time(gf_ns wall)
{
    char text[GF_TIME_UTC_SIZE];
    uint64_t digits = 0;
    gf_time_utc(wall < 0 ? 0 : wall, text);
    for (const char *p = text; *p && *p != '.'; p++)
        if (is_digit(*p))
            digits = digits * 10 + (uint64_t)(*p - '0');
    return digits;
}

void gf_logdir_name_format(const struct gf_logdir_stamp *s, char name[GF_LOGDIR_NAME])
{
    snprintf(name, GF_LOGDIR_NAME, "%08lluT%06lluZ-%010llu",
             (unsigned long long)(s->time / 1000000 % 100000000),
             (unsigned long long)(s->time % 1000000),
             (unsigned long long)(s->number % (GF_LOGDIR_LAST_NUMBER + 1)));
}

/* The two digits of the time that stand `above` digits from its end. */
static unsigned part(uint64_t time, unsigned above)
{
    for (; above > 0; above--)
        time /= 10;
    return (unsigned)(time % 100);
}

static bool is_time(uint64_t time)
{
    unsigned month = part(time, 8), day = part(time, 6);
    return month >= 1 && month <= 12 && day >= 1 && day <= 31 && part(time, 4) < 24 &&
           part(time, 2) < 60 && part(time, 0) <= 60;
}

const char *gf_logdir_name_parse(const char *name, struct gf_logdir_stamp *s)
{
    uint64_t half[2] = {0, 0};
    size_t at = 0;
    for (; form[at]; at++) {
        if (form[at] != '#' && name[at] != form[at])
            return NULL;
        if (form[at] != '#')
            continue;
        if (!is_digit(name[at]))
            return NULL;
        uint64_t *to = &half[at > 16]; /* behind the dash */
        *to = *to * 10 + (uint64_t)(name[at] - '0');
    }
    if (!is_time(half[0]) || is_digit(name[at]))
        return NULL;
    *s = (struct gf_logdir_stamp){half[0], half[1]};
    return name + at;
}

int gf_logdir_stamp_compare(const struct gf_logdir_stamp *a, const struct gf_logdir_stamp *b)
{
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

void gf_logdir_stamp_raise(struct gf_logdir_stamp *s, const struct gf_logdir_stamp *by)
{
    if (s->time < by->time)
        s->time = by->time;
    if (s->number < by->number)
        s->number = by->number;
}
