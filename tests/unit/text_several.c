/* Several patterns in one gf_pattern find what each of them finds alone. Random patterns out of few
 * pieces, so that they begin and hold one another. */
#include "text/pattern.h"

#include <stdio.h>
#include <string.h>

#include "test.h"

static unsigned seed = 7;

static unsigned next(unsigned n)
{
    seed = seed * 1103515245u + 12345u;
    return (seed >> 16) % n;
}

enum {
    SEVERAL = 12
};

struct several {
    unsigned n;
    char word[SEVERAL][40];
    struct gf_pattern *all, *alone[SEVERAL];
    struct gf_finder many, one[SEVERAL];
};

static void make(struct gf_pattern **out, unsigned flags, char (*word)[40], unsigned n)
{
    struct gf_pattern *p = *out = gf_pattern_new(flags);
    struct gf_perr e;
    REQUIRE(p != NULL);
    for (unsigned i = 0; i < n; i++)
        REQUIRE(gf_pattern_add(p, word[i], strlen(word[i]), &e) == 0);
    REQUIRE(gf_pattern_seal(p) == 0);
}

static void random_words(struct several *s, unsigned flags)
{
    static const char *const pieces[] = {
        "a",  "b",   "ab", "abc", "aabb", "A",       "\303\251", "k",   "_",
        "a*", "b+c", "^a", "c$",  "[ab]", "(a)\\1b", "(b)a",     "a|c", "\\.",
    };
    unsigned plain = 9, kinds = flags & GF_REGEX_FIXED ? plain : sizeof pieces / sizeof *pieces;
    s->n = 2 + next(SEVERAL - 1);
    for (unsigned i = 0; i < s->n; i++) {
        size_t len = 0;
        *s->word[i] = '\0';
        for (unsigned n = next(6); n > 0; n--)
            len += (size_t)snprintf(s->word[i] + len, sizeof s->word[i] - len, "%s",
                                    pieces[next(next(2) ? plain : kinds)]);
    }
}

static size_t random_records(char *out)
{
    static const char *const parts[] = {"a", "b", "aa", "abc", "\303\251", "A",
                                        "k", "_", " ",  ".",   "\n",       "\377"};
    size_t len = 0;
    for (unsigned n = next(40); n > 0; n--) {
        const char *part = parts[next(12)];
        memcpy(out + len, part, strlen(part));
        len += strlen(part);
    }
    out[len++] = '\n';
    return len;
}

/* The leftmost and longest of what each finds alone. */
static bool next_alone(struct several *s, struct gf_slice rec, size_t from, unsigned flags,
                       struct gf_place *best)
{
    bool any = false;
    for (unsigned i = 0; i < s->n; i++) {
        struct gf_place p;
        bool passed_over = *s->word[i] == '\0' && !(flags & GF_REGEX_WORD);
        if (passed_over || gf_finder_next(&s->one[i], rec, from, &p) != 1)
            continue;
        if (!any || p.from < best->from || (p.from == best->from && p.to > best->to))
            *best = p;
        any = true;
    }
    return any;
}

static void check_places(struct several *s, struct gf_slice rec, unsigned flags)
{
    for (size_t from = 0; from <= rec.len;) {
        struct gf_place want = {0}, got = {0};
        bool is = next_alone(s, rec, from, flags, &want);
        CHECK_ROW((gf_finder_next(&s->many, rec, from, &got) == 1) == is, "'%.*s' from %zu",
                  (int)rec.len, rec.data, from);
        CHECK_ROW(got.from == want.from && got.to == want.to,
                  "flags %u '%.*s' from %zu: %zu to %zu, not %zu to %zu", flags, (int)rec.len,
                  rec.data, from, got.from, got.to, want.from, want.to);
        if (!is)
            break;
        from = want.to > want.from ? want.to : want.to + 1;
    }
}

