/* mask.c - looks for addresses, and in each for what may be a password. */
#include "base/mask.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* Of an address without @: its password is behind the ':' of a host, unless that is a port. */
static char *find_forgotten(char *from, const char *end)
{
    char *host = *from == '[' ? memchr(from, ']', (size_t)(end - from)) : from;
    if (!host || *from == '/')
        return NULL;
    char *colon = memchr(host, ':', (size_t)(end - host));
    if (!colon)
        return NULL;
    const char *behind = colon + 1;
    while (behind < end && *behind >= '0' && *behind <= '9')
        behind++;
    bool is_port = behind == end || memchr("/?#.,;:)", *behind, 8);
    return colon > from && is_port ? NULL : colon + 1;
}

void gf_mask_address(char *text, size_t len)
{
    char *end = text + len, *from = memchr(text, ':', len);
    if (!from)
        return;
    from++;
    for (int slashes = 0; slashes < 2 && from < end && *from == '/'; slashes++)
        from++;
    if (from == end)
        return;
    char *at = memrchr(from, '@', (size_t)(end - from)), *secret;
    if (at) {
        char *colon = memchr(from, ':', (size_t)(at - from));
        secret = colon ? colon + 1 : from;
        end = at;
    } else {
        secret = find_forgotten(from, end);
    }
    if (secret)
        memset(secret, '*', (size_t)(end - secret));
}

/* Where the word ends that may be an address: NULL, it is none. */
static char *end_of_address(char *word, char *end)
{
    char *colon = word + 5, *stop;
    if (end - word <= 5 || strncasecmp(word, "redis", 5) != 0)
        return NULL;
    while (colon < end && (isalpha((unsigned char)*colon) || *colon == '+'))
        colon++;
    if (colon == end || *colon != ':')
        return NULL;
    for (stop = colon; stop < end && !strchr(" \t\r\n\v\f'\"`", *stop); stop++)
        ;
    bool has_path = stop - colon > 1 && colon[1] == '/';
    return has_path || memchr(colon, '@', (size_t)(stop - colon)) ? stop : NULL;
}

/* That of a socket has no password, and its path may have an @. */
static bool is_socket(const char *word, size_t len)
{
    static const char begin[] = "redis+unix:///";
    return len >= sizeof begin - 1 && memcmp(word, begin, sizeof begin - 1) == 0;
}

void gf_mask_words(char *text, size_t len)
{
    char *end = text + len;
    for (char *s = text; s < end; s++) {
        char *stop = end_of_address(s, end);
        if (stop && !is_socket(s, (size_t)(stop - s)))
            gf_mask_address(s, (size_t)(stop - s));
        s = stop ? stop - 1 : s;
    }
}
