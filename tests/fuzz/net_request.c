/*
 * net_request.c - gf_request_parse: whatever a line says, no byte of it ends a line of the head,
 * and its origin is in one spelling.
 */
#include "net/request.h"

#include "net_oracle.h"

static void must_be_request(const struct gf_request *r)
{
    must_be_url(&r->url);
    MUST(!r->method || gf_request_is_method(r->method));
    for (char **h = r->headers; h && *h; h++) {
        MUST(gf_request_is_header(*h, strlen(*h)) && !gf_request_is_framing(*h));
        MUST(!strpbrk(*h, "\r\n"));
    }
    MUST(r->body || r->body_len == 0);
    MUST(r->max_time >= 0);
    if (r->id_is_number)
        MUST(r->id && r->id[strspn(r->id, "-0123456789")] == '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gf_request r;
    struct gf_net_why why = {0};
    enum gf_net_error e = gf_request_parse(&r, (const char *)data, size, &why);
    if (e == GF_NET_OK)
        must_be_request(&r);
    else
        must_be_why(e, &why);
    gf_request_release(&r);
    return 0;
}
