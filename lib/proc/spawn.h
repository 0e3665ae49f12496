/*
 * spawn.h - start a command without copying our memory, and know truthfully whether it started.
 *
 * The child is made with vfork semantics (clone with CLONE_VM and CLONE_VFORK on a stack of its
 * own), so the cost does not grow with our memory; we go on when the child has called exec or
 * failed. Because the memory is shared until then, the child leaves the errno of a failed step
 * where we read it: no pipe is needed, and 126 and 127 are truthful. (glibc's posix_spawn works the
 * same way, but can set neither the parent-death signal nor the limits.)
 *
 * The child gets the signal dispositions and the mask that we inherited (base/sig.h), and of our
 * descriptors those in `fd`, as 0, 1 and 2; everything else of ours is close-on-exec.
 *
 *     struct gf_spawn s = {.argv = argv, .envp = environ, .fd = {null, out, err},
 *                          .own_group = true, .die_with_us = true};
 *     pid_t pid;
 *     int err = gf_spawn(&s, "/usr/bin/curl", &pid);     // 0, or an errno
 *     if (err == ENOENT) ...
 *
 * All strings and arrays are borrowed for the length of the call. Main thread.
 */
#ifndef GF_PROC_SPAWN_H
#define GF_PROC_SPAWN_H

#include <stdbool.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "base/buf.h"

struct gf_spawn_limit {
    int resource; /* RLIMIT_... */
    struct rlimit limit;
};

struct gf_spawn {
    char *const *argv;
    char *const *envp;
    int fd[3];        /* what becomes 0, 1, 2; -1: what we have there */
    bool own_group;   /* a process group of its own, led by the child */
    bool foreground;  /* with own_group: fd[0] is a terminal, and the group its foreground */
    bool die_with_us; /* SIGKILL for the child when we die, even by SIGKILL (not for set-id) */
    const struct rlimit *nofile; /* NULL: as ours */
    const char *chdir;           /* its directory; NULL: ours */
    int nice;                    /* added to our niceness */
    const struct gf_spawn_limit *limits;
    size_t nlimits;
};

/*
 * Runs the file `path` (no search). A file that is executable but has no format the kernel knows
 * is run by /bin/sh, as execvp does. Returns 0 and *pid, else the errno of the step that failed
 * (nothing runs then and *pid is not set).
 */
int gf_spawn(const struct gf_spawn *s, const char *path, pid_t *pid);

/*
 * Where `command` is, as execvp would find it: itself when it has a slash, else the first
 * executable regular file on `search` (the value of PATH; NULL: "/bin:/usr/bin"). Appends path and
 * NUL to `out`. Returns 0, else ENOENT, EACCES (found, but not executable), ENOMEM or another
 * errno.
 */
int gf_find_command(const char *command, const char *search, struct gf_buf *out);

#endif
