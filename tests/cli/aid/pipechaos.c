/*
 * pipechaos.c - pipelines under kill -9: pipechaos GF_PIPELINE DIR KILLS [SEED]
 *
 * Draws a list of records and a chain of stages, runs gf-pipeline --commit --resume --dead over it,
 * kills it at random moments, starts it again until the list is done; then the next list, until
 * KILLS kills were made. The commands of the stages are this program as well. The list is a file,
 * or a pipe (--skip-known). What comes out goes to a file (>>), or into a pipe, whose reader
 * outlives the run and keeps whole lines. What each record must become follows from its number and
 * the words of the chain. Some runs get SIGTERM in the place of SIGKILL, and some kills are
 * followed by garbage in the commit file: in the older row, or in half of the newer one.
 *
 *   lost          a record that is not out, has no letter, and was not to be dropped
 *   unexpected    what is none of the list, or not what the chain makes of it; a letter about a
 *                 record that does not fail
 *   twice         a record that stands in the file twice
 *   unexplained   in a pipe, or as a letter: a record that came again though a commit was behind
 * it, or twice in one run; one beyond the commit after a run that was drained disordered    a line
 * in front of one with a smaller number, without --unordered back          a commit that says less
 * than the one before alive         runs whose processes lived two seconds after them
 *
 * All of them must be 0. We are the reaper of orphans, so no process of a stage escapes the count.
 * Prints one line; 0 when all was right. The seed gives lists and chains, but the moments differ
 * from run to run.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
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
    MOST_ITEMS = 4000,
    STAGES = 3,
    ROW = 512, /* of a commit file */
    LONG_RECORD = 400 * 1000,
    MAX_RECORD = 4096,
    NEVER = 1 << 30 /* no number has this as its rest */
};

static unsigned long long seed;

static unsigned randomly(unsigned below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 20) % below;
}

static void seed_with(unsigned long long from)
{
    seed = 88172645463325252u ^ from * 2654435761u;
    randomly(1);
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

static void write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);
        if (n < 0)
            _exit(125);
        data += n;
        len -= (size_t)n;
    }
}

/* ---- the commands of stages ------------------------------------------------------------------ */

/*
 * pipechaos stage WAY TAG EVERY REST: reads records, writes them with TAG behind. Those whose
 * number has the rest REST when it is divided by EVERY fail, in this way:
 *
 *   reject   the answer begins with !no
 *   die      status 3, when all before it is answered
 *   flaky    the same, but only the first time, which a file notes
 *   twice    does not fail: a second line, with + in front, follows
 *   join     none fails: all that was read is one line
 */
struct way {
    const char *name;
    char tag;
    unsigned every, rest;
};

static bool falls_on(const struct way *w, unsigned number)
{
    return number % w->every == w->rest;
}

static bool fails_the_first_time(const struct way *w, unsigned number)
{
    char name[64];
    snprintf(name, sizeof name, "try.%c.%u", w->tag, number);
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd != -1)
        close(fd);
    return fd != -1;
}

/* What is answered, in one write for all that was read. */
struct answer {
    char text[1 << 20];
    size_t len;
    bool joined;
};

static void flush(struct answer *a)
{
    write_all(STDOUT_FILENO, a->text, a->len);
    a->len = 0;
}

static void add(struct answer *a, const char *before, const char *line, size_t len, char tag)
{
    size_t n = strlen(before);
    if (a->len + n + len + 2 > sizeof a->text)
        flush(a);
    memcpy(a->text + a->len, before, n);
    memcpy(a->text + a->len + n, line, len);
    a->len += n + len;
    if (tag)
        a->text[a->len++] = tag;
    a->text[a->len++] = '\n';
}

static void answer(struct answer *a, const struct way *w, const char *line, size_t len)
{
    unsigned number = (unsigned)strtoul(line + (*line == '+'), NULL, 10);
    bool hit = falls_on(w, number);
    if (strcmp(w->name, "join") == 0 && a->joined)
        a->text[a->len - 1] = ',';
    a->joined = true;
    if (hit && strcmp(w->name, "reject") == 0) {
        add(a, "!no ", line, len, 0);
        return;
    }
    if (hit && (strcmp(w->name, "die") == 0 ||
                (strcmp(w->name, "flaky") == 0 && fails_the_first_time(w, number)))) {
        flush(a);
        _exit(3);
    }
    add(a, "", line, len, w->tag);
    if (hit && strcmp(w->name, "twice") == 0)
        add(a, "+", line, len, w->tag);
}

