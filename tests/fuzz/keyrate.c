/* keyrate.c - gf_keyrate_parse: a key inside the line and a limit that works, or an error in it. */
#include "limit/keyrate.h"

#include "oracle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gf_perr e = {0};
    struct gf_keyrate k;
    const char *line = (const char *)data;
    int r = gf_keyrate_parse(line, size, &k, &e);
    if (r == -1)
        must_be_error(&e, size);
    if (r != 1)
        return 0;
    MUST(k.key_len > 0 && k.key >= line && k.key + k.key_len <= line + size);
    MUST(k.limit.burst >= 1);
    gf_ns tat = gf_gcra_start(&k.limit, k.limit.burst, GF_S);
    MUST(gf_gcra_allow(&k.limit, &tat, 1, GF_S));
    return 0;
}
