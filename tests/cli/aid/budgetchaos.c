/*
 * budgetchaos.c - a budget on a server under kill -9: budgetchaos BIN DIR MODE SECONDS SEED SHIM
 *
 * Eight gf-ratelimit -S share one budget, each with more records than may pass, all into one pipe.
 * The first is left alone; of the others one is killed at random moments and started again. Two of
 * them have a wall clock that is minutes off (SHIM is ownclock.so). By MODE, meanwhile:
 *
 *   kill      no more
 *   always    the server is killed and started again; it keeps all (appendfsync always)
 *   forgets   so is one that keeps nothing
 *   cut       a proxy closes each connection after some bytes
 *
 * We count what comes and when: after the one moment and before the other (see ratechaos.c), so a
 * machine that is slow to read makes no window too full. What may pass in a window of length T is
 * burst + rate x (T + batch + slack), and a record of each process, that was on its way out while
 * the process had no processor. A server that forgets gives one burst more, and what each process
 * had taken already, a batch, passes beside it.
 *
 *   over      the fullest window held more than that
 *   overdrawn more passed than the server has counted
 *   wasted    the server has counted more than passed, by more than a batch for each process that
 *             was killed, and for each answer that was lost
 *   starved   less than half of what was left of the budget passed (where the server is away, too:
 *             a tenth); a slow machine leaves some
 *   stalled   when all others were killed at last, the first did not pass on
 *
 * All must be 0, and so must odd. Prints one line; 0 when all was right.
 */
#include "chaos.h"

enum {
    PROCESSES = 8,
    RATE = 1000, /* a second */
    BURST = 20,
    BATCH_MS = 100, /* what gf-ratelimit does without --batch */
    SLACK_MS = 10,
    BATCH = RATE * BATCH_MS / 1000,
    PATIENCE_MS = 120000,
    MOST_KILLS = 20000, /* of the server */
    AFTERMATH_MS = PROCESSES * BATCH_MS + SLACK_MS + 1000,
};

enum mode {
    KILL,
    ALWAYS,
    FORGETS,
    CUT,
    MODES
};
static const char *const mode_words[MODES] = {"kill", "always", "forgets", "cut"};

/* When each record came: after the one, before the other. */
struct arrival {
    long long after, before;
};
static struct arrival *came;
static size_t count, room, of_first;

static enum mode mode;
static const char *bin, *shim;
static pid_t pids[PROCESSES];
static long long server_kills[MOST_KILLS]; /* when, in ns */
static unsigned nserver_kills, kills;
static int in_pipe, out_pipe;

/* ---- processes ------------------------------------------------------------------------------- */

static void address_of(unsigned i, char *out, size_t size)
{
    char lane[16];
    snprintf(lane, sizeof lane, "lane.%u", i);
    snprintf(out, size, "redis+unix://%s/%s#b", chaos_here, mode == CUT ? lane : "redis/sock");
}

/* The first one's records are newlines, and those of the others NULs. */
static void start_one(unsigned i)
{
    char path[4200], at[4300], rate[16], burst[16], err[16];
    snprintf(path, sizeof path, "%s/gf-ratelimit", bin);
    snprintf(rate, sizeof rate, "%d/s", RATE);
    snprintf(burst, sizeof burst, "%d", BURST);
    snprintf(err, sizeof err, "err.%u", i);
    address_of(i, at, sizeof at);
    pids[i] = start(i == 0 ? "newlines" : "/dev/zero", "/dev/null", err);
    if (pids[i] != 0)
        return;
    if (dup2(out_pipe, 1) == -1)
        _exit(125);
    if (i == 1 || i == 2)
        set_clock_off(shim, i == 1 ? -600 : 300);
    execl(path, "gf-ratelimit", "-S", at, "-b", burst, rate, i == 0 ? (char *)NULL : "-0",
          (char *)NULL);
    _exit(127);
}

static void kill_process(unsigned i)
{
    kill(pids[i], SIGKILL);
    waitpid(pids[i], NULL, 0);
    kills++;
}

