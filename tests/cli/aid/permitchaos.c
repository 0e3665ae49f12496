/*
 * permitchaos.c - permits on a server under kill -9: permitchaos BIN DIR MODE SECONDS SEED SHIM
 *
 * Eight clients, each one gf-sem -S after the other, at a semaphore of two permits with leases of
 * 3 s. Holders and waiters are killed at random moments. Two of the clients have a wall clock that
 * is minutes off (SHIM is ownclock.so). By MODE, meanwhile:
 *
 *   kill      no more
 *   always    the server is killed and started again (appendfsync always)
 *   cut       a proxy closes each connection after some bytes
 *   apart     the proxy holds the bytes of a client, and lets them go later, for less than a lease
 *             or for more
 *
 * The commands are this program as well. Each writes a line when it begins, each 50 ms, and when it
 * ends, with its fence. Half of them are short; others are longer than a lease, and some of these
 * ignore SIGTERM and have a child in a session of its own that writes too. So a command has run
 * from its first line to its last one, whoever was killed. At the end nothing is disturbed, and
 * each client has one more turn.
 *
 *   over      more than two commands ran at one time
 *   fences    two commands had the same, or one whose gf-sem was started after another had begun
 *             had the smaller one
 *   taken     the server did not know a permit whose holder still thought that it had it
 *   wrong     a gf-sem that ended otherwise than what its command did says
 *   waiting   at the end: clients that did not get their turn, permits that are not free
 *
 * All must be 0, and so must odd. Commands that were ended since their lease was not renewed in
 * time are counted (`lost`). Prints one line; 0 when all was right.
 */
#include "chaos.h"

enum {
    CLIENTS = 8,
    PERMITS = 2,
    LEASE_S = 3,
    MOST_RUNS = 20000,
    PATIENCE_MS = 120000,
    BEAT_MS = 50,
};

enum mode {
    KILL,
    ALWAYS,
    CUT,
    APART,
    MODES
};
static const char *const mode_words[MODES] = {"kill", "always", "cut", "apart"};

/* One gf-sem, and what is known of its command. */
struct run {
    long long launched, began, last; /* ns; began 0: it did not */
    long long fence;
    unsigned begins;
    int status; /* of the gf-sem */
    bool killed, ended;
};

static struct run runs[MOST_RUNS];
static unsigned nruns;
static struct {
    unsigned kills, server_kills, partings, lost, over, fences, taken, wrong, waiting;
} t;

static enum mode mode;
static const char *self, *bin, *shim;
static pid_t pids[CLIENTS];
static unsigned run_of[CLIENTS]; /* which one that is */
static bool is_calm;             /* nothing is disturbed any more, and no more is started */

/* ---- the command: job RUN KIND MS ------------------------------------------------------------ */

static void note(const char *run, char what)
{
    char line[96];
    const char *fence = getenv("GF_PERMIT");
    int len =
        snprintf(line, sizeof line, "%c %s %s %lld\n", what, run, fence ? fence : "0", now_ns());
    int fd = open("ran", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd == -1 || write(fd, line, (size_t)len) != len)
        _exit(125);
    close(fd);
}

static int job(char **argv)
{
    long long until = now_ms() + strtoll(argv[2], NULL, 10);
    note(argv[0], 'b');
    if (argv[1][0] == 's') {
        sigaction(SIGTERM, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
        if (fork() == 0) {
            setsid();
            until -= 200; /* what a command leaves behind at its end keeps no permit */
        }
    }
    for (long long left; (left = until - now_ms()) > 0; note(argv[0], '.'))
        nap_ms(left < BEAT_MS ? (unsigned)left : BEAT_MS);
    if (argv[1][0] != 's' || getpid() != getsid(0)) {
        while (argv[1][0] == 's' && waitpid(-1, NULL, 0) > 0)
            ;
        note(argv[0], 'e');
    }
    return 0;
}

/* ---- clients --------------------------------------------------------------------------------- */

static void start_client(unsigned i)
{
    char path[4200], at[4300], id[16], ms[16], permits[16], lease[16], err[16];
    bool is_long = !is_calm && randomly(2) == 0;
    const char *kind = is_long && randomly(3) == 0 ? "s" : "n";
    if (nruns == MOST_RUNS)
        exit(125);
    snprintf(ms, sizeof ms, "%u", is_long ? 1000 + randomly(7000) : randomly(250));
    snprintf(path, sizeof path, "%s/gf-sem", bin);
    snprintf(at, sizeof at, "lane.%u", i);
    snprintf(id, sizeof id, "%u", nruns);
    snprintf(permits, sizeof permits, "%d", PERMITS);
    snprintf(lease, sizeof lease, "%ds", LEASE_S);
    snprintf(err, sizeof err, "err.%u", i);
    char address[8600];
    snprintf(address, sizeof address, "redis+unix://%s/%s#s", chaos_here,
             mode == CUT || mode == APART ? at : "redis/sock");
    run_of[i] = nruns;
    runs[nruns++].launched = now_ns();
    pids[i] = start("/dev/null", "/dev/null", err);
    if (pids[i] != 0)
        return;
    if (i == 1 || i == 2)
        set_clock_off(shim, i == 1 ? -600 : 300);
    execl(path, "gf-sem", "-S", address, "-j", permits, "--lease", lease, "--", self, "job", id,
          kind, ms, (char *)NULL);
    _exit(127);
}

static void reap(void)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        for (unsigned i = 0; i < CLIENTS; i++)
            if (pids[i] == pid) {
                runs[run_of[i]].status = status;
                pids[i] = 0;
            }
        if (pid == chaos_server) {
            chaos_server = 0;
            if (mode != ALWAYS)
                odd("the server ended", status);
        }
        if (pid == chaos_proxy)
            odd("the proxy ended", status);
    }
}

