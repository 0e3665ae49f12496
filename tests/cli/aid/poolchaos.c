/*
 * poolchaos.c - a pool under kill -9: poolchaos GF_POOL DIR KILLS
 *
 * Runs gf-pool over a list of items, kills it at random moments, resumes it from its job log, until
 * the list is done; then the next list, until KILLS kills were made. The jobs are this program as
 * well. Each writes its item to `ran` when it begins and to `ended` when it ends, one write each;
 * so what happened is known without the pool. After each round it is held against the rows of the
 * log:
 *
 *   lost          an item without a row at the end, or with a row and no end
 *   unexpected    what is no item, or has a second row
 *   unexplained   an item that ran once more, though it had a row or no kill came between; and each
 *                 one beyond -j that ran without a row in a round
 *   alive         rounds in which a child of the pool lived a second after it
 *   unnamed       a process that a job left behind, which the next run did not name
 *
 * All of them must be 0. We are the reaper of orphans, so no child of the pool escapes the count.
 * Prints one line; 0 when all was right. The moments differ from run to run; the promise does not.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    ITEMS = 150,
    MOST_JOBS = 6,
    LEAVE_EVERY = 25, /* rounds */
    SLOW_EVERY = 6,
    LONG_MS = 20000, /* what is left behind, or slow, takes */
};

static unsigned long long seed;

static unsigned randomly(unsigned below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 20) % below;
}

static void nap_us(unsigned us)
{
    nanosleep(&(struct timespec){.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000L}, NULL);
}

static long long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void seed_with(unsigned long long more)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    seed = 88172645463325252u ^ (unsigned long long)t.tv_nsec ^ more * 2654435761u;
    randomly(1);
}

/* ---- the job --------------------------------------------------------------------------------- */

static void note(const char *file, const char *item, pid_t pid)
{
    char line[64];
    int len = snprintf(line, sizeof line, "%s %ld\n", item, (long)pid);
    int fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd == -1 || write(fd, line, (size_t)len) != len)
        _exit(125);
    close(fd);
}

/* The first job that finds `leave` leaves a process behind, which holds nothing of ours. */
static void leave_behind(const char *item)
{
    if (unlink("leave") != 0 || fork() != 0)
        return;
    setsid();
    for (int fd = 0; fd < 3; fd++)
        close(fd);
    note("left", item, getpid());
    nap_us(LONG_MS * 1000u);
    _exit(0);
}

static int job(const char *item)
{
    seed_with((unsigned long long)getpid());
    note("ran", item, getpid());
    leave_behind(item);
    nap_us(unlink("slow") == 0 ? LONG_MS * 1000u : randomly(3000));
    note("ended", item, getpid());
    return 0;
}

/* ---- what the files say ---------------------------------------------------------------------- */

struct tally {
    unsigned kills, attempts, again, rows, left;
    unsigned lost, unexpected, unexplained, alive, unnamed, wrong;
};

struct item {
    bool row, ended;
    unsigned runs;      /* in all rounds of the list */
    unsigned runs_here; /* in this round */
};

struct list {
    struct item item[ITEMS + 1];
    size_t ran_read; /* bytes of `ran` that were looked at */
};

static char *slurp(const char *file, size_t from, size_t *len)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    struct stat st = {0};
    if (fd != -1)
        fstat(fd, &st);
    size_t size = (size_t)st.st_size > from ? (size_t)st.st_size - from : 0;
    char *text = calloc(size + 1, 1);
    if (!text)
        exit(125);
    ssize_t n = fd == -1 ? 0 : pread(fd, text, size, (off_t)from);
    *len = n > 0 ? (size_t)n : 0;
    text[*len] = '\0';
    if (fd != -1)
        close(fd);
    return text;
}

/* The item that a text names, or 0. */
static unsigned item_of(const char *text)
{
    unsigned long n = strtoul(text, NULL, 10);
    return n >= 1 && n <= ITEMS ? (unsigned)n : 0;
}

