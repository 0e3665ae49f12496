/*
 * bufferchaos.c - gf-buffer under kill -9: bufferchaos GF_BUFFER DIR KILLS SEED SHIM
 *
 * A third of the KILLS each for a spool, a log directory and a file that is replaced as a whole. A
 * list of records (records.h) is fed through a pipe, in pieces and with stalls; the process is
 * killed at a random moment and the next one goes on behind what the killed one had read, until the
 * list is done, by a run that nobody kills. We are the writer and the reader, and one thread: so
 * what was read, and what came out, is known to the byte.
 *
 * SPOOL. --spool, with and without --durable, into a pipe whose reader is slow, and into --append.
 * Of the pipe the reader either reads the rest after a kill, or is gone as well: then what is in
 * the pipe is lost with it.
 *
 *   lost        a record that was read as a whole and never came out, but for the last 256 KiB that
 *               a run had read; without --durable, but for as much as is held in memory, too (-m)
 *   twice       one that came again, and that --status did not say was there, or the other way
 *               round: as many records come out of a spool as --status tells after the kill
 *   torn        a line that is no record, but for the last one of a killed run
 *   disordered  one in front of which a later one came in the same run, or that was skipped
 *
 * LOG. --log-dir with small files, and gzip or cp as --on-rotate, which is killed too or outlives
 * the buffer. After each kill the archives in the order of their names, and then `current`, are
 * what they were, and something more behind it.
 *
 *   changed     what was there is not there any more, or not in that order
 *   torn        a line that is no record, but for one that a kill has cut and the next run has
 * ended disordered  as above; twice is one of these lost        more between two runs than is held
 * in memory forgotten   archives for which --on-rotate has not succeeded at the end
 *
 * ATOMIC. --atomic with a command, --commit-on-eof and --expect-bytes; SHIM (fulldisk.so) makes
 * every second run do without files that have no name.
 *
 *   changed     the file is neither the old nor the new one as a whole; or the old one after a run
 *               that nobody killed
 *   left        files beside it after such a run
 *
 * All of these must be 0. Prints a line for each part; 0 when all was right. The seed gives lists,
 * words and pieces, but the moments differ from run to run.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "records.h"

enum {
    MOST_ITEMS = 1500,
    MOST_SIZE = 40000, /* of a payload */
    ONE_READ = 256 * 1024,
    MOST_RUNS = 4096,
    WORDS = 24,
    NAMES = 4096
};

static const char *gf_buffer, *shim;
static uint64_t seed;
static unsigned long long first_seed;

static unsigned randomly(unsigned below)
{
    return chance(&seed, below);
}

static void give_up(const char *what)
{
    perror(what);
    exit(125);
}

/* ---- texts ----------------------------------------------------------------------------------- */

struct text {
    char *data;
    size_t len, cap;
};

static void add(struct text *t, const void *data, size_t len)
{
    if (t->len + len > t->cap) {
        t->cap = (t->len + len) * 2;
        t->data = realloc(t->data, t->cap);
        if (!t->data)
            give_up("bufferchaos");
    }
    if (len)
        memcpy(t->data + t->len, data, len);
    t->len += len;
}

/* Adds all that is there to read now; 0 at the end of a file or of a pipe. */
static void add_fd(struct text *t, int fd)
{
    char piece[65536];
    ssize_t n;
    while ((n = read(fd, piece, sizeof piece)) > 0)
        add(t, piece, (size_t)n);
}

static void add_file(struct text *t, const char *name, size_t from)
{
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd == -1)
        return;
    lseek(fd, (off_t)from, SEEK_SET);
    add_fd(t, fd);
    close(fd);
}

static void write_file(const char *name, const struct text *t)
{
    FILE *f = fopen(name, "w");
    if (!f || fwrite(t->data, 1, t->len, f) != t->len || fclose(f) != 0)
        give_up(name);
}

