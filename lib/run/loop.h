/*
 * loop.h - the event loop of a tool, in which nothing of libev ends the process without a word.
 *
 *     struct ev_loop *loop = gf_loop_new();
 *     if (!loop) ... the kernel gives none ...
 *     ev_loop_destroy(loop);
 *
 * Memory that libev cannot be told that there is none of, and calls that it makes again for ever,
 * end the tool by gf_tool_memory and gf_tool_retry (base/cli.h): with a message, and 125. It takes
 * epoll where that is there, whatever LIBEV_FLAGS in the environment says. Main thread.
 */
#ifndef GF_RUN_LOOP_H
#define GF_RUN_LOOP_H

#include <ev.h>

struct ev_loop *gf_loop_new(void);

#endif
