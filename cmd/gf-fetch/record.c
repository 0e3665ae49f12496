/*
 * record.c - keys in a fixed order, by base/json.h.
 *
 * The body is the last key. One that lies in memory in one piece is written into the record; a
 * longer one goes with the line, and the output turns it into text as the reader takes it.
 */
#include "record.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

enum {
    SHORT_BODY = 64 * 1024
};

static void text(struct gf_json *j, const char *key, const char *s)
{
    if (s)
        gf_json_str(j, key, s, strlen(s));
    else
        gf_json_null(j, key);
}

char *record_url(const struct line *line, const struct gf_request *r, size_t *len)
{
    bool is_url = r->url.shown != NULL;
    const char *text = is_url ? r->url.shown : line->text;
    *len = is_url ? strlen(text) : line->text[0] == '{' ? 0 : line->len;
    char *copy = *len ? malloc(*len + 1) : NULL;
    if (!copy)
        return NULL;
    memcpy(copy, text, *len); /* there may be a NUL in it */
    if (!is_url)
        *len = gf_url_hide(copy, *len);
    copy[*len] = '\0';
    return copy;
}

static void url(struct gf_json *j, const struct line *line, const struct outcome *out)
{
    size_t len;
    if (out->request->url.shown) {
        text(j, "url", out->request->url.shown);
        return;
    }
    char *copy = record_url(line, out->request, &len);
    if (copy)
        gf_json_str(j, "url", copy, len);
    else if (len)
        j->b->failed = ENOMEM;
    else
        gf_json_null(j, "url");
    free(copy);
}

static void id(struct gf_json *j, const struct gf_request *r)
{
    if (!r->id || !r->id_is_number) {
        text(j, "id", r->id);
        return;
    }
    gf_json_raw(j, "id", r->id, strlen(r->id));
}

static void retries(struct gf_json *j, const struct work *w)
{
    gf_json_begin_array(j, "retries");
    for (size_t i = 0; w && i < w->nretries; i++) {
        const struct attempt *a = &w->retries[i];
        gf_json_begin_object(j, NULL);
        if (a->status)
            gf_json_int(j, "status", a->status);
        else
            text(j, "error", gf_net_error_word(a->error));
        gf_json_seconds(j, "wait", a->wait);
        gf_json_end_object(j);
    }
    gf_json_end_array(j);
}

static void seconds(struct gf_json *j, const struct outcome *out)
{
    static const struct gf_transfer_times none;
    const struct gf_transfer_times *t = out->transfer ? &out->transfer->result.times : &none;
    gf_json_begin_object(j, "seconds");
    gf_json_seconds(j, "queue", out->work ? out->work->queued : 0);
    gf_json_seconds(j, "dns", t->dns);
    gf_json_seconds(j, "connect", t->connect);
    gf_json_seconds(j, "tls", t->tls);
    gf_json_seconds(j, "first_byte", t->first_byte);
    gf_json_seconds(j, "total", t->total);
    gf_json_end_object(j);
}

static void checksum(struct gf_json *j, const struct outcome *out)
{
    char hex[GF_SHA256_TEXT];
    if (out->error != GF_NET_OK || out->work->not_modified) {
        gf_json_null(j, "sha256");
        return;
    }
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < GF_SHA256_SIZE; i++) {
        hex[2 * i] = digits[out->work->body.sha256[i] >> 4];
        hex[2 * i + 1] = digits[out->work->body.sha256[i] & 15];
    }
    gf_json_str(j, "sha256", hex, GF_SHA256_TEXT - 1);
}

static void answer(struct gf_json *j, const struct outcome *out)
{
    const struct gf_transfer *t = out->transfer;
    const struct gf_transfer_result *r = t ? &t->result : NULL;
    gf_json_uint(j, "attempts", out->work ? out->work->tries : 0);
    retries(j, out->work);
    gf_json_uint(j, "redirects", out->work ? out->work->redirects : 0);
    gf_json_uint(j, "bytes", r ? r->bytes : 0);
    gf_json_uint(j, "decoded_bytes", r ? r->decoded : 0);
    gf_json_bool(j, "truncated", out->error == GF_NET_PARTIAL || out->error == GF_NET_TOO_LARGE);
    text(j, "content_type", r ? r->content_type : NULL);
    text(j, "etag", t ? gf_transfer_said(t, GF_TRANSFER_ETAG) : NULL);
    text(j, "remote_ip", r ? r->remote_ip : NULL);
    text(j, "http_version", r ? r->http_version : NULL);
    gf_json_bool(j, "reused", r && r->reused);
    seconds(j, out);
}

