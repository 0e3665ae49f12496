/*
 * queuechaos.c - a queue under kill -9: queuechaos BIN DIR PLACE SECONDS SEED
 *
 * PLACE is file; always or everysec, a Redis server of ours that syncs so and is killed and started
 * again meanwhile; or cut, a server that lives, behind a proxy that closes each connection after
 * some bytes, in the middle of a question or of an answer. For SECONDS several gf-queue put work at
 * once, and several workers (gf-pool --queue), and both are killed at random moments; then a last
 * worker does what is left. The jobs are this program as well. A record is a letter and a number:
 *
 *   n  succeeds                        f  fails when it runs first
 *   d  fails always                    k  is ended by a signal when it runs first
 *   s  runs for longer than a lease    p  kills its worker
 *
 * Each job writes a line when it begins and when it ends, one write each, so what happened is known
 * without the queue. Put is what a gf-queue put that ended with 0 was given. At the end:
 *
 *   lost         was put, and is neither done nor dead
 *   twice        is there twice, whether it was put or its put was killed
 *   unexplained  ran once more, though its job had not failed and its worker was not killed; less
 *                those of which a worker said that a lease was over (`late`)
 *   wrong end    d or p that is done, n, f, k or s that is dead although it was not delivered so
 *                often as that takes, or done without having succeeded
 *   miscounted   a total of the status that is not what the lists have
 *   odd          a process that ended as it should not, a last worker that did not come to an end
 *
 * All must be 0. What was with a worker that was killed each time it was delivered is dead as a
 * record that kills workers is: these are counted (`spent`). With everysec what was put in the two
 * seconds before the server was killed may be lost (`excused`), and what was done then may run once
 * more. The records are those of the seed, the moments are not. Prints one line; 0 when all was
 * right.
 */
#include "chaos.h"

enum {
    PUTTERS = 3,
    WORKERS = 3,
    MOST_RECORDS = 400000,
    MOST_WORKERS = 20000,
    MOST_KILLS = 20000, /* of the server */
    BATCH = 30,
    DELIVERIES = 8,
    PATIENCE_MS = 120000,
    EVERYSEC_MS = 2000, /* a write may wait for a sync for so long */
};

enum place {
    IN_FILE,
    ALWAYS,
    EVERYSEC,
    CUT,
    PLACES
};

static const char *const place_words[PLACES] = {"file", "always", "everysec", "cut"};

struct record {
    char kind;
    bool put, succeeded;
    long long put_ms;
    unsigned done, dead, runs, deliveries;
    unsigned worker; /* that ran it last */
    long long began_ms;
    bool failed; /* so */
};

struct worker {
    bool killed;
};

static struct record records[MOST_RECORDS];
static struct worker workers[MOST_WORKERS];
static long long server_kills[MOST_KILLS];
static unsigned nrecords, nworkers, nserver_kills;

static struct {
    unsigned spent, puts, put_kills, worker_kills, suicides, runs, again, late, excused;
    unsigned lost, twice, unexplained, wrong_end, miscounted;
} t;

static enum place place;
static const char *self, *bin;
static char queue[4300], direct[4300]; /* its address, and one that is not cut */
static unsigned lease_s, ran_for_s;
static bool poison_may_come;

/* ---- the job: job WORKER PID LEASE RECORD --------------------------------------------------- */

static void note(const char *record, const char *worker, const char *what)
{
    char line[96];
    int len = snprintf(line, sizeof line, "%s %s %s %lld\n", what, record, worker, now_ms());
    int fd = open("ran", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd == -1 || write(fd, line, (size_t)len) != len)
        _exit(125);
    close(fd);
}

/* Whether nobody has run that record before. */
static bool is_first(const char *record)
{
    int fd = open(record, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd != -1)
        close(fd);
    return fd != -1;
}

