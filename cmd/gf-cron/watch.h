/*
 * watch.h - notices that a file was replaced or written: by a rename over it, through a symbolic
 * link that was pointed elsewhere, or in place.
 *
 *     struct watch w;
 *     if (watch_open(&w, path) != 0) ... errno ...
 *     poll w.fd; if (watch_changed(&w)) ... read the file again ...
 *     watch_close(&w);
 *
 * inotify(7) watches the directory of the name, the directory of the file that the name leads to,
 * and the directories of all links on the way: a watch on a file itself is lost with the first
 * rename. The file has changed when stat(2) reports another file, another time or another size.
 */
#ifndef GF_CMD_CRON_WATCH_H
#define GF_CMD_CRON_WATCH_H

#include <stdbool.h>
#include <sys/stat.h>

struct watch {
    const char *path; /* borrowed */
    int fd;
    struct stat seen;
};

int watch_open(struct watch *w, const char *path);
bool watch_changed(struct watch *w);
void watch_close(struct watch *w);

/* Reads an inotify descriptor empty. */
void watch_drain(int fd);

#endif