static bool same(const struct text *a, const struct text *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

/* Runs a program of the system, whose standard output is added; NULL: it goes where ours goes. */
static bool ran(const char *const *argv, struct text *out)
{
    int end[2], status;
    if (pipe2(end, O_CLOEXEC) != 0)
        give_up("pipe");
    pid_t pid = fork();
    if (pid == 0) {
        dup2(end[1], 1);
        execvp(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    close(end[1]);
    struct text none = {0};
    add_fd(out ? out : &none, end[0]);
    free(none.data);
    close(end[0]);
    return waitpid(pid, &status, 0) == pid && status == 0;
}

/* ---- what was counted ------------------------------------------------------------------------ */

struct tally {
    const char *name;
    unsigned kills, runs, lists, records, again, cut, archives, freed;
    unsigned lost, twice, torn, disordered, changed, forgotten, left, wrong;
};

static struct tally *t;
static char words_said[2048];

static void complain(unsigned *count, const char *format, ...)
{
    static unsigned said;
    va_list ap;
    ++*count;
    if (++said > 20)
        return;
    fprintf(stderr, "seed %llu, %s, list %u, run %u, %s:\n  ", first_seed, t->name, t->lists,
            t->runs, words_said);
    va_start(ap, format);
    vfprintf(stderr, format, ap);
    va_end(ap);
    fputc('\n', stderr);
}

static bool is_bad(const struct tally *k)
{
    return k->lost || k->twice || k->torn || k->disordered || k->changed || k->forgotten ||
           k->left || k->wrong;
}

/* ---- a list ---------------------------------------------------------------------------------- */

struct run_of_list {
    unsigned first, last; /* the records that it has read as a whole: [first, last] */
    size_t may_lose;
};

static struct list {
    unsigned items, next; /* the first that the next run is fed */
    struct text text;
    size_t begin[MOST_ITEMS + 2]; /* of the record with the number */
    unsigned seen[MOST_ITEMS + 2];
    struct run_of_list run[MOST_RUNS];
    size_t runs;
    size_t memory; /* -m */
} l;

static void draw_list(void)
{
    static char line[RECORD_HEAD + MOST_SIZE + 1];
    l.items = 200 + randomly(MOST_ITEMS - 200);
    l.next = 1;
    l.runs = 0;
    l.text.len = 0;
    memset(l.seen, 0, sizeof l.seen);
    for (unsigned i = 1; i <= l.items; i++) {
        l.begin[i] = l.text.len;
        add(&l.text, line, record_make(line, i, record_size(&seed, MOST_SIZE)));
    }
    l.begin[l.items + 1] = l.text.len;
    t->lists++;
    t->records += l.items;
}

static size_t length_of(unsigned i)
{
    return l.begin[i + 1] - l.begin[i];
}

/* The number of a line of the list, with its newline; 0: it is none. */
static unsigned number_of(const char *line, size_t len)
{
    unsigned i = record_of(line, len - 1);
    return i <= l.items && (i == 0 || len == length_of(i)) ? i : 0;
}

/* ---- a run ----------------------------------------------------------------------------------- */

static struct {
    const char *word[WORDS];
    char text[1024];
    size_t n, used;
} w;

static void word(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    int n = vsnprintf(w.text + w.used, sizeof w.text - w.used, format, ap);
    va_end(ap);
    if (w.n == WORDS - 1 || w.used + (size_t)n + 1 > sizeof w.text)
        exit(125);
    w.word[w.n++] = w.text + w.used;
    w.word[w.n] = NULL;
    w.used += (size_t)n + 1;
}

static void begin_words(void)
{
    w.n = w.used = 0;
    word("gf-buffer");
    word("-q");
}

static void say_words(void)
{
    size_t at = 0;
    for (size_t i = 0; i < w.n && at < sizeof words_said; i++)
        at += (size_t)snprintf(words_said + at, sizeof words_said - at, "%s ", w.word[i]);
}

static pid_t start(int in, int out, bool shimmed)
{
    say_words();
    t->runs++;
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    int err = open("err", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (dup2(in, 0) == -1 || dup2(out, 1) == -1 || dup2(err, 2) == -1)
        _exit(125);
    if (shimmed)
        setenv("LD_PRELOAD", shim, 1);
    execv(gf_buffer, (char *const *)(uintptr_t)w.word);
    _exit(127);
}

static unsigned children_of_us(pid_t *list, unsigned most)
{
    char name[64];
    unsigned n = 0;
    snprintf(name, sizeof name, "/proc/self/task/%ld/children", (long)getpid());
    FILE *f = fopen(name, "r");
    for (long pid; f && n < most && fscanf(f, "%ld", &pid) == 1;)
        list[n++] = (pid_t)pid;
    if (f)
        fclose(f);
    return n;
}

/* What a killed run has left comes to us: it ends by itself, or at once. */
static void reap_orphans(bool at_once)
{
    pid_t orphan[64];
    unsigned n = at_once ? children_of_us(orphan, 64) : 0;
    for (unsigned i = 0; i < n; i++)
        kill(orphan[i], SIGKILL);
    while (waitpid(-1, NULL, 0) > 0)
        continue;
}

struct pump {
    int to, from;      /* ends of pipes that are ours; -1: none */
    size_t fed, begin; /* bytes of the list */
    struct text *got;
    unsigned slow;    /* the reader reads once in so many turns */
    const char *mark; /* a file: some kills wait until it is replaced; NULL: none */
};

static void turn(struct pump *p)
{
    if (p->to != -1 && p->fed < l.text.len) {
        size_t part = 1 + randomly(randomly(4) ? 60000 : 600), left = l.text.len - p->fed;
        ssize_t n = write(p->to, l.text.data + p->fed, left < part ? left : part);
        p->fed += n > 0 ? (size_t)n : 0;
    }
    if (p->to != -1 && p->fed == l.text.len) {
        close(p->to);
        p->to = -1;
    }
    if (p->from != -1 && randomly(p->slow) == 0) {
        char piece[65536];
        ssize_t n = read(p->from, piece, 1 + randomly(sizeof piece));
        if (n > 0)
            add(p->got, piece, (size_t)n);
    }
    nap_us(randomly(8) ? randomly(300) : randomly(3000));
}

/* Of the file that some kills wait for; 0: it is not there. */
static ino_t mark_of(const struct pump *p)
{
    struct stat st;
    return p->mark && stat(p->mark, &st) == 0 ? st.st_ino : 0;
}

/* Feeds and reads until the moment of the kill, or the end. *killed: it did not end before. */
static int run(struct pump *p, pid_t pid, bool may_kill, bool *killed)
{
    int status = 0;
    unsigned turns = 1 + randomly(randomly(3) ? 60 : 12);
    bool waits = p->mark && randomly(5) == 0;
    ino_t before = mark_of(p);
    for (unsigned i = 0; !may_kill || i < turns; i++) {
        turn(p);
        waits = waits && mark_of(p) == before;
        i -= waits && i > 0;
        if (waitpid(pid, &status, WNOHANG) == pid) {
            *killed = false;
            return status;
        }
    }
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    *killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    return status;
}

static int in_pipe(int fd)
{
    int n = 0;
    if (ioctl(fd, FIONREAD, &n) != 0)
        give_up("FIONREAD");
    return n;
}

/* Two pipes; the ends that are ours do not wait. */
static void make_pipes(int in[2], int out[2])
{
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
        give_up("pipe");
    fcntl(in[1], F_SETFL, O_NONBLOCK);
    fcntl(out[0], F_SETFL, O_NONBLOCK);
}

/* What the run has read of the list: the next one is fed what begins behind that. */
static void note_read(const struct pump *p, int in, bool killed, size_t may_lose)
{
    size_t end = killed ? p->fed - (size_t)in_pipe(in) : l.text.len;
    unsigned last = l.next - 1, next = l.next;
    while (last < l.items && l.begin[last + 2] <= end)
        last++;
    while (next <= l.items && l.begin[next] < end)
        next++;
    if (l.runs == MOST_RUNS)
        exit(125);
    l.run[l.runs++] = (struct run_of_list){l.next, last, may_lose};
    l.next = next;
}

/* ---- what came out of a run with a spool ----------------------------------------------------- */

struct seen {
    unsigned old, again, last; /* records of earlier runs, those that were seen before */
    size_t torn;               /* bytes of the last line, which has no end */
    bool other;                /* one of this run came */
};

/* Lines of a run that was fed from `first` on. */
static void look_at_lines(struct seen *s, const char *data, size_t len, unsigned first)
{
    *s = (struct seen){0};
    for (const char *end; (end = memchr(data, '\n', len));) {
        size_t n = (size_t)(end - data) + 1;
        unsigned i = number_of(data, n);
        if (i == 0)
            complain(&t->torn, "torn behind %u: %zu bytes, %.*s", s->last, n,
                     (int)(n < 60 ? n - 1 : 60), data);
        else if (i <= s->last)
            complain(&t->disordered, "%u behind %u", i, s->last);
        else if (i >= first && i != (s->last >= first ? s->last + 1 : first))
            complain(&t->disordered, "%u is missing in front of %u", s->last + 1, i);
        if (i) {
            s->old += i < first;
            s->again += i < first && l.seen[i];
            s->other = s->other || i >= first;
            s->last = i;
            l.seen[i]++;
        }
        data += n;
        len -= n;
    }
    s->torn = len;
}

/* Records in the spool, by --status. */
static unsigned in_spool(void)
{
    static struct text said;
    const char *const argv[] = {gf_buffer, "--status", "sp", "--format", "json", NULL};
    said.len = 0;
    bool good = ran(argv, &said);
    add(&said, "", 1);
    char *at = strstr(said.data, "\"records\":");
    if (!good || !at)
        complain(&t->wrong, "--status: %s", said.data);
    return at ? (unsigned)strtoul(at + 10, NULL, 10) : 0;
}

/* Records that have come out so far. */
static unsigned came(void)
{
    unsigned n = 0;
    for (unsigned i = 1; i <= l.items; i++)
        n += l.seen[i] > 0;
    return n;
}

struct spool_words {
    bool durable, append, dies;
};

static void draw_spool(struct spool_words *k)
{
    static const size_t memories[] = {1000, 4096, 65536, 300000};
    *k = (struct spool_words){randomly(2), randomly(3) == 0, randomly(2)};
    l.memory = memories[randomly(4)];
    begin_words();
    word("-m");
    word("%zu", l.memory);
    word("--spool");
    word("sp");
    if (k->durable)
        word("--durable");
    bool syncs = randomly(4) == 0, each = syncs && randomly(2);
    if (syncs) {
        word("--fsync");
        word("%s", each ? "record" : "10ms");
    }
    if (k->append) {
        word("--append");
        word("out");
    }
    if (k->append && !each) {
        word("--flush-interval");
        word("%ums", randomly(20));
    }
}

/* What the file has, which the last run left with a torn line: the next one has ended that. */
static size_t look_at_join(const struct text *got, size_t torn)
{
    if (!torn || !got->len)
        return 0;
    if (got->data[0] != '\n')
        complain(&t->torn, "the last line of the run before got no end");
    return 1;
}

static bool spool_run(const struct spool_words *k, bool may_kill)
{
    static struct text got;
    static size_t out_size, torn;
    int in[2], out[2];
    unsigned first = l.next, there = in_spool();
    struct pump p = {.fed = l.begin[first],
                     .got = &got,
                     .slow = 1 + randomly(may_kill ? 12 : 2),
                     .mark = "sp/checkpoint"};
    if (first == 1 && l.runs == 0)
        out_size = torn = 0;
    t->freed += k->durable && there < came(); /* all of these went through it */
    got.len = 0;
    make_pipes(in, out);
    pid_t pid = start(in[0], out[1], false);
    close(out[1]);
    p.to = in[1];
    p.from = out[0];
    bool killed;
    int status = run(&p, pid, may_kill, &killed);
    size_t lost_in_pipe = 0;
    if (k->append)
        add_file(&got, "out", out_size);
    else if (killed && k->dies)
        lost_in_pipe = (size_t)in_pipe(out[0]);
    else
        add_fd(&got, out[0]);
    size_t from = k->append ? look_at_join(&got, torn) : 0;
    struct seen s;
    look_at_lines(&s, got.data + from, got.len - from, first);
    if (got.len || !k->append)
        torn = s.torn;
    out_size += got.len;
    size_t may_lose = ONE_READ + (k->durable ? 0 : l.memory + lost_in_pipe + s.torn);
    note_read(&p, in[0], killed, may_lose);
    t->kills += killed;
    t->again += s.again;
    t->cut += s.torn > 0;
    if ((s.other || !killed) && s.old != there)
        complain(&t->twice, "%u of earlier runs came, --status had told of %u", s.old, there);
    if (!killed && s.torn)
        complain(&t->torn, "the last line has no end");
    if (!killed && status != 0)
        complain(&t->wrong, "status %d", status);
    if (p.to != -1)
        close(p.to);
    close(in[0]);
    close(out[0]);
    return killed;
}

/* What a run had read and did not put out, it was allowed to lose. */
static void look_at_losses(bool only_the_last)
{
    for (size_t k = 0; k < l.runs; k++) {
        const struct run_of_list *r = &l.run[k];
        size_t bytes = 0;
        for (unsigned i = r->first; i <= r->last; i++) {
            bytes += l.seen[i] ? 0 : length_of(i);
            if (only_the_last && bytes && l.seen[i])
                complain(&t->lost, "%u was put and its neighbour in front was not", i);
        }
        if (bytes > r->may_lose || (bytes && k + 1 == l.runs))
            complain(&t->lost, "%zu bytes of %u to %u, %zu may be", bytes, r->first, r->last,
                     r->may_lose);
    }
}

static void clear(const char *dir)
{
    const char *const argv[] = {"rm", "-rf", dir, NULL};
    if (!ran(argv, NULL) || mkdir(dir, 0700) != 0)
        give_up(dir);
}

static void drive_spool(unsigned kills)
{
    struct spool_words k;
    while (t->kills < kills && !is_bad(t)) {
        clear("sp");
        unlink("out");
        draw_list();
        draw_spool(&k);
        while (spool_run(&k, t->kills < kills && randomly(12) != 0) && !is_bad(t))
            continue;
        look_at_losses(k.durable);
        if (in_spool() != 0)
            complain(&t->wrong, "something is left in the spool");
    }
    if (kills >= 300 && t->freed == 0)
        complain(&t->wrong, "no run has written down what is out");
}

/* ---- a log directory ------------------------------------------------------------------------- */

static struct text log_now, log_before;
static bool zips;

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a directory, sorted; the caller frees. */
static size_t names_in(const char *dir, char *names[NAMES])
{
    size_t n = 0;
    DIR *d = opendir(dir);
    if (!d)
        return 0;
    for (struct dirent *e; (e = readdir(d)) && n < NAMES;)
        if (e->d_name[0] != '.' || e->d_name[1] != '\0')
            if (strcmp(e->d_name, "..") != 0)
                names[n++] = strdup(e->d_name);
    closedir(d);
    qsort(names, n, sizeof *names, by_name);
    return n;
}

static void free_names(char *names[NAMES], size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(names[i]);
}

static bool is_archive(const char *name)
{
    return name[0] >= '0' && name[0] <= '9';
}

static void add_zipped(struct text *to, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "log/%s", name);
    const char *const argv[] = {"gzip", "-dc", path, NULL};
    if (!ran(argv, to))
        complain(&t->changed, "%s is no whole archive", name);
}

/* Where both the archive and what gzip makes of it are there, gzip has not ended. */
static void read_log(void)
{
    char *names[NAMES], path[512];
    size_t n = names_in("log", names);
    log_now.len = 0;
    for (size_t i = 0; i < n; i++) {
        size_t len = strlen(names[i]);
        bool zipped = len > 3 && strcmp(names[i] + len - 3, ".gz") == 0;
        bool after = i > 0 && strncmp(names[i - 1], names[i], len - (zipped ? 3 : 0)) == 0;
        if (!is_archive(names[i]) || (zipped && after))
            continue;
        if (zipped) {
            add_zipped(&log_now, names[i]);
            continue;
        }
        snprintf(path, sizeof path, "log/%s", names[i]);
        add_file(&log_now, path, 0);
    }
    add_file(&log_now, "log/current", 0);
    free_names(names, n);
}

/* Archives for which the command has not done what it should. */
static void look_at_processed(void)
{
    char *names[NAMES], path[512];
    size_t n = names_in("log", names);
    struct text a = {0}, b = {0};
    for (size_t i = 0; i < n; i++) {
        if (!is_archive(names[i]))
            continue;
        t->archives++;
        if (zips && !strstr(names[i], ".gz"))
            complain(&t->forgotten, "%s", names[i]);
        if (zips)
            continue;
        a.len = b.len = 0;
        snprintf(path, sizeof path, "log/%s", names[i]);
        add_file(&a, path, 0);
        snprintf(path, sizeof path, "done/%s", names[i]);
        add_file(&b, path, 0);
        if (!same(&a, &b))
            complain(&t->forgotten, "%s: %zu bytes, and %zu", names[i], a.len, b.len);
    }
    free_names(names, n);
    free(a.data);
    free(b.data);
}

static void draw_log(void)
{
    static const size_t memories[] = {4096, 65536, 300000};
    zips = randomly(2);
    l.memory = memories[randomly(3)];
    begin_words();
    word("-m");
    word("%zu", l.memory);
    word("--log-dir");
    word("log");
    word("--rotate-size");
    word("%uK", 4 << randomly(6));
    word("--flush-interval");
    word("%ums", randomly(20));
    word("--on-rotate");
    word("%s", zips ? "gzip -f \"$1\"" : "cp \"$1\" done/");
}

/* What is new behind what was there. `torn`: that ended within a line. */
static void look_at_log(struct seen *s, size_t torn, unsigned first)
{
    const struct text *a = &log_before, *b = &log_now;
    *s = (struct seen){.torn = torn};
    if (b->len < a->len || (a->len && memcmp(a->data, b->data, a->len) != 0)) {
        complain(&t->changed, "%zu bytes were there, %zu are", a->len, b->len);
        return;
    }
    if (b->len == a->len)
        return;
    const struct text more = {b->data + a->len, b->len - a->len, 0};
    size_t from = look_at_join(&more, torn);
    look_at_lines(s, more.data + from, more.len - from, first);
    if (s->old)
        complain(&t->disordered, "%u records of earlier runs came", s->old);
}

static bool log_run(bool may_kill)
{
    static size_t torn;
    int in[2], out[2];
    unsigned first = l.next;
    struct pump p = {.fed = l.begin[first], .slow = 1, .from = -1};
    if (l.runs == 0)
        torn = log_before.len = 0;
    make_pipes(in, out);
    pid_t pid = start(in[0], out[1], false);
    p.to = in[1];
    bool killed;
    int status = run(&p, pid, may_kill, &killed);
    reap_orphans(randomly(2));
    read_log();
    struct seen s;
    look_at_log(&s, torn, first);
    torn = s.torn;
    log_before.len = 0;
    add(&log_before, log_now.data, log_now.len);
    note_read(&p, in[0], killed, l.memory + s.torn);
    t->kills += killed;
    t->cut += s.torn > 0;
    if (!killed && (s.torn || status != 0))
        complain(&t->wrong, "status %d, %zu bytes behind the last record", status, s.torn);
    if (p.to != -1)
        close(p.to);
    close(in[0]);
    close(out[0]);
    close(out[1]);
    return killed;
}

static void drive_log(unsigned kills)
{
    while (t->kills < kills && !is_bad(t)) {
        clear("log");
        clear("done");
        draw_list();
        draw_log();
        while (log_run(t->kills < kills && randomly(12) != 0) && !is_bad(t))
            continue;
        look_at_losses(true);
        look_at_processed();
    }
}

/* ---- a file as a whole ----------------------------------------------------------------------- */

static void draw_content(struct text *to)
{
    static char line[RECORD_HEAD + MOST_SIZE + 1];
    static unsigned number;
    to->len = 0;
    for (unsigned i = 1 + randomly(40); i > 0; i--)
        add(to, line, record_make(line, ++number, record_size(&seed, MOST_SIZE)));
}

static void draw_atomic(size_t len)
{
    begin_words();
    word("--atomic");
    word("at/f");
    switch (randomly(3)) {
    case 0:
        word("--");
        word("cat");
        break;
    case 1:
        word("--commit-on-eof");
        break;
    default:
        word("--expect-bytes");
        word("%zu", len);
    }
}

static void look_beside(void)
{
    char *names[NAMES];
    size_t n = names_in("at", names);
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], "f") != 0)
            complain(&t->left, "%s", names[i]);
    free_names(names, n);
}

