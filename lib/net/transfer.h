/*
 * transfer.h - one request on the wire and its answer: what libcurl is told, and what it said.
 *
 * One transfer is one answer: a redirect is followed by who asks, as a further transfer, since it
 * may lead to another host, with a queue and with secrets of its own. The bytes of an answer are
 * handed to `take` as they come; its head is complete before (`head`). How much may come is counted
 * here, on the wire and decoded, whatever libcurl's version counts.
 *
 *     struct gf_transfer *t = gf_transfer_new(&config);
 *     t->on = &events, t->owner = me;
 *     t->ask = (struct gf_transfer_ask){.url = "https://example.com/", .method = "GET"};
 *     gf_engine_start(&engine, t);                 // net/engine.h; `done` is called once
 *     ... in done: t->result ...
 *     gf_transfer_free(t);                         // or ask again with it: faster than a new one
 *
 * What `ask` points to stays the owner's, unchanged until `done`. One thread.
 */
#ifndef GF_NET_TRANSFER_H
#define GF_NET_TRANSFER_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "net/address.h"
#include "net/fault.h"

/* The same for all transfers of a run; borrowed texts, NULL: none. */
struct gf_net_config {
    struct gf_addresses addresses;
    gf_ns connect_timeout;
    uint64_t low_speed; /* bytes a second; 0: any speed will do */
    gf_ns low_speed_time;
    uint64_t max_size; /* bytes of a body */
    bool compressed;
    bool insecure;
    bool netrc;
    long http_version; /* of CURLOPT_HTTP_VERSION; 0: libcurl's choice */
    long ip_version;   /* of CURLOPT_IPRESOLVE; 0: any */
    const char *user_agent, *proxy, *cacert, *cert, *key;
    struct curl_slist *resolve;
};

struct gf_transfer_ask {
    const char *url;
    const char *method;
    const char *body; /* NULL: none */
    size_t body_len;
    struct curl_slist *headers;
    const char *user;     /* "name:password" for this one, or NULL */
    uint64_t resume_from; /* bytes that are there already: those behind them are asked for */
    gf_ns timeout;        /* 0: none */
};

struct gf_transfer_times {
    gf_ns dns, connect, tls; /* how long each took */
    gf_ns first_byte, total; /* since the transfer began */
};

struct gf_transfer_result {
    enum gf_net_error error; /* GF_NET_OK: an answer came whole, whatever its status */
    enum gf_net_phase phase; /* with an error */
    struct gf_net_why why;
    long status;             /* 0: none came */
    uint64_t bytes, decoded; /* of the body: on the wire, and as it was taken */
    struct gf_transfer_times times;
    const char *remote_ip, *http_version, *content_type; /* until the transfer is used again */
    bool reused;                                         /* the connection */
};

struct gf_transfer;

struct gf_transfer_events {
    /* The head of the answer is complete. false: nobody wants the body, it is only counted. */
    bool (*head)(struct gf_transfer *t, long status);
    /* Bytes of the body. -1: they cannot be taken, and the transfer ends with GF_NET_WRITE. */
    int (*take)(struct gf_transfer *t, const char *data, size_t len);
    /* It is over: t->result is set. It may be freed or started again. */
    void (*done)(struct gf_transfer *t);
};

/* Values of the answer's headers that somebody asks for. */
enum gf_transfer_header {
    GF_TRANSFER_ETAG,
    GF_TRANSFER_LOCATION,
    GF_TRANSFER_RETRY_AFTER,
    GF_TRANSFER_CONTENT_RANGE,
    GF_TRANSFER_LAST_MODIFIED,
    GF_TRANSFER_HEADERS
};

struct gf_transfer {
    const struct gf_transfer_events *on;
    void *owner;
    struct gf_transfer_ask ask;
    struct gf_transfer_result result;
    const struct gf_net_config *config;
    CURL *easy;
    struct gf_buf header[GF_TRANSFER_HEADERS]; /* len 0: there was none */
    size_t head_bytes;
    uint64_t decoded;
    bool head_done, wanted;
    bool connected;  /* a socket that was opened for it had a peer when it was closed */
    unsigned opened; /* sockets that were opened for it */
    int no_socket;   /* errno, when the system gave none for the last address */
    void *engine;    /* of net/engine.c */
    enum gf_net_error stopped_by; /* why we stopped it ourselves */
    char message[CURL_ERROR_SIZE];
};

/* NULL: out of memory. */
struct gf_transfer *gf_transfer_new(const struct gf_net_config *config);
void gf_transfer_free(struct gf_transfer *t);

/* For net/engine.c: tells libcurl what is asked. -1: out of memory. */
int gf_transfer_prepare(struct gf_transfer *t);

/* For net/engine.c: a socket for an address; CURL_SOCKET_BAD: it is denied, or there is none. */
int gf_transfer_socket(struct gf_transfer *t, const struct curl_sockaddr *a);

/* For net/engine.c: sets the result. */
void gf_transfer_judge(struct gf_transfer *t, CURLcode code);

/* A header of the answer, or NULL. */
const char *gf_transfer_said(const struct gf_transfer *t, enum gf_transfer_header which);

/* What the options of a run come down to is checked once: NULL, or what libcurl cannot do. */
const char *gf_net_config_fault(const struct gf_net_config *c);

#endif
