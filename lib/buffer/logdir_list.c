/*
 * logdir_list.c - an array whose front moves on, and the reading of a directory into it.
 *
 * The names of a directory come in any order: each file becomes an item of the array, the items are
 * sorted, and neighbours of one stamp are made one. What is beside an archive is kept by the ends
 * of the names, since the directory can be asked for names only as a whole.
 */
#include "buffer/logdir_list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/grow.h"

static uint64_t sum_of(uint64_t a, uint64_t b)
{
    uint64_t r;
    return __builtin_add_overflow(a, b, &r) ? UINT64_MAX : r;
}

/* ---- adding and removing --------------------------------------------------------------------- */

/* The items move to the front of the array when its first half is empty. */
static struct gf_logdir_archive *place_for_one(struct gf_logdir_list *list)
{
    if (list->n == list->cap && list->first > list->n / 2) {
        memmove(list->all, list->all + list->first, (list->n - list->first) * sizeof *list->all);
        list->n -= list->first;
        list->first = 0;
    }
    struct gf_logdir_archive *more = gf_grow(list->all, &list->cap, list->n + 1, sizeof *more);
    if (!more)
        return NULL;
    list->all = more;
    return &list->all[list->n];
}

int gf_logdir_list_add(struct gf_logdir_list *list, const struct gf_logdir_stamp *s, uint64_t bytes,
                       bool waits)
{
    struct gf_logdir_archive *a = place_for_one(list);
    if (!a)
        return -1;
    *a = (struct gf_logdir_archive){.stamp = *s, .bytes = bytes, .whole = true, .waits = waits};
    list->n++;
    list->bytes = sum_of(list->bytes, bytes);
    list->waiting += waits;
    return 0;
}

static void forget(struct gf_logdir_list *list, struct gf_logdir_archive *a)
{
    gf_logdir_list_set_waits(list, a, false);
    list->bytes -= a->bytes < list->bytes ? a->bytes : list->bytes;
    free(a->beside);
    a->beside = NULL;
}

void gf_logdir_list_pop(struct gf_logdir_list *list)
{
    forget(list, &list->all[--list->n]);
}

void gf_logdir_list_set_waits(struct gf_logdir_list *list, struct gf_logdir_archive *a, bool waits)
{
    waits = waits && a->whole;
    if (waits && !a->waits)
        list->waiting++;
    if (!waits && a->waits)
        list->waiting--;
    a->waits = waits;
}

void gf_logdir_list_remove(struct gf_logdir_list *list, struct gf_logdir_archive *a)
{
    forget(list, a);
    a->gone = true;
}

void gf_logdir_list_sweep(struct gf_logdir_list *list)
{
    while (list->first < list->n && list->all[list->first].gone)
        list->first++;
    size_t to = list->first;
    while (to < list->n && !list->all[to].gone)
        to++;
    for (size_t i = to; i < list->n; i++)
        if (!list->all[i].gone)
            list->all[to++] = list->all[i];
    list->n = to;
    if (list->first == list->n)
        list->first = list->n = 0;
}

void gf_logdir_list_release(struct gf_logdir_list *list)
{
    for (size_t i = list->first; i < list->n; i++)
        free(list->all[i].beside);
    free(list->all);
    *list = (struct gf_logdir_list){0};
}

/* ---- finding --------------------------------------------------------------------------------- */

