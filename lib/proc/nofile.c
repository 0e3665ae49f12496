/*
 * nofile.c - the soft limit is raised to the hard one, and what is open is counted.
 *
 * Where raising is refused the old limit counts. What is left is the limit less what /proc/self/fd
 * lists, or less a guess.
 */
#include "proc/nofile.h"

#include <stdint.h>

#include "base/fd.h"

enum {
    FDS_GUESS = 16, /* open already, where /proc does not tell */
};

int gf_nofile_raise(struct rlimit *given, size_t *left)
{
    if (getrlimit(RLIMIT_NOFILE, given) != 0)
        return -1;
    struct rlimit raised = {.rlim_cur = given->rlim_max, .rlim_max = given->rlim_max};
    rlim_t limit = setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised.rlim_cur : given->rlim_cur;
    int now = gf_fd_count();
    rlim_t used = (rlim_t)(now < 0 ? FDS_GUESS : now);
    rlim_t rest = limit > used ? limit - used : 0;
    *left = rest > SIZE_MAX / 2 ? SIZE_MAX / 2 : (size_t)rest;
    return 0;
}
