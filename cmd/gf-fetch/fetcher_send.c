/*
 * fetcher_send.c - a request on the wire, and where the bytes of its answer go.
 *
 * The head of each hop is made for its origin: secrets of the command line for those that
 * --auth-host names, headers of the line for the line's own.
 */
#include "fetcher_parts.h"

#include <errno.h>
#include <string.h>

/* The head of this hop: what all get, what a trusted origin gets, what the line says for its own
 * origin. -1: out of memory. */
static int make_headers(struct fetcher *f, struct work *w, bool trusted, bool has_body)
{
    struct curl_slist *shared = trusted ? f->trusted_headers : f->opt->headers;
    bool own = w->request.headers && strcmp(work_url(w)->origin, w->request.url.origin) == 0;
    curl_slist_free_all(w->headers);
    w->headers = NULL;
    if (!own && !has_body)
        return 0;
    for (struct curl_slist *h = shared; h; h = h->next)
        if (fetcher_add_header(&w->headers, h->data) != 0)
            return -1;
    for (char **h = w->request.headers; own && *h; h++)
        if (fetcher_add_header(&w->headers, *h) != 0)
            return -1;
    return has_body ? fetcher_add_header(&w->headers, "Expect:")
                    : 0; /* libcurl would wait for a 100 */
}

bool fetcher_head(struct gf_transfer *t, long status)
{
    struct work *w = t->owner;
    struct fetcher *f = w->fetcher;
    bool wanted = options_want(f->opt, status) && !(f->opt->follow && answer_redirects(t, status));
    if (wanted)
        body_begin(&w->body, f->store);
    return wanted;
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
    bool trusted = o->nauth_host && options_trust(o, url->origin);
    gf_ns limit = w->request.max_time ? w->request.max_time : o->timeout;
    if (make_headers(f, w, trusted, body != NULL) != 0)
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
        .headers = w->headers ? w->headers
                   : trusted  ? f->trusted_headers
                              : o->headers,
        .user = trusted ? o->user : NULL,
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