static int stage(char **word)
{
    static char text[1 << 20];
    static struct answer a;
    struct way w = {word[0], *word[1], (unsigned)strtoul(word[2], NULL, 10),
                    (unsigned)strtoul(word[3], NULL, 10)};
    size_t len = 0;
    seed_with((unsigned long long)getpid());
    for (ssize_t n; (n = read(STDIN_FILENO, text + len, sizeof text - len)) > 0;) {
        char *line = text, *end;
        len += (size_t)n;
        while ((end = memchr(line, '\n', len - (size_t)(line - text)))) {
            answer(&a, &w, line, (size_t)(end - line));
            line = end + 1;
        }
        len -= (size_t)(line - text);
        memmove(text, line, len);
        if (strcmp(w.name, "join") != 0)
            flush(&a);
        if (randomly(4) == 0)
            nap_us(randomly(1500));
    }
    flush(&a);
    return 0;
}

/* ---- a list and its chain -------------------------------------------------------------------- */

enum on_error {
    DEAD,
    PASS,
    DROP
};

static const char *const on_error_words[] = {"dead", "pass", "drop"};

struct plan {
    struct way way;
    bool many; /* batch: those beside one that fails fail as well */
    unsigned batch;
    enum on_error on_error;
};

struct item {
    bool is_long;
    unsigned out, plus, letters; /* lines */
    unsigned here, letters_here; /* in this run */
};

static struct list {
    unsigned items;
    bool to_pipe, from_pipe, unordered, long_records, joins, no_end;
    size_t nstages;
    struct plan stage[STAGES];
    const char *word[160]; /* of the command line, without what a run adds */
    size_t nwords;
    char text[16384];
    size_t used, text_len;
    char *input;
    size_t input_len;
    size_t widest;      /* bytes of a record, of those that are not long */
    unsigned committed; /* records, by the file after the last run */
    size_t out_read, dead_read;
    unsigned last; /* number in the line before, in this run */
    bool letter_torn;
    struct item item[MOST_ITEMS + 1];
} l;

static struct {
    unsigned kills, stops, rows, lists, runs, records, again, letters_again, torn;
    unsigned lost, unexpected, twice, unexplained, disordered, back, alive, wrong;
} t;

static const char *gf_pipeline, *self;
static unsigned long long first_seed;

static void complain(const char *what, ...)
{
    static unsigned said, about;
    va_list ap;
    if (++said > 30)
        return;
    if (about != t.lists) {
        about = t.lists;
        fprintf(stderr, "seed %llu, list %u: %u records from a %s to a %s:", first_seed, t.lists,
                l.items, l.from_pipe ? "pipe" : "file", l.to_pipe ? "pipe" : "file");
        for (size_t i = 0; i < l.nwords; i++)
            fprintf(stderr, " %s", l.word[i]);
        fputc('\n', stderr);
    }
    fprintf(stderr, "  run %u: ", t.runs);
    va_start(ap, what);
    vfprintf(stderr, what, ap);
    va_end(ap);
    fputc('\n', stderr);
}

static void word(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    int n = vsnprintf(l.text + l.used, sizeof l.text - l.used, format, ap);
    va_end(ap);
    l.word[l.nwords++] = l.text + l.used;
    l.used += (size_t)n + 1;
    if (l.used > sizeof l.text || l.nwords > 120)
        exit(125);
}

static void option(const char *name, const char *value)
{
    word("%s", name);
    word("%s", value);
}

/* Those that fail: none, a few, or many. */
static void draw_rest(struct way *w)
{
    static const unsigned every[] = {3, 7, 40};
    w->every = every[randomly(3)];
    w->rest = randomly(w->every);
}

static void draw_map(struct plan *p)
{
    bool rejects = randomly(3) == 0, dies = !rejects && randomly(8) == 0;
    if (randomly(3) == 0)
        option("-j", randomly(2) ? "2" : "3");
    if (randomly(4) == 0)
        option("--window", randomly(2) ? "1" : "7");
    if (randomly(4) == 0)
        option("--by", "2");
    if (rejects || dies)
        draw_rest(&p->way);
    if (rejects) {
        p->way.name = "reject";
        option("--reject-prefix", "!no");
    } else if (dies) {
        p->way.name = "die";
        p->way.every = l.items + 1;
        p->way.rest = 1 + randomly(l.items);
    }
}

