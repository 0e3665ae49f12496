/*
 * history.c - what an earlier run has done.
 *
 * Two tables are made of the log. One has each job, by its words and its number, and how its last
 * row says it ended: --retry-failed walks that one, in the order of the log. The other has each
 * name, how many jobs of that name may be passed by, and the numbers of its jobs: --resume asks
 * that one.
 *
 * A log that was appended to holds several runs, and a job that failed in one may have been done in
 * a later one, under another number. Rows do not say of which run they are; where a number comes
 * again, another run has begun. So a job counts as done when a job of the same words was done in a
 * run that is surely later; each of those stands for one.
 */
#include "history.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "base/msg.h"
#include "base/num.h"
#include "proc/joblog.h"
#include "text/reader.h"

/* How a job ended, by its last row. */
enum outcome {
    JOB_UNKNOWN,
    JOB_FAILED,
    JOB_INTERRUPTED,
    JOB_OK
};

/* One job: how its last row says it ended, and the runs of its first and its last row. */
struct past_job {
    uint64_t outcome, first, last;
};

/* Of all jobs of one name: how many may be passed by, how many of those failed, and the numbers of
 * those and of the others. */
struct past {
    uint64_t left, failed;
    struct numbers_chain done, undone;
    uint64_t again, times; /* --retry-failed: the last run that did new jobs of it, and how many */
};

static struct gf_slice buf_slice(const struct gf_buf *b)
{
    return (struct gf_slice){b->data, b->len};
}

static void *entry(struct gf_keytable *t, struct gf_slice key)
{
    bool fresh;
    return gf_keytable_put(t, key, gf_keytable_hash(t, key), &fresh);
}

/* By what a job is known: its words, or its number. */
static int set_key(struct history *h, enum resume_by by, uint64_t seq, struct gf_slice command)
{
    gf_buf_clear(&h->key);
    if (by == RESUME_BY_SEQ)
        gf_buf_printf(&h->key, "%" PRIu64, seq);
    else
        gf_buf_add(&h->key, command.data, command.len);
    return h->key.failed ? -1 : 0;
}

static bool is_done(const struct options *o, uint64_t outcome)
{
    return outcome == JOB_OK || (outcome == JOB_FAILED && o->resume != RESUME_FAILED);
}

/* By how much a job whose last row says `outcome` adds to what may be passed by. */
static void count(const struct options *o, struct past *past, uint64_t outcome, int by)
{
    bool done = is_done(o, outcome);
    past->left += done ? (uint64_t)by : 0;
    past->failed += done && outcome == JOB_FAILED ? (uint64_t)by : 0;
}

/* The run of a row, from 1. 0: memory is out. */
static uint64_t run_of(struct history *h, uint64_t seq)
{
    struct gf_slice key = {(const char *)&seq, sizeof seq};
    uint64_t *last = h->opt->rerun ? entry(&h->numbered, key) : NULL;
    if (!h->opt->rerun)
        return 1;
    if (!last)
        return 0;
    if (h->run == 0 || *last == h->run)
        h->run++;
    *last = h->run;
    return h->run;
}

static int add_row(struct history *h, const struct gf_joblog_ended *row)
{
    struct gf_slice command = {row->command, row->command_len};
    if (set_key(h, h->opt->resume_by, row->seq, command) != 0)
        return -1;
    struct past *past = entry(&h->past, buf_slice(&h->key));
    gf_buf_printf(&h->key, "\t%" PRIu64, row->seq);
    struct past_job *job = h->key.failed ? NULL : entry(&h->jobs, buf_slice(&h->key));
    uint64_t run = run_of(h, row->seq);
    if (!past || !job || !run)
        return -1;
    count(h->opt, past, job->outcome, -1);
    job->outcome = row->ok ? JOB_OK : row->interrupted ? JOB_INTERRUPTED : JOB_FAILED;
    count(h->opt, past, job->outcome, 1);
    job->first = job->first ? job->first : run;
    job->last = run;
    h->rows++;
    return 0;
}

static bool is_header(const struct gf_record *line)
{
    return line->len == strlen(gf_joblog_header) - 1 &&
           memcmp(line->data, gf_joblog_header, line->len) == 0;
}

static int read_rows(struct history *h, int log_fd)
{
    struct gf_reader in;
    gf_reader_init(&in, log_fd, '\n', 0);
    struct gf_record line;
    int got, result = 0;
    while (result == 0 && (got = gf_reader_take(&in, &line)) != GF_READER_END) {
        struct gf_joblog_ended row;
        if (got == 0)
            result = gf_reader_fill_on(&in) == 1 ? 0 : -1;
        else if (gf_joblog_parse(line.data, line.len, &row) == 0)
            result = add_row(h, &row);
        else if (!is_header(&line))
            h->damaged++;
    }
    int keep = errno;
    gf_reader_release(&in);
    errno = keep;
    return result;
}

