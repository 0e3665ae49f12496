/*
 * expr.c - an expression on the first line, fields on the others: the compiled program gives what
 * an interpreter gives that reads the grammar of expr.h by recursive descent and computes as it
 * reads.
 *
 * The interpreter shares the decimals with the program (these are held against Python's in
 * cli/expr.bats), and nothing else: no tokens, no jumps, no whole numbers. What it need not compute
 * it reads with `live` off. Both refuse the same expressions, but for what is nested too deep, and
 * fail for the same records. It knows no function of times: an expression with one is only computed
 * (stamp.c has their oracle).
 */
#include <setjmp.h>

#include "expr/expr.h"

#include "expr_values.h"

enum {
    LONGEST = 1000,
    FIELDS = 8
};

static struct {
    const char *p, *end;
    const struct gf_slice *field;
    size_t nfields;
    bool times; /* a function of times was called */
    jmp_buf refused;
} in;

static struct val or_(bool live);

static void refuse(void)
{
    longjmp(in.refused, 1);
}

static void blanks(void)
{
    while (in.p < in.end && (*in.p == ' ' || *in.p == '\t'))
        in.p++;
}

/* Whether the next word is this one; then it is taken. */
static bool take(const char *word)
{
    blanks();
    size_t n = strlen(word);
    if ((size_t)(in.end - in.p) < n || memcmp(in.p, word, n) != 0)
        return false;
    if (is_word(*word) && in.p + n < in.end && is_word(in.p[n]))
        return false;
    in.p += n;
    return true;
}

static bool lies_ahead(const char *word)
{
    const char *p = in.p;
    bool yes = take(word);
    in.p = p;
    return yes;
}

static struct val field(int64_t at)
{
    if (at == 0 || at > INT32_MAX || at < -INT32_MAX)
        refuse();
    int64_t i = at > 0 ? at - 1 : (int64_t)in.nfields + at;
    if (i < 0 || i >= (int64_t)in.nfields)
        return (struct val){0};
    return text_of(in.field[i], false);
}

static struct val braces(void)
{
    const char *from = in.p, *end = memchr(from, '}', (size_t)(in.end - from));
    if (!end || end == from)
        refuse();
    in.p = end + 1;
    bool number = end - from > (*from == '-');
    double v = 0;
    for (const char *p = from + (*from == '-'); p < end; p++) {
        number &= is_digit(*p);
        v = v * 10 + (*p - '0');
    }
    if (number)
        return v > 1e10 ? (refuse(), (struct val){0}) : field((int64_t)(*from == '-' ? -v : v));
    return field(find(NULL, (struct gf_slice){from, (size_t)(end - from)}));
}

static struct val literal(char quote)
{
    char *to = room((size_t)(in.end - in.p));
    size_t n = 0;
    for (;; to[n++] = *in.p++) {
        if (in.p == in.end)
            refuse();
        if (*in.p != quote)
            continue;
        if (in.p + 1 == in.end || in.p[1] != quote)
            break;
        in.p++;
    }
    in.p++;
    return text_of((struct gf_slice){to, n}, true);
}

static struct val number(void)
{
    const char *from = in.p;
    struct gf_dec d;
    while (in.p < in.end &&
           (is_word(*in.p) || *in.p == '.' ||
            ((*in.p == '+' || *in.p == '-') && (in.p[-1] == 'e' || in.p[-1] == 'E') &&
             in.p + 1 < in.end && is_digit(in.p[1]))))
        in.p++;
    if (gf_dec_read((struct gf_slice){from, (size_t)(in.p - from)}, &d) != 0)
        refuse();
    return number_of(d);
}

static struct val call_if(bool live)
{
    struct val c = or_(live);
    bool yes = truth(c);
    if (!take(","))
        refuse();
    struct val a = or_(live && !failed && yes);
    if (!take(","))
        refuse();
    struct val b = or_(live && !failed && !yes);
    if (!take(")"))
        refuse();
    return yes ? a : b;
}

