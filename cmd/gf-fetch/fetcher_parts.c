/*
 * fetcher_parts.c - what each move of the fetcher may need: a line ends, waits for its host, is on
 * the wire or is not.
 */
#include "fetcher_parts.h"

#include <errno.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/grow.h"

void fetcher_put_spare(struct fetcher *f, struct gf_transfer *t)
{
    struct gf_transfer **more = gf_grow(f->spare, &f->spare_cap, f->nspare + 1, sizeof *more);
    if (!more) {
        gf_transfer_free(t);
        return;
    }
    f->spare = more;
    more[f->nspare++] = t;
}

struct gf_transfer *fetcher_take_spare(struct fetcher *f)
{
    return f->nspare ? f->spare[--f->nspare] : gf_transfer_new(&f->opt->net);
}

void fetcher_end(struct fetcher *f, struct work *w, const struct verdict *v,
                 const struct gf_transfer *t)
{
    struct line *line = w->line;
    struct outcome out = {.error = v->error,
                          .phase = v->phase,
                          .why = &v->why,
                          .transfer = t,
                          .work = w,
                          .request = &w->request};
    f->on_end(f->owner, line, &out);
    work_free(w, &f->downloads);
}

void fetcher_end_with(struct fetcher *f, struct work *w, enum gf_net_error e, const char *what)
{
    struct verdict v = {.error = e};
    gf_net_because(&v.why, e, NULL, "%s", what);
    fetcher_end(f, w, &v, NULL);
}

void fetcher_end_without_memory(struct fetcher *f, struct work *w)
{
    fetcher_end_with(f, w, GF_NET_MEMORY, "out of memory");
}

int fetcher_wait(struct fetcher *f, struct work *w)
{
    gf_ns now = gf_now_mono();
    struct gf_host *h = gf_hosts_find(&f->hosts, work_url(w)->origin, now);
    if (!h)
        return -1;
    w->queued_mono = now;
    gf_hosts_add_first(&f->hosts, h, &w->line->item, now);
    return 0;
}

void fetcher_link_in(struct fetcher *f, struct work *w)
{
    w->next = f->under_way;
    w->link = &f->under_way;
    if (w->next)
        w->next->link = &w->next;
    f->under_way = w;
    f->active++;
}

void fetcher_link_out(struct fetcher *f, struct work *w)
{
    *w->link = w->next;
    if (w->next)
        w->next->link = w->link;
    f->active--;
}

int fetcher_add_header(struct curl_slist **list, const char *text)
{
    struct curl_slist *more = curl_slist_append(*list, text);
    if (!more)
        return -1;
    *list = more;
    return 0;
}

int fetcher_hash_part(struct work *w)
{
    char piece[8192];
    for (uint64_t at = 0; at < w->file.size;) {
        ssize_t n = gf_pread(w->file.fd, piece, sizeof piece, (off_t)at);
        if (n <= 0) {
            w->err = n < 0 ? errno : EIO; /* shorter than it was */
            return -1;
        }
        gf_sha256_add(&w->body.hash, piece, (size_t)n);
        at += (uint64_t)n;
    }
    return 0;
}
