/*
 * torture.c - runs command lines of a tool again and again, and each time another call of the
 * system fails, by callfail.so (callfail.h): `torture [OPTION...] FILE`.
 *
 * FILE has one command line after the other; each begins with `case NAME`, then
 *
 *     before TEXT   sh, in an empty directory: makes what the command line needs
 *     run TEXT      sh: the command line
 *     same FILE...  files that are the same after each run of it
 *     may FILE...   files and directories that may be there after one that failed
 *     after TEXT    sh: what has to end with 0 afterwards
 *     good STATUS   undisturbed it ends so, where that is above 125
 *     varies        what it prints is not the same each time
 *     records       it prints records of gf-fetch: their times are not compared
 *     told          its output may be another where it says why
 *     stays         it may go on while all calls fail from one on
 *     quiet E...    these errors may change its output in silence: the tool does without
 *
 * What must hold, whichever call fails: the tool ends within SECONDS, by itself; when it ends as it
 * does undisturbed, its output is the same, and so are the files `same`; a call that was
 * interrupted or did only a part changes nothing at all; else a line in its name says why, and it
 * is no mistake of its user (status 2); no file is left that an undisturbed run does not leave; no
 * child is left; `after` succeeds.
 *
 * Calls that libcurl makes, and the libraries behind it, fail with -x alone. Which of them the
 * library does without, and by which words it says that it cannot, is its own affair: a line that
 * failed may have another status and other words, but each line has its record.
 *
 *     -c NAME    only the command line of that name
 *     -f NAME    only calls of the function of that name
 *     -n COUNT   at most so many failures for each command line, chosen by -s SEED
 *     -o F:WAY:HASH:NTH  only this failure, as a report names it, with all that the tool says
 *     -x         the calls of libcurl, no others
 *     -b DIR     the tools; -l FILE  callfail.so; -d DIR  where to work
 *     -t         TAP, one row for each command line
 *
 * Ends with a line of totals, and with 1 when something did not hold.
 */
#include "callfail.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    SECONDS = 10,
    MAX_WAYS = 6,
    MAX_FILES = 200,
    MAX_WORDS = 16,
    MAX_LINE = 4096,
    TEXT = 2 << 20 /* of what a command prints, more is cut */
};

struct function {
    const char *name;
    int ways[MAX_WAYS]; /* 0 ends them */
};

#define FUNCTION(name, ...) [CF_##name] = {#name, {__VA_ARGS__}},
static const struct function functions[CF_COUNT] = {CF_FUNCTIONS(FUNCTION)};

struct text {
    char *data;
    size_t len;
};

struct names {
    char *name[MAX_FILES];
    size_t n;
};

struct line {
    char name[MAX_LINE], before[MAX_LINE], run[MAX_LINE], after[MAX_LINE], quiet[MAX_LINE];
    char *same[MAX_WORDS], *may[MAX_WORDS];
    size_t nsame, nmay;
    bool varies, told, stays, records;
    int good; /* the status of an undisturbed run that is not below 126 */
};

/* What a run has left. */
struct outcome {
    int status; /* as a shell says it; -1: it did not end */
    struct text out, err;
    struct text same[MAX_WORDS];
    struct names files;
};

struct fault {
    unsigned function;
    int how;
    uint64_t hash;
    uint32_t nth;
    bool followed;
};

static const char *tools, *library, *work = ".", *only_case, *only_function, *file_name;
static struct fault only;
static bool tap, talk, theirs;
static unsigned long at_most = ULONG_MAX;
static uint64_t seed = 1;
static struct cf_shared *shared;
static char shared_name[PATH_MAX], dir[PATH_MAX];
static unsigned long ncases, nfailed_calls, nmissed, nanomalies, nplaces;

static void die(const char *what)
{
    fprintf(stderr, "torture: %s: %s\n", what, strerror(errno));
    exit(2);
}

/* ---- directories and files
 * ----------------------------------------------------------------------- */

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st, (void)flag;
    return ftw->level ? remove(path) : 0;
}

