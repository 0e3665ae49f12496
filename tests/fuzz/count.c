/* count.c - gf_parse_count and gf_parse_int: a value in range, or an error inside the text. */
#include "base/num.h"
#include "oracle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *s = (const char *)data;
    struct gf_perr e = {0};
    uint64_t u = 0;
    int64_t i = 0;
    if (gf_parse_count(s, size, 5, 500000, &u, &e) != 0)
        must_be_error(&e, size);
    else
        MUST(u >= 5 && u <= 500000);
    e = (struct gf_perr){0};
    if (gf_parse_int(s, size, -40, 40, &i, &e) != 0)
        must_be_error(&e, size);
    else
        MUST(i >= -40 && i <= 40);
    return 0;
}
