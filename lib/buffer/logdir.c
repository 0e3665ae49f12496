/*
 * logdir.c - a rotation, in an order in which a kill between any two calls of the system leaves
 * something that the next open understands.
 *
 *     1. `state` is replaced: the new name is the last one, and waits
 *     2. `current` is renamed to the new name, which nobody has
 *     3. a new `current` is made, and gets mode and group
 *
 * Killed behind 1, a name waits that no file has: it counts for nothing, and its number is passed
 * by. Killed behind 2, the next open makes `current`. What fails leaves things as they were: at 3,
 * where no new file can be made, the archive gets its old name back.
 *
 * The archive is in the list before it is on the disk, so that nothing can fail for want of memory
 * between these.
 */
#include "buffer/logdir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/beside.h"
#include "base/own.h"
#include "buffer/logdir_parts.h"
#include "buffer/logdir_state.h"

enum {
    TRIES = 8 /* against somebody who makes archives beside us */
};

/* ---- opening --------------------------------------------------------------------------------- */

static bool is_full(int code)
{
    return code == ENOSPC || code == EDQUOT;
}

/* What was there before: archives, and which of them wait. */
static int take_over(struct gf_logdir *d, struct gf_logdir_refusal *no)
{
    struct gf_logdir_stamp known = {0};
    gf_logdir_state_clean(d->dir);
    if (gf_logdir_look_again(d) != 0)
        return gf_own_refuse_errno(&no->why);
    enum gf_logdir_state state = gf_logdir_state_read(d->dir, &known, &d->list, &no->why);
    if (state == GF_LOGDIR_STATE_REFUSED) {
        no->file = "state";
        return -1;
    }
    gf_logdir_stamp_raise(&d->last, &known);
    if (d->config.process)
        gf_logdir_state_guess(&d->list, &known);
    if (state == GF_LOGDIR_STATE_NONE && d->last.number > 0)
        (void)gf_logdir_state_write(d->dir, &d->last, &d->list); /* the next rotation tells */
    if (gf_logdir_current_part(d) == 0)
        return 0;
    no->file = GF_LOGDIR_CURRENT;
    return gf_own_refuse_errno(&no->why);
}

static int open_current(struct gf_logdir *d, gf_ns now_wall, struct gf_logdir_refusal *no)
{
    if (gf_logdir_current_open(d, &no->why) != 0 && !is_full(errno)) {
        no->file = GF_LOGDIR_CURRENT;
        return -1;
    }
    if (d->began_wall > now_wall)
        d->began_wall = now_wall > 0 ? now_wall : 1;
    return 0;
}

struct gf_logdir *gf_logdir_open(const char *dir, const struct gf_logdir_config *config,
                                 gf_ns now_wall, struct gf_logdir_refusal *no)
{
    *no = (struct gf_logdir_refusal){0};
    struct gf_logdir *d = calloc(1, sizeof *d);
    if (!d) {
        (void)gf_own_refuse_errno(&no->why);
        return NULL;
    }
    d->config = *config;
    d->fd = -1;
    d->dir = gf_logdir_place_open(dir, config->group, no);
    if (d->dir == -1 || take_over(d, no) != 0 || open_current(d, now_wall, no) != 0)
        goto fail;
    gf_logdir_after(d);
    no->why = NULL;
    return d;
fail:;
    int code = errno;
    gf_logdir_close(d);
    errno = code;
    return NULL;
}

void gf_logdir_close(struct gf_logdir *d)
{
    if (!d)
        return;
    if (d->fd != -1)
        close(d->fd);
    if (d->dir != -1)
        close(d->dir);
    gf_logdir_list_release(&d->list);
    free(d);
}

/* ---- `current` ------------------------------------------------------------------------------- */

int gf_logdir_fd(const struct gf_logdir *d)
{
    return d->fd;
}

int gf_logdir_dir(const struct gf_logdir *d)
{
    return d->dir;
}

