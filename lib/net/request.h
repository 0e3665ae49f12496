/*
 * request.h - a line of input as a request: a URL, or an object of JSON with one.
 *
 *     https://example.com/a
 *     {"url":"https://example.com/b","id":"b","method":"POST","headers":{"X-A":"1"},"body":"..."}
 *
 * Keys of the object: url, and any of id (a text or a whole number), method, headers (an object of
 * texts, or a list of texts "Name: value"), body, body_base64, out, sha256 (64 hexadecimal digits),
 * max_time (seconds, or a duration as text). Any other key is refused, for it would be passed over
 * in silence. The object is read by jansson; a key that stands there twice is refused.
 *
 *     struct gf_request r;
 *     enum gf_net_error e = gf_request_parse(&r, line, len, &why);
 *     ... r.url.origin, r.method (NULL: the tool's) ...
 *     gf_request_release(&r);
 *
 * Whatever it says, id is set as far as it could be read, so that a record can name it. Memory is
 * the struct's; a zeroed one is safe to release. Any thread.
 */
#ifndef GF_NET_REQUEST_H
#define GF_NET_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "net/url.h"

struct gf_request {
    struct gf_url url;
    char *id; /* NULL: none */
    bool id_is_number;
    char *method;   /* as it was written; NULL: none was said */
    char **headers; /* "Name: value", or "Name;" with an empty value; ended by NULL, or NULL */
    char *body;     /* NULL: none */
    size_t body_len;
    char *out; /* the name of a file; NULL: none */
    bool has_sha256;
    unsigned char sha256[32];
    gf_ns max_time; /* of an attempt; 0: the tool's */
};

/* GF_NET_OK, or an error that `why` explains, as gf_url_parse. */
enum gf_net_error gf_request_parse(struct gf_request *r, const char *line, size_t len,
                                   struct gf_net_why *why);

void gf_request_release(struct gf_request *r);

/* Whether a method can be sent: letters and digits and !#$%&'*+-.^_`|~ (a token of RFC 9110). */
bool gf_request_is_method(const char *method);

/* Whether it is a header, "Name: value" or "Name;": the name a token, the value without CR, LF and
 * NUL. */
bool gf_request_is_header(const char *text, size_t len);

/* Whether the header is one of those that prove who we are: Authorization, Cookie,
 * Proxy-Authorization. */
bool gf_request_is_secret(const char *header);

/* Whether it says where the request ends, which is not for a user to say: Content-Length,
 * Transfer-Encoding. */
bool gf_request_is_framing(const char *header);

#endif
