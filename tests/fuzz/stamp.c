/*
 * stamp.c - a form on the first line, a time on the second: what is written by a form is read back
 * as the same time, or as one that is written and read the same from then on; libc's strftime
 * writes the same, and its strptime and timegm read the same. A time that is read without a form is
 * read again from its RFC 3339.
 */
#include "time/stamp.h"

#include <time.h>

#include "oracle.h"

enum {
    NOW = 1795600800,
    LONGEST = 400
};

/* Letters that strptime reads as we do. */
static bool libc_reads(const char *form, size_t len)
{
    bool day = false;
    for (size_t i = 0; i < len; i++) {
        if (form[i] != '%')
            continue;
        if (!strchr("YmdHMSFT", form[++i]))
            return false;
        day |= form[i] == 'F';
    }
    return day;
}

static bool libc_writes(const char *form, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (form[i] == '%' && !strchr("YmdHMSejIpbBaAzyFT%", form[++i]))
            return false;
    return true;
}

#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void beside_libc(const char *form, size_t len, struct gf_instant t, const char *text,
                        size_t n, struct gf_instant back)
{
    char mine[LONGEST + 1], out[16 * LONGEST];
    struct tm tm = {0}, read = {.tm_mday = 1};
    time_t seconds = (time_t)t.seconds;
    memcpy(mine, form, len);
    mine[len] = '\0';
    if (memchr(form, '\0', len) || len == 0 || !gmtime_r(&seconds, &tm))
        return;
    if (t.seconds > -30000000000 && libc_writes(form, len)) /* libc fills no years up with zeros */
        MUST(strftime(out, sizeof out, mine, &tm) == n && memcmp(out, text, n) == 0);
    if (t.seconds > -30000000000 && libc_reads(form, len)) {
        memcpy(out, text, n);
        out[n] = '\0';
        const char *end = strptime(out, mine, &read);
        MUST(end && *end == '\0' && timegm(&read) == back.seconds);
    }
}

/* A %s takes all digits that follow, also those of the next letter; so may %e and %z. */
static bool takes_more(const char *form, size_t len)
{
    for (size_t i = 0; i + 2 < len; i++)
        if (form[i] == '%' && form[i + 1] == '%')
            i++;
        else if (form[i] == '%' && strchr("sez", form[i + 1]) && strchr("%0123456789", form[i + 2]))
            return true;
    return false;
}

static void by_form(const char *form, size_t len, struct gf_instant t)
{
    char text[16 * LONGEST], again[16 * LONGEST];
    struct gf_instant back, twice;
    if (len > LONGEST || takes_more(form, len) || gf_timeform_check(form, len, false, NULL) != 0)
        return;
    size_t n = gf_instant_text_as(t, NULL, form, len, text, sizeof text);
    MUST(n <= sizeof text);
    if (gf_timeform_check(form, len, true, NULL) != 0 ||
        gf_instant_read_as(text, n, form, len, NULL, NOW, &back, NULL) != 0)
        return; /* its parts contradict one another: the day of a month, and another month */
    beside_libc(form, len, t, text, n, back);
    size_t m = gf_instant_text_as(back, NULL, form, len, again, sizeof again);
    if (gf_instant_read_as(again, m, form, len, NULL, NOW, &twice, NULL) == 0)
        MUST(gf_instant_compare(back, twice) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *form = (const char *)data;
    const char *end = size ? memchr(form, '\n', size) : NULL;
    struct gf_instant t, back;
    struct gf_perr e = {0};
    char text[GF_INSTANT_SIZE];
    if (!end)
        return 0;
    size_t len = (size_t)(end - form), rest = size - len - 1;
    if (gf_instant_read(end + 1, rest, NULL, NOW, &t, &e) != 0) {
        MUST(e.what[0] && e.col + e.len <= rest);
        return 0;
    }
    MUST(gf_instant_fits(t, NULL) && t.ns >= 0 && t.ns < 1000000000);
    size_t n = gf_instant_text(t, NULL, text);
    MUST(n <= sizeof text && gf_instant_read(text, n, NULL, NOW, &back, NULL) == 0);
    MUST(gf_instant_compare(t, back) == 0);
    by_form(form, len, t);
    static const char exact[] = "%F %T.%f %z";
    char all[80];
    n = gf_instant_text_as(t, NULL, exact, sizeof exact - 1, all, sizeof all);
    MUST(gf_instant_read_as(all, n, exact, sizeof exact - 1, NULL, NOW, &back, NULL) == 0);
    MUST(gf_instant_compare(t, back) == 0);
    if (gf_timeform_check(form, len, true, NULL) == 0 &&
        gf_instant_read_as(end + 1, rest, form, len, NULL, NOW, &back, NULL) == 0)
        MUST(gf_instant_fits(back, NULL));
    return 0;
}
