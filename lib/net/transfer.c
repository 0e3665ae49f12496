/*
 * transfer.c - options in, callbacks, and a verdict.
 *
 * A handle is reset before each use: what one request was told never reaches the next. libcurl
 * keeps connections, names and TLS sessions apart from that.
 *
 * Bounds are ours. libcurl's own bound on a size does not hold for a body without a length before
 * 8.4, and not for decoded bytes before 8.20. Decoded bytes are counted where they arrive. Bytes on
 * the wire matter only where they are decoded: then libcurl is asked for them as they come, even
 * when nothing comes out of the decoder.
 */
#include "net/transfer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    HEAD_MAX = 256 * 1024, /* bytes of all headers of one answer */
    HEADER_MAX = 16 * 1024 /* of one that is kept */
};

/* ---- callbacks ------------------------------------------------------------------------------- */

static const char *const header_names[GF_TRANSFER_HEADERS] = {
    [GF_TRANSFER_ETAG] = "etag",
    [GF_TRANSFER_LOCATION] = "location",
    [GF_TRANSFER_RETRY_AFTER] = "retry-after",
    [GF_TRANSFER_CONTENT_RANGE] = "content-range",
    [GF_TRANSFER_LAST_MODIFIED] = "last-modified",
};

static void forget_head(struct gf_transfer *t)
{
    for (size_t i = 0; i < GF_TRANSFER_HEADERS; i++)
        gf_buf_clear(&t->header[i]);
}

/* Keeps the value when somebody asks for the header; the first one of a name counts. */
static void keep_header(struct gf_transfer *t, const char *line, size_t len)
{
    for (size_t i = 0; i < GF_TRANSFER_HEADERS; i++) {
        size_t n = strlen(header_names[i]);
        if (len <= n || line[n] != ':' || strncasecmp(line, header_names[i], n) != 0)
            continue;
        line += n + 1, len -= n + 1;
        while (len && (*line == ' ' || *line == '\t'))
            line++, len--;
        while (len && strchr(" \t\r\n", line[len - 1]))
            len--;
        if (len && !t->header[i].len && !memchr(line, '\0', len))
            gf_buf_add(&t->header[i], line, len);
        return;
    }
}

static size_t stop(struct gf_transfer *t, enum gf_net_error why)
{
    t->stopped_by = why;
    return 0; /* libcurl takes it as a failed write */
}

static void end_head(struct gf_transfer *t)
{
    long status = 0;
    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
    if (status < 200 || t->head_done) /* an interim answer; or trailers */
        return;
    t->head_done = true;
    t->wanted = t->on->head(t, status);
}

static size_t on_header(char *line, size_t size, size_t n, void *data)
{
    struct gf_transfer *t = data;
    size_t len = size * n;
    t->head_bytes += len;
    if (t->head_bytes > HEAD_MAX)
        return stop(t, GF_NET_TOO_LARGE);
    if (t->head_done)
        return len;
    if (len > 5 && memcmp(line, "HTTP/", 5) == 0)
        forget_head(t);
    else if (len <= 2 && (line[0] == '\r' || line[0] == '\n'))
        end_head(t);
    else
        keep_header(t, line, len);
    return len;
}

static size_t on_body(char *data, size_t size, size_t n, void *arg)
{
    struct gf_transfer *t = arg;
    size_t len = size * n;
    t->decoded += len;
    if (t->decoded > t->config->max_size)
        return stop(t, GF_NET_TOO_LARGE);
    if (!t->wanted || len == 0)
        return len;
    return t->on->take(t, data, len) == 0 ? len : stop(t, GF_NET_WRITE);
}

/* Only of what is decoded: a bomb of empty blocks decodes to nothing for ever. */
static int on_progress(void *arg, curl_off_t dltotal, curl_off_t dlnow, curl_off_t ultotal,
                       curl_off_t ulnow)
{
    struct gf_transfer *t = arg;
    (void)dltotal, (void)ultotal, (void)ulnow;
    if (dlnow < 0 || (uint64_t)dlnow <= t->config->max_size)
        return 0;
    t->stopped_by = GF_NET_TOO_LARGE;
    return 1;
}

int gf_transfer_socket(struct gf_transfer *t, const struct curl_sockaddr *a)
{
    if (gf_addresses_refuse(&t->config->addresses, &a->addr)) {
        t->stopped_by = GF_NET_ADDR_DENIED;
        return CURL_SOCKET_BAD;
    }
    int s = socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
    t->no_socket = s == -1 ? errno : 0;
    return s;
}

/* ---- asking ---------------------------------------------------------------------------------- */

struct gf_transfer *gf_transfer_new(const struct gf_net_config *config)
{
    struct gf_transfer *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->config = config;
    for (size_t i = 0; i < GF_TRANSFER_HEADERS; i++)
        t->header[i].max = HEADER_MAX;
    t->easy = curl_easy_init();
    if (t->easy)
        return t;
    free(t);
    return NULL;
}

void gf_transfer_free(struct gf_transfer *t)
{
    if (!t)
        return;
    curl_easy_cleanup(t->easy);
    for (size_t i = 0; i < GF_TRANSFER_HEADERS; i++)
        gf_buf_release(&t->header[i]);
    free(t);
}

const char *gf_transfer_said(const struct gf_transfer *t, enum gf_transfer_header which)
{
    const struct gf_buf *b = &t->header[which];
    return b->len && !b->failed ? b->data : NULL;
}