static void draw_each(struct plan *p, bool is_last)
{
    static const char *const ways[] = {"plain", "die", "die", "flaky", "twice", "reject"};
    p->way.name = ways[randomly(6)];
    draw_rest(&p->way);
    if (strcmp(p->way.name, "twice") == 0 && !is_last)
        p->way.name = "plain";
    option("--mode", "each");
    word("-j%u", 1 + randomly(4));
    if (strcmp(p->way.name, "reject") == 0)
        option("--reject-prefix", "!no");
    else if (strcmp(p->way.name, "die") == 0 && randomly(2))
        option("--reject-status", "3");
    if (strcmp(p->way.name, "flaky") == 0 || randomly(3) == 0) {
        option("--retries", "2");
        option("--retry-delay", "1ms");
    }
}

static void draw_batch(struct plan *p, bool is_last)
{
    option("--mode", "batch");
    l.used -= sizeof "batch";
    l.nwords--;
    p->batch = 2 + randomly(30);
    word("batch=%u%s", p->batch, randomly(2) ? ",5ms" : "");
    if (randomly(2))
        option("-j", "2");
    p->many = true;
    if (is_last && randomly(3) == 0) {
        p->way.name = "join";
        l.joins = true;
    } else if (randomly(3) == 0) {
        p->way.name = "die";
        draw_rest(&p->way);
    }
}

static void draw_stage(size_t i, unsigned kind)
{
    struct plan *p = &l.stage[i];
    bool is_last = i + 1 == l.nstages;
    *p = (struct plan){.way = {"plain", (char)('a' + i), 1, NEVER}};
    if (i > 0)
        word(":::");
    word("--stage");
    word("%c", 'a' + (int)i);
    if (kind == 0)
        draw_each(p, is_last);
    else if (kind == 1)
        draw_batch(p, is_last);
    else
        draw_map(p);
    if (strcmp(p->way.name, "twice") != 0 && strcmp(p->way.name, "join") != 0) {
        p->on_error = randomly(2) ? DEAD : (enum on_error)randomly(p->many ? 2 : 3);
        if (p->on_error != DEAD || randomly(2))
            option("--on-error", on_error_words[p->on_error]);
    }
    word("--");
    word("%s", self);
    word("stage");
    word("%s", p->way.name);
    word("%c", p->way.tag);
    word("%u", p->way.every);
    word("%u", p->way.rest);
}

static void make_input(void)
{
    size_t most = (size_t)l.items * 300 + 4 * (size_t)LONG_RECORD, len = 0;
    l.input = malloc(most);
    if (!l.input)
        exit(125);
    bool wide = randomly(3) == 0;
    for (unsigned i = 1; i <= l.items; i++) {
        struct item *it = &l.item[i];
        it->is_long = l.long_records && randomly(l.items / 3) == 0 &&
                      most - len > 2 * LONG_RECORD + (size_t)l.items * 300;
        len += (size_t)snprintf(l.input + len, most - len, "%06u %u", i, randomly(5));
        size_t more = it->is_long ? LONG_RECORD : wide ? randomly(280) : 0;
        memset(l.input + len, 'x', more);
        len += more;
        len += (size_t)snprintf(l.input + len, most - len, ".\n");
        if (!it->is_long && more + sizeof "000000 0." > l.widest)
            l.widest = more + sizeof "000000 0.";
    }
    len -= l.no_end;
    l.input_len = len;
    int fd = open("in", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd == -1)
        exit(125);
    write_all(fd, l.input, len);
    close(fd);
}

/* All that the list before has left. */
static void empty_dir(void)
{
    DIR *dir = opendir(".");
    if (!dir)
        exit(125);
    for (const struct dirent *e; (e = readdir(dir));)
        if (e->d_name[0] != '.')
            unlink(e->d_name);
    closedir(dir);
}