static void check_records(struct several *s, const char *block, size_t len, unsigned flags)
{
    struct gf_slice found = {0};
    int more = gf_finder_search(&s->many, (struct gf_slice){block, len}, '\n', &found);
    for (const char *at = block; at < block + len;) {
        const char *end = memchr(at, '\n', (size_t)(block + len - at));
        struct gf_slice rec = {at, (size_t)(end - at)};
        int want = 0;
        for (unsigned i = 0; i < s->n; i++)
            want |= gf_finder_test(&s->one[i], rec);
        CHECK_ROW(gf_finder_test(&s->many, rec) == want, "flags %u on '%.*s'", flags, (int)rec.len,
                  rec.data);
        bool hit = more == 1 && found.data == at && found.len == rec.len;
        CHECK_ROW(hit == want, "flags %u, searching, at '%.*s'", flags, (int)rec.len, rec.data);
        if (!(flags & (GF_REGEX_LINE | GF_REGEX_UTF)))
            check_places(s, rec, flags);
        at = end + 1;
        if (hit)
            more = gf_finder_search(&s->many, (struct gf_slice){at, (size_t)(block + len - at)},
                                    '\n', &found);
    }
}

TEST(several, are_each_of_them)
{
    static const unsigned flags[] = {0, GF_REGEX_ICASE, GF_REGEX_WORD, GF_REGEX_LINE,
                                     GF_REGEX_ICASE | GF_REGEX_LINE};
    static struct several s;
    char block[200];
    for (unsigned round = 0; round < 1500; round++) {
        unsigned f = flags[next(5)] | (next(2) ? GF_REGEX_FIXED : 0) | (next(3) ? 0 : GF_REGEX_UTF);
        random_words(&s, f);
        make(&s.all, f, s.word, s.n);
        REQUIRE(gf_finder_open(&s.many, s.all) == 0);
        for (unsigned i = 0; i < s.n; i++) {
            make(&s.alone[i], f, s.word + i, 1);
            REQUIRE(gf_finder_open(&s.one[i], s.alone[i]) == 0);
        }
        for (unsigned k = 0; k < 8; k++)
            check_records(&s, block, random_records(block), f);
        for (unsigned i = 0; i < s.n; i++) {
            gf_finder_release(&s.one[i]);
            gf_pattern_free(s.alone[i]);
        }
        gf_finder_release(&s.many);
        gf_pattern_free(s.all);
    }
}

/* Separators in a text: it lies across no records; NUL is a byte as any other. */
TEST(several, separators_and_nul)
{
    struct gf_pattern *p = gf_pattern_new(GF_REGEX_FIXED);
    struct gf_finder f;
    struct gf_slice rec;
    struct gf_perr e;
    REQUIRE(p && gf_pattern_add(p, "a\nb", 3, &e) == 0 && gf_pattern_add(p, "x\0y", 3, &e) == 0);
    REQUIRE(gf_pattern_seal(p) == 0 && gf_finder_open(&f, p) == 0);
    CHECK(gf_finder_search(&f, (struct gf_slice){"a\nb\n", 4}, '\n', &rec) == 0);
    CHECK(gf_finder_search(&f, (struct gf_slice){"a\nb\0", 4}, '\0', &rec) == 1);
    CHECK(gf_finder_search(&f, (struct gf_slice){"x\0y\n", 4}, '\n', &rec) == 1);
    CHECK(gf_finder_search(&f, (struct gf_slice){"x\0y\0", 4}, '\0', &rec) == 0);
    gf_finder_release(&f);
    gf_pattern_free(p);
}

/* One pattern that is too hard is told of, but not before a match of another in the same record or
 * in front of it. */
TEST(several, bounds)
{
    static const struct {
        const char *other;
        int got;
    } rows[] = {{"zzz", GF_REGEX_BOUND}, {"hard", 1}, {"[h][a]", 1}, {"early", 1}, {"e[a].", 1}};
    static const char block[] = "early\nhard aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n";
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char word[2][40] = {"(a+)+\\1?(a+)+(a+)+$(?<=b)"};
        snprintf(word[1], sizeof word[1], "%s", rows[i].other);
        struct gf_pattern *p;
        struct gf_finder f;
        make(&p, 0, word, 2);
        struct gf_slice rec = {0};
        REQUIRE(gf_finder_open(&f, p) == 0);
        int got = gf_finder_search(&f, (struct gf_slice){block, sizeof block - 1}, '\n', &rec);
        CHECK_ROW(got == rows[i].got, "beside '%s': %d", rows[i].other, got);
        CHECK_ROW(rec.data == block + (rows[i].other[0] == 'e' ? 0 : 6), "beside '%s'",
                  rows[i].other);
        gf_finder_release(&f);
        gf_pattern_free(p);
    }
}