static void empty_dir(void)
{
    if (nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0)
        die(dir);
}

static struct names *listed;

static int list_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st, (void)flag;
    if (ftw->level && listed->n < MAX_FILES)
        listed->name[listed->n++] = strdup(path + strlen(dir) + 1);
    return 0;
}

static bool has(const struct names *l, const char *name)
{
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->name[i], name) == 0)
            return true;
    return false;
}

static struct text read_file(const char *name)
{
    char path[PATH_MAX * 2];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    struct text t = {.data = NULL};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd == -1)
        return t;
    t.data = calloc(1, TEXT + 1);
    for (ssize_t got; t.data && t.len < TEXT; t.len += (size_t)got)
        if ((got = read(fd, t.data + t.len, TEXT - t.len)) <= 0)
            break;
    close(fd);
    return t;
}

static bool same_text(struct text a, struct text b)
{
    return a.len == b.len && !a.data == !b.data &&
           (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/* Takes the times out of records, which are others each time. */
static void forget_times(struct text *t)
{
    static const struct {
        const char *begin, *end;
    } times[] = {{"\"seconds\":{", "}\n"}, {"\"wait\":", ",}\n"}, {" after ", ":\""}};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
        for (char *at = t->data; at && (at = strstr(at, times[i].begin));) {
            at += strlen(times[i].begin);
            char *end = at + strcspn(at, times[i].end);
            memmove(at, end, t->len - (size_t)(end - t->data) + 1);
            t->len -= (size_t)(end - at);
        }
}

static size_t count_lines(const struct text *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->len; i++)
        n += t->data[i] == '\n';
    return n;
}

static size_t count_words(const struct text *t, const char *word)
{
    size_t n = 0;
    for (const char *at = t->data; at && (at = strstr(at, word)); at++)
        n++;
    return n;
}

/* Whether each line is a whole record, and none is there twice. With `cut` the last may be cut off:
 * a long body is on its way when the run ends. */
static bool whole_records(const struct text *t, bool cut)
{
    static const char begin[] = "{\"v\":1,\"seq\":";
    uint64_t seen = 0;
    for (const char *at = t->data, *end; at && *at; at = end + 1) {
        end = strchr(at, '\n');
        if (!end)
            return cut;
        unsigned long seq = strncmp(at, begin, sizeof begin - 1) == 0
                                ? strtoul(at + sizeof begin - 1, NULL, 10)
                                : 0;
        if (seq == 0 || seq > 63 || seen & ((uint64_t)1 << seq) || end[-1] != '}')
            return false;
        seen |= (uint64_t)1 << seq;
    }
    return true;
}

static void release(struct outcome *o)
{
    free(o->out.data);
    free(o->err.data);
    for (size_t i = 0; i < MAX_WORDS; i++)
        free(o->same[i].data);
    for (size_t i = 0; i < o->files.n; i++)
        free(o->files.name[i]);
}

/* ---- running
 * --------------------------------------------------------------------------------------- */

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* sh -c TEXT in the directory, with its output in files beside it. */
static pid_t start(const char *text, bool fails, const char *out, const char *err)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    setpgid(0, 0);
    if (chdir(dir) != 0)
        _exit(99);
    int null = open("/dev/null", O_RDONLY), o = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int e = open(err, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (dup2(null, 0) == -1 || dup2(o, 1) == -1 || dup2(e, 2) == -1)
        _exit(99);
    for (int fd = 3; fd < 20; fd++)
        close(fd);
    if (fails) {
        setenv("LD_PRELOAD", library, 1);
        setenv("GF_CALLFAIL", shared_name, 1);
    }
    execl("/bin/sh", "sh", "-c", text, (char *)NULL);
    _exit(99);
}

/* Its status as a shell says it; -1 when it did not end in time, and was killed. */
static int await(pid_t pid)
{
    int64_t end = now_ms() + SECONDS * 1000;
    int status, naps = 0;
    for (;;) {
        pid_t got = waitpid(pid, &status, WNOHANG);
        if (got == pid)
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        if (now_ms() > end) {
            kill(-pid, SIGKILL);
            kill(pid, SIGKILL);
            waitpid(pid, &status, 0);
            return -1;
        }
        poll(NULL, 0, naps++ < 20 ? 1 : 5);
    }
}

/* Whatever is still running below us, half a second after: ends it. */
static bool end_children(pid_t group)
{
    int64_t end = now_ms() + 500;
    while (waitpid(-1, NULL, WNOHANG) >= 0) {
        if (now_ms() > end) {
            kill(-group, SIGKILL);
            char path[64], text[4096] = "";
            snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
            FILE *f = fopen(path, "r");
            if (f) {
                while (fgets(text, sizeof text, f))
                    for (char *p = text, *q; *p; p = q) {
                        long child = strtol(p, &q, 10);
                        if (q == p)
                            break;
                        kill((pid_t)child, SIGKILL);
                    }
                fclose(f);
            }
            while (waitpid(-1, NULL, 0) > 0)
                ;
            return false;
        }
        poll(NULL, 0, 1);
    }
    return true;
}

static int shell(const char *text, bool fails, bool *alone)
{
    char out[PATH_MAX + 8], err[PATH_MAX + 8];
    snprintf(out, sizeof out, "%s.%s", dir, fails ? "out" : "o");
    snprintf(err, sizeof err, "%s.%s", dir, fails ? "err" : "e");
    pid_t pid = start(text, fails, out, err);
    if (pid == -1)
        die("fork");
    int status = await(pid);
    *alone = end_children(pid);
    return status;
}

/* One run of the command line, in a directory made anew. */
static bool run(const struct line *l, const struct fault *f, struct outcome *o)
{
    bool alone;
    memset(o, 0, sizeof *o);
    empty_dir();
    shared->function = f ? f->function : CF_NONE;
    shared->how = f ? f->how : 0;
    shared->hash = f ? f->hash : 0;
    shared->nth = f ? f->nth : 0;
    shared->followed = f && f->followed;
    shared->theirs = theirs;
    shared->failed = 0;
    shared->fd = -1;
    shared->path[0] = '\0';
    for (size_t i = 0; i < CF_PLACES; i++)
        shared->place[i].calls = 0;
    if (l->before[0] && shell(l->before, false, &alone) != 0) {
        fprintf(stderr, "torture: %s: 'before' failed\n", l->name);
        exit(2);
    }
    o->status = shell(l->run, true, &alone);
    o->out = read_file("../w.out");
    o->err = read_file("../w.err");
    if (l->records)
        forget_times(&o->out);
    for (size_t i = 0; i < l->nsame; i++)
        o->same[i] = read_file(l->same[i]);
    listed = &o->files;
    if (nftw(dir, list_one, 16, FTW_PHYS) != 0)
        die(dir);
    return alone;
}

/* ---- what must hold
 * ------------------------------------------------------------------------------- */

static bool changes_nothing(int how)
{
    return how < 0 || how == EINTR;
}

static bool same_result(const struct line *l, const struct outcome *a, const struct outcome *b)
{
    if (a->status != b->status || (!l->varies && !same_text(a->out, b->out)))
        return false;
    for (size_t i = 0; i < l->nsame; i++)
        if (!same_text(a->same[i], b->same[i]))
            return false;
    return true;
}

/* What is said in other words than strerror's: by SQLite's codes, by threads, by libev. */
static const struct {
    int how;
    const char *words;
} other_words[] = {
    {ENOMEM, "memory"},
    {ENOMEM, "temporarily unavailable"},
    {ENOSPC, "Cannot allocate memory"}, /* epoll */
    {ENOSPC, "out of memory"},
    {ENOSPC, "the disk is full"},
    {ENOSPC, "the disk reports an error"}, /* fsync of SQLite */
    {EIO, "the disk reports an error"},
    {EACCES, "is not writable"},
    {EACCES, "the disk reports an error"}, /* unlink of SQLite */
    {EMFILE, "open files"},
    {EMFILE, "beside it, cannot be opened"},
    {EACCES, "beside it, cannot be opened"}, /* SQLite's second try says ENOENT */
    {EIO, "beside it, cannot be opened"},
    {EIO, "is not writable"},  /* access of SQLite */
    {EIO, "the disk is full"}, /* fstat of its index */
    {ENOMEM, "SQL logic error"},
    {ENOLCK, "the state is locked"},
    {ENOLCK, "no more locks"},
    {EMFILE, "connect: "}, /* of gf-fetch, where no record says more */
};

static bool has_words(const struct text *t, int how)
{
    if (!t->data)
        return false;
    bool said = strstr(t->data, strerror(how)) || how == EINVAL || how == ENOSYS ||
                how == EOPNOTSUPP || how == ECANCELED;
    for (size_t i = 0; i < sizeof other_words / sizeof other_words[0]; i++)
        said |= other_words[i].how == how && strstr(t->data, other_words[i].words);
    return said;
}

/* A line of what the tool says begins with its name, and says what failed, or a record does. Some
 * ways of failing are no faults to speak of: the tool does without the call. */
static bool says_why(const struct line *l, const struct outcome *o, int how)
{
    const char *err = o->err.data;
    if (!err || !(strncmp(err, "gf-", 3) == 0 || strstr(err, "\ngf-")))
        return false;
    return has_words(&o->err, how) || (l->records && has_words(&o->out, how));
}

static bool is_among(const char *name, char *const words[], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t len = strlen(words[i]);
        if (strncmp(name, words[i], len) == 0 && (name[len] == '\0' || name[len] == '/'))
            return true;
    }
    return false;
}

