/*
 * callfail.so.c - preloaded, notes every call of the system and makes one of them fail, as the file
 * GF_CALLFAIL says (callfail.h). Programs that the tool starts run without it, and so does every
 * program whose name does not begin with gf-.
 *
 * glibc only: it calls the real allocators by the names that glibc gives them, and asks the
 * unwinder where it was called from. Nothing here allocates.
 */
#undef _FORTIFY_SOURCE /* libc's functions are defined here */
#include "callfail.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <link.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>
#include <unwind.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);

static struct cf_shared *shared;
static __thread bool inside; /* what is called from here is not noted */

/* Descriptors of the kernel's own making (eventfd, timerfd and such): what is read from them and
 * written to them is whole, and no device fails below. */
static bool of_kernel[1024];

static int note_kernel(int fd)
{
    if (fd >= 0 && fd < 1024)
        of_kernel[fd] = true;
    return fd;
}

/* A pipe of ours: a write there ends with EPIPE, or waits. */
static bool is_pipe(int fd)
{
    struct stat st;
    return syscall(SYS_fstat, fd, &st) == 0 && S_ISFIFO(st.st_mode);
}

static bool is_of_kernel(int fd)
{
    return fd >= 0 && fd < 1024 && of_kernel[fd];
}

/* ---- where a call comes from ---------------------------------------------------------------- */

enum {
    OBJECTS = 64
};

/* Whose a call is: that of the first caller that is not libc. */
enum owner {
    LIBC,
    OURS,
    THEIRS
};

static struct object {
    uintptr_t from, to;
    enum owner owner;
} objects[OBJECTS];
static unsigned nobjects;

/* By the name of its file, which the program itself has not. */
static enum owner owner_of(const char *path)
{
    static const char *const libc[] = {"libc.so", "libm.so", "libpthread.so", "libgcc_s.so", "ld-"};
    static const char *const ours[] = {"libev.", "libpcre2", "libsqlite3", "libjansson",
                                       "libnettle"};
    const char *name = strrchr(path, '/');
    if (!name)
        return OURS;
    for (unsigned i = 0; i < sizeof libc / sizeof libc[0]; i++)
        if (strncmp(name + 1, libc[i], strlen(libc[i])) == 0)
            return LIBC;
    for (unsigned i = 0; i < sizeof ours / sizeof ours[0]; i++)
        if (strncmp(name + 1, ours[i], strlen(ours[i])) == 0)
            return OURS;
    return THEIRS;
}

static int note_object(struct dl_phdr_info *info, size_t size, void *arg)
{
    (void)size, (void)arg;
    if (nobjects == OBJECTS)
        return 1;
    struct object *o = &objects[nobjects++];
    o->from = info->dlpi_addr;
    o->owner = owner_of(info->dlpi_name);
    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        uintptr_t end = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr + info->dlpi_phdr[i].p_memsz;
        if (info->dlpi_phdr[i].p_type == PT_LOAD && end > o->to)
            o->to = end;
    }
    return 0;
}

struct trace {
    uint64_t hash;
    uint64_t frame[CF_FRAMES];
    unsigned n;
    enum owner owner;
};

/* Object 0 is the program. What lies in this library itself is no frame. */
static _Unwind_Reason_Code note_frame(struct _Unwind_Context *context, void *arg)
{
    struct trace *t = arg;
    uintptr_t ip = _Unwind_GetIP(context);
    for (unsigned i = 0; i < nobjects; i++) {
        if (ip < objects[i].from || ip >= objects[i].to)
            continue;
        if ((uintptr_t)note_frame >= objects[i].from && (uintptr_t)note_frame < objects[i].to)
            return _URC_NO_REASON;
        if (t->owner == LIBC)
            t->owner = objects[i].owner;
        if (shared && t->owner != LIBC && (t->owner == THEIRS) != (shared->theirs != 0))
            return _URC_END_OF_STACK;
        uint64_t offset = ip - objects[i].from;
        t->hash = (t->hash ^ (offset + ((uint64_t)i << 48))) * 0x9e3779b97f4a7c15u;
        t->hash ^= t->hash >> 29;
        t->frame[t->n++] = i == 0 ? offset : 0;
        return t->n == CF_FRAMES ? _URC_END_OF_STACK : _URC_NO_REASON;
    }
    return _URC_END_OF_STACK;
}