uint64_t gf_logdir_size(const struct gf_logdir *d)
{
    return d->size;
}

gf_ns gf_logdir_began_wall(const struct gf_logdir *d)
{
    return d->began_wall;
}

void gf_logdir_wrote(struct gf_logdir *d, size_t len, gf_ns now_wall)
{
    if (len == 0)
        return;
    if (__builtin_add_overflow(d->size, len, &d->size))
        d->size = UINT64_MAX;
    if (d->began_wall == 0 || d->began_wall > now_wall)
        d->began_wall = now_wall > 0 ? now_wall : 1;
}

int gf_logdir_mend(struct gf_logdir *d, bool *anew)
{
    struct stat st;
    const char *why;
    *anew = false;
    if (gf_logdir_current_look(d, &st) == 0)
        return 0;
    if (errno != ENOENT && errno != ESTALE)
        return -1;
    if (d->fd != -1)
        close(d->fd); /* others have its name, or nobody has */
    gf_logdir_before(d);
    int result = gf_logdir_current_open(d, &why);
    int code = errno;
    gf_logdir_after(d);
    errno = code;
    *anew = result == 0;
    return result;
}

/* ---- rotation -------------------------------------------------------------------------------- */

static int next_stamp(struct gf_logdir *d, gf_ns now_wall)
{
    const struct gf_logdir_stamp next = {gf_logdir_time(now_wall), d->last.number + 1};
    if (next.number > GF_LOGDIR_LAST_NUMBER) {
        errno = EOVERFLOW;
        return -1;
    }
    gf_logdir_stamp_raise(&d->last, &next);
    return 0;
}

/* `current` has its new name: another one is made, or the name is taken back. */
static int begin_anew(struct gf_logdir *d, const char *name)
{
    const int old = d->fd;
    const uint64_t size = d->size;
    const gf_ns began_wall = d->began_wall;
    const char *why;
    if (gf_logdir_current_open(d, &why) == 0) {
        close(old); /* what the disk says of its bytes is for who asks by fsync */
        return 0;
    }
    int code = errno;
    if (gf_beside_rename_new(d->dir, name, GF_LOGDIR_CURRENT) == 0) {
        gf_logdir_list_pop(&d->list);
        d->fd = old;
        d->size = size;
        d->began_wall = began_wall;
    } else {
        close(old); /* it is an archive, and there is no other one */
    }
    errno = code;
    return -1;
}

/* Steps 1 to 3. *taken: there is an archive of that name. */
static int put_away(struct gf_logdir *d, gf_ns now_wall, bool *taken)
{
    char name[GF_LOGDIR_NAME];
    if (next_stamp(d, now_wall) != 0 ||
        gf_logdir_list_add(&d->list, &d->last, d->size, d->config.process) != 0)
        return -1;
    gf_logdir_name_format(&d->last, name);
    if (gf_logdir_state_write(d->dir, &d->last, &d->list) == 0) {
        if (gf_beside_rename_new(d->dir, GF_LOGDIR_CURRENT, name) == 0)
            return begin_anew(d, name);
        *taken = errno == EEXIST;
    }
    int code = errno;
    gf_logdir_list_pop(&d->list);
    errno = code;
    return -1;
}

int gf_logdir_rotate(struct gf_logdir *d, gf_ns now_wall)
{
    struct stat st;
    if (gf_logdir_current_look(d, &st) != 0)
        return -1;
    d->size = (uint64_t)st.st_size; /* somebody may have made it shorter */
    if (d->size == 0) {
        d->began_wall = 0;
        return 0;
    }
    gf_logdir_before(d);
    bool taken = false;
    int result = put_away(d, now_wall, &taken);
    int code = errno;
    for (int i = 1; i < TRIES && result != 0 && taken; i++) {
        taken = false;
        result = gf_logdir_look_again(d) == 0 ? put_away(d, now_wall, &taken) : -1;
        code = errno;
    }
    gf_logdir_after(d);
    errno = code;
    return result;
}
