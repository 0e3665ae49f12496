/*
 * values.c - the values of options that are more than a number, a time or a word.
 *
 * Each says what is wrong, and with which part of the text.
 */
#include "options_parts.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/duration.h"
#include "base/grow.h"
#include "base/msg.h"
#include "base/num.h"
#include "net/request.h"
#include "net/url.h"

static int no_memory(void)
{
    gf_error_nomem();
    return -1;
}

int value_header(struct options *o, const char *text)
{
    size_t len = strlen(text);
    if (!gf_request_is_header(text, len)) {
        gf_error("bad header '%s': it is \"Name: value\"", text);
        return -1;
    }
    if (gf_request_is_framing(text)) {
        gf_error("bad header '%s': it follows from the body", text);
        return -1;
    }
    struct curl_slist **list = gf_request_is_secret(text) ? &o->secret_headers : &o->headers;
    struct curl_slist *more = curl_slist_append(*list, text);
    if (!more)
        return no_memory();
    *list = more;
    return 0;
}

int value_origin(struct options *o, const char *text)
{
    struct gf_net_why why = {0};
    struct gf_url u;
    enum gf_net_error e = gf_url_parse_origin(&u, text, &why);
    if (e == GF_NET_MEMORY)
        return no_memory();
    if (e != GF_NET_OK) {
        char *shown = strdup(text);
        if (!shown)
            return no_memory();
        shown[gf_url_hide(shown, strlen(shown))] = '\0';
        gf_error("bad origin '%s': %s", shown, why.what);
        free(shown);
        if (why.hint[0])
            gf_hint("%s", why.hint);
        return -1;
    }
    char *origin = strdup(u.origin);
    gf_url_release(&u);
    char **more =
        origin ? gf_grow(o->auth_host, &o->auth_host_cap, o->nauth_host + 1, sizeof *more) : NULL;
    if (!more) {
        free(origin);
        return no_memory();
    }
    o->auth_host = more;
    more[o->nauth_host++] = origin;
    return 0;
}

static int bad_status(const char *text, const struct gf_perr *e)
{
    gf_error_parse("status list", text, strlen(text), e);
    return -1;
}

/* `200-399,404` */
int value_statuses(struct options *o, const char *text)
{
    struct gf_perr e;
    for (const char *p = text;; p++) {
        size_t len = strcspn(p, ","), first = strcspn(p, "-,");
        uint64_t from, to;
        struct gf_perr inner;
        size_t col = (size_t)(p - text);
        if (gf_parse_count(p, first, 100, 999, &from, &inner) != 0) {
            gf_perr_say(&e, col, first, "such as 200-299,404", "a status is 100 to 999");
            return bad_status(text, &e);
        }
        to = from;
        if (first < len &&
            gf_parse_count(p + first + 1, len - first - 1, from, 999, &to, &inner) != 0) {
            gf_perr_say(&e, col + first + 1, len - first - 1, NULL,
                        "no status behind the first one");
            return bad_status(text, &e);
        }
        struct status_range *more =
            gf_grow(o->ok_status, &o->ok_status_cap, o->nok_status + 1, sizeof *more);
        if (!more)
            return no_memory();
        o->ok_status = more;
        more[o->nok_status++] = (struct status_range){(long)from, (long)to};
        p += len;
        if (!*p)
            return 0;
    }
}

/* `1/30s`: bytes a second, for how long. */
int value_low_speed(struct options *o, const char *text)
{
    const char *slash = strchr(text, '/');
    struct gf_perr e;
    uint64_t bytes;
    gf_ns time;
    if (!slash) {
        gf_perr_say(&e, strlen(text), 0, NULL, "it is N/DUR, such as 100/30s");
    } else if (gf_parse_count(text, (size_t)(slash - text), 0, INT32_MAX, &bytes, &e) != 0) {
        /* the column is that of the text */
    } else if (gf_parse_duration(slash + 1, strlen(slash + 1), &time, &e) != 0) {
        e.col += (size_t)(slash + 1 - text);
    } else if (time < GF_S) {
        gf_perr_say(&e, (size_t)(slash + 1 - text), strlen(slash + 1), NULL, "less than a second");
    } else {
        o->net.low_speed = bytes;
        o->net.low_speed_time = time;
        return 0;
    }
    gf_error_parse("speed", text, strlen(text), &e);
    return -1;
}

int value_network(const struct gf_optparser *p, struct gf_addresses *rules, bool deny)
{
    struct gf_perr e = {0};
    int r = deny ? gf_addresses_deny(rules, p->value, &e) : gf_addresses_allow(rules, p->value, &e);
    if (r != 0 && e.what[0])
        gf_error_parse("network", p->value, strlen(p->value), &e);
    else if (r != 0)
        return no_memory();
    return r;
}

/* Whether it is addresses with commas between; one of IPv6 may stand in brackets. */
static bool is_addresses(const char *text)
{
    char one[INET6_ADDRSTRLEN];
    unsigned char bytes[16];
    for (const char *p = text;; p++) {
        size_t len = strcspn(p, ","), skip = *p == '[' && p[len - 1] == ']';
        if (len - 2 * skip >= sizeof one)
            return false;
        snprintf(one, sizeof one, "%.*s", (int)(len - 2 * skip), p + skip);
        if (inet_pton(AF_INET, one, bytes) != 1 && inet_pton(AF_INET6, one, bytes) != 1)
            return false;
        p += len;
        if (!*p)
            return true;
    }
}

/* libcurl looks at it when the first request starts, and then fails each of them. */
int value_resolve(struct options *o, const char *text)
{
    size_t host = strcspn(text, ":");
    const char *port = text + host + (text[host] == ':');
    size_t digits = strcspn(port, ":");
    uint64_t n;
    struct gf_perr e;
    if (host == 0 || gf_parse_count(port, digits, 1, 65535, &n, &e) != 0 || port[digits] != ':' ||
        !is_addresses(port + digits + 1)) {
        gf_error("bad address '%s': it is HOST:PORT:ADDR, such as example.com:443:192.0.2.1", text);
        return -1;
    }
    struct curl_slist *more = curl_slist_append(o->net.resolve, text);
    if (!more)
        return no_memory();
    o->net.resolve = more;
    return 0;
}

int value_agent(struct options *o, const char *text)
{
    if (strpbrk(text, "\r\n")) {
        gf_error("bad name of -A: it has a newline or a carriage return in it");
        return -1;
    }
    o->net.user_agent = text;
    return 0;
}

int value_method(struct options *o, const char *text)
{
    if (gf_request_is_method(text)) {
        o->method = text;
        return 0;
    }
    gf_error("bad method '%s': it is one word, such as GET", text);
    return -1;
}

int value_rate(const struct gf_optparser *p, struct gf_rate *out, bool *has)
{
    if (gf_cli_rate(p, out) != 0)
        return -1;
    if (out->bytes || out->border) {
        gf_error("bad rate '%s': requests in so long, such as 10/s", p->value);
        return -1;
    }
    *has = !out->unlimited;
    return 0;
}
