/* Many strings at once: all places where memcmp finds one, whatever begins or holds which. */
#include "text/multi.h"

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
    TEXTS = 400,
    LONGEST = 48,
    BLOCK = 600
};

struct strings {
    unsigned n;
    char text[TEXTS][LONGEST];
    size_t len[TEXTS];
};

struct counting {
    const struct strings *s;
    const char *block;
    size_t len;
    bool fold, wrong;
    unsigned char seen[BLOCK][TEXTS];
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool stands(const struct counting *c, size_t at, unsigned i)
{
    if (c->s->len[i] > c->len - at)
        return false;
    for (size_t k = 0; k < c->s->len[i]; k++) {
        char a = c->block[at + k], b = c->s->text[i][k];
        if (c->fold ? lower(a) != lower(b) : a != b)
            return false;
    }
    return true;
}

static size_t count(void *context, size_t at, size_t len, uint32_t owner)
{
    struct counting *c = context;
    c->wrong |= owner >= c->s->n || len != c->s->len[owner] || !stands(c, at, owner);
    if (!c->wrong)
        c->seen[at][owner] = 1;
    return c->len;
}

static void random_bytes(char *out, size_t len, const char *alphabet, unsigned letters)
{
    for (size_t i = 0; i < len; i++)
        out[i] = alphabet[next(letters)];
}

/* Kinds of sets: all lengths; short; long; one begun by the other; all bytes, NUL among them. */
static void random_strings(struct strings *s, unsigned kind, const char *alphabet, unsigned letters)
{
    s->n = 1 + next(next(2) ? 6 : TEXTS);
    for (unsigned i = 0; i < s->n; i++) {
        size_t least = kind == 2 ? 16 : 1, most = kind == 1 ? 4 : LONGEST;
        s->len[i] = least + next((unsigned)(most - least + 1));
        if (kind == 3) {
            memset(s->text[i], 'a', s->len[i]);
            s->text[i][next(LONGEST)] = next(3) ? 'a' : 'b';
        } else {
            random_bytes(s->text[i], s->len[i], alphabet, letters);
        }
    }
}

static void check_strings(struct counting *c, const struct strings *s)
{
    struct gf_multi *m = gf_multi_new(c->fold);
    REQUIRE(m != NULL);
    for (unsigned i = 0; i < s->n; i++)
        REQUIRE(gf_multi_add(m, s->text[i], s->len[i], i) == 0);
    enum gf_vectors with = (enum gf_vectors)next((unsigned)gf_vectors() + 1);
    REQUIRE(gf_multi_seal(m, with, next(2) ? SIZE_MAX : 0) == 0);
    for (unsigned k = 0; k < gf_multi_classes(m); k++)
        gf_multi_scan(m, k, c->block, c->len, count, c);
    CHECK(!c->wrong);
    for (size_t at = 0; at < c->len; at++)
        for (unsigned i = 0; i < s->n; i++)
            if (c->seen[at][i] != stands(c, at, i))
                CHECK_ROW(false, "'%.*s' at %zu of '%.*s'", (int)s->len[i], s->text[i], at,
                          (int)c->len, c->block);
    gf_multi_free(m);
}

TEST(multi, finds_every_place)
{
    static struct strings s;
    static struct counting c;
    static char block[BLOCK];
    char all[256];
    for (unsigned i = 0; i < 256; i++)
        all[i] = (char)i;
    for (unsigned round = 0; round < 300; round++) {
        unsigned kind = next(5), letters = kind == 4 ? 256 : 2 + next(3);
        const char *alphabet = kind == 4 ? all : next(2) ? "abcd" : "aAbB";
        random_strings(&s, kind, alphabet, letters);
        c = (struct counting){.s = &s, .block = block, .len = next(BLOCK), .fold = next(2)};
        random_bytes(block, c.len, alphabet, letters);
        /* Some of them do stand there. */
        for (unsigned k = 0; k < 5; k++) {
            unsigned i = next(s.n);
            if (s.len[i] < c.len)
                memcpy(block + next((unsigned)(c.len - s.len[i])), s.text[i], s.len[i]);
        }
        check_strings(&c, &s);
    }
}
