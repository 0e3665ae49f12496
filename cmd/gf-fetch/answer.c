/*
 * answer.c - a table of statuses in code: wanted, redirect, failure.
 */
#include "answer.h"

#include <errno.h>
#include <string.h>

bool answer_redirects(const struct gf_transfer *t, long status)
{
    bool leads = status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    return leads && gf_transfer_said(t, GF_TRANSFER_LOCATION);
}

bool answer_becomes_get(long status, const char *method)
{
    if (strcmp(method, "HEAD") == 0 || strcmp(method, "GET") == 0)
        return false;
    return status == 303 || ((status == 301 || status == 302) && strcmp(method, "POST") == 0);
}

void answer_judge(struct verdict *v, const struct gf_transfer *t, const struct options *o, int err)
{
    const struct gf_transfer_result *r = &t->result;
    *v = (struct verdict){.error = r->error, .phase = r->phase, .why = r->why};
    if (r->error == GF_NET_WRITE && err == ENOMEM)
        v->error = gf_net_because(&v->why, GF_NET_MEMORY, NULL, "out of memory");
    else if (r->error == GF_NET_WRITE && err == ENOBUFS)
        gf_net_because(&v->why, GF_NET_WRITE, "-T names another directory",
                       "there is no room for the body in the directory of -T");
    else if (r->error == GF_NET_WRITE && err)
        gf_net_because(&v->why, GF_NET_WRITE, NULL, "cannot write the body: %s", strerror(err));
    if (r->error != GF_NET_OK)
        return;
    v->redirects = o->follow && answer_redirects(t, r->status);
    if (!v->redirects && !options_want(o, r->status))
        v->error = gf_net_because(&v->why, GF_NET_HTTP, NULL, "status %ld", r->status);
}
