/* feedback.c - gf_feedback_parse: a pause of 0 to a day, a key inside the line, or nothing. */
#include "limit/feedback.h"

#include "oracle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gf_feedback f = {.kind = GF_FEEDBACK_FAST, .after = -7};
    const char *line = (const char *)data;
    if (gf_feedback_parse(line, size, 1792567620 * GF_S, &f) != 0) {
        MUST(f.after == -7);
        return 0;
    }
    MUST(f.after >= 0 && f.after <= GF_FEEDBACK_AFTER_MAX);
    MUST(f.kind == GF_FEEDBACK_REFUSED || !f.has_after);
    if (f.has_key)
        MUST(f.key > line && f.key + f.key_len == line + size && f.key[-1] == '\t');
    return 0;
}