/* What does not hold, or NULL. */
static const char *judge(const struct line *l, const struct fault *f, const struct outcome *good,
                         const struct outcome *o, bool alone)
{
    static char text[PATH_MAX + 80];
    if (o->status == -1 && !(l->stays && f->followed))
        return "it does not end";
    if (o->status == -1)
        return NULL;
    if (o->status > 128 && o->status != good->status) {
        snprintf(text, sizeof text, "it is killed by signal %d", o->status - 128);
        return text;
    }
    if (!alone)
        return "a child is left";
    bool same = same_result(l, good, o);
    if (l->records && shared->fd != STDOUT_FILENO && !whole_records(&o->out, o->status == 125))
        return "a record is not whole, or there twice";
    if (l->records && (o->status == 0 || o->status == 123) &&
        count_lines(&o->out) != count_lines(&good->out))
        return "a record is missing";
    if (count_words(&o->out, "\"bad_request\"") > count_words(&good->out, "\"bad_request\""))
        return "a line is said to be bad that is not";
    if (theirs) {
        if (o->status == 2)
            return "it is said to be a mistake of the user";
        return o->status == 0 && !same ? "its output is another, with status 0" : NULL;
    }
    if (changes_nothing(f->how) && !same)
        return o->status == good->status ? "its output is another" : "it fails";
    bool told = l->told || (l->records && o->status == 123);
    if (!same && o->status == good->status && told)
        return says_why(l, o, f->how) ? NULL : "its output is another, and it does not say why";
    if (!same && o->status == good->status) {
        const char *name = strerrorname_np(f->how);
        if (!name || !strstr(l->quiet, name))
            return "its output is another, with the same status";
    }
    if (o->status != good->status && (o->status == 0 || o->status == 2)) {
        snprintf(text, sizeof text, "status %d", o->status);
        return text;
    }
    bool can_speak = shared->fd != STDERR_FILENO;
    if (o->status != good->status && can_speak && !says_why(l, o, f->how))
        return o->err.len ? "it does not say why" : "it says nothing";
    for (size_t i = 0; i < o->files.n; i++)
        if (!has(&good->files, o->files.name[i]) && !is_among(o->files.name[i], l->may, l->nmay)) {
            snprintf(text, sizeof text, "'%s' is left", o->files.name[i]);
            return text;
        }
    if (l->after[0]) {
        int status = shell(l->after, false, &alone);
        if (status != 0) {
            snprintf(text, sizeof text, "afterwards, status %d", status);
            return text;
        }
    }
    return NULL;
}

