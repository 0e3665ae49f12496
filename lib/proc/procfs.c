/*
 * procfs.c - small files read whole into a buffer, and parsed where they lie.
 *
 * Files of /proc have no size, so they are read in steps until nothing comes, up to 4 MiB. The
 * fields of `stat` are counted from the last parenthesis, since the name of a command may hold
 * anything. Children are listed by the kernel where it has that file for our main thread; else
 * every process is asked for its parent.
 */
#include "proc/procfs.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/file.h"

enum {
    MOST_READ = 4 << 20
};

static void read_file(const char *path, struct gf_buf *out)
{
    gf_buf_clear(out);
    int fd = gf_open(path, O_RDONLY, 0);
    if (fd == -1)
        return;
    ssize_t n = 1;
    while (n > 0 && out->len < MOST_READ && gf_buf_reserve(out, 4096) == 0) {
        n = gf_read(fd, out->data + out->len, 4096);
        out->len += n > 0 ? (size_t)n : 0;
    }
    close(fd);
}

void gf_procfs_read(pid_t pid, const char *name, struct gf_buf *out)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, name);
    read_file(path, out);
}

const char *gf_procfs_variable(const struct gf_buf *env, const char *name)
{
    size_t len = strlen(name);
    for (size_t at = 0; at < env->len;) {
        const char *entry = env->data + at;
        const char *end = memchr(entry, '\0', env->len - at);
        if (!end)
            return NULL;
        if ((size_t)(end - entry) >= len && memcmp(entry, name, len) == 0)
            return entry + len;
        at += (size_t)(end - entry) + 1;
    }
    return NULL;
}

void gf_procfs_command(pid_t pid, size_t most, struct gf_buf *out)
{
    gf_procfs_read(pid, "cmdline", out);
    if (out->len && !out->data[out->len - 1])
        out->len--;
    if (out->len > most)
        out->len = most;
    for (size_t i = 0; i < out->len; i++)
        if (!out->data[i])
            out->data[i] = ' ';
}

/* The name of the command comes before, in one line: its newlines are escaped there. */
int gf_procfs_user(pid_t pid, struct gf_buf *room, uid_t *user)
{
    static const char key[] = "\nUid:\t";
    gf_procfs_read(pid, "status", room);
    gf_buf_putc(room, '\0');
    const char *at = room->failed || room->len < 2 ? NULL : strstr(room->data, key);
    if (!at)
        return -1;
    *user = (uid_t)strtoul(at + sizeof key - 1, NULL, 10);
    return 0;
}

int gf_procfs_each(bool (*f)(void *arg, pid_t pid), void *arg)
{
    DIR *proc = opendir("/proc");
    if (!proc)
        return -1;
    for (struct dirent *e; (e = readdir(proc));)
        if (isdigit((unsigned char)e->d_name[0]) && !f(arg, (pid_t)strtol(e->d_name, NULL, 10)))
            break;
    closedir(proc);
    return 0;
}

/* ---- children -------------------------------------------------------------------------------- */

struct filter {
    bool (*f)(void *arg, pid_t pid);
    void *arg;
    struct gf_buf stat;
};

/* What follows the command in PID (COMMAND) STATE PPID ...; it may hold anything, so the last
 * parenthesis counts. Empty: the process is gone. */
static const char *state_and_parent(pid_t pid, struct gf_buf *room)
{
    gf_procfs_read(pid, "stat", room);
    if (gf_buf_putc(room, '\0') != 0)
        return "";
    const char *close = memrchr(room->data, ')', room->len);
    return close && close[1] ? close + 2 : "";
}

bool gf_procfs_zombie(pid_t pid, struct gf_buf *room)
{
    return *state_and_parent(pid, room) == 'Z';
}

static bool is_child(struct filter *x, pid_t pid)
{
    const char *at = state_and_parent(pid, &x->stat);
    return *at && strtol(at + 1, NULL, 10) == getpid();
}

static bool pass_children(void *arg, pid_t pid)
{
    struct filter *x = arg;
    return !is_child(x, pid) || x->f(x->arg, pid);
}

/* The list of the main thread's children, where the kernel has it; else a look at all. */
int gf_procfs_children(bool (*f)(void *arg, pid_t pid), void *arg)
{
    struct gf_buf list = {0};
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
    if (access(path, R_OK) != 0) {
        struct filter x = {.f = f, .arg = arg};
        int r = gf_procfs_each(pass_children, &x);
        gf_buf_release(&x.stat);
        return r;
    }
    read_file(path, &list);
    gf_buf_putc(&list, '\0');
    char *at = list.failed ? NULL : list.data;
    for (char *end; at && *at; at = end) {
        pid_t pid = (pid_t)strtol(at, &end, 10);
        if (end == at || !f(arg, pid))
            break;
        end += *end == ' ';
    }
    gf_buf_release(&list);
    return 0;
}
