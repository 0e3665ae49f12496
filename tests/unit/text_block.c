/* Matching many lines at once: the same lines are found as one at a time. */
#include "text/block.h"

#include <stdio.h>
#include <string.h>

#include "test.h"
#include "text/pattern.h"

TEST(block, rewritten)
{
    static const struct {
        const char *from, *to; /* NULL: refused */
    } rows[] = {
        {"a.b", "a.b"},
        {"^x+$", "^x+$"},
        {"\\s\\S", "[^\\S\\n]\\S"},
        {"\\D\\W\\H", "[^\\d\\n][^\\w\\n][^\\h\\n]"},
        {"[^b]", "[^\\nb]"},
        {"[^]b]", "[^\\n\\]b]"},
        {"[^-b]", "[^\\n\\-b]"},
        {"[a-z]", "[a-z]"},
        {"[]a]", "[]a]"},
        {"[\\d,]", "[\\d,]"},
        {"[\\s,]", "(?:(?!\\n)[\\s,])"},
        {"[\t-\r]", "(?:(?!\\n)[\t-\r])"},
        {"[\\t-a]", "(?:(?!\\n)[\\t-a])"},
        {"[[:alpha:]_]", "[[:alpha:]_]"},
        {"(?:a|b)(?!c)(?<!d)(?>e)", "(?:a|b)(?!c)(?<!d)(?>e)"},
        {"(?=a)c?a", NULL},
        {"(?<name>a)(?i)b", "(?<name>a)(?i)b"},
        {"\\.\\[", "\\.\\["},
        {"[[:space:]]", NULL},
        {"[[:^alpha:]]", NULL},
        {"a\\n", NULL},
        {"a\nb", NULL},
        {"\\\n", NULL},
        {"\\x0a", NULL},
        {"\\R", NULL},
        {"a\\Kb", NULL},
        {"\\Aa", NULL},
        {"a\\z", NULL},
        {"(a)\\1", NULL},
        {"(?s).", NULL},
        {"(?m)^", NULL},
        {"(*ANYCRLF)a", NULL},
        {"\\Qa\\E", NULL},
        {"[\\Qa]\\E]", NULL},
        {"\\v", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_buf b = {0};
        int got = gf_regex_for_block(rows[i].from, strlen(rows[i].from), &b);
        gf_buf_putc(&b, '\0');
        CHECK_ROW(got == (rows[i].to != NULL), "'%s' gives %d", rows[i].from, got);
        if (got && rows[i].to)
            CHECK_ROW(strcmp(b.data, rows[i].to) == 0, "'%s' becomes '%s'", rows[i].from, b.data);
        gf_buf_release(&b);
    }
}

static unsigned next(unsigned *seed, unsigned n)
{
    *seed = *seed * 1103515245 + 12345;
    return (*seed >> 16) % n;
}

static void random_pattern(unsigned *seed, char *out, size_t size)
{
    static const char *const parts[] = {
        "a",     "b",       "-",     ".",      "\\s",   "\\S",    "\\D",    "\\W",    "\\H",  "\\b",
        "[^b]",  "[^-a]",   "[^]a]", "[a\\s]", "[ -b]", "[\\s-]", "[^\\S]", "[\t-b]", "^",    "$",
        "(?:a)", "(?:a|-)", "(a",    "(?:",    "(?=",   "(?!",    "(?<=a",  "(?<!.",  ")",    ")",
        "|",     "*",       "+",     "?",      "*?",    "++",     "*+",     "{2}",    "(?i)", "\\B",
    };
    size_t len = 0, n = 1 + next(seed, 7);
    *out = '\0';
    while (n-- && len + 8 < size)
        len += (size_t)snprintf(out + len, size - len, "%s",
                                parts[next(seed, sizeof parts / sizeof *parts)]);
}

static size_t random_block(unsigned *seed, char *out)
{
    static const char bytes[] = "aabbA- \t\r\n\n\n";
    size_t len = next(seed, 40);
    for (size_t i = 0; i < len; i++)
        out[i] = bytes[next(seed, sizeof bytes - 1)];
    out[len++] = '\n';
    return len;
}

/* The lines that match, one at a time, are those that searching the block finds. */
static bool same_lines(struct gf_finder *f, const char *block, size_t len)
{
    struct gf_slice left = {block, len}, found;
    int more = gf_finder_search(f, left, '\n', &found);
    for (size_t at = 0; at < len;) {
        size_t n = (size_t)((const char *)memchr(block + at, '\n', len - at) - (block + at));
        int want = gf_finder_test(f, (struct gf_slice){block + at, n});
        bool here = more == 1 && found.data == block + at && found.len == n;
        if (here != (want == 1))
            return false;
        at += n + 1;
        if (here) {
            left = (struct gf_slice){block + at, len - at};
            more = gf_finder_search(f, left, '\n', &found);
        }
    }
    return more == 0;
}

TEST(block, random_patterns)
{
    static const unsigned flags[] = {0, 0, GF_REGEX_ICASE, GF_REGEX_WORD, GF_REGEX_LINE};
    unsigned seed = 5, compiled = 0;
    for (unsigned i = 0; i < 6000; i++) {
        char pattern[80], block[64];
        struct gf_perr e = {0};
        random_pattern(&seed, pattern, sizeof pattern);
        struct gf_pattern *p = gf_pattern_new(flags[next(&seed, 5)]);
        REQUIRE(p);
        struct gf_finder f;
        if (gf_pattern_add(p, pattern, strlen(pattern), &e) == 0 && gf_pattern_seal(p) == 0 &&
            gf_finder_open(&f, p) == 0) {
            compiled++;
            for (int k = 0; k < 5; k++) {
                size_t len = random_block(&seed, block);
                CHECK_ROW(same_lines(&f, block, len), "'%s' in '%.*s'", pattern, (int)len, block);
            }
            gf_finder_release(&f);
        }
        gf_pattern_free(p);
    }
    CHECK(compiled > 1000);
}