static struct cf_place *place_of(enum cf_function f, const struct trace *t)
{
    uint64_t hash = (t->hash ^ f) * 0x9e3779b97f4a7c15u | 1;
    for (unsigned i = 0; i < CF_PLACES; i++) {
        struct cf_place *p = &shared->place[(hash + i) & (CF_PLACES - 1)];
        if (p->hash == hash)
            return p;
        if (p->hash == 0) {
            p->hash = hash;
            p->function = f;
            memcpy(p->frame, t->frame, sizeof p->frame);
            return p;
        }
    }
    return NULL;
}

/* ---- whether it fails ----------------------------------------------------------------------- */

/* 0, or how this call fails; errno is set then. */
static int fails(enum cf_function f, const char *path)
{
    if (!shared || inside)
        return 0;
    inside = true;
    int was = errno, how = 0;
    struct trace t = {.hash = 1469598103934665603u};
    bool later = shared->followed && shared->failed && shared->function == f, now = false;
    _Unwind_Backtrace(note_frame, &t);
    if ((t.owner == THEIRS) == (shared->theirs != 0)) {
        struct cf_place *p = place_of(f, &t);
        if (p)
            p->calls++;
        else
            shared->full++;
        now = p && shared->function == f && shared->hash == p->hash && shared->nth == p->calls;
    }
    if (now || later) {
        how = shared->how;
        if (shared->failed++ == 0)
            snprintf(shared->path, sizeof shared->path, "%s", path ? path : "");
    }
    errno = how > 0 ? how : was;
    inside = false;
    return how;
}

__attribute__((constructor)) static void start(void)
{
    const char *file = getenv("GF_CALLFAIL");
    if (!file || strncmp(program_invocation_short_name, "gf-", 3) != 0)
        return;
    inside = true;
    dl_iterate_phdr(note_object, NULL);
    struct trace t = {.hash = 0};
    _Unwind_Backtrace(note_frame, &t); /* so that the unwinder has loaded what it needs */
    int fd = (int)syscall(SYS_openat, AT_FDCWD, file, O_RDWR | O_CLOEXEC);
    void *at = fd == -1 ? MAP_FAILED
                        : (void *)syscall(SYS_mmap, NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                                          MAP_SHARED, fd, 0);
    if (at == MAP_FAILED || nobjects == OBJECTS)
        _exit(99);
    syscall(SYS_close, fd);
    unsetenv("LD_PRELOAD");
    unsetenv("GF_CALLFAIL");
    shared = at;
    inside = false;
}

/* ---- the calls
 * ------------------------------------------------------------------------------------ */

static void *real(const char *name)
{
    bool was = inside;
    inside = true;
    void *f = dlsym(RTLD_NEXT, name);
    inside = was;
    if (!f)
        abort();
    return f;
}

