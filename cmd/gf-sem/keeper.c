/*
 * keeper.c - which processes keep a permit whose command has ended.
 *
 * A permit is held by an open description, and a process that the command left behind has a
 * descriptor of it. /proc/PID/fdinfo lists the locks of each description; the one that is looked
 * for begins where the permits of the place do. Processes of other users are not ours to look at.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/process.h"
#include "keeper.h"
#include "limit/semfile.h"
#include "proc/procfs.h"

struct search {
    const struct gf_sem *sem;
    const struct gf_sem_user *user;
    struct keepers *found;
    struct gf_buf info;
};

/* Whether a line of fdinfo is the lock: lock: 1: OFDLCK ADVISORY WRITE -1 00:2e:77 START END */
static bool has_lock(struct search *x, off_t start)
{
    if (gf_buf_putc(&x->info, '\0') != 0)
        return false;
    char *rest = x->info.data;
    for (char *line; (line = strsep(&rest, "\n"));) {
        const char *last = strrchr(line, ' ');
        if (strncmp(line, "lock:", 5) != 0 || !last)
            continue;
        while (last > line && last[-1] != ' ')
            last--;
        if (strtoll(last, NULL, 10) == (long long)start)
            return true;
    }
    return false;
}

static bool has_permit(struct search *x, pid_t pid, const char *fd)
{
    char path[300];
    struct stat st;
    snprintf(path, sizeof path, "/proc/%ld/fd/%s", (long)pid, fd);
    if (stat(path, &st) != 0 || st.st_dev != x->sem->dev || st.st_ino != x->sem->ino)
        return false;
    snprintf(path, sizeof path, "fdinfo/%s", fd);
    gf_procfs_read(pid, path, &x->info);
    return has_lock(x, gf_semfile_hold(x->user->place));
}

static bool look_at(void *arg, pid_t pid)
{
    struct search *x = arg;
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/fd", (long)pid);
    DIR *dir = pid == getpid() ? NULL : opendir(path);
    bool has = false;
    for (struct dirent *e; dir && !has && (e = readdir(dir));)
        has = e->d_name[0] != '.' && has_permit(x, pid, e->d_name);
    if (dir)
        closedir(dir);
    if (has && x->found->count < KEEPERS_MOST)
        x->found->pids[x->found->count++] = pid;
    return x->found->count < KEEPERS_MOST;
}

bool keeper_has_ended(const struct gf_sem_user *u)
{
    return u->stand == GF_SEM_HOLDS && u->pid > 0 && u->started &&
           u->pid_space == gf_process_space() &&
           (gf_process_started(u->pid) != u->started || gf_process_state(u->pid) == 'Z');
}

void keepers_find(const struct gf_sem *s, const struct gf_sem_user *u, struct keepers *out)
{
    struct search x = {.sem = s, .user = u, .found = out};
    out->count = 0;
    (void)gf_procfs_each(look_at, &x);
    gf_buf_release(&x.info);
}

void keeper_command(pid_t pid, struct gf_buf *out)
{
    gf_procfs_command(pid, 40, out);
    gf_buf_putc(out, '\0');
}
