/* wall.c - what is left behind the wall, asked of the system call by call. Each test is a process
 * of its own, which the wall ends with. */
#include "base/wall.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/outfile.h"
#include "test.h"

static bool has(const char *part)
{
    char text[GF_WALL_TEXT];
    gf_wall_describe(text);
    return strstr(text, part) != NULL;
}

static void put(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK(write(fd, "a\n", 2) == 2);
    close(fd);
}

static bool opens(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC, 0600);
    if (fd != -1)
        close(fd);
    return fd != -1;
}

static char dir[64];

/* A directory with what the rows below name. */
static bool enter(void)
{
    snprintf(dir, sizeof dir, "/tmp/gf-wall-XXXXXX");
    if (!mkdtemp(dir) || chdir(dir) != 0)
        return false;
    static const char *const dirs[] = {"in", "out", "rates", "tmp", "listed", "other", "named"};
    for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++)
        CHECK_INT(mkdir(dirs[i], 0700), 0);
    static const char *const files[] = {"in/a",  "in/b",     "out/a",   "rates/a", "rates/b",
                                        "tmp/a", "listed/a", "other/a", "named/a", "named/b"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        put(files[i]);
    return true;
}

/* The directory goes with a child that has no wall. */
static void leave_by(pid_t pid, int go)
{
    close(go);
    waitpid(pid, NULL, 0);
}

static pid_t start_remover(int *go)
{
    int end[2];
    if (pipe(end) != 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        char c;
        close(end[1]);
        (void)gf_read(end[0], &c, 1);
        execl("/bin/rm", "rm", "-rf", dir, (char *)NULL);
        _exit(1);
    }
    close(end[0]);
    *go = end[1];
    return pid;
}

TEST(wall, files)
{
    static const struct {
        const char *path;
        int flags;
        bool allowed;
    } rows[] = {
        {"in/a", O_RDONLY, true},
        {"in/a", O_WRONLY, false},
        {"in/b", O_RDONLY, false},
        {"in", O_RDONLY | O_DIRECTORY, false},
        {"in/new", O_WRONLY | O_CREAT, false},
        {"rates/a", O_RDONLY, true},
        {"rates/b", O_RDONLY, true},
        {"rates/a", O_WRONLY, false},
        {"rates", O_RDONLY | O_DIRECTORY, false},
        {"out/a", O_RDONLY, false},
        {"out/a", O_WRONLY | O_TRUNC, true},
        {"out/new", O_WRONLY | O_CREAT | O_EXCL, true},
        {"out", O_WRONLY | O_TMPFILE, true},
        {"tmp", O_RDWR | O_TMPFILE, true},
        {"tmp/a", O_RDWR, true},
        {"listed", O_RDONLY | O_DIRECTORY, true},
        {"listed/a", O_RDONLY, false},
        {"other/a", O_RDONLY, false},
        {"other/a", O_WRONLY, false},
        {"other", O_WRONLY | O_TMPFILE, false},
        {"named/a", O_RDONLY, false},
        {"/dev/null", O_WRONLY, true},
        {"/dev/zero", O_RDONLY, false},
        {"/etc/passwd", O_RDONLY, false},
        {"other/a", O_PATH, true},
    };
    int go = -1;
    struct gf_wall w;
    struct stat st;
    if (!has("landlock ABI")) /* the files of the rows would all be open */
        return;
    REQUIRE(enter());
    pid_t remover = start_remover(&go);
    gf_wall_begin(&w);
    gf_wall_allow_input(&w, "in/a");
    gf_wall_allow_input(&w, "-");
    gf_wall_allow_input(&w, "listed"); /* a directory */
    gf_wall_allow_replaced(&w, "rates/a");
    gf_wall_allow_output(&w, "out/o");
    gf_wall_allow_output(&w, "/dev/null");
    gf_wall_allow_tmp(&w, "tmp");
    gf_wall_allow(&w, "missing/a", GF_WALL_READ);
    int named = open("named", O_PATH | O_DIRECTORY | O_CLOEXEC);
    gf_wall_allow_fd(&w, named, GF_WALL_NAMES);
    gf_wall_allow_fd(&w, -1, GF_WALL_READ);
    CHECK(!gf_wall_closes("other/a"));
    gf_wall_raise(&w);
    CHECK_INT(w.rules, -1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        errno = 0;
        bool got = opens(rows[i].path, rows[i].flags);
        CHECK_ROW(got == rows[i].allowed, "row %zu, %s: %s", i, rows[i].path, strerror(errno));
        CHECK_ROW(got || errno == EACCES, "row %zu, %s: %s", i, rows[i].path, strerror(errno));
    }
    CHECK_INT(renameat(named, "a", named, "b"), 0);
    CHECK_INT(unlinkat(named, "b", 0), 0);
    CHECK_INT(rename("out/a", "tmp/b"), -1);
    CHECK_INT(errno, EXDEV); /* the answer to a rename across directories */
    CHECK_INT(rename("other/a", "other/b"), -1);
    CHECK_INT(stat("other/a", &st), 0);
    errno = EACCES;
    CHECK(gf_wall_closes("other/a"));
    CHECK(!gf_wall_closes("other/missing"));
    CHECK_INT(errno, EACCES);
    struct gf_outfile out;
    CHECK_INT(gf_outfile_open(&out, "out/o"), 0);
    CHECK_INT(gf_outfile_commit(&out), 0);
    CHECK_INT(gf_outfile_open(&out, "out/o"), 0);
    CHECK_INT(gf_outfile_commit(&out), 0);
    CHECK_INT(gf_outfile_open(&out, "other/o"), -1);
    CHECK_INT(errno, EACCES);
    int fd = gf_tmpfile("tmp");
    CHECK(fd != -1);
    leave_by(remover, go);
}

