/*
 * address.h - where state lies on a Redis server, as -S and NAMEs say it.
 *
 *     redis://[[USER]:PASSWORD@]HOST[:PORT][/DB]#NAME      HOST may be [an IPv6 address]
 *     redis+unix:///PATH[?db=DB]#NAME                      a socket of this machine
 *
 *     struct gf_redis_address a;
 *     struct gf_perr e;
 *     if (gf_redis_is_address(text) && gf_redis_address_parse(&a, text, &e) == 0) ...
 *     gf_error("cannot reach %s", a.shown);
 *     gf_redis_address_release(&a);
 *
 * USER, PASSWORD, PATH and NAME may have bytes as %XX; a # in front of NAME and an @ in it must be
 * written so. NAME is 1 to 200 bytes, without control
 * bytes and braces: it is a part of every key (gf:{NAME}:...), whose braces put all keys of a name
 * on one node. The port is 6379 and the database 0 unless told. `rediss://` (TLS) is recognized,
 * and refused by the parser, since hiredis 0.14 has no TLS.
 *
 * Source of the form: the schemes "redis" and "rediss" as registered at IANA (2014), whose fragment
 * is free. Pure; any thread.
 */
#ifndef GF_REDIS_ADDRESS_H
#define GF_REDIS_ADDRESS_H

#include <stdbool.h>

#include "base/perr.h"

struct gf_redis_address {
    char *host, *port;     /* NULL: it is a socket, */
    char *path;            /* of this name */
    char *user, *password; /* NULL: none was given */
    unsigned db;
    char *name;
    char *shown; /* the address without user and password, for messages; @ in the name is %40 */
};

enum {
    GF_REDIS_NAME_MAX = 200,
    GF_REDIS_DB_MAX = 1 << 20
};

/* Whether the text begins as an address of a server does, right or wrong: with SCHEME://, or as one
 * of ours that was mistyped (Redis://, redis:/). Any other is a NAME or a path. */
bool gf_redis_is_address(const char *text);

/* -1 with EINVAL and `e`, or ENOMEM; *a is released then. The caller releases it otherwise. */
int gf_redis_address_parse(struct gf_redis_address *a, const char *text, struct gf_perr *e);
void gf_redis_address_release(struct gf_redis_address *a);

/* A copy of a text that was refused, with a star for each byte that may be of a password
 * (base/mask.h), for messages; the caller's. NULL: memory is out. */
char *gf_redis_address_mask(const char *text);

#endif
