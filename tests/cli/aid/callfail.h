/*
 * callfail.h - what the preloaded callfail.so and the program `torture` share: a file that both
 * map. The tool notes in it each place from which it calls the system, and how often; `torture`
 * says in it which call of which place fails, and how.
 *
 * A place is a function and the way to it: the return addresses of the last callers, hashed as
 * offsets into their objects, so that it is the same in each run.
 *
 * What libcurl calls, and what the libraries behind it call, is of another kind: those are
 * thousands of places, and none of them is the tool's to answer for. They are noted instead of the
 * tool's own when `theirs` says so.
 */
#ifndef GF_CALLFAIL_H
#define GF_CALLFAIL_H

#include <stdint.h>

enum {
    CF_PLACES = 16384, /* a power of two */
    CF_FRAMES = 6
};

/* How a call fails. Positive: with this errno. */
enum {
    CF_SHORT = -1, /* it does a part: one byte */
    CF_HALF = -2   /* half of the bytes */
};

struct cf_place {
    uint64_t hash; /* 0: free */
    uint32_t function;
    uint32_t calls;
    uint64_t frame[CF_FRAMES]; /* offsets into the program; 0: into a library */
};

struct cf_shared {
    /* what is to fail; function 0: nothing */
    uint32_t function;
    int32_t how;
    uint64_t hash;
    uint32_t nth;      /* the first is 1 */
    uint32_t followed; /* with all that come after it, of whatever place, of the same function */
    uint32_t theirs; /* the calls of libcurl and of the libraries behind it are noted, no others */
    /* what happened */
    uint32_t failed;
    uint32_t full;  /* places that had no room */
    int32_t fd;     /* that was written to by the call that failed, or -1 */
    char path[512]; /* of the call that failed, where it had one */
    struct cf_place place[CF_PLACES];
};

/* The functions, and the ways in which each may fail; 0 ends them. X(name, ways...) */
#define CF_FUNCTIONS(X)                                                                            \
    X(malloc, ENOMEM)                                                                              \
    X(calloc, ENOMEM)                                                                              \
    X(realloc, ENOMEM)                                                                             \
    X(open, EMFILE, EACCES, EIO, EINTR)                                                            \
    X(fopen, EMFILE, EACCES, ENOMEM)                                                               \
    X(opendir, EMFILE, EACCES)                                                                     \
    X(scandir, ENOMEM, EMFILE)                                                                     \
    X(mkostemp, ENOSPC, EMFILE)                                                                    \
    X(memfd_create, EMFILE, ENOMEM)                                                                \
    X(read, EIO, EINTR, CF_SHORT, CF_HALF)                                                         \
    X(pread, EIO, EINTR, CF_SHORT)                                                                 \
    X(fread, EIO)                                                                                  \
    X(readdir, EIO)                                                                                \
    X(write, ENOSPC, EIO, EINTR, CF_SHORT, CF_HALF)                                                \
    X(pwrite, ENOSPC, EIO, CF_SHORT)                                                               \
    X(pwritev, ENOSPC, EIO, EINTR, CF_SHORT, CF_HALF)                                              \
    X(pwritev2, EOPNOTSUPP, EIO, CF_SHORT)                                                         \
    X(splice, EIO, EINTR, EINVAL, CF_SHORT)                                                        \
    X(close, EIO)                                                                                  \
    X(mmap, ENOMEM)                                                                                \
    X(mprotect, ENOMEM)                                                                            \
    X(madvise, EINVAL)                                                                             \
    X(pipe2, EMFILE)                                                                               \
    X(dup2, EMFILE)                                                                                \
    X(duplicate, EMFILE)                                                                           \
    X(lock, ENOLCK)                                                                                \
    X(lock_waiting, EINTR, ENOLCK)                                                                 \
    X(flock, EINTR, ENOLCK)                                                                        \
    X(clone, EAGAIN, ENOMEM)                                                                       \
    X(fork, EAGAIN)                                                                                \
    X(execve, ENOMEM, EACCES)                                                                      \
    X(pthread_create, EAGAIN)                                                                      \
    X(epoll_create1, EMFILE)                                                                       \
    X(epoll_ctl, ENOMEM, ENOSPC)                                                                   \
    X(epoll_wait, EINTR)                                                                           \
    X(eventfd, EMFILE)                                                                             \
    X(timerfd_create, EMFILE)                                                                      \
    X(timerfd_settime, ECANCELED)                                                                  \
    X(timer_create, EAGAIN)                                                                        \
    X(signalfd, EMFILE)                                                                            \
    X(inotify_init1, EMFILE)                                                                       \
    X(inotify_add_watch, ENOSPC)                                                                   \
    X(poll, EINTR, ENOMEM)                                                                         \
    X(ppoll, EINTR, ENOMEM)                                                                        \
    X(renameat, ENOSPC, EIO)                                                                       \
    X(linkat, ENOSPC, EACCES)                                                                      \
    X(unlink, EIO, EACCES)                                                                         \
    X(mkdir, ENOSPC, EACCES)                                                                       \
    X(chdir, EACCES)                                                                               \
    X(fsync, EIO, ENOSPC)                                                                          \
    X(ftruncate, EIO, ENOSPC, EINTR)                                                               \
    X(stat, EIO, EACCES)                                                                           \
    X(fstat, EIO)                                                                                  \
    X(fstatfs, EIO)                                                                                \
    X(lseek, EIO)                                                                                  \
    X(readlink, EIO)                                                                               \
    X(realpath, ENOMEM)                                                                            \
    X(fchmod, EPERM)                                                                               \
    X(fchown, EPERM)                                                                               \
    X(flistxattr, EIO)                                                                             \
    X(fgetxattr, EIO)                                                                              \
    X(fsetxattr, EPERM, ENOSPC)                                                                    \
    X(fremovexattr, EPERM)                                                                         \
    X(waitpid, EINTR)                                                                              \
    X(waitid, EINTR)                                                                               \
    X(kill, EPERM)                                                                                 \
    X(setpgid, EACCES)                                                                             \
    X(setrlimit, EPERM)                                                                            \
    X(getrandom, EINTR, ENOSYS)                                                                    \
    X(socket, EMFILE)                                                                              \
    X(getpwuid, EMFILE)                                                                            \
    X(getpwent, EMFILE)                                                                            \
    X(getgrnam, EMFILE)                                                                            \
    X(clock_nanosleep, EINTR)                                                                      \
    X(pidfd_open, EMFILE)                                                                          \
    X(close_range, ENOSYS)

#define CF_ENUM(name, ...) CF_##name,
enum cf_function {
    CF_NONE,
    CF_FUNCTIONS(CF_ENUM) CF_COUNT
};

#endif
