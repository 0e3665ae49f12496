/*
 * token.c - the first byte of a word says what kind it is, and a table which operators there are.
 *
 * What other languages write for an operator (=, &&, ||, !) is recognized, for a hint.
 */
#include "expr/token.h"

#include <errno.h>
#include <string.h>

static const struct {
    char word[4];
    int op, binds;
} operators[] = {
    /* of two that begin alike the longer is first */
    {"**", GF_DO_POWER, GF_BINDS_POWER}, {"==", GF_DO_EQ, GF_BINDS_RELATION},
    {"!=", GF_DO_NE, GF_BINDS_RELATION}, {"<=", GF_DO_LE, GF_BINDS_RELATION},
    {">=", GF_DO_GE, GF_BINDS_RELATION}, {"<", GF_DO_LT, GF_BINDS_RELATION},
    {">", GF_DO_GT, GF_BINDS_RELATION},  {"+", GF_DO_ADD, GF_BINDS_SUM},
    {"-", GF_DO_SUBTRACT, GF_BINDS_SUM}, {"*", GF_DO_MULTIPLY, GF_BINDS_TERM},
    {"/", GF_DO_DIVIDE, GF_BINDS_TERM},  {"%", GF_DO_REMAINDER, GF_BINDS_TERM},
    {"and", GF_DO_AND, GF_BINDS_AND},    {"or", GF_DO_OR, GF_BINDS_OR},
};

static const struct {
    const char *word, *hint;
} foreign[] = {
    {"&&", "write and"},     {"||", "write or"},     {"!", "write not"},
    {"=", "equality is =="}, {"^", "a power is **"}, {"$", "fields are {1}, {2} and so on"},
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool begins(struct gf_slice s, size_t at, const char *word)
{
    size_t n = strlen(word);
    return s.len - at >= n && memcmp(s.data + at, word, n) == 0;
}

static size_t skip_digits(struct gf_slice s, size_t i)
{
    while (i < s.len && is_digit(s.data[i]))
        i++;
    return i;
}

static int number(struct gf_slice s, struct gf_expr_token *t, struct gf_perr *e)
{
    size_t i = skip_digits(s, t->at);
    if (i < s.len && s.data[i] == '.')
        i = skip_digits(s, i + 1);
    if (i < s.len && (s.data[i] | 0x20) == 'e') {
        size_t sign = i + 1 < s.len && (s.data[i + 1] == '+' || s.data[i + 1] == '-');
        size_t end = skip_digits(s, i + 1 + sign);
        i = end > i + 1 + sign ? end : i;
    }
    size_t end = i;
    while (end < s.len && (is_word(s.data[end]) || s.data[end] == '.'))
        end++;
    if (end > i)
        return gf_perr_set(e, t->at, end - t->at,
                           "a size or a duration is num('2K'), num('1.5s'), a hexadecimal number "
                           "hex('0x1f')",
                           "this is no number");
    t->kind = GF_TOKEN_NUMBER;
    t->end = i;
    if (gf_dec_read((struct gf_slice){s.data + t->at, i - t->at}, &t->number) == 0)
        return 0;
    return errno == ERANGE ? gf_perr_set(e, t->at, i - t->at, NULL, "the number is out of range")
                           : gf_perr_set(e, t->at, i - t->at, NULL, "this is no number");
}

static int text(struct gf_slice s, struct gf_expr_token *t, struct gf_perr *e)
{
    char quote = s.data[t->at];
    size_t i = t->at + 1;
    for (; i < s.len; i++) {
        if (s.data[i] != quote)
            continue;
        if (i + 1 == s.len || s.data[i + 1] != quote) {
            t->kind = GF_TOKEN_TEXT;
            t->text = (struct gf_slice){s.data + t->at + 1, i - t->at - 1};
            t->end = i + 1;
            return 0;
        }
        i++;
    }
    return gf_perr_set(e, t->at, s.len - t->at, NULL, "the text has no end");
}

static int braces(struct gf_slice s, struct gf_expr_token *t, struct gf_perr *e)
{
    const char *from = s.data + t->at + 1, *end = memchr(from, '}', s.len - t->at - 1);
    if (!end)
        return gf_perr_set(e, t->at, s.len - t->at, NULL, "the { has no }");
    t->kind = GF_TOKEN_BRACES;
    t->text = (struct gf_slice){from, (size_t)(end - from)};
    t->end = t->at + t->text.len + 2;
    return 0;
}

/* A name, or an operator that is a word. */
static void word(struct gf_slice s, struct gf_expr_token *t)
{
    size_t i = t->at;
    while (i < s.len && is_word(s.data[i]))
        i++;
    t->kind = GF_TOKEN_NAME;
    t->text = (struct gf_slice){s.data + t->at, i - t->at};
    t->end = i;
    if (t->text.len == 3 && memcmp(t->text.data, "not", 3) == 0)
        t->kind = GF_TOKEN_NOT;
    for (size_t k = 0; k < sizeof operators / sizeof operators[0]; k++)
        if (strlen(operators[k].word) == t->text.len &&
            memcmp(operators[k].word, t->text.data, t->text.len) == 0) {
            t->kind = GF_TOKEN_BINARY;
            t->op = operators[k].op;
            t->binds = operators[k].binds;
        }
}

static int sign(struct gf_slice s, struct gf_expr_token *t, struct gf_perr *e)
{
    for (size_t k = 0; k < sizeof operators / sizeof operators[0]; k++)
        if (!is_word(operators[k].word[0]) && begins(s, t->at, operators[k].word)) {
            t->kind = GF_TOKEN_BINARY;
            t->op = operators[k].op;
            t->binds = operators[k].binds;
            t->end = t->at + strlen(operators[k].word);
            return 0;
        }
    for (size_t k = 0; k < sizeof foreign / sizeof foreign[0]; k++)
        if (begins(s, t->at, foreign[k].word))
            return gf_perr_set(e, t->at, strlen(foreign[k].word), foreign[k].hint,
                               "there is no operator %s", foreign[k].word);
    return gf_perr_set(e, t->at, 1, "a name with other characters stands in braces: {my-name}",
                       "this character has no meaning here");
}

int gf_expr_token(struct gf_slice s, size_t at, struct gf_expr_token *t, struct gf_perr *e)
{
    while (at < s.len && (s.data[at] == ' ' || s.data[at] == '\t' || s.data[at] == '\n'))
        at++;
    *t = (struct gf_expr_token){.kind = GF_TOKEN_END, .at = at, .end = at};
    if (at == s.len)
        return 0;
    char c = s.data[at];
    t->end = at + 1;
    switch (c) {
    case '(':
        t->kind = GF_TOKEN_OPEN;
        return 0;
    case ')':
        t->kind = GF_TOKEN_CLOSE;
        return 0;
    case ',':
        t->kind = GF_TOKEN_COMMA;
        return 0;
    case '\'':
    case '"':
        return text(s, t, e);
    case '{':
        return braces(s, t, e);
    default:
        break;
    }
    if (is_digit(c) || (c == '.' && at + 1 < s.len && is_digit(s.data[at + 1])))
        return number(s, t, e);
    if (!is_word(c))
        return sign(s, t, e);
    word(s, t);
    return 0;
}
