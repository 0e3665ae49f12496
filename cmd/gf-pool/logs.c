/*
 * logs.c - the logs are opened before the first row is read, and read from their beginning by the
 * descriptors that are open: a log that is moved meanwhile is still the same one.
 *
 * The end of an earlier log may be the half of a row that a crash left. Nobody takes it off, since
 * the log is only read; it is a damaged row, whatever it says.
 */
#include "logs.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/msg.h"
#include "record.h"
#include "text/reader.h"

static int add(struct logs *l, int fd, const char *name)
{
    struct log_file *file = realloc(l->file, (l->n + 1) * sizeof *file);
    if (!file) {
        gf_error_nomem();
        return -1;
    }
    l->file = file;
    l->file[l->n++] = (struct log_file){fd, name};
    return 0;
}

int logs_open(struct logs *l, const struct options *o)
{
    for (size_t i = 0; i < o->nearlier; i++) {
        struct gf_joblog log;
        if (gf_joblog_open_past(&log, o->earlier[i]) != 0)
            return record_refused(&log, o->earlier[i]);
        if (add(l, log.fd, o->earlier[i]) != 0) {
            close(log.fd);
            return GF_EXIT_TOOL;
        }
        l->earlier++;
    }
    return -1;
}

int logs_last(struct logs *l, int fd, const char *name)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        gf_error_errno("cannot resume from '%s'", name);
        return -1;
    }
    if (!S_ISREG(st.st_mode)) {
        gf_error("cannot resume from '%s': it is no regular file", name);
        return -1;
    }
    return add(l, fd, name);
}

int logs_size(const struct logs *l, uint64_t *bytes)
{
    *bytes = 0;
    for (size_t i = 0; i < l->n; i++) {
        struct stat st;
        if (fstat(l->file[i].fd, &st) != 0) {
            gf_error_errno("cannot read joblog '%s'", l->file[i].name);
            return -1;
        }
        *bytes += (uint64_t)st.st_size;
    }
    return 0;
}

static bool is_header(const struct gf_record *line)
{
    return line->len == strlen(gf_joblog_header) - 1 &&
           memcmp(line->data, gf_joblog_header, line->len) == 0;
}

static int read_rows(int fd, int (*row)(void *arg, const struct gf_joblog_ended *row), void *arg,
                     uint64_t *damaged)
{
    struct gf_reader in;
    struct gf_record line;
    if (lseek(fd, 0, SEEK_SET) == -1)
        return -1;
    gf_reader_init(&in, fd, '\n', 0);
    int got, result = 0;
    while (result == 0 && (got = gf_reader_take(&in, &line)) != GF_READER_END) {
        struct gf_joblog_ended ended;
        if (got == 0)
            result = gf_reader_fill_on(&in) == 1 ? 0 : -1;
        else if (line.terminated && gf_joblog_parse(line.data, line.len, &ended) == 0)
            result = row(arg, &ended);
        else if (!line.terminated || !is_header(&line))
            ++*damaged;
    }
    int keep = errno;
    gf_reader_release(&in);
    errno = keep;
    return result;
}

int logs_read(const struct logs *l, int (*row)(void *arg, const struct gf_joblog_ended *row),
              void *arg, bool say)
{
    for (size_t i = 0; i < l->n; i++) {
        uint64_t damaged = 0;
        if (read_rows(l->file[i].fd, row, arg, &damaged) != 0) {
            gf_error_errno("cannot read joblog '%s'", l->file[i].name);
            return -1;
        }
        if (damaged && say)
            gf_note("damaged rows in joblog '%s': %" PRIu64 "; their jobs may have run",
                    l->file[i].name, damaged);
    }
    return 0;
}

void logs_close(struct logs *l)
{
    for (size_t i = 0; i < l->earlier; i++)
        close(l->file[i].fd);
    free(l->file);
    *l = (struct logs){0};
}
