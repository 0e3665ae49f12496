/*
 * work.c - the beginning and the end of a line under way.
 */
#include "work.h"

#include <stdlib.h>

struct work *work_new(struct line *line)
{
    struct work *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->line = line;
    w->file.fd = -1;
    w->timer.owner = w;
    line->work = w;
    return w;
}

void work_free(struct work *w, const struct downloads *downloads)
{
    gf_request_release(&w->request);
    gf_url_release(&w->hop);
    curl_slist_free_all(w->headers);
    body_forget(&w->body);
    download_keep(downloads, &w->file);
    free(w->retries);
    w->line->work = NULL;
    free(w);
}

const char *work_first_method(const struct work *w, const char *method, const char *data)
{
    if (w->request.method)
        return w->request.method;
    if (method)
        return method;
    return w->request.body || data ? "POST" : "GET";
}

const char *work_method(const struct work *w, const char *method, const char *data)
{
    return w->method ? w->method : work_first_method(w, method, data);
}