static int job(char **argv)
{
    const char *worker = argv[0], *record = argv[3];
    pid_t pid = (pid_t)strtol(argv[1], NULL, 10);
    note(record, worker, "b");
    seed_with((unsigned long long)getpid() * 1000003u + (unsigned long long)now_ms());
    bool first = strchr("fk", record[0]) && is_first(record);
    bool fails = (record[0] == 'f' && first) || record[0] == 'd';
    nap_ms(record[0] == 's' ? (unsigned)strtoul(argv[2], NULL, 10) * 1000 + 500 : randomly(20));
    if (record[0] == 'p' && getppid() == pid) {
        note(record, worker, "x");
        kill(pid, SIGKILL);
    }
    if (record[0] == 'p')
        nap_ms(60000); /* ends with its worker */
    if (record[0] == 'k' && first)
        raise(SIGKILL);
    note(record, worker, fails ? "f" : "e");
    return fails;
}

/* ---- processes ------------------------------------------------------------------------------ */

static pid_t putters[PUTTERS], worker_pids[WORKERS];
static unsigned put_from[PUTTERS], put_to[PUTTERS]; /* the records that are at hand */
static unsigned worker_is[WORKERS];                 /* which one that is */

static const char *sync_word(void)
{
    return place == ALWAYS ? "always" : "everysec";
}

static char kind(void)
{
    unsigned n = randomly(100);
    if (poison_may_come && n < 20) {
        poison_may_come = false;
        return 'p';
    }
    return n < 86 ? 'n' : n < 91 ? 'f' : n < 95 ? 'k' : n < 98 ? 's' : 'd';
}

static void start_putter(unsigned i)
{
    char in[32], path[4200];
    snprintf(in, sizeof in, "in.%u", i);
    FILE *f = fopen(in, "w");
    unsigned n = randomly(3) == 0 ? 1 : 1 + randomly(BATCH);
    put_from[i] = nrecords;
    while (f && n-- && nrecords < MOST_RECORDS) {
        struct record *r = &records[nrecords];
        r->kind = kind();
        fprintf(f, "%c%u\n", r->kind, nrecords++);
    }
    put_to[i] = nrecords;
    if (!f || fclose(f) != 0)
        exit(125);
    bool synced = place == ALWAYS && randomly(2);
    putters[i] = start(in, "/dev/null", "err.put");
    if (putters[i] != 0)
        return;
    snprintf(path, sizeof path, "%s/gf-queue", bin);
    execl(path, "gf-queue", "put", "-q", queue, synced ? "--fsync" : (char *)NULL, (char *)NULL);
    _exit(127);
}

static void run_pool(unsigned id, unsigned jobs, bool to_the_end)
{
    char path[4200], j[16], err[32], lease[16], worker[16], pid[16], deliveries[16];
    snprintf(path, sizeof path, "%s/gf-pool", bin);
    snprintf(j, sizeof j, "-j%u", jobs);
    snprintf(err, sizeof err, "err.%u", id);
    snprintf(lease, sizeof lease, "%us", lease_s);
    snprintf(worker, sizeof worker, "%u", id);
    snprintf(pid, sizeof pid, "%ld", (long)getpid());
    snprintf(deliveries, sizeof deliveries, "%d", DELIVERIES);
    to_file(2, err, O_WRONLY | O_CREAT | O_APPEND);
    char last[16];
    snprintf(last, sizeof last, "%u", lease_s);
    execl(path, "gf-pool", j, "--queue", queue, "--lease", lease, "--max-deliveries", deliveries,
          "--retry-delay", "30ms", to_the_end ? "--until-empty" : "-u", self, "job", worker, pid,
          last, (char *)NULL);
    _exit(127);
}

static void start_worker(unsigned i, bool to_the_end)
{
    if (nworkers == MOST_WORKERS)
        exit(125);
    unsigned id = nworkers++, jobs = to_the_end ? 6 : 1 + randomly(5);
    worker_is[i] = id;
    worker_pids[i] = start("/dev/null", "/dev/null", "err.pool");
    if (worker_pids[i] == 0)
        run_pool(id, jobs, to_the_end);
}

static void putter_ended(unsigned i, int status)
{
    putters[i] = 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        t.puts++;
        for (unsigned r = put_from[i]; r < put_to[i]; r++) {
            records[r].put = true;
            records[r].put_ms = now_ms();
        }
        return;
    }
    /* Where no server is there at the start, it says so. */
    bool away = place != IN_FILE && WIFEXITED(status) && WEXITSTATUS(status) == 125;
    if (!away && (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL))
        odd("a put that was not killed failed", status);
}

