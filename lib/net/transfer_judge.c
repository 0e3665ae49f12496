/*
 * transfer_judge.c - how a transfer ended: what libcurl measured, and what its code means.
 *
 * Which of its three time limits passed is told from how long it took.
 */
#include "net/transfer.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

static uint64_t wire_bytes(const struct gf_transfer *t)
{
    curl_off_t bytes = 0;
    curl_easy_getinfo(t->easy, CURLINFO_SIZE_DOWNLOAD_T, &bytes);
    return bytes > 0 ? (uint64_t)bytes : 0;
}

static gf_ns time_of(const struct gf_transfer *t, CURLINFO which)
{
    curl_off_t us = 0;
    curl_easy_getinfo(t->easy, which, &us);
    return us > 0 ? (gf_ns)us * GF_US : 0;
}

static gf_ns step(gf_ns from, gf_ns to)
{
    return to > from ? to - from : 0;
}

static void measure(struct gf_transfer *t)
{
    static const struct {
        long version;
        const char *word;
    } versions[] = {{CURL_HTTP_VERSION_1_0, "1.0"},
                    {CURL_HTTP_VERSION_1_1, "1.1"},
                    {CURL_HTTP_VERSION_2_0, "2"},
                    {CURL_HTTP_VERSION_3, "3"}};
    struct gf_transfer_result *r = &t->result;
    char *text = NULL;
    long version = 0, connects = 0;
    gf_ns dns = time_of(t, CURLINFO_NAMELOOKUP_TIME_T);
    gf_ns connect = time_of(t, CURLINFO_CONNECT_TIME_T);
    gf_ns tls = time_of(t, CURLINFO_APPCONNECT_TIME_T);
    r->times = (struct gf_transfer_times){.dns = dns,
                                          .connect = step(dns, connect),
                                          .tls = step(connect, tls),
                                          .first_byte = time_of(t, CURLINFO_STARTTRANSFER_TIME_T),
                                          .total = time_of(t, CURLINFO_TOTAL_TIME_T)};
    r->decoded = t->decoded;
    r->bytes = wire_bytes(t);
    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &r->status);
    curl_easy_getinfo(t->easy, CURLINFO_NUM_CONNECTS, &connects);
    r->reused = connects == 0 && r->status != 0;
    if (curl_easy_getinfo(t->easy, CURLINFO_PRIMARY_IP, &text) == CURLE_OK && text && *text)
        r->remote_ip = text;
    if (curl_easy_getinfo(t->easy, CURLINFO_CONTENT_TYPE, &text) == CURLE_OK)
        r->content_type = text;
    curl_easy_getinfo(t->easy, CURLINFO_HTTP_VERSION, &version);
    for (size_t i = 0; r->status && i < sizeof versions / sizeof versions[0]; i++)
        if (versions[i].version == version)
            r->http_version = versions[i].word;
}

static enum gf_net_phase phase_of(const struct gf_transfer *t)
{
    /* The time of connecting is there only behind TLS in some versions, in none when TLS failed. */
    long port = 0; /* ours, of a connection that was there */
    curl_easy_getinfo(t->easy, CURLINFO_LOCAL_PORT, &port);
    bool connected = t->connected || port > 0 || time_of(t, CURLINFO_CONNECT_TIME_T) > 0;
    bool tls = strncasecmp(t->ask.url, "https", 5) == 0;
    if (t->head_bytes) /* the time of the first byte is also set when the connection ends */
        return GF_NET_PHASE_BODY;
    if (connected && (!tls || time_of(t, CURLINFO_APPCONNECT_TIME_T) > 0))
        return GF_NET_PHASE_SEND;
    if (connected)
        return GF_NET_PHASE_TLS;
    return time_of(t, CURLINFO_NAMELOOKUP_TIME_T) > 0 ? GF_NET_PHASE_CONNECT : GF_NET_PHASE_DNS;
}