static void atomic_run(struct text *old, struct text *new, bool may_kill)
{
    static struct text now;
    int status;
    draw_content(new);
    write_file("new", new);
    draw_atomic(new->len);
    int in = open("new", O_RDONLY | O_CLOEXEC), out = open("/dev/null", O_WRONLY | O_CLOEXEC);
    pid_t pid = start(in, out, t->runs % 2);
    if (may_kill) {
        nap_us(randomly(2) ? randomly(12000) : randomly(3000));
        kill(pid, SIGKILL);
    }
    waitpid(pid, &status, 0);
    close(in);
    close(out);
    reap_orphans(false);
    bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    t->kills += killed;
    if (!killed && status != 0)
        complain(&t->wrong, "status %d", status);
    now.len = 0;
    add_file(&now, "at/f", 0);
    if (same(&now, new)) {
        old->len = 0;
        add(old, new->data, new->len);
        t->again += killed; /* here: killed behind the commit */
    } else if (!killed || !same(&now, old)) {
        complain(&t->changed, "%zu bytes, old are %zu and new are %zu", now.len, old->len,
                 new->len);
    }
    if (!killed)
        look_beside();
}

static void drive_atomic(unsigned kills)
{
    struct text old = {0}, new = {0};
    clear("at");
    while (t->kills < kills && !is_bad(t))
        atomic_run(&old, &new, t->runs % 6 != 5);
    atomic_run(&old, &new, false);
    free(old.data);
    free(new.data);
}

