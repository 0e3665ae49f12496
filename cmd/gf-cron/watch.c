/*
 * watch.c - notices that a file was replaced or written, by inotify(7).
 *
 * The watches are on directories: that of the name, that of the file, and that of each symbolic
 * link on the way, the links of links included. A link may be pointed elsewhere, so the watches are
 * set anew at each event; a watch that is there already stays as it is, and none is removed. An
 * event only says that something happened near the file: stat(2) decides whether the file is
 * another one.
 */
#include "watch.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

enum {
    LINKS_MAX = 40 /* the kernel follows no more either */
};

/* Watches the directory that holds the last part of the path. */
static int watch_directory_of(int fd, const char *path, uint32_t events)
{
    char copy[PATH_MAX];
    if ((size_t)snprintf(copy, sizeof copy, "%s", path) >= sizeof copy)
        return -1;
    return inotify_add_watch(fd, dirname(copy), events | IN_MASK_ADD | IN_ONLYDIR);
}

static void watch_links(int fd, const char *path, int depth);

/* Watches along the target of a link; a relative target begins at the directory of the link. */
static void follow(int fd, const char *link, int depth)
{
    char to[PATH_MAX], copy[PATH_MAX], name[2 * PATH_MAX];
    ssize_t n = readlink(link, to, sizeof to - 1);
    if (n <= 0)
        return;
    to[n] = '\0';
    snprintf(copy, sizeof copy, "%s", link);
    if (to[0] == '/')
        snprintf(name, sizeof name, "%s", to);
    else
        snprintf(name, sizeof name, "%s/%s", dirname(copy), to);
    watch_links(fd, name, depth + 1);
}

/* Watches the directory of each part of the path that is a link, and the directory of the path. */
static void watch_links(int fd, const char *path, int depth)
{
    char part[PATH_MAX];
    struct stat st;
    size_t len = strlen(path);
    if (depth > LINKS_MAX || len >= sizeof part)
        return;
    for (size_t i = 1; i <= len; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (lstat(part, &st) == 0 && S_ISLNK(st.st_mode)) {
            watch_directory_of(fd, part, IN_CREATE | IN_MOVED_TO);
            follow(fd, part, depth);
        }
    }
    watch_directory_of(fd, path, IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO);
}

/* Sets the watches along the path as it leads now. To add a watch that is there changes nothing. */
static int arm(const struct watch *w)
{
    if (watch_directory_of(w->fd, w->path, IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO) == -1)
        return -1;
    watch_links(w->fd, w->path, 0);
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
        return false; /* the file is gone for now */
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
