/*
 * value.c - a text is read as a number when one is needed, and a number is written when a text is.
 *
 * Most numbers of records are whole and short, so these are tried first. Texts that an evaluation
 * makes lie in chunks that never move, since values point into them; between two evaluations only
 * the newest chunk, which is the largest, is kept.
 */
#include "expr/value.h"

#include <errno.h>
#include <stdlib.h>

#include "base/num.h"
#include "text/number.h"

struct gf_expr_texts {
    struct gf_expr_texts *older;
    size_t used, cap;
    char bytes[];
};

enum {
    FIRST = 4096
};

int gf_expr_wrong(struct gf_expr_run *r, const struct gf_expr_value *of, int error,
                  const char *what)
{
    r->error = (struct gf_expr_error){.what = what};
    if (of && (of->kind == GF_EXPR_TEXT || of->kind == GF_EXPR_MISSING)) {
        r->error.field = of->field;
        if (of->kind == GF_EXPR_TEXT)
            r->error.text = of->text;
    }
    errno = error;
    return -1;
}

void gf_expr_set_dec(struct gf_expr_value *v, const struct gf_dec *d)
{
    if (d->exp == 0 && d->coef == (int64_t)d->coef) {
        gf_expr_set_whole(v, (int64_t)d->coef);
    } else {
        v->kind = GF_EXPR_DECIMAL;
        v->dec = *d;
    }
}

void gf_expr_set_text(struct gf_expr_value *v, struct gf_slice text)
{
    v->kind = text.len ? GF_EXPR_TEXT : GF_EXPR_MISSING;
    v->text = text;
}

static int read_number(struct gf_slice s, struct gf_expr_value *out)
{
    struct gf_dec d;
    int64_t whole;
    if (gf_number_short(s, &whole)) {
        gf_expr_set_whole(out, whole);
        return 0;
    }
    if (gf_dec_read(s, &d) != 0)
        return -1;
    gf_expr_set_dec(out, &d);
    return 0;
}

int gf_expr_to_number(struct gf_expr_run *r, struct gf_expr_value *v)
{
    switch (v->kind) {
    case GF_EXPR_WHOLE:
    case GF_EXPR_DECIMAL:
        return 0;
    case GF_EXPR_MISSING:
        return gf_expr_wrong(r, v, EINVAL, v->field ? "is empty" : "an empty text is no number");
    case GF_EXPR_TEXT:
        break;
    }
    if (read_number(v->text, v) == 0)
        return 0;
    return gf_expr_wrong(r, v, errno, errno == ERANGE ? "out of range" : "is no number");
}

int gf_expr_to_whole(struct gf_expr_run *r, struct gf_expr_value *v, int64_t *out)
{
    struct gf_expr_value was = *v;
    if (gf_expr_to_number(r, v) != 0)
        return -1;
    struct gf_dec d = gf_expr_dec(v);
    return gf_dec_whole(&d, out) ? 0 : gf_expr_wrong(r, &was, EINVAL, "is no whole number");
}

static size_t number_text(const struct gf_expr_value *v, char out[GF_DEC_SIZE])
{
    if (v->kind == GF_EXPR_DECIMAL)
        return gf_dec_text(&v->dec, out);
    bool minus = v->whole < 0;
    out[0] = '-';
    return minus + gf_format_uint(minus ? -(uint64_t)v->whole : (uint64_t)v->whole, out + minus);
}

struct gf_slice gf_expr_value_text(const struct gf_expr_value *v, struct gf_expr_run *r)
{
    if (v->kind == GF_EXPR_MISSING)
        return (struct gf_slice){"", 0};
    if (v->kind == GF_EXPR_TEXT)
        return v->text;
    return (struct gf_slice){r->number, number_text(v, r->number)};
}

int gf_expr_text(struct gf_expr_run *r, const struct gf_expr_value *v, struct gf_slice *out)
{
    if (v->kind == GF_EXPR_WHOLE || v->kind == GF_EXPR_DECIMAL) {
        char *room = gf_expr_room(r, GF_DEC_SIZE);
        if (!room)
            return -1;
        *out = (struct gf_slice){room, number_text(v, room)};
    } else {
        *out = gf_expr_value_text(v, r);
    }
    return 0;
}

