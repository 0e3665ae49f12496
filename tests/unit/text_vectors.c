/* Searches by vectors find what a plain search does, whichever vectors the machine has; every text
 * lies between pages that nobody may touch. */
#include "text/vectors.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "test.h"
#include "text/multi.h"
#include "text/scan.h"

enum {
    WORDS = 64,
    LONGEST = 40,
    TEXT = 200
};

static unsigned seed = 7;

static unsigned next(unsigned n)
{
    seed = seed * 1103515245u + 12345u;
    return (seed >> 16) % n;
}

/* A page between two forbidden ones; NULL: there is no memory. */
static char *fenced_page(size_t *size)
{
    *size = (size_t)sysconf(_SC_PAGESIZE);
    char *p = mmap(NULL, 3 * *size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED || mprotect(p, *size, PROT_NONE) != 0 ||
        mprotect(p + 2 * *size, *size, PROT_NONE) != 0)
        return NULL;
    return p + *size;
}

struct words {
    unsigned n;
    bool fold;
    char word[WORDS][LONGEST];
    size_t len[WORDS];
    const char *text;
    size_t text_len;
    bool wrong;
    unsigned char seen[TEXT + 1][WORDS];
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool stands(const struct words *w, size_t at, unsigned i)
{
    if (at > w->text_len || w->len[i] > w->text_len - at)
        return false;
    for (size_t k = 0; k < w->len[i]; k++) {
        char a = w->text[at + k], b = w->word[i][k];
        if (w->fold ? lower(a) != lower(b) : a != b)
            return false;
    }
    return true;
}

static size_t note(void *context, size_t at, size_t len, uint32_t owner)
{
    struct words *w = context;
    w->wrong |= owner >= w->n || len != w->len[owner] || !stands(w, at, owner);
    if (!w->wrong)
        w->seen[at][owner] = 1;
    return w->text_len;
}

static void random_bytes(char *out, size_t len, const char *alphabet, unsigned letters)
{
    for (size_t i = 0; i < len; i++)
        out[i] = alphabet[next(letters)];
}

static void random_words(struct words *w, const char *alphabet, unsigned letters)
{
    w->n = 1 + next(next(2) ? 12 : WORDS);
    w->fold = next(3) == 0;
    size_t least = 1 + next(4), most = least + next(next(2) ? 4 : LONGEST - 5);
    for (unsigned i = 0; i < w->n; i++) {
        w->len[i] = least + next((unsigned)(most - least + 1));
        random_bytes(w->word[i], w->len[i], alphabet, letters);
    }
}

static void check_words(struct words *w, const struct gf_multi *m, enum gf_vectors with)
{
    memset(w->seen, 0, sizeof w->seen);
    w->wrong = false;
    for (unsigned k = 0; k < gf_multi_classes(m); k++)
        gf_multi_scan(m, k, w->text, w->text_len, note, w);
    CHECK_ROW(!w->wrong, "vectors %d tell of what is not there", (int)with);
    for (size_t at = 0; at < w->text_len; at++)
        for (unsigned i = 0; i < w->n; i++)
            if (w->seen[at][i] != stands(w, at, i))
                CHECK_ROW(false, "vectors %d: '%.*s' at %zu of %zu bytes", (int)with,
                          (int)w->len[i], w->word[i], at, w->text_len);
}

/* Texts of all lengths, at both ends of the page. */
static void check_texts(struct words *w, enum gf_vectors with, char *page, size_t size,
                        const char *alphabet, unsigned letters)
{
    struct gf_multi *m = gf_multi_new(w->fold);
    REQUIRE(m != NULL);
    for (unsigned i = 0; i < w->n; i++)
        REQUIRE(gf_multi_add(m, w->word[i], w->len[i], i) == 0);
    REQUIRE(gf_multi_seal(m, with, SIZE_MAX) == 0);
    for (size_t len = next(4); len <= TEXT; len += 1 + next(8)) {
        char *text = next(2) ? page : page + size - len;
        random_bytes(text, len, alphabet, letters);
        unsigned i = next(w->n);
        if (w->len[i] <= len) /* one that ends where the text does, or anywhere */
            memcpy(text + (next(2) ? len - w->len[i] : next((unsigned)(len - w->len[i] + 1))),
                   w->word[i], w->len[i]);
        w->text = text;
        w->text_len = len;
        check_words(w, m, with);
    }
    gf_multi_free(m);
}

TEST(vectors, few_strings)
{
    static struct words w;
    size_t size;
    char all[256], *page = fenced_page(&size);
    REQUIRE(page != NULL);
    for (unsigned i = 0; i < 256; i++)
        all[i] = (char)i;
    for (unsigned round = 0; round < 120; round++) {
        unsigned letters = round % 4 == 3 ? 256 : 2 + next(4);
        const char *alphabet = round % 4 == 3 ? all : next(2) ? "abcde" : "aAbB\0";
        random_words(&w, alphabet, letters);
        for (enum gf_vectors with = GF_VECTORS_NONE; with <= gf_vectors(); with++)
            check_texts(&w, with, page, size, alphabet, letters);
    }
}

struct shrinking {
    size_t len, last;
    bool behind;
};

static size_t cut_short(void *context, size_t at, size_t len, uint32_t owner)
{
    struct shrinking *s = context;
    (void)owner;
    s->behind |= at + len > s->len;
    s->last = at;
    s->len = at; /* what begins in front may still be told */
    return s->len;
}

/* A visitor that has enough is told of nothing behind that. */
TEST(vectors, what_counts_shrinks)
{
    static char text[4096];
    memset(text, 'a', sizeof text);
    for (enum gf_vectors with = GF_VECTORS_NONE; with <= gf_vectors(); with++) {
        struct gf_multi *m = gf_multi_new(false);
        struct shrinking s = {.len = sizeof text, .last = SIZE_MAX};
        REQUIRE(m && gf_multi_add(m, "aaa", 3, 0) == 0 && gf_multi_add(m, "aa", 2, 1) == 0);
        REQUIRE(gf_multi_seal(m, with, SIZE_MAX) == 0);
        for (unsigned k = 0; k < gf_multi_classes(m); k++)
            gf_multi_scan(m, k, text, s.len, cut_short, &s);
        CHECK_ROW(s.last < 40 && !s.behind, "vectors %d: %zu", (int)with, s.last);
        gf_multi_free(m);
    }
}

TEST(vectors, a_literal)
{
    static const char alphabet[] = "ab\0";
    size_t size;
    char *page = fenced_page(&size), needle[LONGEST];
    REQUIRE(page != NULL);
    for (size_t len = 0; len <= 2 * TEXT; len++)
        for (unsigned round = 0; round < 20; round++) {
            size_t n = 1 + next(next(2) ? 3 : LONGEST);
            char *text = next(2) ? page : page + size - len;
            random_bytes(needle, n, alphabet, 2 + next(2));
            random_bytes(text, len, alphabet, 3);
            if (n <= len && next(2))
                memcpy(text + (next(2) ? len - n : next((unsigned)(len - n + 1))), needle, n);
            struct gf_literal l;
            gf_literal_init(&l, needle, n);
            CHECK(l.with == gf_vectors());
            for (l.with = GF_VECTORS_NONE; l.with <= gf_vectors(); l.with++)
                CHECK_ROW(gf_literal_find(&l, text, len) == memmem(text, len, needle, n),
                          "vectors %d: '%.*s' in %zu bytes", (int)l.with, (int)n, needle, len);
        }
}

TEST(vectors, a_count)
{
    size_t size;
    char *page = fenced_page(&size);
    REQUIRE(page != NULL);
    for (size_t len = 0; len <= size; len += len < TEXT ? 1 : 1 + next(64)) {
        char *text = next(2) ? page : page + size - len;
        size_t want = 0;
        random_bytes(text, len, "\n\na", len % 3 ? 3 : 1);
        for (size_t i = 0; i < len; i++)
            want += text[i] == '\n';
        CHECK_INT(gf_scan_count(text, len, '\n'), want);
    }
}

/* More of one byte than a counter holds. */
TEST(vectors, a_count_of_many)
{
    static char text[100000];
    memset(text, '\n', sizeof text);
    for (size_t len = sizeof text; len > sizeof text - 200; len--)
        CHECK_INT(gf_scan_count(text, len, '\n'), len);
}
