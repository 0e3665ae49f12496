/* dead.c - dead letters. */
#include "dead.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/failures.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/msg.h"
#include "base/own.h"
#include "flow.h"
#include "stage.h"

enum {
    TOLD = 5,         /* messages without --dead */
    KEPT = 64 * 1024, /* of a record that was too long */
    SHOWN = 80        /* of a record in a message */
};

/* ---- the file -------------------------------------------------------------------------------- */

static void on_lost(struct gf_linelog *l)
{
    gf_error_errno("cannot write dead letters to '%s'", l->path);
    run_fail(l->owner, GF_EXIT_TOOL);
}

static void on_refused(struct gf_linelog *l, const char *why)
{
    gf_error("cannot use '%s' for dead letters: %s", l->path, why);
    gf_own_hint(l->path, why);
    run_fail(l->owner, GF_EXIT_TOOL);
}

static const struct gf_linelog_events events = {.lost = on_lost, .refused = on_refused};

/* What a run left that was killed while it wrote: the beginning of a letter, whose record it had
 * not counted as done. It is taken off, or the next letter would be of the same line; any other
 * line gets its end. Not while another run writes to the file, which holds the lock. */
static int mend(const struct run *r)
{
    static const char begin[] = "{\"v\":1,\"time\":\"";
    const int fd = r->dead.log.fd;
    char text[sizeof begin - 1];
    struct stat st;
    if (!r->dead.log.is_file || flock(fd, LOCK_EX | LOCK_NB) != 0)
        return 0;
    if (fstat(fd, &st) != 0)
        return -1;
    off_t whole = gf_whole_lines(fd, st.st_size);
    if (whole == -1 || whole == st.st_size)
        return whole == -1 ? -1 : 0;
    ssize_t len = gf_pread(fd, text, sizeof text, whole);
    if (len <= 0)
        return -1;
    if (memcmp(text, begin, (size_t)len) != 0)
        return gf_write_all(fd, "\n", 1);
    gf_note("'%s' ended in half a dead letter, of a run that was killed; it is taken off",
            r->opt->dead);
    return gf_truncate(fd, whole);
}

int dead_open(struct run *r)
{
    const char *why;
    struct dead *d = &r->dead;
    d->log = (struct gf_linelog){.on = &events, .owner = r};
    if (!r->opt->dead)
        return 0;
    if (gf_linelog_open(&d->log, r->opt->dead, &why) != 0) {
        gf_error("cannot use '%s' for dead letters: %s", r->opt->dead, why);
        gf_own_hint(r->opt->dead, why);
        return -1;
    }
    if (mend(r) != 0) {
        gf_error_errno("cannot mend the end of '%s'", r->opt->dead);
        return -1;
    }
    if (d->log.is_file)
        (void)flock(d->log.fd, LOCK_SH | LOCK_NB);
    return 0;
}

void dead_begin(struct run *r)
{
    if (r->dead.log.path)
        gf_linelog_begin(&r->dead.log, r->loop);
}

int dead_end(struct run *r)
{
    return gf_linelog_end(&r->dead.log);
}

void dead_close(struct run *r)
{
    gf_linelog_close(&r->dead.log);
    gf_buf_release(&r->dead.line);
    gf_buf_release(&r->dead.origin);
}

/* ---- a letter -------------------------------------------------------------------------------- */

static void write_letter(struct run *r, const struct gf_letter *l)
{
    struct dead *d = &r->dead;
    gf_buf_clear(&d->line);
    gf_letter_add(&d->line, l);
    if (gf_linelog_add(&d->log, &d->line) != 0)
        return;
    if (gf_linelog_flush(&d->log) && r->opt->fsync && d->log.is_file && fdatasync(d->log.fd) != 0)
        on_lost(&d->log);
}

/* How it ended, in a few words. */
static void describe(const struct failure *why, char out[64])
{
    switch (why->reason) {
    case GF_REASON_EXIT:
        snprintf(out, 64, "exit status %d", why->ending.code);
        break;
    case GF_REASON_SIGNAL:
        snprintf(out, 64, "signal %d", why->ending.signal);
        break;
    case GF_REASON_TIMEOUT:
        snprintf(out, 64, "timed out");
        break;
    case GF_REASON_REJECT:
        snprintf(out, 64, "refused");
        break;
    case GF_REASON_OVERSIZE:
        snprintf(out, 64, "too long");
        break;
    default:
        snprintf(out, 64, "%s", gf_reasons[why->reason]);
    }
}

