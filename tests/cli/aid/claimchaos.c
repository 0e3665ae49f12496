/*
 * claimchaos.c - claims of due times under kill -9: claimchaos BIN DIR MODE SECONDS SEED SHIM
 *
 * Three gf-cron run -S with one table, in which each second is due, and with leases of 3 s. They
 * are killed at random moments and started again. By MODE, meanwhile:
 *
 *   kill      no more
 *   always    the server is killed and started again (appendfsync always)
 *   cut       a proxy closes each connection after some bytes
 *   apart     the proxy holds the bytes of a scheduler, and lets them go later, for less than a
 *             lease or for more
 *   clocks    the wall clock of one scheduler is ahead by a quarter of SECONDS, that of another
 *             behind by as much (SHIM is ownclock.so); with more the schedulers would have no due
 *             time in common
 *
 * The jobs are this program as well. `tick` runs once for each due time, whoever dies; `slow` goes
 * on for longer than that; `again` has GF_CATCHUP_INTERRUPTED, and often goes on for longer than a
 * lease. Each run writes a line when it begins, each 50 ms, and when it ends, with the scheduler
 * that started it.
 *
 *   twice    tick or slow ran twice for one due time; or again did though no scheduler was killed,
 *            and none could not reach the server, since it had begun
 *   together a due time of again was run while its last run went on, by another scheduler that was
 *            not killed
 *   missing  due times between the first and the last that are not on record
 *   double   due times that are there more than once
 *   unknown  a run that began and is not on record as one that did, or the other way round
 *   stalled  at the end, with nothing disturbed, no due time was run
 *
 * All must be 0, and so must odd. Prints one line; 0 when all was right.
 */
#include "chaos.h"
#include "claims.h"

enum {
    SCHEDULERS = 3,
    LEASE_S = 3,
    PATIENCE_MS = 120000,
};

enum mode {
    KILL,
    ALWAYS,
    CUT,
    APART,
    CLOCKS,
    MODES
};
static const char *const mode_words[MODES] = {"kill", "always", "cut", "apart", "clocks"};

static enum mode mode;
static const char *self, *bin, *shim;
static pid_t pids[SCHEDULERS];
static unsigned start_of[SCHEDULERS]; /* which one that is */
static unsigned ran_for_s;
static bool is_calm;

/* ---- the command: job NAME STARTER, with GF_DUE ---------------------------------------------- */

static void note(char **argv, char what)
{
    char line[128];
    const char *due = getenv("GF_DUE");
    int len = snprintf(line, sizeof line, "%c %s %s %s %ld %lld\n", what, argv[0], argv[1],
                       due ? due : "-", (long)getpid(), now_ns());
    int fd = open("ran", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd == -1 || write(fd, line, (size_t)len) != len)
        _exit(125);
    close(fd);
}

