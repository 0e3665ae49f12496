/*
 * net_oracle.h - what the fuzzers of lib/net share: what has to hold of each URL that was taken,
 * and of each error.
 */
#ifndef GF_TESTS_FUZZ_NET_ORACLE_H
#define GF_TESTS_FUZZ_NET_ORACLE_H

#include <ctype.h>

#include "net/url.h"
#include "oracle.h"

/* Memory is there, so it says what is wrong with the text. */
static inline void must_be_why(enum gf_net_error e, const struct gf_net_why *why)
{
    MUST(e == GF_NET_BAD_REQUEST || e == GF_NET_PROTO_DENIED);
    MUST(why->what[0] && memchr(why->what, '\0', sizeof why->what));
    MUST(memchr(why->hint, '\0', sizeof why->hint));
}

/* scheme://host:port in lower case, but for the zone of an address. */
static inline void must_be_origin(const char *origin, bool tls)
{
    const char *host = origin + (tls ? 8 : 7), *colon = strrchr(origin, ':');
    MUST(strncmp(origin, tls ? "https://" : "http://", tls ? 8 : 7) == 0);
    MUST(colon > host);
    const char *zone = strstr(host, "%25"), *lower = *host == '[' && zone ? zone : colon;
    for (const char *p = host; p < colon; p++) {
        MUST((unsigned char)*p > 0x20 && *p != 0x7f && !strchr("/?#@\\", *p));
        MUST(p >= lower || !(*p >= 'A' && *p <= 'Z'));
    }
    char *end;
    unsigned long port = strtoul(colon + 1, &end, 10);
    MUST(colon[1] >= '1' && colon[1] <= '9' && !*end && port <= 65535);
}

static inline void must_be_url(const struct gf_url *u)
{
    const char *authority = strstr(u->shown, "://");
    struct gf_url again;
    for (const char *p = u->text; *p; p++)
        MUST((unsigned char)*p > 0x20 && *p != 0x7f && *p != '#');
    for (const char *p = u->shown; *p; p++)
        MUST((unsigned char)*p > 0x20 && *p != 0x7f && *p != '#');
    MUST(authority && u->path > authority && u->path <= u->shown + strlen(u->shown));
    MUST(!*u->path || *u->path == '/' || *u->path == '?');
    MUST(!memchr(authority, '@', (size_t)(u->path - authority)));
    must_be_origin(u->origin, u->tls);
    MUST(gf_url_parse(&again, u->shown, strlen(u->shown), NULL) == GF_NET_OK);
    MUST(!again.secret && again.shown == again.text && again.tls == u->tls);
    MUST(strcmp(again.origin, u->origin) == 0);
    gf_url_release(&again);
}

#endif
