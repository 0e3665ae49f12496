/*
 * logdir_look.c - when the directory is read again.
 *
 * Others work in the directory: a command makes ARCHIVE.zst and removes ARCHIVE. Their work shows
 * by the time of the directory, which our own changes move too: so that time is looked at before
 * each of them, and noted behind it. What falls in between, or into the same tick of the kernel's
 * clock, is not seen so, nor is a file that only grows. The directory is therefore also read by the
 * first prune behind an archive that was processed, and when there were as many prunes as an eighth
 * of the archives: so a prune costs about eight looks at a file, however many archives there are.
 */
#include <sys/stat.h>

#include "buffer/logdir_parts.h"

enum {
    SHARE = 8
};

static struct timespec time_of(const struct gf_logdir *d)
{
    struct stat st;
    return fstat(d->dir, &st) == 0 ? st.st_mtim : (struct timespec){0, 0};
}

void gf_logdir_before(struct gf_logdir *d)
{
    struct timespec t = time_of(d);
    if (t.tv_sec != d->changed.tv_sec || t.tv_nsec != d->changed.tv_nsec)
        d->stale = true;
}

void gf_logdir_after(struct gf_logdir *d)
{
    d->changed = time_of(d);
}

int gf_logdir_look_again(struct gf_logdir *d)
{
    struct gf_logdir_list fresh = {0};
    struct timespec before = time_of(d);
    if (gf_logdir_list_read(d->dir, &fresh, &d->last) != 0)
        return -1;
    gf_logdir_list_inherit(&fresh, &d->list);
    gf_logdir_list_release(&d->list);
    d->list = fresh;
    d->changed = before;
    d->stale = false;
    d->prunes = 0;
    return 0;
}

int gf_logdir_look(struct gf_logdir *d)
{
    gf_logdir_before(d);
    if (!d->stale && d->prunes < (d->list.n - d->list.first) / SHARE) {
        d->prunes++;
        return 0;
    }
    return gf_logdir_look_again(d);
}