static int job(char **argv)
{
    note(argv, 'b');
    seed_with((unsigned long long)getpid() * 1000003u + (unsigned long long)now_ns());
    unsigned span = strcmp(argv[0], "tick") == 0   ? randomly(200)
                    : strcmp(argv[0], "slow") == 0 ? 1500 + randomly(2500)
                    : randomly(2)                  ? 500 + randomly(1000)
                                                   : LEASE_S * 1000 + randomly(6000);
    if (strcmp(argv[0], "again") == 0 && randomly(4) == 0)
        sigaction(SIGTERM, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    long long until = now_ms() + span;
    for (long long left; (left = until - now_ms()) > 0; note(argv, '.'))
        nap_ms(left < 50 ? (unsigned)left : 50);
    note(argv, 'e');
    return 0;
}

/* ---- schedulers ------------------------------------------------------------------------------ */

static void write_table(void)
{
    FILE *f = fopen("table", "w");
    if (!f)
        exit(125);
    fprintf(f, "GF_FIELDS=6\nTZ=UTC\n");
    fprintf(f, "* * * * * * GF_ID=tick GF_CATCHUP=1h GF_OVERLAP=allow '%s' job tick \"$AS\"\n",
            self);
    fprintf(f, "* * * * * * GF_ID=slow '%s' job slow \"$AS\"\n", self);
    fprintf(f,
            "* * * * * * GF_ID=again GF_CATCHUP=1h GF_CATCHUP_INTERRUPTED=1 GF_OVERLAP=allow '%s' "
            "job again \"$AS\"\n",
            self);
    if (fclose(f) != 0)
        exit(125);
}

static void start_scheduler(unsigned i)
{
    char path[4200], at[8600], place[32], lease[16], err[32], as[16];
    if (nstarters == MOST_STARTS)
        exit(125);
    snprintf(path, sizeof path, "%s/gf-cron", bin);
    snprintf(place, sizeof place, "lane.%u", i);
    snprintf(at, sizeof at, "redis+unix://%s/%s#t", chaos_here,
             mode == CUT || mode == APART ? place : "redis/sock");
    snprintf(lease, sizeof lease, "%ds", LEASE_S);
    snprintf(err, sizeof err, "err.%u", nstarters);
    snprintf(as, sizeof as, "%u", nstarters);
    start_of[i] = nstarters++;
    pids[i] = start("/dev/null", "/dev/null", err);
    if (pids[i] != 0)
        return;
    setenv("AS", as, 1);
    if (mode == CLOCKS && i < 2)
        set_clock_off(shim, i == 0 ? (int)ran_for_s / 4 : -(int)ran_for_s / 4);
    execl(path, "gf-cron", "run", "--log=text", "-S", at, "--lease", lease, "table", (char *)NULL);
    _exit(127);
}

/* One that is killed, or told to end; where the server may be away, one that does not find it at
 * its start says so. */
static void ended(unsigned i, int status)
{
    const struct starter *s = &starters[start_of[i]];
    bool killed = s->killed && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    bool told = is_calm && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    bool away = (mode == ALWAYS || mode == CUT || mode == APART) && WIFEXITED(status) &&
                WEXITSTATUS(status) == 125 && !has_said(start_of[i], " jobs");
    pids[i] = 0;
    if (!killed && !told && !away) {
        fprintf(stderr, "scheduler %u\n", start_of[i]);
        odd("a scheduler ended", status);
    }
}

static void reap(void)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        for (unsigned i = 0; i < SCHEDULERS; i++)
            if (pids[i] == pid)
                ended(i, status);
        if (pid == chaos_server) {
            chaos_server = 0;
            if (mode != ALWAYS)
                odd("the server ended", status);
        }
        if (pid == chaos_proxy)
            odd("the proxy ended", status);
    }
}

/* ---- the run --------------------------------------------------------------------------------- */

struct moments {
    long long kill_one, kill_server, start_server, part, heal[SCHEDULERS], start[SCHEDULERS];
};

static void part(struct moments *m, long long now)
{
    for (unsigned i = 0; i < SCHEDULERS; i++) {
        if (m->heal[i] && pids[i])
            starters[start_of[i]].parted = true;
        if (m->heal[i] && now >= m->heal[i]) {
            atomic_store(&chaos_lines->held[i], false);
            m->heal[i] = 0;
        }
    }
    if (now < m->part)
        return;
    unsigned i = randomly(SCHEDULERS);
    m->part = now + 1000 + randomly(4000);
    if (m->heal[i])
        return;
    atomic_store(&chaos_lines->held[i], true);
    m->heal[i] = now + 300 + randomly(3 * LEASE_S * 1000);
    t.partings++;
}

static void disturb(struct moments *m, long long now)
{
    if (now >= m->kill_one) {
        unsigned i = randomly(SCHEDULERS);
        if (pids[i] && kill(pids[i], SIGKILL) == 0) {
            starters[start_of[i]].killed = true;
            t.kills++;
            m->start[i] = now + randomly(2000);
        }
        m->kill_one = now + (mode == APART ? 3000 : 500) + randomly(4000);
    }
    if (mode == ALWAYS && chaos_server && now >= m->kill_server) {
        kill(chaos_server, SIGKILL);
        t.server_kills++;
        m->start_server = now + randomly(500);
        m->kill_server = now + 2000 + randomly(4000);
    }
    if (mode == ALWAYS && !chaos_server && now >= m->start_server)
        start_server("always");
    if (mode == APART)
        part(m, now);
}

