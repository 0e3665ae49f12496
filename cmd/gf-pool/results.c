/*
 * results.c - what a job wrote, in files.
 *
 * All is done by descriptor, from the directory of all jobs down (results_dir.h); paths are for
 * messages. The files are made anew (base/own.h): an old one may have another name, or be open.
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
#include "base/own.h"
#include "job.h"
#include "results_dir.h"

static const char *const stream_names[] = {"stdout", "stderr"};

static void failed(struct results *r, struct job *j, const char *path)
{
    j->results.lost = true;
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
        gf_buf_join(b, job_name);
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

/* Opens the directory of a job. Its path, for messages, is r->path until the next call. */
static int open_dir(struct results *r, uint64_t seq, const struct gf_buf *job_name, bool make,
                    const char **why)
{
    size_t above = r->names.text ? r->names.fixed : r->names.plain.len + 1;
    const char *path = path_in(r, seq, job_name, NULL);
    if (r->path.failed)
        return gf_own_refuse(why, ENOMEM, strerror(ENOMEM));
    return results_dir_open(r->root, path + above, make, why);
}

static int open_job_dir(struct results *r, const struct job *j, const char **why)
{
    return open_dir(r, j->seq, &j->results.name, true, why);
}

int results_open(struct results *r, const struct options *o, struct verdict *v)
{
    const char *why;
    r->dir = o->results;
    r->keeps = o->resume != RESUME_NOT;
    r->verdict = v;
    if (!r->dir)
        return 0;
    options_inputs(o, &r->inputs);
    r->root = results_root_open(&r->names, &why);
    if (r->root != -1)
        return 0;
    gf_error("cannot use the directory of '%s': %s", r->dir, why);
    gf_own_hint(r->dir, why);
    return -1;
}

void results_release(struct results *r)
{
    results_root_close(r->root);
    r->root = -1;
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

/* Whether the directory holds what a job of other words has finished. One that is not ours holds
 * nothing that counts, and is refused when the job is to have it. */
static bool is_of_another(struct results *r, uint64_t seq, const struct gf_buf *job_name,
                          struct gf_slice command)
{
    const char *why;
    struct stat st;
    int dir = open_dir(r, seq, job_name, false, &why);
    if (dir == -1)
        return false;
    int fd = gf_openat(dir, "command", O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
    bool same = fd != -1 && has_line(fd, command);
    bool finished = fstatat(dir, "status", &st, AT_SYMLINK_NOFOLLOW) == 0;
    if (fd != -1)
        close(fd);
    close(dir);
    return finished && !same;
}

bool results_hold_another(struct results *r, uint64_t seq, struct gf_slice command)
{
    return r->dir && !r->names.text && is_of_another(r, seq, NULL, command);
}

/* With a template: the name of the directory. 0, or an errno. */
static int take_name(struct results *r, struct job *j, const struct work *w)
{
    if (!r->names.text)
        return 0;
    int err = results_names_take(&r->names, j->seq, w, &j->results.name);
    if (err == 0 && r->keeps) {
        struct gf_slice command = {job_command(j), j->command.len};
        if (is_of_another(r, j->seq, &j->results.name, command))
            err = EEXIST;
    }
    return err;
}

/* A file there that is none of a job: it would be taken away. 0, or an errno. */
static int try_file(struct results *r, struct job *j, int dir, const char *name)
{
    struct stat st;
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return 0;
    const char *path = path_of(r, j, name);
    const char *input = gf_clash_input(&r->inputs, &st);
    const char *bad = gf_own_fault(&st, false, GF_OWN_KIND);
    if (input)
        gf_buf_printf(&j->results.why, "'%s' is the same file as the input, %s", path, input);
    else if (bad)
        gf_buf_printf(&j->results.why, "'%s' %s", path, bad);
    return j->results.why.len ? EEXIST : 0;
}

/* What is in the way of the directory, and of the files in it: of these, not of any. 0, or an
 * errno; EPERM is one that is not ours. */
static int try_directory(struct results *r, struct job *j)
{
    static const char *const names[] = {"stdout", "stderr", "command", "status"};
    const char *why;
    int dir = open_job_dir(r, j, &why), err = dir == -1 ? errno : 0;
    for (size_t i = 0; i < sizeof names / sizeof *names && err == 0; i++)
        err = try_file(r, j, dir, names[i]);
    if (dir != -1) {
        close(dir);
        return err;
    }
    if (err != ENOTDIR && err != ENAMETOOLONG && err != ELOOP && err != EPERM)
        return 0;
    gf_buf_printf(&j->results.why, "cannot use the directory '%s': %s", r->path.data, why);
    return err;
}

int results_name(struct results *r, struct job *j, const struct work *w)
{
    if (!r->dir)
        return 0;
    gf_buf_clear(&j->results.why);
    int err = take_name(r, j, w);
    if (err == 0)
        err = try_directory(r, j);
    j->results.barred = err != 0;
    return r->path.failed || j->results.why.failed ? ENOMEM : err;
}

void results_close(struct results *r, struct job *j)
{
    for (int i = 0; i < STREAMS; i++) {
        if (j->results.fd[i] && gf_close(j->results.fd[i] - 1) != 0)
            failed(r, j, path_of(r, j, stream_names[i]));
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
static void write_file(struct results *r, struct job *j, int dir, const char *name,
                       const struct gf_buf *text)
{
    const char *why;
    int fd = gf_own_create(dir, name, 0600, &why);
    bool bad = fd == -1 || gf_write_buf(fd, text) != 0;
    if (fd != -1)
        bad = gf_close(fd) != 0 || bad;
    if (bad)
        failed(r, j, path_of(r, j, name));
}

/* The files of a new attempt, empty. */
static int make_files(struct job *j, int dir, const char **why)
{
    if (unlinkat(dir, "status", 0) != 0 && errno != ENOENT)
        return gf_own_refuse_errno(why);
    for (int i = 0; i < STREAMS; i++) {
        int fd = gf_own_create(dir, stream_names[i], 0600, why);
        if (fd == -1)
            return -1;
        j->results.fd[i] = fd + 1;
    }
    return 0;
}

int results_begin(struct results *r, struct job *j)
{
    const char *why;
    if (!r->dir)
        return 0;
    results_close(r, j);
    int dir = open_job_dir(r, j, &why);
    if (dir == -1 || make_files(j, dir, &why) != 0) {
        gf_error("cannot make files for job %llu in '%s': %s", (unsigned long long)j->seq,
                 path_of(r, j, NULL), why);
        verdict_fail(r->verdict, GF_EXIT_TOOL);
        if (dir != -1)
            close(dir);
        return -1;
    }
    size_t len = j->command.len;
    gf_buf_putc(&j->command, '\n');
    write_file(r, j, dir, "command", &j->command);
    j->command.len = len;
    j->command.data[len] = '\0';
    close(dir);
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
    failed(r, j, path_of(r, j, stream_names[stream]));
    results_close(r, j);
}

static void write_status(struct results *r, struct job *j, int status)
{
    struct gf_buf text = {0};
    if (!r->dir || j->results.barred)
        return;
    const char *why;
    int dir = open_job_dir(r, j, &why);
    if (dir == -1) {
        failed(r, j, path_of(r, j, NULL));
        return;
    }
    gf_buf_printf(&text, "%d\n", status);
    write_file(r, j, dir, "status", &text);
    gf_buf_release(&text);
    close(dir);
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