/* A worker ends by a kill of ours, by that of a job, or when it was told. */
static void worker_ended(unsigned i, int status, bool told)
{
    bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    worker_pids[i] = 0;
    if (killed) {
        struct worker *w = &workers[worker_is[i]];
        if (!w->killed)
            t.suicides++; /* by a record p */
        w->killed = true;
        return;
    }
    int code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    if (!told || (code != 0 && code != 123 && code != 128 + SIGTERM))
        odd("a worker that was not killed ended", status);
}

static void reap(bool told)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        for (unsigned i = 0; i < PUTTERS; i++)
            if (putters[i] == pid)
                putter_ended(i, status);
        for (unsigned i = 0; i < WORKERS; i++)
            if (worker_pids[i] == pid)
                worker_ended(i, status, told);
        if (pid == chaos_server) {
            chaos_server = 0;
            if (!nserver_kills || now_ms() - server_kills[nserver_kills - 1] > 5000)
                odd("the server ended", status);
        }
        if (pid == chaos_proxy)
            odd("the proxy ended", status);
    }
}

/* ---- the run -------------------------------------------------------------------------------- */

/* When something happens next, by its name. */
struct moments {
    long long kill_worker, kill_putter, kill_server, start_server, poison, next_put[PUTTERS];
};

static void kill_one(pid_t *pids, unsigned n, unsigned *count)
{
    unsigned i = randomly(n);
    if (pids[i] <= 0)
        return;
    if (pids == worker_pids)
        workers[worker_is[i]].killed = true;
    kill(pids[i], SIGKILL);
    (*count)++;
}

/* A worker that ended at the very moment of its kill was not killed: worker_ended says so. */
static void disturb(struct moments *m, long long now)
{
    if (now >= m->kill_worker) {
        kill_one(worker_pids, WORKERS, &t.worker_kills);
        m->kill_worker = now + 50 + randomly(1000);
    }
    if (now >= m->kill_putter) {
        kill_one(putters, PUTTERS, &t.put_kills);
        m->kill_putter = now + 20 + randomly(400);
    }
    if (now >= m->poison) {
        poison_may_come = true;
        m->poison = now + 10000;
    }
    if (chaos_server && now >= m->kill_server && (place == ALWAYS || place == EVERYSEC) &&
        nserver_kills < MOST_KILLS) {
        server_kills[nserver_kills++] = now;
        kill(chaos_server, SIGKILL);
        m->start_server = now + randomly(300);
        m->kill_server = now + 700 + randomly(2500);
    }
}

static void keep_going(struct moments *m, long long now)
{
    for (unsigned i = 0; i < PUTTERS; i++)
        if (!putters[i] && now >= m->next_put[i]) {
            start_putter(i);
            m->next_put[i] = now + 50 + randomly(500);
        }
    for (unsigned i = 0; i < WORKERS; i++)
        if (!worker_pids[i])
            start_worker(i, false);
    if (place != IN_FILE && !chaos_server && now >= m->start_server)
        start_server(sync_word());
}

static void disturbed_run(void)
{
    long long now = now_ms(), end = now + 1000LL * ran_for_s;
    struct moments m = {.kill_worker = now + 300,
                        .kill_putter = now + 30,
                        .poison = now + 200,
                        .kill_server = now + 1000};
    while ((now = now_ms()) < end) {
        reap(false);
        keep_going(&m, now);
        disturb(&m, now);
        nap_ms(2);
    }
}

static bool any_left(void)
{
    for (unsigned i = 0; i < PUTTERS; i++)
        if (putters[i])
            return true;
    for (unsigned i = 0; i < WORKERS; i++)
        if (worker_pids[i])
            return true;
    return false;
}

static void wait_for_all(const char *whom)
{
    long long until = now_ms() + PATIENCE_MS;
    while (any_left() && now_ms() < until) {
        reap(true);
        if (place != IN_FILE && !chaos_server)
            start_server(sync_word()); /* a kill of it was the last that we did */
        nap_ms(2);
    }
    if (!any_left())
        return;
    odd(whom, 0);
    for (unsigned i = 0; i < WORKERS; i++)
        if (worker_pids[i])
            kill(worker_pids[i], SIGKILL);
}