/* ---- what the commands have written ---------------------------------------------------------- */

static void take_line(const char *line)
{
    char what;
    unsigned id;
    long long fence, at;
    if (sscanf(line, "%c %u %lld %lld", &what, &id, &fence, &at) != 4 || id >= nruns) {
        odd("a line of the commands", 0);
        return;
    }
    struct run *r = &runs[id];
    if (what == 'b') {
        r->begins++;
        r->began = at;
        r->fence = fence;
    }
    r->last = at > r->last ? at : r->last;
    r->ended = r->ended || what == 'e';
}

/* What is new; half a line is left for the next time. */
static void read_lines(void)
{
    static FILE *f;
    static long done;
    char line[128];
    if (!f && !(f = fopen("ran", "r")))
        return;
    fseek(f, done, SEEK_SET);
    while (fgets(line, sizeof line, f) && strchr(line, '\n')) {
        take_line(line);
        done = ftell(f);
    }
}

/* Who is next to be killed or cut off: as often as not one whose command runs, if there is one. */
static unsigned victim(void)
{
    unsigned i = randomly(CLIENTS);
    bool any = randomly(2) == 0;
    read_lines();
    for (unsigned n = 0; n < CLIENTS && !any; n++, i = (i + 1) % CLIENTS) {
        const struct run *r = &runs[run_of[i]];
        if (pids[i] && r->began && !r->ended)
            return i;
    }
    return i;
}

/* ---- the run --------------------------------------------------------------------------------- */

struct moments {
    long long kill_client, kill_server, start_server, part, heal[CLIENTS];
};

static void part(struct moments *m, long long now)
{
    for (unsigned i = 0; i < CLIENTS; i++)
        if (m->heal[i] && now >= m->heal[i]) {
            atomic_store(&chaos_lines->held[i], false);
            m->heal[i] = 0;
        }
    if (now < m->part)
        return;
    unsigned i = victim();
    m->part = now + randomly(2000);
    if (m->heal[i])
        return;
    atomic_store(&chaos_lines->held[i], true);
    m->heal[i] = now + 300 + randomly(2 * LEASE_S * 1000);
    t.partings++;
}

static void disturb(struct moments *m, long long now)
{
    if (now >= m->kill_client) {
        unsigned i = victim();
        if (pids[i] && kill(pids[i], SIGKILL) == 0) {
            runs[run_of[i]].killed = true;
            t.kills++;
        }
        m->kill_client = now + 300 + randomly(1500);
    }
    if (mode == ALWAYS && chaos_server && now >= m->kill_server) {
        kill(chaos_server, SIGKILL);
        t.server_kills++;
        m->start_server = now + randomly(500);
        m->kill_server = now + 1500 + randomly(3000);
    }
    if (mode == ALWAYS && !chaos_server && now >= m->start_server)
        start_server("always");
    if (mode == APART)
        part(m, now);
}

static void disturbed_run(unsigned seconds)
{
    long long now = now_ms(), end = now + 1000LL * seconds;
    struct moments m = {.kill_client = now + 500, .kill_server = now + 1000, .part = now + 1000};
    for (; now < end; now = now_ms()) {
        reap();
        for (unsigned i = 0; i < CLIENTS; i++)
            if (!pids[i])
                start_client(i);
        disturb(&m, now);
        nap_ms(2);
    }
}

