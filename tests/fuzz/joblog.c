/*
 * joblog.c - reading a row of the job log: what is read lies within the line, and only a row with
 * both zeros stands for a job that ended well.
 */
#include "proc/joblog.h"

#include <string.h>

#include "oracle.h"

/* The text of column `n` (from 0) of the line. */
static struct gf_buf column(const char *line, size_t len, int n)
{
    struct gf_buf out = {0};
    for (size_t i = 0; i < len && n >= 0; i++) {
        if (line[i] == '\t')
            n--;
        else if (n == 0)
            gf_buf_putc(&out, line[i]);
    }
    return out;
}

static bool column_is(const char *line, size_t len, int n, const char *want)
{
    struct gf_buf got = column(line, len, n);
    bool same = got.len == strlen(want) && memcmp(got.data, want, got.len) == 0;
    gf_buf_release(&got);
    return same;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *line = (const char *)data;
    struct gf_joblog_ended row;
    if (gf_joblog_parse(line, size, &row) != 0)
        return 0;
    MUST(row.seq > 0);
    MUST(row.command + row.command_len == line + size);
    MUST(row.ok == (column_is(line, size, 6, "0") && column_is(line, size, 7, "0")));
    return 0;
}
