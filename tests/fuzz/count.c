/* count.c - gf_parse_count and gf_parse_int: a value in range, or an error inside the text. */
#include <stdlib.h>
#include <string.h>

#include "base/num.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_error(const struct gf_perr *e, size_t size)
{
    if (e->col + e->len > size || !e->what[0] || !memchr(e->what, '\0', sizeof e->what))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *s = (const char *)data;
    struct gf_perr e = {0};
    uint64_t u = 0;
    int64_t i = 0;
    if (gf_parse_count(s, size, 5, 500000, &u, &e) != 0)
        check_error(&e, size);
    else if (u < 5 || u > 500000)
        abort();
    if (gf_parse_int(s, size, -40, 40, &i, &e) != 0)
        check_error(&e, size);
    else if (i < -40 || i > 40)
        abort();
    return 0;
}
