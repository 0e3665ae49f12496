/*
 * request.c - one table of keys; each takes its value from jansson and says what is wrong with it.
 *
 * Texts may hold any byte but NUL, except the body, which may hold that too; what goes into the
 * head of a request is looked at for CR and LF, so that no line of input can write a head of its
 * own.
 */
#include "net/request.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/duration.h"
#include "base/num.h"
#include "base/suggest.h"
#include "base/base64.h"
#include "text/parsed.h"

static enum gf_net_error no_memory(struct gf_net_why *why)
{
    return gf_net_because(why, GF_NET_MEMORY, NULL, "out of memory");
}

static enum gf_net_error bad(struct gf_net_why *why, const char *key, const char *what)
{
    return gf_net_because(why, GF_NET_BAD_REQUEST, NULL, "%s: %s", key, what);
}

/* ---- words of a head ------------------------------------------------------------------------- */

static size_t token_length(const char *s, size_t len)
{
    size_t n = 0;
    while (n < len && (isalnum((unsigned char)s[n]) || (s[n] && strchr("!#$%&'*+-.^_`|~", s[n]))))
        n++;
    return n;
}

bool gf_request_is_method(const char *method)
{
    size_t len = strlen(method);
    return len > 0 && len <= 32 && token_length(method, len) == len;
}

bool gf_request_is_header(const char *text, size_t len)
{
    size_t name = token_length(text, len);
    if (name == 0 || name == len || (text[name] != ':' && text[name] != ';'))
        return false;
    if (text[name] == ';')
        return name + 1 == len;
    for (size_t i = name; i < len; i++)
        if (text[i] == '\r' || text[i] == '\n' || text[i] == '\0')
            return false;
    return true;
}

static bool is_named(const char *header, const char *const *names)
{
    size_t len = strcspn(header, ":;");
    for (; *names; names++)
        if (strlen(*names) == len && strncasecmp(header, *names, len) == 0)
            return true;
    return false;
}

bool gf_request_is_secret(const char *header)
{
    static const char *const names[] = {"Authorization", "Cookie", "Proxy-Authorization", NULL};
    return is_named(header, names);
}

bool gf_request_is_framing(const char *header)
{
    static const char *const names[] = {"Content-Length", "Transfer-Encoding", NULL};
    return is_named(header, names);
}

/* ---- the keys -------------------------------------------------------------------------------- */

/* A text without NUL, as a copy. */
static enum gf_net_error take_text(const json_t *v, const char *key, char **out,
                                   struct gf_net_why *why)
{
    if (!json_is_string(v))
        return bad(why, key, "a text is expected");
    if (strlen(json_string_value(v)) != json_string_length(v))
        return bad(why, key, "a NUL in it");
    *out = strdup(json_string_value(v));
    return *out ? GF_NET_OK : no_memory(why);
}

