/*
 * functions.c - the functions of expressions: a table of names, and one C function for each.
 *
 * Each finds its arguments side by side on the stack and puts its value in the place of the first.
 * `if` and `coalesce` have none, since the compiler makes jumps of them. Those of times are
 * in times.c.
 */
#include <errno.h>
#include <string.h>

#include "expr/amount.h"
#include "expr/program.h"
#include "expr/times.h"
#include "expr/value.h"

static int call_len(struct gf_expr_run *r, struct gf_expr_value *arg, int n)
{
    (void)n;
    struct gf_slice s = gf_expr_value_text(arg, r);
    gf_expr_set_whole(arg, (int64_t)s.len);
    return 0;
}

/* A copy with the bytes from `first` on, 26 of them, moved by `by`. */
static int change_case(struct gf_expr_run *r, struct gf_expr_value *arg, char first, int by)
{
    struct gf_slice s;
    if (arg->kind == GF_EXPR_MISSING)
        return 0;
    if (gf_expr_text(r, arg, &s) != 0)
        return -1;
    char *copy = gf_expr_room(r, s.len);
    if (!copy)
        return -1;
    for (size_t i = 0; i < s.len; i++)
        copy[i] = s.data[i] >= first && s.data[i] < first + 26 ? (char)(s.data[i] + by) : s.data[i];
    if (arg->kind != GF_EXPR_TEXT)
        arg->field = 0, arg->quoted = false;
    gf_expr_set_text(arg, (struct gf_slice){copy, s.len});
    return 0;
}

static int call_lower(struct gf_expr_run *r, struct gf_expr_value *arg, int n)
{
    (void)n;
    return change_case(r, arg, 'A', 'a' - 'A');
}

static int call_upper(struct gf_expr_run *r, struct gf_expr_value *arg, int n)
{
    (void)n;
    return change_case(r, arg, 'a', 'A' - 'a');
}

static int call_substr(struct gf_expr_run *r, struct gf_expr_value *arg, int n)
{
    struct gf_slice s;
    int64_t from, most = INT64_MAX;
    if (gf_expr_to_whole(r, &arg[1], &from) != 0 ||
        (n > 2 && gf_expr_to_whole(r, &arg[2], &most) != 0) || gf_expr_text(r, arg, &s) != 0)
        return -1;
    int64_t len = (int64_t)s.len;
    if (from < 0)
        from = from < -len ? 0 : len + from;
    else if (from > 0)
        from--;
    from = from > len ? len : from;
    most = most < 0 ? 0 : most > len - from ? len - from : most;
    if (arg->kind != GF_EXPR_TEXT && arg->kind != GF_EXPR_MISSING)
        arg->field = 0, arg->quoted = false;
    gf_expr_set_text(arg, (struct gf_slice){s.data + from, (size_t)most});
    return 0;
}

static int call_concat(struct gf_expr_run *r, struct gf_expr_value *arg, int n)
{
    size_t all = 0;
    for (int i = 0; i < n; i++) {
        struct gf_slice s;
        if (gf_expr_text(r, &arg[i], &s) != 0)
            return -1;
        arg[i].text = s;
        if (s.len > GF_EXPR_TEXTS)
            return gf_expr_wrong(r, NULL, ERANGE, "its texts are too long");
        all += s.len;
    }
    char *copy = gf_expr_room(r, all), *p = copy;
    if (!copy)
        return -1;
    for (int i = 0; i < n; i++)
        p = gf_slice_put(p, arg[i].text);
    arg->field = 0;
    arg->quoted = false;
    gf_expr_set_text(arg, (struct gf_slice){copy, all});
    return 0;
}

static int round_to(struct gf_expr_run *r, struct gf_expr_value *arg, int64_t places,
                    enum gf_dec_way way)
{
    if (gf_expr_to_number(r, arg) != 0)
        return -1;
    struct gf_dec d = gf_expr_dec(arg), rounded;
    gf_dec_round(&d, places, way, &rounded);
    gf_expr_set_dec(arg, &rounded);
    return 0;
}

static int call_round(struct gf_expr_run *r, struct gf_expr_value *arg, int n)
{
    int64_t places = 0;
    if (n > 1 && gf_expr_to_whole(r, &arg[1], &places) != 0)
        return -1;
    return round_to(r, arg, places, GF_DEC_NEAREST);
}

static int call_floor(struct gf_expr_run *r, struct gf_expr_value *arg, int n)
{
    (void)n;
    return round_to(r, arg, 0, GF_DEC_DOWN);
}

static int call_ceil(struct gf_expr_run *r, struct gf_expr_value *arg, int n)
{
    (void)n;
    return round_to(r, arg, 0, GF_DEC_UP);
}

static int call_int(struct gf_expr_run *r, struct gf_expr_value *arg, int n)
{
    (void)n;
    return round_to(r, arg, 0, GF_DEC_TO_ZERO);
}

static int call_abs(struct gf_expr_run *r, struct gf_expr_value *arg, int n)
{
    (void)n;
    if (gf_expr_to_number(r, arg) != 0)
        return -1;
    struct gf_dec d = gf_expr_dec(arg);
    d.coef = d.coef < 0 ? -d.coef : d.coef;
    gf_expr_set_dec(arg, &d);
    return 0;
}

/* The first of those that are the largest, by the sign of `way`. */
static int extreme(struct gf_expr_run *r, struct gf_expr_value *arg, int n, int way)
{
    for (int i = 0; i < n; i++) {
        if (gf_expr_to_number(r, &arg[i]) != 0)
            return -1;
        struct gf_dec d = gf_expr_dec(&arg[i]), best = gf_expr_dec(arg);
        if (i > 0 && gf_dec_compare(&d, &best) == way)
            *arg = arg[i];
    }
    return 0;
}