/* ---- reports
 * ----------------------------------------------------------------------------------------- */

static const char *way_name(int how)
{
    const char *name = how > 0 ? strerrorname_np(how) : NULL;
    return how == CF_SHORT ? "SHORT" : how == CF_HALF ? "HALF" : name ? name : "?";
}

/* The lines of the program that the call came through. */
static void print_way(const struct line *l, uint64_t hash)
{
    const struct cf_place *p = NULL;
    for (size_t i = 0; i < CF_PLACES; i++)
        if (shared->place[i].hash == hash)
            p = &shared->place[i];
    const char *at = strstr(l->run, "gf-");
    if (!p || !at)
        return;
    char command[1024], name[PATH_MAX + 8];
    bool alone;
    int n = snprintf(command, sizeof command, "addr2line -s -f -p -e '%s/%.*s'", tools,
                     (int)strcspn(at, " "), at);
    for (unsigned i = 0; i < CF_FRAMES; i++)
        if (p->frame[i])
            n += snprintf(command + n, sizeof command - (size_t)n, " 0x%llx",
                          (unsigned long long)p->frame[i] - 1);
    if (shell(command, false, &alone) != 0)
        return;
    snprintf(name, sizeof name, "%s.o", dir);
    FILE *f = fopen(name, "r");
    if (!f)
        return;
    char text[512];
    while (fgets(text, sizeof text, f))
        printf("#     %s", text);
    fclose(f);
}

