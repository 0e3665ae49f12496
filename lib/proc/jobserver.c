/*
 * jobserver.c - the words of MAKEFLAGS, then one byte read for each token.
 *
 * The last word about the jobserver counts, as in make. Reading must not wait, but the pipe's
 * description is shared with make, so it is opened once more through /proc/self/fd and only ours is
 * non-blocking. A fifo is opened for reading and writing, so it always has a writer. The tokens are
 * kept as they were read and go back last in, first out; growth never uses realloc, so a signal
 * handler that gives all back finds a whole array.
 */
#include "proc/jobserver.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/num.h"
#include "base/perr.h"

/* ---- MAKEFLAGS ------------------------------------------------------------------------------- */

/* The value when the word is the option; NULL: it is not. */
static const char *value_of(const char *word, size_t len, const char *option, size_t *value_len)
{
    size_t n = strlen(option);
    if (len < n || memcmp(word, option, n) != 0)
        return NULL;
    *value_len = len - n;
    return word + n;
}

static int descriptor(const char *s, size_t len, int *out)
{
    struct gf_perr e;
    int64_t n;
    if (gf_parse_int(s, len, -INT_MAX, INT_MAX, &n, &e) != 0)
        return -1;
    *out = (int)n;
    return 0;
}

/* R,W or fifo:PATH. */
static int parse_auth(const char *s, size_t len, struct gf_jobserver_auth *out)
{
    static const char fifo[] = "fifo:";
    const char *comma = memchr(s, ',', len);
    *out = (struct gf_jobserver_auth){.rfd = -1, .wfd = -1};
    if (len > strlen(fifo) && memcmp(s, fifo, strlen(fifo)) == 0) {
        out->kind = GF_JOBSERVER_FIFO;
        out->path = s + strlen(fifo);
        out->path_len = len - strlen(fifo);
        return 0;
    }
    if (!comma || descriptor(s, (size_t)(comma - s), &out->rfd) != 0 ||
        descriptor(comma + 1, len - (size_t)(comma + 1 - s), &out->wfd) != 0)
        return -1;
    if (out->rfd >= 0 && out->wfd >= 0)
        out->kind = GF_JOBSERVER_PIPE;
    return 0;
}

/* The end of the word; a backslash takes the next byte with it. */
static const char *word_end(const char *s)
{
    while (*s && *s != ' ' && *s != '\t')
        s += s[0] == '\\' && s[1] ? 2 : 1;
    return s;
}

int gf_jobserver_parse(const char *makeflags, struct gf_jobserver_auth *out)
{
    int result = 0;
    *out = (struct gf_jobserver_auth){.rfd = -1, .wfd = -1};
    for (const char *at = makeflags ? makeflags : ""; *at;) {
        at += strspn(at, " \t");
        const char *end = word_end(at);
        size_t len = (size_t)(end - at), value_len;
        if (len == 2 && memcmp(at, "--", 2) == 0)
            break;
        const char *value = value_of(at, len, "--jobserver-auth=", &value_len);
        if (!value)
            value = value_of(at, len, "--jobserver-fds=", &value_len);
        if (value)
            result = parse_auth(value, value_len, out);
        at = end;
    }
    if (result != 0)
        out->kind = GF_JOBSERVER_NONE;
    return result;
}

/* ---- tokens ---------------------------------------------------------------------------------- */

static bool is_pipe(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode);
}

static int open_fifo(struct gf_jobserver *s, const struct gf_jobserver_auth *auth)
{
    char *path = strndup(auth->path, auth->path_len);
    if (!path)
        return -1;
    /* For both, so that it has a writer and is never at its end. */
    s->rfd = gf_open(path, O_RDWR | O_NONBLOCK, 0);
    s->wfd = s->rfd == -1 ? -1 : gf_open(path, O_WRONLY, 0);
    free(path);
    if (s->wfd != -1 && !is_pipe(s->rfd)) {
        errno = EBADF;
        return -1;
    }
    return s->wfd == -1 ? -1 : 0;
}

static int open_pipe(struct gf_jobserver *s, const struct gf_jobserver_auth *auth)
{
    if (!is_pipe(auth->rfd) || !is_pipe(auth->wfd)) {
        errno = EBADF;
        return -1;
    }
    s->rfd = gf_open_again(auth->rfd, O_RDONLY | O_NONBLOCK); /* to read without waiting */
    s->wfd = fcntl(auth->wfd, F_DUPFD_CLOEXEC, 3);
    return s->rfd == -1 || s->wfd == -1 ? -1 : 0;
}

int gf_jobserver_open(struct gf_jobserver *s, const struct gf_jobserver_auth *auth)
{
    *s = (struct gf_jobserver){.rfd = -1, .wfd = -1};
    int r = auth->kind == GF_JOBSERVER_FIFO   ? open_fifo(s, auth)
            : auth->kind == GF_JOBSERVER_PIPE ? open_pipe(s, auth)
                                              : -1;
    if (r == 0)
        return 0;
    int err = auth->kind == GF_JOBSERVER_NONE ? EBADF : errno;
    gf_jobserver_close(s);
    errno = err;
    return -1;
}

static int make_room(struct gf_jobserver *s)
{
    if (s->held < s->room)
        return 0;
    size_t room = s->room ? s->room * 2 : 16;
    unsigned char *p = malloc(room); /* not realloc: a signal may come within it */
    if (!p)
        return -1;
    if (s->held)
        memcpy(p, s->token, s->held);
    unsigned char *before = s->token;
    s->token = p;
    s->room = room;
    free(before);
    return 0;
}

int gf_jobserver_take(struct gf_jobserver *s)
{
    if (make_room(s) != 0)
        return -1;
    ssize_t n;
    do
        n = read(s->rfd, s->token + s->held, 1);
    while (n == -1 && errno == EINTR);
    if (n == 1) {
        s->held++;
        return 1;
    }
    if (n == 0)
        errno = EPIPE;
    return n == -1 && errno == EAGAIN ? 0 : -1;
}

int gf_jobserver_give(struct gf_jobserver *s)
{
    size_t last = s->held - 1;
    s->held = last;
    ssize_t n;
    do
        n = write(s->wfd, s->token + last, 1);
    while (n == -1 && errno == EINTR);
    return n == 1 ? 0 : -1;
}

void gf_jobserver_give_all(struct gf_jobserver *s)
{
    while (s->held)
        (void)gf_jobserver_give(s);
}

void gf_jobserver_close(struct gf_jobserver *s)
{
    gf_jobserver_give_all(s);
    if (s->rfd != -1)
        close(s->rfd);
    if (s->wfd != -1)
        close(s->wfd);
    free(s->token);
    *s = (struct gf_jobserver){.rfd = -1, .wfd = -1};
}
