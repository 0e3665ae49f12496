/*
 * url.c - a first look of our own, then libcurl's parser.
 *
 * The look is for what people mistype and what libcurl is lenient with: a scheme that is missing
 * (it would guess one), one slash or three behind it, blanks and control characters. It also says
 * which scheme it is, so that `ftp://` is told as one that is not spoken here and `exampel.com` as
 * text without a scheme. The fragment is cut off behind the look: libcurl would take its slashes
 * for those of the path when a redirect is relative.
 */
#include "net/url.h"

#include <ctype.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Bytes of the scheme in front of `://`, 0: there is none. */
static size_t scheme_length(const char *text)
{
    size_t n = 0;
    if (!isalpha((unsigned char)text[0]))
        return 0;
    while (isalnum((unsigned char)text[n]) || (text[n] && strchr("+.-", text[n])))
        n++;
    return strncmp(text + n, "://", 3) == 0 ? n : 0;
}

static enum gf_net_error refuse_bytes(const char *text, size_t len, struct gf_net_why *why)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            return gf_net_because(why, GF_NET_BAD_REQUEST, NULL,
                                  "a control character (0x%02x) in the URL",
                                  (unsigned char)text[i]);
        else if (text[i] == ' ')
            return gf_net_because(why, GF_NET_BAD_REQUEST, "a blank in a URL is written %20",
                                  "a blank in the URL");
    return GF_NET_OK;
}

/* Whether the host is written with percent signs; in brackets one is of a zone. libcurl decodes
 * them behind its look at numbers, and the host would have two spellings. */
static bool has_percent(const char *authority)
{
    size_t len = strcspn(authority, "/?#");
    const char *at = memrchr(authority, '@', len), *host = at ? at + 1 : authority;
    return *host != '[' && memchr(host, '%', len - (size_t)(host - authority));
}

/* What the look finds wrong. */
static enum gf_net_error look(const char *text, size_t len, bool *tls, struct gf_net_why *why)
{
    enum gf_net_error e = refuse_bytes(text, len, why);
    if (e != GF_NET_OK)
        return e;
    size_t n = scheme_length(text);
    if (n == 0)
        return gf_net_because(why, GF_NET_BAD_REQUEST, "a URL begins with https:// or http://",
                              "no URL: the scheme is missing");
    *tls = n == 5 && strncasecmp(text, "https", 5) == 0;
    if (!*tls && !(n == 4 && strncasecmp(text, "http", 4) == 0))
        return gf_net_because(why, GF_NET_PROTO_DENIED, NULL,
                              "only http and https are fetched, not %.*s", (int)(n < 40 ? n : 40),
                              text);
    if (text[n + 3] == '/' || text[n + 3] == '\0')
        return gf_net_because(why, GF_NET_BAD_REQUEST, NULL, "a URL without a host");
    if (has_percent(text + n + 3))
        return gf_net_because(why, GF_NET_BAD_REQUEST, NULL, "no URL: a %% in the host");
    return GF_NET_OK;
}

static enum gf_net_error no_memory(struct gf_net_why *why)
{
    return gf_net_because(why, GF_NET_MEMORY, NULL, "out of memory");
}

static enum gf_net_error bad_port(struct gf_net_why *why)
{
    return gf_net_because(why, GF_NET_BAD_REQUEST, "a port is 1 to 65535", "no URL: bad port");
}

/* Letters, digits and what else stands for itself in a URL (RFC 6874). */
static bool is_zone(const char *zone)
{
    size_t n = 0;
    while (isalnum((unsigned char)zone[n]) || (zone[n] && strchr("-._~", zone[n])))
        n++;
    return n > 0 && !zone[n];
}

/* A host in lower case, with the zone of an address of one link: the same address in another zone
 * is another host. */
static char *put_host(char *p, const char *host, const char *zone)
{
    size_t len = strlen(host) - (zone != NULL); /* without the bracket */
    for (size_t i = 0; i < len; i++)
        *p++ = (char)tolower((unsigned char)host[i]);
    return zone ? stpcpy(stpcpy(stpcpy(p, "%25"), zone), "]") : p;
}

/* `scheme://host:port` of what the handle has. */
static enum gf_net_error make_origin(struct gf_url *u, CURLU *h, struct gf_net_why *why)
{
    char *host = NULL, *port = NULL, *zone = NULL;
    enum gf_net_error e = GF_NET_OK;
    CURLUcode hc = curl_url_get(h, CURLUPART_HOST, &host, 0);
    CURLUcode pc = curl_url_get(h, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT);
    CURLUcode zc = curl_url_get(h, CURLUPART_ZONEID, &zone, 0);
    if (hc == CURLUE_OUT_OF_MEMORY || pc == CURLUE_OUT_OF_MEMORY || zc == CURLUE_OUT_OF_MEMORY) {
        e = no_memory(why);
    } else if (hc != CURLUE_OK || pc != CURLUE_OK || !host[0]) {
        e = gf_net_because(why, GF_NET_BAD_REQUEST, NULL, "a URL without a host");
    } else if (zone && !is_zone(zone)) {
        e = gf_net_because(why, GF_NET_BAD_REQUEST, NULL, "no URL: a zone is a name or a number");
    } else if (strcmp(port, "0") == 0) {
        e = bad_port(why);
    } else {
        size_t size = strlen(host) + strlen(port) + sizeof "https://:";
        u->origin = malloc(size + (zone ? strlen(zone) + sizeof "%25" : 0));
        if (!u->origin) {
            e = no_memory(why);
        } else {
            char *p = stpcpy(u->origin, u->tls ? "https://" : "http://");
            p = put_host(p, host, zone);
            *p++ = ':';
            memcpy(p, port, strlen(port) + 1);
        }
    }
    curl_free(host);
    curl_free(port);
    curl_free(zone);
    return e;
}

