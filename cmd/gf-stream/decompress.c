/*
 * decompress.c - an input's first bytes say which program unpacks it; that runs with a pipe behind
 * it.
 *
 * A file that can be read twice is looked at with pread, and is then the program's standard input.
 * Of anything else the first bytes are gone once they were read: a thread writes them and what
 * follows into a pipe, for the program, or for us where nothing is compressed. It blocks all
 * signals, so those of the terminal reach the main thread, and a pipe that nobody reads any more is
 * an error of its write.
 */
#include "decompress.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/fd.h"
#include "base/file.h"
#include "proc/ending.h"
#include "proc/spawn.h"
#include "text/packed.h"

extern char **environ;

struct decompressed {
    int fd;    /* that is read instead */
    pid_t pid; /* 0: no program, or it has ended */
    const char *name;
    const struct gf_packing *packing;
};

/* What the thread copies, at first `len` bytes that were read before. */
struct feed {
    int from, to;
    size_t len;
    char bytes[64 * 1024];
};

static void *copy(void *arg)
{
    struct feed *f = arg;
    ssize_t n = (ssize_t)f->len;
    while (n > 0 && gf_write_all(f->to, f->bytes, (size_t)n) == 0)
        n = gf_read(f->from, f->bytes, sizeof f->bytes);
    close(f->to);
    free(f);
    return NULL;
}

/* Starts the thread, which owns `f` and f->to. 0, or an errno. */
static int start_copy(struct feed *f)
{
    pthread_t thread;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int err = pthread_create(&thread, NULL, copy, f);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (err == 0)
        pthread_detach(thread);
    return err;
}

/* Reads first bytes until they say whether they are compressed. The bytes at their end, or -1. */
static ssize_t read_start(int fd, char bytes[GF_PACKING_BYTES])
{
    size_t len = 0;
    do {
        ssize_t n = gf_read(fd, bytes + len, GF_PACKING_BYTES - len);
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        len += (size_t)n;
    } while (gf_packing_may_be(bytes, len));
    return (ssize_t)len;
}

/* The end of a pipe into which a thread writes the bytes, and those that follow in `fd`; or -1. */
static int fed_pipe(int fd, const char *bytes, size_t len)
{
    int p[2];
    struct feed *f = malloc(sizeof *f);
    if (!f || pipe2(p, O_CLOEXEC) != 0) {
        free(f);
        return -1;
    }
    f->from = fd;
    f->to = p[1];
    f->len = len;
    memcpy(f->bytes, bytes, len);
    int err = start_copy(f);
    if (err == 0)
        return p[0];
    close(p[0]);
    close(p[1]);
    free(f);
    errno = err;
    return -1;
}

/* Runs the program on `fd`. 0 with one->fd and one->pid, or an errno. */
static int start_program(struct decompressed *one, int fd)
{
    char *argv[] = {(char *)(uintptr_t)one->packing->program, (char[]){"-dc"}, NULL};
    struct gf_buf path = {0};
    int p[2];
    int err = gf_find_command(argv[0], getenv("PATH"), &path);
    if (err == 0 && gf_fd_cloexec_from(3) != 0) /* what we inherited beyond that is not for it */
        err = errno;
    if (err == 0 && pipe2(p, O_CLOEXEC) != 0)
        err = errno;
    if (err) {
        gf_buf_release(&path);
        return err;
    }
    struct gf_spawn s = {.argv = argv, .envp = environ, .fd = {fd, p[1], -1}, .die_with_us = true};
    err = gf_spawn(&s, path.data, &one->pid);
    gf_buf_release(&path);
    close(p[1]);
    if (err)
        close(p[0]);
    else
        one->fd = p[0];
    return err;
}

static int say_unstarted(const struct decompressed *one, int err, struct gf_fault *f)
{
    const char *program = one->packing->program;
    if (err == ENOENT)
        gf_fault_hint(f, "the Debian package %s has it", one->packing->package);
    return gf_fault_set(f, GF_EXIT_TOOL, "cannot decompress '%s': %s: %s", one->name, program,
                        err == ENOENT ? "command not found" : strerror(err));
}

/* What is read instead of `fd`, which cannot be read twice, and whose first bytes were read. */
static int begin_piped(struct decompressed *one, int fd, struct gf_fault *f)
{
    char bytes[GF_PACKING_BYTES];
    ssize_t len = read_start(fd, bytes);
    if (len < 0)
        return gf_fault_errno(f, GF_EXIT_TOOL, "cannot read '%s'", one->name);
    one->packing = gf_packing_of(bytes, (size_t)len);
    int from = fed_pipe(fd, bytes, (size_t)len);
    if (from == -1)
        return gf_fault_errno(f, GF_EXIT_TOOL, "cannot read '%s'", one->name);
    one->fd = from;
    if (!one->packing)
        return 0;
    int err = start_program(one, from);
    close(from);
    return err ? say_unstarted(one, err, f) : 0;
}

static int begin(void *arg, const char *name, int fd, struct gf_fault *f)
{
    struct decompress *d = arg;
    char bytes[GF_PACKING_BYTES];
    struct decompressed one = {.fd = -1, .name = name};
    struct decompressed *more = realloc(d->one, (d->n + 1) * sizeof *more);
    if (!more)
        return gf_fault_nomem(f);
    d->one = more;
    off_t at = lseek(fd, 0, SEEK_CUR);
    if (at == -1) {
        if (begin_piped(&one, fd, f) != 0)
            return -1;
    } else {
        ssize_t len = gf_pread(fd, bytes, sizeof bytes, at);
        if (len < 0 && errno != EISDIR)
            return gf_fault_errno(f, GF_EXIT_TOOL, "cannot read '%s'", name);
        one.packing = len > 0 ? gf_packing_of(bytes, (size_t)len) : NULL;
        if (!one.packing)
            return fd; /* what is a directory is told by the first read */
        int err = start_program(&one, fd);
        if (err)
            return say_unstarted(&one, err, f);
    }
    d->one[d->n++] = one;
    return one.fd;
}

static int end(void *arg, int fd, struct gf_fault *f)
{
    struct decompress *d = arg;
    struct decompressed *one = NULL;
    for (size_t i = 0; i < d->n; i++)
        if (d->one[i].fd == fd)
            one = &d->one[i];
    if (!one || one->pid == 0)
        return 0;
    int status;
    pid_t got;
    while ((got = waitpid(one->pid, &status, 0)) == -1 && errno == EINTR)
        ;
    one->pid = 0;
    if (got == -1)
        return gf_fault_errno(f, GF_EXIT_TOOL, "cannot wait for %s", one->packing->program);
    if (status == 0)
        return 0;
    char text[GF_ENDING_SIZE];
    struct gf_ending how = gf_ending_of(status, &(struct gf_child){0});
    return gf_fault_set(f, GF_EXIT_TOOL, "cannot decompress '%s': %s ended with %s", one->name,
                        one->packing->program, gf_ending_text(&how, text));
}

struct gf_unpack decompress_hooks(struct decompress *d)
{
    return (struct gf_unpack){begin, end, d};
}

void decompress_release(struct decompress *d)
{
    for (size_t i = 0; i < d->n; i++) {
        struct decompressed *one = &d->one[i];
        close(one->fd);
        if (one->pid == 0)
            continue;
        kill(one->pid, SIGTERM);
        while (waitpid(one->pid, NULL, 0) == -1 && errno == EINTR)
            ;
    }
    free(d->one);
    *d = (struct decompress){0};
}
