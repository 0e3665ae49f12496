/*
 * clash.c - the inputs of a run by device and inode, and the outputs compared with them.
 */
#include "base/clash.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/grow.h"
#include "base/logfile.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/outfile.h"

/* What identifies it; false where reading and writing do not disturb one another. */
static bool identify(const struct stat *st, const char *name, struct gf_clash_file *out)
{
    *out = (struct gf_clash_file){st->st_dev, st->st_ino, name};
    if (S_ISBLK(st->st_mode))
        *out = (struct gf_clash_file){st->st_rdev, 0, name};
    return S_ISREG(st->st_mode) || S_ISBLK(st->st_mode);
}

static void add(struct gf_clash *c, const struct stat *st, const char *name)
{
    struct gf_clash_file f;
    if (!identify(st, name, &f))
        return;
    struct gf_clash_file *file = gf_grow(c->file, &c->cap, c->n + 1, sizeof *file);
    if (!file)
        return;
    c->file = file;
    c->file[c->n++] = f;
}

void gf_clash_reads_fd(struct gf_clash *c, int fd, const char *name)
{
    struct stat st;
    if (fstat(fd, &st) == 0)
        add(c, &st, name);
}

void gf_clash_reads(struct gf_clash *c, const char *name)
{
    struct stat st;
    if (!name)
        return;
    if (strcmp(name, "-") == 0)
        gf_clash_reads_fd(c, STDIN_FILENO, name);
    else if (stat(name, &st) == 0)
        add(c, &st, name);
}

static const struct gf_clash_file *find(const struct gf_clash *c, const struct stat *st)
{
    struct gf_clash_file f;
    if (!identify(st, NULL, &f))
        return NULL;
    for (size_t i = 0; i < c->n; i++)
        if (c->file[i].dev == f.dev && c->file[i].ino == f.ino)
            return &c->file[i];
    return NULL;
}

static bool is_stdin(const struct gf_clash_file *in)
{
    return strcmp(in->name, "-") == 0;
}

const char *gf_clash_input(const struct gf_clash *c, const struct stat *st)
{
    const struct gf_clash_file *in = find(c, st);
    return !in ? NULL : is_stdin(in) ? "standard input" : in->name;
}

/* Says that `out` is the input, with the option that names it, or NULL. */
static int say(const struct gf_clash *c, const char *option, const char *out,
               const struct gf_clash_file *in)
{
    const char *role = c->role ? c->role : "input";
    const char *mark = is_stdin(in) ? "" : "'";
    const char *name = is_stdin(in) ? "standard input" : in->name;
    if (option)
        gf_error("the output of %s, '%s', is the same file as the %s, %s%s%s", option, out, role,
                 mark, name, mark);
    else
        gf_error("%s is the same file as the %s, %s%s%s", out, role, mark, name, mark);
    gf_hint(c->role ? "name another file"
                    : "write to another file, and move it over the input at the end");
    return -1;
}

static int say_output(const char *option, const char *out)
{
    gf_error("the output of %s, '%s', is that of another option", option, out);
    gf_hint("name another file");
    return -1;
}

/* Whether a file is the one that -o writes. */
static bool is_whole(const struct gf_clash *c, const struct stat *st)
{
    struct gf_clash_file a, b;
    struct stat whole;
    return c->whole && stat(c->whole, &whole) == 0 && identify(&whole, NULL, &a) &&
           identify(st, NULL, &b) && a.dev == b.dev && a.ino == b.ino;
}

int gf_clash_writes_fd(const struct gf_clash *c, int fd, const char *what)
{
    struct stat st;
    const struct gf_clash_file *f = fstat(fd, &st) == 0 ? find(c, &st) : NULL;
    return f ? say(c, NULL, what, f) : 0;
}

int gf_clash_writes(const struct gf_clash *c, const char *name, const char *option)
{
    struct stat st;
    uint64_t fd;
    if (!name)
        return 0;
    bool is_fd = strncmp(name, "fd:", 3) == 0 &&
                 gf_parse_count(name + 3, strlen(name + 3), 0, INT32_MAX, &fd, NULL) == 0;
    bool there = is_fd ? fstat((int)fd, &st) == 0 : stat(name, &st) == 0;
    const struct gf_clash_file *f = there ? find(c, &st) : NULL;
    if (!f && there && is_whole(c, &st))
        return say_output(option, name);
    return f ? say(c, option, name, f) : gf_clash_names(c->whole, name, option);
}

int gf_clash_writes_whole(struct gf_clash *c, const char *name)
{
    if (name && !gf_outfile_is_whole(name) && gf_clash_writes(c, name, "-o") != 0)
        return -1;
    c->whole = name;
    return 0;
}

int gf_clash_names(const char *a, const char *b, const char *option)
{
    if (!a || !b || strcmp(a, b) != 0 || access(a, F_OK) == 0)
        return 0;
    return say_output(option, b);
}

int gf_clash_standard(const char *name, const char *option, bool appends)
{
    struct gf_clash_file a, b;
    struct stat st, out;
    if (!name || gf_logfile_named(name) != -1 || stat(name, &st) != 0 || !identify(&st, name, &a))
        return 0;
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fstat(fd, &out) != 0 || !identify(&out, name, &b) || a.dev != b.dev || a.ino != b.ino)
            continue;
        int flags = fcntl(fd, F_GETFL);
        if (appends && flags != -1 && (flags & O_APPEND))
            continue;
        gf_error("the output of %s, '%s', is the same file as standard %s", option, name,
                 fd == STDOUT_FILENO ? "output" : "error");
        if (appends)
            gf_hint("name another file, or fd:%d, or append to this one with %s", fd,
                    fd == STDOUT_FILENO ? ">>" : "2>>");
        else
            gf_hint("name another file");
        return -1;
    }
    return 0;
}

void gf_clash_release(struct gf_clash *c)
{
    free(c->file);
    *c = (struct gf_clash){0};
}