/* RESULT name(PARAMETERS), which fails with FAILURE; the real one is called with ARGUMENTS. */
#define CALL(result, name, parameters, arguments, function, path, failure)                         \
    result name parameters                                                                         \
    {                                                                                              \
        static result(*next) parameters;                                                           \
        if (fails(CF_##function, path))                                                            \
            return failure;                                                                        \
        if (!next)                                                                                 \
            *(void **)&next = real(#name);                                                         \
        return next arguments;                                                                     \
    }

void *malloc(size_t size)
{
    return fails(CF_malloc, NULL) ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    return fails(CF_calloc, NULL) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
    return fails(CF_realloc, NULL) ? NULL : __libc_realloc(p, size);
}

void *reallocarray(void *p, size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return fails(CF_realloc, NULL) ? NULL : __libc_realloc(p, bytes);
}

static int open_at(int dir, const char *path, int flags, va_list ap)
{
    bool with_mode = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE;
    unsigned mode = with_mode ? va_arg(ap, unsigned) : 0;
    return fails(CF_open, path) ? -1 : (int)syscall(SYS_openat, dir, path, flags, mode);
}

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        va_list ap;                                                                                \
        va_start(ap, flags);                                                                       \
        int r = open_at(AT_FDCWD, path, flags, ap);                                                \
        va_end(ap);                                                                                \
        return r;                                                                                  \
    }
#define OPENAT(name)                                                                               \
    int name(int dir, const char *path, int flags, ...)                                            \
    {                                                                                              \
        va_list ap;                                                                                \
        va_start(ap, flags);                                                                       \
        int r = open_at(dir, path, flags, ap);                                                     \
        va_end(ap);                                                                                \
        return r;                                                                                  \
    }
OPEN(open)
OPEN(open64)
OPENAT(openat)
int __open_2(const char *path, int flags);
int __openat_2(int dir, const char *path, int flags);

int __open_2(const char *path, int flags)
{
    return fails(CF_open, path) ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, flags, 0);
}

int __openat_2(int dir, const char *path, int flags)
{
    return fails(CF_open, path) ? -1 : (int)syscall(SYS_openat, dir, path, flags, 0);
}

CALL(FILE *, fopen, (const char *path, const char *mode), (path, mode), fopen, path, NULL)
CALL(DIR *, opendir, (const char *path), (path), opendir, path, NULL)
CALL(DIR *, fdopendir, (int fd), (fd), opendir, NULL, NULL)
CALL(int, scandir,
     (const char *path, struct dirent ***list, int (*filter)(const struct dirent *),
      int (*compare)(const struct dirent **, const struct dirent **)),
     (path, list, filter, compare), scandir, path, -1)
CALL(int, mkostemp, (char *name, int flags), (name, flags), mkostemp, name, -1)
CALL(int, memfd_create, (const char *name, unsigned flags), (name, flags), memfd_create, NULL, -1)

/* What of n bytes is read or written; -1: the call fails. */
static ssize_t part(int how, size_t n)
{
    return how > 0                ? -1
           : how == CF_SHORT && n ? 1
           : how == CF_HALF && n  ? (ssize_t)(n + 1) / 2
                                  : (ssize_t)n;
}

ssize_t read(int fd, void *buf, size_t n)
{
    ssize_t may = part(is_of_kernel(fd) ? 0 : fails(CF_read, NULL), n);
    return may < 0 ? -1 : syscall(SYS_read, fd, buf, (size_t)may);
}

ssize_t write(int fd, const void *buf, size_t n)
{
    int how = is_of_kernel(fd) || is_pipe(fd) ? 0 : fails(CF_write, NULL);
    if (how)
        shared->fd = fd;
    ssize_t may = part(how, n);
    return may < 0 ? -1 : syscall(SYS_write, fd, buf, (size_t)may);
}

#define PREAD(name)                                                                                \
    ssize_t name(int fd, void *buf, size_t n, off_t at)                                            \
    {                                                                                              \
        ssize_t may = part(fails(CF_pread, NULL), n);                                              \
        return may < 0 ? -1 : syscall(SYS_pread64, fd, buf, (size_t)may, at);                      \
    }
#define PWRITE(name)                                                                               \
    ssize_t name(int fd, const void *buf, size_t n, off_t at)                                      \
    {                                                                                              \
        ssize_t may = part(fails(CF_pwrite, NULL), n);                                             \
        return may < 0 ? -1 : syscall(SYS_pwrite64, fd, buf, (size_t)may, at);                     \
    }
PREAD(pread)
PREAD(pread64)
PWRITE(pwrite)
PWRITE(pwrite64)

ssize_t __pread_chk(int fd, void *buf, size_t n, off_t at, size_t room);
ssize_t __pread_chk(int fd, void *buf, size_t n, off_t at, size_t room)
{
    if (n > room)
        abort();
    return pread(fd, buf, n, at);
}

/* A part: one byte, or the first half of the pieces and half of the one behind them. */
ssize_t pwritev(int fd, const struct iovec *iov, int n, off_t at)
{
    int how = fails(CF_pwritev, NULL);
    if (how >= 0 || n == 0)
        return how > 0 ? -1 : syscall(SYS_pwritev, fd, iov, (long)n, (long)at, 0L);
    ssize_t done = 0;
    int last = how == CF_HALF ? n / 2 : 0;
    for (int i = 0; i < last; i++)
        done += syscall(SYS_pwrite64, fd, iov[i].iov_base, iov[i].iov_len, at + done);
    ssize_t more = part(how, iov[last].iov_len);
    return done + syscall(SYS_pwrite64, fd, iov[last].iov_base, (size_t)more, at + done);
}

ssize_t pwritev2(int fd, const struct iovec *iov, int n, off_t at, int flags)
{
    static ssize_t (*next)(int, const struct iovec *, int, off_t, int);
    int how = fails(CF_pwritev2, NULL);
    if (how > 0)
        return -1;
    struct iovec one = n ? *iov : (struct iovec){0};
    if (how < 0 && one.iov_len) {
        one.iov_len = 1;
        iov = &one;
        n = 1;
    }
    if (!next)
        *(void **)&next = real("pwritev2");
    return next(fd, iov, n, at, flags);
}

ssize_t splice(int from, off64_t *from_at, int to, off64_t *to_at, size_t n, unsigned flags)
{
    ssize_t may = part(fails(CF_splice, NULL), n);
    return may < 0 ? -1 : syscall(SYS_splice, from, from_at, to, to_at, (size_t)may, flags);
}

size_t fread(void *p, size_t size, size_t n, FILE *f)
{
    static size_t (*next)(void *, size_t, size_t, FILE *);
    if (fails(CF_fread, NULL)) {
        f->_flags |= 0x20; /* so that ferror() says it: glibc's _IO_ERR_SEEN */
        return 0;
    }
    if (!next)
        *(void **)&next = real("fread");
    return next(p, size, n, f);
}

CALL(struct dirent *, readdir, (DIR * d), (d), readdir, NULL, NULL)

/* As the kernel does it: the descriptor is gone whatever close says. */
int close(int fd)
{
    int how = fails(CF_close, NULL), was = errno;
    if (is_of_kernel(fd))
        of_kernel[fd] = false;
    long r = syscall(SYS_close, fd);
    if (!how || r != 0)
        return (int)r;
    errno = was;
    return -1;
}

#define MMAP(name)                                                                                 \
    void *name(void *at, size_t n, int prot, int flags, int fd, off_t from)                        \
    {                                                                                              \
        if (fails(CF_mmap, NULL))                                                                  \
            return MAP_FAILED;                                                                     \
        return (void *)syscall(SYS_mmap, at, n, prot, flags, fd, from);                            \
    }
MMAP(mmap)
MMAP(mmap64)

CALL(int, mprotect, (void *p, size_t n, int prot), (p, n, prot), mprotect, NULL, -1)
CALL(int, madvise, (void *p, size_t n, int advice), (p, n, advice), madvise, NULL, -1)
CALL(int, pipe2, (int fd[2], int flags), (fd, flags), pipe2, NULL, -1)
CALL(int, dup2, (int from, int to), (from, to), dup2, NULL, -1)

/* Only what takes a descriptor or a lock can fail. */
#define FCNTL(name)                                                                                \
    int name(int fd, int cmd, ...)                                                                 \
    {                                                                                              \
        va_list ap;                                                                                \
        va_start(ap, cmd);                                                                         \
        long arg = va_arg(ap, long);                                                               \
        va_end(ap);                                                                                \
        bool locks = cmd == F_SETLK || cmd == F_SETLKW || cmd == F_OFD_SETLK ||                    \
                     cmd == F_OFD_SETLKW || cmd == F_GETLK || cmd == F_OFD_GETLK;                  \
        bool takes = cmd == F_DUPFD || cmd == F_DUPFD_CLOEXEC;                                     \
        bool waits = cmd == F_SETLKW || cmd == F_OFD_SETLKW;                                       \
        const struct flock *l = (const struct flock *)arg; /* a lock given up takes nothing */     \
        if ((locks && l->l_type != F_UNLCK && fails(waits ? CF_lock_waiting : CF_lock, NULL)) ||   \
            (takes && fails(CF_duplicate, NULL)))                                                  \
            return -1;                                                                             \
        return (int)syscall(SYS_fcntl, fd, cmd, arg);                                              \
    }
FCNTL(fcntl)
FCNTL(fcntl64)

CALL(int, flock, (int fd, int op), (fd, op), flock, NULL, -1)

int clone(int (*fn)(void *), void *stack, int flags, void *arg, ...)
{
    static int (*next)(int (*)(void *), void *, int, void *, ...);
    if (fails(CF_clone, NULL))
        return -1;
    if (!next)
        *(void **)&next = real("clone");
    return next(fn, stack, flags, arg);
}

CALL(pid_t, fork, (void), (), fork, NULL, -1)
CALL(int, execve, (const char *path, char *const argv[], char *const envp[]), (path, argv, envp),
     execve, path, -1)
CALL(int, execvp, (const char *path, char *const argv[]), (path, argv), execve, path, -1)

int pthread_create(pthread_t *t, const pthread_attr_t *a, void *(*fn)(void *), void *arg)
{
    static int (*next)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    int how = fails(CF_pthread_create, NULL);
    if (how)
        return how;
    if (!next)
        *(void **)&next = real("pthread_create");
    return next(t, a, fn, arg);
}

CALL(int, epoll_create1, (int flags), (flags), epoll_create1, NULL, -1)

/* Only what is added takes memory. */
int epoll_ctl(int e, int op, int fd, struct epoll_event *ev)
{
    if (op == EPOLL_CTL_ADD && fails(CF_epoll_ctl, NULL))
        return -1;
    return (int)syscall(SYS_epoll_ctl, e, op, fd, ev);
}

CALL(int, epoll_wait, (int e, struct epoll_event *ev, int n, int ms), (e, ev, n, ms), epoll_wait,
     NULL, -1)

/* The same, for what makes a descriptor of the kernel. */
#define MADE(name, parameters, arguments)                                                          \
    int name parameters                                                                            \
    {                                                                                              \
        static int(*next) parameters;                                                              \
        if (fails(CF_##name, NULL))                                                                \
            return -1;                                                                             \
        if (!next)                                                                                 \
            *(void **)&next = real(#name);                                                         \
        return note_kernel(next arguments);                                                        \
    }
MADE(eventfd, (unsigned n, int flags), (n, flags))
MADE(timerfd_create, (int clock, int flags), (clock, flags))
MADE(signalfd, (int fd, const sigset_t *set, int flags), (fd, set, flags))
MADE(inotify_init1, (int flags), (flags))
CALL(int, timerfd_settime, (int fd, int flags, const struct itimerspec *t, struct itimerspec *old),
     (fd, flags, t, old), timerfd_settime, NULL, -1)
CALL(int, timer_create, (clockid_t clock, struct sigevent *ev, timer_t *t), (clock, ev, t),
     timer_create, NULL, -1)
CALL(int, inotify_add_watch, (int fd, const char *path, uint32_t mask), (fd, path, mask),
     inotify_add_watch, path, -1)
CALL(int, poll, (struct pollfd * p, nfds_t n, int ms), (p, n, ms), poll, NULL, -1)
CALL(int, ppoll, (struct pollfd * p, nfds_t n, const struct timespec *t, const sigset_t *mask),
     (p, n, t, mask), ppoll, NULL, -1)
CALL(int, renameat, (int from, const char *a, int to, const char *b), (from, a, to, b), renameat, b,
     -1)
CALL(int, renameat2, (int from, const char *a, int to, const char *b, unsigned flags),
     (from, a, to, b, flags), renameat, b, -1)
CALL(int, linkat, (int from, const char *a, int to, const char *b, int flags),
     (from, a, to, b, flags), linkat, b, -1)
CALL(int, unlink, (const char *path), (path), unlink, path, -1)
CALL(int, unlinkat, (int dir, const char *path, int flags), (dir, path, flags), unlink, path, -1)
CALL(int, mkdir, (const char *path, mode_t mode), (path, mode), mkdir, path, -1)
CALL(int, mkdirat, (int dir, const char *path, mode_t mode), (dir, path, mode), mkdir, path, -1)
CALL(int, chdir, (const char *path), (path), chdir, path, -1)
CALL(int, fsync, (int fd), (fd), fsync, NULL, -1)
CALL(int, fdatasync, (int fd), (fd), fsync, NULL, -1)
CALL(int, ftruncate, (int fd, off_t n), (fd, n), ftruncate, NULL, -1)
CALL(int, ftruncate64, (int fd, off64_t n), (fd, n), ftruncate, NULL, -1)
CALL(int, stat, (const char *path, struct stat *st), (path, st), stat, path, -1)
CALL(int, stat64, (const char *path, struct stat64 *st), (path, st), stat, path, -1)
CALL(int, lstat, (const char *path, struct stat *st), (path, st), stat, path, -1)
CALL(int, lstat64, (const char *path, struct stat64 *st), (path, st), stat, path, -1)
CALL(int, fstatat, (int dir, const char *path, struct stat *st, int flags), (dir, path, st, flags),
     stat, path, -1)
CALL(int, statx, (int dir, const char *path, int flags, unsigned mask, struct statx *st),
     (dir, path, flags, mask, st), stat, path, -1)
CALL(int, access, (const char *path, int mode), (path, mode), stat, path, -1)
CALL(int, faccessat, (int dir, const char *path, int mode, int flags), (dir, path, mode, flags),
     stat, path, -1)
CALL(int, fstat, (int fd, struct stat *st), (fd, st), fstat, NULL, -1)
CALL(int, fstat64, (int fd, struct stat64 *st), (fd, st), fstat, NULL, -1)
CALL(int, fstatfs, (int fd, struct statfs *st), (fd, st), fstatfs, NULL, -1)
CALL(off_t, lseek, (int fd, off_t at, int whence), (fd, at, whence), lseek, NULL, -1)
CALL(ssize_t, readlink, (const char *path, char *to, size_t n), (path, to, n), readlink, path, -1)
CALL(ssize_t, readlinkat, (int dir, const char *path, char *to, size_t n), (dir, path, to, n),
     readlink, path, -1)
CALL(char *, realpath, (const char *path, char *to), (path, to), realpath, path, NULL)
CALL(int, fchmod, (int fd, mode_t mode), (fd, mode), fchmod, NULL, -1)
CALL(int, fchown, (int fd, uid_t u, gid_t g), (fd, u, g), fchown, NULL, -1)
CALL(ssize_t, flistxattr, (int fd, char *to, size_t n), (fd, to, n), flistxattr, NULL, -1)
CALL(ssize_t, fgetxattr, (int fd, const char *name, void *to, size_t n), (fd, name, to, n),
     fgetxattr, NULL, -1)
CALL(int, fsetxattr, (int fd, const char *name, const void *value, size_t n, int flags),
     (fd, name, value, n, flags), fsetxattr, NULL, -1)
CALL(int, fremovexattr, (int fd, const char *name), (fd, name), fremovexattr, NULL, -1)
CALL(pid_t, waitpid, (pid_t pid, int *status, int flags), (pid, status, flags), waitpid, NULL, -1)
CALL(pid_t, wait4, (pid_t pid, int *status, int flags, struct rusage *u), (pid, status, flags, u),
     waitpid, NULL, -1)
CALL(int, waitid, (idtype_t type, id_t id, siginfo_t *info, int flags), (type, id, info, flags),
     waitid, NULL, -1)
CALL(int, kill, (pid_t pid, int sig), (pid, sig), kill, NULL, -1)
CALL(int, setpgid, (pid_t pid, pid_t group), (pid, group), setpgid, NULL, -1)
CALL(int, setrlimit, (__rlimit_resource_t what, const struct rlimit *l), (what, l), setrlimit, NULL,
     -1)

CALL(ssize_t, getrandom, (void *p, size_t n, unsigned flags), (p, n, flags), getrandom, NULL, -1)
CALL(int, socket, (int family, int type, int protocol), (family, type, protocol), socket, NULL, -1)

/* What libc's modules for accounts call is not noted: with an allocation that fails, glibc itself
 * ends in an assertion there. */
#define ACCOUNT(result, name, parameters, arguments, function)                                     \
    result name parameters                                                                         \
    {                                                                                              \
        static result(*next) parameters;                                                           \
        if (fails(CF_##function, NULL))                                                            \
            return NULL;                                                                           \
        if (!next)                                                                                 \
            *(void **)&next = real(#name);                                                         \
        bool was = inside;                                                                         \
        inside = true;                                                                             \
        result r = next arguments;                                                                 \
        inside = was;                                                                              \
        return r;                                                                                  \
    }
ACCOUNT(struct passwd *, getpwuid, (uid_t uid), (uid), getpwuid)
ACCOUNT(struct passwd *, getpwnam, (const char *name), (name), getpwuid)
ACCOUNT(struct passwd *, getpwent, (void), (), getpwent)
ACCOUNT(struct group *, getgrnam, (const char *name), (name), getgrnam)

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *t, struct timespec *left)
{
    static int (*next)(clockid_t, int, const struct timespec *, struct timespec *);
    int how = fails(CF_clock_nanosleep, NULL);
    if (how)
        return how;
    if (!next)
        *(void **)&next = real("clock_nanosleep");
    return next(clock, flags, t, left);
}

long syscall(long number, ...)
{
    static long (*next)(long, ...);
    va_list ap;
    va_start(ap, number);
    long a[6];
    for (int i = 0; i < 6; i++)
        a[i] = va_arg(ap, long);
    va_end(ap);
    if (!next)
        *(void **)&next = real("syscall");
    if ((number == SYS_pidfd_open && fails(CF_pidfd_open, NULL)) ||
        (number == SYS_close_range && fails(CF_close_range, NULL)))
        return -1;
    return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