/* ---- all ------------------------------------------------------------------------------------- */

static void tell(void)
{
    const struct tally *k = t;
    if (k->lists == 0)
        printf("%-7s kills %u, runs %u, new in spite of the kill %u; changed %u, left behind %u, "
               "wrong statuses %u\n",
               k->name, k->kills, k->runs, k->again, k->changed, k->left, k->wrong);
    else
        printf("%-7s kills %u, runs %u, records %u, came again %u, cut by a kill %u, "
               "freed before it %u, archives %u; "
               "lost %u, twice %u, torn %u, disordered %u, changed %u, forgotten %u, wrong %u\n",
               k->name, k->kills, k->runs, k->records, k->again, k->cut, k->freed, k->archives,
               k->lost, k->twice, k->torn, k->disordered, k->changed, k->forgotten, k->wrong);
}

int main(int argc, char **argv)
{
    static struct tally tallies[] = {{.name = "spool"}, {.name = "log"}, {.name = "atomic"}};
    static void (*const drives[])(unsigned) = {drive_spool, drive_log, drive_atomic};
    if (argc != 6)
        return 2;
    gf_buffer = argv[1];
    unsigned kills = (unsigned)strtoul(argv[3], NULL, 10);
    first_seed = strtoull(argv[4], NULL, 10);
    shim = argv[5];
    seed = chance_from(first_seed);
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
    if (chdir(argv[2]) != 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
        give_up(argv[2]);
    printf("seed %llu\n", first_seed);
    bool bad = false;
    for (size_t i = 0; i < 3 && !bad; i++) {
        t = &tallies[i];
        drives[i](kills / 3 + (i < kills % 3));
        tell();
        bad = bad || is_bad(t);
    }
    return bad;
}
