/*
 * output.c - a list of lines in the order of the output; what is finished at its front goes out.
 *
 * Without -k a line joins the list when it is finished, with -k when it is read. Records are added
 * to one outlet (run/outlet.h) and go out together; a long body is turned into text piece by piece,
 * as the reader takes them.
 *
 * The spool is a file that only grows at its end: a record is put there when those that wait for a
 * line in front of them have become too many for memory, and read back when its turn comes. When
 * none is left in it, it is emptied.
 */
#include "output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/file.h"
#include "base/json.h"

enum {
    FULL = 256 * 1024,     /* bytes that wait for the reader */
    MEMORY_MAX = 8 << 20,  /* of records that wait for their turn */
    BODIES_MAX = 32 << 20, /* of long bodies in memory */
    BODY_MAX = 1 << 20,    /* and of each */
    PIECE = 48 * 1024      /* of a long body */
};

static void on_room(struct gf_outlet *o)
{
    struct output *out = o->owner;
    out->on_change(out->owner);
}

static void on_lost(struct gf_outlet *o)
{
    struct output *out = o->owner;
    if (!out->err) {
        out->err = o->err;
        out->wrong = "cannot write to standard output";
    }
    out->on_change(out->owner);
}

static const struct gf_outlet_events events = {.room = on_room, .lost = on_lost};

static const char *temporary_directory(const struct options *o)
{
    const char *dir = o->tmp ? o->tmp : getenv("TMPDIR");
    return dir && *dir ? dir : "/tmp";
}

void output_open(struct output *out, const struct options *o, struct ev_loop *loop)
{
    out->opt = o;
    out->last = &out->first;
    out->spool = -1;
    out->store = (struct gf_capture_store){
        .memory_max = BODIES_MAX, .each_max = BODY_MAX, .spill.dir = temporary_directory(o)};
    out->outlet = (struct gf_outlet){.on = &events, .owner = out, .full = FULL};
    gf_outlet_open(&out->outlet, loop, STDOUT_FILENO, 0);
    gf_outlet_watch(&out->outlet);
}

static void fail(struct output *out, int err, const char *wrong)
{
    if (out->err)
        return;
    out->err = err;
    out->wrong = wrong;
}

static void free_line(struct output *out, struct line *line)
{
    if (line->body) {
        gf_capture_release(&out->store, &line->body->held);
        free(line->body);
    }
    gf_buf_release(&line->record);
    free(line->etag);
    free(line);
}

void output_close(struct output *out)
{
    for (struct line *line = out->first, *next; line; line = next) {
        next = line->next;
        if (line->finished) /* others belong to a queue still */
            free_line(out, line);
    }
    out->first = NULL;
    gf_outlet_close(&out->outlet);
    gf_spill_release(&out->store.spill);
    gf_buf_release(&out->piece);
    gf_buf_release(&out->etags);
    if (out->spool != -1)
        close(out->spool);
    out->spool = -1;
}

/* ---- the spool ------------------------------------------------------------------------------- */

/* Moves the record to the file. */
static void spool(struct output *out, struct line *line)
{
    if (gf_buf_check(&line->record) != 0) {
        fail(out, errno, "cannot hold a record");
        return;
    }
    if (out->spool == -1)
        out->spool = gf_tmpfile(out->store.spill.dir);
    if (out->spool == -1 || gf_pwrite_all(out->spool, line->record.data, line->record.len,
                                          (off_t)out->spool_end) != 0) {
        fail(out, errno, "cannot hold records in a temporary file");
        return;
    }
    line->spooled = true;
    line->at = out->spool_end;
    line->record_len = line->record.len;
    out->spool_end += line->record.len;
    out->spooled++;
    gf_buf_release(&line->record);
}

/* The next piece of a record in the file goes to the outlet; whether that was the last one. */
static bool unspool(struct output *out, struct line *line)
{
    size_t want = line->record_len < PIECE ? line->record_len : PIECE;
    gf_buf_clear(&out->piece);
    if (gf_buf_reserve(&out->piece, want) != 0) {
        fail(out, ENOMEM, "cannot read a record back");
        return true;
    }
    ssize_t n = gf_pread(out->spool, out->piece.data, want, (off_t)line->at);
    if (n != (ssize_t)want) {
        fail(out, n < 0 ? errno : EIO, "cannot read a record back");
        return true;
    }
    out->piece.len = want;
    gf_outlet_add_buf(&out->outlet, &out->piece);
    line->at += want;
    line->record_len -= want;
    if (line->record_len)
        return false;
    line->spooled = false;
    if (--out->spooled == 0 && gf_truncate(out->spool, 0) == 0)
        out->spool_end = 0;
    return true;
}

/* ---- the list -------------------------------------------------------------------------------- */

void output_expect(struct output *out, struct line *line)
{
    line->next = NULL;
    *out->last = line;
    out->last = &line->next;
}

