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
 * temporary file in the same directory, mode 0600, which is synced and renamed. Other hard links
 * keep what they had. A symbolic link is followed: what it leads to is replaced. A link of another
 * user (not root, not the owner of its directory) in a directory that group or others may write to
 * is refused, whatever fs.protected_symlinks says.
 *
 * A file that was there must be one that may be written. What replaces it keeps, as far as we may
 * give it, its owner and group, its mode (but not set-user-ID and set-group-ID), its access control
 * list and its extended attributes, and is never open to more people (base/takeafter.h). All that
 * is given at the commit, behind the last byte. A new file gets the mode that any has there.
 *
 * What is no regular file (a fifo, a terminal), or a descriptor by name (/dev/stdout, /dev/fd/5,
 * whatever they lead to), is opened for appending (base/fd.h) and written at once; a commit is a
 * close, and nothing can be taken back. Opening a fifo waits for its reader.
 *
 * The commit waits until the bytes are on the disk, and not until the new name is: after a crash of
 * the machine the file is the old one or the new one, whole. For a filter that is enough, since it
 * is run again. Who promises that the new one lasts says .sync_name:
 *
 *     const struct gf_outfile_choice how = {.sync_name = true, .backup = "~", .if_changed = true};
 *     if (gf_outfile_open_as(&out, "f.conf", &how) != 0) ...
 *     switch (gf_outfile_finish(&out)) { ... }
 *
 * What is left of a process that is killed: base/beside.h.
 *
 * A zeroed struct may be abandoned. Any thread, one at a time for each struct.
 */
#ifndef GF_BASE_OUTFILE_H
#define GF_BASE_OUTFILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/beside.h"
#include "base/clock.h"

enum gf_outfile_kind {
    GF_OUTFILE_NONE,    /* not open */
    GF_OUTFILE_THROUGH, /* fd is the file itself */
    GF_OUTFILE_WHOLE    /* fd is a temporary file */
};

/* What becomes of a file that is replaced as a whole. All zero: what -o does. */
struct gf_outfile_choice {
    bool no_follow;  /* a name that is a symbolic link, also /dev/stdout, is refused: ELOOP */
    bool if_changed; /* a file that has the same bytes already stays, with its times */
    bool sync_name;  /* fsync of the directory behind the rename */
    /* The old file gets the name FILE and this (base/backup.h); NULL: it does not. Not empty and
     * without a slash; it lives until the end. */
    const char *backup;
};

struct gf_outfile {
    int fd; /* where to write; close-on-exec */
    enum gf_outfile_kind kind;
    bool there;               /* the file is there already, and what replaces it takes after it */
    bool no_room;             /* after a failed open: what failed is a new file in its directory */
    const char *why;          /* after a failed open: what errno does not say, or NULL; static */
    mode_t mode;              /* of a file that was not there, from the commit on */
    int old;                  /* the file that is there, opened as far as that may be; or -1 */
    int dir;                  /* the directory of the file, for the rename */
    char *name;               /* the name in it; owned */
    char tmp[GF_BESIDE_NAME]; /* the name of the temporary file; empty: it has none */
    struct gf_outfile_choice choice;
};

/* 0, or -1 with errno, and out->why where there is more to say, for which gf_own_cure has a way
 * out; nothing is to be released then. */
int gf_outfile_open(struct gf_outfile *o, const char *file);

/* The same, otherwise than -o does. Of what is written through, only no_follow is asked. */
int gf_outfile_open_as(struct gf_outfile *o, const char *file, const struct gf_outfile_choice *how);

/* How a commit ends; all from GF_OUTFILE_FAILED on have errno. */
enum gf_outfile_end {
    GF_OUTFILE_REPLACED,  /* what was written is the file */
    GF_OUTFILE_SAME,      /* if_changed: the file had these bytes, and is as it was */
    GF_OUTFILE_FAILED,    /* the file is as it was */
    GF_OUTFILE_NO_BACKUP, /* the same, since the old one could not get its other name */
    GF_OUTFILE_NOT_SYNCED /* it is replaced, but it cannot be said that this lasts */
};

/* What was written takes the place of the file. Releases `o` either way. A file that is there and
 * cannot be read is not the same. */
enum gf_outfile_end gf_outfile_finish(struct gf_outfile *o);

/* The same for who chose nothing. 0, or -1 with errno: the file is as it was. */
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
