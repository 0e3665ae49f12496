/*
 * resume.c - what an earlier run has done, read from its job log.
 *
 * A job is known by its words as the log shows them, so the input may be reordered, extended and
 * edited in between; by its number only where that is asked for (logs of GNU parallel, whose rows
 * quote words in another way). Of one job that has several rows, one for each time it was tried,
 * the last one counts: rows with the same number and the same words are one job's. Equal jobs are
 * counted: three rows of `echo a` let the first three pass by and no more.
 */
#include "pool.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "base/msg.h"

/* Of all jobs of one name: how many may be passed by, and how many of those failed. */
struct past {
    uint64_t left, failed;
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
static int set_key(struct resume *r, enum resume_by by, uint64_t seq, struct gf_slice command)
{
    gf_buf_clear(&r->key);
    if (by == RESUME_BY_SEQ)
        gf_buf_printf(&r->key, "%" PRIu64, seq);
    else
        gf_buf_add(&r->key, command.data, command.len);
    return r->key.failed ? -1 : 0;
}

/* By how much a job whose last row says `outcome` adds to what may be passed by. */
static void count(const struct options *o, struct past *past, uint64_t outcome, int by)
{
    bool done = o->resume == RESUME_FAILED ? outcome == JOB_OK : outcome != JOB_UNKNOWN;
    past->left += done ? (uint64_t)by : 0;
    past->failed += done && outcome == JOB_FAILED ? (uint64_t)by : 0;
}

static int add_row(struct pool *p, const struct gf_joblog_ended *row)
{
    struct resume *r = &p->resume;
    struct gf_slice command = {row->command, row->command_len};
    if (set_key(r, p->opt->resume_by, row->seq, command) != 0)
        return -1;
    struct past *past = entry(&r->past, buf_slice(&r->key));
    gf_buf_printf(&r->key, "\t%" PRIu64, row->seq);
    uint64_t *outcome = r->key.failed ? NULL : entry(&r->jobs, buf_slice(&r->key));
    if (!past || !outcome)
        return -1;
    count(p->opt, past, *outcome, -1);
    *outcome = row->ok ? JOB_OK : JOB_FAILED;
    count(p->opt, past, *outcome, 1);
    r->rows++;
    return 0;
}

static bool is_header(const struct gf_record *line)
{
    return line->len == strlen(gf_joblog_header) - 1 &&
           memcmp(line->data, gf_joblog_header, line->len) == 0;
}

static int read_rows(struct pool *p)
{
    struct gf_reader in;
    gf_reader_init(&in, p->log.fd, '\n', 0);
    struct gf_record line;
    int got, result = 0;
    while (result == 0 && (got = gf_reader_take(&in, &line)) != GF_READER_END) {
        struct gf_joblog_ended row;
        if (got == 0)
            result = gf_reader_fill(&in) == 1 || errno == EINTR ? 0 : -1;
        else if (gf_joblog_parse(line.data, line.len, &row) == 0)
            result = add_row(p, &row);
        else if (!is_header(&line))
            p->resume.damaged++;
    }
    int keep = errno;
    gf_reader_release(&in);
    errno = keep;
    return result;
}

int resume_load(struct pool *p)
{
    struct resume *r = &p->resume;
    struct stat st;
    if (p->opt->resume == RESUME_NOT && !p->opt->rerun)
        return 0;
    if (fstat(p->log.fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        gf_error("cannot resume from '%s': it is no regular file", p->opt->joblog);
        return -1;
    }
    /* Each table holds a row's words and number once, beside some twenty bytes. */
    size_t budget = (size_t)st.st_size * 4 + 65536;
    uint64_t seed = (uint64_t)gf_now_mono();
    if (gf_keytable_open(&r->past, sizeof(struct past), budget, seed) == 0 &&
        gf_keytable_open(&r->jobs, sizeof(uint64_t), budget, seed) == 0 && read_rows(p) == 0) {
        if (!p->opt->rerun) /* then only the names are asked for from now on */
            gf_keytable_release(&r->jobs);
        if (r->damaged)
            gf_note("damaged rows in joblog '%s': %" PRIu64 "; their jobs may have run",
                    p->opt->joblog, r->damaged);
        return 0;
    }
    gf_error_errno("cannot read joblog '%s'", p->opt->joblog);
    return -1;
}

int resume_skips(struct pool *p, bool *skip)
{
    struct resume *r = &p->resume;
    *skip = false;
    if (p->opt->resume == RESUME_NOT)
        return 0;
    gf_buf_clear(&r->command);
    if (p->opt->resume_by == RESUME_BY_WORDS) {
        struct gf_fill fill = work_fill(&p->work, p->seq, 1);
        if (!gf_template_expand(&p->command, &fill)) {
            if (errno != ENOMEM)
                return 0; /* its start will say what is wrong with it */
            gf_error_nomem();
            return -1;
        }
        gf_template_quote(&p->command, &r->command);
    }
    if (r->command.failed || set_key(r, p->opt->resume_by, p->seq, buf_slice(&r->command)) != 0) {
        gf_error_nomem();
        return -1;
    }
    struct gf_slice key = buf_slice(&r->key);
    struct past *past = gf_keytable_get(&r->past, key, gf_keytable_hash(&r->past, key));
    *skip = past && past->left > 0;
    if (!*skip)
        return 0;
    r->skipped++;
    if (past->failed == past->left--) {
        past->failed--;
        r->failed++;
    }
    return 0;
}

void resume_end(struct pool *p)
{
    struct resume *r = &p->resume;
    if (p->opt->resume != RESUME_NOT && p->seq > 0) {
        if (r->rows && !r->skipped)
            gf_note("no row of joblog '%s' is about a job of this input", p->opt->joblog);
        else if (r->skipped)
            gf_note("%" PRIu64 " of %" PRIu64 " jobs were done already", r->skipped, p->seq);
        if (r->failed)
            gf_note("%" PRIu64 " of those failed then; --resume-failed runs them again", r->failed);
    }
    gf_keytable_release(&r->past);
    gf_keytable_release(&r->jobs);
    gf_buf_release(&r->key);
    gf_buf_release(&r->command);
    gf_words_release(&r->words);
}
