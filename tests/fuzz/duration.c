/* duration.c - gf_parse_duration: in range, and what it writes of it is short. */
#include "base/duration.h"
#include "oracle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gf_perr e = {0};
    gf_ns d = -1;
    if (gf_parse_duration((const char *)data, size, &d, &e) != 0) {
        must_be_error(&e, size);
        MUST(d == -1);
    } else {
        MUST(d >= 0 && d <= GF_DURATION_MAX);
    }
    /* Any number can be written, and never as more than its room. */
    memcpy(&d, data, size < sizeof d ? size : sizeof d);
    char out[GF_DURATION_SIZE];
    gf_format_duration(d, out);
    MUST(strlen(out) >= 2 && strlen(out) < sizeof out - 1);
    return 0;
}
