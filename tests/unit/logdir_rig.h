/*
 * logdir_rig.h - a scratch directory for the tests of buffer/logdir.h, and what is found in it.
 *
 * rig_enter makes /tmp/gf-unit-XXXXXX and goes there; the directory of logs is `logs` in it.
 */
#ifndef GF_TESTS_UNIT_LOGDIR_RIG_H
#define GF_TESTS_UNIT_LOGDIR_RIG_H

#include "buffer/logdir.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "test.h"

#define T0 (GF_S * 1790000000) /* 2026-09-21T14:13:20Z */

static char rig_scratch[32];

static inline void rig_enter(void)
{
    snprintf(rig_scratch, sizeof rig_scratch, "/tmp/gf-unit-XXXXXX");
    CHECK(mkdtemp(rig_scratch) && chdir(rig_scratch) == 0);
}

static inline int rig_remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

static inline void rig_clear(const char *dir)
{
    (void)nftw(dir, rig_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void rig_leave(void)
{
    CHECK_INT(chdir("/"), 0);
    rig_clear(rig_scratch);
}

/* A command of the shell, which must succeed. */
static inline void rig_sh(const char *command)
{
    int status = -1;
    pid_t pid = fork();
    if (pid == 0) {
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK_ROW(status == 0, "'%s' ended with %x", command, (unsigned)status);
}

static inline struct gf_logdir_config rig_config(void)
{
    return (struct gf_logdir_config){.separator = '\n', .mode = 0640, .group = (gid_t)-1};
}

static inline struct gf_logdir *rig_open(const struct gf_logdir_config *config, gf_ns now_wall)
{
    struct gf_logdir_refusal no;
    struct gf_logdir *d = gf_logdir_open("logs", config, now_wall, &no);
    if (!d)
        test_failed(__FILE__, __LINE__, "logs: %s: %s", no.file ? no.file : "", no.why);
    return d;
}

static inline void rig_write(struct gf_logdir *d, const char *text, gf_ns now_wall)
{
    CHECK_INT(gf_write_all(gf_logdir_fd(d), text, strlen(text)), 0);
    gf_logdir_wrote(d, strlen(text), now_wall);
}

/* A file with these bytes. */
static inline void rig_put(const char *path, const void *data, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK(fd != -1 && gf_write_all(fd, data, len) == 0);
    close(fd);
}

static inline void rig_puts(const char *path, const char *text)
{
    rig_put(path, text, strlen(text));
}

/* What is in a file, appended to text, which has `size` bytes. */
static inline void rig_cat(const char *path, char *text, size_t size)
{
    size_t at = strlen(text);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd == -1 ? -1 : read(fd, text + at, size - at - 1);
    CHECK_ROW(n != -1, "cannot read %s", path);
    if (fd != -1)
        close(fd);
    text[n > 0 ? at + (size_t)n : at] = '\0';
}

/* The files that a pattern matches, sorted by name; for rig_free. */
static inline glob_t rig_files(const char *pattern)
{
    glob_t g = {0};
    int r = glob(pattern, 0, NULL, &g);
    CHECK(r == 0 || r == GLOB_NOMATCH);
    return g;
}

static inline size_t rig_count(const char *pattern)
{
    glob_t g = rig_files(pattern);
    size_t n = g.gl_pathc;
    globfree(&g);
    return n;
}

#define RIG_ARCHIVES "logs/????????T??????Z-??????????"

/* All that was logged: the archives in the order of their names, and `current`. */
static inline void rig_all(char *text, size_t size)
{
    glob_t g = rig_files(RIG_ARCHIVES);
    text[0] = '\0';
    for (size_t i = 0; i < g.gl_pathc; i++)
        rig_cat(g.gl_pathv[i], text, size);
    globfree(&g);
    if (access("logs/current", F_OK) == 0)
        rig_cat("logs/current", text, size);
}

/* The name of the newest archive, without the directory. */
static inline void rig_newest(char name[GF_LOGDIR_NAME])
{
    glob_t g = rig_files(RIG_ARCHIVES);
    name[0] = '\0';
    if (g.gl_pathc > 0)
        snprintf(name, GF_LOGDIR_NAME, "%s", strrchr(g.gl_pathv[g.gl_pathc - 1], '/') + 1);
    globfree(&g);
}

/* A rotation that must succeed, of one with so many bytes; the name of the archive. */
static inline void rig_rotate(struct gf_logdir *d, size_t bytes, gf_ns now_wall,
                              char name[GF_LOGDIR_NAME])
{
    char *text = malloc(bytes + 1);
    CHECK(text);
    memset(text, 'x', bytes);
    text[bytes - 1] = '\n';
    text[bytes] = '\0';
    rig_write(d, text, now_wall);
    free(text);
    CHECK_INT(gf_logdir_rotate(d, now_wall), 0);
    rig_newest(name);
}

#endif
