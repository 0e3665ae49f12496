/*
 * results.c - what a job wrote, in files.
 *
 * A write that fails is said once, closes the files of that job, and ends the run as a failure of
 * ours: what is missing there is not silently missing.
 */
#include "results.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/msg.h"
#include "job.h"

static const char *const stream_names[] = {"stdout", "stderr"};

static void failed(struct results *r, const char *path)
{
    if (!r->verdict->fatal)
        gf_error_errno("cannot write '%s'", path);
    verdict_fail(r->verdict, GF_EXIT_TOOL);
}

/* What is in the directory of a job, or with NULL that directory; valid until the next call. */
static const char *path_in(struct results *r, uint64_t seq, const struct gf_buf *job_name,
                           const char *name)
{
    struct gf_buf *b = &r->path;
    gf_buf_clear(b);
    if (r->names.text)
        gf_buf_add(b, job_name->data, job_name->len);
    else
        gf_buf_printf(b, "%s/%llu", r->names.plain.data, (unsigned long long)seq);
    if (name)
        gf_buf_printf(b, "/%s", name);
    return b->failed ? "" : b->data;
}

static const char *path_of(struct results *r, const struct job *j, const char *name)
{
    return path_in(r, j->seq, &j->results.name, name);
}

int results_open(struct results *r, const struct options *o, struct verdict *v)
{
    r->dir = o->results;
    r->keeps = o->resume != RESUME_NOT;
    r->verdict = v;
    if (!r->dir)
        return 0;
    options_inputs(o, &r->inputs);
    const struct results_names *n = &r->names;
    if (n->text)
        gf_buf_add(&r->path, n->text, n->fixed);
    else
        gf_buf_add(&r->path, n->plain.data, n->plain.len);
    if (r->path.failed) {
        gf_error_nomem();
        return -1;
    }
    if (r->path.len == 0 || mkdir(r->path.data, 0777) == 0 || errno == EEXIST)
        return 0;
    gf_error_errno("cannot make the directory '%s'", r->path.data);
    return -1;
}

/* The directory of the job, and with a template those above it. -1: errno. */
static int make_directory(struct results *r, const struct job *j)
{
    (void)path_of(r, j, NULL);
    if (r->path.failed) {
        errno = ENOMEM;
        return -1;
    }
    char *path = r->path.data;
    if (r->names.text)
        for (char *slash = path + r->names.fixed; (slash = strchr(slash + 1, '/'));) {
            *slash = '\0';
            int made = mkdir(path, 0777);
            *slash = '/';
            if (made != 0 && errno != EEXIST)
                return -1;
        }
    return mkdir(path, 0777) == 0 || errno == EEXIST ? 0 : -1;
}

void results_release(struct results *r)
{
    gf_buf_release(&r->path);
    gf_clash_release(&r->inputs);
    results_names_release(&r->names);
}

