/*
 * atomic.c - the bytes go to a temporary file beside FILE (base/outfile.h), which takes its place
 * when there is proof that all of them came: the status of the command, a size, a checksum.
 *
 * The command writes to a pipe, not to the file itself: what it has left behind in the background
 * could otherwise write on when the file has been seen. It stays in our process group and at our
 * terminal. A signal that is sent to us alone is handed on to it, and its end decides: what it has
 * written until then is still read, and only what others who hold its output write is not waited
 * for.
 *
 * Signals are blocked but while we wait (ppoll), so none is missed between a look and a wait.
 */
#include "atomic.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cannot_run.h"
#include "base/cli.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/msg.h"
#include "base/sig.h"
#include "base/wall.h"
#include "digest.h"
#include "proc/command.h"

extern char **environ;

enum {
    BLOCK = 256 * 1024,
    PIPE = 1 << 20
};

struct atomic {
    const struct atomic_options *opt;
    struct gf_outfile out;
    int in;    /* what is read */
    pid_t pid; /* the command; 0: there is none, or it has ended */
    int wait_status;
    bool ended; /* the end of what comes was read */
    bool told_hold;
    int die_by;        /* the signal by which we end; 0: none */
    gf_ns ended_mono;  /* when the command did */
    size_t last_words; /* bytes that were read when there was nothing to wait for any more */
    uint64_t bytes;
    struct digest digest;
    char *block;
};

/* ---- signals --------------------------------------------------------------------------------- */

static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCHLD};

static volatile sig_atomic_t came[NSIG];  /* sent to us alone */
static volatile sig_atomic_t typed[NSIG]; /* to all at the terminal */

static void on_signal(int sig, siginfo_t *si, void *context)
{
    (void)context;
    if (si->si_code <= 0)
        came[sig] = 1;
    else
        typed[sig] = 1;
}

/* Blocks them; `open` is the mask for a wait. */
static void catch_signals(sigset_t *open)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
        if (gf_sig_was_ignored(caught[i]) && caught[i] != SIGCHLD)
            continue;
        struct sigaction sa = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
        sigemptyset(&sa.sa_mask);
        sigaddset(&set, caught[i]);
        sigaction(caught[i], &sa, NULL);
    }
    sigprocmask(SIG_BLOCK, &set, open);
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
        sigdelset(open, caught[i]);
}

/* The signal that asks us to end; 0: none. */
static int stop_signal(void)
{
    static const int stops[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++)
        if (came[stops[i]] || typed[stops[i]])
            return stops[i];
    return 0;
}

static void hand_on(struct atomic *a)
{
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
        int sig = caught[i];
        if (sig != SIGCHLD && came[sig] && a->pid)
            kill(a->pid, sig);
        if (sig != SIGCHLD && a->pid && came[sig]) {
            came[sig] = 0;
            typed[sig] = 1; /* still a reason to end, and not handed on again */
        }
    }
}

static void reap(struct atomic *a)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0 || (pid == -1 && errno == EINTR))
        if (pid > 0 && pid == a->pid) {
            a->pid = 0;
            a->wait_status = status;
            a->ended_mono = gf_now_mono();
        }
}

/* ---- the bytes ------------------------------------------------------------------------------- */

/* 0, or the exit status after a message. */
static int write_block(struct atomic *a, size_t len)
{
    digest_add(&a->digest, a->block, len);
    a->bytes += len;
    if (gf_write_all(a->out.fd, a->block, len) == 0)
        return 0;
    gf_error_errno("cannot write to '%s'", a->opt->file);
    const char *cure = gf_file_cure(errno);
    if (cure)
        gf_hint("%s", cure);
    return GF_EXIT_TOOL;
}

/* Whether there is nothing to wait for any more: we were asked to end, and the command has. */
static bool is_given_up(const struct atomic *a)
{
    return stop_signal() && !a->pid;
}

/* Whether something is still there to be read at once: the last words of a command, and the end of
 * its output. What it has left behind may write for ever, and a pipe holds no more than this. */
