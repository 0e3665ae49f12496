/*
 * net_filename.c - gf_filename_make: the first line is what is behind a host, what is behind it an
 * id and a name that was asked for. Each name is one component that no file system, shell or file
 * of ours takes for another.
 */
#include "net/filename.h"

#include "net_oracle.h"

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n >= m && strcmp(s + n - m, end) == 0;
}

/* `plain`: it was made, so it has bytes that any shell takes as they are. */
static void must_be_name(const char *name, bool plain)
{
    MUST(*name && *name != '.' && *name != '-' && strlen(name) <= GF_FILENAME_MAX);
    MUST(!ends_with(name, ".part") && !ends_with(name, ".part.etag"));
    for (const char *p = name; *p; p++) {
        MUST(*p != '/' && !iscntrl((unsigned char)*p));
        MUST(!plain || isalnum((unsigned char)*p) || strchr("._-", *p));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char base[] = "http://h/";
    const char *bytes = (const char *)data, *line = size ? memchr(bytes, '\n', size) : NULL;
    size_t len = line ? (size_t)(line - bytes) : size;
    char *text = malloc(sizeof base + len), *id = line ? strndup(line + 1, size - len - 1) : NULL;
    char name[GF_FILENAME_SIZE];
    struct gf_url u;
    struct gf_net_why why = {0};
    MUST(text);
    memcpy(text, base, sizeof base - 1);
    memcpy(text + sizeof base - 1, bytes, len);
    if (gf_url_parse(&u, text, sizeof base - 1 + len, NULL) == GF_NET_OK) {
        MUST(gf_filename_make(name, NULL, NULL, &u, &why) == GF_NET_OK);
        must_be_name(name, true);
        if (id) {
            MUST(gf_filename_make(name, NULL, id, &u, &why) == GF_NET_OK);
            must_be_name(name, true);
            enum gf_net_error e = gf_filename_make(name, id, NULL, &u, &why);
            if (e == GF_NET_OK) {
                MUST(strcmp(name, id) == 0);
                must_be_name(name, false);
            } else {
                must_be_why(e, &why);
            }
        }
        gf_url_release(&u);
    }
    free(text);
    free(id);
    return 0;
}