static struct val call_coalesce(bool live)
{
    struct val v = {0};
    do {
        struct val next = or_(live && !failed && v.kind == MISSING);
        v = v.kind == MISSING ? next : v;
    } while (take(","));
    if (!take(")"))
        refuse();
    return v;
}

static struct val function(const char *name, size_t len, bool live)
{
    static const struct {
        const char *name;
        int least, most;
    } known[] = {{"abs", 1, 1},   {"ceil", 1, 1},  {"concat", 1, 999}, {"floor", 1, 1},
                 {"hex", 1, 1},   {"int", 1, 1},   {"len", 1, 1},      {"lower", 1, 1},
                 {"max", 1, 999}, {"min", 1, 999}, {"num", 1, 1},      {"round", 1, 2},
                 {"upper", 1, 1}, {"substr", 2, 3}};
    struct val arg[LONGEST];
    int n = 0;
    if (len == 2 && memcmp(name, "if", 2) == 0)
        return call_if(live);
    if (len == 8 && memcmp(name, "coalesce", 8) == 0)
        return call_coalesce(live);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strlen(known[i].name) != len || memcmp(known[i].name, name, len) != 0)
            continue;
        do
            arg[n++] = or_(live && !failed);
        while (take(","));
        if (!take(")") || n < known[i].least || n > known[i].most)
            refuse();
        return live && !failed ? call(known[i].name, arg, n) : (struct val){0};
    }
    refuse();
    return (struct val){0};
}

static bool is_one_of(const char *all, const char *name, size_t len)
{
    for (const char *p = all; (p = strchr(p, ' ')) && *++p;)
        if (strncmp(p, name, len) == 0 && p[len] == ' ')
            return true;
    return false;
}

static struct val operand(bool live)
{
    blanks();
    if (in.p == in.end)
        refuse();
    char c = *in.p;
    if (c == '\'' || c == '"') {
        in.p++;
        return literal(c);
    }
    if (take("{"))
        return braces();
    if (take("(")) {
        struct val v = or_(live);
        if (!take(")"))
            refuse();
        return v;
    }
    if (is_digit(c) || (c == '.' && in.p + 1 < in.end && is_digit(in.p[1])))
        return number();
    if (!is_word(c))
        refuse();
    const char *from = in.p;
    while (in.p < in.end && is_word(*in.p))
        in.p++;
    size_t len = (size_t)(in.p - from);
    if (lies_ahead("(")) {
        in.times |= is_one_of(" bucket date now strftime time ", from, len);
        take("(");
        return function(from, len, live);
    }
    if (is_one_of(" and or not ", from, len))
        refuse();
    return field(find(NULL, (struct gf_slice){from, len}));
}

static struct val compute(const char *op, struct val a, struct val b, bool live)
{
    struct gf_dec x, y, z;
    if (!live || failed)
        return (struct val){0};
    if (!as_number(a, &x) || !as_number(b, &y))
        return fail();
    int r = strcmp(op, "+") == 0    ? gf_dec_add(&x, &y, &z)
            : strcmp(op, "-") == 0  ? gf_dec_subtract(&x, &y, &z)
            : strcmp(op, "*") == 0  ? gf_dec_multiply(&x, &y, &z)
            : strcmp(op, "/") == 0  ? gf_dec_divide(&x, &y, &z)
            : strcmp(op, "**") == 0 ? gf_dec_power(&x, &y, &z)
                                    : gf_dec_remainder(&x, &y, &z);
    return r == 0 ? number_of(z) : fail();
}

static struct val sign(bool live)
{
    bool minus = take("-");
    struct gf_dec d;
    if (!minus && !take("+")) {
        struct val v = operand(live);
        return take("**") ? compute("**", v, sign(live && !failed), live) : v;
    }
    struct val v = sign(live);
    if (!live || failed)
        return v;
    if (!as_number(v, &d))
        return fail();
    d.coef = minus ? -d.coef : d.coef;
    return number_of(d);
}