/* Calls `look` for each whole line from byte `from` on; returns where they end. */
static size_t each_line(const char *file, size_t from, struct list *l, struct tally *t,
                        void (*look)(struct list *, struct tally *, const char *))
{
    size_t len;
    char *text = slurp(file, from, &len), *line = text;
    for (char *end; (end = memchr(line, '\n', len - (size_t)(line - text))); line = end + 1) {
        *end = '\0';
        look(l, t, line);
    }
    size_t whole = (size_t)(line - text);
    free(text);
    return from + whole;
}

static void look_at_run(struct list *l, struct tally *t, const char *line)
{
    unsigned i = item_of(line);
    t->attempts++;
    t->unexpected += i == 0;
    struct item *it = &l->item[i];
    t->unexplained += it->row || it->runs_here > 0; /* rows are still those before the round */
    t->again += it->runs > 0;
    it->runs++;
    it->runs_here++;
}

static void look_at_row(struct list *l, struct tally *t, const char *line)
{
    const char *blank = strrchr(line, ' ');
    if (strncmp(line, "Seq\t", 4) == 0)
        return;
    unsigned i = blank ? item_of(blank + 1) : 0;
    t->unexpected += i == 0 || l->item[i].row;
    l->item[i].row = true;
}

static void look_at_end(struct list *l, struct tally *t, const char *line)
{
    (void)t;
    l->item[item_of(line)].ended = true;
}

/* ---- one round ------------------------------------------------------------------------------- */

static const char *gf_pool, *self;

static void to_file(int fd, const char *file, int flags)
{
    int to = open(file, flags | O_CLOEXEC, 0600);
    if (to == -1 || dup2(to, fd) == -1)
        _exit(125);
}

static pid_t start_pool(unsigned jobs, unsigned variant)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    char j[16];
    snprintf(j, sizeof j, "-j%u", jobs);
    to_file(0, "in", O_RDONLY);
    to_file(1, "out", O_WRONLY | O_CREAT | O_TRUNC);
    to_file(2, "err", O_WRONLY | O_CREAT | O_TRUNC);
    execl(gf_pool, "gf-pool", j, "--joblog", "log", "--resume", variant % 2 ? "-k" : "-u",
          variant % 5 == 4 ? "--durable" : "--halt=soon,fail=1", self, "job", (char *)NULL);
    _exit(127);
}

static off_t size_of(const char *file)
{
    struct stat st;
    return stat(file, &st) == 0 ? st.st_size : 0;
}

/* Waits for the moment to kill the pool: a random time from its start, or a random number of jobs
 * and a little more. False when the pool ended first. */
static bool moment_comes(pid_t pool, bool by_time, int *status)
{
    long long until = now_ms() + (by_time ? 1 + randomly(20) : 5000);
    off_t target = size_of("ran") + 10 * (1 + (off_t)randomly(20));
    while (now_ms() < until && size_of("ran") < target) {
        if (waitpid(pool, status, WNOHANG) == pool)
            return false;
        nap_us(100);
    }
    nap_us(randomly(2000));
    return waitpid(pool, status, WNOHANG) != pool;
}

/* Reaps what comes to us from the dead pool; false when a child still lives after a second. */
static bool children_go(void)
{
    for (long long until = now_ms() + 1000; now_ms() < until;) {
        pid_t pid = waitpid(-1, NULL, WNOHANG);
        if (pid == -1)
            return true; /* there is none */
        if (pid == 0)
            nap_us(200);
    }
    return false;
}

/* The process that a job left behind: 0 when the job was killed before it could. */
static pid_t left_behind(void)
{
    pid_t pid = 0;
    for (int i = 0; i < 1000 && size_of("left") == 0; i++)
        nap_us(1000);
    size_t len;
    char *text = slurp("left", 0, &len), *blank = strchr(text, ' ');
    if (blank)
        pid = (pid_t)strtol(blank, NULL, 10);
    free(text);
    unlink("left");
    return pid;
}

/* Whether the pool, which just started, names the process within some seconds. */
static bool is_named(pid_t left)
{
    char words[64];
    snprintf(words, sizeof words, "process %ld,", (long)left);
    for (int i = 0; i < 5000; i++, nap_us(1000)) {
        size_t len;
        char *text = slurp("err", 0, &len);
        bool found = strstr(text, words) != NULL;
        free(text);
        if (found)
            return true;
    }
    return false;
}