void output_finish(struct output *out, struct line *line)
{
    line->finished = true;
    if (!out->opt->keep_order)
        output_expect(out, line);
    out->kept++;
    out->memory += line->record.len;
    if (out->memory > MEMORY_MAX && out->first != line) {
        out->memory -= line->record.len;
        spool(out, line);
    }
}

/* The bytes as base64, in groups of three; what is left over is kept for the next piece. */
static void add_base64(struct long_body *body, struct gf_buf *b, const char *data, size_t len)
{
    while (body->nleft && len) {
        char group[3] = {body->left[0], body->left[1], 0};
        group[body->nleft] = *data;
        if (body->nleft == 2)
            gf_json_add_base64(b, group, 3);
        else
            body->left[1] = *data;
        body->nleft = (body->nleft + 1) % 3;
        data++, len--;
    }
    size_t whole = len / 3 * 3;
    gf_json_add_base64(b, data, whole);
    if (len > whole) {
        memcpy(body->left, data + whole, len - whole);
        body->nleft = len - whole;
    }
}

/* A piece of a long body; whether that was the last one. */
static bool put_long(struct output *out, struct line *line)
{
    const char *data;
    struct long_body *body = line->body;
    ssize_t n = gf_capture_peek(&out->store, &body->held, &data);
    gf_buf_clear(&out->piece);
    if (n < 0)
        fail(out, errno, "cannot read a body back");
    size_t take = n > PIECE ? PIECE : n > 0 ? (size_t)n : 0;
    if (take == 0)
        gf_json_add_base64(&out->piece, body->left, body->nleft);
    else if (body->how == LONG_RAW)
        gf_buf_add(&out->piece, data, take);
    else if (body->how == LONG_TEXT)
        gf_json_add_text(&out->piece, data, take);
    else
        add_base64(body, &out->piece, data, take);
    if (gf_outlet_add_buf(&out->outlet, &out->piece) != 0)
        fail(out, errno, "cannot hold a body");
    gf_capture_consume(&out->store, &body->held, take);
    return take == 0;
}

/* Puts what is left of the line to the outlet, as far as that has room; whether all of it. */
static bool put_line(struct output *out, struct line *line)
{
    while (line->spooled && !out->err && !gf_outlet_is_full(&out->outlet))
        unspool(out, line);
    if (line->spooled)
        return false;
    if (line->record.len || line->record.failed) {
        out->memory -= line->record.len;
        if (gf_outlet_add_buf(&out->outlet, &line->record) != 0)
            fail(out, errno, "cannot hold a record");
        gf_buf_release(&line->record);
    }
    while (line->body && !out->err && !gf_outlet_is_full(&out->outlet)) {
        if (!put_long(out, line))
            continue;
        gf_capture_release(&out->store, &line->body->held);
        free(line->body);
        line->body = NULL;
    }
    if (line->body)
        return false;
    if (line->tail)
        gf_outlet_add(&out->outlet, line->tail, strlen(line->tail));
    if (line->ends_with_nul)
        gf_outlet_add(&out->outlet, "", 1);
    return true;
}

/* The tag of a body may be known from run to run when its record is out, and not before. */
static void keep_etag(struct output *out, const struct line *line)
{
    const char *end = line->etag;
    for (int i = 0; end && i < 3; i++)
        end += strlen(end) + 1;
    if (end)
        gf_buf_add(&out->etags, line->etag, (size_t)(end - line->etag));
}

static void tell_etags(struct output *out)
{
    for (size_t at = 0; at < out->etags.len;) {
        const char *url = out->etags.data + at, *etag = url + strlen(url) + 1;
        const char *name = etag + strlen(etag) + 1;
        out->on_etag(out->owner, url, etag, name);
        at += strlen(url) + strlen(etag) + strlen(name) + 3;
    }
    gf_buf_clear(&out->etags);
}

/* Puts what is finished at the front to the outlet, as far as that has room. */
static void put_lines(struct output *out)
{
    while (out->first && out->first->finished && !out->err && !gf_outlet_is_full(&out->outlet)) {
        struct line *line = out->first;
        if (!put_line(out, line))
            continue;
        out->first = line->next;
        if (!out->first)
            out->last = &out->first;
        out->kept--;
        keep_etag(out, line);
        free_line(out, line);
        if (gf_outlet_is_full(&out->outlet))
            gf_outlet_flush(&out->outlet);
    }
}

bool output_pump(struct output *out)
{
    bool all;
    do {
        put_lines(out);
        all = gf_outlet_flush(&out->outlet);
    } while (all && !out->err && output_is_pending(out)); /* a long body goes on: there is room */
    if (all && !out->err)
        tell_etags(out);
    return all && !output_is_pending(out);
}

bool output_is_full(const struct output *out)
{
    return gf_outlet_is_full(&out->outlet);
}

bool output_is_pending(const struct output *out)
{
    return out->first && out->first->finished;
}
