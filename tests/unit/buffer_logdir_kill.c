/*
 * A directory of logs and what cuts its work in two: a kill at each call of the system, a call that
 * fails, and a state that either has left.
 *
 * A child does the work and is stopped by ptrace(2) at each call; at one of them it is killed. For
 * the calls that fail it puts a filter of seccomp(2) before itself.
 */
#include "logdir_rig.h"

#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>

/* ---- the work and what must be true behind it ------------------------------------------------ */

#define BEFORE "a1\nb2\nc3\nd4\n"

/* Three archives, of which the first was processed, and bytes in `current`. */
static void prepare(struct gf_logdir_config *config)
{
    static const char *const lines[] = {"a1\n", "b2\n", "c3\n"};
    *config = rig_config();
    config->process = true;
    struct gf_logdir *d = rig_open(config, T0);
    REQUIRE(d);
    for (int i = 0; i < 3; i++) {
        rig_write(d, lines[i], T0);
        CHECK_INT(gf_logdir_rotate(d, T0), 0);
    }
    CHECK_INT(gf_logdir_processed(d, "20260921T141320Z-0000000001"), 0);
    rig_write(d, "d4\n", T0);
    gf_logdir_close(d);
}

/* Opens the directory as the next process does. All that was written is there once and in order,
 * and what waits is what was rotated and not processed. `done`: how many may have been processed.
 */
static void check_after(const struct gf_logdir_config *config, const char *at, size_t done)
{
    char text[200], name[GF_LOGDIR_NAME], newest[GF_LOGDIR_NAME];
    struct gf_logdir_refusal no;
    struct gf_logdir *d = gf_logdir_open("logs", config, T0, &no);
    CHECK_ROW(d, "%s: cannot be opened: %s: %s", at, no.file ? no.file : "", no.why);
    if (!d)
        return;
    rig_all(text, sizeof text);
    CHECK_ROW(strcmp(text, BEFORE) == 0, "%s: it holds \"%s\"", at, text);
    size_t archives = rig_count(RIG_ARCHIVES), waiting = gf_logdir_waiting(d);
    CHECK_ROW(archives == gf_logdir_archives(d), "%s: %zu archives", at, archives);
    CHECK_ROW(waiting <= archives - 1 && waiting + done >= archives - 1,
              "%s: %zu of %zu archives wait", at, waiting, archives);
    CHECK_ROW(rig_count("logs/.gf-*") == 0, "%s: a temporary file is left", at);
    CHECK_ROW(gf_logdir_fd(d) != -1, "%s: there is no current", at);
    CHECK_ROW(gf_logdir_size(d) == (archives == 3 ? 3 : 0), "%s: the size is %" PRIu64, at,
              gf_logdir_size(d));
    rig_newest(newest);
    rig_rotate(d, 3, 0, name);
    CHECK_ROW(strcmp(name, newest) > 0, "%s: %s behind %s", at, name, newest);
    CHECK_ROW(gf_logdir_waiting(d) == waiting + 1, "%s: the next one does not wait", at);
    gf_logdir_close(d);
}

/* ---- a kill at each call --------------------------------------------------------------------- */

static void rotate(struct gf_logdir *d)
{
    if (gf_logdir_rotate(d, T0 + GF_S) != 0)
        _exit(1);
}

static void processed(struct gf_logdir *d)
{
    if (gf_logdir_processed(d, "20260921T141320Z-0000000002") != 0)
        _exit(1);
}

static void mend(struct gf_logdir *d)
{
    bool anew;
    if (gf_logdir_rotate(d, T0 + GF_S) != 0 || unlink("logs/current") != 0 ||
        gf_logdir_mend(d, &anew) != 0 || !anew)
        _exit(1);
}

/* The child: without work the open itself is traced, else what follows the open. */
static void begin(const struct gf_logdir_config *config, void (*work)(struct gf_logdir *))
{
    struct gf_logdir_refusal no;
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
        _exit(77);
    if (!work)
        raise(SIGSTOP);
    struct gf_logdir *d = gf_logdir_open("logs", config, T0, &no);
    if (!d)
        _exit(1);
    if (work) {
        raise(SIGSTOP);
        work(d);
    }
    gf_logdir_close(d);
    _exit(0);
}

