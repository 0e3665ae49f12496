/*
 * filename.c - bytes that any file system and any shell takes as they are stay; all others become a
 * line. What was changed gets digits of a hash behind it, so that two texts that differ do not
 * become one name.
 */
#include "net/filename.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "text/sha256.h"

enum {
    DIGITS = 10,
    STEM_MAX = 120,
    EXTENSION_MAX = 16
};

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n >= m && strcmp(s + n - m, end) == 0;
}

static enum gf_net_error check_out(const char *out, struct gf_net_why *why)
{
    const char *what = NULL;
    if (!*out)
        what = "is empty";
    else if (strlen(out) > GF_FILENAME_MAX)
        what = "is longer than 200 bytes";
    else if (*out == '.' || *out == '-')
        what = "begins with a dot or a dash";
    else if (ends_with(out, ".part") || ends_with(out, ".part.etag"))
        what = "ends in .part";
    for (const char *p = out; *p && !what; p++)
        if (*p == '/')
            what = "has a slash: it is a name in the directory of --dir";
        else if (iscntrl((unsigned char)*p))
            what = "has a control character";
    return what ? gf_net_because(why, GF_NET_BAD_REQUEST, NULL, "out: %s", what) : GF_NET_OK;
}

static bool is_harmless(char c)
{
    return isalnum((unsigned char)c) || c == '.' || c == '_' || c == '-';
}

/* Copies `len` bytes, made harmless; whether any was changed. `name` has room for `max` and NUL. */
static bool copy(char *name, size_t max, const char *s, size_t len)
{
    size_t n = 0;
    bool changed = false;
    for (size_t i = 0; i < len; i++) {
        char c = s[i];
        if (!is_harmless(c) || (n == 0 && (c == '.' || c == '-'))) {
            changed = true;
            c = '_';
        }
        if (n == max) {
            changed = true;
            break;
        }
        name[n++] = c;
    }
    name[n] = '\0';
    return changed;
}

static void hash(const char *s, char out[DIGITS + 1])
{
    struct gf_sha256 h;
    unsigned char digest[GF_SHA256_SIZE];
    gf_sha256_init(&h);
    gf_sha256_add(&h, s, strlen(s));
    gf_sha256_end(&h, digest);
    for (size_t i = 0; i < DIGITS / 2; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

static void from_id(char name[GF_FILENAME_SIZE], const char *id)
{
    char digits[DIGITS + 1];
    bool changed = copy(name, STEM_MAX, id, strlen(id));
    if (!changed && *name && !ends_with(name, ".part") && !ends_with(name, ".part.etag"))
        return;
    hash(id, digits);
    size_t n = strlen(name);
    snprintf(name + n, GF_FILENAME_SIZE - n, "-%s", digits);
}

/* Where the last part of the path begins that is not empty, and its length. */
static const char *last_part(const char *path, size_t *len)
{
    size_t end = strcspn(path, "?#");
    while (end && path[end - 1] == '/')
        end--;
    size_t begin = end;
    while (begin && path[begin - 1] != '/')
        begin--;
    *len = end - begin;
    return path + begin;
}

static void from_url(char name[GF_FILENAME_SIZE], const struct gf_url *url)
{
    char stem[STEM_MAX + 1], extension[EXTENSION_MAX + 1] = "", digits[DIGITS + 1];
    size_t len;
    const char *part = last_part(url->path, &len);
    const char *dot = len ? memrchr(part, '.', len) : NULL;
    if (dot && dot > part && part + len - dot - 1 > 0 &&
        part + len - dot - 1 <= EXTENSION_MAX - 1) {
        size_t n = (size_t)(part + len - dot);
        bool plain = true;
        for (size_t i = 1; i < n; i++)
            plain &= isalnum((unsigned char)dot[i]) != 0;
        if (plain) {
            memcpy(extension, dot, n);
            extension[n] = '\0';
            len -= n;
        }
    }
    if (strcmp(extension, ".part") == 0)
        extension[0] = '\0';
    copy(stem, STEM_MAX, part, len);
    hash(url->shown, digits);
    snprintf(name, GF_FILENAME_SIZE, "%s-%s%s", *stem ? stem : "index", digits, extension);
}

enum gf_net_error gf_filename_make(char name[GF_FILENAME_SIZE], const char *out, const char *id,
                                   const struct gf_url *url, struct gf_net_why *why)
{
    if (out) {
        enum gf_net_error e = check_out(out, why);
        if (e == GF_NET_OK)
            memcpy(name, out, strlen(out) + 1);
        return e;
    }
    if (id && *id)
        from_id(name, id);
    else
        from_url(name, url);
    return GF_NET_OK;
}
