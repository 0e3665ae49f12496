/* Searches by vectors find what a plain search does, whichever vectors the machine has; every text
 * lies between pages that nobody may touch. */
#include "text/vectors.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "test.h"
#include "text/scan.h"

enum {
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

static void random_bytes(char *out, size_t len, const char *alphabet, unsigned letters)
{
    for (size_t i = 0; i < len; i++)
        out[i] = alphabet[next(letters)];
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
