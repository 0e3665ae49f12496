/*
 * packed.c - a table of signatures; the digit of bzip2's block size is the one byte that varies.
 */
#include "text/packed.h"

#include <string.h>

static const struct {
    struct gf_packing packing;
    size_t len;
    const char *magic; /* a ? is a digit from 1 to 9 */
} rows[] = {
    {{"gzip", "gzip"}, 3, "\x1f\x8b\x08"},
    {{"zstd", "zstd"}, 4, "\x28\xb5\x2f\xfd"},
    {{"xz", "xz-utils"},
     6,
     "\xfd"
     "7zXZ"},
    {{"bzip2", "bzip2"}, 10, "BZh?1AY&SY"},
};

static bool begins(const char *s, const char *magic, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (magic[i] == '?' ? s[i] < '1' || s[i] > '9' : s[i] != magic[i])
            return false;
    return true;
}

const struct gf_packing *gf_packing_of(const char *s, size_t len)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (len >= rows[i].len && begins(s, rows[i].magic, rows[i].len))
            return &rows[i].packing;
    return NULL;
}

bool gf_packing_may_be(const char *s, size_t len)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (len < rows[i].len && begins(s, rows[i].magic, len))
            return true;
    return false;
}
