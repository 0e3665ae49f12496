/*
 * amount.c - numbers times their units. The parsers of options (base/size.h, base/duration.h) want
 * whole bytes and nanoseconds, which data need not be.
 */
#include "expr/amount.h"

#include <errno.h>

#include "base/clock.h"
#include "base/duration.h"
#include "base/size.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct gf_slice without_blanks(struct gf_slice s)
{
    while (s.len && is_blank(s.data[0])) {
        s.data++;
        s.len--;
    }
    while (s.len && is_blank(s.data[s.len - 1]))
        s.len--;
    return s;
}

static int no_amount(void)
{
    errno = EINVAL;
    return -1;
}

/* Takes the number and the unit that stand in front: digits with a point among them, then what is
 * no digit. */
static int take_part(struct gf_slice *s, struct gf_dec *number, struct gf_slice *unit)
{
    size_t n = 0, end;
    while (n < s->len && ((s->data[n] >= '0' && s->data[n] <= '9') || s->data[n] == '.'))
        n++;
    if (n == 0 || gf_dec_read((struct gf_slice){s->data, n}, number) != 0)
        return no_amount();
    for (end = n;
         end < s->len && !(s->data[end] >= '0' && s->data[end] <= '9') && s->data[end] != '.';)
        end++;
    *unit = without_blanks((struct gf_slice){s->data + n, end - n});
    s->data += end;
    s->len -= end;
    return unit->len ? 0 : no_amount();
}

/* Adds number * unit nanoseconds, in seconds. */
static int add_span(struct gf_dec *sum, const struct gf_dec *number, gf_ns unit)
{
    struct gf_dec seconds = {unit, -9}, product;
    while (seconds.exp < 0 && seconds.coef % 10 == 0) {
        seconds.coef /= 10;
        seconds.exp++;
    }
    return gf_dec_multiply(number, &seconds, &product) == 0 ? gf_dec_add(sum, &product, sum) : -1;
}

int gf_amount_read(struct gf_slice s, struct gf_dec *out)
{
    struct gf_dec number, sum = {0};
    struct gf_slice unit;
    s = without_blanks(s);
    bool minus = s.len && s.data[0] == '-', sign = minus || (s.len && s.data[0] == '+');
    s.data += sign;
    s.len -= sign;
    if (take_part(&s, &number, &unit) != 0)
        return -1;
    uint64_t bytes = s.len ? 0 : gf_size_unit(unit.data, unit.len);
    if (bytes) {
        if (gf_dec_multiply(&number, &(struct gf_dec){.coef = bytes}, &sum) != 0)
            return -1;
    } else {
        for (gf_ns before = GF_NEVER, span;; before = span) {
            span = gf_time_unit(unit.data, unit.len);
            if (span == 0 || span >= before)
                return no_amount();
            if (add_span(&sum, &number, span) != 0)
                return -1;
            if (s.len == 0)
                break;
            if (take_part(&s, &number, &unit) != 0)
                return -1;
        }
    }
    for (; sum.exp < 0 && sum.coef % 10 == 0; sum.exp++)
        sum.coef /= 10;
    *out = (struct gf_dec){minus ? -sum.coef : sum.coef, sum.exp};
    return 0;
}