/* Whether the child got as far as its stop number `at`, where it was killed; each call is two
 * stops, before and behind, which leave the same as those of its neighbours. *status: how it ended.
 */
static bool kill_at(pid_t pid, int at, int *status)
{
    if (waitpid(pid, status, 0) != pid || !WIFSTOPPED(*status))
        return false;
    for (int i = 0;; i++) {
        if (i == at) {
            kill(pid, SIGKILL);
            return waitpid(pid, status, 0) == pid && WIFSIGNALED(*status);
        }
        if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) != 0 || waitpid(pid, status, 0) != pid ||
            !WIFSTOPPED(*status))
            return false;
    }
}

static void kill_at_each(const char *what, void (*work)(struct gf_logdir *), size_t done,
                         const char *torn)
{
    int status = 0;
    for (int at = 0; at < 2000; at += 2) {
        struct gf_logdir_config config;
        char where[64];
        rig_enter();
        prepare(&config);
        CHECK_INT(truncate("logs/current", (off_t)strlen(torn)), 0);
        pid_t pid = fork();
        if (pid == 0)
            begin(&config, work);
        bool killed = kill_at(pid, at, &status);
        if (!killed && WIFEXITED(status) && WEXITSTATUS(status) == 77) {
            rig_leave();
            SKIP("strace cannot trace here");
        }
        snprintf(where, sizeof where, "%s, stop %d", what, at);
        check_after(&config, where, done);
        rig_leave();
        if (!killed) {
            CHECK_ROW(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s: status %x", what,
                      (unsigned)status);
            CHECK_ROW(at > 16, "%s: only %d stops", what, at);
            return;
        }
    }
    CHECK(!"the work ends");
}

TEST(buffer_logdir_kill, rotate)
{
    kill_at_each("rotate", rotate, 0, "d4\n");
}

/* The last record of `current` lacks its newline. */
TEST(buffer_logdir_kill, torn)
{
    kill_at_each("torn", NULL, 0, "d4");
}

TEST(buffer_logdir_kill, mend)
{
    kill_at_each("mend", mend, 0, "d4\n");
}

TEST(buffer_logdir_kill, processed)
{
    kill_at_each("processed", processed, 1, "d4\n");
}

/* ---- calls that fail ------------------------------------------------------------------------- */

/* From here on each call of that number fails. False: there are no filters here. */
static bool forbid(int number, int code)
{
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ((unsigned)code & SECCOMP_RET_DATA)),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {.len = sizeof rules / sizeof *rules, .filter = rules};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
}

struct failing {
    const char *name;
    int number, code;
    bool rotates; /* all the same */
};

static const struct failing failing[] = {
    {"openat", SYS_openat, ENOSPC, false},      {"write", SYS_write, ENOSPC, false},
    {"linkat", SYS_linkat, ENOSPC, false},      {"fchmod", SYS_fchmod, EPERM, false},
#ifdef SYS_newfstatat
    {"fstatat", SYS_newfstatat, EIO, false},
#endif
    {"renameat2", SYS_renameat2, EIO, false},   {"renameat2", SYS_renameat2, EEXIST, false},
    {"renameat2", SYS_renameat2, EINVAL, true}, /* a file system that cannot do it */
    {"unlinkat", SYS_unlinkat, EIO, true},      {"statx", SYS_statx, ENOSYS, true},
    {"flock", SYS_flock, ENOLCK, true},
};

