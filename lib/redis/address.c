/*
 * address.c - an address is read from left to right: the scheme, what is in front of an @, the host
 * or the path, the database, and behind # the name. Each part is cut first, and decoded then, so
 * that a %40 in a password is none of the marks.
 *
 * A password with a # in it would be cut there, and its end would be shown as a part of the name.
 * Such a text has an @ behind its first #; so it is refused, and an @ in a name is written as %40.
 */
#include "redis/address.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mask.h"

#define TCP "redis://"
#define TLS "rediss://"
#define SOCKET "redis+unix://"

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

bool gf_redis_is_address(const char *text)
{
    size_t scheme = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+");
    const char *behind = text + scheme;
    if (scheme == 0 || *behind != ':')
        return false;
    if (begins(behind, "://"))
        return true;
    return strncasecmp(text, "redis", 5) == 0 && (behind[1] == '/' || strchr(behind, '@'));
}

/* ---- pieces ---------------------------------------------------------------------------------- */

struct parse {
    const char *text;
    struct gf_perr *e;
};

static int refuse(const struct parse *p, const char *at, const char *what, const char *hint)
{
    return gf_perr_set(p->e, (size_t)(at - p->text), 1, hint, "%s", what);
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The piece with its %XX decoded, as a string of the caller's. */
static int decode(const struct parse *p, const char *from, const char *end, char **out)
{
    char *o = *out = malloc((size_t)(end - from) + 1);
    if (!o)
        return -1;
    for (const char *s = from; s < end; s++) {
        char c = *s;
        if (c == '%') {
            int high = end - s > 2 ? hex(s[1]) : -1, low = high >= 0 ? hex(s[2]) : -1;
            if (low < 0)
                return refuse(p, s, "% is not followed by two hexadecimal digits",
                              "write a percent sign as %25");
            c = (char)(high * 16 + low);
            s += 2;
        }
        if (c == '\0')
            return refuse(p, s - 2, "a NUL byte", NULL);
        *o++ = c;
    }
    *o = '\0';
    return 0;
}

static int read_db(const struct parse *p, const char *from, const char *end, unsigned *db)
{
    uint64_t n = 0;
    if (from == end)
        return 0;
    for (const char *s = from; s < end; s++) {
        if (*s < '0' || *s > '9')
            return refuse(p, s, "the database is a number", "redis://host:6379/0#NAME");
        n = n * 10 + (uint64_t)(*s - '0');
        if (n > GF_REDIS_DB_MAX)
            return refuse(p, from, "no server has so many databases", NULL);
    }
    *db = (unsigned)n;
    return 0;
}

/* [[USER]:PASSWORD@]; a name alone would be a password that was forgotten, or the other way
 * round. */
static int read_user(const struct parse *p, const char *from, const char *end,
                     struct gf_redis_address *a)
{
    const char *colon = memchr(from, ':', (size_t)(end - from));
    if (!colon)
        return refuse(p, from, "there is no ':' in front of the @",
                      "user:password@, or :password@ for the default user");
    if (colon > from && decode(p, from, colon, &a->user) != 0)
        return -1;
    return decode(p, colon + 1, end, &a->password);
}

static int read_port(const struct parse *p, const char *from, const char *end,
                     struct gf_redis_address *a)
{
    unsigned n = 0;
    for (const char *s = from; s < end; s++) {
        if (*s < '0' || *s > '9' || (n = n * 10 + (unsigned)(*s - '0')) > 65535)
            return refuse(p, from, "a port is a number from 1 to 65535", NULL);
    }
    if (n == 0)
        return refuse(p, from, "a port is a number from 1 to 65535", NULL);
    return decode(p, from, end, &a->port);
}

static int read_host(const struct parse *p, const char *from, const char *end,
                     struct gf_redis_address *a)
{
    const char *stop = from, *behind;
    if (from < end && *from == '[') {
        stop = memchr(from, ']', (size_t)(end - from));
        if (!stop)
            return refuse(p, from, "[ is not closed", NULL);
        from++;
        behind = stop + 1;
    } else {
        while (stop < end && *stop != ':')
            stop++;
        behind = stop;
    }
    if (from == stop)
        return refuse(p, from, "there is no host", "redis://localhost#NAME");
    if (decode(p, from, stop, &a->host) != 0)
        return -1;
    if (behind == end)
        return (a->port = strdup("6379")) ? 0 : -1;
    if (*behind != ':')
        return refuse(p, behind, "a port follows a ':'", NULL);
    return read_port(p, behind + 1, end, a);
}

/* ---- the two forms --------------------------------------------------------------------------- */

static int read_tcp(const struct parse *p, const char *from, const char *end,
                    struct gf_redis_address *a)
{
    const char *at = NULL, *slash = from;
    for (const char *s = from; s < end; s++)
        if (*s == '@')
            at = s;
    if (at && read_user(p, from, at, a) != 0)
        return -1;
    from = at ? at + 1 : from;
    for (slash = from; slash < end && *slash != '/'; slash++)
        if (*slash == '?')
            return refuse(p, slash, "there are no parameters here", "redis://host:6379/0#NAME");
    if (read_host(p, from, slash, a) != 0)
        return -1;
    return slash == end ? 0 : read_db(p, slash + 1, end, &a->db);
}

static int read_socket(const struct parse *p, const char *from, const char *end,
                       struct gf_redis_address *a)
{
    const char *question = memchr(from, '?', (size_t)(end - from));
    const char *stop = question ? question : end;
    if (from == stop || *from != '/')
        return refuse(p, from, "the path of a socket begins with /",
                      "redis+unix:///run/redis/redis.sock#NAME");
    if (decode(p, from, stop, &a->path) != 0)
        return -1;
    if (!question)
        return 0;
    if (end - question < 4 || strncmp(question, "?db=", 4) != 0)
        return refuse(p, question, "the one parameter is db", "?db=1");
    return read_db(p, question + 4, end, &a->db);
}

static int read_name(const struct parse *p, const char *from, struct gf_redis_address *a)
{
    if (decode(p, from, from + strlen(from), &a->name) != 0)
        return -1;
    if (!a->name[0])
        return refuse(p, from, "there is no name", "redis://host#NAME");
    if (strlen(a->name) > GF_REDIS_NAME_MAX)
        return refuse(p, from, "a name is at most 200 bytes", NULL);
    for (const char *s = a->name; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f || *s == '{' || *s == '}')
            return refuse(p, from, "a name has no braces and no control bytes", NULL);
    return 0;
}

static int show(struct gf_redis_address *a)
{
    struct gf_buf b = {0};
    bool brackets = a->host && strchr(a->host, ':');
    if (a->path)
        gf_buf_printf(&b, SOCKET "%s", a->path);
    else
        gf_buf_printf(&b, TCP "%s%s%s:%s", brackets ? "[" : "", a->host, brackets ? "]" : "",
                      a->port);
    if (a->db)
        gf_buf_printf(&b, a->path ? "?db=%u" : "/%u", a->db);
    gf_buf_putc(&b, '#');
    for (const char *c = a->name; *c; c++)
        gf_buf_puts(&b, *c == '@' ? "%40" : (char[]){*c, '\0'});
    if (gf_buf_check(&b) != 0) {
        gf_buf_release(&b);
        return -1;
    }
    a->shown = b.data;
    return 0;
}

int gf_redis_address_parse(struct gf_redis_address *a, const char *text, struct gf_perr *e)
{
    struct parse p = {text, e};
    *a = (struct gf_redis_address){0};
    *e = (struct gf_perr){0};
    const char *scheme = begins(text, SOCKET) ? SOCKET : begins(text, TLS) ? TLS : TCP;
    const char *hash = strchr(text, '#');
    int r;
    if (strcmp(scheme, TLS) == 0)
        r = refuse(&p, text, "TLS is not there: hiredis 0.14 has none",
                   "a tunnel (stunnel, socat, ssh -L) and redis:// to its end on this machine");
    else if (!begins(text, scheme))
        r = refuse(&p, text, "an address begins with redis:// or redis+unix://", NULL);
    else if (!hash)
        r = refuse(&p, text + strlen(text), "there is no #NAME", "redis://host#NAME");
    else if (strchr(hash, '@'))
        r = refuse(&p, hash, "a # in front of an @",
                   "write # in a password as %23, and @ in a name as %40");
    else if (begins(text, SOCKET))
        r = read_socket(&p, text + strlen(SOCKET), hash, a);
    else
        r = read_tcp(&p, text + strlen(TCP), hash, a);
    if (r == 0)
        r = read_name(&p, hash + 1, a);
    if (r == 0)
        r = show(a);
    if (r != 0) {
        int err = errno;
        gf_redis_address_release(a);
        errno = err == EINVAL ? EINVAL : ENOMEM;
    }
    return r;
}

char *gf_redis_address_mask(const char *text)
{
    char *masked = strdup(text);
    if (masked)
        gf_mask_address(masked, strlen(masked));
    return masked;
}

void gf_redis_address_release(struct gf_redis_address *a)
{
    free(a->host);
    free(a->port);
    free(a->path);
    free(a->user);
    free(a->password);
    free(a->name);
    free(a->shown);
    *a = (struct gf_redis_address){0};
}
