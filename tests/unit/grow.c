/* base/grow: room in arrays, what it costs, and what is left when memory is out. */
#include "base/grow.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "test.h"

/* The example of the header, as a function. */
static int append(int **list, size_t *n, size_t *cap, int v)
{
    int *more = gf_grow(*list, cap, *n + 1, sizeof **list);
    if (!more)
        return -1;
    *list = more;
    (*list)[(*n)++] = v;
    return 0;
}

TEST(grow, example)
{
    int *list = NULL;
    size_t n = 0, cap = 0;
    for (int i = 0; i < 10000; i++)
        REQUIRE(append(&list, &n, &cap, i) == 0);
    CHECK_INT(n, 10000);
    for (int i = 0; i < 10000; i++)
        CHECK_INT(list[i], i);
    free(list);
}

TEST(grow, room)
{
    static const struct {
        size_t cap, n, at_least;
    } rows[] = {{0, 0, 1}, {0, 1, 1}, {16, 17, 32}, {16, 100, 100}, {1, 2, 2}, {3, 3, 3}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t cap = rows[i].cap;
        void *before = cap ? malloc(cap * 8) : NULL;
        char *p = gf_grow(before, &cap, rows[i].n, 8);
        CHECK_ROW(p && cap >= rows[i].at_least, "row %zu: room for %zu", i, cap);
        if (p)
            p[cap * 8 - 1] = 1; /* it is there: a sanitizer would tell */
        free(p);
    }
}

TEST(grow, enough_is_left_alone)
{
    size_t cap = 8;
    char *p = malloc(8);
    CHECK(gf_grow(p, &cap, 8, 1) == p);
    CHECK_INT(cap, 8);
    free(p);
}

TEST(grow, n_additions_copy_less_than_twice_n)
{
    char *p = NULL;
    size_t cap = 0, copied = 0;
    for (size_t n = 0; n < 100000; n++) {
        size_t before = cap;
        p = gf_grow(p, &cap, n + 1, 1);
        REQUIRE(p);
        copied += cap != before ? before : 0;
    }
    CHECK(copied < 200000);
    free(p);
}

TEST(grow, memory_is_out)
{
#ifdef __SANITIZE_ADDRESS__
    SKIP("not under sanitizers: an allocation that large ends the program");
#endif
    size_t cap = 4;
    char *p = malloc(4);
    static const size_t sizes[] = {1, 8, SIZE_MAX};
    for (size_t i = 0; i < 3; i++) {
        volatile size_t n = SIZE_MAX / 2;
        errno = 0;
        CHECK(!gf_grow(p, &cap, n, sizes[i]));
        CHECK_INT(errno, ENOMEM);
        CHECK_INT(cap, 4);
    }
    p[3] = 1; /* still there */
    free(p);
}