static void report(const struct line *l, const struct fault *f, const struct outcome *o,
                   const char *what)
{
    nanomalies++;
    printf("# %s: %s fails with %s, call %u%s: %s (status %d)\n", l->name,
           functions[f->function].name, way_name(f->how), f->nth,
           f->followed ? " and all that follow" : "", what, o->status);
    printf("#   -c '%s' -o %s%s:%s:%llx:%u\n", l->name, f->followed ? "+" : "",
           functions[f->function].name, way_name(f->how), (unsigned long long)f->hash, f->nth);
    if (shared->path[0])
        printf("#   path: %s\n", shared->path);
    if (o->err.len)
        printf("#   says: %.*s\n", (int)strcspn(o->err.data, "\n"), o->err.data);
    print_way(l, f->hash);
    fflush(stdout);
}

/* ---- a command line
 * ------------------------------------------------------------------------------------ */

static void add_fault(struct fault **list, size_t *n, size_t *room, struct fault f)
{
    if (*n == *room) {
        *room = *room ? *room * 2 : 1024;
        *list = realloc(*list, *room * sizeof **list);
        if (!*list)
            die("memory");
    }
    (*list)[(*n)++] = f;
}

/* The first, the second and the last call of each place, in each way. */
static size_t list_faults(struct fault **list)
{
    size_t n = 0, room = 0;
    for (size_t i = 0; i < CF_PLACES; i++) {
        const struct cf_place *p = &shared->place[i];
        if (!p->hash || !p->calls)
            continue;
        if (only_function && strcmp(functions[p->function].name, only_function) != 0)
            continue;
        nplaces++;
        const uint32_t nth[] = {1, 2, p->calls};
        for (size_t k = 0; k < 3; k++)
            for (const int *way = functions[p->function].ways; *way; way++)
                if (k == 0 || nth[k] > nth[k - 1])
                    if (nth[k] <= p->calls)
                        add_fault(list, &n, &room,
                                  (struct fault){p->function, *way, p->hash, nth[k], false});
        if (functions[p->function].ways[0] == ENOMEM)
            add_fault(list, &n, &room, (struct fault){p->function, ENOMEM, p->hash, 1, true});
    }
    return n;
}

