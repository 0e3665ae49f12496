/*
 * url.h - the address of a request: http or https, whose origin it has, and what may be shown of
 * it.
 *
 * Read by libcurl's own parser (curl_url(3)), so that what is checked here is what libcurl connects
 * to. An origin is scheme, host and port (RFC 6454), in one spelling: `https://example.com:443`.
 * A user and a password in it are for libcurl alone; `shown` is without them, and without the
 * fragment, which no server sees.
 *
 *     struct gf_url u;
 *     enum gf_net_error e = gf_url_parse(&u, "http://me:secret@example.com/a#b", 32, &why);
 *     u.origin       "http://example.com:80"
 *     u.shown        "http://example.com/a"
 *     gf_url_release(&u);
 *
 * Pure; any thread. A zeroed struct is safe to release.
 */
#ifndef GF_NET_URL_H
#define GF_NET_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "net/fault.h"

struct gf_url {
    char *text;       /* as libcurl is to be given it, without the fragment */
    char *shown;      /* the same without user and password; may be `text` */
    char *origin;     /* in one spelling */
    const char *path; /* in `shown`: from the first slash behind the host on */
    bool tls;         /* https */
    bool secret;      /* there is a user or a password in it */
};

/* What stands for a user and a password that were cut out of text which is no URL. */
#define GF_URL_CUT "***"

/*
 * GF_NET_OK, GF_NET_BAD_REQUEST (no URL), GF_NET_PROTO_DENIED (another scheme) or GF_NET_MEMORY;
 * `why` says more. Nothing is to be released after an error. A control character or a blank is
 * refused.
 */
enum gf_net_error gf_url_parse(struct gf_url *u, const char *text, size_t len,
                               struct gf_net_why *why);

/* Where `location`, the value of a header of the answer to `from`, leads (RFC 3986, 5.2). It has no
 * user and password but its own. */
enum gf_net_error gf_url_follow(struct gf_url *u, const struct gf_url *from, const char *location,
                                struct gf_net_why *why);

/* Only scheme, host and port are given, as in `https://example.com` and `http://[::1]:8080`: for an
 * option that takes an origin. */
enum gf_net_error gf_url_parse_origin(struct gf_url *u, const char *text, struct gf_net_why *why);

void gf_url_release(struct gf_url *u);

/* Text that may be a URL with a user and a password, or may be no URL at all: these are cut out of
 * it, in place. The length that is left. */
size_t gf_url_hide(char *text, size_t len);

#endif
