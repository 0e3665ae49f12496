/* run.c - how a run is told to end: what is inside gets its fate from pump.c, later. */
#include "run.h"

#include "base/exit.h"
#include "base/msg.h"

void run_abort(struct run *r, enum gf_reason reason)
{
    if (r->aborted)
        return;
    r->aborted = r->stopping = true;
    r->abort_reason = reason;
}

void run_fail(struct run *r, int status)
{
    if (!r->fatal)
        r->fatal = status;
    run_abort(r, GF_REASON_SHUTDOWN);
}

void run_no_memory(struct run *r)
{
    if (!r->fatal)
        gf_error_nomem();
    run_fail(r, GF_EXIT_TOOL);
}