/* The workers finish; a last one does what is left, also after a job that kills it. */
static void undisturbed_end(void)
{
    for (unsigned i = 0; i < WORKERS; i++)
        if (worker_pids[i])
            kill(worker_pids[i], SIGTERM);
    wait_for_all("workers that were told to end live on");
    for (unsigned n = 0; n < 50; n++) {
        start_worker(0, true);
        unsigned id = worker_is[0];
        wait_for_all("the last worker does not come to an end");
        if (!workers[id].killed)
            return;
    }
    odd("jobs kill their workers for ever", 0);
}

/* ---- what the files say --------------------------------------------------------------------- */

static struct record *record_of(const char *text)
{
    unsigned long n = text[0] ? strtoul(text + 1, NULL, 10) : MOST_RECORDS;
    if (n < nrecords && records[n].kind == text[0])
        return &records[n];
    odd("a record that nobody has put", (int)n);
    return NULL;
}

static bool server_was_killed_since(long long ms)
{
    return nserver_kills && server_kills[nserver_kills - 1] >= ms;
}

static void look_at_run(struct record *r, unsigned worker, long long ms)
{
    t.runs++;
    if (r->runs++) {
        const struct worker *before = &workers[r->worker];
        t.again++;
        bool excused = place == EVERYSEC && server_was_killed_since(r->began_ms);
        if (!before->killed && !r->failed && !excused) {
            fprintf(stderr, "%c%ld ran in worker %u and again in %u\n", r->kind,
                    (long)(r - records), r->worker, worker);
            t.unexplained++;
        }
    }
    r->worker = worker;
    r->began_ms = ms;
    r->failed = r->kind == 'k' && r->runs == 1;
}

static void read_runs(void)
{
    char line[128], what, text[32];
    unsigned worker;
    long long ms;
    FILE *f = fopen("ran", "r");
    while (f && fgets(line, sizeof line, f)) {
        struct record *r = NULL;
        if (sscanf(line, "%c %31s %u %lld", &what, text, &worker, &ms) == 4 && worker < nworkers)
            r = record_of(text);
        else
            odd("a line of the jobs", 0);
        if (!r)
            continue;
        if (what == 'b')
            look_at_run(r, worker, ms);
        else if (what == 'f')
            r->failed = true;
        else if (what == 'e')
            r->succeeded = true;
    }
    if (f)
        fclose(f);
}

/* What gf-queue WORD... prints. */
static FILE *ask(const char *words, pid_t *pid)
{
    char line[9000];
    snprintf(line, sizeof line, "'%s/gf-queue' %s '%s' 2>>err.ask", bin, words, direct);
    return open_shell(line, pid);
}

/* The fourth column. */
static unsigned deliveries_in(const char *line)
{
    for (int i = 0; line && i < 3; i++)
        line = strchr(line + (i > 0), '\t');
    return line ? (unsigned)strtoul(line + 1, NULL, 10) : 0;
}

static unsigned read_list(const char *words, bool done)
{
    char line[512];
    unsigned n = 0;
    pid_t pid;
    FILE *f = ask(words, &pid);
    while (fgets(line, sizeof line, f)) {
        char *text = strrchr(line, '\t');
        struct record *r = text ? record_of(text + 1) : NULL;
        n++;
        if (r && done)
            r->done++;
        else if (r) {
            r->dead++;
            r->deliveries = deliveries_in(line);
        }
    }
    int status = close_shell(f, pid);
    if (status != 0)
        odd("the queue cannot be listed", status);
    return n;
}

static unsigned total(const char *status, const char *key)
{
    const char *at = strstr(status, key);
    return at ? (unsigned)strtoul(at + strlen(key), NULL, 10) : 0;
}