static void new_list(void)
{
    unsigned kind[STAGES], fewest = MOST_ITEMS;
    free(l.input);
    memset(&l, 0, sizeof l);
    t.lists++;
    empty_dir();
    l.nstages = 1 + randomly(STAGES);
    for (size_t i = 0; i < l.nstages; i++) {
        unsigned of[] = {0, 1, 1, 2, 2, 2};
        kind[i] = of[randomly(6)];
        unsigned most = kind[i] == 0 ? 60 : kind[i] == 1 ? 300 : MOST_ITEMS;
        fewest = most < fewest ? most : fewest;
    }
    l.items = fewest / 2 + randomly(fewest / 2);
    l.to_pipe = randomly(2);
    l.from_pipe = randomly(2);
    l.unordered = randomly(4) == 0;
    l.long_records = randomly(5) == 0;
    l.no_end = randomly(3) == 0;
    word("gf-pipeline");
    option("--commit", "commit");
    word("--resume");
    option("--dead", "dead");
    if (l.from_pipe)
        word("--skip-known");
    if (l.unordered)
        word("--unordered");
    if (l.long_records)
        word("--max-record=%u", MAX_RECORD);
    if (randomly(12) == 0)
        word("--fsync");
    for (size_t i = 0; i < l.nstages; i++)
        draw_stage(i, kind[i]);
    make_input();
}

/* ---- what is to become of a record ----------------------------------------------------------- */

/* may: it may be, must: it has to be. Tags as they may follow one another, upper case for those
 * that have to be there. */
struct want {
    bool may_out, may_die, may_drop;
    char tags[STAGES + 1];
};

/* A line that joins a batch may be longer than a record may be. */
static bool may_join_too_much(const struct plan *p)
{
    return l.long_records && strcmp(p->way.name, "join") == 0 &&
           p->batch * (l.widest + STAGES) > MAX_RECORD;
}

static struct want want_of(unsigned number)
{
    struct want w = {.may_out = !l.item[number].is_long, .may_die = l.item[number].is_long};
    size_t ntags = 0;
    for (size_t i = 0; i < l.nstages && w.may_out; i++) {
        const struct plan *p = &l.stage[i];
        bool fails = strcmp(p->way.name, "die") == 0 || strcmp(p->way.name, "reject") == 0;
        bool hit = fails && falls_on(&p->way, number);
        bool beside = fails && p->many && !hit;
        w.may_die = w.may_die || may_join_too_much(p);
        if (hit || beside) {
            w.may_die = w.may_die || p->on_error == DEAD;
            w.may_drop = w.may_drop || p->on_error == DROP;
            w.may_out = p->on_error == PASS || beside;
        }
        if (!hit)
            w.tags[ntags++] = (char)(p->way.tag - (beside && p->on_error == PASS ? 0 : 32));
    }
    return w;
}

/* The number of a record, as it came or with tags that it may have; 0: it is none. */
static unsigned record_of(const char *text, size_t len, bool with_tags)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);
    if (end != text + 6 || n < 1 || n > l.items || len < 9)
        return 0;
    if (!with_tags)
        return (unsigned)n;
    const char *dot = memchr(text, '.', len);
    if (!dot)
        return 0;
    struct want w = want_of((unsigned)n);
    const char *tag = dot + 1, *last = text + len, *want = w.tags;
    for (; *want; want++) {
        if (tag < last && *tag == (*want | 32))
            tag++;
        else if (*want < 'a')
            return 0;
    }
    return w.may_out && tag == last ? (unsigned)n : 0;
}

/* ---- what came out --------------------------------------------------------------------------- */

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
    if (fd != -1)
        close(fd);
    return text;
}

/* Calls `look` for each whole line from byte `from` on; returns where they end. */
static size_t each_line(const char *file, size_t from, void (*look)(const char *, size_t))
{
    size_t len;
    char *text = slurp(file, from, &len), *line = text;
    for (char *end; (end = memchr(line, '\n', len - (size_t)(line - text))); line = end + 1) {
        *end = '\0';
        look(line, (size_t)(end - line));
    }
    size_t whole = (size_t)(line - text);
    free(text);
    return from + whole;
}

static void look_at_record(const char *text, size_t len)
{
    bool plus = *text == '+';
    unsigned n = record_of(text + plus, len - plus, true);
    if (n == 0) {
        t.unexpected++;
        complain("unexpected in the output: '%.60s' (%zu bytes)", text, len);
        return;
    }
    struct item *it = &l.item[n];
    if (plus) {
        it->plus++;
        return;
    }
    it->out++;
    it->here++;
    if (l.to_pipe && (n <= l.committed || it->here > 1)) {
        t.unexplained++;
        complain("record %u came again, in front of commit %u; %u times in this run", n,
                 l.committed, it->here);
    }
    if (!l.unordered && n < l.last) {
        t.disordered++;
        complain("record %u came behind %u", n, l.last);
    }
    l.last = n;
    t.again += it->out > 1;
}