static void count(struct run *r, const struct gf_letter *l, const struct failure *why)
{
    char how[64], where[160];
    struct dead *d = &r->dead;
    const char *data = l->input ? l->input : l->origin;
    size_t len = l->input ? l->input_len : l->origin_len;
    describe(why, how);
    d->letters++;
    d->by_reason[why->reason]++;
    report_letter(r, l, how);
    len = len < SHOWN ? len : SHOWN;
    if (l->stage)
        snprintf(where, sizeof where, "stage '%.60s', %s", l->stage, how);
    else
        snprintf(where, sizeof where, "%s", how);
    gf_failures_add(&r->failures, l->seq, "record %llu, %s: %.*s", (unsigned long long)l->seq,
                    where, (int)len, data);
    if (d->log.path || d->told >= TOLD || why->reason == GF_REASON_SHUTDOWN)
        return;
    gf_note("record %llu failed, %s: %.*s", (unsigned long long)l->seq, where, (int)len, data);
    if (++d->told == TOLD)
        gf_note_hint("no more is said of each; --dead FILE keeps them");
}

unsigned dead_attempts(const struct gf_piece *p, const struct failure *why)
{
    switch (why->reason) {
    case GF_REASON_SHUTDOWN:
    case GF_REASON_CRASH:
    case GF_REASON_SPAWN:
        return p->attempt + (p->sent_mono != 0);
    default: /* by a process; or its total time, which may be over while it waits for one */
        return p->attempt + (p->sent_mono != 0 || !p->expired);
    }
}

void dead_letter(struct stage *s, const struct gf_piece *p, const struct failure *why)
{
    struct run *r = s->run;
    struct dead *d = &r->dead;
    char end = s->flow->ledger.separator;
    struct gf_letter l = {.time_wall = gf_now_wall(),
                          .pipeline = r->opt->name,
                          .stage = s->plan->name,
                          .stage_number = s->number + 1,
                          .seq = gf_piece_seq(p),
                          .records = gf_piece_records(p),
                          .reason = why->reason,
                          .exit = why->reason == GF_REASON_EXIT || why->reason == GF_REASON_REJECT
                                      ? why->ending.code
                                      : -1,
                          .signal = why->ending.signal,
                          .attempts = dead_attempts(p, why),
                          .seconds = why->seconds,
                          .text = why->text,
                          .text_len = why->len,
                          .input = p->data,
                          .input_len = p->len - (p->len > 0)}; /* without its separator */
    count(r, &l, why);
    if (!d->log.path)
        return;
    gf_buf_clear(&d->origin);
    if (gf_piece_origin(p, end, &d->origin) != 0) {
        run_no_memory(r);
        return;
    }
    l.origin = d->origin.data ? d->origin.data : "";
    l.origin_len = d->origin.len;
    write_letter(r, &l);
}

void dead_count_spared(struct stage *s, const struct gf_piece *p, const struct failure *why,
                       const char *became)
{
    char how[64];
    size_t len = p->len < SHOWN ? p->len - (p->len > 0) : SHOWN;
    uint64_t seq = gf_piece_seq(p);
    describe(why, how);
    gf_failures_add(&s->run->failures, seq, "record %llu, stage '%.60s', %s, %s: %.*s",
                    (unsigned long long)seq, s->plan->name, how, became, (int)len, p->data);
}

void dead_oversize(struct run *r, uint64_t seq, uint64_t offset, const char *data, size_t len)
{
    const struct failure why = {.reason = GF_REASON_OVERSIZE};
    len = len < KEPT ? len : KEPT;
    const struct gf_letter l = {.time_wall = gf_now_wall(),
                                .pipeline = r->opt->name,
                                .seq = seq,
                                .records = 1,
                                .reason = GF_REASON_OVERSIZE,
                                .exit = -1,
                                .origin = data,
                                .origin_len = len,
                                .truncated = true,
                                .offset = offset};
    count(r, &l, &why);
    if (r->dead.log.path)
        write_letter(r, &l);
}
