/*
 * times.c - the functions of times, on time/stamp.h.
 *
 * A time is a number of seconds among values, and an instant in here. Formats and zones have been
 * checked when the expression was compiled, so a run only looks its zones up: by their names, as
 * each run has zones of its own.
 */
#include "expr/times.h"

#include <errno.h>
#include <string.h>

#include "base/duration.h"
#include "expr/value.h"
#include "time/stamp.h"

enum {
    ZONE_MAX = 255
};

static int copy_name(struct gf_slice text, char name[ZONE_MAX + 1])
{
    if (text.len > ZONE_MAX || memchr(text.data, '\0', text.len))
        return -1;
    memcpy(name, text.data, text.len);
    name[text.len] = '\0';
    return 0;
}

/* ---- checks ---------------------------------------------------------------------------------- */

static int check_zone(struct gf_slice text, const char *zones, struct gf_perr *e)
{
    char name[ZONE_MAX + 1];
    struct gf_zone *z;
    if (text.len && text.data[0] == '/')
        return gf_perr_set(e, 0, text.len, NULL, "a time zone has a name here, not a file");
    if (copy_name(text, name) != 0)
        return gf_perr_set(e, 0, text.len, NULL, "unknown time zone");
    if (gf_zone_open(&z, name, zones, e) != 0)
        return -1;
    gf_zone_free(z);
    return 0;
}

int gf_expr_check_time(int at, struct gf_slice text, const char *zones, struct gf_perr *e)
{
    if (at == 2)
        return check_zone(text, zones, e);
    return text.len ? gf_timeform_check(text.data, text.len, true, e) : 0;
}

int gf_expr_check_date(int at, struct gf_slice text, const char *zones, struct gf_perr *e)
{
    (void)at;
    return check_zone(text, zones, e);
}

int gf_expr_check_strftime(int at, struct gf_slice text, const char *zones, struct gf_perr *e)
{
    return at == 2 ? check_zone(text, zones, e) : gf_timeform_check(text.data, text.len, false, e);
}

int gf_expr_check_bucket(int at, struct gf_slice text, const char *zones, struct gf_perr *e)
{
    (void)at;
    return check_zone(text, zones, e);
}

/* ---- values ---------------------------------------------------------------------------------- */

/* The zone of argument `at` of n; NULL, UTC, where it is not said. */
static int find_zone(struct gf_expr_run *r, const struct gf_expr_value *arg, int n, int at,
                     struct gf_zone **z)
{
    char name[ZONE_MAX + 1];
    *z = NULL;
    if (n <= at || arg[at].kind != GF_EXPR_TEXT)
        return 0;
    if (copy_name(arg[at].text, name) == 0 && gf_zones_get(&r->zones, name, z, NULL) == 0)
        return 0;
    if (errno == ENOMEM)
        return -1;
    return gf_expr_wrong(r, NULL, EIO, "the data of its time zone cannot be read");
}

/* A number as nanoseconds, rounded down. False: it is out of range for a time. */
static bool to_ns(const struct gf_dec *d, __int128 *ns)
{
    static const struct gf_dec most = {GF_CIVIL_MAX + 1, 0}, least = {-GF_CIVIL_MAX, 0};
    struct gf_dec fine;
    if (gf_dec_compare(d, &most) >= 0 || gf_dec_compare(d, &least) < 0)
        return false;
    gf_dec_round(d, 9, GF_DEC_DOWN, &fine);
    *ns = fine.coef;
    for (; fine.exp > -9; fine.exp--)
        *ns *= 10;
    return true;
}

static struct gf_instant from_ns(__int128 ns)
{
    __int128 rest = ns % GF_S;
    rest += rest < 0 ? GF_S : 0;
    return (struct gf_instant){(int64_t)((ns - rest) / GF_S), (int32_t)rest};
}

/* The time that the value is; a text is read by the format, if there is one. */
static int to_instant(struct gf_expr_run *r, const struct gf_expr_value *v, struct gf_slice form,
                      struct gf_zone *zone, struct gf_instant *out)
{
    int64_t now = from_ns(r->now_wall).seconds;
    __int128 ns;
    if (v->kind == GF_EXPR_MISSING)
        return gf_expr_wrong(r, v, EINVAL, v->field ? "is empty" : "an empty text is no time");
    if (v->kind == GF_EXPR_TEXT) {
        struct gf_slice s = v->text;
        if (form.len &&
            gf_instant_read_as(s.data, s.len, form.data, form.len, zone, now, out, NULL) == 0)
            return 0;
        if (!form.len && gf_instant_read(s.data, s.len, zone, now, out, NULL) == 0)
            return 0;
        return gf_expr_wrong(r, v, EINVAL, form.len ? "is no time of its format" : "is no time");
    }
    struct gf_dec d = gf_expr_dec(v);
    if (to_ns(&d, &ns)) {
        *out = from_ns(ns);
        if (gf_instant_fits(*out, zone))
            return 0;
    }
    return gf_expr_wrong(r, NULL, ERANGE, "a time is out of range");
}

