/*
 * tzfile.c - two headers are read, then the last of the times behind the second one.
 *
 * The layout: a header and a block with times of 32 bits, then from version 2 on the same with 64
 * bits; all numbers are big-endian. The size of a block follows from six counts in its header, so
 * the second header and the last time are found by seeking. A file that is shorter than its counts
 * say is no zone file.
 */
#include "time/tzfile.h"

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

/* Bytes of the block behind a header, with times of so many bytes. */
static long block(const unsigned char *header, int size)
{
    return count(header, TIME) * (size + 1) + count(header, TYPE) * 6 + count(header, CHAR) +
           count(header, LEAP) * (size + 4) + count(header, STD) + count(header, UT);
}

/* The last of the times that begin behind the second header, where f is. */
static bool last_time(FILE *f, const unsigned char *header, int64_t *last)
{
    unsigned char text[8];
    long n = count(header, TIME);
    *last = INT64_MIN;
    if (n == 0)
        return true;
    if (fseek(f, (n - 1) * 8, SEEK_CUR) != 0 || fread(text, 1, 8, f) != 8)
        return false;
    *last = (int64_t)big_endian(text, 8);
    return true;
}

/* A file that ends too early is none: libc would take it for UTC. */
static bool read_all(FILE *f, int64_t *last)
{
    unsigned char header[HEADER];
    if (fseek(f, 0, SEEK_END) != 0)
        return false;
    long size = ftell(f);
    rewind(f);
    if (!read_header(f, header) || size - HEADER < block(header, 4))
        return false;
    *last = INT64_MAX;
    if (header[4] < '2')
        return true;
    long second = HEADER + block(header, 4);
    return fseek(f, second, SEEK_SET) == 0 && read_header(f, header) &&
           size - second - HEADER > block(header, 8) && last_time(f, header, last);
}

bool gf_tzfile_look(const char *path, int64_t *last)
{
    FILE *f = fopen(path, "rbe");
    bool is_one = f && read_all(f, last);
    if (f)
        fclose(f);
    return is_one;
}
