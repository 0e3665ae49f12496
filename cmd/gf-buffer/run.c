/* run.c - what ends a run. */
#include "run.h"

#include "base/exit.h"
#include "base/msg.h"

void run_fail(struct run *r, int status)
{
    bool full = r->fatal == GF_EXIT_REFUSED; /* which says that what is inside still goes out */
    r->fatal = r->fatal && !full ? r->fatal : status;
    r->over = true;
}

int run_is_taken(const char *what, const char *dir, pid_t holder)
{
    if (holder)
        gf_error("%s '%s' is in use by process %ld", what, dir, (long)holder);
    else
        gf_error("%s '%s' is in use by another process", what, dir);
    return GF_EXIT_REFUSED;
}

void run_no_memory(struct run *r)
{
    gf_error_nomem();
    run_fail(r, GF_EXIT_TOOL);
}