static void set_instant(struct gf_expr_value *v, struct gf_instant t)
{
    struct gf_dec d = {(__int128)t.seconds * GF_S + t.ns, -9};
    for (; d.exp < 0 && d.coef % 10 == 0; d.exp++)
        d.coef /= 10;
    gf_expr_set_dec(v, &d);
}

static void set_made_text(struct gf_expr_value *v, const char *s, size_t len)
{
    v->field = 0;
    v->quoted = false;
    gf_expr_set_text(v, (struct gf_slice){s, len});
}

/* ---- functions ------------------------------------------------------------------------------- */

int gf_expr_call_time(struct gf_expr_run *r, struct gf_expr_value *arg, int n)
{
    struct gf_zone *zone;
    struct gf_instant t;
    struct gf_slice form =
        n > 1 && arg[1].kind == GF_EXPR_TEXT ? arg[1].text : (struct gf_slice){0};
    if (find_zone(r, arg, n, 2, &zone) != 0 || to_instant(r, arg, form, zone, &t) != 0)
        return -1;
    set_instant(arg, t);
    return 0;
}

/* The time as the first argument has it, in the zone of argument `at`, where it can be written. */
static int to_write(struct gf_expr_run *r, const struct gf_expr_value *arg, int n, int at,
                    struct gf_zone **zone, struct gf_instant *t)
{
    if (find_zone(r, arg, n, at, zone) != 0 ||
        to_instant(r, arg, (struct gf_slice){0}, *zone, t) != 0)
        return -1;
    return gf_instant_fits(*t, *zone) ? 0
                                      : gf_expr_wrong(r, NULL, ERANGE, "a time is out of range");
}

int gf_expr_call_date(struct gf_expr_run *r, struct gf_expr_value *arg, int n)
{
    struct gf_zone *zone;
    struct gf_instant t = {0};
    if (to_write(r, arg, n, 1, &zone, &t) != 0)
        return -1;
    char *room = gf_expr_room(r, GF_INSTANT_SIZE);
    if (!room)
        return -1;
    set_made_text(arg, room, gf_instant_text(t, zone, room));
    return 0;
}

int gf_expr_call_strftime(struct gf_expr_run *r, struct gf_expr_value *arg, int n)
{
    struct gf_zone *zone;
    struct gf_instant t = {0};
    if (to_write(r, arg, n, 2, &zone, &t) != 0)
        return -1;
    struct gf_slice form = arg[1].kind == GF_EXPR_TEXT ? arg[1].text : (struct gf_slice){"", 0};
    size_t len = gf_instant_text_as(t, zone, form.data, form.len, NULL, 0);
    char *room = gf_expr_room(r, len);
    if (!room)
        return -1;
    gf_instant_text_as(t, zone, form.data, form.len, room, len);
    set_made_text(arg, room, len);
    return 0;
}

/* How long a bucket is: a number of seconds, or a duration. */
static int to_size(struct gf_expr_run *r, const struct gf_expr_value *v, gf_ns *size)
{
    struct gf_expr_value number = *v;
    const gf_ns most = GF_DURATION_MAX;
    __int128 ns = 0;
    if (v->kind == GF_EXPR_TEXT) {
        if (gf_parse_duration(v->text.data, v->text.len, size, NULL) != 0)
            return gf_expr_wrong(r, v, EINVAL, "is no duration");
        ns = *size;
    } else {
        if (gf_expr_to_number(r, &number) != 0)
            return -1;
        struct gf_dec d = gf_expr_dec(&number);
        if (!to_ns(&d, &ns))
            ns = 0;
    }
    if (ns <= 0 || ns > most)
        return gf_expr_wrong(r, NULL, EDOM, "a bucket has from 1 ns to 100 years");
    *size = (gf_ns)ns;
    return 0;
}

int gf_expr_call_bucket(struct gf_expr_run *r, struct gf_expr_value *arg, int n)
{
    struct gf_zone *zone;
    struct gf_instant t = {0};
    gf_ns size = 0;
    if (to_write(r, arg, n, 2, &zone, &t) != 0 || to_size(r, &arg[1], &size) != 0)
        return -1;
    set_instant(arg, gf_instant_bucket(t, size, zone));
    return 0;
}

int gf_expr_call_now(struct gf_expr_run *r, struct gf_expr_value *arg, int n)
{
    (void)n;
    set_instant(arg, from_ns(r->now_wall));
    return 0;
}
