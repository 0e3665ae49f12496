/* Chains: the bytes are a chain file, split, read, fused and explained; files are never opened but
 * by
 * --patterns, which reads only. */
#include <stdint.h>
#include <stdlib.h>

#include "stream/chain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gf_settings set = {.separator = '\n', .memory = 1 << 20, .threads = 1};
    struct gf_chain c = {0};
    struct gf_fault f = {0};
    struct gf_buf out = {0};
    char **words = NULL;
    size_t n = 0;
    gf_sep_blanks(&set.fields, false);
    if (size > 4096)
        return 0;
    if (gf_chain_split((const char *)data, size, &words, &n, &f) == 0 &&
        gf_chain_read(&c, words, n, &set, NULL, &f) == 0) {
        gf_chain_fuse(&c);
        gf_chain_explain(&c, &set, &out);
    }
    gf_chain_release(&c);
    gf_fault_release(&f);
    gf_buf_release(&out);
    for (size_t i = 0; i < n; i++)
        free(words[i]);
    free(words);
    return 0;
}