char *gf_expr_room(struct gf_expr_run *r, size_t n)
{
    struct gf_expr_texts *t = r->texts;
    if (n > GF_EXPR_TEXTS - r->text_bytes) {
        gf_expr_wrong(r, NULL, ERANGE, "its texts are too long");
        return NULL;
    }
    if (!t || n > t->cap - t->used) {
        size_t cap = t ? 2 * t->cap : FIRST;
        cap = cap < n ? n : cap;
        t = malloc(sizeof *t + cap);
        if (!t) {
            gf_expr_wrong(r, NULL, ENOMEM, "out of memory");
            return NULL;
        }
        *t = (struct gf_expr_texts){.older = r->texts, .cap = cap};
        r->texts = t;
    }
    char *room = t->bytes + t->used;
    t->used += n;
    r->text_bytes += n;
    return room;
}

static void drop(struct gf_expr_texts *t)
{
    while (t) {
        struct gf_expr_texts *older = t->older;
        free(t);
        t = older;
    }
}

void gf_expr_forget(struct gf_expr_run *r)
{
    drop(r->texts->older);
    r->texts->older = NULL;
    r->texts->used = 0;
    r->text_bytes = 0;
}

void gf_expr_run_init(struct gf_expr_run *r)
{
    *r = (struct gf_expr_run){0};
}

void gf_expr_run_release(struct gf_expr_run *r)
{
    drop(r->texts);
    free(r->stack);
    gf_zones_release(&r->zones);
    *r = (struct gf_expr_run){0};
}

enum looks {
    NO_NUMBER,
    NUMBER,
    OUT_OF_RANGE
};

/* Whether it is a number, or a text that looks like one: as *out. */
static enum looks looks_like_number(const struct gf_expr_value *v, struct gf_expr_value *out)
{
    if (v->kind == GF_EXPR_WHOLE || v->kind == GF_EXPR_DECIMAL) {
        *out = *v;
        return NUMBER;
    }
    /* Blanks, a sign, a point and digits are all below the letters. */
    if (v->kind != GF_EXPR_TEXT || v->quoted || (unsigned char)v->text.data[0] > '9')
        return NO_NUMBER;
    return read_number(v->text, out) == 0 ? NUMBER : errno == ERANGE ? OUT_OF_RANGE : NO_NUMBER;
}

/* Whether it is, or reads as, a whole number of at most 18 digits. */
static inline bool short_whole(const struct gf_expr_value *v, int64_t *out)
{
    if (v->kind == GF_EXPR_WHOLE) {
        *out = v->whole;
        return true;
    }
    return v->kind == GF_EXPR_TEXT && !v->quoted && gf_number_short(v->text, out);
}

int gf_expr_compare(struct gf_expr_run *r, const struct gf_expr_value *a,
                    const struct gf_expr_value *b, int *order)
{
    struct gf_expr_value x, y;
    int64_t i, k;
    if (short_whole(a, &i) && short_whole(b, &k)) {
        *order = (i > k) - (i < k);
        return 0;
    }
    enum looks p = looks_like_number(a, &x), q = p ? looks_like_number(b, &y) : NO_NUMBER;
    if (q && (p == OUT_OF_RANGE || q == OUT_OF_RANGE))
        return gf_expr_wrong(r, p == OUT_OF_RANGE ? a : b, ERANGE, "out of range");
    if (q) {
        struct gf_dec m = gf_expr_dec(&x), n = gf_expr_dec(&y);
        *order = gf_dec_compare(&m, &n);
        return 0;
    }
    struct gf_slice s, t;
    if (gf_expr_text(r, a, &s) != 0 || gf_expr_text(r, b, &t) != 0)
        return -1;
    int c = gf_slice_compare(s, t);
    *order = (c > 0) - (c < 0);
    return 0;
}

bool gf_expr_true(const struct gf_expr_value *v)
{
    struct gf_expr_value n;
    switch (v->kind) {
    case GF_EXPR_MISSING:
        return false;
    case GF_EXPR_WHOLE:
        return v->whole != 0;
    case GF_EXPR_DECIMAL:
        return !gf_dec_is_zero(&v->dec);
    case GF_EXPR_TEXT:
        break;
    }
    if (looks_like_number(v, &n) != NUMBER)
        return true;
    return n.kind == GF_EXPR_WHOLE ? n.whole != 0 : !gf_dec_is_zero(&n.dec);
}
