/*
 * failed.c - the records that failed, in a file.
 *
 * The records of a job are read back from what the job keeps of them for another attempt
 * (job.packed), a block from the file that the job read. What belongs to one job is written at
 * once. A write that fails is said once, and ends the run: what failed from then on would be
 * missing.
 */
#include "failed.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/fd.h"
#include "base/logfile.h"
#include "base/msg.h"
#include "base/own.h"
#include "job.h"

enum {
    PIECE = 64 * 1024 /* bytes of a block that are copied at once */
};

static void cannot_write(struct failed *f)
{
    gf_error_errno("cannot write to '%s'", f->opt->failed);
    verdict_fail(f->verdict, GF_EXIT_TOOL);
    if (f->fd != -1)
        gf_close(f->fd);
    f->fd = -1;
}

/* f->text goes out, with the header in front when it is the first. */
static void write_text(struct failed *f)
{
    if ((f->begun || gf_write_buf(f->fd, &f->header) == 0) && gf_write_buf(f->fd, &f->text) == 0)
        f->begun = true;
    else
        cannot_write(f);
}

/* What ends a record, so that the file is read as the input was. */
static void add_end(struct failed *f)
{
    const struct gf_framing *how = &f->opt->framing;
    switch (how->kind) {
    case GF_FRAME_MARKS: /* a record that only begins with a string is ended by the next one */
        gf_buf_add(&f->text, how->end.bytes, how->end.len);
        return;
    case GF_FRAME_PARAGRAPHS:
        gf_buf_puts(&f->text, "\n\n");
        return;
    default:
        if (f->source->ended_crlf)
            gf_buf_putc(&f->text, '\r');
        gf_buf_putc(&f->text, f->opt->separator);
        return;
    }
}

/* A record that holds the separator would be read as two. */
static void add_record(struct failed *f, uint64_t seq, const char *record, size_t len)
{
    char separator = f->opt->separator;
    bool by_byte = f->opt->framing.kind == GF_FRAME_BYTE;
    if (by_byte && len && memchr(record, separator, len)) {
        gf_error("'%s' cannot keep %s %llu, which holds %s", f->opt->failed,
                 f->opt->worker ? "record" : "the record of job", (unsigned long long)seq,
                 separator == '\n' ? "a newline" : "the delimiter");
        return;
    }
    gf_buf_add(&f->text, record, len);
    add_end(f);
}

void failed_keep(struct failed *f, uint64_t seq, const char *record, size_t len)
{
    if (f->fd == -1)
        return;
    gf_buf_clear(&f->text);
    add_record(f, seq, record, len);
    write_text(f);
}

static void keep_records(struct failed *f, const struct job *j)
{
    gf_buf_clear(&f->text);
    if (work_unpack(&f->work, &j->packed) != 0)
        f->text.failed = ENOMEM;
    for (size_t i = 0; i < f->work.items; i++)
        add_record(f, j->seq, f->work.item[i].text, f->work.item[i].len);
    write_text(f);
}

/* The next bytes of the file, in *t: how many, 0 at the end, -1 with errno. */
static ssize_t read_piece(int fd, struct gf_buf *t)
{
    gf_buf_clear(t);
    if (gf_buf_reserve(t, PIECE) != 0)
        return -1;
    ssize_t n = gf_read(fd, t->data, PIECE);
    if (n > 0)
        t->len = (size_t)n;
    return n;
}

/* --pipe: what the job read, without the header that each block begins with. */
static void keep_block(struct failed *f, const struct job *j)
{
    struct gf_buf *t = &f->text;
    char last = f->opt->separator;
    ssize_t n = -1;
    int fd = j->block ? block_open(j->block) : -1;
    if (fd != -1 && lseek(fd, (off_t)f->header.len, SEEK_SET) != -1)
        while ((n = read_piece(fd, t)) > 0 && f->fd != -1) {
            write_text(f);
            last = t->data[n - 1];
        }
    if (n == -1)
        cannot_write(f);
    if (fd != -1)
        close(fd);
    if (last == f->opt->separator || f->fd == -1)
        return;
    gf_buf_clear(&f->text);
    gf_buf_putc(&f->text, f->opt->separator);
    write_text(f);
}

static void keep_job(struct failed *f, const struct job *j)
{
    if (f->fd == -1)
        return;
    if (f->opt->pipe)
        keep_block(f, j);
    else
        keep_records(f, j);
}

static void on_finished(void *self, struct job *j)
{
    if (j->ending.how != GF_ENDING_OK)
        keep_job(self, j);
}

static void on_unstarted(void *self, struct job *j, int err)
{
    (void)err;
    if (j->attempt == 1)
        keep_job(self, j);
}

const struct observer_events failed_observer = {.finished = on_finished, .unstarted = on_unstarted};

/* The header as intake_open has left it: in front of the blocks, or as the record at hand, of a
 * stream with what ends it. */
static int keep_header(struct failed *f, const struct intake *in)
{
    const struct gf_buf *of_blocks = &in->blocks.header;
    const struct source *s = &in->source;
    if (f->opt->pipe)
        return gf_buf_join(&f->header, of_blocks);
    if (!f->opt->header || in->work.items == 0)
        return 0;
    if (s->whole && !s->open)
        return gf_buf_add(&f->header, s->record.text, s->whole);
    gf_buf_add(&f->header, in->work.item[0].text, in->work.item[0].len);
    return gf_buf_putc(&f->header, f->opt->separator);
}

int failed_open(struct failed *f, const struct options *o, const struct intake *in,
                struct verdict *v)
{
    f->opt = o;
    f->source = &in->source;
    f->verdict = v;
    f->fd = -1;
    work_init(&f->work, NULL);
    if (!o->failed)
        return 0;
    if (keep_header(f, in) != 0) {
        gf_error_nomem();
        return -1;
    }
    const char *why;
    f->fd = gf_logfile_anew(o->failed, 0600, GF_READER_PATIENCE, &why);
    if (f->fd != -1)
        return 0;
    gf_error("cannot open '%s': %s", o->failed, why);
    gf_own_hint(o->failed, why);
    return -1;
}

int failed_close(struct failed *f)
{
    int fd = f->fd;
    f->fd = -1;
    if (fd == -1 || gf_close(fd) == 0)
        return 0;
    gf_error_errno("cannot write to '%s'", f->opt->failed);
    return -1;
}

void failed_release(struct failed *f)
{
    if (f->fd != -1)
        gf_close(f->fd);
    gf_buf_release(&f->header);
    gf_buf_release(&f->text);
    work_release(&f->work);
}
