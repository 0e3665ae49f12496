/* tzfile.c - see tzfile.h. The layout: a header and a block with times of 32 bits, then from
 * version 2 on the same with 64 bits; all numbers are big-endian. */
#include "cron/tzfile.h"

#include <stdio.h>
#include <string.h>

enum {
    HEADER = 44,
    COUNTS = 20, /* where in the header the six counts stand */
};

enum which {
    UT,
    STD,
    LEAP,
    TIME,
    TYPE,
    CHAR
};

static uint64_t big_endian(const unsigned char *p, int n)
{
    uint64_t v = 0;
    while (n-- > 0)
        v = v << 8 | *p++;
    return v;
}

static long count(const unsigned char *header, enum which which)
{
    return (long)big_endian(header + COUNTS + 4 * (int)which, 4);
}

static bool read_header(FILE *f, unsigned char header[HEADER])
{
    return fread(header, 1, HEADER, f) == HEADER && memcmp(header, "TZif", 4) == 0;
}

/* The last of the times that begin at the second header. */
static bool last_time(FILE *f, unsigned char header[HEADER], int64_t *last)
{
    unsigned char text[8];
    long skip = count(header, TIME) * 5 + count(header, TYPE) * 6 + count(header, CHAR) +
                count(header, LEAP) * 8 + count(header, STD) + count(header, UT);
    if (header[4] < '2' || fseek(f, skip, SEEK_CUR) != 0 || !read_header(f, header))
        return false;
    long n = count(header, TIME);
    *last = INT64_MIN;
    if (n == 0)
        return true;
    if (fseek(f, (n - 1) * 8, SEEK_CUR) != 0 || fread(text, 1, 8, f) != 8)
        return false;
    *last = (int64_t)big_endian(text, 8);
    return true;
}

bool gf_tzfile_look(const char *path, int64_t *last)
{
    unsigned char header[HEADER];
    FILE *f = fopen(path, "rbe");
    if (!f)
        return false;
    bool is_one = read_header(f, header);
    if (is_one && !last_time(f, header, last))
        *last = INT64_MAX;
    fclose(f);
    return is_one;
}
