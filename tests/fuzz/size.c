/* size.c - gf_parse_size: in range; one more digit in front makes it larger. */
#include "base/size.h"
#include "oracle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gf_perr e = {0};
    uint64_t n = 77;
    if (gf_parse_size((const char *)data, size, &n, &e) != 0) {
        must_be_error(&e, size);
        MUST(n == 77);
        return 0;
    }
    MUST(n <= INT64_MAX);
    char out[GF_SIZE_SIZE];
    gf_format_size(n, out);
    MUST(strlen(out) >= 2);
    /* A digit in front makes it larger. */
    char longer[64];
    if (size < sizeof longer) {
        longer[0] = '1';
        memcpy(longer + 1, data, size);
        uint64_t more;
        if (gf_parse_size(longer, size + 1, &more, NULL) == 0)
            MUST(more > n);
    }
    return 0;
}
