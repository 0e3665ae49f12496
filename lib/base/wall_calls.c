/*
 * wall_calls.c - a filter of seccomp: a list of the calls that are left, all others fail with
 * EPERM.
 *
 * EPERM and no signal: a libc that tries a newer call first goes on with an older one, and what a
 * library asks in passing is no crash. clone3 is ENOSYS, since a filter cannot read its flags: libc
 * then takes clone, of which the flag that makes a thread and no process is asked for. Where an
 * argument decides (ioctl, prctl, kill), the block behind the number compares the argument.
 *
 * The list is written here and not made by libseccomp: a hundred numbers and eight comparisons are
 * less than a library that has to be there for each libc and each static build. It holds what glibc
 * and musl call for the tools that have a wall. Numbers stand in the order in which the calls are
 * made most; kernels since 5.11 keep the answers for those that depend on no argument, and ask the
 * filter for the others alone.
 *
 * Only processors of 64 bits, little-endian, that are tested: elsewhere there is no filter.
 */
#include "base/wall_calls.h"

#include <errno.h>

#if defined GF_NO_WALL
#elif defined __x86_64__ && !defined __ILP32__
#define MACHINE AUDIT_ARCH_X86_64
#elif defined __aarch64__ && defined __LP64__ && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define MACHINE AUDIT_ARCH_AARCH64
#elif defined __riscv && __riscv_xlen == 64
#define MACHINE AUDIT_ARCH_RISCV64
#endif

#ifdef MACHINE

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Allowed with any arguments. Files: Landlock says which. */
static const uint32_t plain[] = {
    SYS_read,
    SYS_write,
    SYS_futex,
    SYS_ppoll,
    SYS_clock_nanosleep,
    SYS_clock_gettime,
    SYS_munmap,
    SYS_madvise,
    SYS_mremap,
    SYS_brk,
    SYS_lseek,
    SYS_close,
    SYS_fstat,
    SYS_newfstatat,
    SYS_openat,
    SYS_pread64,
    SYS_pwrite64,
    SYS_readv,
    SYS_writev,
    SYS_fcntl,
    SYS_rt_sigprocmask,
    SYS_rt_sigaction,
    SYS_rt_sigreturn,
    SYS_restart_syscall,
    SYS_exit,
    SYS_exit_group,
    /* files */
    SYS_preadv,
    SYS_pwritev,
    SYS_pwritev2,
    SYS_preadv2,
    SYS_statx,
    SYS_statfs,
    SYS_fstatfs,
    SYS_readlinkat,
    SYS_faccessat,
    SYS_getdents64,
    SYS_getcwd,
    SYS_ftruncate,
    SYS_fallocate,
    SYS_fsync,
    SYS_fdatasync,
    SYS_fadvise64,
    SYS_flock,
    SYS_fchmod,
    SYS_fchown,
    SYS_flistxattr, /* attributes by descriptor only: what replaces a file takes after it */
    SYS_fgetxattr,
    SYS_fsetxattr,
    SYS_fremovexattr,
    SYS_linkat,
    SYS_renameat2,
    SYS_unlinkat,
    SYS_dup,
    SYS_dup3,
    SYS_pselect6,
    SYS_epoll_pwait,
    SYS_epoll_ctl,
    SYS_splice,
    SYS_umask,
    SYS_msync,
    /* threads */
    SYS_set_robust_list,
    SYS_set_tid_address,
    SYS_sched_yield,
    SYS_sched_getaffinity,
    SYS_gettid,
    SYS_sigaltstack,
    SYS_membarrier,
    /* time, and what the process asks about itself */
    SYS_nanosleep,
    SYS_gettimeofday,
    SYS_clock_getres,
    SYS_getrandom,
    SYS_getpid,
    SYS_getppid,
    SYS_getpgid,
    SYS_getuid,
    SYS_geteuid,
    SYS_getgid,
    SYS_getegid,
    SYS_getrusage,
    SYS_sysinfo,
    SYS_uname,
    SYS_rt_sigpending,
    SYS_rt_sigtimedwait,
#ifdef SYS_renameat
    SYS_renameat,
#endif
#ifdef SYS_faccessat2
    SYS_faccessat2,
#endif
#ifdef SYS_rseq
    SYS_rseq,
#endif
#ifdef __x86_64__ /* calls that younger processors do not have */
    SYS_open,
    SYS_stat,
    SYS_lstat,
    SYS_access,
    SYS_readlink,
    SYS_poll,
    SYS_select,
    SYS_epoll_wait,
    SYS_rename,
    SYS_unlink,
    SYS_link,
    SYS_dup2,
    SYS_getpgrp,
    SYS_time,
    SYS_getrlimit,
    SYS_arch_prctl,
    SYS_pause,
#endif
};

