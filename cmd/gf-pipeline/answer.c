/*
 * answer.c - what the answer of a process may be.
 *
 * The ceiling of the buffer counts a separator for each record, also behind the last line, which
 * may lack it: where that line took all the room, the separator does not fit, and it is too long.
 */
#include "answer.h"

#include <errno.h>
#include <string.h>

#include "base/sat.h"
#include "text/span.h"

void answer_begin(struct gf_buf *a, uint64_t records, uint64_t max_record)
{
    size_t one = gf_sat_add(max_record, 1), all = gf_sat_mul(one, records);
    size_t most = one > MAX_RECORD + 1 ? one : MAX_RECORD + 1;
    a->max = all < most ? all : most;
}

bool answer_end(struct gf_buf *a, char separator, uint64_t max_record)
{
    if ((!a->len || a->data[a->len - 1] != separator) && gf_buf_putc(a, separator) != 0)
        return a->failed != EOVERFLOW;
    return gf_span_within(a->data, a->len, separator, max_record) == a->len;
}

bool answer_refuses(const struct gf_buf *a, const struct stage_plan *plan,
                    const struct gf_ending *e)
{
    size_t len = plan->reject_prefix ? strlen(plan->reject_prefix) : 0;
    if (e->how == GF_ENDING_EXIT && plan->rejects_status)
        return plan->reject_status[e->code / 64] >> e->code % 64 & 1;
    return e->how == GF_ENDING_OK && len && a->len >= len &&
           memcmp(a->data, plan->reject_prefix, len) == 0;
}