static long milliseconds(gf_ns t)
{
    gf_ns ms = (t + GF_MS - 1) / GF_MS;
    return ms > INT32_MAX ? INT32_MAX : (long)ms;
}

/* Sets what is the same for all transfers of the run. */
static CURLcode set_config(CURL *h, const struct gf_net_config *c)
{
    CURLcode bad = CURLE_OK;
#define SET(option, value) (bad = bad ? bad : curl_easy_setopt(h, option, value))
    SET(CURLOPT_NOSIGNAL, 1L); /* a signal handler of libcurl's would be set and unset each time */
#if LIBCURL_VERSION_NUM >= 0x075500
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
#else
    SET(CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
    SET(CURLOPT_QUICK_EXIT, 1L); /* a name that is given up is not waited for, by all */
#endif
    SET(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(c->connect_timeout));
    if (c->low_speed) {
        SET(CURLOPT_LOW_SPEED_LIMIT, (long)c->low_speed);
        SET(CURLOPT_LOW_SPEED_TIME, (long)((c->low_speed_time + GF_S - 1) / GF_S));
    }
    SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)c->max_size);
    if (c->compressed)
        SET(CURLOPT_ACCEPT_ENCODING, "");
    if (c->insecure) {
        SET(CURLOPT_SSL_VERIFYPEER, 0L);
        SET(CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (c->netrc)
        SET(CURLOPT_NETRC, (long)CURL_NETRC_OPTIONAL);
    if (c->http_version)
        SET(CURLOPT_HTTP_VERSION, c->http_version);
    if (c->ip_version)
        SET(CURLOPT_IPRESOLVE, c->ip_version);
    SET(CURLOPT_USERAGENT, c->user_agent);
    if (c->proxy)
        SET(CURLOPT_PROXY, c->proxy);
    if (c->cacert)
        SET(CURLOPT_CAINFO, c->cacert);
    if (c->cert)
        SET(CURLOPT_SSLCERT, c->cert);
    if (c->key)
        SET(CURLOPT_SSLKEY, c->key);
    if (c->resolve)
        SET(CURLOPT_RESOLVE, c->resolve);
    return bad;
}

static CURLcode set_callbacks(CURL *h, struct gf_transfer *t)
{
    CURLcode bad = CURLE_OK;
    SET(CURLOPT_PRIVATE, t);
    SET(CURLOPT_ERRORBUFFER, t->message);
    SET(CURLOPT_HEADERFUNCTION, on_header);
    SET(CURLOPT_HEADERDATA, t);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, t);
    if (t->config->compressed) {
        SET(CURLOPT_NOPROGRESS, 0L);
        SET(CURLOPT_XFERINFOFUNCTION, on_progress);
        SET(CURLOPT_XFERINFODATA, t);
    }
    return bad;
}

static CURLcode set_ask(CURL *h, const struct gf_transfer_ask *a)
{
    CURLcode bad = CURLE_OK;
    SET(CURLOPT_URL, a->url);
    /* To wait for a connection that may take many requests at once pays with TLS, which says in its
     * handshake whether it will. Without, 7.88 waits for the end of the whole first answer. */
    if (strncasecmp(a->url, "https", 5) == 0)
        SET(CURLOPT_PIPEWAIT, 1L);
    if (strcmp(a->method, "HEAD") == 0) {
        SET(CURLOPT_NOBODY, 1L);
        SET(CURLOPT_MAXFILESIZE_LARGE,
            (curl_off_t)0); /* the length is of a body that never comes */
    } else if (a->body || strcmp(a->method, "GET") != 0) {
        SET(CURLOPT_CUSTOMREQUEST, a->method);
    }
    if (a->body) {
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)a->body_len);
        SET(CURLOPT_POSTFIELDS, a->body);
    }
    SET(CURLOPT_HTTPHEADER, a->headers);
    if (a->user) {
        SET(CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        SET(CURLOPT_USERPWD, a->user);
    }
    if (a->timeout)
        SET(CURLOPT_TIMEOUT_MS, milliseconds(a->timeout));
    return bad;
}
#undef SET

int gf_transfer_prepare(struct gf_transfer *t)
{
    curl_easy_reset(t->easy);
    forget_head(t);
    t->result = (struct gf_transfer_result){0};
    t->head_bytes = 0;
    t->decoded = 0;
    t->no_socket = 0;
    t->head_done = t->wanted = t->connected = false;
    t->stopped_by = GF_NET_OK;
    t->message[0] = '\0';
    CURLcode bad = set_config(t->easy, t->config);
    bad = bad ? bad : set_callbacks(t->easy, t);
    bad = bad ? bad : set_ask(t->easy, &t->ask);
    if (t->ask.resume_from) { /* not CURLOPT_RESUME_FROM, which takes a whole answer for an error */
        char range[32];
        snprintf(range, sizeof range, "%llu-", (unsigned long long)t->ask.resume_from);
        bad = bad ? bad : curl_easy_setopt(t->easy, CURLOPT_RANGE, range);
    }
    return bad ? -1 : 0;
}

const char *gf_net_config_fault(const struct gf_net_config *c)
{
    CURL *h = curl_easy_init();
    CURLcode bad = h ? set_config(h, c) : CURLE_OUT_OF_MEMORY;
    curl_easy_cleanup(h);
    return bad ? curl_easy_strerror(bad) : NULL;
}
