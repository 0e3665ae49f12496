/* Patterns: what a block search finds is what matching record by record finds; what every match is
 * said to need, every match holds. Random patterns out of small pieces. */
#include "text/pattern.h"

#include <stdio.h>
#include <string.h>

#include "test.h"

static unsigned seed = 1;

static unsigned next(unsigned n)
{
    seed = seed * 1103515245u + 12345u;
    return (seed >> 16) % n;
}

static void make_pattern(char *out, size_t size)
{
    static const char *const pieces[] = {"a",   "b",     "ab",   "c?",   "a*",      "b+",
                                         ".",   "[ab]",  "[^a]", "(ab)", "(?:a|b)", "^",
                                         "$",   "\\w",   "\\s",  "a{2}", "b{0}",    "|",
                                         "\\.", "(?=a)", "ab|c", "x\\b", "(a)\\1",  "\\Qa.b\\E"};
    size_t len = 0;
    for (unsigned n = 1 + next(5); n > 0; n--)
        len += (size_t)snprintf(out + len, size - len, "%s",
                                pieces[next(sizeof pieces / sizeof *pieces)]);
}

static void make_block(char *out, size_t len)
{
    for (size_t i = 0; i < len; i++)
        out[i] = "aaabbbc.x \n\n"[next(12)];
    out[len - 1] = '\n';
}

/* Matches record by record without any shortcut, and compares with the search over the block. */
static void check(const char *pattern, const char *block, size_t len)
{
    struct gf_pattern *p = gf_pattern_new(0);
    struct gf_finder f;
    struct gf_matcher plain;
    struct gf_slice found, rest = {block, len};
    REQUIRE(p != NULL);
    if (gf_pattern_add(p, pattern, strlen(pattern), NULL) != 0) {
        gf_pattern_free(p);
        return;
    }
    REQUIRE(gf_pattern_seal(p) == 0 && gf_finder_open(&f, p) == 0);
    struct gf_regex *re = gf_regex_compile(pattern, strlen(pattern), 0, NULL);
    REQUIRE(re && gf_matcher_open(&plain, re) == 0);
    int more = gf_finder_search(&f, rest, '\n', &found);
    for (const char *at = block; at < block + len;) {
        const char *end = memchr(at, '\n', (size_t)(block + len - at));
        struct gf_slice rec = {at, (size_t)(end - at)};
        int want = gf_regex_match(&plain, rec, 0);
        CHECK_ROW(gf_finder_test(&f, rec) == want, "'%s' on '%.*s'", pattern, (int)rec.len,
                  rec.data);
        bool hit = more == 1 && found.data == at;
        CHECK_ROW(hit == (want == 1), "'%s' searching, at '%.*s'", pattern, (int)rec.len, rec.data);
        at = end + 1;
        if (hit)
            more = gf_finder_search(&f, (struct gf_slice){at, (size_t)(block + len - at)}, '\n',
                                    &found);
    }
    gf_matcher_release(&plain);
    gf_regex_free(re);
    gf_finder_release(&f);
    gf_pattern_free(p);
}

TEST(pattern, search_is_match_by_record)
{
    char pattern[128], block[300];
    for (int i = 0; i < 2000; i++) {
        make_pattern(pattern, sizeof pattern);
        make_block(block, sizeof block);
        check(pattern, block, sizeof block);
    }
}

TEST(pattern, literal_find)
{
    char text[200];
    for (int i = 0; i < 2000; i++) {
        size_t len = next(sizeof text), n = 1 + next(6);
        char needle[8];
        struct gf_literal l;
        for (size_t k = 0; k < len; k++)
            text[k] = "ab"[next(2)];
        for (size_t k = 0; k < n; k++)
            needle[k] = "ab"[next(2)];
        gf_literal_init(&l, needle, n);
        CHECK(gf_literal_find(&l, text, len) == memmem(text, len, needle, n));
    }
}

/* What is put around a pattern for words and whole records changes nothing in it: verbs that lead
 * it stay in front, and a \Q that it leaves open ends with it. */