/* A name in the table of jobs is the command, a TAB and the number: see add_row. */
static uint64_t parse_name(struct gf_slice name, struct gf_slice *command)
{
    uint64_t seq = 0;
    const char *tab = memrchr(name.data, '\t', name.len);
    *command = (struct gf_slice){name.data, (size_t)(tab - name.data)};
    gf_parse_count(tab + 1, name.len - command->len - 1, 1, UINT64_MAX, &seq, NULL);
    return seq;
}

static bool is_by_words(const struct history *h)
{
    return h->opt->resume != RESUME_NOT && h->opt->resume_by == RESUME_BY_WORDS;
}

static int number_rows(struct history *h)
{
    struct gf_slice name, command;
    size_t at = 0;
    for (const struct past_job *job; (job = gf_keytable_walk(&h->jobs, &at, &name));) {
        uint64_t seq = parse_name(name, &command);
        struct past *past = entry(&h->past, command);
        struct numbers_chain *chain = past && is_done(h->opt, job->outcome) ? &past->done
                                      : past                                ? &past->undone
                                                                            : NULL;
        if (!chain || numbers_add(&h->numbers, chain, seq) != 0)
            return -1;
    }
    return numbers_settle(&h->numbers);
}

static struct past *past_of(struct history *h, struct gf_slice name)
{
    struct gf_slice command;
    (void)parse_name(name, &command);
    return gf_keytable_get(&h->past, command, gf_keytable_hash(&h->past, command));
}

/* --retry-failed: what the last run of each name did that no run before had. */
static void note_done_again(struct history *h)
{
    struct gf_slice name;
    size_t at = 0;
    for (const struct past_job *job; (job = gf_keytable_walk(&h->jobs, &at, &name));) {
        struct past *past = job->outcome == JOB_OK ? past_of(h, name) : NULL;
        if (!past || job->first < past->again)
            continue;
        past->times = job->first > past->again ? 1 : past->times + 1;
        past->again = job->first;
    }
}

static bool is_undone(const struct past_job *job)
{
    return job->outcome == JOB_FAILED || job->outcome == JOB_INTERRUPTED;
}

/* --retry-failed: what failed, and was done in a later run under another number, is done. */
static void settle_failed(struct history *h)
{
    struct gf_slice name;
    size_t at = 0;
    note_done_again(h);
    for (struct past_job *job; (job = gf_keytable_walk(&h->jobs, &at, &name));) {
        struct past *past = is_undone(job) ? past_of(h, name) : NULL;
        if (!past)
            continue;
        if (past->times > 0 && job->last < past->again) {
            past->times--;
            job->outcome = JOB_OK;
        } else {
            h->to_rerun++;
        }
    }
}

int history_load(struct history *h, int log_fd)
{
    const struct options *o = h->opt;
    struct stat st;
    if (o->resume == RESUME_NOT && !o->rerun)
        return 0;
    if (fstat(log_fd, &st) != 0) {
        gf_error_errno("cannot resume from '%s'", o->joblog);
        return -1;
    }
    if (!S_ISREG(st.st_mode)) {
        gf_error("cannot resume from '%s': it is no regular file", o->joblog);
        return -1;
    }
    /* Each table holds a row's words and number once, beside some twenty bytes. */
    size_t budget = (size_t)st.st_size * 4 + 65536;
    uint64_t seed = (uint64_t)gf_now_mono();
    if (gf_keytable_open(&h->past, sizeof(struct past), budget, seed) == 0 &&
        gf_keytable_open(&h->jobs, sizeof(struct past_job), budget, seed) == 0 &&
        gf_keytable_open(&h->numbered, sizeof(uint64_t), budget, seed) == 0 &&
        read_rows(h, log_fd) == 0 && (!is_by_words(h) || number_rows(h) == 0)) {
        gf_keytable_release(&h->numbered);
        if (o->rerun)
            settle_failed(h);
        else /* only the names are asked for from now on */
            gf_keytable_release(&h->jobs);
        if (h->damaged)
            gf_note("damaged rows in joblog '%s': %" PRIu64 "; their jobs may have run", o->joblog,
                    h->damaged);
        return 0;
    }
    gf_error_errno("cannot read joblog '%s'", o->joblog);
    return -1;
}

