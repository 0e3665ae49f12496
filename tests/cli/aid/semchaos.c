/*
 * semchaos.c - permits under kill -9: semchaos GF_SEM STATE N ACQUIRES KILLS
 *
 * Keeps up to twelve gf-sem at once at one semaphore of N permits, until ACQUIRES commands have run
 * and KILLS of the processes, gf-sem or command, were killed at random moments. The commands are
 * this program as well. Each checks from within, by locks of another kind and another file, that
 * there are never more than N of them. (POSIX record locks go when a dying process closes its
 * files, which is before the last references to them go, and with them the permit; so a command
 * that has lost its check still has its permit, not the other way round.)
 *
 * At the end all N permits must be free. Prints one line; 0 when all was right.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    AT_ONCE = 12
};

/* What driver and commands share, mapped from the check file; its locks are on the bytes beyond. */
struct shared {
    atomic_uint acquired;
    atomic_uint violations;
    atomic_int command[AT_ONCE]; /* pids */
};

static struct shared *sh;
static int check_fd;
static unsigned long long seed = 88172645463325252u;

static unsigned randomly(unsigned below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 20) % below;
}

static void nap(unsigned us)
{
    nanosleep(&(struct timespec){.tv_nsec = us * 1000L}, NULL);
}

static void map_shared(const char *path)
{
    check_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (check_fd == -1 || ftruncate(check_fd, 4096) != 0)
        exit(125);
    sh = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, check_fd, 0);
    if (sh == MAP_FAILED)
        exit(125);
}

/* ---- the command ----------------------------------------------------------------------------- */

static bool take_check(int n)
{
    for (int i = 0; i < n; i++) {
        struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 4096 + i, .l_len = 1};
        if (fcntl(check_fd, F_SETLK, &l) == 0)
            return true;
    }
    return false;
}

static int command(const char *path, int n, int row)
{
    map_shared(path);
    atomic_store(&sh->command[row], getpid());
    seed += (unsigned long long)getpid() * 2654435761u;
    randomly(1);
    if (!take_check(n))
        atomic_fetch_add(&sh->violations, 1);
    atomic_fetch_add(&sh->acquired, 1);
    nap(randomly(4000));
    atomic_store(&sh->command[row], 0);
    return 0;
}

/* ---- the driver ------------------------------------------------------------------------------ */

struct plan {
    const char *self, *gf_sem, *state, *check;
    int n;
    unsigned acquires, kills;
};

static pid_t launch(const struct plan *p, int row)
{
    char n[16], r[16];
    snprintf(n, sizeof n, "%d", p->n);
    snprintf(r, sizeof r, "%d", row);
    atomic_store(&sh->command[row], 0);
    pid_t pid = fork();
    if (pid == 0) {
        execl(p->gf_sem, "gf-sem", "-j", n, "-S", p->state, "--", p->self, "--command", p->check, n,
              r, (char *)NULL);
        _exit(127);
    }
    return pid;
}

static int run(const struct plan *p, char *const argv[])
{
    pid_t pid = fork();
    if (pid == 0) {
        execv(p->gf_sem, argv);
        _exit(127);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static unsigned reap(pid_t sems[AT_ONCE], bool wait_for_all)
{
    unsigned bad = 0;
    for (int i = 0; i < AT_ONCE; i++) {
        int status;
        if (sems[i] <= 0 || waitpid(sems[i], &status, wait_for_all ? 0 : WNOHANG) <= 0)
            continue;
        sems[i] = 0;
        bad += WIFEXITED(status) ? WEXITSTATUS(status) != 0 : WTERMSIG(status) != SIGKILL;
    }
    return bad;
}

/* One gf-sem, or the command in its row when that is known. */
static bool kill_one(pid_t sems[AT_ONCE])
{
    int row = (int)randomly(AT_ONCE);
    pid_t cmd = atomic_load(&sh->command[row]);
    if (cmd > 0 && randomly(2) == 0)
        return kill(cmd, SIGKILL) == 0;
    return sems[row] > 0 && kill(sems[row], SIGKILL) == 0;
}

static int drive(const struct plan *p)
{
    pid_t sems[AT_ONCE] = {0};
    unsigned kills = 0, bad = 0, launched = 0;
    while (atomic_load(&sh->acquired) < p->acquires || kills < p->kills) {
        for (int i = 0; i < AT_ONCE; i++)
            if (sems[i] <= 0 && (sems[i] = launch(p, i)) > 0)
                launched++;
        nap(randomly(1000));
        unsigned long long due = (unsigned long long)atomic_load(&sh->acquired) * p->kills;
        if ((unsigned long long)kills * p->acquires <= due && kill_one(sems))
            kills++;
        bad += reap(sems, false);
    }
    bad += reap(sems, true);

    char state[4096], weight[16];
    snprintf(state, sizeof state, "%s", p->state);
    snprintf(weight, sizeof weight, "%d", p->n);
    char *idle[] = {(char[]){"gf-sem"}, (char[]){"-S"}, state, (char[]){"--wait-all"},
                    (char[]){"-w"},     (char[]){"10"}, NULL};
    char *all[] = {(char[]){"gf-sem"}, (char[]){"-S"},       state,
                   (char[]){"-n"},     (char[]){"--weight"}, weight,
                   (char[]){"--"},     (char[]){"true"},     NULL};
    int idle_status = run(p, idle), all_status = run(p, all);
    unsigned violations = atomic_load(&sh->violations);
    printf("started %u, acquired %u, killed %u, over the limit %u, wrong statuses %u, "
           "all %d free at the end: %s\n",
           launched, atomic_load(&sh->acquired), kills, violations, bad, p->n,
           idle_status == 0 && all_status == 0 ? "yes" : "NO");
    return violations || bad || idle_status || all_status;
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "--command") == 0)
        return command(argv[2], (int)strtol(argv[3], NULL, 10), (int)strtol(argv[4], NULL, 10));
    if (argc != 6)
        return 2;
    char check[4096], self[4096];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    if (len <= 0)
        return 125;
    self[len] = '\0';
    snprintf(check, sizeof check, "%s.check", argv[2]);
    unlink(check);
    map_shared(check);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    seed ^= (unsigned long long)now.tv_nsec;
    const struct plan p = {.self = self,
                           .gf_sem = argv[1],
                           .state = argv[2],
                           .check = check,
                           .n = (int)strtol(argv[3], NULL, 10),
                           .acquires = (unsigned)strtol(argv[4], NULL, 10),
                           .kills = (unsigned)strtol(argv[5], NULL, 10)};
    return drive(&p);
}