TEST(pattern, put_into_a_group)
{
    static const struct {
        const char *pattern;
        unsigned flags;
        const char *subject;
        int want; /* -1: refused */
    } rows[] = {
        {"a\\wb", GF_REGEX_LINE,
         "a\xe4"
         "b",
         0},
        {"(*UCP)a\\wb", GF_REGEX_LINE,
         "a\xe4"
         "b",
         1},
        {"(*UCP)(*NO_JIT)a\\wb", GF_REGEX_WORD,
         "-a\xe4"
         "b-",
         1},
        {"(*NOTEMPTY)b*", 0, "aa", 0},
        {"(*NOTEMPTY)b*", 0, "aab", 1},
        {"(*NUL)^b", 0, "a\nb", 0},
        {"(*LIMIT_MATCH=2)(a+)+b?c*$", 0, "aaaaaaaaaaaaa-", GF_REGEX_BOUND},
        {"(*COMMIT)b", 0, "ab", 1}, /* is none of them */
        {"(*COMMIT)b", GF_REGEX_LINE, "b", 1},
        {"(*UCP)", GF_REGEX_FIXED, "a(*UCP)", 1},
        {"(*UTF)a", GF_REGEX_UTF, "xa\xff", 1},
        {"(*UTF)a", 0, "a", -1},
        {"a(*UCP)", 0, "a", -1},
        {"(*UCP", 0, "a", -1},
        {"(*NIX)a", 0, "a", -1},
        {"\\Qa.b", GF_REGEX_LINE, "a.b", 1},
        {"\\Qa.b", GF_REGEX_LINE, "axb", 0},
        {"\\Qa)", GF_REGEX_WORD, "x a)", 1},
        {"a\\", GF_REGEX_LINE, "a", -1},
        {"\\Qa # b", GF_REGEX_LINE | GF_REGEX_EXTENDED, "a # b", 1},
        {"a # b", GF_REGEX_LINE | GF_REGEX_EXTENDED, "a", 1},
        {"a(*ACCEPT)", GF_REGEX_LINE, "ab", 0},
        /* Without the JIT too, a byte that is no UTF-8 is no end of the record. */
        {"(*NO_JIT)[b]", GF_REGEX_LINE | GF_REGEX_UTF, "\377b", 0},
        {"(*NO_JIT)[b]", GF_REGEX_LINE | GF_REGEX_UTF, "b\377", 0},
        {"(*NO_JIT)[b]", GF_REGEX_LINE | GF_REGEX_UTF, "b", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_pattern *p = gf_pattern_new(rows[i].flags);
        struct gf_finder f = {0};
        int got = -1;
        if (gf_pattern_add(p, rows[i].pattern, strlen(rows[i].pattern), NULL) == 0 &&
            gf_pattern_seal(p) == 0 && gf_finder_open(&f, p) == 0)
            got = gf_finder_test(&f, (struct gf_slice){rows[i].subject, strlen(rows[i].subject)});
        CHECK_ROW(got == rows[i].want, "%s on %s: %d", rows[i].pattern, rows[i].subject, got);
        gf_finder_release(&f);
        gf_pattern_free(p);
    }
    /* Beside others they hold for their own pattern. */
    struct gf_pattern *p = gf_pattern_new(GF_REGEX_LINE);
    struct gf_finder f = {0};
    CHECK_INT(gf_pattern_add(p, "a\\w", 3, NULL), 0);
    CHECK_INT(gf_pattern_add(p, "(*UCP)b\\w", 9, NULL), 0);
    REQUIRE(gf_pattern_seal(p) == 0 && gf_finder_open(&f, p) == 0);
    CHECK_INT(gf_finder_test(&f, (struct gf_slice){"a\xe4", 2}), 0);
    CHECK_INT(gf_finder_test(&f, (struct gf_slice){"b\xe4", 2}), 1);
    gf_finder_release(&f);
    gf_pattern_free(p);
}