/* ---- --resume -------------------------------------------------------------------------------- */

/* The job's words as the log shows them, into h->command; empty: it has none, and its start will
 * say what is wrong with it. -1: memory is out. */
static int quote(struct history *h, struct gf_template *command, const struct work *w, uint64_t seq)
{
    struct gf_fill fill = work_fill(w, seq, 1);
    gf_buf_clear(&h->command);
    if (!gf_template_expand(command, &fill))
        return errno == ENOMEM ? -1 : 0;
    return gf_template_quote(command, &h->command);
}

/* Passes one job of the name by. */
static void pass_by(struct history *h, struct past *past)
{
    h->skipped++;
    if (past->failed == past->left--) {
        past->failed--;
        h->failed++;
    }
}

/* The number of a job that is at this place of the input. One without words is never passed by, but
 * has its number from its row too. */
static uint64_t number_of(struct history *h, struct past *past, bool skip, uint64_t place,
                          struct gf_slice command)
{
    uint64_t seq = 0;
    if (past && !skip)
        seq = numbers_take(&h->numbers, &past->undone);
    if (past && (skip || (!seq && !command.len)))
        seq = numbers_take(&h->numbers, &past->done);
    return seq ? seq : numbers_new(&h->numbers, place, h->results, command);
}

int history_skips_text(struct history *h, struct gf_slice text, uint64_t *seq, bool *skip)
{
    *skip = false;
    if (h->opt->resume == RESUME_NOT)
        return 0;
    if (set_key(h, h->opt->resume_by, *seq, text) != 0)
        return -1;
    struct gf_slice key = buf_slice(&h->key);
    struct past *past = gf_keytable_get(&h->past, key, gf_keytable_hash(&h->past, key));
    bool has_words = text.len || !is_by_words(h);
    h->knows_one = h->knows_one || past;
    *skip = past && past->left > 0 && has_words;
    if (is_by_words(h))
        *seq = number_of(h, past, *skip, *seq, text);
    if (*skip)
        pass_by(h, past);
    return 0;
}

int history_skips(struct history *h, struct gf_template *command, const struct work *w,
                  uint64_t *seq, bool *skip)
{
    if (is_by_words(h) && quote(h, command, w, *seq) != 0)
        return -1;
    return history_skips_text(h, buf_slice(&h->command), seq, skip);
}

void history_say(const struct history *h, uint64_t jobs)
{
    const struct options *o = h->opt;
    if (o->resume == RESUME_NOT || jobs == 0)
        return;
    if (h->rows && !h->knows_one)
        gf_note("no row of joblog '%s' is about a job of this input", o->joblog);
    else if (h->skipped)
        gf_note("%" PRIu64 " of %" PRIu64 " jobs were done already", h->skipped, jobs);
    if (h->failed)
        gf_note("%" PRIu64 " of those failed then; --resume-failed runs them again", h->failed);
}

/* ---- --retry-failed -------------------------------------------------------------------------- */

static int take(struct gf_slice name, struct work *w, uint64_t *seq)
{
    struct gf_slice text;
    *seq = parse_name(name, &text);
    struct gf_value command = {text.data, text.len};
    return work_set(w, &command, 1) == 0 ? 1 : -1;
}

int history_next(struct history *h, struct work *w, uint64_t *seq)
{
    struct gf_slice name;
    for (const struct past_job *job; (job = gf_keytable_walk(&h->jobs, &h->walked, &name));)
        if (is_undone(job)) {
            h->rerun++;
            return take(name, w, seq);
        }
    return 0;
}

uint64_t history_failed(const struct history *h)
{
    return h->to_rerun;
}

/* The row that follows shows the same text under the same number, so that GNU parallel, and a later
 * run of ours, take it for the same job. */
char **history_words(struct history *h, const struct gf_value *command)
{
    size_t where;
    switch (gf_words_split(&h->words, command->text, command->len, &where)) {
    case GF_WORDS_OK:
        return h->words.argv;
    case GF_WORDS_NOMEM:
        errno = ENOMEM;
        return NULL;
    case GF_WORDS_NONE:
    case GF_WORDS_OPEN:
    case GF_WORDS_SHELL:
        break;
    }
    errno = ENOEXEC;
    return NULL;
}

void history_release(struct history *h)
{
    gf_keytable_release(&h->past);
    gf_keytable_release(&h->jobs);
    gf_keytable_release(&h->numbered);
    numbers_release(&h->numbers);
    gf_buf_release(&h->key);
    gf_buf_release(&h->command);
    gf_words_release(&h->words);
}