TEST(wall, missing_input_may_come)
{
    int go = -1;
    struct gf_wall w;
    if (!has("landlock ABI"))
        return;
    REQUIRE(enter());
    pid_t remover = start_remover(&go);
    gf_wall_begin(&w);
    gf_wall_allow_input(&w, "in/later");
    gf_wall_allow_input(&w, "missing/later");
    gf_wall_allow_output(&w, "in/later");
    gf_wall_raise(&w);
    put("in/later");
    CHECK(opens("in/later", O_RDONLY));
    CHECK(!opens("other/a", O_RDONLY));
    leave_by(remover, go);
}

/* ---- calls ----------------------------------------------------------------------------------- */

static void *work(void *arg)
{
    char *block = malloc(1 << 20); /* in an arena of the thread's own */
    *(bool *)arg =
        block && !opens("/etc/passwd", O_RDONLY) && socket(AF_INET, SOCK_STREAM, 0) == -1;
    free(block);
    return NULL;
}

TEST(wall, calls_that_are_gone)
{
    struct gf_wall w;
    if (!has("seccomp yes"))
        return;
    gf_wall_begin(&w);
    gf_wall_raise(&w);
    static const struct {
        const char *name;
        long call, arg[5];
        int err;
    } rows[] = {
        {"fork", SYS_clone, {SIGCHLD}, EPERM},
        {"clone3", SYS_clone3, {0}, ENOSYS},
        {"execve", SYS_execve, {0}, EPERM},
        {"execveat", SYS_execveat, {0}, EPERM},
        {"socket", SYS_socket, {AF_INET, SOCK_STREAM}, EPERM},
        {"ptrace", SYS_ptrace, {0}, EPERM},
        {"process_vm_writev", SYS_process_vm_writev, {1}, EPERM},
        {"pidfd_open", SYS_pidfd_open, {1}, EPERM},
        {"io_uring_setup", SYS_io_uring_setup, {0}, EPERM},
        {"bpf", SYS_bpf, {0}, EPERM},
        {"mount", SYS_mount, {0}, EPERM},
        {"unshare", SYS_unshare, {0}, EPERM},
        {"setuid", SYS_setuid, {0}, EPERM},
        {"fchmodat", SYS_fchmodat, {0}, EPERM},
        {"memfd_create", SYS_memfd_create, {0}, EPERM},
        {"kill another", SYS_kill, {1, 0}, EPERM},
        {"kill all", SYS_kill, {-1, 0}, EPERM},
        {"tgkill another", SYS_tgkill, {1, 1, 0}, EPERM},
        {"prctl", SYS_prctl, {PR_SET_KEEPCAPS, 1}, EPERM},
        {"prlimit64 of another", SYS_prlimit64, {1, RLIMIT_CORE}, EPERM},
        {"ioctl to fake input", SYS_ioctl, {0, 0x5412}, EPERM},
        {"mmap of code", SYS_mmap, {0, 4096, PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1}, EPERM},
        {"no such call", 4000, {0}, EPERM},
#ifdef __x86_64__
        {"x32's read", 0x40000000, {0}, EPERM},
#endif
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const long *a = rows[i].arg;
        errno = 0;
        long r = syscall(rows[i].call, a[0], a[1], a[2], a[3], a[4], 0L);
        CHECK_ROW(r == -1 && errno == rows[i].err, "%s: %ld, %s", rows[i].name, r, strerror(errno));
    }
}

TEST(wall, what_a_tool_goes_on_doing)
{
    struct gf_wall w;
    struct rlimit limit;
    pthread_t thread;
    bool well = false;
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    gf_wall_begin(&w);
    gf_wall_raise(&w);
    CHECK_INT(pthread_create(&thread, NULL, work, &well), 0);
    CHECK_INT(pthread_join(thread, NULL), 0);
    CHECK(well || !has("landlock ABI") || !has("seccomp yes"));
    char *large = malloc(64 << 20);
    CHECK(large != NULL);
    large = realloc(large, 128 << 20);
    CHECK(large != NULL);
    free(large);
    CHECK_INT(gf_sleep_until(gf_now_mono() + GF_MS), 0);
    CHECK_INT(getrlimit(RLIMIT_NOFILE, &limit), 0);
    CHECK_INT(kill(getpid(), 0), 0);
    CHECK_INT(raise(0), 0);
    CHECK_INT(fcntl(fd, F_SETFD, FD_CLOEXEC), 0);
    CHECK_INT(isatty(fd), 0);
    CHECK_INT(errno, ENOTTY);
    CHECK(sysconf(_SC_NPROCESSORS_ONLN) > 0);
    CHECK_INT(write(fd, "a", 1), 1);
}

TEST(wall, without_a_rule_files_stay_open)
{
    struct gf_wall w;
    struct rlimit all, none = {0};
    gf_wall_begin(&w);
    CHECK_INT(getrlimit(RLIMIT_NOFILE, &all), 0);
    none.rlim_max = all.rlim_max;
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &none), 0);
    gf_wall_allow_input(&w, "/etc/passwd");
    CHECK_INT(w.rules, -1);
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &all), 0);
    gf_wall_raise(&w);
    CHECK(opens("/etc/passwd", O_RDONLY));
    CHECK(!gf_wall_closes("/etc/passwd"));
}

TEST(wall, refused)
{
    struct gf_wall w;
    gf_wall_refuse();
    gf_wall_begin(&w);
    CHECK_INT(w.rules, -1);
    gf_wall_allow_input(&w, "in");
    gf_wall_allow_output(&w, "out");
    gf_wall_raise(&w);
    CHECK(opens("/etc/passwd", O_RDONLY));
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    CHECK(pid > 0 && waitpid(pid, NULL, 0) == pid);
}