/* Whether the file has these bytes and a newline. */
static bool has_line(int fd, struct gf_slice text)
{
    char block[4096];
    size_t at = 0;
    for (;;) {
        ssize_t n = read(fd, block, sizeof block);
        if (n == -1 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        size_t len = (size_t)n, rest = text.len - at, same = len < rest ? len : rest;
        if (same && memcmp(block, text.data + at, same) != 0)
            return false;
        at += same;
        if (len > same)
            return len == same + 1 && block[same] == '\n' && read(fd, block, 1) == 0;
    }
}

/* Whether the directory holds what a job of other words has finished. */
static bool is_of_another(const char *status, int command_fd, struct gf_slice command)
{
    bool finished = access(status, F_OK) == 0;
    bool same = command_fd != -1 && has_line(command_fd, command);
    if (command_fd != -1)
        close(command_fd);
    return finished && !same;
}

static int open_command(const char *path)
{
    return gf_open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
}

bool results_hold_another(struct results *r, uint64_t seq, struct gf_slice command)
{
    if (!r->dir || r->names.text)
        return false;
    int fd = open_command(path_in(r, seq, NULL, "command"));
    return is_of_another(path_in(r, seq, NULL, "status"), fd, command);
}

/* With a template: the name of the directory. 0, or an errno. */
static int take_name(struct results *r, struct job *j, const struct work *w)
{
    if (!r->names.text)
        return 0;
    int err = results_names_take(&r->names, j->seq, w, &j->results.name);
    if (err == 0 && r->keeps) {
        struct gf_slice command = {job_command(j), j->command.len};
        int fd = open_command(path_of(r, j, "command"));
        if (is_of_another(path_of(r, j, "status"), fd, command))
            err = EEXIST;
    }
    return err;
}

/* What is in the way of the directory: of this one, not of any. 0, or an errno. */
static int try_directory(struct results *r, struct job *j)
{
    struct stat st;
    int err = make_directory(r, j) == 0 ? 0 : errno;
    const char *path = path_of(r, j, NULL);
    if (err == 0 && stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
        err = ENOTDIR;
    if (err != ENOTDIR && err != ENAMETOOLONG && err != ELOOP)
        return 0;
    gf_buf_printf(&j->results.why, "cannot make the directory '%s': %s", path, strerror(err));
    return err;
}

/* A file there that is none of a job: it would be written over. 0, or an errno. */
static int try_file(struct results *r, struct job *j, const char *name)
{
    struct stat st;
    const char *path = path_of(r, j, name);
    if (lstat(path, &st) != 0)
        return 0;
    const char *input = gf_clash_input(&r->inputs, &st);
    if (input)
        gf_buf_printf(&j->results.why, "'%s' is the same file as the input, %s", path, input);
    else if (!S_ISREG(st.st_mode))
        gf_buf_printf(&j->results.why, "'%s' is no regular file", path);
    return j->results.why.len ? EEXIST : 0;
}

int results_name(struct results *r, struct job *j, const struct work *w)
{
    static const char *const names[] = {"stdout", "stderr", "command", "status"};
    if (!r->dir)
        return 0;
    gf_buf_clear(&j->results.why);
    int err = take_name(r, j, w);
    if (err == 0)
        err = try_directory(r, j);
    for (size_t i = 0; i < sizeof names / sizeof *names && err == 0; i++)
        err = try_file(r, j, names[i]);
    j->results.barred = err != 0;
    return r->path.failed || j->results.why.failed ? ENOMEM : err;
}

static int open_file(struct results *r, const struct job *j, const char *name)
{
    return gf_open(path_of(r, j, name), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0666);
}

void results_close(struct results *r, struct job *j)
{
    for (int i = 0; i < STREAMS; i++) {
        if (j->results.fd[i] && gf_close(j->results.fd[i] - 1) != 0)
            failed(r, path_of(r, j, stream_names[i]));
        j->results.fd[i] = 0;
    }
}

void results_drop(struct results *r, struct job *j)
{
    results_close(r, j);
    gf_buf_release(&j->results.name);
    gf_buf_release(&j->results.why);
}

/* A small file as a whole. */
static void write_file(struct results *r, const struct job *j, const char *name, const char *text,
                       size_t len)
{
    int fd = open_file(r, j, name);
    bool bad = fd == -1 || gf_write_all(fd, text, len) != 0;
    if (fd != -1)
        bad = gf_close(fd) != 0 || bad;
    if (bad)
        failed(r, path_of(r, j, name));
}

/* A new attempt: its files, empty. -1: errno. */
static int make_files(struct results *r, struct job *j)
{
    results_close(r, j);
    if (make_directory(r, j) != 0)
        return -1;
    if (unlink(path_of(r, j, "status")) != 0 && errno != ENOENT)
        return -1;
    for (int i = 0; i < STREAMS; i++) {
        int fd = open_file(r, j, stream_names[i]);
        if (fd == -1)
            return -1;
        j->results.fd[i] = fd + 1;
    }
    return 0;
}

int results_begin(struct results *r, struct job *j)
{
    if (!r->dir)
        return 0;
    if (make_files(r, j) != 0) {
        int err = errno;
        const char *path = path_of(r, j, NULL);
        errno = err;
        gf_error_errno("cannot make files for job %llu in '%s'", (unsigned long long)j->seq, path);
        verdict_fail(r->verdict, GF_EXIT_TOOL);
        return -1;
    }
    gf_buf_putc(&j->command, '\n');
    write_file(r, j, "command", j->command.data, j->command.len);
    j->command.data[--j->command.len] = '\0';
    return 0;
}

static int on_begin(void *self, struct job *j)
{
    return results_begin(self, j);
}

static void on_output(void *self, struct job *j, int stream, const char *data, size_t len)
{
    struct results *r = self;
    if (!j->results.fd[stream] || gf_write_all(j->results.fd[stream] - 1, data, len) == 0)
        return;
    failed(r, path_of(r, j, stream_names[stream]));
    results_close(r, j);
}

static void write_status(struct results *r, const struct job *j, int status)
{
    char text[16];
    if (!r->dir || j->results.barred)
        return;
    if (make_directory(r, j) != 0)
        failed(r, path_of(r, j, NULL));
    int len = snprintf(text, sizeof text, "%d\n", status);
    write_file(r, j, "status", text, (size_t)len);
}

static void on_finished(void *self, struct job *j)
{
    if (j->ending.how == GF_ENDING_INTERRUPTED)
        return;
    write_status(self, j, gf_ending_status(&j->ending));
}

static void on_unstarted(void *self, struct job *j, int err)
{
    if (j->attempt == 1)
        write_status(self, j, gf_ending_unstarted(err).code);
}

const struct observer_events results_observer = {
    .begin = on_begin, .output = on_output, .finished = on_finished, .unstarted = on_unstarted};