static void end_left(pid_t left, struct tally *t)
{
    t->left++;
    t->unnamed += !is_named(left);
    kill(left, SIGKILL);
}

/* What ran in this round without a row was in flight at its end. */
static unsigned in_flight(const struct list *l)
{
    unsigned n = 0;
    for (unsigned i = 1; i <= ITEMS; i++)
        n += l->item[i].runs_here > 0 && !l->item[i].row;
    return n;
}

static void look_at_files(struct list *l, struct tally *t)
{
    for (unsigned i = 0; i <= ITEMS; i++)
        l->item[i].runs_here = 0;
    l->ran_read = each_line("ran", l->ran_read, l, t, look_at_run);
    for (unsigned i = 0; i <= ITEMS; i++)
        l->item[i].row = false;
    each_line("log", 0, l, t, look_at_row);
}

/* One run of the pool, killed or not. False when it came to its end. */
static bool run_pool(struct list *l, struct tally *t, bool may_kill)
{
    static unsigned round;
    static pid_t left; /* by the round before */
    unsigned jobs = 1 + randomly(MOST_JOBS);
    bool leave = may_kill && ++round % LEAVE_EVERY == 0;
    bool slow = may_kill && !leave && round % SLOW_EVERY == 0;
    if (leave || slow)
        close(open(leave ? "leave" : "slow", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    pid_t pool = start_pool(jobs, round);
    if (left)
        end_left(left, t);
    int status = 0;
    bool killed = may_kill && moment_comes(pool, slow || randomly(4) == 0, &status);
    if (killed)
        kill(pool, SIGKILL);
    if (killed || !may_kill)
        waitpid(pool, &status, 0);
    killed = killed && WIFSIGNALED(status);
    t->kills += killed;
    t->wrong += killed ? WTERMSIG(status) != SIGKILL : status != 0;
    left = leave && unlink("leave") != 0 ? left_behind() : 0;
    unlink("slow");
    t->alive += left == 0 && !children_go();
    look_at_files(l, t);
    unsigned flying = in_flight(l), most = killed ? jobs : 0;
    t->unexplained += flying > most ? flying - most : 0;
    if (!killed && left) {
        kill(left, SIGKILL);
        left = 0;
    }
    return killed;
}

/* ---- the driver ------------------------------------------------------------------------------ */

static void new_list(struct list *l)
{
    static const char *const files[] = {"log", "ran", "ended", "left", "leave", "err"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        unlink(files[i]);
    memset(l, 0, sizeof *l);
}

static void look_at_list(struct list *l, struct tally *t)
{
    each_line("ended", 0, l, t, look_at_end);
    for (unsigned i = 1; i <= ITEMS; i++) {
        t->rows += l->item[i].row;
        t->lost += !l->item[i].row || !l->item[i].ended;
    }
}

static int drive(unsigned kills)
{
    static struct list l;
    struct tally t = {0};
    while (t.kills < kills && !t.wrong) {
        new_list(&l);
        while (run_pool(&l, &t, t.kills < kills) && !t.wrong)
            ;
        look_at_list(&l, &t);
    }
    printf("kills %u, jobs done %u, attempts %u, run again %u; lost %u, unexpected %u, "
           "unexplained %u, alive %u, left behind %u, of them unnamed %u, wrong statuses %u\n",
           t.kills, t.rows, t.attempts, t.again, t.lost, t.unexpected, t.unexplained, t.alive,
           t.left, t.unnamed, t.wrong);
    return t.lost || t.unexpected || t.unexplained || t.alive || t.unnamed || t.wrong;
}

static int write_items(void)
{
    FILE *in = fopen("in", "w");
    for (int i = 1; in && i <= ITEMS; i++)
        fprintf(in, "%d\n", i);
    return in && fclose(in) == 0 ? 0 : -1;
}

int main(int argc, char **argv)
{
    static char path[4096];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
    if (argc == 3 && strcmp(argv[1], "job") == 0)
        return job(argv[2]);
    if (argc != 4)
        return 2;
    gf_pool = argv[1];
    self = path;
    seed_with(0);
    if (len <= 0 || chdir(argv[2]) != 0 || write_items() != 0 ||
        prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
        return 125;
    return drive((unsigned)strtoul(argv[3], NULL, 10));
}