static uint64_t next_random(void)
{
    uint64_t z = (seed += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* The first `at_most` of a list in random order. */
static size_t choose(struct fault *list, size_t n)
{
    size_t wanted = n < at_most ? n : (size_t)at_most;
    for (size_t i = 0; i < wanted && wanted < n; i++) {
        size_t j = i + (size_t)(next_random() % (n - i));
        struct fault was = list[i];
        list[i] = list[j];
        list[j] = was;
    }
    return wanted;
}

static void try_fault(const struct line *l, const struct fault *f, const struct outcome *good)
{
    struct outcome o;
    bool alone = run(l, f, &o);
    const char *what = shared->failed ? judge(l, f, good, &o, alone) : NULL;
    nfailed_calls += shared->failed != 0;
    nmissed += shared->failed == 0;
    if (what)
        report(l, f, &o, what);
    if (talk)
        printf("status %d, failed %u\n%s%s", o.status, shared->failed, o.out.data ? o.out.data : "",
               o.err.data ? o.err.data : "");
    release(&o);
}

static void try_line(const struct line *l)
{
    struct outcome good, again;
    unsigned long anomalies = nanomalies;
    memset(shared, 0, sizeof *shared);
    run(l, NULL, &good);
    run(l, NULL, &again);
    if ((good.status > 125 && good.status != l->good) || good.status == -1 ||
        !same_result(l, &good, &again)) {
        nanomalies++;
        printf("# %s: undisturbed, it ends with %d and %d\n%s", l->name, good.status, again.status,
               again.err.data ? again.err.data : "");
    } else if (talk) {
        try_fault(l, &only, &good);
    } else {
        struct fault *list = NULL;
        size_t n = choose(list, 0);
        n = list_faults(&list);
        n = choose(list, n);
        for (size_t i = 0; i < n; i++)
            try_fault(l, &list[i], &good);
        free(list);
    }
    ncases++;
    if (tap)
        printf("%sok %lu - %s\n", nanomalies == anomalies ? "" : "not ", ncases, l->name);
    fflush(stdout);
    release(&good);
    release(&again);
}

/* ---- the file of command lines
 * --------------------------------------------------------------------------- */

static void add_words(char *text, char *words[], size_t *n)
{
    for (char *w; *n < MAX_WORDS && (w = strsep(&text, " "));)
        if (*w)
            words[(*n)++] = strdup(w);
}

static void finish(struct line *l)
{
    if (l->name[0] && (!only_case || strcmp(only_case, l->name) == 0))
        try_line(l);
    for (size_t i = 0; i < l->nsame; i++)
        free(l->same[i]);
    for (size_t i = 0; i < l->nmay; i++)
        free(l->may[i]);
    memset(l, 0, sizeof *l);
}

static void take(struct line *l, char *text, int number)
{
    char *rest = text + strcspn(text, " ");
    if (*rest)
        *rest++ = '\0';
    if (strcmp(text, "before") == 0)
        snprintf(l->before, sizeof l->before, "%s", rest);
    else if (strcmp(text, "run") == 0)
        snprintf(l->run, sizeof l->run, "%s", rest);
    else if (strcmp(text, "after") == 0)
        snprintf(l->after, sizeof l->after, "%s", rest);
    else if (strcmp(text, "quiet") == 0)
        snprintf(l->quiet, sizeof l->quiet, "%s", rest);
    else if (strcmp(text, "same") == 0)
        add_words(rest, l->same, &l->nsame);
    else if (strcmp(text, "may") == 0)
        add_words(rest, l->may, &l->nmay);
    else if (strcmp(text, "good") == 0)
        l->good = (int)strtol(rest, NULL, 10);
    else if (strcmp(text, "varies") == 0)
        l->varies = true;
    else if (strcmp(text, "records") == 0)
        l->records = true;
    else if (strcmp(text, "stays") == 0)
        l->stays = true;
    else if (strcmp(text, "told") == 0)
        l->told = true;
    else {
        fprintf(stderr, "torture: %s:%d: '%s' is not known\n", file_name, number, text);
        exit(2);
    }
}

static void read_lines(FILE *f)
{
    static struct line l;
    char *text = NULL;
    size_t room = 0;
    int number = 0;
    for (ssize_t len; (len = getline(&text, &room, f)) > 0;) {
        number++;
        if (text[len - 1] == '\n')
            text[--len] = '\0';
        if (len == 0 || text[0] == '#')
            continue;
        if (strncmp(text, "case ", 5) == 0) {
            finish(&l);
            snprintf(l.name, sizeof l.name, "%s", text + 5);
        } else {
            take(&l, text, number);
        }
    }
    finish(&l);
    free(text);
}

/* ---- options
 * --------------------------------------------------------------------------------------------- */

static void parse_only(char *text)
{
    talk = true;
    only.followed = *text == '+';
    text += only.followed;
    char *name = strsep(&text, ":"), *way = strsep(&text, ":");
    char *hash = strsep(&text, ":"), *nth = strsep(&text, ":");
    if (!nth) {
        fprintf(stderr, "torture: -o FUNCTION:WAY:HASH:NTH\n");
        exit(2);
    }
    for (unsigned i = 1; i < CF_COUNT; i++)
        if (strcmp(functions[i].name, name) == 0)
            only.function = i;
    for (const int *w = functions[only.function].ways; *w; w++)
        if (strcmp(way_name(*w), way) == 0)
            only.how = *w;
    only.hash = strtoull(hash, NULL, 16);
    only.nth = (uint32_t)strtoul(nth, NULL, 10);
}

static void map_shared(void)
{
    snprintf(shared_name, sizeof shared_name, "%s/calls", work);
    int fd = open(shared_name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd == -1 || ftruncate(fd, sizeof *shared) != 0)
        die(shared_name);
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (shared == MAP_FAILED)
        die(shared_name);
    close(fd);
}

int main(int argc, char **argv)
{
    for (int c; (c = getopt(argc, argv, "c:f:n:s:o:b:l:d:tx")) != -1;) {
        switch (c) {
        case 'c':
            only_case = optarg;
            break;
        case 'f':
            only_function = optarg;
            break;
        case 'n':
            at_most = strtoul(optarg, NULL, 10);
            break;
        case 's':
            seed = strtoull(optarg, NULL, 10);
            break;
        case 'o':
            parse_only(optarg);
            break;
        case 'b':
            tools = optarg;
            break;
        case 'l':
            library = optarg;
            break;
        case 'd':
            work = optarg;
            break;
        case 'x':
            theirs = true;
            break;
        case 't':
            tap = true;
            break;
        default:
            return 2;
        }
    }
    if (optind + 1 != argc || !tools || !library || work[0] != '/') {
        fprintf(stderr, "torture: -b TOOLS -l callfail.so -d /DIR FILE\n");
        return 2;
    }
    file_name = argv[optind];
    FILE *f = fopen(file_name, "r");
    snprintf(dir, sizeof dir, "%s/w", work);
    if (!f || (mkdir(dir, 0700) != 0 && errno != EEXIST))
        die(file_name);
    char path[PATH_MAX * 2];
    snprintf(path, sizeof path, "%s:%s", tools, getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin");
    setenv("PATH", path, 1);
    setenv("HOME", dir, 1);
    unsetenv("XDG_STATE_HOME");
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    map_shared();
    read_lines(f);
    fclose(f);
    if (tap)
        printf("1..%lu\n", ncases);
    const char *base = strrchr(file_name, '/');
    printf(
        "# %s: %lu command lines, %lu places, %lu calls failed, %lu not reached, anomalies %lu\n",
        base ? base + 1 : file_name, ncases, nplaces, nfailed_calls, nmissed, nanomalies);
    return nanomalies || ncases == 0 ? 1 : 0;
}
