/*
 * history.c - what earlier runs have done.
 *
 * --resume asks of each job of the input how many of its words are done (past.h), or, by number,
 * what is marked there. --retry-failed reads the logs twice: first it learns which jobs are to run
 * again, then it keeps the words of those, in the order of the logs.
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

#include "base/msg.h"
#include "base/random.h"
#include "base/sat.h"

enum {
    SHORTEST_ROW = 11, /* bytes: a digit, eight TABs, a digit, a newline */
    NUMBER_COST = 64   /* bytes at most of a number in a table */
};

static struct gf_slice buf_slice(const struct gf_buf *b)
{
    return (struct gf_slice){b->data, b->len};
}

static bool is_by_words(const struct history *h)
{
    return h->opt->rerun || h->opt->resume_by == RESUME_BY_WORDS;
}

/* --resume: whether a job that ended so is done. */
static bool is_done(const struct options *o, enum past_outcome outcome)
{
    return outcome == PAST_OK || (outcome == PAST_FAILED && o->resume != RESUME_FAILED);
}

/* --retry-failed: the run of a row, from 1. 0: memory is out. */
static uint64_t run_of(struct history *h, uint64_t seq)
{
    struct gf_slice key = {(const char *)&seq, sizeof seq};
    bool fresh;
    uint64_t *last =
        gf_keytable_put(&h->numbered, key, gf_keytable_hash(&h->numbered, key), &fresh);
    if (!last) {
        errno = ENOMEM;
        return 0;
    }
    if (h->run == 0 || *last == h->run)
        h->run++;
    *last = h->run;
    return h->run;
}

static int add_row(void *history, const struct gf_joblog_ended *row)
{
    struct history *h = history;
    enum past_outcome outcome = row->ok            ? PAST_OK
                                : row->interrupted ? PAST_INTERRUPTED
                                                   : PAST_FAILED;
    h->rows++;
    if (!is_by_words(h))
        return marks_set(&h->by_number, row->seq, outcome + 1);
    uint64_t run = h->opt->rerun ? run_of(h, row->seq) : 0;
    if (h->opt->rerun ? run == 0 : numbers_add(&h->numbers, row->seq) != 0)
        return -1;
    struct gf_slice words = {row->command, row->command_len};
    return past_add(&h->past, words, row->seq, outcome, run);
}

/* --retry-failed: the words of a job that is to run again, at its first row. */
static int keep_failed(void *history, const struct gf_joblog_ended *row)
{
    struct history *h = history;
    struct gf_slice words = {row->command, row->command_len};
    struct gf_buf *b = &h->failed_jobs;
    if (!past_take_number(&h->past, past_name(&h->past, words), row->seq))
        return 0;
    h->to_rerun++;
    gf_buf_add(b, &row->seq, sizeof row->seq);
    gf_buf_add(b, &words.len, sizeof words.len);
    gf_buf_add(b, words.data, words.len);
    return b->failed ? -1 : 0;
}

/* Room for what the logs hold, which is so many bytes. -1: memory is out. */
static int make_room(struct history *h, uint64_t bytes)
{
    uint64_t rows = bytes / SHORTEST_ROW + 1;
    size_t budget = gf_sat_add(gf_sat_mul((size_t)rows, NUMBER_COST), 1 << 16);
    past_open(&h->past, h->opt->rerun);
    if (h->opt->rerun)
        return gf_keytable_open(&h->numbered, sizeof(uint64_t), budget, gf_random());
    return is_by_words(h) ? numbers_open(&h->numbers, rows) : marks_open(&h->by_number, rows);
}

static int settle(struct history *h, const struct logs *logs)
{
    gf_keytable_release(&h->numbered);
    if (past_settle(&h->past) != 0) {
        gf_error_nomem();
        return -1;
    }
    if (!h->opt->rerun)
        return 0;
    past_drop_done_again(&h->past);
    int r = logs_read(logs, keep_failed, h, false);
    past_release(&h->past);
    return r;
}

int history_load(struct history *h, const struct logs *logs)
{
    const struct options *o = h->opt;
    uint64_t bytes;
    if (o->resume == RESUME_NOT && !o->rerun)
        return 0;
    if (logs_size(logs, &bytes) != 0)
        return -1;
    if (make_room(h, bytes) != 0) {
        gf_error_nomem();
        return -1;
    }
    return logs_read(logs, add_row, h, true) == 0 ? settle(h, logs) : -1;
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

/* Whether a row says how the job ended: its number becomes that of the row. */
static bool ask_words(struct history *h, struct gf_slice text, uint64_t *seq,
                      enum past_outcome *outcome)
{
    struct gf_fingerprint name = past_name(&h->past, text);
    h->knows_one = h->knows_one || past_knows(&h->past, name);
    uint64_t of_row = past_take(&h->past, name, outcome);
    *seq = of_row ? of_row : numbers_new(&h->numbers, *seq, h->results, text);
    return of_row;
}

static bool ask_number(struct history *h, uint64_t seq, enum past_outcome *outcome)
{
    unsigned mark = marks_get(&h->by_number, seq);
    h->knows_one = h->knows_one || mark;
    if (mark)
        *outcome = (enum past_outcome)(mark - 1);
    return mark;
}

void history_skips_text(struct history *h, struct gf_slice text, uint64_t *seq, bool *skip)
{
    enum past_outcome outcome = PAST_INTERRUPTED;
    *skip = false;
    if (h->opt->resume == RESUME_NOT)
        return;
    bool known = is_by_words(h) ? ask_words(h, text, seq, &outcome) : ask_number(h, *seq, &outcome);
    /* One without words has its number from its row, but its start has to say what is wrong. */
    *skip = known && is_done(h->opt, outcome) && (text.len || !is_by_words(h));
    h->skipped += *skip;
    h->failed += *skip && outcome == PAST_FAILED;
}

int history_skips(struct history *h, struct gf_template *command, const struct work *w,
                  uint64_t *seq, bool *skip)
{
    if (h->opt->resume != RESUME_NOT && is_by_words(h) && quote(h, command, w, *seq) != 0)
        return -1;
    history_skips_text(h, buf_slice(&h->command), seq, skip);
    return 0;
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

int history_next(struct history *h, struct work *w, uint64_t *seq)
{
    if (h->walked == h->failed_jobs.len)
        return 0;
    const char *at = h->failed_jobs.data + h->walked;
    struct gf_value command = {at + sizeof *seq + sizeof command.len, 0};
    memcpy(seq, at, sizeof *seq);
    memcpy(&command.len, at + sizeof *seq, sizeof command.len);
    h->walked += sizeof *seq + sizeof command.len + command.len;
    h->rerun++;
    return work_set(w, &command, 1) == 0 ? 1 : -1;
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
    past_release(&h->past);
    marks_release(&h->by_number);
    gf_keytable_release(&h->numbered);
    numbers_release(&h->numbers);
    gf_buf_release(&h->failed_jobs);
    gf_buf_release(&h->command);
    gf_words_release(&h->words);
}
