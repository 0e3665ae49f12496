/*
 * suggest.c - the distance by three rows of the usual table, on the stack.
 *
 * Besides the row above, the one before that is kept, for two letters that changed places. Words of
 * more than 48 bytes are not compared. The best distance starts one above the most that counts as
 * near, so a name has to be nearer than all before it; of equal ones the first stays.
 */
#include "base/suggest.h"

#include <string.h>

enum {
    LONGEST = 48
};

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t m = a < b ? a : b;
    return m < c ? m : c;
}

static size_t distance(const char *a, size_t na, const char *b, size_t nb)
{
    size_t row[3][LONGEST + 1];
    size_t *before = row[0], *above = row[1], *here = row[2];
    for (size_t j = 0; j <= nb; j++)
        above[j] = j;
    for (size_t i = 1; i <= na; i++) {
        here[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            here[j] = min3(above[j] + 1, here[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                before[j - 2] + 1 < here[j])
                here[j] = before[j - 2] + 1;
        }
        size_t *t = before;
        before = above;
        above = here;
        here = t;
    }
    return above[nb];
}

void gf_suggest_init(struct gf_suggest *s, const char *word, size_t len)
{
    size_t most = len < 6 ? 1 : len / 3;
    *s = (struct gf_suggest){.word = word, .len = len, .distance = most + 1};
}

void gf_suggest_offer(struct gf_suggest *s, const char *name)
{
    size_t n = strlen(name);
    if (s->len == 0 || s->len > LONGEST || n > LONGEST)
        return;
    size_t d =
        n > s->len && memcmp(name, s->word, s->len) == 0 ? 0 : distance(s->word, s->len, name, n);
    if (d < s->distance) {
        s->distance = d;
        s->best = name;
    }
}