static int call_min(struct gf_expr_run *r, struct gf_expr_value *arg, int n)
{
    return extreme(r, arg, n, -1);
}

static int call_max(struct gf_expr_run *r, struct gf_expr_value *arg, int n)
{
    return extreme(r, arg, n, 1);
}

static int hex_digit(char c)
{
    char low = (char)(c | 0x20);
    return c >= '0' && c <= '9' ? c - '0' : low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

static bool begins_with_0x(struct gf_slice s)
{
    size_t sign = s.len && s.data[0] == '-';
    return s.len - sign >= 2 && s.data[sign] == '0' && (s.data[sign + 1] | 0x20) == 'x';
}

static int from_hex(struct gf_expr_run *r, struct gf_expr_value *arg)
{
    struct gf_slice s = arg->text;
    bool minus = s.data[0] == '-';
    unsigned __int128 v = 0;
    if (s.len == minus + 2U)
        return gf_expr_wrong(r, arg, EINVAL, "is no hexadecimal number");
    for (size_t i = minus + 2U; i < s.len; i++) {
        int digit = hex_digit(s.data[i]);
        if (digit < 0)
            return gf_expr_wrong(r, arg, EINVAL, "is no hexadecimal number");
        if (v >> 123)
            return gf_expr_wrong(r, arg, ERANGE, "out of range");
        v = v << 4 | (unsigned)digit;
    }
    struct gf_dec d = {minus ? -(__int128)v : (__int128)v, 0};
    gf_expr_set_dec(arg, &d);
    return 0;
}

static int call_hex(struct gf_expr_run *r, struct gf_expr_value *arg, int n)
{
    (void)n;
    if (arg->kind == GF_EXPR_TEXT && begins_with_0x(arg->text))
        return from_hex(r, arg);
    struct gf_expr_value was = *arg;
    if (gf_expr_to_number(r, arg) != 0)
        return -1;
    struct gf_dec d = gf_expr_dec(arg), whole;
    gf_dec_round(&d, 0, GF_DEC_TO_ZERO, &whole);
    if (whole.exp != 0 || gf_dec_compare(&whole, &d) != 0)
        return gf_expr_wrong(r, &was, EINVAL, "is no whole number");
    enum {
        MOST = 36
    };
    char *room = gf_expr_room(r, MOST), *p = room ? room + MOST : NULL;
    if (!room)
        return -1;
    unsigned __int128 v =
        whole.coef < 0 ? -(unsigned __int128)whole.coef : (unsigned __int128)whole.coef;
    do {
        *--p = "0123456789abcdef"[v & 15];
        v >>= 4;
    } while (v);
    *--p = 'x';
    *--p = '0';
    if (whole.coef < 0)
        *--p = '-';
    arg->field = 0;
    arg->quoted = false;
    gf_expr_set_text(arg, (struct gf_slice){p, (size_t)(room + MOST - p)});
    return 0;
}

static int call_num(struct gf_expr_run *r, struct gf_expr_value *arg, int n)
{
    struct gf_dec d;
    (void)n;
    if (arg->kind != GF_EXPR_TEXT)
        return gf_expr_to_number(r, arg);
    if (gf_dec_read(arg->text, &d) != 0 && gf_amount_read(arg->text, &d) != 0)
        return gf_expr_wrong(r, arg, errno,
                             errno == ERANGE ? "out of range" : "is no number, size or duration");
    gf_expr_set_dec(arg, &d);
    return 0;
}

/* A function of values, and one whose arguments from number `said` on are a format or a zone. */
#define PLAIN(name_, least_, most_, call_)                                                         \
    {                                                                                              \
        .name = name_, .least = least_, .most = most_, .call = call_                               \
    }
#define TIMES(name_, least_, most_, call_, said_, check_)                                          \
    {                                                                                              \
        .name = name_, .least = least_, .most = most_, .call = call_, .said = said_,               \
        .check = check_                                                                            \
    }

const struct gf_expr_function gf_expr_functions[] = {
    PLAIN("abs", 1, 1, call_abs),
    TIMES("bucket", 2, 3, gf_expr_call_bucket, 2, gf_expr_check_bucket),
    PLAIN("ceil", 1, 1, call_ceil),
    {.name = "coalesce", .shape = GF_CALL_COALESCE, .least = 1, .most = GF_EXPR_ARGS},
    PLAIN("concat", 1, GF_EXPR_ARGS, call_concat),
    TIMES("date", 1, 2, gf_expr_call_date, 1, gf_expr_check_date),
    PLAIN("floor", 1, 1, call_floor),
    PLAIN("hex", 1, 1, call_hex),
    {.name = "if", .shape = GF_CALL_IF, .least = 3, .most = 3},
    PLAIN("int", 1, 1, call_int),
    PLAIN("len", 1, 1, call_len),
    PLAIN("lower", 1, 1, call_lower),
    PLAIN("max", 1, GF_EXPR_ARGS, call_max),
    PLAIN("min", 1, GF_EXPR_ARGS, call_min),
    PLAIN("now", 0, 0, gf_expr_call_now),
    PLAIN("num", 1, 1, call_num),
    PLAIN("round", 1, 2, call_round),
    TIMES("strftime", 2, 3, gf_expr_call_strftime, 1, gf_expr_check_strftime),
    PLAIN("substr", 2, 3, call_substr),
    TIMES("time", 1, 3, gf_expr_call_time, 1, gf_expr_check_time),
    PLAIN("upper", 1, 1, call_upper),
    {.name = NULL},
};

int gf_expr_function(const char *name, size_t len)
{
    for (int i = 0; gf_expr_functions[i].name; i++)
        if (strlen(gf_expr_functions[i].name) == len &&
            memcmp(gf_expr_functions[i].name, name, len) == 0)
            return i;
    return -1;
}
