/*
 * work.h - a line under way: its request, where its redirects have led, what its attempts gave.
 *
 * Made when the line starts for the first time, freed when its record is made. Pure data, but for
 * work_free; the moves are in fetcher.c.
 */
#ifndef GF_FETCH_WORK_H
#define GF_FETCH_WORK_H

#include "body.h"
#include "download.h"
#include "line.h"
#include "net/filename.h"
#include "net/request.h"
#include "net/transfer.h"
#include "run/timers.h"

/* An attempt that another one followed. */
struct attempt {
    enum gf_net_error error;
    long status;
    gf_ns wait;
};

struct fetcher;

/* The struct has what a record needs of one line, from several rooms. */
struct work {
    struct line *line;
    struct fetcher *fetcher;
    struct gf_request request;
    struct gf_transfer *transfer; /* while one is under way */
    struct work *next, **link;    /* among those */
    /* the hop */
    struct gf_url hop;    /* zeroed: the request's own URL */
    const char *method;   /* NULL: the request's, or by its body */
    bool body_is_dropped; /* the redirect made a GET of it */
    unsigned redirects;   /* in this attempt */
    struct curl_slist *headers;
    gf_ns sent_mono; /* the request of this hop */
    /* the attempt */
    gf_ns spent; /* on the wire, by earlier hops of the attempt */
    struct body body;
    struct download file;
    int err;           /* errno of a write that failed, or of a part that cannot be read */
    bool conditional;  /* If-None-Match was sent: 304 is an answer */
    bool resuming;     /* the rest of a file was asked for, and a part of it is open */
    bool misfit;       /* and what came is not the rest of it */
    uint64_t whole;    /* bytes that the file will have; UINT64_MAX: not known */
    bool not_modified; /* the answer was 304 */
    /* the line */
    gf_ns begun_mono;
    gf_ns queued_mono, queued; /* since when it waits; how long it has waited in all */
    struct attempt *retries;
    size_t tries, nretries, retries_cap;
    struct gf_timer timer;
    char name[GF_FILENAME_SIZE]; /* --dir */
};

struct work *work_new(struct line *line);
void work_free(struct work *w, const struct downloads *downloads);

/* The method that the line is asked by at first, whatever a redirect makes of it. */
const char *work_first_method(const struct work *w, const char *method, const char *data);

/* The method that is asked by now; `method` and `data` are those of the tool's options, or NULL. */
const char *work_method(const struct work *w, const char *method, const char *data);

/* The URL that is asked now. */
static inline const struct gf_url *work_url(const struct work *w)
{
    return w->hop.text ? &w->hop : &w->request.url;
}

#endif