static void write_newlines(unsigned seconds)
{
    FILE *f = fopen("newlines", "w");
    for (long n = (long)(seconds + PATIENCE_MS / 1000 + 10) * RATE; f && n; n--)
        putc('\n', f);
    if (!f || fclose(f) != 0)
        exit(125);
}

/* ---- what comes ------------------------------------------------------------------------------ */

static void note(const char *bytes, size_t n, struct arrival at)
{
    if (count + n > room) {
        room = (count + n) * 2;
        came = realloc(came, room * sizeof *came);
        if (!came)
            exit(125);
    }
    for (size_t i = 0; i < n; i++) {
        came[count++] = at;
        of_first += bytes[i] == '\n';
    }
}

static void gather(unsigned ms)
{
    static char bytes[65536];
    static long long last; /* before the last read */
    struct pollfd p = {.fd = in_pipe, .events = POLLIN};
    if (last == 0)
        last = now_ns();
    if (poll(&p, 1, (int)ms) <= 0)
        return;
    long long asked = now_ns();
    ssize_t n = read(in_pipe, bytes, sizeof bytes);
    if (n > 0)
        note(bytes, (size_t)n, (struct arrival){last, now_ns()});
    last = asked;
}

/* ---- the run --------------------------------------------------------------------------------- */

static void look_after(void)
{
    int status;
    for (unsigned i = 0; i < PROCESSES; i++)
        if (waitpid(pids[i], &status, WNOHANG) == pids[i]) {
            odd("a gf-ratelimit that was not killed ended", status);
            start_one(i);
        }
}

static const char *sync_word(void)
{
    return mode == FORGETS ? "" : "always";
}

static void disturbed_run(unsigned seconds)
{
    long long now = now_ms(), end = now + 1000LL * seconds;
    long long next_kill = now + 200, server_end = now + 1000, server_start = 0;
    for (; now < end; now = now_ms()) {
        gather(2);
        look_after();
        if (now >= next_kill) {
            unsigned i = 1 + randomly(PROCESSES - 1);
            kill_process(i);
            start_one(i);
            next_kill = now + 50 + randomly(900);
        }
        if (chaos_server && now >= server_end && (mode == ALWAYS || mode == FORGETS) &&
            nserver_kills < MOST_KILLS) {
            server_kills[nserver_kills++] = now_ns();
            kill(chaos_server, SIGKILL);
            waitpid(chaos_server, NULL, 0);
            chaos_server = 0;
            server_start = now + randomly(500);
        }
        if (!chaos_server && now >= server_start) {
            start_server(sync_word());
            server_end = now + 1500 + randomly(2500);
        }
    }
    if (!chaos_server)
        start_server(sync_word());
}

/* The others are killed; the first has the budget to itself. How long until it passes again, and
 * whether it goes on. */
static bool goes_on(long long *back_ms)
{
    long long began = now_ms();
    for (unsigned i = 1; i < PROCESSES; i++)
        kill_process(i);
    size_t before;
    do {
        before = of_first;
        gather(2);
    } while (of_first == before && now_ms() - began < PATIENCE_MS);
    *back_ms = now_ms() - began;
    for (before = of_first; of_first < before + RATE && now_ms() - began < PATIENCE_MS;)
        gather(2);
    bool went_on = of_first >= before + RATE;
    int status = 0;
    kill(pids[0], went_on ? SIGTERM : SIGKILL);
    while (waitpid(pids[0], &status, WNOHANG) == 0)
        gather(2);
    if (went_on && (!WIFSIGNALED(status) || WTERMSIG(status) != SIGTERM))
        odd("the first did not end by its signal", status);
    struct pollfd p = {.fd = in_pipe, .events = POLLIN};
    while (poll(&p, 1, 0) > 0 && (p.revents & POLLIN))
        gather(0);
    return went_on;
}

/* ---- what is right --------------------------------------------------------------------------- */

