/* Patterns: the first line is one, the rest a block of lines, in which the same lines must be found
 * as one at a time. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text/pattern.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Line by line beside the search; a bound that one of them hits ends the comparison. */
static void compare(struct gf_finder *f, const char *p, size_t len)
{
    struct gf_slice found;
    int more = gf_finder_search(f, (struct gf_slice){p, len}, '\n', &found);
    for (const char *end = p + len; p < end && more >= 0;) {
        size_t n = (size_t)((const char *)memchr(p, '\n', (size_t)(end - p)) - p);
        int want = gf_finder_test(f, (struct gf_slice){p, n});
        if (want < 0)
            return;
        if ((more == 1 && found.data == p) != (want == 1))
            abort();
        p += n + 1;
        if (want)
            more = gf_finder_search(f, (struct gf_slice){p, (size_t)(end - p)}, '\n', &found);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *end = size && size < 512 ? memchr(text, '\n', size) : NULL;
    struct gf_perr e;
    struct gf_finder f;
    if (!end || text[size - 1] != '\n')
        return 0;
    size_t used = (size_t)(end - text) + 1;
    struct gf_pattern *p = gf_pattern_new(0);
    if (p && gf_pattern_add(p, text, used - 1, &e) == 0 && gf_pattern_seal(p) == 0 &&
        gf_finder_open(&f, p) == 0) {
        compare(&f, text + used, size - used);
        gf_finder_release(&f);
    }
    gf_pattern_free(p);
    return 0;
}