/* A line of output: one record, or several with commas between them. */
static void look_at_line(const char *line, size_t len)
{
    for (const char *comma; l.joins && (comma = memchr(line, ',', len));) {
        size_t n = (size_t)(comma - line);
        look_at_record(line, n);
        line += n + 1;
        len -= n + 1;
    }
    look_at_record(line, len);
}

static void look_at_letter_of(const char *text, const char *reason)
{
    unsigned n = record_of(text, 9, false);
    if (n == 0 || !want_of(n).may_die) {
        t.unexpected++;
        complain("unexpected letter about '%.20s', reason %.*s", text, (int)strcspn(reason, "\""),
                 reason);
        return;
    }
    struct item *it = &l.item[n];
    it->letters++;
    it->letters_here++;
    t.letters_again += it->letters > 1;
    if (n <= l.committed || it->letters_here > 1) {
        t.unexplained++;
        complain("another letter about record %u, in front of commit %u", n, l.committed);
    }
}

/* The text behind a key; NULL: it is not there. */
static const char *text_of(const char *line, const char *key)
{
    const char *at = strstr(line, key);
    return at ? at + strlen(key) : NULL;
}

/* Behind a batch the origin is all records of that batch: nobody knows which line answers which. So
 * a letter is about the record that its input names, which has to be one of the origin. */
static void look_at_letter(const char *line, size_t len)
{
    const char *origin = text_of(line, "\"origin\":\"");
    const char *input = text_of(line, "\"input\":\"");
    const char *reason = text_of(line, "\"reason\":\"");
    char number[8] = "";
    input = input ? input : origin;
    if (input)
        memcpy(number, input, strnlen(input, 7));
    if (strncmp(line, "{\"v\":1,", 7) != 0 || line[len - 1] != '}' || !origin || !reason ||
        strstr(line + 1, "{\"v\":") || !strstr(origin, number)) {
        t.unexpected++;
        complain("a line of no letter: '%.60s' (%zu bytes)", line, len);
        return;
    }
    look_at_letter_of(input, reason);
}

/* ---- the commit file ------------------------------------------------------------------------- */

struct commit {
    unsigned long long number, records;
    off_t at;
};

static struct commit row_at(const char *text, size_t len, size_t at)
{
    struct commit c = {.at = (off_t)at};
    char row[ROW + 1] = "";
    if (len >= at + ROW)
        memcpy(row, text + at, ROW);
    const char *records = strstr(row, " records=");
    if (!records || strchr(row, '!') ||
        sscanf(row, "gf-pipeline-commit 1 number=%llu", &c.number) != 1)
        return (struct commit){.at = c.at};
    c.records = strtoull(records + 9, NULL, 10);
    return c;
}

/* The two rows, the newer one first. */
static void read_commit(struct commit row[2])
{
    size_t len;
    char *text = slurp("commit", 0, &len);
    row[0] = row_at(text, len, 0);
    row[1] = row_at(text, len, ROW);
    free(text);
    if (row[1].number > row[0].number) {
        struct commit older = row[0];
        row[0] = row[1];
        row[1] = older;
    }
}

/* Half a row is garbage. */
static void spoil(off_t at)
{
    char garbage[ROW];
    unsigned from = randomly(ROW / 2), n = 1 + randomly(ROW - from);
    memset(garbage, '!', sizeof garbage);
    int fd = open("commit", O_WRONLY | O_CLOEXEC);
    if (fd == -1 || pwrite(fd, garbage, n, at + (off_t)from) != (ssize_t)n)
        exit(125);
    close(fd);
    t.rows++;
}

static void look_at_commit(bool may_spoil)
{
    struct commit row[2];
    read_commit(row);
    if (row[0].records < l.committed) {
        t.back++;
        complain("the commit went back from %u to %llu", l.committed, row[0].records);
    }
    if (may_spoil && row[1].number && randomly(12) == 0) {
        bool newer = randomly(2);
        spoil(row[!newer].at);
        row[0] = newer ? row[1] : row[0];
    }
    l.committed = (unsigned)row[0].records;
}

/* ---- one run --------------------------------------------------------------------------------- */

static void to_file(int fd, const char *file, int flags)
{
    int to = open(file, flags | O_CLOEXEC, 0600);
    if (to == -1 || dup2(to, fd) == -1)
        _exit(125);
}

