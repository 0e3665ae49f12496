/*
 * net_url.c - gf_url_parse and gf_url_follow: the first line is a URL, what is behind it the
 * location of its answer. Both are http or https, and nobody's password is shown. gf_url_hide: of
 * the whole text nothing is left in front of an `@` but stars.
 */
#include "net/url.h"

#include "net_oracle.h"

static void must_hide(const char *data, size_t size)
{
    char *text = malloc(size + 1);
    MUST(text);
    memcpy(text, data, size);
    size_t left = gf_url_hide(text, size);
    MUST(left <= size);
    const char *at = memchr(text, '@', left);
    if (!at) {
        MUST(left == size && memcmp(text, data, size) == 0);
    } else {
        const char *begin = at;
        while (begin > text && begin[-1] == '*' && at - begin < 3)
            begin--;
        MUST(begin == text || (begin - text >= 3 && memcmp(begin - 3, "://", 3) == 0));
        MUST(!memchr(at + 1, '@', left - (size_t)(at + 1 - text)));
    }
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data, *line = size ? memchr(text, '\n', size) : NULL;
    size_t len = line ? (size_t)(line - text) : size;
    struct gf_url u, to, origin;
    struct gf_net_why why = {0};
    must_hide(text, size);
    enum gf_net_error e = gf_url_parse(&u, text, len, &why);
    if (e != GF_NET_OK) {
        must_be_why(e, &why);
        return 0;
    }
    must_be_url(&u);
    MUST(strncmp(u.text, text, strlen(u.text)) == 0);
    MUST(u.secret || u.shown == u.text);
    MUST(gf_url_parse_origin(&origin, u.origin, NULL) == GF_NET_OK);
    MUST(strcmp(origin.origin, u.origin) == 0);
    gf_url_release(&origin);
    char *location = line ? strndup(line + 1, size - len - 1) : NULL;
    if (location) {
        memset(&why, 0, sizeof why);
        e = gf_url_follow(&to, &u, location, &why);
        if (e == GF_NET_OK) {
            must_be_url(&to);
            MUST(!to.secret || strchr(location, '@'));
            gf_url_release(&to);
        } else {
            must_be_why(e, &why);
        }
    }
    free(location);
    gf_url_release(&u);
    return 0;
}