struct gf_logdir_archive *gf_logdir_list_find(const struct gf_logdir_list *list,
                                              const struct gf_logdir_stamp *s)
{
    size_t lo = list->first, hi = list->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        int c = gf_logdir_stamp_compare(&list->all[mid].stamp, s);
        if (c == 0)
            return &list->all[mid];
        if (c < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

void gf_logdir_list_inherit(struct gf_logdir_list *list, const struct gf_logdir_list *old)
{
    size_t left = old->waiting;
    for (size_t i = old->first, j = list->first; left > 0 && i < old->n; i++) {
        if (!old->all[i].waits)
            continue;
        left--;
        while (j < list->n && gf_logdir_stamp_compare(&list->all[j].stamp, &old->all[i].stamp) < 0)
            j++;
        if (j < list->n && gf_logdir_stamp_compare(&list->all[j].stamp, &old->all[i].stamp) == 0)
            gf_logdir_list_set_waits(list, &list->all[j], true);
    }
}

/* ---- reading a directory --------------------------------------------------------------------- */

/* An item for one file of an archive: `rest` is what its name adds. */
static int add_file(struct gf_logdir_list *list, const struct gf_logdir_stamp *s, const char *rest,
                    uint64_t bytes)
{
    if (gf_logdir_list_add(list, s, bytes, false) != 0)
        return -1;
    struct gf_logdir_archive *a = &list->all[list->n - 1];
    if (!*rest)
        return 0;
    a->whole = false;
    a->beside = strdup(rest);
    a->beside_len = strlen(rest) + 1;
    if (a->beside)
        return 0;
    gf_logdir_list_pop(list);
    return -1;
}

/* A file that is gone again by the time it is looked at is none. */
static int add_name(int dir, struct gf_logdir_list *list, const char *name,
                    struct gf_logdir_stamp *highest)
{
    struct gf_logdir_stamp s;
    struct stat st;
    const char *rest = gf_logdir_name_parse(name, &s);
    if (!rest)
        return 0;
    gf_logdir_stamp_raise(highest, &s);
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? 0 : -1;
    if (S_ISDIR(st.st_mode))
        return 0;
    return add_file(list, &s, rest, st.st_size > 0 ? (uint64_t)st.st_size : 0);
}

static int add_names(int dir, DIR *names, struct gf_logdir_list *list,
                     struct gf_logdir_stamp *highest)
{
    for (;;) {
        errno = 0;
        const struct dirent *e = readdir(names);
        if (!e)
            return errno == 0 ? 0 : -1;
        if (add_name(dir, list, e->d_name, highest) != 0)
            return -1;
    }
}

static int by_name(const void *a, const void *b)
{
    const struct gf_logdir_archive *x = a, *y = b;
    return gf_logdir_stamp_compare(&x->stamp, &y->stamp);
}

/* What is of one stamp becomes one item, the first. */
static int join(struct gf_logdir_archive *to, struct gf_logdir_archive *a)
{
    if (a->beside_len > 0) {
        char *more = realloc(to->beside, to->beside_len + a->beside_len);
        if (!more)
            return -1;
        memcpy(more + to->beside_len, a->beside, a->beside_len);
        to->beside = more;
        to->beside_len += a->beside_len;
    }
    to->bytes = sum_of(to->bytes, a->bytes);
    to->whole |= a->whole;
    free(a->beside);
    a->beside = NULL;
    a->gone = true;
    return 0;
}

static int join_neighbours(struct gf_logdir_list *list)
{
    size_t to = list->first;
    for (size_t i = to + 1; i < list->n; i++) {
        if (by_name(&list->all[to], &list->all[i]) != 0)
            to = i;
        else if (join(&list->all[to], &list->all[i]) != 0)
            return -1;
    }
    gf_logdir_list_sweep(list);
    return 0;
}

int gf_logdir_list_read(int dir, struct gf_logdir_list *list, struct gf_logdir_stamp *highest)
{
    int result = -1, code;
    DIR *names = NULL;
    int fd = gf_openat(dir, ".", O_RDONLY | O_DIRECTORY, 0); /* with a place of its own in it */
    if (fd == -1 || !(names = fdopendir(fd)))
        goto out;
    fd = -1; /* it is the stream's */
    if (add_names(dir, names, list, highest) != 0)
        goto out;
    if (list->n > 1)
        qsort(list->all, list->n, sizeof *list->all, by_name);
    result = join_neighbours(list);
out:
    code = errno;
    if (names)
        closedir(names);
    if (fd != -1)
        close(fd);
    if (result != 0)
        gf_logdir_list_release(list);
    errno = code;
    return result;
}
