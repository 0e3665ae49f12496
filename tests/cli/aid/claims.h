/*
 * claims.h - what the runs of claimchaos.c have written, what is on record of them, and whether the
 * two agree. Of a due time it is known by which schedulers it was begun, when each of these runs
 * was there last, and whether it came to its end; the history says what the schedulers think.
 */
#ifndef GF_AID_CLAIMS_H
#define GF_AID_CLAIMS_H

#include "chaos.h"

enum {
    JOBS = 3,
    MOST_DUE = 20000, /* of a job: seconds from the first one on */
    MOST_STARTS = 20000,
};
static const char *const job_words[JOBS] = {"tick", "slow", "again"};

struct run {
    unsigned job, starter; /* the scheduler that began it */
    long pid;
    long long due, began, last; /* s; ns */
    bool ended;
};

struct starter { /* one gf-cron */
    bool killed, parted;
};

static struct run *runs;
static size_t nruns, room;
static struct starter starters[MOST_STARTS];
static unsigned nstarters;

static struct {
    unsigned kills, server_kills, partings, again, excused;
    unsigned twice, together, missed, doubled, unknown, stalled;
} t;

/* Whether what this one has said has a text in it. */
static inline bool has_said(unsigned starter, const char *text)
{
    static char said[65536];
    char err[32];
    snprintf(err, sizeof err, "err.%u", starter);
    FILE *f = fopen(err, "r");
    size_t n = f ? fread(said, 1, sizeof said - 1, f) : 0;
    said[n] = '\0';
    if (f)
        fclose(f);
    return strstr(said, text) != NULL;
}

/* ---- what is right --------------------------------------------------------------------------- */

static inline long long time_of(const char *text)
{
    struct tm tm = {0};
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
    if (!end || (strcmp(end, "Z") != 0 && strcmp(end, "+00:00") != 0)) {
        odd("a time that is none of UTC", 0);
        return 0;
    }
    return timegm(&tm);
}

static inline unsigned job_of(const char *word)
{
    unsigned i = word_in(job_words, JOBS, word);
    if (i == JOBS)
        odd("a job that nobody knows", 0);
    return i % JOBS;
}

static inline void add_line(char what, const struct run *r)
{
    for (size_t i = nruns; what != 'b' && i-- > 0;)
        if (runs[i].pid == r->pid && runs[i].job == r->job && runs[i].due == r->due) {
            runs[i].last = r->last;
            runs[i].ended = runs[i].ended || what == 'e';
            return;
        }
    if (what != 'b')
        odd("a run without its begin", 0);
    if (nruns == room) {
        room = room ? 2 * room : 1024;
        runs = realloc(runs, room * sizeof *runs);
        if (!runs)
            exit(125);
    }
    runs[nruns++] = *r;
}

static inline void read_runs(void)
{
    char line[160], what, name[16], due[40];
    struct run r = {0};
    FILE *f = fopen("ran", "r");
    while (f && fgets(line, sizeof line, f)) {
        if (sscanf(line, "%c %15s %u %39s %ld %lld", &what, name, &r.starter, due, &r.pid,
                   &r.last) != 6 ||
            r.starter >= nstarters) {
            odd("a line of the jobs", 0);
            continue;
        }
        r.job = job_of(name);
        r.due = time_of(due);
        r.began = r.last;
        add_line(what, &r);
    }
    if (f)
        fclose(f);
}

/* A run, and the one before it for the same due time. */
static inline void look_at_pair(const struct run *a, const struct run *b)
{
    const struct starter *s = &starters[a->starter];
    bool may = strcmp(job_words[a->job], "again") == 0;
    bool lost = s->killed || s->parted;
    t.again++;
    if (may && !lost && has_said(a->starter, "lease")) {
        t.excused++; /* the machine was slow */
        lost = true;
    }
    bool twice = !may || !lost, together = may && !s->killed && b->began < a->last;
    t.twice += twice;
    t.together += together;
    if ((twice || together) && may_tell())
        fprintf(stderr, "%s %lld ran by scheduler %u (to its %s) and %.3f s later by %u\n",
                job_words[a->job], a->due, a->starter, a->ended ? "end" : "last line",
                (double)(b->began - a->last) / 1e9, b->starter);
}

static inline void look_at_runs(void)
{
    for (size_t i = 0; i < nruns; i++)
        for (size_t k = i; k-- > 0;)
            if (runs[k].job == runs[i].job && runs[k].due == runs[i].due) {
                look_at_pair(&runs[k], &runs[i]);
                break;
            }
}

/* ---- what is on record ----------------------------------------------------------------------- */

struct row {
    unsigned times;
    bool as_run, as_done; /* it began; it came to its end */
};
static struct row rows[JOBS][MOST_DUE];
static long long first_due;
static unsigned nrows;

static inline struct row *row_of(unsigned job, long long due)
{
    if (first_due == 0)
        first_due = due - MOST_DUE / 4;
    if (due < first_due || due >= first_due + MOST_DUE)
        exit(125);
    return &rows[job][due - first_due];
}

static inline void read_history(const char *bin)
{
    char line[9000], name[32], due[40], how[32];
    unsigned times;
    pid_t pid;
    snprintf(line, sizeof line, "'%s/gf-cron' history --tz UTC -S 'redis+unix://%s/redis/sock#t'",
             bin, chaos_here);
    FILE *f = open_shell(line, &pid);
    while (fgets(line, sizeof line, f)) {
        if (sscanf(line, "%31s %39s %*s %*s %31s %*s %*s %u", name, due, how, &times) != 4) {
            odd("a line of the history", 0);
            continue;
        }
        nrows++;
        for (unsigned i = 0; i < times; i++)
            row_of(job_of(name), time_of(due) - i)->times++;
        struct row *r = row_of(job_of(name), time_of(due));
        r->as_done = strcmp(how, "ok") == 0;
        r->as_run = r->as_done || strcmp(how, "failed") == 0 || strcmp(how, "interrupted") == 0;
        if (strcmp(how, "running") == 0)
            odd("a run goes on, and nobody is there", 0);
    }
    if (close_shell(f, pid) != 0)
        odd("there is no history", 0);
}

/* From the first run of all on: it was begun by a scheduler that was alone. */
static inline void look_at_rows(unsigned job)
{
    long from = nruns ? (long)(runs[0].due - first_due) : 0, to = MOST_DUE - 1;
    while (to > from && !rows[job][to].times)
        to--;
    for (long i = from; i <= to; i++) {
        const struct row *r = &rows[job][i];
        bool began = false, done = false;
        for (size_t k = 0; k < nruns; k++)
            if (runs[k].job == job && runs[k].due == first_due + i) {
                began = true;
                done = done || runs[k].ended;
            }
        bool unknown = (began && !r->as_run) || (r->as_done && !done);
        t.missed += r->times == 0;
        t.doubled += r->times > 1;
        t.unknown += unknown;
        if ((r->times != 1 || unknown) && may_tell())
            fprintf(stderr, "%s %lld: %u times on record%s%s%s%s\n", job_words[job], first_due + i,
                    r->times, r->as_run ? ", as run" : "", r->as_done ? ", as done" : "",
                    began ? ", began" : "", done ? ", ended" : "");
    }
}

#endif
