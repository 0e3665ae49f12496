/*
 * leftover.c - what jobs of an earlier run, which was killed, left behind.
 *
 * The kernel ends the process of each job when the pool dies, but not what that started in turn.
 * All of them have the log's device and inode in their environment (GF_JOBLOG), where the next run
 * with that log finds them: it names each. It does not end them, because it cannot know whether
 * they are meant to go on. A process that cleared its environment is not found.
 *
 * What died with the pool may still be on its way out, so what is found is looked for once more a
 * moment later.
 */
#include "pool.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/msg.h"

enum {
    MOST_NAMED = 20,
    MOST_READ = 4 << 20, /* of an environment */
    SHOWN = 60,          /* bytes of a command */
};

int leftover_mark(struct pool *p)
{
    struct stat st;
    if (!p->log.is_file)
        return 0;
    if (fstat(p->log.fd, &st) != 0)
        return -1;
    snprintf(p->env_log, ENV_SIZE + ENV_SIZE, "GF_JOBLOG=%llx:%llx", (unsigned long long)st.st_dev,
             (unsigned long long)st.st_ino);
    return 0;
}

/* What /proc/PID/NAME holds; empty when it is gone or not ours to read. */
static void read_proc(const char *pid, const char *name, struct gf_buf *out)
{
    char path[64];
    gf_buf_clear(out);
    snprintf(path, sizeof path, "/proc/%s/%s", pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd == -1)
        return;
    ssize_t n = 1;
    while (n > 0 && out->len < MOST_READ && gf_buf_reserve(out, 4096) == 0) {
        n = gf_read(fd, out->data + out->len, 4096);
        out->len += n > 0 ? (size_t)n : 0;
    }
    close(fd);
}

/* The value of a variable in an environment; NULL: not there. `name` ends with =. */
static const char *variable(const struct gf_buf *env, const char *name)
{
    size_t len = strlen(name);
    for (size_t at = 0; at < env->len;) {
        const char *entry = env->data + at;
        const char *end = memchr(entry, '\0', env->len - at);
        if (!end)
            return NULL;
        if ((size_t)(end - entry) >= len && memcmp(entry, name, len) == 0)
            return entry + len;
        at += (size_t)(end - entry) + 1;
    }
    return NULL;
}

static void name_it(const char *pid, const char *job, struct gf_buf *command)
{
    read_proc(pid, "cmdline", command);
    size_t len = command->len < SHOWN ? command->len : SHOWN;
    for (size_t i = 0; i + 1 < len; i++)
        if (!command->data[i])
            command->data[i] = ' ';
    gf_note("process %s, '%.*s', which job %s of an earlier run left behind, still runs", pid,
            (int)len, len ? command->data : "", job ? job : "?");
}

static unsigned scan(const struct pool *p, bool say)
{
    DIR *proc = opendir("/proc");
    struct gf_buf env = {0}, command = {0};
    const char *mark = p->env_log + strlen("GF_JOBLOG=");
    unsigned found = 0;
    char self[32];
    snprintf(self, sizeof self, "%ld", (long)getpid());
    for (struct dirent *e; proc && (e = readdir(proc));) {
        if (!isdigit((unsigned char)e->d_name[0]) || strcmp(e->d_name, self) == 0)
            continue;
        read_proc(e->d_name, "environ", &env);
        const char *value = variable(&env, "GF_JOBLOG=");
        if (!value || strcmp(value, mark) != 0)
            continue;
        if (say && found < MOST_NAMED)
            name_it(e->d_name, variable(&env, "GF_SEQ="), &command);
        found++;
    }
    if (proc)
        closedir(proc);
    gf_buf_release(&env);
    gf_buf_release(&command);
    return found;
}

void leftover_report(const struct pool *p)
{
    if (!p->log.is_file || scan(p, false) == 0)
        return;
    gf_sleep_until(gf_now_mono() + 100 * GF_MS);
    unsigned found = scan(p, true);
    if (found > MOST_NAMED)
        gf_note("and %u more", found - MOST_NAMED);
}
