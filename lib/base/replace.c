/*
 * replace.c - bytes that are all there are put into a file by way of base/outfile.
 */
#include "base/replace.h"

#include "base/fd.h"
#include "base/outfile.h"

int gf_replace_file(const char *file, const void *data, size_t len)
{
    struct gf_outfile out;
    if (gf_outfile_open(&out, file) != 0)
        return -1;
    if (gf_write_all(out.fd, data, len) == 0)
        return gf_outfile_commit(&out);
    gf_outfile_abandon(&out);
    return -1;
}
