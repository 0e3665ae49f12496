/*
 * watch.h - notices that a file was replaced or written, when that is complete: by a rename over
 * it, through a symbolic link that was pointed elsewhere, or in place, also by another name of it.
 *
 *     struct watch w;
 *     if (watch_open(&w, path) != 0) ... errno ...
 *     ... read the file ...
 *     poll w.fd;
 *     if (watch_changed(&w)) {
 *         ... read the file again ...
 *         if (!watch_still(&w)) ... it has changed meanwhile: what was read may be a part ...
 *     }
 *     watch_close(&w);
 *
 * inotify(7) watches the file, the directory of the name, the directory of the file that the name
 * leads to, and the directories of all links on the way. The file has changed when stat(2) reports
 * another file, another time or another size, and nobody is writing to it.
 */
#ifndef GF_CMD_CRON_WATCH_H
#define GF_CMD_CRON_WATCH_H

#include <stdbool.h>
#include <sys/stat.h>

struct watch {
    const char *path; /* borrowed */
    int fd;
    int file;      /* the watch on the file itself; -1: it is not there */
    bool made;     /* a new file has the name, and was not closed yet */
    bool written;  /* the file was changed, and was not closed yet */
    bool detached; /* the file has lost all its names, but is still mounted on this one */
    struct stat seen;
};

int watch_open(struct watch *w, const char *path);

/* Whether there is another whole file than the last time. */
bool watch_changed(struct watch *w);

/* Whether somebody has begun to write the file and not closed it. */
bool watch_is_written(const struct watch *w);

/* Whether the file is whole, and the one that watch_changed has seen last. */
bool watch_still(struct watch *w);

/* The file counts as whole as it is, until it is written again. */
void watch_trust(struct watch *w);

void watch_close(struct watch *w);

/* Reads an inotify descriptor empty. */
void watch_drain(int fd);

#endif