static bool has_last_words(const struct atomic *a)
{
    struct pollfd p = {.fd = a->in, .events = POLLIN};
    return a->opt->command && !a->ended && a->last_words < PIPE && poll(&p, 1, 0) == 1;
}

/* What a read has brought; 0 at the end. 0, or the exit status after a message. */
static int take(struct atomic *a, size_t len)
{
    if (is_given_up(a))
        a->last_words += len;
    a->ended = len == 0;
    return len > 0 ? write_block(a, len) : 0;
}

static void look_at_holders(struct atomic *a)
{
    if (a->told_hold || !a->ended_mono || gf_now_mono() < a->ended_mono + GF_S)
        return;
    a->told_hold = true;
    gf_note("the command has ended, and something that it left still holds its output: waiting");
}

/* Reads to the end, and until the command has ended. 0, or the exit status after a message. */
static int copy(struct atomic *a, const sigset_t *open)
{
    while (!(a->ended && a->pid == 0) && (!is_given_up(a) || has_last_words(a))) {
        struct pollfd p = {.fd = a->ended ? -1 : a->in, .events = POLLIN};
        const struct timespec second = {.tv_sec = 1};
        int ready = ppoll(&p, 1, a->ended_mono && !a->told_hold ? &second : NULL, open);
        if (a->opt->command) {
            reap(a);
            hand_on(a);
            look_at_holders(a);
        }
        if (ready <= 0)
            continue;
        ssize_t n = read(a->in, a->block, BLOCK);
        if (n == -1 && errno != EINTR && errno != EAGAIN) {
            gf_error_errno("cannot read %s",
                           a->opt->command ? "what the command writes" : "standard input");
            return GF_EXIT_TOOL;
        }
        int status = n >= 0 ? take(a, (size_t)n) : 0;
        if (status != 0)
            return status;
    }
    return 0;
}

/* ---- the command ----------------------------------------------------------------------------- */

/* 0, or the exit status after a message. */
static int start(struct atomic *a)
{
    int fd[2];
    struct gf_command command = {.search = getenv("PATH")};
    if (pipe2(fd, O_CLOEXEC) != 0) {
        gf_error_errno("cannot make a pipe");
        return GF_EXIT_TOOL;
    }
    gf_pipe_widen(fd[0], PIPE);
    const struct gf_spawn spawn = {.argv = a->opt->command, .envp = environ, .fd = {-1, fd[1], -1}};
    gf_sig_drop_request();
    int err = gf_command_spawn(&command, &spawn, &a->pid);
    gf_command_release(&command);
    close(fd[1]);
    a->in = fd[0];
    if (err == 0)
        return 0;
    a->pid = 0;
    int status = gf_cannot_run(a->opt->command[0], err, "sh -c");
    return gf_command_fault(err, false) == GF_FAULT_MOMENT ? GF_EXIT_TOOL : status;
}

/* The writing failed: the command gets SIGPIPE, and its end is waited for. */
static void let_go(struct atomic *a, const sigset_t *open)
{
    if (a->in > STDERR_FILENO)
        close(a->in);
    a->in = -1;
    while (a->pid) {
        ppoll(NULL, 0, NULL, open);
        reap(a);
        hand_on(a);
    }
}

/* ---- the proof ------------------------------------------------------------------------------- */

static int refuse(const struct atomic *a, const char *why)
{
    gf_error("'%s' stays as it was: %s", a->opt->file, why);
    return GF_EXIT_SOME;
}

/* The status of a command whose end is no success; 0: it is one. */
static int command_failed(struct atomic *a)
{
    int code = WIFEXITED(a->wait_status) ? WEXITSTATUS(a->wait_status) : -1;
    if (code >= 0 && (a->opt->ok_status[code / 64] >> code % 64 & 1))
        return 0;
    if (code >= 0) {
        gf_note("'%s' stays as it was: the command ended with exit status %d", a->opt->file, code);
        return code;
    }
    a->die_by = WTERMSIG(a->wait_status);
    gf_note("'%s' stays as it was: signal %d ended the command", a->opt->file, a->die_by);
    return 128 + a->die_by;
}