static void read_status(unsigned done, unsigned dead)
{
    static char text[65536];
    pid_t pid;
    FILE *f = ask("status --format json", &pid);
    size_t n = fread(text, 1, sizeof text - 1, f);
    text[n] = '\0';
    if (close_shell(f, pid) != 0 || n == 0)
        odd("there is no status", 0);
    unsigned put = total(text, "\"put_total\":");
    t.miscounted += total(text, "\"done_total\":") != done;
    t.miscounted += total(text, "\"dead_total\":") != dead;
    t.miscounted += put != done + dead;
    t.miscounted += total(text, "\"running\":") != 0 || total(text, "\"delayed\":") != 0 ||
                    total(text, "\"normal\":") != 0;
    if (t.miscounted)
        fprintf(stderr, "%s done %u dead %u\n", text, done, dead);
}

/* Runs of which a worker said that the lease was over. */
static unsigned late(void)
{
    return number_of("cat err.[0-9]* 2>/dev/null | grep -c 'lease'");
}

static void look_at_record(const struct record *r)
{
    bool dies = r->kind == 'd' || r->kind == 'p';
    long long after = 0;
    for (unsigned i = 0; place == EVERYSEC && i < nserver_kills && !after; i++)
        if (server_kills[i] >= r->put_ms)
            after = server_kills[i] - r->put_ms;
    if (r->put && r->done + r->dead == 0) {
        if (place == EVERYSEC && after && after < EVERYSEC_MS)
            t.excused++;
        else
            t.lost++;
    }
    t.twice += r->done + r->dead > 1;
    bool spent = !dies && r->dead && r->deliveries >= DELIVERIES;
    bool wrong = (dies && r->done) || (!dies && r->dead && !spent) || (r->done && !r->succeeded);
    t.spent += spent;
    t.wrong_end += wrong;
    if (wrong)
        fprintf(stderr, "%c%ld is %s after %u runs\n", r->kind, (long)(r - records),
                r->done ? "done" : "dead", r->runs);
}

static int look(void)
{
    unsigned puts = 0;
    read_runs();
    t.late = late();
    unsigned done = read_list("list --done", true), dead = read_list("dead", false);
    read_status(done, dead);
    for (unsigned i = 0; i < nrecords; i++) {
        puts += records[i].put;
        look_at_record(&records[i]);
    }
    if (t.unexplained <= t.late)
        t.unexplained = 0;
    printf("%s: killed %u workers (and %u by their jobs), %u puts, the server %u times; records "
           "put %u of %u, done %u, dead %u, ran %u times, late %u, excused %u, spent %u; lost %u, "
           "twice %u, "
           "unexplained %u, wrong end %u, miscounted %u, odd %u\n",
           place_words[place], t.worker_kills, t.suicides, t.put_kills, nserver_kills, puts,
           nrecords, done, dead, t.runs, t.late, t.excused, t.spent, t.lost, t.twice, t.unexplained,
           t.wrong_end, t.miscounted, chaos_odd);
    return t.lost || t.twice || t.unexplained || t.wrong_end || t.miscounted || chaos_odd;
}

/* ---------------------------------------------------------------------------------------------- */

static void begin(const char *dir)
{
    enter(dir);
    const char *scheme = place == IN_FILE ? "" : "redis+unix://";
    snprintf(direct, sizeof direct, "%s%s/%s", scheme, chaos_here,
             place == IN_FILE ? "work" : "redis/sock#work");
    snprintf(queue, sizeof queue, "%s%s/%s", scheme, chaos_here,
             place == CUT ? "lane.0#work" : direct + strlen(scheme) + strlen(chaos_here) + 1);
    if (place == IN_FILE)
        return;
    start_server(sync_word());
    if (place == CUT)
        start_proxy(1, 60000);
    await_server();
}

int main(int argc, char **argv)
{
    static char path[4096];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
    if (argc == 6 && strcmp(argv[1], "job") == 0)
        return job(argv + 2);
    if (argc != 6 || len <= 0)
        return 2;
    self = path;
    bin = argv[1];
    place = (enum place)word_in(place_words, PLACES, argv[3]);
    if (place == PLACES)
        return 2;
    ran_for_s = (unsigned)strtoul(argv[4], NULL, 10);
    seed_with(strtoull(argv[5], NULL, 10));
    lease_s = place == IN_FILE || place == CUT ? 1 + randomly(2) : 3;
    begin(argv[2]);
    disturbed_run();
    undisturbed_end();
    int status = look();
    end_servers();
    return status;
}