static void wait_for_clients(void)
{
    long long until = now_ms() + PATIENCE_MS;
    unsigned left = CLIENTS;
    while (left && now_ms() < until) {
        reap();
        if (!chaos_server)
            start_server("always");
        left = 0;
        for (unsigned i = 0; i < CLIENTS; i++)
            left += pids[i] != 0;
        nap_ms(2);
    }
    t.waiting += left;
    for (unsigned i = 0; i < CLIENTS && left; i++)
        if (pids[i])
            kill(pids[i], SIGKILL);
}

/* Whether gf-sem with these words, on the server itself, ends with 0. */
static bool sem(const char *words)
{
    char line[9000];
    pid_t pid;
    snprintf(line, sizeof line, "'%s/gf-sem' -S 'redis+unix://%s/redis/sock#s' %s 2>>err.ask", bin,
             chaos_here, words);
    FILE *f = open_shell(line, &pid);
    return close_shell(f, pid) == 0;
}

static void undisturbed_end(void)
{
    is_calm = true;
    if (chaos_lines)
        atomic_store(&chaos_lines->within, 0);
    for (unsigned i = 0; i < CLIENTS && chaos_lines; i++)
        atomic_store(&chaos_lines->held[i], false);
    wait_for_clients();
    unsigned from = nruns;
    for (unsigned i = 0; i < CLIENTS; i++)
        start_client(i);
    wait_for_clients();
    for (unsigned i = from; i < nruns; i++)
        t.waiting += runs[i].status != 0;
    t.waiting += !sem("--wait-all -w 60s");
    t.waiting += !sem("-n --weight 2 -- true");
}

/* ---- what is right --------------------------------------------------------------------------- */

/* Of those that run when this one begins, itself as well. */
static unsigned beside(const struct run *r)
{
    unsigned n = 0;
    for (const struct run *o = runs; o < runs + nruns; o++)
        n += o->began && o->began <= r->began && r->began < o->last;
    return n + (r->last == r->began);
}

/* Whether a fence is that of another one, or smaller than that of one that was there before. */
static bool has_bad_fence(const struct run *r)
{
    for (const struct run *o = runs; o < runs + nruns; o++)
        if (o != r && o->began &&
            (o->fence == r->fence || (o->began < r->launched && o->fence > r->fence)))
            return true;
    return r->fence == 0;
}

static void look_at(const struct run *r)
{
    bool by_us = r->killed && WIFSIGNALED(r->status) && WTERMSIG(r->status) == SIGKILL;
    bool lost = WIFEXITED(r->status) && WEXITSTATUS(r->status) == 125 && r->began;
    bool right = WIFEXITED(r->status) && WEXITSTATUS(r->status) == 0 && r->ended;
    t.lost += lost;
    t.wrong += (!by_us && !lost && !right) || r->begins > 1;
    if (((!by_us && !lost && !right) || r->begins > 1) && may_tell())
        fprintf(stderr, "run %ld: status %x, began %u times\n", (long)(r - runs),
                (unsigned)r->status, r->begins);
    if (!r->began)
        return;
    if (beside(r) > PERMITS) {
        if (may_tell())
            fprintf(stderr, "run %ld began beside %u others\n", (long)(r - runs), beside(r) - 1);
        t.over++;
    }
    t.fences += has_bad_fence(r);
}

static int look(void)
{
    unsigned began = 0, cut = chaos_lines ? atomic_load(&chaos_lines->cut) : 0;
    read_lines();
    t.taken = number_of("cat err.* | grep -c 'given it to others'");
    for (unsigned i = 0; i < nruns; i++) {
        began += runs[i].began != 0;
        look_at(&runs[i]);
    }
    printf("permits, %s: killed %u, the server %u times, cut %u, held %u; started %u, ran %u, lost "
           "%u; over %u, fences %u, taken %u, wrong %u, waiting %u, odd %u\n",
           mode_words[mode], t.kills, t.server_kills, cut, t.partings, nruns, began, t.lost, t.over,
           t.fences, t.taken, t.wrong, t.waiting, chaos_odd);
    return t.over || t.fences || t.taken || t.wrong || t.waiting || chaos_odd || !began;
}

int main(int argc, char **argv)
{
    static char path[4096];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
    if (argc == 5 && strcmp(argv[1], "job") == 0)
        return job(argv + 2);
    if (argc != 7 || len <= 0)
        return 2;
    self = path;
    bin = argv[1];
    shim = argv[6];
    mode = (enum mode)word_in(mode_words, MODES, argv[3]);
    if (mode == MODES)
        return 2;
    seed_with(strtoull(argv[5], NULL, 10));
    enter(argv[2]);
    start_server("always");
    if (mode == CUT || mode == APART)
        start_proxy(CLIENTS, mode == CUT ? 4000 : 0);
    await_server();
    disturbed_run((unsigned)strtoul(argv[4], NULL, 10));
    undisturbed_end();
    int status = look();
    end_servers();
    return status;
}
