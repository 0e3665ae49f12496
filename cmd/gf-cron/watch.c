/*
 * watch.c - notices that a file was replaced or written, by inotify(7).
 *
 * The watches are on directories: that of the name, that of the file, and that of each symbolic
 * link on the way, the links of links included. One more is on the file itself, which is written
 * by another name where it has a second link, or is mounted on its name. A link may be pointed
 * elsewhere, so the watches are set anew at each event; the watch of a directory that is there
 * already stays as it is, and that of a file goes when the name leads to another file.
 *
 * Events tell whether the file is whole. A file is being written from its making, or its first
 * change, until somebody who could write to it closes it. One that was moved into place is whole,
 * and so is one that a link leads to from now on. Whether a whole file is another one than the last
 * is decided by stat(2).
 */
#include "watch.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
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

/*
 * The first `part` bytes of the path are a link: its target takes their place, behind their
 * directory where it is relative. What came of it is watched too: a target that is a directory may
 * be replaced. False: the link has gone, or the path would be too long.
 */
static bool follow(int fd, char path[PATH_MAX], size_t part)
{
    char to[PATH_MAX], behind = path[part];
    path[part] = '\0';
    ssize_t n = readlink(path, to, sizeof to - 1);
    if (n <= 0)
        return false;
    const char *slash = strrchr(path, '/');
    size_t dir = to[0] == '/' || !slash ? 0 : (size_t)(slash - path) + 1;
    path[part] = behind;
    size_t rest = strlen(path + part);
    if (dir + (size_t)n + rest >= PATH_MAX)
        return false;
    memmove(path + dir + n, path + part, rest + 1);
    memcpy(path + dir, to, (size_t)n);
    path[dir + (size_t)n] = '\0';
    watch_directory_of(fd, path, IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO);
    path[dir + (size_t)n] = behind;
    return true;
}

/* The end of the part of the path that begins at or behind `at`, a slash. */
static size_t end_of_part(const char *path, size_t at)
{
    at += strspn(path + at, "/");
    return at + strcspn(path + at, "/");
}

/*
 * Watches the directory of each link on the way to the file, and the directory of the file, as the
 * kernel finds them: a target takes the place of its link in the path, which is then gone through
 * from its beginning.
 */
static void watch_links(int fd, const char *name)
{
    char path[PATH_MAX];
    struct stat st;
    int links = 0;
    if ((size_t)snprintf(path, sizeof path, "%s", name) >= sizeof path)
        return;
    for (size_t end = end_of_part(path, 0);; end = end_of_part(path, end)) {
        char behind = path[end];
        path[end] = '\0';
        bool is_link = lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
        if (is_link)
            watch_directory_of(fd, path, IN_CREATE | IN_MOVED_TO);
        path[end] = behind;
        if (is_link) {
            if (++links > LINKS_MAX || !follow(fd, path, end))
                return;
            end = 0;
        } else if (behind == '\0') {
            break;
        }
    }
    watch_directory_of(fd, path, IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO);
}

/* Watches the file that the path leads to now; what was known of another file is forgotten. */
static void watch_file(struct watch *w)
{
    int now = inotify_add_watch(w->fd, w->path, IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB);
    if (now == w->file)
        return;
    if (w->file != -1)
        inotify_rm_watch(w->fd, w->file); /* it is gone where the file is gone */
    w->file = now;
    w->written = false;
}

/* Sets the watches along the path as it leads now. To add a watch that is there changes nothing. */
static int arm(struct watch *w)
{
    if (watch_directory_of(w->fd, w->path, IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO) == -1)
        return -1;
    watch_links(w->fd, w->path);
    watch_file(w);
    return 0;
}

static struct stat look(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? st : (struct stat){0};
}

/* ---- whether the file is whole --------------------------------------------------------------- */

static bool is_last_part(const char *name, const char *path)
{
    const char *slash = strrchr(path, '/');
    return strcmp(name, slash ? slash + 1 : path) == 0;
}

/* Whether an event of a directory may be about the file, by the last part of its path, or of where
 * that leads. */
static bool is_about_file(const struct watch *w, const char *name)
{
    char real[PATH_MAX];
    return is_last_part(name, w->path) || (realpath(w->path, real) && is_last_part(name, real));
}

/* Whether what was made at the path may be written now: a link, of either kind, leads to a file
 * that was there before. */
static bool is_new(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1;
}

static void note(struct watch *w, const struct inotify_event *e)
{
    bool here = e->wd == w->file;
    bool named = !here && e->len && is_about_file(w, e->name);
    if (here && (e->mask & IN_MODIFY))
        w->written = true;
    if (named && (e->mask & IN_CREATE))
        w->made = is_new(w->path);
    if (((here || named) && (e->mask & (IN_CLOSE_WRITE | IN_MOVED_TO))) ||
        (e->mask & IN_Q_OVERFLOW))
        w->made = w->written = false;
}

static void take_events(struct watch *w)
{
    char events[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
    for (ssize_t n; (n = read(w->fd, events, sizeof events)) > 0;)
        for (ssize_t at = 0; at < n;) {
            const struct inotify_event *e = (const void *)(events + at);
            note(w, e);
            at += (ssize_t)(sizeof *e + e->len);
        }
}

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

int watch_open(struct watch *w, const char *path)
{
    *w = (struct watch){.path = path, .fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK), .file = -1};
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
    take_events(w);
    arm(w);
    struct stat was = w->seen, is = look(w->path);
    w->detached = is.st_ino != 0 && is.st_nlink == 0;
    if (is.st_nlink == 0 || watch_is_written(w))
        return false; /* the file is gone, or not whole, for now */
    w->seen = is;
    return !is_same(&was, &is);
}

bool watch_is_written(const struct watch *w)
{
    return w->made || w->written;
}

bool watch_still(struct watch *w)
{
    take_events(w);
    struct stat is = look(w->path);
    return !watch_is_written(w) && is_same(&w->seen, &is);
}

void watch_trust(struct watch *w)
{
    take_events(w);
    w->made = w->written = false;
}

void watch_close(struct watch *w)
{
    if (w->fd != -1)
        close(w->fd);
    w->fd = -1;
}