static struct val term(bool live)
{
    static const char *const ops[] = {"*", "/", "%"};
    struct val v = sign(live);
    for (size_t i = 0; i < 3; i++)
        if (!lies_ahead("**") && take(ops[i])) {
            v = compute(ops[i], v, sign(live && !failed), live);
            i = SIZE_MAX;
        }
    return v;
}

static struct val sum(bool live)
{
    struct val v = term(live);
    for (;;) {
        const char *op = take("+") ? "+" : take("-") ? "-" : NULL;
        if (!op)
            return v;
        v = compute(op, v, term(live && !failed), live);
    }
}

static const char *relation(void)
{
    static const char *const ops[] = {"==", "!=", "<=", ">=", "<", ">"};
    for (size_t i = 0; i < 6; i++)
        if (take(ops[i]))
            return ops[i];
    return NULL;
}

static struct val rel(bool live)
{
    struct val a = sum(live);
    const char *op = relation();
    if (!op)
        return a;
    struct val b = sum(live && !failed);
    if (relation())
        refuse();
    if (!live || failed)
        return (struct val){0};
    int c = order(a, b);
    return flag(*op == '='   ? c == 0
                : *op == '!' ? c != 0
                : c == 0     ? op[1] == '='
                             : (c < 0) == (*op == '<'));
}

static struct val not_(bool live)
{
    if (!take("not"))
        return rel(live);
    return flag(!truth(not_(live)));
}

static struct val and_(bool live)
{
    struct val v = not_(live);
    while (take("and")) {
        bool yes = truth(v);
        struct val next = not_(live && !failed && yes);
        v = flag(yes && truth(next));
    }
    return v;
}

static struct val or_(bool live)
{
    struct val v = and_(live);
    while (take("or")) {
        bool yes = truth(v);
        struct val next = and_(live && !failed && !yes);
        v = flag(yes || truth(next));
    }
    return v;
}

/* Whether the expression is one: as *v, and whether the evaluation failed. */
static bool interpret(const char *text, size_t len, struct val *v)
{
    in.p = text;
    in.end = text + len;
    in.times = false;
    failed = false;
    arena_used = 0;
    if (setjmp(in.refused))
        return false;
    *v = or_(true);
    blanks();
    return in.p == in.end;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > LONGEST)
        return 0;
    const char *text = (const char *)data, *end = text + size;
    const char *line = size ? memchr(text, '\n', size) : NULL;
    size_t len = line ? (size_t)(line - text) : size;
    struct gf_slice fields[FIELDS];
    in.nfields = 0;
    while (line && in.nfields < FIELDS) {
        const char *from = line + 1;
        line = memchr(from, '\n', (size_t)(end - from));
        fields[in.nfields++] = (struct gf_slice){from, (size_t)((line ? line : end) - from)};
    }
    in.field = fields;
    struct gf_perr e = {0};
    struct gf_expr_names names = {find, NULL};
    struct gf_expr *x = gf_expr_compile(text, len, &names, NULL, &e);
    struct val want;
    bool good = interpret(text, len, &want);
    if (!x) {
        must_be_error(&e, len);
        MUST(!good || strncmp(e.what, "over ", 5) == 0);
        return 0;
    }
    MUST(good || in.times);
    struct gf_expr_run r;
    struct gf_expr_value got;
    gf_expr_run_init(&r);
    if (in.times) {
        MUST(gf_expr_eval(x, &r, fields, in.nfields, &got) == 0 || r.error.what);
        gf_expr_run_release(&r);
        gf_expr_free(x);
        return 0;
    }
    for (int again = 0; again < 2; again++) {
        bool wrong = gf_expr_eval(x, &r, fields, in.nfields, &got) != 0;
        MUST(wrong == failed);
        if (wrong) {
            MUST(r.error.what);
            continue;
        }
        struct gf_slice s = gf_expr_value_text(&got, &r);
        MUST(gf_slice_compare(s, as_text(want)) == 0);
        MUST(gf_expr_true(&got) == truth(want));
        MUST((got.kind == GF_EXPR_MISSING) == (want.kind == MISSING));
    }
    gf_expr_run_release(&r);
    gf_expr_free(x);
    return 0;
}
