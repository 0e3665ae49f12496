/*
 * logdir_prune.c - which archives go, and which wait.
 *
 * The list is walked from the oldest on, for as long as a bound is exceeded: an archive that waits
 * is passed by, any other is removed. The bound of an age is a time as names have it, so it cannot
 * be moved by a file whose own time is wrong; since these times never go back, the first archive
 * that is young enough ends the walk.
 *
 * The archive itself is removed before the files beside it: the other way round, a kill in between
 * would leave one that looks as if it had never been processed.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/sat.h"
#include "buffer/logdir_parts.h"
#include "buffer/logdir_state.h"

size_t gf_logdir_archives(const struct gf_logdir *d)
{
    return d->list.n - d->list.first;
}

size_t gf_logdir_waiting(const struct gf_logdir *d)
{
    return d->config.process ? d->list.waiting : 0;
}

/* ---- removing -------------------------------------------------------------------------------- */

/* 0 too where it is gone. */
static int remove_file(struct gf_logdir *d, const char *name)
{
    return unlinkat(d->dir, name, 0) == 0 || errno == ENOENT ? 0 : -1;
}

/* A name that the system cannot have is of no file. */
static int remove_beside(struct gf_logdir *d, const struct gf_logdir_stamp *s, const char *rest)
{
    char name[GF_LOGDIR_NAME + NAME_MAX];
    gf_logdir_name_format(s, name);
    size_t at = strlen(name), len = strlen(rest);
    if (at + len >= sizeof name)
        return 0;
    memcpy(name + at, rest, len + 1);
    return remove_file(d, name);
}

static int remove_archive(struct gf_logdir *d, struct gf_logdir_archive *a)
{
    int result = 0, code = 0;
    char name[GF_LOGDIR_NAME];
    gf_logdir_name_format(&a->stamp, name);
    if (a->whole && remove_file(d, name) != 0)
        return -1;
    for (size_t at = 0; at < a->beside_len; at += strlen(a->beside + at) + 1)
        if (remove_beside(d, &a->stamp, a->beside + at) != 0) {
            result = -1;
            code = errno;
        }
    if (result == 0) {
        gf_logdir_list_remove(&d->list, a);
    } else { /* what is left of it has to be counted anew */
        a->whole = false;
        gf_logdir_list_set_waits(&d->list, a, false);
        d->stale = true;
        errno = code;
    }
    return result;
}

/* ---- the walk -------------------------------------------------------------------------------- */

/* The first time that is young enough; 0: each is. */
static uint64_t oldest_kept(const struct gf_logdir *d, gf_ns now_wall)
{
    if (d->config.keep_age <= 0)
        return 0;
    return gf_logdir_time(gf_sat_sub_i64(now_wall, d->config.keep_age));
}

static bool is_too_large(const struct gf_logdir *d)
{
    uint64_t all, current = d->size > d->config.room ? d->size : d->config.room;
    if (__builtin_add_overflow(d->list.bytes, current, &all))
        all = UINT64_MAX;
    return d->config.keep_bytes > 0 && all > d->config.keep_bytes;
}

int gf_logdir_prune(struct gf_logdir *d, gf_ns now_wall, bool *over, uint64_t *unprocessed,
                    uint64_t *bytes)
{
    int result = 0, code = 0;
    *over = false;
    *unprocessed = *bytes = 0;
    if (gf_logdir_look(d) != 0)
        return -1;
    const uint64_t oldest = oldest_kept(d, now_wall);
    size_t left = gf_logdir_archives(d);
    for (size_t i = d->list.first; i < d->list.n; i++) {
        struct gf_logdir_archive *a = &d->list.all[i];
        bool too_many = d->config.keep > 0 && left > d->config.keep;
        if (!too_many && !is_too_large(d) && a->stamp.time >= oldest)
            break;
        const bool waits = a->waits && d->config.process;
        const uint64_t size = a->bytes;
        if (waits && !d->config.keep_force)
            continue;
        if (remove_archive(d, a) != 0) {
            result = -1;
            code = errno;
        }
        left -= a->gone;
        if (waits && !a->waits) {
            *unprocessed += 1;
            *bytes += size;
        }
    }
    gf_logdir_list_sweep(&d->list);
    *over = is_too_large(d) && gf_logdir_waiting(d) > 0;
    gf_logdir_after(d);
    errno = code;
    return result;
}

/* ---- processing ------------------------------------------------------------------------------ */

const char *gf_logdir_unprocessed(struct gf_logdir *d)
{
    struct stat st;
    for (size_t i = d->list.first; i < d->list.n && gf_logdir_waiting(d) > 0; i++) {
        struct gf_logdir_archive *a = &d->list.all[i];
        if (!a->waits)
            continue;
        gf_logdir_name_format(&a->stamp, d->name);
        if (fstatat(d->dir, d->name, &st, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT)
            return d->name;
        gf_logdir_list_set_waits(&d->list, a, false); /* somebody has removed it */
        d->stale = true;
    }
    return NULL;
}

int gf_logdir_processed(struct gf_logdir *d, const char *name)
{
    struct gf_logdir_stamp s;
    const char *rest = gf_logdir_name_parse(name, &s);
    struct gf_logdir_archive *a = rest && !*rest ? gf_logdir_list_find(&d->list, &s) : NULL;
    if (!a || !a->waits) {
        errno = ENOENT;
        return -1;
    }
    gf_logdir_list_set_waits(&d->list, a, false);
    int result = gf_logdir_state_write(d->dir, &d->last, &d->list);
    d->stale = true; /* the command has made files, and removed some */
    return result;
}