/* The first begins alone: what it runs first is the first due time of all. */
static void first_run(void)
{
    long long until = now_ms() + PATIENCE_MS;
    while (access("ran", F_OK) != 0 && now_ms() < until) {
        reap();
        if (!pids[0])
            start_scheduler(0); /* its connection may have been cut at the start */
        nap_ms(10);
    }
}

static void disturbed_run(void)
{
    long long now = now_ms(), end = now + 1000LL * ran_for_s;
    struct moments m = {.kill_one = now + 1500, .kill_server = now + 2000, .part = now + 1500};
    for (; now < end; now = now_ms()) {
        reap();
        for (unsigned i = 0; i < SCHEDULERS; i++)
            if (!pids[i] && now >= m.start[i]) {
                start_scheduler(i);
                m.start[i] = now + 200;
            }
        disturb(&m, now);
        nap_ms(2);
    }
}

static unsigned begun(void)
{
    return number_of("grep -c '^b tick' ran");
}

static void undisturbed_end(void)
{
    long long until = now_ms() + PATIENCE_MS;
    if (chaos_lines)
        atomic_store(&chaos_lines->within, 0);
    for (unsigned i = 0; i < SCHEDULERS && chaos_lines; i++)
        atomic_store(&chaos_lines->held[i], false);
    unsigned more = begun() + 3;
    while (begun() < more && now_ms() < until) {
        reap();
        if (!chaos_server)
            start_server("always");
        for (unsigned i = 0; i < SCHEDULERS; i++)
            if (!pids[i])
                start_scheduler(i);
        nap_ms(100);
    }
    t.stalled = begun() < more;
    is_calm = true;
    unsigned left = SCHEDULERS;
    for (unsigned i = 0; i < SCHEDULERS; i++)
        if (pids[i])
            kill(pids[i], SIGTERM);
    for (; left && now_ms() < until; nap_ms(10)) {
        reap();
        left = 0;
        for (unsigned i = 0; i < SCHEDULERS; i++)
            left += pids[i] != 0;
    }
    if (left)
        odd("schedulers that were told to end live on", (int)left);
}

static int look(void)
{
    unsigned cut = chaos_lines ? atomic_load(&chaos_lines->cut) : 0;
    read_runs();
    read_history(bin);
    look_at_runs();
    for (unsigned i = 0; i < JOBS; i++)
        look_at_rows(i);
    printf("claims, %s: killed %u, the server %u times, cut %u, held %u; on record %u, ran %zu, of "
           "these again %u (%u since the machine was slow); twice %u, together %u, missed %u, "
           "double %u, unknown %u, stalled %u, odd %u\n",
           mode_words[mode], t.kills, t.server_kills, cut, t.partings, nrows, nruns, t.again,
           t.excused, t.twice, t.together, t.missed, t.doubled, t.unknown, t.stalled, chaos_odd);
    return t.twice || t.together || t.missed || t.doubled || t.unknown || t.stalled || chaos_odd ||
           nruns == 0;
}

int main(int argc, char **argv)
{
    static char path[4096];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
    if (argc == 4 && strcmp(argv[1], "job") == 0)
        return job(argv + 2);
    if (argc != 7 || len <= 0)
        return 2;
    self = path;
    bin = argv[1];
    shim = argv[6];
    mode = (enum mode)word_in(mode_words, MODES, argv[3]);
    if (mode == MODES)
        return 2;
    ran_for_s = (unsigned)strtoul(argv[4], NULL, 10);
    seed_with(strtoull(argv[5], NULL, 10));
    setenv("TZ", "UTC", 1);
    enter(argv[2]);
    write_table();
    start_server("always");
    if (mode == CUT || mode == APART)
        start_proxy(SCHEDULERS, mode == CUT ? 8000 : 0);
    await_server();
    first_run();
    disturbed_run();
    undisturbed_end();
    int status = look();
    end_servers();
    return status;
}
