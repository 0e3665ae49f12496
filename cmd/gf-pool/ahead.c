/*
 * ahead.c - how many jobs there will be, for those who watch.
 *
 * It is known for lists, and when the input has ended. Before that it is known when the input is
 * one regular file: its records are counted apart from the reading, some at each look, so that no
 * look takes long. Nothing is counted where nobody looks. With -r, -X and --pipe nothing is known
 * before the end.
 */
#include "pool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text/scan.h"

enum {
    BLOCK = 256 * 1024,
    BLOCKS_A_LOOK = 64, /* some ten milliseconds */
};

/* The one file of the input, or -1. */
static int only_file(const struct options *o)
{
    if (o->nfiles > 1 || o->nlists || o->rerun || o->skip_empty || o->fill_command || o->pipe)
        return -1;
    if (!o->files || strcmp(o->files[0], "-") == 0)
        return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    return open(o->files[0], O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

void ahead_init(struct pool *p)
{
    struct ahead *a = &p->ahead;
    struct stat st;
    a->fd = only_file(p->opt);
    if (a->fd == -1)
        return;
    a->at = fstat(a->fd, &st) == 0 && S_ISREG(st.st_mode) ? lseek(a->fd, 0, SEEK_CUR) : -1;
    if (a->at == -1)
        ahead_end(p);
}

void ahead_end(struct pool *p)
{
    if (p->ahead.fd != -1)
        close(p->ahead.fd);
    p->ahead.fd = -1;
}

/* Reads on where the last look ended. */
static void count_on(struct pool *p)
{
    struct ahead *a = &p->ahead;
    char *block = a->fd == -1 ? NULL : malloc(BLOCK);
    for (int i = 0; block && i < BLOCKS_A_LOOK; i++) {
        ssize_t n = pread(a->fd, block, BLOCK, a->at);
        if (n > 0) {
            a->records += gf_scan_count(block, (size_t)n, p->opt->separator);
            a->open_end = block[n - 1] != p->opt->separator;
            a->at += n;
        } else if (n == 0 || errno != EINTR) {
            a->counted = n == 0;
            ahead_end(p);
            break;
        }
    }
    free(block);
}

/* The records that are known to come; false: they are not. */
static bool known_records(struct pool *p, uint64_t *n)
{
    const struct options *o = p->opt;
    if (o->nlists) {
        *n = source_total(&p->source);
        return !o->skip_empty && !o->fill_command;
    }
    count_on(p);
    *n = p->ahead.records + p->ahead.open_end;
    *n -= *n && o->header;
    return p->ahead.counted;
}

bool ahead_total(struct pool *p, uint64_t *total)
{
    uint64_t batch = p->opt->batch ? p->opt->batch : 1;
    if (p->opt->rerun) {
        *total = rerun_total(p);
        return true;
    }
    *total = p->seq;
    if (p->input_over)
        return true;
    if (!known_records(p, total))
        return false;
    *total = *total / batch + (*total % batch != 0);
    return *total >= p->seq; /* else the file has grown */
}