/* Writes the list into a pipe, now and then with a pause. */
static void feed(int fd)
{
    sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
    for (size_t at = 0; at < l.input_len;) {
        size_t n = 1 + randomly(20000);
        n = n < l.input_len - at ? n : l.input_len - at;
        write_all(fd, l.input + at, n);
        at += n;
        if (randomly(4) == 0)
            nap_us(randomly(2000));
    }
    _exit(0);
}

/* Reads what a run writes, to its end; whole lines go to `out`. */
static void keep(int fd)
{
    static char text[2 << 20];
    size_t len = 0;
    int out = open("out", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    for (ssize_t n; (n = read(fd, text + len, sizeof text - len)) > 0;) {
        len += (size_t)n;
        const char *end = memrchr(text, '\n', len);
        size_t whole = end ? (size_t)(end - text) + 1 : 0;
        write_all(out, text, whole);
        len -= whole;
        memmove(text, text + whole, len);
    }
    _exit(0);
}

/* A process that has one end of a pipe; returns the other one. */
static int beside(void (*work)(int fd), bool reads)
{
    int fd[2];
    if (pipe2(fd, O_CLOEXEC) != 0)
        exit(125);
    pid_t pid = fork();
    if (pid == -1)
        exit(125);
    if (pid == 0) {
        close(fd[reads]);
        work(fd[!reads]);
    }
    close(fd[!reads]);
    return fd[reads];
}

static pid_t start(bool no_drain)
{
    int in = l.from_pipe ? beside(feed, false) : -1, out = l.to_pipe ? beside(keep, true) : -1;
    pid_t pid = fork();
    if (pid == -1)
        exit(125);
    if (pid != 0) {
        close(in);
        close(out);
        return pid;
    }
    char *argv[160];
    size_t n = 0;
    for (size_t i = 0; i < l.nwords; i++) {
        argv[n++] = (char *)(size_t)l.word[i];
        if (i == 0 && no_drain)
            argv[n++] = (char *)(size_t) "--drain=0";
    }
    argv[n] = NULL;
    to_file(2, "err", O_WRONLY | O_CREAT | O_TRUNC);
    if (l.from_pipe)
        dup2(in, 0);
    else
        to_file(0, "in", O_RDONLY);
    if (l.to_pipe)
        dup2(out, 1);
    else
        to_file(1, "out", O_WRONLY | O_CREAT | O_APPEND);
    execv(gf_pipeline, argv);
    _exit(127);
}

static off_t size_of(const char *file)
{
    struct stat st;
    return stat(file, &st) == 0 ? st.st_size : 0;
}

/* Waits for the moment: a random time from the start, or some part of what is to be written and a
 * little more. False when the run ended first. */
static bool moment_comes(pid_t pid, int *status)
{
    bool by_time = randomly(3) == 0;
    long long until = now_ms() + (by_time ? randomly(40) : 3000);
    off_t target = size_of("out") + size_of("dead") + 1 + randomly((unsigned)(l.items * 5));
    while (now_ms() < until && (by_time || size_of("out") + size_of("dead") < target)) {
        if (waitpid(pid, status, WNOHANG) == pid)
            return false;
        nap_us(100);
    }
    nap_us(randomly(1500));
    return waitpid(pid, status, WNOHANG) != pid;
}

/* Reaps what comes to us from the run; false when something still lives after two seconds. */
static bool children_go(void)
{
    for (long long until = now_ms() + 2000; now_ms() < until;) {
        pid_t pid = waitpid(-1, NULL, WNOHANG);
        if (pid == -1)
            return true;
        if (pid == 0)
            nap_us(200);
    }
    return false;
}

static bool may_fail(void)
{
    bool may = l.long_records;
    for (size_t i = 0; i < l.nstages; i++)
        may = may || l.stage[i].way.every > 1;
    return may;
}

/* What is right: the signal that was sent, or 0, or 123 where records fail. */
static bool is_right(int status, int sig)
{
    if (sig)
        return WIFSIGNALED(status) && WTERMSIG(status) == sig;
    return WIFEXITED(status) &&
           (WEXITSTATUS(status) == 0 || (WEXITSTATUS(status) == 123 && may_fail()));
}

static void look_at_status(int status, int sig)
{
    if (is_right(status, sig))
        return;
    size_t len;
    char *text = slurp("err", 0, &len);
    t.wrong++;
    complain("status %x after signal %d: %.600s", status, sig, text);
    free(text);
}

/* Nothing that is out lies behind the commit. */
static void look_at_drained(void)
{
    for (unsigned i = l.committed + 1; i <= l.items; i++)
        if (l.item[i].is_long) /* it may not have been read to its end */
            continue;
        else if ((l.to_pipe && l.item[i].here) || l.item[i].letters_here) {
            t.unexplained++;
            complain("record %u is done, behind commit %u of a run that was drained", i,
                     l.committed);
        }
}

/* False when it came to its end. */
static bool run(bool may_kill)
{
    bool term = may_kill && randomly(6) == 0, no_drain = term && randomly(2);
    int status = 0;
    t.runs++;
    for (unsigned i = 0; i <= l.items; i++)
        l.item[i].here = l.item[i].letters_here = 0;
    l.last = 0;
    pid_t pid = start(no_drain);
    int sig = may_kill && moment_comes(pid, &status) ? term ? SIGTERM : SIGKILL : 0;
    if (sig)
        kill(pid, sig);
    if (sig || !may_kill)
        waitpid(pid, &status, 0);
    if (sig && WIFEXITED(status))
        sig = 0; /* it was at its end */
    t.kills += sig == SIGKILL;
    t.stops += sig == SIGTERM;
    look_at_status(status, sig);
    if (!children_go()) {
        t.alive++;
        complain("processes are left");
    }
    if (l.to_pipe)
        l.out_read = each_line("out", l.out_read, look_at_line);
    l.dead_read = each_line("dead", l.dead_read, look_at_letter);
    look_at_commit(sig == SIGKILL);
    if (sig == SIGTERM && !no_drain)
        look_at_drained();
    return sig != 0;
}

/* ---- the driver ------------------------------------------------------------------------------ */

static void look_at_list(void)
{
    if (!l.to_pipe) {
        l.last = 0;
        each_line("out", 0, look_at_line);
    }
    for (unsigned i = 1; i <= l.items; i++) {
        const struct item *it = &l.item[i];
        const struct want w = want_of(i);
        t.records++;
        if (it->out + it->letters == 0 && !w.may_drop) {
            t.lost++;
            complain("record %u is lost", i);
        }
        if (!l.to_pipe && it->out > 1) {
            t.twice++;
            complain("record %u is in the file %u times", i, it->out);
        }
        const struct plan *last = &l.stage[l.nstages - 1];
        bool doubled = strcmp(last->way.name, "twice") == 0 && falls_on(&last->way, i);
        if (!l.to_pipe && it->plus != (doubled ? it->out : 0)) {
            t.twice++;
            complain("record %u has %u second lines", i, it->plus);
        }
    }
    if (l.committed != l.items) {
        t.back++;
        complain("%u of %u records are committed at the end", l.committed, l.items);
    }
}

static int drive(unsigned kills)
{
    while (t.kills < kills && !t.wrong) {
        new_list();
        while (run(t.kills < kills) && !t.wrong)
            ;
        if (!t.wrong)
            look_at_list();
    }
    unsigned bad =
        t.lost + t.unexpected + t.twice + t.unexplained + t.disordered + t.back + t.alive + t.wrong;
    printf("seed %llu, kills %u, stops %u, rows spoilt %u, lists %u, records %u, out again %u, "
           "letters again %u; lost %u, unexpected %u, twice in a file %u, unexplained %u, "
           "disordered %u, back %u, alive %u, wrong statuses %u\n",
           first_seed, t.kills, t.stops, t.rows, t.lists, t.records, t.again, t.letters_again,
           t.lost, t.unexpected, t.twice, t.unexplained, t.disordered, t.back, t.alive, t.wrong);
    return bad != 0;
}

int main(int argc, char **argv)
{
    static char path[4096];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
    if (argc == 6 && strcmp(argv[1], "stage") == 0)
        return stage(argv + 2);
    if (argc != 4 && argc != 5)
        return 2;
    gf_pipeline = argv[1];
    self = path;
    first_seed = argc == 5 ? strtoull(argv[4], NULL, 10) : (unsigned long long)now_ms();
    seed_with(first_seed);
    if (len <= 0 || chdir(argv[2]) != 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
        return 125;
    return drive((unsigned)strtoul(argv[3], NULL, 10));
}
