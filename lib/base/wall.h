/*
 * wall.h - a sandbox: the process gives up, until it ends, what it has no use for.
 *
 * Behind the wall a process reads, writes, waits, takes memory and starts threads; it opens the
 * files that it named before, and no others. It starts no program and no process, reaches no
 * network, traces and signals nobody but itself. Linux enforces it: Landlock (5.13) for files,
 * seccomp for everything else. What the kernel lacks is left out in silence, and so is all of it in
 * a build with -DGF_NO_WALL (sanitizers and coverage need more), on a processor that wall_calls.c
 * does not know (seccomp), and behind gf_wall_refuse.
 *
 *     struct gf_wall w;
 *     gf_wall_begin(&w);
 *     gf_wall_allow_input(&w, "names.txt");        // is opened later
 *     gf_wall_allow(&w, "/usr/share/zoneinfo", GF_WALL_READ | GF_WALL_LIST);
 *     gf_wall_raise(&w);                           // from now on
 *
 * A path is looked up when it is allowed, so a file that has been replaced since stays closed:
 * allow its directory where that may happen. What a directory is allowed holds for all below it.
 * Descriptors that are open stay as they are. stat(2), access(2) and readlink(2) answer for any
 * path: Landlock does not limit them.
 *
 * Before threads are started, since the wall is for the calling thread and those it starts. Nothing
 * is printed. Children would inherit the wall, and no set-user-ID program would work in them: a
 * tool that starts commands has none.
 *
 * Sources: landlock(7), seccomp(2).
 */
#ifndef GF_BASE_WALL_H
#define GF_BASE_WALL_H

#include <stdbool.h>

enum gf_wall_right {
    GF_WALL_READ = 1,  /* a file is opened for reading */
    GF_WALL_WRITE = 2, /* a file is opened for writing, or cut */
    GF_WALL_LIST = 4,  /* a directory is listed */
    GF_WALL_NAMES = 8, /* in a directory names of regular files are made, replaced and removed, and
                          the directory is synced */
};

struct gf_wall {
    int rules; /* a descriptor of Landlock; -1: there is none, and nothing is to be allowed */
    int abi;   /* its version */
};

/* --no-sandbox: no wall is raised in this process. */
void gf_wall_refuse(void);

/* Begins the list of what stays allowed: nothing. gf_wall_raise ends it. */
void gf_wall_begin(struct gf_wall *w);

/* A path, with all below it where it is a directory; one that is not there is passed over. */
void gf_wall_allow(struct gf_wall *w, const char *path, unsigned rights);

/* The same for what is open; -1 is passed over. */
void gf_wall_allow_fd(struct gf_wall *w, int fd, unsigned rights);

/* A file that is read later; `-` is passed over. Of one that is not there, all files of its
 * directory may be read: it may come. */
void gf_wall_allow_input(struct gf_wall *w, const char *path);

/* The same for a file that may be replaced before: all files of its directory may be read, and of
 * the one that a symbolic link leads to. */
void gf_wall_allow_replaced(struct gf_wall *w, const char *path);

/* A file that is made, or replaced, later (base/outfile.h, base/logfile.h): its directory may be
 * written to, but for a terminal, a fifo or another special file. */
void gf_wall_allow_output(struct gf_wall *w, const char *path);

/* A directory for temporary files (gf_tmpfile). */
void gf_wall_allow_tmp(struct gf_wall *w, const char *dir);

/* The wall is there from now on. */
void gf_wall_raise(struct gf_wall *w);

/* Whether it is the wall that keeps the file closed: the process could read the file without. For a
 * hint behind EACCES. Keeps errno. */
bool gf_wall_closes(const char *path);

/* What this machine has of it: "landlock ABI 7, seccomp yes". */
enum {
    GF_WALL_TEXT = 64
};
void gf_wall_describe(char out[GF_WALL_TEXT]);

#endif
