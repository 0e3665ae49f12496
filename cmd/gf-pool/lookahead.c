/*
 * lookahead.c - how many jobs there will be.
 *
 * The file is counted through a descriptor of its own, by pread(2), from where the reading began:
 * the place of the descriptor that is read does not move.
 */
#include "lookahead.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "text/scan.h"

enum {
    BLOCK = 256 * 1024,
    BLOCKS_A_LOOK = 64, /* some ten milliseconds */
};

/* The one file of the input, or -1. */
static int only_file(const struct options *o)
{
    if (o->nfiles > 1 || o->nlists || o->rerun || o->skip_empty || o->fill_command || o->pipe ||
        o->framing.kind != GF_FRAME_BYTE)
        return -1;
    if (!o->files || strcmp(o->files[0], "-") == 0)
        return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    return gf_open(o->files[0], O_RDONLY | O_NONBLOCK, 0);
}

void lookahead_open(struct lookahead *l, const struct options *o)
{
    struct stat st;
    l->opt = o;
    l->fd = only_file(o);
    if (l->fd == -1)
        return;
    l->at = fstat(l->fd, &st) == 0 && S_ISREG(st.st_mode) ? lseek(l->fd, 0, SEEK_CUR) : -1;
    if (l->at == -1)
        lookahead_close(l);
}

void lookahead_close(struct lookahead *l)
{
    if (l->fd != -1)
        close(l->fd);
    l->fd = -1;
}

/* Reads on where the last look ended. */
static void count_on(struct lookahead *l)
{
    char *block = l->fd == -1 ? NULL : malloc(BLOCK);
    for (int i = 0; block && i < BLOCKS_A_LOOK; i++) {
        ssize_t n = gf_pread(l->fd, block, BLOCK, l->at);
        if (n > 0) {
            l->records += gf_scan_count(block, (size_t)n, l->opt->separator);
            l->open_end = block[n - 1] != l->opt->separator;
            l->at += n;
        } else {
            l->counted = n == 0;
            lookahead_close(l);
            break;
        }
    }
    free(block);
}

/* The records that are known to come; false: they are not. */
static bool known_records(struct lookahead *l, const struct source *s, uint64_t *n)
{
    const struct options *o = l->opt;
    if (o->nlists) {
        *n = source_total(s);
        return !o->skip_empty && !o->fill_command;
    }
    count_on(l);
    *n = l->records + l->open_end;
    *n -= *n && o->header;
    return l->counted;
}

bool lookahead_total(struct lookahead *l, const struct source *s, uint64_t taken, uint64_t *total)
{
    uint64_t batch = l->opt->batch ? l->opt->batch : 1;
    if (!known_records(l, s, total))
        return false;
    *total = *total / batch + (*total % batch != 0);
    return *total >= taken; /* else the file has grown */
}
