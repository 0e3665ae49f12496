/*
 * inquiry.c - what the parser of a crontab asks about this machine: its users, commands and files.
 *
 * With is_user and is_command the parser finds a command that begins with a user's name, as in
 * /etc/crontab. The names of all users are put into one text, between newlines, at the first
 * question; each question is one search in that text. The other questions are why a file that the
 * table names cannot be used, and are answered as the run of a job would find it.
 */
#include "inquiry.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/account.h"
#include "base/buf.h"
#include "base/statepath.h"
#include "proc/spawn.h"

/* Whether a user has this name; `line` is the name between newlines. All names are read once, since
 * a table may ask 10,000 times. */
static bool is_user_name(const char *line, size_t len)
{
    static struct gf_buf names = GF_BUF_INIT(1 << 20); /* each name stands between newlines */
    if (!names.len) {
        gf_buf_putc(&names, '\n');
        for (const char *name; (name = gf_account_next());)
            gf_buf_printf(&names, "%s\n", name);
    }
    return names.data && memmem(names.data, names.len, line, len) != NULL;
}

static bool is_user(const char *word, size_t len)
{
    char line[64];
    if (len + 2 >= sizeof line)
        return false;
    int n = snprintf(line, sizeof line, "\n%.*s\n", (int)len, word);
    return is_user_name(line, (size_t)n);
}

/* Whether the word is a command. A path from / that is not there may be a command of the machine
 * for which the table is written. */
static bool is_command(const char *word, size_t len, const char *search)
{
    char name[PATH_MAX];
    struct gf_buf path = GF_BUF_INIT(8192);
    if (len >= sizeof name)
        return false;
    snprintf(name, sizeof name, "%.*s", (int)len, word);
    int got = gf_find_command(name, search ? search : getenv("PATH"), &path);
    gf_buf_release(&path);
    return got == 0 || (got == ENOENT && *word == '/');
}

/* Why no job can start by this SHELL: an errno, or 0. child.c looks for the file as here. */
static int why_no_shell(const char *file)
{
    struct gf_buf path = GF_BUF_INIT(8192);
    struct stat st;
    int err = gf_find_command(file, NULL, &path);
    if (!err && stat(path.data, &st) != 0)
        err = errno;
    else if (!err &&
             (!S_ISREG(st.st_mode) || faccessat(AT_FDCWD, path.data, X_OK, AT_EACCESS) != 0))
        err = EACCES;
    gf_buf_release(&path);
    return err;
}

/* Why nothing can be made under this name: an errno, or 0. */
static int why_no_entry(const char *file)
{
    char dir[PATH_MAX];
    const char *slash = strrchr(file, '/');
    int n =
        snprintf(dir, sizeof dir, "%.*s", slash ? (int)(slash - file) + 1 : 1, slash ? file : ".");
    if (n < 0 || (size_t)n >= sizeof dir)
        return ENAMETOOLONG;
    return faccessat(AT_FDCWD, dir, W_OK | X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

/* Why this GF_LOG cannot be opened for writing: an errno, or 0. Nothing is opened, since that would
 * make the file, or wake the reader of a fifo. */
static int why_no_log(const char *file)
{
    struct stat st;
    if (stat(file, &st) == 0 && S_ISDIR(st.st_mode))
        return EISDIR;
    if (faccessat(AT_FDCWD, file, W_OK, AT_EACCESS) == 0)
        return 0;
    if (errno != ENOENT)
        return errno;
    return why_no_entry(file);
}

/* Why this GF_LOCK, a directory, cannot be used; NULL: it can, or can be made. The directories
 * above a name are made, those above a path are not. */
static const char *why_no_lock(const char *value)
{
    struct gf_statepath p;
    const char *why = NULL;
    if (gf_statepath_find(&p, value, ".sem", getenv("XDG_STATE_HOME"), getenv("HOME"), &why) != 0)
        return why;
    int fd = gf_state_opendir(&p, false, &why);
    int err = fd == -1 ? errno : 0;
    if (fd != -1)
        close(fd);
    if (err != ENOENT)
        return err ? why : NULL;
    for (size_t n = strlen(p.path); n > 1 && p.path[n - 1] == '/'; n--)
        p.path[n - 1] = '\0';
    err = p.by_name ? 0 : why_no_entry(p.path);
    return err ? strerror(err) : NULL;
}

void inquiry_answers(struct gf_table_context *ctx)
{
    ctx->is_user = is_user;
    ctx->is_command = is_command;
    ctx->why_no_shell = why_no_shell;
    ctx->why_no_log = why_no_log;
    ctx->why_no_lock = why_no_lock;
    ctx->get_env = getenv;
}
