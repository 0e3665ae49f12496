/* Substitutions: the first line is the expression, the rest a record. */
#include <stdint.h>
#include <string.h>

#include "text/subst.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *end = size ? memchr(text, '\n', size) : NULL;
    struct gf_perr e;
    struct gf_substituter t;
    struct gf_buf out = GF_BUF_INIT(1 << 20);
    if (!end || size > 4096)
        return 0;
    struct gf_subst *s = gf_subst_parse(text, (size_t)(end - text), 0, &e);
    if (s && gf_substituter_open(&t, s) == 0) {
        size_t used = (size_t)(end - text) + 1;
        gf_subst_run(&t, (struct gf_slice){text + used, size - used}, &out);
        gf_substituter_release(&t);
    }
    gf_buf_release(&out);
    gf_subst_free(s);
    return 0;
}
