/*
 * results.c - --results DIR: what a job wrote, and what became of it, in files of DIR/NUMBER.
 *
 * stdout and stderr are written as the bytes are read, `command` when it starts, `status` when it
 * has ended for good: so a directory without a status is a job that was not finished. A job that
 * is tried again begins its files anew; so does one of a later run of the same number.
 */
#include "pool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/fd.h"
#include "base/msg.h"

static const char *const stream_names[] = {"stdout", "stderr"};

static void failed(struct pool *p, const char *path)
{
    if (!p->fatal)
        gf_error_errno("cannot write '%s'", path);
    pool_fail(p, GF_EXIT_TOOL);
}

static const char *path_of(struct job *j, const char *name)
{
    struct gf_buf *b = &j->pool->result_path;
    gf_buf_clear(b);
    gf_buf_printf(b, "%s/%llu", j->pool->opt->results, (unsigned long long)j->seq);
    if (name)
        gf_buf_printf(b, "/%s", name);
    gf_buf_putc(b, '\0');
    return b->failed ? "" : b->data;
}

int results_init(struct pool *p)
{
    const char *dir = p->opt->results;
    if (!dir || mkdir(dir, 0777) == 0 || errno == EEXIST)
        return 0;
    gf_error_errno("cannot make the directory '%s'", dir);
    return -1;
}

static int open_file(struct job *j, const char *name)
{
    return open(path_of(j, name), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
}

static void close_files(struct job *j)
{
    for (int i = 0; i < STREAMS; i++) {
        if (j->result[i] && gf_close(j->result[i] - 1) != 0)
            failed(j->pool, path_of(j, stream_names[i]));
        j->result[i] = 0;
    }
}

/* A small file as a whole. */
static void write_file(struct job *j, const char *name, const char *text, size_t len)
{
    int fd = open_file(j, name);
    bool bad = fd == -1 || gf_write_all(fd, text, len) != 0;
    if (fd != -1)
        bad = gf_close(fd) != 0 || bad;
    if (bad)
        failed(j->pool, path_of(j, name));
}

int results_begin(struct job *j)
{
    if (!j->pool->opt->results)
        return 0;
    close_files(j);
    if (mkdir(path_of(j, NULL), 0777) != 0 && errno != EEXIST)
        return -1;
    if (unlink(path_of(j, "status")) != 0 && errno != ENOENT)
        return -1;
    for (int i = 0; i < STREAMS; i++) {
        int fd = open_file(j, stream_names[i]);
        if (fd == -1)
            return -1;
        j->result[i] = fd + 1;
    }
    gf_buf_putc(&j->command, '\n');
    write_file(j, "command", j->command.data, j->command.len);
    j->command.len--;
    return 0;
}

void results_add(struct job *j, int stream, const char *data, size_t len)
{
    if (!j->result[stream] || gf_write_all(j->result[stream] - 1, data, len) == 0)
        return;
    failed(j->pool, path_of(j, stream_names[stream]));
    close_files(j);
}

void results_status(struct job *j, int exit_status)
{
    char text[16];
    if (!j->pool->opt->results)
        return;
    if (mkdir(path_of(j, NULL), 0777) != 0 && errno != EEXIST)
        failed(j->pool, path_of(j, NULL));
    int len = snprintf(text, sizeof text, "%d\n", exit_status);
    write_file(j, "status", text, (size_t)len);
}

void results_close(struct job *j)
{
    close_files(j);
}
