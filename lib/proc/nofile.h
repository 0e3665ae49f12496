/*
 * nofile.h - as many open files as the system allows us, and what was given to those we start.
 *
 *     struct rlimit given;
 *     size_t left;
 *     if (gf_nofile_raise(&given, &left) != 0) ... errno ...
 *     at_once = left / descriptors_of_one;
 *     struct gf_spawn s = {..., .nofile = &given};    // programs that use select(2) rely on it
 */
#ifndef GF_PROC_NOFILE_H
#define GF_PROC_NOFILE_H

#include <stddef.h>
#include <sys/resource.h>

/* Raises the soft limit on open files to the hard one, where that is allowed. *given is what it
 * was, *left how many more descriptors can be opened now. 0 or -1 with errno. Main thread. */
int gf_nofile_raise(struct rlimit *given, size_t *left);

#endif
