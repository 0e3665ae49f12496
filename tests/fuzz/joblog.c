/*
 * joblog.c - reading a row of the job log: what is read lies within the line, and only a row with
 * both zeros stands for a job that ended well. A row of ours with a wrong bit stands for nothing:
 * no job is taken for done that is not.
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

static void read_any(const char *line, size_t size)
{
    struct gf_joblog_ended row;
    if (gf_joblog_parse(line, size, &row) != 0)
        return;
    MUST(row.seq > 0);
    MUST(row.command + row.command_len == line + size);
    MUST(row.ok == (column_is(line, size, 6, "0") && column_is(line, size, 7, "0")));
}

/* Our row of a job whose command is the input; how it ended and the place of the wrong bit are
 * drawn from the first bytes. */
static void read_damaged(const char *data, size_t size)
{
    static struct gf_joblog log;
    uint32_t draw[2];
    if (size < sizeof draw || (!log.row.data && gf_joblog_open(&log, "/dev/null", false) != 0))
        return;
    memcpy(draw, data, sizeof draw);
    struct gf_joblog_row row = {.seq = draw[0] % 1000 + 1,
                                .start_wall = draw[1] * GF_MS,
                                .runtime = draw[0] * GF_US,
                                .exit = (int)(draw[0] % 3),
                                .command = data + sizeof draw,
                                .command_len = size - sizeof draw};
    MUST(gf_joblog_add(&log, &row) == 0);
    size_t len = log.row.len - 1; /* without its newline */
    struct gf_joblog_ended got;
    MUST(gf_joblog_parse(log.row.data, len, &got) == 0);
    MUST(got.seq == row.seq && got.ok == (row.exit == 0) && got.command_len == row.command_len);
    size_t bit = draw[1] % (len * 8);
    log.row.data[bit / 8] = (char)(log.row.data[bit / 8] ^ 1 << bit % 8);
    MUST(gf_joblog_parse(log.row.data, len, &got) != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_any((const char *)data, size);
    read_damaged((const char *)data, size);
    return 0;
}
