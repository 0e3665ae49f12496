/*
 * answer.h - what an answer means: the body that was wanted, a redirect, or a failure.
 *
 * Pure, but for libcurl's list of what a transfer was.
 */
#ifndef GF_FETCH_ANSWER_H
#define GF_FETCH_ANSWER_H

#include "net/transfer.h"
#include "options.h"

struct verdict {
    enum gf_net_error error;
    enum gf_net_phase phase;
    struct gf_net_why why;
    bool redirects; /* it leads to another URL, and that is wanted */
};

/* `err` is the errno of a write of its body that failed, or 0. */
void answer_judge(struct verdict *v, const struct gf_transfer *t, const struct options *o, int err);

/* Whether an answer with this status leads elsewhere: 301, 302, 303, 307 or 308, with a header that
 * says where. */
bool answer_redirects(const struct gf_transfer *t, long status);

/* Whether the redirect makes a GET of the method (RFC 9110, 15.4): 303 of all but HEAD, 301 and 302
 * of POST, as every browser does. */
bool answer_becomes_get(long status, const char *method);

#endif