enum {
    ROOM = 256 /* instructions; BPF_MAXINSNS is 4096 */
};

struct program {
    struct sock_filter code[ROOM];
    unsigned short len;
};

static void add(struct program *p, uint16_t code, uint32_t k, uint8_t if_true, uint8_t if_false)
{
    p->code[p->len++] = (struct sock_filter){code, if_true, if_false, k};
}

static void load(struct program *p, size_t offset)
{
    add(p, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void answer(struct program *p, uint32_t what)
{
    add(p, BPF_RET | BPF_K, what, 0, 0);
}

#define REFUSE(code) (SECCOMP_RET_ERRNO | (code))

/* The low half of an argument, which is all that the kernel looks at in those that are compared. */
static size_t low_half(unsigned arg)
{
    return offsetof(struct seccomp_data, args) + arg * sizeof(uint64_t);
}

/* The call `nr` is allowed when argument `arg` is one of the n values. */
static void add_values(struct program *p, uint32_t nr, unsigned arg, const uint32_t *values,
                       uint8_t n)
{
    add(p, BPF_JMP | BPF_JEQ | BPF_K, nr, 0, (uint8_t)(n + 3));
    load(p, low_half(arg));
    for (uint8_t i = 0; i < n; i++)
        add(p, BPF_JMP | BPF_JEQ | BPF_K, values[i], (uint8_t)(n - i), 0);
    answer(p, REFUSE(EPERM));
    answer(p, SECCOMP_RET_ALLOW);
}

/* The call `nr` is allowed when some of the bits are set in argument `arg`, or none of them. */
static void add_bits(struct program *p, uint32_t nr, unsigned arg, uint32_t bits, bool set)
{
    add(p, BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 4);
    load(p, low_half(arg));
    add(p, BPF_JMP | BPF_JSET | BPF_K, bits, set ? 1 : 0, set ? 0 : 1);
    answer(p, REFUSE(EPERM));
    answer(p, SECCOMP_RET_ALLOW);
}

static void add_by_argument(struct program *p)
{
    const uint32_t self = (uint32_t)getpid();
    static const uint32_t terminals[] = {TCGETS, TIOCGWINSZ, TIOCGPGRP, FIONREAD, TIOCOUTQ};
    static const uint32_t controls[] = {PR_SET_DUMPABLE, PR_SET_TIMERSLACK};
    static const uint32_t own = 0; /* prlimit64: of this process */
    add_bits(p, SYS_mmap, 2, PROT_EXEC, false);
    add_bits(p, SYS_mprotect, 2, PROT_EXEC, false);
    add_bits(p, SYS_clone, 0, CLONE_THREAD, true);
    add_values(p, SYS_ioctl, 1, terminals, sizeof terminals / sizeof *terminals);
    add_values(p, SYS_prctl, 0, controls, sizeof controls / sizeof *controls);
    add_values(p, SYS_prlimit64, 0, &own, 1);
    add_values(p, SYS_kill, 0, &self, 1);
    add_values(p, SYS_tgkill, 0, &self, 1);
    add_values(p, SYS_tkill, 0, &self, 1); /* musl: the first thread's number is the process's */
#ifdef SYS_clone3
    add(p, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1);
    answer(p, REFUSE(ENOSYS));
#endif
}

/* A number that follows jumps to the last instruction; a jump reaches 255, so the plain ones are
 * the last. */
static void build(struct program *p)
{
    const uint8_t n = sizeof plain / sizeof *plain;
    load(p, offsetof(struct seccomp_data, arch));
    add(p, BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0);
    answer(p, REFUSE(EPERM));
    load(p, offsetof(struct seccomp_data, nr));
    add_by_argument(p);
    for (uint8_t i = 0; i < n; i++)
        add(p, BPF_JMP | BPF_JEQ | BPF_K, plain[i], (uint8_t)(n - i), 0);
    answer(p, REFUSE(EPERM));
    answer(p, SECCOMP_RET_ALLOW);
}

_Static_assert(sizeof plain / sizeof *plain < 150, "the program has room, and its jumps reach");

int gf_wall_filter_calls(void)
{
    struct program p = {.len = 0};
    build(&p);
    const struct sock_fprog all = {p.len, p.code};
    /* The second try is for Linux before 4.17. Without the flag, Linux before 5.16 makes every
     * process with a filter slower, against guesses of the processor (Spectre 4). */
    long r = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &all);
    return (int)(r == 0 ? 0 : syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &all));
}

bool gf_wall_can_filter(void)
{
    uint32_t action = SECCOMP_RET_ERRNO;
    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

#else

int gf_wall_filter_calls(void)
{
    errno = ENOSYS;
    return -1;
}

bool gf_wall_can_filter(void)
{
    return false;
}

#endif
