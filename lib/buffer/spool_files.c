/*
 * spool_files.c - the list is read once, at the open, and then follows what we do: nobody else may
 * write to the directory. What has the name of no segment is left alone.
 */
#include "buffer/spool_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/file.h"
#include "base/grow.h"
#include "base/own.h"
#include "base/statepath.h"

enum {
    DIGITS = 16,
    NAME = DIGITS + sizeof ".seg"
};

static void name_of(uint64_t number, char out[NAME])
{
    snprintf(out, NAME, "%016" PRIx64 ".seg", number);
}

/* 0: the name of something else. A number that could not be counted up is none. */
static uint64_t number_of(const char *name)
{
    if (strspn(name, "0123456789abcdef") != DIGITS || strcmp(name + DIGITS, ".seg") != 0)
        return 0;
    uint64_t n = strtoull(name, NULL, 16);
    return n < UINT64_C(1) << 62 ? n : 0;
}

/* ---- the list -------------------------------------------------------------------------------- */

static int add(struct gf_spool_segs *segs, uint64_t number, uint64_t size)
{
    struct gf_spool_seg *more = gf_grow(segs->at, &segs->cap, segs->len + 1, sizeof *more);
    if (!more)
        return -1;
    segs->at = more;
    segs->at[segs->len++] = (struct gf_spool_seg){number, size};
    segs->bytes += size;
    return 0;
}

static int by_number(const void *a, const void *b)
{
    const struct gf_spool_seg *x = a, *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

static int list_one(int dir, const char *name, struct gf_spool_segs *segs, bool trust,
                    const char **why)
{
    struct stat st;
    uint64_t number = number_of(name);
    if (number == 0)
        return 0;
    if (trust && gf_state_trust_at(dir, name, why) != 0)
        return -1;
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0) /* who only looks may come too late */
        return errno == ENOENT && !trust ? 0 : gf_own_refuse_errno(why);
    if (!S_ISREG(st.st_mode))
        return trust ? gf_own_refuse_errno(why) : 0;
    return add(segs, number, (uint64_t)st.st_size) == 0 ? 0 : gf_own_refuse_errno(why);
}

int gf_spool_list(int dir, struct gf_spool_segs *segs, bool trust, const char **why)
{
    int fd = gf_openat(dir, ".", O_RDONLY | O_DIRECTORY, 0);
    DIR *d = fd == -1 ? NULL : fdopendir(fd);
    if (!d)
        return fd == -1 ? gf_own_refuse_errno(why) : gf_own_drop(fd, why);
    int result = 0;
    struct dirent *e;
    while (result == 0 && (errno = 0, e = readdir(d)))
        result = list_one(dir, e->d_name, segs, trust, why);
    if (result == 0 && errno)
        result = gf_own_refuse_errno(why);
    int code = errno;
    closedir(d);
    errno = code;
    if (segs->len)
        qsort(segs->at, segs->len, sizeof *segs->at, by_number);
    return result;
}

struct gf_spool_seg *gf_spool_seg_from(const struct gf_spool_segs *segs, uint64_t number)
{
    size_t lo = 0, hi = segs->len;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (segs->at[mid].number < number)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < segs->len ? &segs->at[lo] : NULL;
}

void gf_spool_seg_resize(struct gf_spool_segs *segs, struct gf_spool_seg *seg, uint64_t size)
{
    segs->bytes += size - seg->size;
    seg->size = size;
}

/* ---- the files ------------------------------------------------------------------------------- */

int gf_spool_seg_make(int dir, struct gf_spool_segs *segs, uint64_t number)
{
    char name[NAME];
    const char *why;
    name_of(number, name);
    int fd = gf_own_create(dir, name, 0600, &why);
    if (fd == -1 || add(segs, number, 0) == 0)
        return fd;
    int code = errno;
    close(fd);
    (void)unlinkat(dir, name, 0);
    errno = code;
    return -1;
}

static int open_one(int dir, uint64_t number, int flags)
{
    char name[NAME];
    const char *why;
    name_of(number, name);
    return gf_state_openat(dir, name, flags, NULL, &why);
}

int gf_spool_seg_open(int dir, uint64_t number)
{
    return open_one(dir, number, O_RDONLY);
}

int gf_spool_seg_cut(int dir, struct gf_spool_segs *segs, uint64_t number, uint64_t size)
{
    struct gf_spool_seg *seg = gf_spool_seg_from(segs, number);
    int fd = open_one(dir, number, O_WRONLY);
    if (fd == -1)
        return -1;
    int result = gf_truncate(fd, (off_t)size), code = errno;
    close(fd);
    errno = code;
    if (result == 0 && seg && seg->number == number)
        gf_spool_seg_resize(segs, seg, size);
    return result;
}

int gf_spool_seg_sync(int dir, uint64_t number)
{
    int fd = open_one(dir, number, O_RDONLY);
    if (fd == -1)
        return -1;
    int result = fdatasync(fd), code = errno;
    close(fd);
    errno = code;
    return result;
}

int gf_spool_seg_remove(int dir, struct gf_spool_segs *segs, uint64_t number)
{
    char name[NAME];
    name_of(number, name);
    if (unlinkat(dir, name, 0) != 0 && errno != ENOENT)
        return -1;
    struct gf_spool_seg *seg = gf_spool_seg_from(segs, number);
    if (!seg || seg->number != number)
        return 0;
    segs->bytes -= seg->size;
    size_t behind = (size_t)(segs->at + --segs->len - seg);
    memmove(seg, seg + 1, behind * sizeof *seg);
    return 0;
}

uint64_t gf_spool_file_size(int dir, const char *name)
{
    struct stat st;
    return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 ? (uint64_t)st.st_size : 0;
}
