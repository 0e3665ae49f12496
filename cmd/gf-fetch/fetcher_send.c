/*
 * fetcher_send.c - a request on the wire, and where the bytes of its answer go.
 *
 * The head of each hop is made for its origin: secrets of the command line for those that
 * --auth-host names, headers of the line for the line's own.
 */
#include "fetcher_parts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/num.h"

/* What the head of this hop says besides what all get. */
struct extras {
    bool trusted, has_body;
    char condition[DOWNLOAD_ETAG + 32]; /* a header, or empty */
};

/* The head of this hop: what all get, what a trusted origin gets, what the line says for its own
 * origin. -1: out of memory. */
static int make_headers(struct fetcher *f, struct work *w, const struct extras *x)
{
    struct curl_slist *shared = x->trusted ? f->trusted_headers : f->opt->headers;
    bool own = w->request.headers && strcmp(work_url(w)->origin, w->request.url.origin) == 0;
    curl_slist_free_all(w->headers);
    w->headers = NULL;
    if (!own && !x->has_body && !x->condition[0])
        return 0;
    for (struct curl_slist *h = shared; h; h = h->next)
        if (fetcher_add_header(&w->headers, h->data) != 0)
            return -1;
    for (char **h = w->request.headers; own && *h; h++)
        if (fetcher_add_header(&w->headers, *h) != 0)
            return -1;
    if (x->condition[0] && fetcher_add_header(&w->headers, x->condition) != 0)
        return -1;
    return x->has_body ? fetcher_add_header(&w->headers, "Expect:") : 0; /* no wait for a 100 */
}

/* A plain GET may ask for the rest of a file alone, or for what has changed. */
static void make_condition(struct fetcher *f, struct work *w, struct extras *x)
{
    const struct options *o = f->opt;
    const char *url = work_url(w)->shown, *known = NULL;
    char etag[DOWNLOAD_ETAG];
    w->conditional = w->resuming = w->misfit = w->not_modified = false;
    w->err = 0;
    x->condition[0] = '\0';
    if (x->has_body || strcmp(work_method(w, o->method, o->data), "GET") != 0)
        return;
    if (o->resume && download_find_part(&f->downloads, &w->file, w->name, url, etag)) {
        w->resuming = true;
        snprintf(x->condition, sizeof x->condition, "If-Range: %s", etag);
        return;
    }
    if (f->etags && !w->request.has_sha256 && (!o->dir || downloads_has(&f->downloads, w->name)))
        known = gf_etags_find(f->etags, url, w->name);
    if (!known)
        return;
    w->conditional = true;
    snprintf(x->condition, sizeof x->condition, "If-None-Match: %s", known);
}

/* The tag of the part that is there, as it was sent. */
static const char *tag_of_part(const struct work *w)
{
    static const char name[] = "If-Range: ";
    for (const struct curl_slist *h = w->headers; h; h = h->next)
        if (strncmp(h->data, name, strlen(name)) == 0)
            return h->data + strlen(name);
    return "";
}

/* Whether the answer is of the version that the part is of, and goes on where that ends: `bytes
 * 100-199/200`. Its end may be short of that of the file. */
static bool is_the_rest(struct work *w, const struct gf_transfer *t)
{
    const char *range = gf_transfer_said(t, GF_TRANSFER_CONTENT_RANGE);
    const char *etag = gf_transfer_said(t, GF_TRANSFER_ETAG);
    const char *slash = range ? strchr(range, '/') : NULL;
    uint64_t first;
    if (!slash || strncasecmp(range, "bytes ", 6) != 0 ||
        (etag && strcmp(etag, tag_of_part(w)) != 0)) /* a server may pass If-Range by */
        return false;
    range += 6;
    if (gf_parse_count(slash + 1, strlen(slash + 1), 0, UINT64_MAX, &w->whole, NULL) != 0)
        w->whole = UINT64_MAX; /* not known */
    return gf_parse_count(range, strcspn(range, "-"), 0, UINT64_MAX, &first, NULL) == 0 &&
           first == w->file.size;
}

/* --continue: where the bytes of a whole answer go. A weak tag is of no single version. */
static void begin_file(struct fetcher *f, struct work *w, const struct gf_transfer *t)
{
    const char *etag = gf_transfer_said(t, GF_TRANSFER_ETAG);
    download_drop(&f->downloads, &w->file);
    if (etag && etag[0] == '"' && strlen(etag) < DOWNLOAD_ETAG &&
        download_begin_part(&f->downloads, &w->file, w->name, work_url(w)->shown, etag) != 0)
        download_drop(&f->downloads, &w->file); /* then without a part */
}

bool fetcher_head(struct gf_transfer *t, long status)
{
    struct work *w = t->owner;
    struct fetcher *f = w->fetcher;
    if (w->resuming && status == 206) {
        body_begin(&w->body, f->store);
        w->misfit = !is_the_rest(w, t) || fetcher_hash_part(w) != 0;
        return !w->misfit;
    }
    if (!options_want(f->opt, status) || status == 304 ||
        (f->opt->follow && answer_redirects(t, status)))
        return false;
    body_begin(&w->body, f->store);
    if (f->opt->resume)
        begin_file(f, w, t);
    return true;
}

int fetcher_take(struct gf_transfer *t, const char *data, size_t len)
{
    struct work *w = t->owner;
    struct fetcher *f = w->fetcher;
    const struct options *o = f->opt;
    bool hold = !o->dir && (o->format == FORMAT_BODY || (o->format == FORMAT_NDJSON && o->body));
    int r = body_take(&w->body, data, len, hold);
    if (r == 0 && o->dir && w->file.fd == -1)
        r = download_open(&f->downloads, &w->file);
    if (r == 0 && o->dir)
        r = download_write(&w->file, data, len);
    w->err = r == 0 ? 0 : errno;
    return r;
}

int fetcher_send(struct fetcher *f, struct work *w)
{
    const struct options *o = f->opt;
    const struct gf_url *url = work_url(w);
    const char *body = w->body_is_dropped ? NULL : w->request.body ? w->request.body : o->data;
    struct extras x = {.trusted = o->nauth_host && options_trust(o, url->origin),
                       .has_body = body != NULL};
    gf_ns limit = w->request.max_time ? w->request.max_time : o->timeout;
    make_condition(f, w, &x);
    if (make_headers(f, w, &x) != 0)
        return -1;
    struct gf_transfer *t = fetcher_take_spare(f);
    if (!t)
        return -1;
    t->on = f->events;
    t->owner = w;
    t->ask = (struct gf_transfer_ask){
        .url = url->text,
        .method = work_method(w, o->method, o->data),
        .body = body,
        .body_len = !body             ? 0
                    : w->request.body ? w->request.body_len
                                      : strlen(body),
        .headers = w->headers  ? w->headers
                   : x.trusted ? f->trusted_headers
                               : o->headers,
        .user = x.trusted ? o->user : NULL,
        .resume_from = w->resuming ? w->file.size : 0,
        .timeout = !limit                     ? 0
                   : limit > w->spent + GF_MS ? limit - w->spent
                                              : GF_MS,
    };
    if (gf_engine_start(&f->engine, t) != 0) {
        fetcher_put_spare(f, t);
        return -1;
    }
    w->transfer = t;
    fetcher_link_in(f, w);
    return 0;
}
