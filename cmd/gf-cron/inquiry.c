/*
 * inquiry.c - what the parser of a crontab asks about this machine: its users, commands and files.
 *
 * With is_user and is_command the parser finds a command that begins with a user's name, as in
 * /etc/crontab. The lines of such a table begin with a few names, many times: the last answer is
 * kept, since each may be a question to a directory in the network. The other questions are why a
 * file that the table names cannot be used, and are answered as the run of a job would find it.
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

/* The longest name that useradd(8) makes has 32 bytes; those of a directory may be longer. */
static bool is_user(const char *word, size_t len)
{
    static char last[256];
    static bool last_is;
    if (len == 0 || len >= sizeof last || memchr(word, '/', len))
        return false;
    if (last[len] == '\0' && memcmp(last, word, len) == 0)
        return last_is;
    snprintf(last, sizeof last, "%.*s", (int)len, word);
    return last_is = gf_account_is(last);
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
    if (gf_statepath_here(&p, value, ".sem", &why) != 0)
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
