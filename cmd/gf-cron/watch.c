/* watch.c - see watch.h. */
#include "watch.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

static int watch_directory_of(int fd, const char *path)
{
    char copy[PATH_MAX];
    if ((size_t)snprintf(copy, sizeof copy, "%s", path) >= sizeof copy)
        return -1;
    return inotify_add_watch(fd, dirname(copy),
                             IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_ONLYDIR);
}

/* Where a link leads may change: the watch goes along. Adding one that is there changes nothing. */
static int arm(const struct watch *w)
{
    char real[PATH_MAX];
    if (watch_directory_of(w->fd, w->path) == -1)
        return -1;
    if (realpath(w->path, real))
        watch_directory_of(w->fd, real);
    return 0;
}

static struct stat look(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? st : (struct stat){0};
}

int watch_open(struct watch *w, const char *path)
{
    *w = (struct watch){.path = path, .fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK)};
    if (w->fd == -1)
        return -1;
    if (arm(w) == 0) {
        w->seen = look(path);
        return 0;
    }
    watch_close(w);
    return -1;
}

void watch_drain(int fd)
{
    char events[4096];
    while (read(fd, events, sizeof events) > 0) {
    }
}

bool watch_changed(struct watch *w)
{
    watch_drain(w->fd);
    arm(w);
    struct stat was = w->seen, is = look(w->path);
    if (is.st_nlink == 0)
        return false; /* gone for now */
    w->seen = is;
    return was.st_ino != is.st_ino || was.st_dev != is.st_dev || was.st_size != is.st_size ||
           was.st_mtim.tv_sec != is.st_mtim.tv_sec || was.st_mtim.tv_nsec != is.st_mtim.tv_nsec;
}

void watch_close(struct watch *w)
{
    if (w->fd != -1)
        close(w->fd);
    w->fd = -1;
}
