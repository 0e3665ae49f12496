/* Substitutions: what an expression makes of a record, and which are refused, where and with what
 * way out: what has another meaning in sed, Perl or tr is never taken for text. */
#include "text/subst.h"

#include <stdio.h>
#include <string.h>

#include "test.h"

/* What the expression makes of the record; valid until the next call. */
static const char *apply(const char *expr, const char *rec)
{
    static struct gf_perr e;
    static char text[200];
    struct gf_subst *s = gf_subst_parse(expr, strlen(expr), 0, &e);
    struct gf_substituter t;
    struct gf_buf out = {0};
    if (!s)
        return e.what;
    int got = gf_substituter_open(&t, s);
    if (got == 0)
        got = gf_subst_run(&t, (struct gf_slice){rec, strlen(rec)}, &out);
    snprintf(text, sizeof text, "%.*s", got == 1 ? (int)out.len : 99,
             got == 1   ? out.data
             : got == 0 ? rec
                        : "a fault");
    gf_substituter_release(&t);
    gf_subst_free(s);
    gf_buf_release(&out);
    return text;
}

TEST(text_subst, what_comes_out)
{
    static const struct {
        const char *expr, *rec, *want;
    } rows[] = {
        {"s/b/x/", "abb", "axb"},
        {"s/b/x/g", "abb", "axx"},
        {"s/b/[$&]/", "abc", "a[b]c"},
        {"s/b/[$0]/", "abc", "a[b]c"},
        {"s/(b)/\\1$1${1}/", "abc", "abbbc"},
        {"s/b/$$/", "abc", "a$c"},
        {"s/b/\\&/", "abc", "a&c"},
        {"s&b&\\&&", "abc", "a&c"},
        {"s/b/\\/\\./", "abc", "a/.c"},
        {"s|b|/\\||", "abc", "a/|c"},
        {"s/b/\\t\\\\\\x41/", "abc", "a\t\\Ac"},
        {"s/(*NOTEMPTY)b*/-/g", "abbc", "a-c"},
        {"s/(*UCP)(*NOTEMPTY)b*/-/g", "abbc", "a-c"},
        {"y/abc/xyz/", "cab-", "zxy-"},
        {"y/a-c/A-C/", "a-b-c-d", "A-B-C-d"},
        {"y/a-cx-z/A-CX-Z/", "abcxyzd-", "ABCXYZd-"},
        {"y/a-c/321/", "abc-", "321-"},
        {"y/a\\-c/123/", "a-bc", "12b3"},
        {"y/-a/12/", "a-b", "21b"},
        {"y/a-/12/", "a-b", "12b"},
        {"y/\\x61-\\x63/A-C/", "abcd", "ABCd"},
        {"y/a-a/b/", "a-", "b-"},
        {"y/aa/12/", "a", "1"},
        {"y/a-c-e/12345/", "c-e", "345"},
        {"y-a\\-c-123-", "a-c", "123"},
        {"y/\\t\\\\/ab/", "\t\\", "ab"},
        {"y/[a]/123/", "[a]", "123"},
        {"y///", "abc", "abc"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *got = apply(rows[i].expr, rows[i].rec);
        CHECK_ROW(strcmp(got, rows[i].want) == 0, "%s: %s, not %s", rows[i].expr, got,
                  rows[i].want);
    }
}

TEST(text_subst, refused)
{
    static const struct {
        const char *expr;
        size_t col, len;
        const char *what, *hint; /* parts of them */
    } rows[] = {
        {"s/a/[&]/", 5, 1, "an ampersand by itself", "the match is $&, an ampersand is \\&"},
        {"s/a/&&amp;/", 4, 1, "an ampersand by itself", "\\&"},
        {"s/a/\\U&/", 4, 2, "does not change case", "upper"},
        {"s/a/x\\L$1/", 5, 2, "does not change case", "lower"},
        {"s/a/\\u$&/", 4, 2, "does not change case", "y/a-z/A-Z/"},
        {"s/a/\\E/", 4, 2, "does not change case", ""},
        {"s/a/\\q/", 4, 2, "unknown escape", "escapes are"},
        {"s/a/b\\x4/", 5, 2, "unknown escape", "escapes are"},
        {"s/a/b\\d/", 5, 2, "unknown escape", "escapes are"},
        {"s/a/\\1/", 4, 2, "no group '1'", ""},
        {"s/a/$1/", 4, 2, "no group '1'", ""},
        {"s/a/$/", 4, 1, "no group follows", "$$"},
        {"s/a/b/2", 6, 1, "unknown flag", "g, i and x"},
        {"s/(*UTF)a/b/", 8, 1, "UTF", "--utf8"},
        {"y/a-c/AB/", 2, 6, "of one length: 3 bytes and 2", ""},
        {"y/c-a/abc/", 2, 7, "runs backwards", "\\-"},
        {"y/[:lower:]/[:upper:]/", 2, 19, "no classes", "y/a-z/A-Z/"},
        {"y/a\\q/bc/", 2, 6, "unknown escape", "escapes are"},
        {"y/a\\/b/", 7, 0, "closing", ""},
        {"y/a/b/g", 6, 1, "no flags", ""},
        {"tr/a/b/", 0, 1, "an expression is", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_perr e = {0};
        struct gf_subst *s = gf_subst_parse(rows[i].expr, strlen(rows[i].expr), 0, &e);
        CHECK_ROW(s == NULL, "%s is taken", rows[i].expr);
        CHECK_ROW(strstr(e.what, rows[i].what) != NULL, "%s: %s", rows[i].expr, e.what);
        CHECK_ROW(strstr(e.hint ? e.hint : "", rows[i].hint) != NULL, "%s: hint %s", rows[i].expr,
                  e.hint ? e.hint : "none");
        CHECK_ROW(e.col == rows[i].col && e.len == rows[i].len, "%s: at %zu+%zu, not %zu+%zu",
                  rows[i].expr, e.col, e.len, rows[i].col, rows[i].len);
        gf_subst_free(s);
    }
}
