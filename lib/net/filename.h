/*
 * filename.h - the name of the file for a body: readable, and never one that leads elsewhere.
 *
 * A name is one component: no slash, no control character, no dot or dash in front, at most
 * GF_FILENAME_MAX bytes, and it does not end in .part or .part.etag, which are ours. No server
 * chooses one. In this order: the `out` of a request as it is, or an error; its id, made harmless;
 * the last part of its URL and ten digits of the URL's SHA-256, with what is behind the last dot at
 * the end: `report-0f3c9a51be.pdf`.
 *
 *     char name[GF_FILENAME_SIZE];
 *     if (gf_filename_make(name, NULL, NULL, &url, &why) != GF_NET_OK) ...
 *
 * Pure; any thread.
 */
#ifndef GF_NET_FILENAME_H
#define GF_NET_FILENAME_H

#include "net/url.h"

enum {
    GF_FILENAME_MAX = 200,
    GF_FILENAME_SIZE = GF_FILENAME_MAX + 1
};

/* `out` and `id` may be NULL. GF_NET_BAD_REQUEST: `out` is no such name. */
enum gf_net_error gf_filename_make(char name[GF_FILENAME_SIZE], const char *out, const char *id,
                                   const struct gf_url *url, struct gf_net_why *why);

#endif
