/*
 * leftover.c - what jobs of an earlier run left behind.
 *
 * What died with the pool may still be on its way out, so what is found is looked for once more a
 * moment later. Who can see the log knows its mark. Only root can read the environment of other
 * users' processes; root is told of those that have the mark in one line of its own, since any user
 * may have started them, however many.
 */
#include "leftover.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/msg.h"
#include "proc/procfs.h"

enum {
    MOST_NAMED = 20,
    SHOWN = 60, /* bytes of a command */
};

int leftover_mark(int log_fd, char mark[LEFTOVER_MARK_SIZE])
{
    struct stat st;
    if (fstat(log_fd, &st) != 0)
        return -1;
    snprintf(mark, LEFTOVER_MARK_SIZE, "%llx:%llx", (unsigned long long)st.st_dev,
             (unsigned long long)st.st_ino);
    return 0;
}

struct search {
    const char *mark;
    bool say;
    unsigned found, foreign; /* of our user, of others */
    pid_t first_foreign;
    uid_t foreign_user;
    struct gf_buf env, command;
};

static void name_it(struct search *s, pid_t pid)
{
    const char *job = gf_procfs_variable(&s->env, "GF_SEQ=");
    gf_procfs_command(pid, SHOWN, &s->command);
    gf_note("process %ld, '%.*s', which job %s of an earlier run left behind, still runs",
            (long)pid, (int)s->command.len, s->command.len ? s->command.data : "", job ? job : "?");
}

static bool look(void *arg, pid_t pid)
{
    struct search *s = arg;
    uid_t user;
    if (pid == getpid())
        return true;
    gf_procfs_read(pid, "environ", &s->env);
    const char *value = gf_procfs_variable(&s->env, "GF_JOBLOG=");
    if (!value || strcmp(value, s->mark) != 0)
        return true;
    if (gf_procfs_user(pid, &s->command, &user) == 0 && user != getuid()) {
        s->first_foreign = s->foreign++ ? s->first_foreign : pid;
        s->foreign_user = s->first_foreign == pid ? user : s->foreign_user;
        return true;
    }
    if (s->say && s->found < MOST_NAMED)
        name_it(s, pid);
    s->found++;
    return true;
}

static struct search scan(const char *mark, bool say)
{
    struct search s = {.mark = mark, .say = say};
    (void)gf_procfs_each(look, &s);
    gf_buf_release(&s.env);
    gf_buf_release(&s.command);
    return s;
}

void leftover_report(const char *mark)
{
    struct search s = scan(mark, false);
    if (s.found + s.foreign == 0)
        return;
    gf_sleep_until(gf_now_mono() + 100 * GF_MS);
    s = scan(mark, true);
    if (s.found > MOST_NAMED)
        gf_note("and %u more", s.found - MOST_NAMED);
    if (s.foreign)
        gf_note("processes of other users say that jobs of an earlier run left them behind: %u, of "
                "them process %ld of user %lu; any user can make them say so",
                s.foreign, (long)s.first_foreign, (unsigned long)s.foreign_user);
}
