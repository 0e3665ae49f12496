/* loop.c - the event loop of a tool. */
#include "run/loop.h"

#include "base/cli.h"

struct ev_loop *gf_loop_new(void)
{
    ev_set_allocator(gf_tool_memory);
    ev_set_syserr_cb(gf_tool_retry);
    struct ev_loop *loop = ev_loop_new(EVFLAG_NOENV | EVBACKEND_EPOLL);
    return loop ? loop : ev_loop_new(EVFLAG_NOENV);
}