/* How many turns the server has given. */
static long long granted(void)
{
    char line[9000], answer[1024] = "";
    pid_t pid;
    snprintf(line, sizeof line,
             "'%s/gf-ratelimit' -S 'redis+unix://%s/redis/sock#b' --status --format json", bin,
             chaos_here);
    FILE *f = open_shell(line, &pid);
    const char *at = fgets(answer, sizeof answer, f) ? strstr(answer, "\"passed\":") : NULL;
    if (close_shell(f, pid) != 0 || !at) {
        odd("there is no status", 0);
        return 0;
    }
    return strtoll(at + strlen("\"passed\":"), NULL, 10);
}

/* What a server that forgot had given up to then, at most, beyond its rate. */
static double forgotten(long long ns)
{
    unsigned n = 0;
    while (mode == FORGETS && n < nserver_kills && server_kills[n] <= ns)
        n++;
    return (double)n * (BURST + PROCESSES * BATCH);
}

/* By how much the fullest window holds more than its time allows, in records. */
static double fullest(void)
{
    double worst = 0, least = 0;
    const long long aftermath = AFTERMATH_MS * 1000000LL;
    for (size_t i = 0; i < count; i++) {
        double after = (double)(came[i].after - came[0].after) * RATE / 1e9;
        double before = (double)(came[i].before - came[0].after) * RATE / 1e9;
        double from = (double)i - after - forgotten(came[i].after - aftermath);
        double over;
        least = i == 0 || from < least ? from : least;
        over = (double)(i + 1) - before - forgotten(came[i].before) - least;
        worst = over > worst ? over : worst;
    }
    return worst;
}

static int look(double took, bool went_on, long long back_ms)
{
    unsigned lost_answers = nserver_kills * PROCESSES;
    if (mode == CUT)
        lost_answers += atomic_load(&chaos_lines->cut);
    double worst = fullest();
    double bound = BURST + (double)RATE * (BATCH_MS + SLACK_MS) / 1000 + PROCESSES;
    double full = took * RATE, killed = (double)kills * BATCH;
    bool over = worst > bound, starved, overdrawn = false, wasted = false;
    long long lost = 0, may_lose = (long long)(kills + lost_answers) * BATCH;
    starved = (double)count < (mode == KILL ? (full - killed) / 2 : full / 10);
    if (mode != FORGETS) {
        lost = granted() - (long long)count;
        overdrawn = lost < 0;
        wasted = lost > may_lose;
    }
    printf("budgets, %s: killed %u, the server %u times, answers lost at most %u; %d/s for %.1f s: "
           "passed %zu of %.0f, lost %lld of at most %lld, the fullest window %.0f over its time "
           "of at most %.0f, the last one back after %lld ms; over %d, overdrawn %d, wasted %d, "
           "starved %d, stalled %d, odd %u\n",
           mode_words[mode], kills, nserver_kills, lost_answers, RATE, took, count, full, lost,
           may_lose, worst, bound, back_ms, over, overdrawn, wasted, starved, !went_on, chaos_odd);
    return over || overdrawn || wasted || starved || !went_on || chaos_odd;
}

int main(int argc, char **argv)
{
    if (argc != 7)
        return 2;
    bin = argv[1];
    shim = argv[6];
    mode = (enum mode)word_in(mode_words, MODES, argv[3]);
    if (mode == MODES)
        return 2;
    unsigned seconds = (unsigned)strtoul(argv[4], NULL, 10);
    seed_with(strtoull(argv[5], NULL, 10));
    enter(argv[2]);
    write_newlines(seconds);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return 125;
    in_pipe = ends[0];
    out_pipe = ends[1];
    start_server(sync_word());
    if (mode == CUT)
        start_proxy(PROCESSES, 8000);
    await_server();
    long long began = now_ns(), back_ms;
    for (unsigned i = 0; i < PROCESSES; i++)
        start_one(i);
    disturbed_run(seconds);
    bool went_on = goes_on(&back_ms);
    double took = (double)(now_ns() - began) / 1e9;
    int status = look(took, went_on, back_ms);
    end_servers();
    return status;
}
