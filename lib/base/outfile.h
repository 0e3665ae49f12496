/*
 * outfile.h - an output file that is written whole or not at all: `-o FILE`.
 *
 *     struct gf_outfile out;
 *     if (gf_outfile_open(&out, "sorted.txt") != 0)          // before any input is read
 *         ... errno; out.no_room: its directory takes no new file ...
 *     if (gf_write_all(out.fd, data, len) == 0)
 *         result = gf_outfile_commit(&out);                  // -1: errno, the file is as it was
 *     else
 *         gf_outfile_abandon(&out);                          // the file is as it was
 *
 * Until the commit nobody sees what is written, so the file may be one of the inputs. It goes to a
 * temporary file in the same directory, which is synced and renamed. Other hard links keep what
 * they had. A symbolic link is followed: what it leads to is replaced. A file that was there must
 * be one that may be written; it keeps its mode (but not set-user-ID and set-group-ID), and its
 * owner and group where that is allowed. Access control lists and extended attributes are not kept.
 *
 * What is no regular file (a fifo, a terminal), or a descriptor by name (/dev/stdout, /dev/fd/5,
 * whatever they lead to), is opened for appending (base/fd.h) and written at once; a commit is a
 * close, and nothing can be taken back. Opening a fifo waits for its reader.
 *
 * What is left of a process that is killed: base/beside.h.
 *
 * A zeroed struct may be abandoned. Any thread, one at a time for each struct.
 */
#ifndef GF_BASE_OUTFILE_H
#define GF_BASE_OUTFILE_H

#include <stdbool.h>

#include "base/beside.h"
#include "base/clock.h"

enum gf_outfile_kind {
    GF_OUTFILE_NONE,    /* not open */
    GF_OUTFILE_THROUGH, /* fd is the file itself */
    GF_OUTFILE_WHOLE    /* fd is a temporary file */
};

struct gf_outfile {
    int fd; /* where to write; close-on-exec */
    enum gf_outfile_kind kind;
    bool there;               /* the file is there already, and what replaces it takes after it */
    bool no_room;             /* after a failed open: what failed is a new file in its directory */
    int dir;                  /* the directory of the file, for the rename */
    char *name;               /* the name in it; owned */
    char tmp[GF_BESIDE_NAME]; /* the name of the temporary file; empty: it has none */
};

/* 0, or -1 with errno; nothing is to be released then. */
int gf_outfile_open(struct gf_outfile *o, const char *file);

/* What was written takes the place of the file. 0, or -1 with errno. Releases `o` either way. */
int gf_outfile_commit(struct gf_outfile *o);

/*
 * The same for a file of ours that a user only gave a name: a report, statistics. Nothing that is
 * there is believed: a symbolic link is refused (but for /dev/stdout and the like), and the file of
 * another user lends neither owner nor mode. `mode` is 0600, which every such file then has, or
 * 0666 less the umask for one that is new. What is no regular file is waited for as by
 * gf_open_output, with `patience`. On failure *why is one line about it; gf_own_cure has a way out.
 */
int gf_outfile_open_own(struct gf_outfile *o, const char *file, mode_t mode, gf_ns patience,
                        const char **why);

/* The file stays as it was. Keeps errno. */
void gf_outfile_abandon(struct gf_outfile *o);

/* Whether `file` would be replaced as a whole, so that it may be an input; what
 * cannot be looked at cannot be written to either, as an open says. Opens nothing. */
bool gf_outfile_is_whole(const char *file);

/* The directory in which `file` would be replaced: a descriptor to name it by (O_PATH), which is
 * the caller's. -1 with errno; EINVAL: it is not replaced as a whole. */
int gf_outfile_dir(const char *file);

#endif