static enum gf_net_error take_id(struct gf_request *r, const json_t *v, struct gf_net_why *why)
{
    if (!json_is_integer(v))
        return take_text(v, "id", &r->id, why);
    char text[32];
    snprintf(text, sizeof text, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
    r->id_is_number = true;
    r->id = strdup(text);
    return r->id ? GF_NET_OK : no_memory(why);
}

static enum gf_net_error take_url(struct gf_request *r, const json_t *v, struct gf_net_why *why)
{
    if (!json_is_string(v))
        return bad(why, "url", "a text is expected");
    return gf_url_parse(&r->url, json_string_value(v), json_string_length(v), why);
}

static enum gf_net_error take_method(struct gf_request *r, const json_t *v, struct gf_net_why *why)
{
    enum gf_net_error e = take_text(v, "method", &r->method, why);
    if (e == GF_NET_OK && !gf_request_is_method(r->method))
        return bad(why, "method", "no word that can be a method");
    return e;
}

/* One more line of the head; `size` is how many the list has room for. */
static enum gf_net_error add_header(struct gf_request *r, size_t at, char *text, size_t len,
                                    struct gf_net_why *why)
{
    if (!text)
        return no_memory(why);
    r->headers[at] = text;
    if (!gf_request_is_header(text, len))
        return bad(why, "headers", "no header \"Name: value\" (no CR, LF or NUL in it)");
    if (gf_request_is_framing(text))
        return bad(why, "headers", "Content-Length and Transfer-Encoding follow from the body");
    return GF_NET_OK;
}

static char *join_header(const char *name, const json_t *v, size_t *len)
{
    size_t n = strlen(name), m = json_string_length(v);
    *len = n + (m ? 2 + m : 1);
    char *text = malloc(*len + 1);
    if (!text)
        return NULL;
    memcpy(text, name, n);
    memcpy(text + n, m ? ": " : ";", m ? 2 : 1);
    if (m)
        memcpy(text + n + 2, json_string_value(v), m);
    text[*len] = '\0';
    return text;
}

static enum gf_net_error take_headers(struct gf_request *r, json_t *v, struct gf_net_why *why)
{
    enum gf_net_error e = GF_NET_OK;
    size_t n = json_is_object(v) ? json_object_size(v) : json_array_size(v), at = 0;
    if (!json_is_object(v) && !json_is_array(v))
        return bad(why, "headers", "an object or a list is expected");
    r->headers = calloc(n + 1, sizeof *r->headers);
    if (!r->headers)
        return no_memory(why);
    if (json_is_object(v)) {
        const char *name;
        json_t *value;
        json_object_foreach(v, name, value)
        {
            if (token_length(name, strlen(name)) != strlen(name)) /* a colon would end it */
                return bad(why, "headers", "a name is letters, digits and dashes");
            if (!json_is_string(value))
                return bad(why, "headers", "a value is a text");
            size_t len;
            char *text = join_header(name, value, &len);
            e = add_header(r, at++, text, len, why);
            if (e != GF_NET_OK)
                return e;
        }
        return e;
    }
    for (; at < n && e == GF_NET_OK; at++) {
        json_t *line = json_array_get(v, at);
        if (!json_is_string(line))
            return bad(why, "headers", "a header is a text");
        size_t len = json_string_length(line);
        char *text = malloc(len + 1);
        if (text)
            memcpy(text, json_string_value(line), len + 1);
        e = add_header(r, at, text, len, why);
    }
    return e;
}

static enum gf_net_error take_body(struct gf_request *r, const json_t *v, struct gf_net_why *why)
{
    if (!json_is_string(v))
        return bad(why, "body", "a text is expected (body_base64 takes any bytes)");
    r->body_len = json_string_length(v);
    r->body = malloc(r->body_len + 1);
    if (!r->body)
        return no_memory(why);
    memcpy(r->body, json_string_value(v), r->body_len + 1);
    return GF_NET_OK;
}

static enum gf_net_error take_base64(struct gf_request *r, const json_t *v, struct gf_net_why *why)
{
    if (!json_is_string(v))
        return bad(why, "body_base64", "a text is expected");
    const char *text = json_string_value(v);
    size_t len = json_string_length(v);
    r->body = malloc(len / 4 * 3 + 4);
    if (!r->body)
        return no_memory(why);
    if (gf_base64_decode(text, len, r->body, &r->body_len) != 0)
        return bad(why, "body_base64", "no base64");
    return GF_NET_OK;
}

static enum gf_net_error take_sha256(struct gf_request *r, const json_t *v, struct gf_net_why *why)
{
    const char *hex = json_string_value(v);
    if (!hex || json_string_length(v) != 64 || strspn(hex, "0123456789abcdefABCDEF") != 64)
        return bad(why, "sha256", "64 hexadecimal digits are expected");
    for (size_t i = 0; i < 32; i++) {
        char two[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        r->sha256[i] = (unsigned char)strtoul(two, NULL, 16);
    }
    r->has_sha256 = true;
    return GF_NET_OK;
}

static enum gf_net_error take_max_time(struct gf_request *r, const json_t *v,
                                       struct gf_net_why *why)
{
    struct gf_perr e;
    if (json_is_string(v) &&
        gf_parse_duration(json_string_value(v), json_string_length(v), &r->max_time, &e) == 0 &&
        r->max_time > 0)
        return GF_NET_OK;
    double seconds = json_number_value(v);
    if (!json_is_number(v) || !(seconds > 0) || seconds > 1e9)
        return bad(why, "max_time", "seconds, or a duration such as \"1m\", are expected");
    r->max_time = (gf_ns)(seconds * 1e9);
    r->max_time = r->max_time ? r->max_time : 1;
    return GF_NET_OK;
}

static const char *const keys[] = {"url",         "id",  "method", "headers",  "body",
                                   "body_base64", "out", "sha256", "max_time", NULL};

static enum gf_net_error unknown_key(const char *key, struct gf_net_why *why)
{
    char hint[sizeof why->hint] =
        "keys are url id method headers body body_base64 out sha256 max_time";
    struct gf_suggest s;
    gf_suggest_init(&s, key, strlen(key));
    for (size_t i = 0; keys[i]; i++)
        gf_suggest_offer(&s, keys[i]);
    if (s.best)
        snprintf(hint, sizeof hint, "did you mean \"%s\"?", s.best);
    return gf_net_because(why, GF_NET_BAD_REQUEST, hint, "unknown key \"%.60s\"", key);
}

static enum gf_net_error take_key(struct gf_request *r, const char *key, json_t *v,
                                  struct gf_net_why *why)
{
    if (strcmp(key, "url") == 0)
        return take_url(r, v, why);
    if (strcmp(key, "method") == 0)
        return take_method(r, v, why);
    if (strcmp(key, "headers") == 0)
        return take_headers(r, v, why);
    if (strcmp(key, "body") == 0)
        return take_body(r, v, why);
    if (strcmp(key, "body_base64") == 0)
        return take_base64(r, v, why);
    if (strcmp(key, "out") == 0)
        return take_text(v, "out", &r->out, why);
    if (strcmp(key, "sha256") == 0)
        return take_sha256(r, v, why);
    if (strcmp(key, "max_time") == 0)
        return take_max_time(r, v, why);
    return unknown_key(key, why);
}

static enum gf_net_error take_object(struct gf_request *r, json_t *object, struct gf_net_why *why)
{
    enum gf_net_error e = GF_NET_OK;
    const char *key;
    json_t *value;
    json_t *id = json_object_get(object, "id");
    if (id)
        e = take_id(r, id, why); /* first, so that an error can be told of it */
    if (json_object_get(object, "body") && json_object_get(object, "body_base64"))
        return bad(why, "body", "body and body_base64 are both there");
    json_object_foreach(object, key, value)
    {
        if (e != GF_NET_OK)
            return e;
        if (strcmp(key, "id") != 0)
            e = take_key(r, key, value, why);
    }
    if (e == GF_NET_OK && !r->url.text)
        return gf_net_because(why, GF_NET_BAD_REQUEST, NULL, "no key \"url\"");
    return e;
}

/* What jansson says without the text that it says it of: that may be a URL with a password. */
static enum gf_net_error no_json(json_error_t *where, struct gf_net_why *why)
{
    char *near = strstr(where->text, " near '");
    if (near)
        *near = '\0';
    return gf_net_because(why, GF_NET_BAD_REQUEST, NULL, "no JSON: %.100s (column %d)", where->text,
                          where->column);
}

static enum gf_net_error parse_json(struct gf_request *r, const char *line, size_t len,
                                    struct gf_net_why *why)
{
    json_error_t where;
    struct gf_parsed parsed;
    json_t *root = gf_parsed_open(&parsed, line, len, &where);
    enum gf_net_error e;
    if (root)
        e = json_is_object(root) ? take_object(r, root, why) : bad(why, "line", "no object");
    else if (parsed.no_memory)
        e = no_memory(why);
    else
        e = no_json(&where, why);
    gf_parsed_close(&parsed);
    return e;
}

enum gf_net_error gf_request_parse(struct gf_request *r, const char *line, size_t len,
                                   struct gf_net_why *why)
{
    *r = (struct gf_request){0};
    if (len && line[0] == '{')
        return parse_json(r, line, len, why);
    if (memchr(line, '\0', len))
        return gf_net_because(why, GF_NET_BAD_REQUEST, NULL, "a NUL in the URL");
    return gf_url_parse(&r->url, line, len, why);
}

void gf_request_release(struct gf_request *r)
{
    gf_url_release(&r->url);
    free(r->id);
    free(r->method);
    for (char **h = r->headers; h && *h; h++)
        free(*h);
    free(r->headers);
    free(r->body);
    free(r->out);
    *r = (struct gf_request){0};
}