/* One that cannot be looked at may have bytes. */
static bool is_there_and_not_empty(const char *file)
{
    struct stat st;
    return stat(file, &st) == 0 ? st.st_size > 0 : errno != ENOENT;
}

/* 0: all of it came; else the exit status after a message. */
static int prove(struct atomic *a)
{
    char got[DIGEST_TEXT];
    if (a->opt->command) {
        int status = command_failed(a);
        if (status)
            return status;
    }
    if (a->opt->has_bytes && a->bytes != a->opt->bytes) {
        gf_error("'%s' stays as it was: %llu bytes came, and %llu were expected", a->opt->file,
                 (unsigned long long)a->bytes, (unsigned long long)a->opt->bytes);
        return GF_EXIT_SOME;
    }
    if (a->opt->has_sha256 && !digest_is(&a->digest, a->opt->sha256, got)) {
        gf_error("'%s' stays as it was: the SHA-256 of what came is %s", a->opt->file, got);
        return GF_EXIT_SOME;
    }
    if (a->bytes == 0 && !a->opt->allow_empty && is_there_and_not_empty(a->opt->file)) {
        int status = refuse(a, "nothing came to replace it");
        gf_hint("--allow-empty lets nothing replace something");
        return status;
    }
    return 0;
}

/* A signal came before the end; what the command did then decides, if that is no success. */
static int cut_short(struct atomic *a)
{
    int status = a->opt->command ? command_failed(a) : 0;
    if (status)
        return status;
    a->die_by = stop_signal();
    gf_note("'%s' stays as it was: a signal came before the end", a->opt->file);
    return 128 + a->die_by;
}

/* The status of the command is ours. */
static int commit(struct atomic *a)
{
    int status = gf_tool_output_end(&a->out, a->opt->file, GF_EXIT_OK);
    return status == GF_EXIT_OK && a->opt->command ? WEXITSTATUS(a->wait_status) : status;
}

/* ---- the run --------------------------------------------------------------------------------- */

static int open_file(struct atomic *a)
{
    const struct gf_outfile_choice how = {.no_follow = a->opt->no_follow,
                                          .if_changed = a->opt->if_changed,
                                          .sync_name = true,
                                          .backup = a->opt->backup};
    if (!gf_outfile_is_whole(a->opt->file)) {
        gf_error("cannot replace '%s': it is no regular file", a->opt->file);
        return GF_EXIT_TOOL;
    }
    return gf_tool_output_as(&a->out, a->opt->file, &how) == 0 ? 0 : GF_EXIT_TOOL;
}

static void raise_wall(const struct atomic *a)
{
    struct gf_wall w;
    if (a->opt->command)
        return;
    gf_wall_begin(&w);
    gf_wall_allow_fd(&w, a->out.dir, GF_WALL_NAMES | GF_WALL_READ | GF_WALL_WRITE);
    gf_wall_raise(&w);
}

static int work(struct atomic *a)
{
    sigset_t open;
    int status = open_file(a);
    if (status)
        return status;
    catch_signals(&open);
    if (a->opt->command)
        status = start(a);
    else
        gf_tool_waits(STDIN_FILENO, "bytes", NULL);
    if (status)
        return status;
    raise_wall(a);
    status = copy(a, &open);
    let_go(a, &open);
    if (status)
        return status;
    status = a->ended ? prove(a) : cut_short(a);
    return status ? status : commit(a);
}

int atomic_run(const struct options *o)
{
    struct atomic a = {.opt = &o->atomic, .in = STDIN_FILENO, .out = {.fd = -1, .dir = -1}};
    int status = GF_EXIT_TOOL;
    digest_begin(&a.digest);
    a.block = malloc(BLOCK);
    if (a.block)
        status = work(&a);
    else
        gf_error_nomem();
    gf_outfile_abandon(&a.out);
    free(a.block);
    if (a.die_by)
        gf_die_by(a.die_by);
    return gf_tool_finish(status);
}
