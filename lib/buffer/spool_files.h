/*
 * spool_files.h - the segments of a spool as files of its directory, and the list of them.
 *
 *     struct gf_spool_segs segs = {0};
 *     if (gf_spool_list(dir, &segs, &why) != 0) ...
 *     seg = gf_spool_seg_from(&segs, 1);                // the first one
 *     gf_spool_seg_remove(dir, &segs, seg->number);
 *     free(segs.at);
 *
 * A segment has a number from 1, which is its name as 16 hexadecimal digits and `.seg`. Names are
 * looked up below the descriptor of the directory, and no link is followed. All return -1 with
 * errno. One thread.
 */
#ifndef GF_BUFFER_SPOOL_FILES_H
#define GF_BUFFER_SPOOL_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gf_spool_seg {
    uint64_t number, size;
};

struct gf_spool_segs {
    struct gf_spool_seg *at; /* by number; the caller frees */
    size_t len, cap;
    uint64_t bytes; /* of all */
};

/* The segments of the directory. With `trust` one that is not ours (base/statepath.h) is refused:
 * *why is one line about it. Without, what cannot be looked at is left out. */
int gf_spool_list(int dir, struct gf_spool_segs *segs, bool trust, const char **why);

/* The one with that number, or the next behind it; NULL: there is none. */
struct gf_spool_seg *gf_spool_seg_from(const struct gf_spool_segs *segs, uint64_t number);

/* Makes the file of a segment behind all others, and adds it to the list. A descriptor for
 * writing. */
int gf_spool_seg_make(int dir, struct gf_spool_segs *segs, uint64_t number);

/* A descriptor for reading. */
int gf_spool_seg_open(int dir, uint64_t number);

/* Cuts the file to `size`. Whatever the list said, it says `size` when that is done. */
int gf_spool_seg_cut(int dir, struct gf_spool_segs *segs, uint64_t number, uint64_t size);

/* The data of the file are on the disk. */
int gf_spool_seg_sync(int dir, uint64_t number);

/* Removes the file, and takes it from the list. One that is gone already is removed. */
int gf_spool_seg_remove(int dir, struct gf_spool_segs *segs, uint64_t number);

/* The list has another size for it. */
void gf_spool_seg_resize(struct gf_spool_segs *segs, struct gf_spool_seg *seg, uint64_t size);

/* The bytes of a file; 0 where it is not there. */
uint64_t gf_spool_file_size(int dir, const char *name);

#endif