/* With all that works a rotation is done; else it is as if none had been asked for. */
static int rotate_with(const struct gf_logdir_config *config, const struct failing *f)
{
    struct gf_logdir_refusal no;
    struct gf_logdir *d = gf_logdir_open("logs", config, T0, &no);
    if (!d || !forbid(f->number, f->code))
        return 77;
    bool done = gf_logdir_rotate(d, T0 + GF_S) == 0;
    if (done != f->rotates)
        return 2;
    if (!done && errno != f->code)
        return 3;
    if (gf_logdir_archives(d) != (done ? 4 : 3) || gf_logdir_waiting(d) != (done ? 3 : 2))
        return 4;
    if (gf_logdir_size(d) != (done ? 0 : 3) || (gf_logdir_began_wall(d) == 0) != done)
        return 5;
    return lseek(gf_logdir_fd(d), 0, SEEK_END) == (done ? 0 : 3) ? 0 : 6;
}

TEST(buffer_logdir_kill, calls_that_fail)
{
    for (size_t i = 0; i < sizeof failing / sizeof *failing; i++) {
        struct gf_logdir_config config;
        char where[64];
        int status;
        rig_enter();
        prepare(&config);
        pid_t pid = fork();
        if (pid == 0)
            _exit(rotate_with(&config, &failing[i]));
        CHECK(waitpid(pid, &status, 0) == pid);
        snprintf(where, sizeof where, "%s fails by %d", failing[i].name, failing[i].code);
        CHECK_ROW(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s: status %x", where,
                  (unsigned)status);
        check_after(&config, where, 0);
        rig_leave();
    }
}

/* The archive cannot get its old name back either: it stays one, and mend makes a new `current`. */
static int rotate_halfway(const struct gf_logdir_config *config)
{
    struct gf_logdir_refusal no;
    bool anew;
    struct gf_logdir *d = gf_logdir_open("logs", config, T0, &no);
    if (!d || !forbid(SYS_fchmod, EIO) || !forbid(SYS_unlinkat, EIO))
        return 77;
    if (gf_logdir_rotate(d, T0 + GF_S) != -1 || errno != EIO || gf_logdir_fd(d) != -1)
        return 2;
    if (gf_logdir_archives(d) != 4 || gf_logdir_waiting(d) != 3 || gf_logdir_size(d) != 0)
        return 3;
    if (gf_logdir_rotate(d, T0 + GF_S) != -1 || errno != ENOENT)
        return 4;
    if (gf_logdir_mend(d, &anew) != -1 || errno != EIO || anew || gf_logdir_fd(d) != -1)
        return 5;
    return 0;
}