/* Whether it may have a user or a password: one that memory is too short for is one, too. */
static bool has_part(CURLU *h, CURLUPart part, CURLUcode none)
{
    char *value = NULL;
    bool has = curl_url_get(h, part, &value, 0) != none;
    curl_free(value);
    return has;
}

/* The URL of the handle without user and password. */
static enum gf_net_error make_shown(struct gf_url *u, CURLU *h, struct gf_net_why *why)
{
    char *url = NULL;
    u->secret = has_part(h, CURLUPART_USER, CURLUE_NO_USER) ||
                has_part(h, CURLUPART_PASSWORD, CURLUE_NO_PASSWORD);
    u->shown = u->text;
    if (!u->secret)
        return GF_NET_OK;
    if (curl_url_set(h, CURLUPART_USER, NULL, 0) != CURLUE_OK ||
        curl_url_set(h, CURLUPART_PASSWORD, NULL, 0) != CURLUE_OK ||
        curl_url_get(h, CURLUPART_URL, &url, 0) != CURLUE_OK) {
        u->shown = NULL;
        return no_memory(why);
    }
    u->shown = strdup(url);
    curl_free(url);
    return u->shown ? GF_NET_OK : no_memory(why);
}

static enum gf_net_error bad_url(CURLUcode code, struct gf_net_why *why)
{
    if (code == CURLUE_OUT_OF_MEMORY)
        return no_memory(why);
    if (code == CURLUE_BAD_PORT_NUMBER)
        return bad_port(why);
    return gf_net_because(why, GF_NET_BAD_REQUEST, NULL, "no URL that can be read");
}

enum gf_net_error gf_url_parse(struct gf_url *u, const char *text, size_t len,
                               struct gf_net_why *why)
{
    *u = (struct gf_url){.text = strndup(text, len)};
    CURLU *h = curl_url();
    enum gf_net_error e = u->text && h ? look(u->text, len, &u->tls, why) : no_memory(why);
    if (e == GF_NET_OK) {
        u->text[strcspn(u->text, "#")] = '\0';
        CURLUcode code = curl_url_set(h, CURLUPART_URL, u->text, 0);
        e = code == CURLUE_OK ? GF_NET_OK : bad_url(code, why);
    }
    if (e == GF_NET_OK)
        e = make_origin(u, h, why);
    if (e == GF_NET_OK)
        e = make_shown(u, h, why);
    curl_url_cleanup(h);
    if (e != GF_NET_OK) {
        gf_url_release(u);
        return e;
    }
    const char *host = u->shown + scheme_length(u->shown) + 3;
    u->path = host + strcspn(host, "/?#");
    return GF_NET_OK;
}

enum gf_net_error gf_url_follow(struct gf_url *u, const struct gf_url *from, const char *location,
                                struct gf_net_why *why)
{
    char *url = NULL;
    if (location[0] == '#' || !location[0]) /* libcurl takes it for a name that is empty */
        return gf_url_parse(u, from->shown, strlen(from->shown), why);
    CURLU *h = curl_url();
    CURLUcode code = h ? curl_url_set(h, CURLUPART_URL, from->shown, 0) : CURLUE_OUT_OF_MEMORY;
    if (code == CURLUE_OK)
        code = curl_url_set(h, CURLUPART_URL, location, CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE);
    if (code == CURLUE_BAD_SCHEME) /* that of `from` is lost: 7.88 goes on without memory for it */
        code = CURLUE_OUT_OF_MEMORY;
    if (code == CURLUE_OK)
        code = curl_url_set(h, CURLUPART_FRAGMENT, NULL, 0);
    if (code == CURLUE_OK)
        code = curl_url_get(h, CURLUPART_URL, &url, 0);
    enum gf_net_error e =
        code == CURLUE_OK ? gf_url_parse(u, url, strlen(url), why) : bad_url(code, why);
    curl_free(url);
    curl_url_cleanup(h);
    return e;
}

enum gf_net_error gf_url_parse_origin(struct gf_url *u, const char *text, struct gf_net_why *why)
{
    enum gf_net_error e = gf_url_parse(u, text, strlen(text), why);
    if (e != GF_NET_OK)
        return e;
    if (u->secret || strchr(text, '#') || (u->path[0] && strcmp(u->path, "/") != 0)) {
        gf_url_release(u);
        return gf_net_because(why, GF_NET_BAD_REQUEST,
                              "an origin is a scheme, a host and a port: https://example.com",
                              "more than an origin");
    }
    return GF_NET_OK;
}

void gf_url_release(struct gf_url *u)
{
    if (u->shown != u->text)
        free(u->shown);
    free(u->text);
    free(u->origin);
    *u = (struct gf_url){0};
}

size_t gf_url_hide(char *text, size_t len)
{
    char *at = memrchr(text, '@', len);
    if (!at)
        return len;
    /* One behind the first `@` begins no URL that the password of the first is in. */
    char *first = memchr(text, '@', len);
    char *begin = memmem(text, (size_t)(first - text), "://", 3);
    begin = begin ? begin + 3 : text;
    size_t cut = (size_t)(at - begin), mark = strlen(GF_URL_CUT);
    mark = cut < mark ? cut : mark; /* it never grows */
    memcpy(begin, GF_URL_CUT, mark);
    memmove(begin + mark, at, len - (size_t)(at - text));
    return len - cut + mark;
}