/* The held bytes in one piece, when that is what they are. */
static bool in_one_piece(struct work *w, struct gf_capture_store *store, const char **data,
                         size_t *len)
{
    *len = 0;
    if (w->body.held.held == 0)
        return true;
    if (w->body.held.held > SHORT_BODY)
        return false;
    ssize_t n = gf_capture_peek(store, &w->body.held, data);
    *len = n > 0 ? (size_t)n : 0;
    return n > 0 && *len == w->body.held.held;
}

/* A body that is too long goes with the line. */
static int keep_long(struct line *line, struct work *w, int how, const char *tail)
{
    line->body = calloc(1, sizeof *line->body);
    if (!line->body)
        return -1;
    line->body->held = w->body.held;
    line->body->how = how;
    line->tail = tail;
    w->body.held = (struct gf_capture){0};
    return 0;
}

static int body(struct gf_json *j, struct line *line, struct work *w,
                struct gf_capture_store *store)
{
    const char *data = NULL;
    size_t len;
    text(j, "encoding", w->body.is_text ? "utf8" : "base64");
    bool whole = in_one_piece(w, store, &data, &len);
    gf_json_raw(j, "body", "\"", 1);
    if (!whole)
        return keep_long(line, w, w->body.is_text ? LONG_TEXT : LONG_BASE64, "\"}\n");
    if (w->body.is_text)
        gf_json_add_text(j->b, data, len);
    else
        gf_json_add_base64(j->b, data, len);
    gf_buf_putc(j->b, '"');
    gf_json_close(j);
    return 0;
}

static int raw(struct line *line, struct work *w, struct gf_capture_store *store, bool nul)
{
    const char *data = NULL;
    size_t len;
    if (!in_one_piece(w, store, &data, &len)) {
        if (keep_long(line, w, LONG_RAW, NULL) != 0)
            return -1;
    } else {
        gf_buf_add(&line->record, data, len);
    }
    line->ends_with_nul = nul;
    return gf_buf_check(&line->record);
}

/* What was wrong, and the way out behind it. */
static void message(struct gf_json *j, const struct gf_net_why *why)
{
    char words[sizeof(struct gf_net_why) + 2];
    if (!why || !why->what[0]) {
        gf_json_null(j, "message");
        return;
    }
    snprintf(words, sizeof words, "%s%s%s", why->what, why->hint[0] ? "; " : "", why->hint);
    text(j, "message", words);
}

int record_make(struct line *line, const struct outcome *out, struct gf_capture_store *store,
                const struct options *o)
{
    struct gf_json j;
    bool ok = out->error == GF_NET_OK;
    struct work *w = line->work;
    if (o->format == FORMAT_NONE)
        return 0;
    if (o->format == FORMAT_BODY)
        return ok && !w->not_modified ? raw(line, w, store, o->nul) : 0;
    gf_json_open(&j, &line->record);
    gf_json_uint(&j, "seq", line->seq);
    id(&j, out->request);
    url(&j, line, out);
    text(&j, "final_url", w && out->transfer ? work_url(w)->shown : NULL);
    text(&j, "method", w ? work_method(w, o->method, o->data) : NULL);
    gf_json_bool(&j, "ok", ok);
    if (out->transfer && out->transfer->result.status)
        gf_json_int(&j, "status", out->transfer->result.status);
    else
        gf_json_null(&j, "status");
    gf_json_bool(&j, "not_modified", w && w->not_modified);
    text(&j, "error", gf_net_error_word(out->error));
    text(&j, "phase", gf_net_phase_word(out->phase));
    message(&j, ok ? NULL : out->why);
    answer(&j, out);
    checksum(&j, out);
    text(&j, "file", w && ok && o->dir ? w->name : NULL);
    if (w && ok && o->body && !o->dir && !w->not_modified)
        return body(&j, line, w, store) == 0 ? gf_buf_check(&line->record) : -1;
    gf_json_close(&j);
    return gf_buf_check(&line->record);
}