TEST(buffer_logdir_kill, halfway)
{
    struct gf_logdir_config config;
    int status;
    rig_enter();
    prepare(&config);
    pid_t pid = fork();
    if (pid == 0)
        _exit(rotate_halfway(&config));
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK_ROW(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", (unsigned)status);
    CHECK_INT(rig_count(RIG_ARCHIVES), 4);
    check_after(&config, "halfway", 0);
    rig_leave();
}

/* The disk is full at the open: it is open, without a `current` or with the one that was torn. */
static int open_when_full(const struct gf_logdir_config *config, int number)
{
    struct gf_logdir_refusal no;
    bool anew;
    if (!forbid(number, ENOSPC))
        return 77;
    struct gf_logdir *d = gf_logdir_open("logs", config, T0, &no);
    if (!d)
        return 2;
    if (gf_logdir_fd(d) != -1 || gf_logdir_size(d) != 0 || gf_logdir_began_wall(d) != 0)
        return 3;
    if (gf_logdir_archives(d) != 3 || gf_logdir_waiting(d) != 2)
        return 4;
    return gf_logdir_mend(d, &anew) == -1 && errno == ENOSPC && !anew ? 0 : 5;
}

TEST(buffer_logdir_kill, full_at_the_open)
{
    struct gf_logdir_config config;
    int status;
    rig_enter();
    prepare(&config);
    CHECK_INT(truncate("logs/current", 2), 0);
    pid_t pid = fork();
    if (pid == 0)
        _exit(open_when_full(&config, SYS_write));
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK_ROW(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", (unsigned)status);
    check_after(&config, "full", 0);
    rig_leave();
}

/* ---- what a kill may have left, by hand ------------------------------------------------------ */

TEST(buffer_logdir_kill, left_by_hand)
{
    static const struct {
        const char *made_by;
        size_t archives, waiting;
    } rows[] = {
        /* `state` is ahead: as between its replacement and the rename */
        {"cp -p logs/state s; mv logs/*3 c; mv logs/current d; cat c d >logs/current", 2, 1},
        {"mv logs/current logs/20260921T141321Z-0000000004", 4, 3}, /* behind the rename */
        {"ln logs/current logs/20260921T141321Z-0000000004", 4, 3}, /* a rename of two calls */
        {"mv logs/current logs/20260921T141321Z-0000000004; : >logs/current; chmod 0600 "
         "logs/current",
         4, 3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_logdir_config config;
        char text[200], name[GF_LOGDIR_NAME];
        struct stat st;
        rig_enter();
        prepare(&config);
        rig_sh(rows[i].made_by);
        struct gf_logdir *d = rig_open(&config, T0);
        REQUIRE(d);
        rig_all(text, sizeof text);
        CHECK_STR(text, BEFORE);
        CHECK_INT(gf_logdir_archives(d), rows[i].archives);
        CHECK_INT(gf_logdir_waiting(d), rows[i].waiting);
        CHECK(stat("logs/current", &st) == 0 && st.st_nlink == 1 && (st.st_mode & 07777) == 0640);
        rig_rotate(d, 3, T0, name);
        CHECK_STR(name + 17, i == 0 ? "0000000004" : "0000000005");
        gf_logdir_close(d);
        rig_leave();
    }
}

/* A prune that was cut in two: the archive is gone, and what is beside it goes with the next. */
TEST(buffer_logdir_kill, prune)
{
    struct gf_logdir_config config;
    bool over;
    uint64_t n, bytes;
    rig_enter();
    prepare(&config);
    config.keep = 2;
    CHECK_INT(rename("logs/20260921T141320Z-0000000001", "logs/20260921T141320Z-0000000001.zst"),
              0);
    struct gf_logdir *d = rig_open(&config, T0);
    REQUIRE(d);
    CHECK_INT(gf_logdir_archives(d), 3);
    CHECK_INT(gf_logdir_waiting(d), 2);
    CHECK_INT(gf_logdir_prune(d, T0, &over, &n, &bytes), 0);
    CHECK_INT(rig_count("logs/2*"), 2);
    gf_logdir_close(d);
    rig_leave();
}

/* What cannot be removed is told, is in no way of the end, and is removed when that can be. */
static int prune_without(const struct gf_logdir_config *config)
{
    struct gf_logdir_refusal no;
    bool over;
    uint64_t n, bytes;
    struct gf_logdir *d = gf_logdir_open("logs", config, T0, &no);
    if (!d || !forbid(SYS_unlinkat, EIO))
        return 77;
    if (gf_logdir_prune(d, T0, &over, &n, &bytes) != -1 || errno != EIO || n != 0 || bytes != 0)
        return 2;
    return gf_logdir_archives(d) == 3 && gf_logdir_waiting(d) == 2 ? 0 : 3;
}

TEST(buffer_logdir_kill, prune_that_fails)
{
    struct gf_logdir_config config;
    int status;
    bool over;
    uint64_t n, bytes;
    rig_enter();
    prepare(&config);
    config.keep = 1;
    config.keep_force = true;
    pid_t pid = fork();
    if (pid == 0)
        _exit(prune_without(&config));
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK_ROW(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", (unsigned)status);
    CHECK_INT(rig_count(RIG_ARCHIVES), 3);
    struct gf_logdir *d = rig_open(&config, T0);
    REQUIRE(d);
    CHECK_INT(gf_logdir_prune(d, T0, &over, &n, &bytes), 0);
    CHECK_INT(n, 1);
    CHECK_INT(bytes, 3);
    CHECK_INT(rig_count(RIG_ARCHIVES), 1);
    gf_logdir_close(d);
    rig_leave();
}
