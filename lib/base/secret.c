/*
 * secret.c - reads a password from the file that NAME_FILE names, or takes it out of NAME.
 */
#include "base/secret.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/own.h"

enum {
    LONGEST = 4096
};

/* Of a file that only we, or root, may have written, and nobody else can read. */
static int check(int fd, const char **why)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return gf_own_refuse_errno(why);
    if (!S_ISREG(st.st_mode))
        return gf_own_refuse(why, EINVAL, "is no regular file");
    if (st.st_uid != geteuid() && st.st_uid != 0)
        return gf_own_refuse(why, EPERM, "belongs to another user");
    if (st.st_mode & 077)
        return gf_own_refuse(why, EPERM, "others may read or write it; chmod 600");
    return 0;
}

static int read_all(int fd, char **out, const char **why)
{
    char *text = malloc(LONGEST + 1);
    size_t len = 0;
    ssize_t n = 1;
    if (!text)
        return gf_own_refuse_errno(why);
    while (len <= LONGEST && n > 0)
        if ((n = gf_read(fd, text + len, LONGEST + 1 - len)) > 0)
            len += (size_t)n;
    int r = n < 0 ? gf_own_refuse_errno(why) : 0;
    if (r == 0 && len > LONGEST)
        r = gf_own_refuse(why, EFBIG, "a password of more than 4096 bytes");
    len -= r == 0 && len && text[len - 1] == '\n';
    if (r == 0 && (len == 0 || memchr(text, '\0', len)))
        r = gf_own_refuse(why, EINVAL, len ? "a NUL byte" : "is empty");
    if (r != 0) {
        explicit_bzero(text, LONGEST + 1);
        free(text);
        return -1;
    }
    text[len] = '\0';
    *out = text;
    return 0;
}

static int read_file(const char *path, char **out, const char **why)
{
    int fd = gf_open_input(path);
    if (fd == -1)
        return gf_own_refuse_errno(why);
    int r = check(fd, why);
    if (r == 0)
        r = read_all(fd, out, why);
    int err = errno;
    close(fd);
    errno = err;
    return r;
}

/* A copy, and the variable is gone. */
static char *take_variable(const char *name)
{
    char *value = getenv(name), *copy = value ? strdup(value) : NULL;
    if (value) {
        explicit_bzero(value, strlen(value));
        unsetenv(name);
    }
    return copy;
}

int gf_secret_take(const char *name, char **out, const char **why)
{
    char file[128];
    bool had = getenv(name);
    snprintf(file, sizeof file, "%s_FILE", name);
    const char *path = getenv(file);
    char *value = take_variable(name);
    *out = NULL;
    if (path && path[0]) {
        gf_secret_free(value);
        return read_file(path, out, why);
    }
    if (had && !value)
        return gf_own_refuse(why, ENOMEM, "out of memory");
    if (value && !value[0]) {
        free(value);
        value = NULL;
    }
    *out = value;
    return 0;
}

void gf_secret_free(char *secret)
{
    if (!secret)
        return;
    explicit_bzero(secret, strlen(secret));
    free(secret);
}