/* One of libcurl's three limits has passed. */
static enum gf_net_error which_limit(const struct gf_transfer *t, enum gf_net_phase phase)
{
    gf_ns total = time_of(t, CURLINFO_TOTAL_TIME_T);
    bool whole = t->ask.timeout && total + 5 * GF_MS >= t->ask.timeout;
    bool early = phase <= GF_NET_PHASE_TLS;
    return whole || early || !t->config->low_speed ? GF_NET_TIMEOUT : GF_NET_LOW_SPEED;
}

static enum gf_net_error error_of(const struct gf_transfer *t, CURLcode code,
                                  enum gf_net_phase phase)
{
    switch (code) {
    case CURLE_OK:
        return GF_NET_OK;
    case CURLE_OUT_OF_MEMORY: /* before 8.6 also of one line of a head that is longer than 100 KiB
                               */
        return phase == GF_NET_PHASE_BODY && !t->head_done ? GF_NET_TOO_LARGE : GF_NET_MEMORY;
#if LIBCURL_VERSION_NUM >= 0x080600
    case CURLE_TOO_LARGE:
        return GF_NET_TOO_LARGE;
#endif
    case CURLE_UNSUPPORTED_PROTOCOL: /* of a connection: what came is no HTTP/1 */
        return phase == GF_NET_PHASE_SEND ? GF_NET_PROTOCOL : GF_NET_PROTO_DENIED;
    case CURLE_URL_MALFORMAT:
        return GF_NET_BAD_REQUEST;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return GF_NET_DNS;
    case CURLE_COULDNT_CONNECT:
    case CURLE_INTERFACE_FAILED:
        return GF_NET_CONNECT;
    case CURLE_OPERATION_TIMEDOUT:
        return which_limit(t, phase);
    case CURLE_FILESIZE_EXCEEDED:
        return GF_NET_TOO_LARGE;
    case CURLE_PARTIAL_FILE:
        return GF_NET_PARTIAL;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_USE_SSL_FAILED:
        return GF_NET_TLS;
    default:
        return phase == GF_NET_PHASE_BODY ? GF_NET_PARTIAL : GF_NET_PROTOCOL;
    }
}

/* What people are told of the limits that are ours. */
static const char *own_words(enum gf_net_error e)
{
    switch (e) {
    case GF_NET_TOO_LARGE:
        return "more than --max-size, or 256 KiB of headers";
    case GF_NET_ADDR_DENIED:
        return "the address is denied";
    case GF_NET_WRITE:
        return "the body cannot be written";
    default:
        return NULL;
    }
}

void gf_transfer_judge(struct gf_transfer *t, CURLcode code)
{
    struct gf_transfer_result *r = &t->result;
    measure(t);
    enum gf_net_phase phase = phase_of(t);
    /* One address that was denied is not the reason when another one of the host was taken. */
    if (t->stopped_by == GF_NET_ADDR_DENIED && code != CURLE_COULDNT_CONNECT)
        t->stopped_by = GF_NET_OK;
    r->error = code != CURLE_OK && t->stopped_by ? t->stopped_by : error_of(t, code, phase);
    for (size_t i = 0; i < GF_TRANSFER_HEADERS; i++)
        if (t->header[i].failed == ENOMEM)
            r->error = GF_NET_MEMORY;
    if (r->error == GF_NET_OK)
        return;
    r->phase = r->error == GF_NET_DNS ? GF_NET_PHASE_DNS : phase;
    const char *words = own_words(r->error);
    if (r->error == GF_NET_TOO_LARGE && code == CURLE_OUT_OF_MEMORY) /* which, it does not say */
        words = "a line of the head that is too long, or out of memory";
    if (r->error == GF_NET_CONNECT && t->no_socket)
        words = strerror(t->no_socket); /* libcurl says that it could not connect */
    if (!words)
        words = t->message[0] ? t->message : curl_easy_strerror(code);
    gf_net_because(&r->why, r->error, NULL, "%s", words);
}
