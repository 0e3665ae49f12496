/*
 * watch.h - notices that a file was replaced or written: by a rename over it, through a symbolic
 * link that was pointed elsewhere, or in place.
 *
 *     struct watch w;
 *     if (watch_open(&w, path) != 0) ... errno ...
 *     poll w.fd; if (watch_changed(&w)) ... read the file again ...
 *     watch_close(&w);
 *
 * Watched by inotify(7) are the directory of the name, that of the file it leads to, and those of
 * all links on the way, since a watch on a file itself is lost with the first rename. What counts
 * is that stat(2) then tells of another file, or another time or size.
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
