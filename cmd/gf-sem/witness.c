/*
 * witness.c - whether a signal was for gf-sem alone.
 *
 * The command is in the process group of gf-sem, so a signal to the group (kill -TERM -- -PGID, a
 * service manager that ends all of a service) reaches the command by itself and must not be handed
 * on; one that is for gf-sem alone must be. The two look the same. The witness is a process of the
 * group that has every signal blocked: what is pending there was sent to more than gf-sem. It is
 * started when the command has run for a moment, and dies with gf-sem.
 *
 * Whoever finds processes by name (pkill, killall) must find the witness where the command is
 * found, and nowhere else: `pkill gf-sem` is for gf-sem alone, and `pkill -f words` may be for
 * gf-sem and the command. So the witness has another name, and the words of the command alone.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "proc/procfs.h"
#include "request.h"

static pid_t witness = -1;

/* The words of gf-sem lie one behind the other where /proc/PID/cmdline shows them, and those of the
 * command end there. They are moved to the front, in this process alone. */
void take_name_of_command(const struct request *rq, const char *name)
{
    char *from = rq->self[0], *rest = rq->argv[0], *end = rest;
    prctl(PR_SET_NAME, name);
    for (char *const *word = rq->argv; *word; word++)
        end = *word + strlen(*word);
    memmove(from, rest, (size_t)(end - rest));
    memset(from + (end - rest), '\0', (size_t)(rest - from));
}

/* It holds nothing that others might wait for: no descriptor, no directory. */
static void stand_by(pid_t parent, const struct request *rq)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    take_name_of_command(rq, "witness");
    if (getppid() != parent || chdir("/") != 0)
        _exit(0);
#ifdef SYS_close_range
    if (syscall(SYS_close_range, 0u, ~0u, 0u) != 0)
#endif
        for (int fd = 0; fd < 1024; fd++)
            close(fd);
    for (;;)
        pause();
}

void witness_start(const struct request *rq)
{
    sigset_t all, before;
    if (witness != -1)
        return;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    witness = fork();
    if (witness == 0)
        stand_by(parent, rq);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

void witness_stop(void)
{
    if (witness == -1)
        return;
    kill(witness, SIGKILL);
    while (waitpid(witness, NULL, 0) == -1 && errno == EINTR)
        ;
    witness = -1;
}

/* The line of /proc/PID/status that lists what is pending, in hexadecimal. */
static bool is_pending(int sig)
{
    static const char name[] = "\nShdPnd:";
    struct gf_buf status = {0};
    gf_procfs_read(witness, "status", &status);
    gf_buf_putc(&status, '\0');
    const char *line = status.failed ? NULL : strstr(status.data, name);
    unsigned long long mask = line ? strtoull(line + sizeof name - 1, NULL, 16) : 0;
    gf_buf_release(&status);
    return mask >> (sig - 1) & 1;
}

/* Who ends a group may do it one by one, as pkill does, and lose the processor in between: on a
 * busy machine for tens of milliseconds. */
static bool becomes_pending(int sig)
{
    gf_ns last_mono = gf_now_mono() + 100 * GF_MS;
    while (!is_pending(sig)) {
        gf_ns now_mono = gf_now_mono();
        if (now_mono >= last_mono)
            return false;
        (void)gf_sleep_until(now_mono + GF_MS);
    }
    return true;
}

bool witness_saw(int sig, const struct request *rq)
{
    if (witness == -1)
        return false;
    bool saw = becomes_pending(sig);
    if (saw) { /* it would not see the next one */
        witness_stop();
        witness_start(rq);
    }
    return saw;
}
